//! A policy is tried on everybody before anybody is subject to it.

use crate::house::{House, code, policy_files};
use kangma_core::{Direction, PointId, Span, Standing, policy::PolicyFiles};
use kangma_service::{
    Actor,
    access::{Role, Scope},
    dry_run_policy::{DryRun, Moved, Progress},
    explain::AsOf,
    forms::CaseForm,
};
use std::{sync::Arc, time::Duration};

const FIFTEEN: &str = "minutes = 15\ncounted = \"unbroken\"";

/// The shipped policy with another length of a meeting.
fn meeting_of(minutes: u32) -> PolicyFiles {
    let mut files = policy_files("hangzhou-2020");
    let text = files.text("policy.toml").unwrap().to_owned();
    assert!(text.contains(FIFTEEN));
    let other = FIFTEEN.replacen("15", &minutes.to_string(), 1);
    files.add("policy.toml", text.replacen(FIFTEEN, &other, 1));
    files
}

/// The shipped policy with another first stage for close contacts.
fn contacts_are(colour: &str, duties: &str) -> PolicyFiles {
    let mut files = policy_files("hangzhou-2020");
    let text = files.text("policy.toml").unwrap();
    let (before, rule) = text.split_at(text.find("id = \"close-contact\"").unwrap());
    let rule = rule.replacen("colour = \"red\"", &format!("colour = \"{colour}\""), 1);
    let rule = rule.replacen("duties = [\"isolate\", \"check-in-daily\"]", duties, 1);
    files.add("policy.toml", format!("{before}{rule}"));
    files
}

/// A case, whoever lives with them, and two whom they met: twelve minutes at one place, twenty at another.
struct Outbreak {
    house: House,
    officer: Actor,
    met: [kangma_core::PersonId; 2],
    points: [PointId; 2],
}

impl Outbreak {
    async fn begun() -> Self {
        Self::under("hangzhou-2020").await
    }

    async fn under(policy: &str) -> Self {
        let house = House::under(policy).await;
        let officer = house.authority("lin").await;
        let points = [house.point("office", "tower").await, house.point("restaurant", "garden").await];
        let (ill, home) = (house.holder().await, house.holder().await);
        let (short, long) = (house.holder().await, house.holder().await);
        house.live_together((&ill.actor, ill.person), (&home.actor, home.person)).await;
        house.meet(&officer, points[0], &[&ill, &short], Span::from_minutes(12)).await;
        house.meet(&officer, points[1], &[&ill, &long], Span::from_minutes(20)).await;
        let sampled = Some(house.now());
        let form = CaseForm { person: ill.person, status: "confirmed".to_owned(), onset: None, sampled };
        house.service.report_case(&officer, form).await.unwrap();
        Self { house, officer, met: [short.person, long.person], points }
    }

    async fn tried(&self, files: PolicyFiles) -> Arc<DryRun> {
        self.house.service.dry_run_policy(&self.officer, files).await.unwrap();
        loop {
            match self.house.service.dry_run(&self.officer).unwrap() {
                Some(Progress::Done(found)) => return found,
                Some(Progress::Running { .. }) => tokio::time::sleep(Duration::from_millis(5)).await,
                other => panic!("it came to nothing: {other:?}"),
            }
        }
    }

    async fn items(&self) -> usize {
        let mut items = 0;
        for person in self.met {
            items +=
                self.house.service.file(&self.officer, person, AsOf::default()).await.unwrap().evidence.len();
        }
        items
    }
}

#[tokio::test]
async fn the_policy_in_force_tried_again_moves_nobody() {
    let outbreak = Outbreak::begun().await;
    let found = outbreak.tried(policy_files("hangzhou-2020")).await;
    assert_eq!((found.people, found.moved.as_slice()), (4, [].as_slice()));
    assert!(found.rules.iter().all(|rule| rule.before == rule.after) && !found.rules.is_empty());
    assert_eq!(found.isolation_days[0], found.isolation_days[1]);
    assert!(found.isolation_days[0] > 0 && found.unheard.is_empty());
}

#[tokio::test]
async fn a_later_stage_keeps_apart_to_its_own_end_and_not_for_its_length_after_the_one_before() {
    let outbreak = Outbreak::under("transcode-2022").await;
    let mut files = policy_files("transcode-2022");
    let text = files.text("policy.toml").unwrap();
    let (before, rule) = text.split_at(text.find("id = \"close-contact\"").unwrap());
    let freer = rule.replacen("duties = [\"stay-at-home\"]\n", "", 1);
    assert_ne!(freer, rule);
    files.add("policy.toml", format!("{before}{freer}"));
    let [today, tried] = outbreak.tried(files).await.isolation_days;
    assert_eq!(
        today - tried,
        2 * 7,
        "two close contacts, from the end of the fourteenth day to that of the twenty-first"
    );
}

#[tokio::test]
async fn a_dry_run_shows_whom_a_change_colours_where_and_by_which_rule_and_writes_nothing() {
    let outbreak = Outbreak::begun().await;
    let before = outbreak.items().await;
    let found = outbreak.tried(meeting_of(10)).await;
    assert_eq!(found.moved, [Moved { before: Standing::Green, after: Standing::Red, people: 1 }]);
    let by =
        |name: &str| found.rules.iter().find(|rule| rule.rule == name).map(|rule| (rule.before, rule.after));
    assert_eq!(
        by("close-contact"),
        Some((2, 3)),
        "one at the restaurant, one at home, and one at the office"
    );
    let kind = |name: &str| found.kinds.iter().find(|kind| kind.name == name).map(|kind| kind.red);
    assert_eq!(
        (kind("office"), kind("restaurant"), kind("household")),
        (Some([0, 1]), Some([1, 1]), Some([1, 1]))
    );
    let at = |point| found.points.iter().find(|row| row.point == point).map(|row| (row.before, row.after));
    assert_eq!((at(outbreak.points[0]), at(outbreak.points[1])), (Some((0, 1)), Some((1, 1))));
    let red = |groups: &[kangma_service::dry_run_policy::Group]| {
        groups.iter().map(|group| (group.name.clone(), group.red)).collect::<Vec<_>>()
    };
    assert_eq!(red(&found.districts), [("east".to_owned(), [3, 4])]);
    assert_eq!(red(&found.ages), [("18–59".to_owned(), [3, 4])]);
    assert!(found.isolation_days[1] > found.isolation_days[0]);
    assert_eq!(outbreak.items().await, before, "nothing was written");
    // Who isolates while yellow isolates.
    let isolated = found.isolation_days[0];
    let yellow = outbreak.tried(contacts_are("yellow", "duties = [\"isolate\", \"check-in-daily\"]")).await;
    assert_eq!(yellow.isolation_days, [isolated, isolated]);
    let free = outbreak.tried(contacts_are("yellow", "duties = [\"check-in-daily\"]")).await;
    assert!((1..isolated).contains(&free.isolation_days[1]), "{:?}", free.isolation_days);
    let laxer = outbreak.tried(meeting_of(60)).await;
    assert_eq!(laxer.moved, [Moved { before: Standing::Red, after: Standing::Green, people: 1 }]);
}

#[tokio::test]
async fn a_policy_with_sources_that_nobody_has_heard_of_is_tried_as_if_they_were_heard() {
    let outbreak = Outbreak::begun().await;
    let found = outbreak.tried(policy_files("measles")).await;
    assert!(found.moved.iter().all(|moved| moved.after != Standing::Unknown), "{:?}", found.moved);
}

#[tokio::test]
async fn a_policy_that_takes_scans_to_last_otherwise_is_tried_on_the_presences_that_it_sees() {
    let Outbreak { house, officer, points, .. } = Outbreak::begun().await;
    let late = house.holder().await;
    let second = house.holder().await;
    for holder in [&second, &late] {
        let shown = house.show(&holder.actor, holder.person, &holder.phone).await;
        house.service.check_at_gate(&officer, points[1], House::scan(shown, Direction::In)).await.unwrap();
        house.forward(Span::from_hours(1));
    }
    let sampled = Some(house.now());
    let form = CaseForm { person: second.person, status: "confirmed".to_owned(), onset: None, sampled };
    house.service.report_case(&officer, form).await.unwrap();
    let town = Outbreak { house, officer, met: [second.person, late.person], points };
    let mut files = policy_files("hangzhou-2020");
    let text = files.text("policy.toml").unwrap().to_owned();
    let stay = "linger = \"0 min\"\n[[exposure.stay]]\nminutes = 120\nlongest-minutes = 180\n\
                exit-within-minutes = 1440\nkinds = [\"restaurant\"]\n";
    assert!(text.contains("linger = \"0 min\""));
    files.add("policy.toml", text.replacen("linger = \"0 min\"", stay, 1));
    let found = town.tried(files).await;
    let moved = Moved { before: Standing::Green, after: Standing::Red, people: 1 };
    assert_eq!(found.moved, [moved], "whoever came an hour later");
}

#[tokio::test]
async fn only_who_runs_the_city_tries_a_policy_and_one_that_cannot_be_read_is_refused() {
    let outbreak = Outbreak::begun().await;
    let tracer = outbreak.house.officer("wang", &[Role::Tracer], Scope::Everywhere).await;
    let service = &outbreak.house.service;
    assert_eq!(code(service.dry_run_policy(&tracer, meeting_of(10)).await), "not-allowed");
    assert_eq!(code(service.dry_run(&tracer)), "not-allowed");
    assert!(service.dry_run(&outbreak.officer).unwrap().is_none());
    let mut broken = policy_files("hangzhou-2020");
    broken.add("policy.toml", "name = ");
    assert_eq!(code(service.dry_run_policy(&outbreak.officer, broken).await), "bad-file");
}
