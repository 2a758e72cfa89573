//! The presence index between two starts: whatever happened to its file, contacts are found as the log of visits says.

use crate::house::{Holder, House};
use kangma_core::{Direction, PersonId, PointId, Span};
use kangma_service::{Actor, forms::CaseForm};
use std::{collections::BTreeSet, fs, path::Path};

struct Town {
    house: House,
    officer: Actor,
    ill: Holder,
    beside: Holder,
    office: PointId,
}

impl Town {
    /// Two met at an office, and the index was saved.
    async fn met() -> Self {
        let house = House::under("hangzhou-2020").await;
        let officer = house.authority("lin").await;
        let office = house.point("office", "tower").await;
        let (ill, beside) = (house.holder().await, house.holder().await);
        house.meet(&officer, office, &[&ill, &beside], Span::from_minutes(40)).await;
        house.service.save_presences().await.unwrap();
        Self { house, officer, ill, beside, office }
    }

    /// Who would change colour if one of them were a case.
    async fn found(&self) -> BTreeSet<PersonId> {
        let form = CaseForm {
            person: self.ill.person,
            status: "confirmed".to_owned(),
            onset: None,
            sampled: Some(self.house.now()),
        };
        let changes = self.house.service.preview_report(&self.officer, form).await.unwrap();
        changes.into_iter().map(|change| change.person).filter(|person| *person != self.ill.person).collect()
    }

    async fn restarted(self, happens: impl FnOnce(&Path)) -> Self {
        let house = self.house.restarted(happens).await;
        house.hear_sources().await;
        Self { house, ..self }
    }

    async fn checks(&self, point: PointId, holder: &Holder, direction: Direction) -> kangma_store::VisitId {
        let text = self.house.show(&holder.actor, holder.person, &holder.phone).await;
        let scan = House::scan(text, direction);
        self.house.service.check_at_gate(&self.officer, point, scan).await.unwrap().visit
    }
}

fn no_file(dir: &Path) {
    fs::remove_file(dir.join("presences")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_since_the_index_was_saved_is_known_after_a_start() {
    let town = Town::met().await;
    let (later, mistaken) = (town.house.holder().await, town.house.holder().await);
    // A kind of point that nobody knew before, a meeting there, and a scan that was a mistake.
    let bus = town.house.point("bus", "line 5").await;
    town.house.meet(&town.officer, bus, &[&town.ill, &later], Span::from_minutes(20)).await;
    town.house.pass(&town.officer, town.office, &town.ill, Direction::In).await;
    let wrong = town.checks(town.office, &mistaken, Direction::In).await;
    town.house.forward(Span::from_minutes(25));
    town.house.service.mark_wrong_scan(&town.officer, wrong).await.unwrap();
    let expected = BTreeSet::from([town.beside.person, later.person]);
    assert_eq!(town.found().await, expected);
    let town = town.restarted(|dir| assert!(dir.join("presences").exists())).await;
    assert_eq!(town.found().await, expected, "from the file and what came after");
    let town = town.restarted(no_file).await;
    assert_eq!(town.found().await, expected, "from the log alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_that_was_saved_and_then_marked_as_a_mistake_stays_one() {
    let town = Town::met().await;
    let mistaken = town.house.holder().await;
    town.house.pass(&town.officer, town.office, &town.ill, Direction::In).await;
    let wrong = town.checks(town.office, &mistaken, Direction::In).await;
    town.house.forward(Span::from_minutes(25));
    assert!(town.found().await.contains(&mistaken.person));
    town.house.service.save_presences().await.unwrap();
    town.house.service.mark_wrong_scan(&town.officer, wrong).await.unwrap();
    let town = town.restarted(|_| {}).await;
    assert_eq!(town.found().await, BTreeSet::from([town.beside.person]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_touched_cut_or_of_another_log_is_not_believed() {
    let town = Town::met().await;
    let expected = town.found().await;
    let town = town
        .restarted(|dir| {
            let mut bytes = fs::read(dir.join("presences")).unwrap();
            let last = bytes.len() - 1;
            bytes[last] ^= 1;
            fs::write(dir.join("presences"), bytes).unwrap();
        })
        .await;
    assert_eq!(town.found().await, expected, "touched");
    town.house.service.save_presences().await.unwrap();
    let town = town
        .restarted(|dir| {
            let bytes = fs::read(dir.join("presences")).unwrap();
            fs::write(dir.join("presences"), &bytes[..bytes.len() / 2]).unwrap();
        })
        .await;
    assert_eq!(town.found().await, expected, "cut");
    // The store is put back from a copy that is older than the file: the meeting after the copy never was.
    let mut copy = Vec::new();
    let town = town
        .restarted(|dir| {
            no_file(dir);
            copy = fs::read(dir.join("kangma.sqlite")).unwrap();
        })
        .await;
    let ghost = town.house.holder().await;
    town.house.meet(&town.officer, town.office, &[&town.ill, &ghost], Span::from_minutes(40)).await;
    assert!(town.found().await.contains(&ghost.person));
    town.house.service.save_presences().await.unwrap();
    let town = town.restarted(|dir| fs::write(dir.join("kangma.sqlite"), copy).unwrap()).await;
    assert_eq!(town.found().await, expected, "of another log");
}
