//! Who looked at one's data.

use super::{city::City, visitor::Visitor};
use kangma_core::{Direction, PersonId};
use kangma_service::{Actor, explain::AsOf, forms::ScanForm};

#[tokio::test]
async fn every_look_of_an_officer_is_shown_to_the_person_by_role_and_part() {
    let city = City::demonstration().await;
    let officer = city.authority().await;
    let mut visitor = Visitor::of(&city);
    let base = visitor.identified("10000000001", "甄真").await;
    visitor.get(&format!("{base}/looks")).await.says("Nobody has looked yet");
    let person: PersonId = base.rsplit('/').next().unwrap().parse().unwrap();
    city.service.file(&officer, person, AsOf::default()).await.unwrap();
    let looks = visitor.get(&format!("{base}/looks")).await;
    looks.says("Officer");
    looks.says("All evidence");
    looks.does_not_say("lin-an");
}

#[tokio::test]
async fn a_check_at_a_gate_is_shown_with_its_point() {
    let city = City::demonstration().await;
    let officer = city.authority().await;
    let point = city.point("Example market", "market").await;
    let mut visitor = Visitor::of(&city);
    let base = visitor.identified("10000000001", "甄真").await;
    visitor.declare(&base, &[]).await;
    let person: PersonId = base.rsplit('/').next().unwrap().parse().unwrap();
    let (code, _) = city.service.server_code(&Actor::Resident(person), person).await.unwrap();
    let form = ScanForm {
        text: code.text,
        direction: Direction::In,
        purpose: String::new(),
        temperature: None,
        emergency: false,
    };
    city.service.check_at_gate(&officer, point, form).await.unwrap();
    let looks = visitor.get(&format!("{base}/looks")).await;
    looks.says("Checker at Example market");
    looks.says("Colour, masked name");
}

#[tokio::test]
async fn the_reason_for_looking_somebody_up_is_shown_to_them() {
    let city = City::demonstration().await;
    let officer = city.authority().await;
    let mut visitor = Visitor::of(&city);
    let base = visitor.identified("10000000001", "甄真").await;
    let reason = "the hospital asked whether food is brought".to_owned();
    city.service.find_persons_because(&officer, "10000000001".to_owned(), reason).await.unwrap();
    let looks = visitor.get(&format!("{base}/looks")).await;
    looks.says("Name and document, masked – reason given: the hospital asked whether food is brought");
}
