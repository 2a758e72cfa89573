//! Who looked at one's data.

use super::{city::City, visitor::Visitor};
use kangma_core::PersonId;
use kangma_service::explain::AsOf;

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
