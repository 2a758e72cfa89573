//! What others kept comes in: stays from an operator's log, cases from a laboratory's list.

use crate::house::{House, code};
use kangma_core::{Assurance, Span, Standing, Zone};
use kangma_service::{
    Actor,
    import_visits::{PersonKey, PointKey, Stay},
    list_cases::{Illness, ListAct},
    list_visits::{ListedBy, ListedStay},
};

#[tokio::test]
async fn people_and_points_are_found_by_what_the_file_calls_them() {
    let house = House::under("hangzhou-2020").await;
    let holder = house.holder().await;
    let profile = house.service.profile(&holder.actor, holder.person).await.unwrap();
    let office = house.point("office", "tower").await;
    for twin in ["market", "mall"] {
        house.point(twin, "twin").await;
    }
    let people = async |words: &[&str], key| {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        house.service.people_called(words, key).await.unwrap()
    };
    let by_id = people(&[&holder.person.to_string(), "00000000000000ff", "x"], PersonKey::Id).await;
    assert_eq!(by_id, [Some(holder.person), None, None]);
    assert_eq!(people(&[&profile.phone, "1"], PersonKey::Phone).await, [Some(holder.person), None]);
    let points = async |words: &[&str], key| {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        house.service.points_called(words, key).await.unwrap()
    };
    assert_eq!(points(&["tower", "twin", "nowhere"], PointKey::Name).await, [Some(office), None, None]);
    assert_eq!(points(&[&office.to_string(), "x"], PointKey::Id).await, [Some(office), None]);
}

#[tokio::test]
async fn stays_and_cases_of_a_file_make_contacts_and_a_second_import_changes_nothing() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let (ill, met, apart) = (house.holder().await, house.holder().await, house.holder().await);
    let office = house.point("office", "tower").await;
    let came = house.now() - Span::from_24_hours(1);
    let stay = |line, holder: &crate::house::Holder, from: i64, minutes: i64| Stay {
        line,
        person: Some(holder.person),
        point: Some(office),
        from: came + Span::from_minutes(from),
        until: came + Span::from_minutes(from + minutes),
    };
    let good = [stay(2, &ill, 0, 60), stay(3, &met, 30, 60), stay(4, &apart, 60, 60)];
    let bad = [
        (Stay { person: None, ..stay(5, &met, 0, 1) }, "unknown-person"),
        (Stay { point: None, ..stay(6, &met, 0, 1) }, "unknown-point"),
        (stay(7, &met, 0, -1), "ends-before-it-begins"),
        (stay(8, &met, 0, 40 * 24 * 60), "in-the-future"),
        (stay(9, &met, -10_000, 5_000), "too-long"),
        (stay(10, &met, -40 * 24 * 60, 60), "too-old"),
    ];
    let stays: Vec<Stay> = good.iter().copied().chain(bad.iter().map(|(stay, _)| *stay)).collect();
    let import =
        async |actor: &Actor| house.service.import_stays(actor, Assurance::Paper, stays.clone()).await;
    assert_eq!(code(import(&ill.actor).await), "not-allowed");
    let taken = import(&Actor::System).await.unwrap();
    let told: Vec<(u64, &str)> = bad.iter().map(|(stay, because)| (stay.line, *because)).collect();
    assert_eq!((taken.added, taken.bad), (3, told));

    let illness = |line, person, sampled| Illness {
        line,
        person,
        status: "confirmed".to_owned(),
        onset: None,
        sampled: Some(sampled),
    };
    let cases = vec![
        illness(2, Some(ill.person), house.now()),
        illness(3, None, house.now()),
        illness(4, Some(apart.person), house.now() + Span::from_24_hours(1)),
        Illness { status: "sneezing".to_owned(), ..illness(5, Some(apart.person), house.now()) },
    ];
    let report = |cases| house.service.list_cases(&officer, ListAct::Report, cases, |_| {});
    let reported = report(cases.clone()).await.unwrap();
    let bad = vec![(3, "unknown-person"), (4, "in-the-future"), (5, "unknown-status")];
    assert_eq!((reported.added, reported.unchanged, reported.bad), (1, 0, bad));
    house.service.run_jobs(|_, _, _| {}).await.unwrap();
    assert_eq!(house.standing(&met.actor, met.person).await, Standing::Red, "thirty minutes in one office");
    assert_eq!(house.standing(&apart.actor, apart.person).await, Standing::Green);
    let again = report(cases).await.unwrap();
    assert_eq!((again.added, again.unchanged), (0, 1));
    let again = import(&Actor::System).await.unwrap();
    assert_eq!((again.added, again.unchanged, again.bad.len()), (0, 3, 6));
    house.service.trace_late_visits(|_, _, _| {}).await.unwrap();
    assert_eq!(
        house.standing(&apart.actor, apart.person).await,
        Standing::Green,
        "logged twice, and one visit"
    );
}

#[tokio::test]
async fn a_stay_that_comes_in_after_the_case_reaches_whom_it_should_have_reached() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let (ill, met) = (house.holder().await, house.holder().await);
    let office = house.point("office", "tower").await;
    let came = house.now() - Span::from_24_hours(1);
    let stay = |holder: &crate::house::Holder| Stay {
        line: 2,
        person: Some(holder.person),
        point: Some(office),
        from: came,
        until: came + Span::from_hours(1),
    };
    let sampled = Some(house.now());
    let case =
        Illness { line: 2, person: Some(ill.person), status: "confirmed".to_owned(), onset: None, sampled };
    house.service.list_cases(&officer, ListAct::Report, vec![case], |_| {}).await.unwrap();
    house.service.run_jobs(|_, _, _| {}).await.unwrap();
    let stays = vec![stay(&ill), stay(&met)];
    house.service.import_stays(&Actor::System, Assurance::Paper, stays).await.unwrap();
    assert_eq!(house.standing(&met.actor, met.person).await, Standing::Green);
    house.service.trace_late_visits(|_, _, _| {}).await.unwrap();
    assert_eq!(house.standing(&met.actor, met.person).await, Standing::Red);

    // What an officer found wrong does not come back with the same file, however it is proven.
    let (person, day) = (met.person, Zone::named("Asia/Shanghai").unwrap().day(came));
    let logged =
        house.service.store().read_blocking(|reader| reader.visits_of(person, day..day.plus(1))).unwrap();
    for visit in &logged {
        house.service.mark_wrong_scan(&officer, visit.id).await.unwrap();
    }
    let standing = async || {
        house.forward(Span::from_hours(1));
        house.hear_sources().await;
        house.service.do_what_is_due().await.unwrap();
        house.standing(&met.actor, met.person).await
    };
    assert_eq!((logged.len(), standing().await), (2, Standing::Green));
    for assurance in [Assurance::Paper, Assurance::Typed] {
        let again = house.service.import_stays(&Actor::System, assurance, vec![stay(&met)]).await.unwrap();
        assert_eq!((again.added, again.unchanged), (0, 1));
    }
    house.service.trace_late_visits(|_, _, _| {}).await.unwrap();
    assert_eq!(standing().await, Standing::Green);
}

/// Who is red after a day of three stations was told in a list, and a case of it reported before or after.
async fn red_after(pieces: usize, backward: bool, late: bool) -> Vec<Standing> {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let mut people = Vec::new();
    for _ in 0..12 {
        people.push(house.holder().await);
    }
    for station in ["north", "west", "south"] {
        house.point("subway", station).await;
    }
    let came = house.now() - Span::from_24_hours(1);
    let mut rows = Vec::new();
    for (n, holder) in (0..).zip(&people) {
        for (turn, station) in (0..).zip(["north", "west", "south"]) {
            let from = came + Span::from_minutes((n * 7 + turn * 45) % 120);
            let (person, point) = (holder.person.to_string(), station.to_owned());
            rows.push(ListedStay { person, point, from, until: from + Span::from_minutes(20 + n) });
        }
    }
    if backward {
        rows.reverse();
    }
    let report = async || {
        let (person, sampled) = (Some(people[4].person), Some(house.now()));
        let case = Illness { line: 1, person, status: "confirmed".to_owned(), onset: None, sampled };
        house.service.list_cases(&officer, ListAct::Report, vec![case], |_| {}).await.unwrap();
        house.service.run_jobs(|_, _, _| {}).await.unwrap();
    };
    if late {
        report().await;
    }
    let by = ListedBy { person: PersonKey::Id, point: PointKey::Name, assurance: Assurance::Paper };
    for piece in rows.chunks(pieces) {
        let taken = house.service.list_visits(&officer, by, piece.to_vec()).await.unwrap();
        assert_eq!(taken.added, u64::try_from(piece.len()).unwrap());
    }
    let again = house.service.list_visits(&officer, by, rows.clone()).await.unwrap();
    assert_eq!((again.added, again.unchanged), (0, 36));
    if !late {
        report().await;
    }
    let mut standings = Vec::new();
    for holder in &people {
        standings.push(house.standing(&holder.actor, holder.person).await);
    }
    standings
}

#[tokio::test]
async fn in_whatever_pieces_and_order_visits_come_in_the_same_people_are_contacts() {
    let before = red_after(36, false, false).await;
    let red = before.iter().filter(|standing| **standing == Standing::Red).count();
    assert!((2..12).contains(&red), "some met the case and some did not: {before:?}");
    for (pieces, backward) in [(36, true), (7, false), (5, true), (1, false)] {
        assert_eq!(red_after(pieces, backward, true).await, before, "in pieces of {pieces}");
    }
}

#[tokio::test]
async fn a_visit_that_a_source_trusted_less_told_before_counts_for_the_better_proof() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let (ill, met) = (house.holder().await, house.holder().await);
    let office = house.point("office", "tower").await;
    let from = house.now() - Span::from_hours(20);
    let row = |holder: &crate::house::Holder| ListedStay {
        person: holder.person.to_string(),
        point: office.to_string(),
        from,
        until: from + Span::from_hours(1),
    };
    let rows = vec![row(&ill), row(&met)];
    let sampled = Some(house.now());
    let case =
        Illness { line: 1, person: Some(ill.person), status: "confirmed".to_owned(), onset: None, sampled };
    house.service.list_cases(&officer, ListAct::Report, vec![case], |_| {}).await.unwrap();
    house.service.run_jobs(|_, _, _| {}).await.unwrap();
    // The policy asks for paper at least.
    for (assurance, added, standing) in [
        (Assurance::Typed, 2, Standing::Green),
        (Assurance::Paper, 2, Standing::Red),
        (Assurance::Typed, 0, Standing::Red),
    ] {
        let by = ListedBy { person: PersonKey::Id, point: PointKey::Id, assurance };
        let taken = house.service.list_visits(&officer, by, rows.clone()).await.unwrap();
        assert_eq!((taken.added, taken.unchanged), (added, 2 - added), "{assurance}");
        assert_eq!(house.standing(&met.actor, met.person).await, standing, "{assurance}");
    }
}
