//! A red person at their own gate, at a hospital, and everywhere else.

use super::{come, told::in_both_languages};
use crate::house::{Holder, House, code};
use kangma_core::{Direction, PointId, Standing, policy::Outcome};
use kangma_service::{
    Actor,
    forms::{CaseForm, ScanForm},
};
use kangma_store::PlaceKind;

struct Red {
    house: House,
    officer: Actor,
    person: Holder,
    home: PointId,
}

async fn red() -> Red {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let person = house.holder().await;
    let home = house.point("community", "garden court").await;
    house.service.set_place(&officer, person.person, home, PlaceKind::Home, None).await.unwrap();
    let form = CaseForm {
        person: person.person,
        status: "suspected".to_owned(),
        onset: None,
        sampled: Some(house.now()),
    };
    come(&house, "0 10:00").await;
    house.service.report_case(&officer, form).await.unwrap();
    assert_eq!(house.standing(&person.actor, person.person).await, Standing::Red);
    Red { house, officer, person, home }
}

impl Red {
    async fn at(
        &self,
        point: PointId,
        direction: Direction,
        change: impl FnOnce(&mut ScanForm),
    ) -> (Outcome, String) {
        let text = self.house.show(&self.person.actor, self.person.person, &self.person.phone).await;
        let mut scan = House::scan(text, direction);
        change(&mut scan);
        let answer = self.house.service.check_at_gate(&self.officer, point, scan).await.unwrap();
        for language in ["zh", "en"] {
            let sentence = &answer.sentences[language];
            assert!(
                !sentence.is_empty() && sentence.chars().count() <= 60,
                "short enough to shout: {sentence}"
            );
        }
        (answer.outcome, answer.sentence)
    }
}

fn passes(sentence: &str) -> (Outcome, String) {
    (Outcome::PassAndRegister, sentence.to_owned())
}

fn stops(sentence: &str) -> (Outcome, String) {
    (Outcome::Stop, sentence.to_owned())
}

#[tokio::test]
async fn a_red_person_passes_at_their_own_gate_and_at_a_hospital_and_is_stopped_elsewhere() {
    use Direction::{In, Out};
    let red = red().await;
    let hospital = red.house.point("hospital", "clinic").await;
    let mall = red.house.point("mall", "galleria").await;
    let other = red.house.point("community", "another court").await;
    let own = red.house.service.set_place(&red.person.actor, red.person.person, mall, PlaceKind::Home, None);
    assert_eq!(code(own.await), "not-allowed", "nor do they live at every mall");
    let plain = |_: &mut ScanForm| {};
    assert_eq!(red.at(red.home, In, plain).await, passes("going-home"));
    assert_eq!(red.at(red.home, Out, plain).await, passes("leaving"));
    assert_eq!(red.at(hospital, In, plain).await, passes("hospital"));
    assert_eq!(red.at(mall, In, plain).await, stops("red"));
    assert_eq!(red.at(other, In, plain).await, stops("red"));
    assert_eq!(red.at(mall, Out, plain).await, passes("leaving"));
    assert_eq!(red.at(mall, In, |scan| scan.purpose = "care".to_owned()).await, passes("on-the-way"));
    in_both_languages(red.house.service.rules().policy(red.house.now()), "suspected");
    let moved = red.house.service.set_place(
        &red.officer,
        red.person.person,
        red.home,
        PlaceKind::Home,
        Some(red.house.now()),
    );
    moved.await.unwrap();
    assert_eq!(red.at(red.home, In, plain).await, stops("red"), "where they do not live any more");
}

#[tokio::test]
async fn leaving_is_stopped_only_at_the_place_of_isolation_and_an_emergency_passes_there_too() {
    use Direction::{In, Out};
    let red = red().await;
    let site = red.house.point("isolation-site", "riverside").await;
    let own = red
        .house
        .service
        .set_place(&red.person.actor, red.person.person, site, PlaceKind::Isolation, None)
        .await;
    assert_eq!(code(own), "not-allowed");
    red.house
        .service
        .set_place(&red.officer, red.person.person, site, PlaceKind::Isolation, None)
        .await
        .unwrap();
    assert_eq!(red.at(site, In, |_| {}).await, passes("going-home"));
    assert_eq!(red.at(site, Out, |_| {}).await, stops("stay-in-isolation"));
    assert_eq!(red.at(site, Out, |scan| scan.emergency = true).await, passes("emergency"));
    let visits = red.house.service.own_scans(&red.person.actor, red.person.person).await.unwrap();
    assert_eq!(visits.len(), 3, "each is on record, and they see it");
}
