//! The question that names the project, on the page: somebody at home is ill, and the report comes a day late.

use super::{city::City, visitor::Visitor};
use kangma_core::{PersonId, Span};
use kangma_service::forms::CaseForm;

#[tokio::test]
async fn while_a_report_is_late_why_not_names_the_source_and_its_last_answer_and_afterwards_nobody_is_named()
{
    let city = City::demonstration().await;
    let officer = city.authority().await;
    let mut ill = Visitor::of(&city);
    let sick = ill.identified("10000000001", "甲病").await;
    ill.declare(&sick, &[]).await;
    let mut other = Visitor::of(&city);
    let base = other.identified("10000000002", "乙健").await;
    other.declare(&base, &[]).await;
    let person = sick.rsplit('/').next().unwrap().to_owned();
    ill.get("/family/household").await;
    ill.post("/family/household", &[("person", &person), ("phone", "10000000002")]).await;
    let confirm = other.get("/family").await.address_with("/confirm");
    other.post(&confirm, &[]).await;

    // Contact tracing was last heard at nine on 1 March; it is the evening of the same day, and then the next.
    let why_not = format!("{base}/why-not?colour=red");
    city.forward_without("contact-tracing", Span::from_hours(20)).await;
    for (language, source, day) in [("en", "Contact tracing", "1 March"), ("zh", "流行病学调查", "3月1日")]
    {
        other.language = language;
        let page = other.get(&why_not).await;
        page.says(source);
        page.says(day);
        page.does_not_say("甲病");
    }

    // The sample was taken at 03:37; the report comes now.
    city.forward(Span::from_hours(10)).await;
    let sampled = "2020-03-01T19:37:00Z".parse().unwrap();
    let form = CaseForm {
        person: person.parse::<PersonId>().unwrap(),
        status: "confirmed".to_owned(),
        onset: None,
        sampled: Some(sampled),
    };
    city.service.report_case(&officer, form).await.unwrap();
    for (language, red) in [("en", "Red"), ("zh", "红")] {
        other.language = language;
        other.get(&base).await.says(red);
        for page in ["", "/why", "/why-not?colour=yellow", "/appeal/close-contact", "/check-in", "/statement"]
        {
            other.get(&format!("{base}{page}")).await;
            for secret in ["甲病", person.as_str(), "10000000001", "03:37", "household", "Household"] {
                other.page.does_not_say(secret);
            }
        }
    }
}
