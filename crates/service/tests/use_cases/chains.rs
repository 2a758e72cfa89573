//! A chain of two on real parts: whom contacts of a case met, and whom those met who live with it.

use crate::house::{Holder, House};
use kangma_core::{Kind, Span};
use kangma_service::{Actor, explain::AsOf, forms::CaseForm};

struct Town {
    house: House,
    officer: Actor,
}

impl Town {
    async fn under_two_degrees() -> Self {
        let house = House::under("transcode-2022").await;
        let officer = house.authority("lin").await;
        Self { house, officer }
    }

    async fn meet(&self, kind: &str, people: [&Holder; 2], minutes: i64) {
        let point = self.house.point(kind, kind).await;
        self.house.meet(&self.officer, point, &people, Span::from_minutes(minutes)).await;
    }

    async fn report(&self, ill: &Holder) {
        let form = CaseForm {
            person: ill.person,
            status: "confirmed".to_owned(),
            onset: None,
            sampled: Some(self.house.now() - Span::from_minutes(1)),
        };
        self.house.service.report_case(&self.officer, form).await.unwrap();
    }

    /// The degrees of somebody's exposures.
    async fn degrees(&self, of: &Holder) -> Vec<String> {
        let file = self.house.service.file(&self.officer, of.person, AsOf::default()).await.unwrap();
        let exposures = file.evidence.iter().filter(|item| item.kind == Kind::Exposure);
        exposures.filter_map(|item| item.attributes.text("degree")).map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn whom_a_contact_met_is_found_from_the_meeting_that_counted_on_and_not_before() {
    let town = Town::under_two_degrees().await;
    let holders = [(); 4].map(|()| town.house.holder());
    let [ill, between, after, before] = holders;
    let (ill, between, after, before) = (ill.await, between.await, after.await, before.await);
    town.meet("restaurant", [&ill, &between], 1).await;
    town.house.forward(Span::from_24_hours(1));
    town.meet("supermarket", [&between, &before], 60).await;
    town.meet("office", [&ill, &between], 40).await;
    town.meet("mall", [&between, &after], 60).await;
    town.report(&ill).await;
    assert_eq!(town.degrees(&between).await, ["close"]);
    assert_eq!(
        town.degrees(&after).await,
        ["secondary"],
        "a short meeting before the one that counted hides nobody"
    );
    assert_eq!(town.degrees(&before).await, [""; 0], "a minute on another day exposes nobody");
}

#[tokio::test]
async fn whom_a_housemate_of_a_case_met_is_a_contact_of_a_contact() {
    let town = Town::under_two_degrees().await;
    let holders = [(); 4].map(|()| town.house.holder());
    let [ill, home, met, aside] = holders;
    let (ill, home, met, aside) = (ill.await, home.await, met.await, aside.await);
    let service = &town.house.service;
    let phone = service.profile(&home.actor, home.person).await.unwrap().phone;
    let link = service.propose_link(&ill.actor, ill.person, phone, None).await.unwrap();
    service.confirm_link(&home.actor, link).await.unwrap();
    town.meet("office", [&home, &met], 60).await;
    town.meet("mall", [&met, &aside], 60).await;
    town.report(&ill).await;
    assert_eq!([town.degrees(&home).await, town.degrees(&met).await], [["close"], ["secondary"]]);
    assert_eq!(town.degrees(&aside).await, [""; 0], "the chain goes two steps");
}
