//! A laboratory feed that is silent for six hours: unknown, passes and registers, and nobody loses a check-in.

use super::{come, come_without, counted, rules, verdict};
use crate::house::House;
use kangma_core::{Direction, Standing, policy::Outcome};
use kangma_service::{
    explain::AsOf,
    forms::{CaseForm, InterviewContactForm},
};

#[tokio::test]
async fn while_a_laboratory_is_silent_nobody_is_green_and_nobody_is_stopped_and_nobody_loses_a_check_in() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let (well, ill) = (house.holder().await, house.holder().await);
    let subway = house.point("subway", "line 1").await;
    come(&house, "0 12:00").await;
    let form = CaseForm {
        person: ill.person,
        status: "confirmed".to_owned(),
        onset: None,
        sampled: Some(house.now()),
    };
    house.forward(kangma_core::Span::from_minutes(1));
    let case = house.service.report_case(&officer, form).await.unwrap().case;
    let contact = house.holder().await;
    let named = house.service.profile(&contact.actor, contact.person).await.unwrap();
    let interview = InterviewContactForm {
        case,
        name: named.name,
        phone: named.phone,
        degree: "close".to_owned(),
        last_exposure: house.now(),
    };
    house.service.add_contact(&officer, interview).await.unwrap();
    assert_eq!(house.standing(&contact.actor, contact.person).await, Standing::Red);

    // Heard until five in the afternoon of day 1; nobody checks in that day, and at midnight the laboratory is silent.
    come(&house, "1 17:00").await;
    come_without(&house, "1 22:59", "laboratory").await;
    assert_eq!(house.standing(&well.actor, well.person).await, Standing::Green, "not yet too old");
    come_without(&house, "1 23:01", "laboratory").await;
    let silent = verdict(&house, &well.actor, well.person).await;
    assert_eq!((silent.standing, rules(&silent)), (Standing::Unknown, vec![]));
    let stale: Vec<&str> =
        silent.as_of.iter().filter(|state| state.stale).map(|state| &*state.source).collect();
    assert_eq!(stale, ["laboratory"]);
    let text = house.show(&well.actor, well.person, &well.phone).await;
    let passed =
        house.service.check_at_gate(&officer, subway, House::scan(text, Direction::In)).await.unwrap();
    assert_eq!((passed.outcome, passed.standing), (Outcome::PassAndRegister, Standing::Unknown));
    assert_eq!(&*passed.sentence, "not-known-yet");
    let why =
        house.service.why_not(&well.actor, well.person, Standing::Green, AsOf::default()).await.unwrap();
    let named = why.sources.iter().find(|source| source.stale).unwrap();
    assert_eq!(named.complete_up_to.map(|day| day.to_string()).as_deref(), Some("2020-03-02"));
    assert_eq!(house.standing(&contact.actor, contact.person).await, Standing::Red, "a red stays red");

    // It is heard again: green, and the day whose midnight lay in the silence is not missed, and may still be made up.
    come(&house, "2 13:00").await;
    assert_eq!(house.standing(&well.actor, well.person).await, Standing::Green);
    let tally = async || counted(&verdict(&house, &contact.actor, contact.person).await);
    assert_eq!(tally().await, (0, 0), "noon has passed, and day 1 is not missed");
    come(&house, "2 23:00").await;
    come(&house, "3 13:00").await;
    assert_eq!(tally().await, (0, 1), "day 2 closed while everything was heard");
    let form = kangma_service::forms::CheckInForm {
        day: Some("2020-03-02".parse().unwrap()),
        ..house.normal_check_in()
    };
    house.service.check_in_daily(&contact.actor, contact.person, form).await.unwrap();
    assert_eq!(tally().await, (1, 1));
}
