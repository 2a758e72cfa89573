//! From red to green under `hangzhou-2020`, day by day.

use crate::world::{Said, World, duties, rules};
use kangma_core::{Kind, Number, PersonId, Standing, Time, Verdict, verdict::Progress};

const SHE: PersonId = PersonId(1);

/// An evening: standing, rules, counted days, days missed, the day of the expected end, duties of the morning.
type Evening = (i32, Standing, &'static [&'static str], u32, usize, i32, &'static [&'static str]);

use Standing::Red;

const CONTACT: &[&str] = &["close-contact"];
const FEVER: &[&str] = &["close-contact", "symptoms"];
const OWED: &[&str] = &["check-in-daily", "isolate"];
const FREE: &[&str] = &["isolate"];

fn check_in(world: &mut World, text: &str, temperature: i64) {
    let at = world.at(text);
    world.record(Said::new(SHE, Kind::CheckIn, at, "self").with("temperature", Number(temperature)));
}

/// Exposure on day 0, no check-in on day 3, fever on day 6.
fn course() -> World {
    let mut world = World::under("hangzhou-2020");
    for day in ["-1 07:00", "13 07:00"] {
        let at = world.at(day);
        world.declare(Said::new(SHE, Kind::Declaration, at, "self").with("purpose", "resident"));
    }
    let met = world.at("0 12:00");
    world.record(Said::new(SHE, Kind::Exposure, met, "contact-tracing").with("degree", "close"));
    for day in (1..=20).filter(|day| *day != 3) {
        check_in(&mut world, &format!("{day} 09:00"), if day == 6 { 38_200 } else { 36_500 });
    }
    world
}

fn counted(verdict: &Verdict) -> (u32, usize) {
    let Progress::All(parts) = &verdict.reasons[0].progress else {
        panic!("{:?}", verdict.reasons[0].progress)
    };
    match &parts[1] {
        Progress::CheckIns { done, needed: 14, missed, .. } => (*done, missed.len()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn exposure_a_missed_day_and_a_fever_turn_green_at_the_check_in_of_day_20_and_not_before() {
    let world = course();
    let evenings: Vec<Evening> = vec![
        (0, Red, CONTACT, 0, 0, 15, FREE),
        (1, Red, CONTACT, 1, 0, 15, FREE),
        (2, Red, CONTACT, 2, 0, 15, FREE),
        // Missed: tonight it is still owed; tomorrow there is a reminder.
        (3, Red, CONTACT, 2, 0, 15, OWED),
        (4, Red, CONTACT, 3, 1, 15, FREE),
        (5, Red, CONTACT, 4, 1, 15, FREE),
        // The fever: the count is at nothing, the end moves to day 20.
        (6, Red, FEVER, 0, 1, 20, &["isolate", "see-a-doctor"]),
        (7, Red, FEVER, 1, 1, 20, &["isolate", "see-a-doctor"]),
        (8, Red, FEVER, 2, 1, 20, &["isolate", "see-a-doctor"]),
        (9, Red, FEVER, 3, 1, 20, &["isolate", "see-a-doctor"]),
        (10, Red, FEVER, 4, 1, 20, &["isolate", "see-a-doctor"]),
        (11, Red, FEVER, 5, 1, 20, &["isolate", "see-a-doctor"]),
        (12, Red, FEVER, 6, 1, 20, &["isolate", "see-a-doctor"]),
        (13, Red, CONTACT, 7, 1, 20, FREE),
        (14, Red, CONTACT, 8, 1, 20, FREE),
        (15, Red, CONTACT, 9, 1, 20, FREE),
        (16, Red, CONTACT, 10, 1, 20, FREE),
        (17, Red, CONTACT, 11, 1, 20, FREE),
        (18, Red, CONTACT, 12, 1, 20, FREE),
        (19, Red, CONTACT, 13, 1, 20, FREE),
    ];
    let day_zero = world.zone().day(world.at("0 00:00"));
    for (day, standing, live, done, missed, end, owed) in evenings {
        let verdict = world.verdict(SHE, world.at(&format!("{day} 20:00")));
        assert_eq!((verdict.standing, rules(&verdict)), (standing, live.to_vec()), "day {day}");
        assert_eq!(counted(&verdict), (done, missed), "day {day}");
        let expected = world.zone().day(verdict.reasons[0].expected_end.unwrap()).since(day_zero);
        assert_eq!(expected, end, "day {day}");
        let mut found = duties(&verdict);
        found.sort_unstable();
        found.dedup();
        assert_eq!(found, owed, "day {day}");
        if day > 0 && day != 3 && day != 6 {
            let morning = world.verdict(SHE, world.at(&format!("{day} 08:00")));
            assert!(duties(&morning).contains(&"check-in-daily"), "the morning of day {day}");
        }
    }
    let before = world.verdict(SHE, world.at("20 08:59:59.999"));
    assert_eq!((before.standing, counted(&before)), (Standing::Red, (13, 1)));
    let green = world.verdict(SHE, world.at("20 09:00"));
    assert_eq!((green.standing, rules(&green), duties(&green)), (Standing::Green, vec![], vec![]));
}

#[test]
fn the_morning_after_a_missed_day_reminds_of_it_until_noon() {
    let mut world = World::under("hangzhou-2020");
    let [declared, met] = ["-1 07:00", "0 12:00"].map(|text| world.at(text));
    world.declare(Said::new(SHE, Kind::Declaration, declared, "self"));
    world.record(Said::new(SHE, Kind::Exposure, met, "contact-tracing").with("degree", "close"));
    check_in(&mut world, "1 09:00", 36_500);
    let overdue = |text: &str| -> Vec<bool> {
        let verdict = world.verdict(SHE, world.at(text));
        verdict
            .duties
            .iter()
            .filter(|duty| &*duty.duty == "check-in-daily")
            .map(|duty| duty.overdue)
            .collect()
    };
    assert_eq!(overdue("2 20:00"), [false]);
    assert_eq!(overdue("3 00:00"), [true, false]);
    assert_eq!(overdue("3 11:59:59.999"), [true, false]);
    assert_eq!(overdue("3 12:00"), [false]);
}

#[test]
fn a_verdict_on_the_way_never_changes_before_it_says() {
    let world = course();
    let (mut at, until) = (world.at("-2 00:00"), world.at("25 00:00"));
    let mut turns = 0;
    while at < until {
        let verdict = world.verdict(SHE, at);
        let next = verdict.next_change.unwrap_or(until).min(until);
        assert!(next > at);
        let later = world.verdict(SHE, Time(next.0 - 1));
        // Evidence is known only once it is recorded, so a verdict of what was known then is asked for later.
        let same = world.verdict_known(SHE, at, Time(next.0 - 1));
        assert_eq!(
            (same.standing, rules(&same), counted_or_none(&same)),
            (verdict.standing, rules(&verdict), counted_or_none(&verdict))
        );
        let recorded =
            world.of(SHE).iter().map(|item| item.recorded_at).filter(|recorded| *recorded > at).min();
        if recorded.is_none_or(|recorded| recorded >= next) {
            assert_eq!(later.standing, verdict.standing);
        }
        at = recorded.map_or(next, |recorded| recorded.min(next));
        turns += 1;
    }
    assert!(turns > 40, "{turns}");
}

fn counted_or_none(verdict: &Verdict) -> Option<(u32, usize)> {
    verdict.reasons.iter().any(|reason| &*reason.rule == "close-contact").then(|| counted(verdict))
}

#[test]
fn whoever_is_told_on_day_11_owes_four_check_ins_not_fourteen() {
    let mut world = World::under("hangzhou-2020");
    let [declared, met, told] = ["5 07:00", "0 12:00", "11 10:00"].map(|text| world.at(text));
    world.declare(Said::new(SHE, Kind::Declaration, declared, "self"));
    world.record(
        Said::new(SHE, Kind::Exposure, met, "contact-tracing").recorded(told).with("degree", "close"),
    );
    assert_eq!(world.verdict(SHE, Time(told.0 - 1)).standing, Standing::Green);
    for (day, before) in [(11, 10), (12, 11), (13, 12), (14, 13)] {
        let morning = world.verdict(SHE, world.at(&format!("{day} 12:00")));
        assert_eq!((morning.standing, counted(&morning)), (Standing::Red, (before, 0)), "day {day}");
        assert!(duties(&morning).contains(&"check-in-daily"));
        check_in(&mut world, &format!("{day} 18:00"), 36_500);
        let evening = world.verdict(SHE, world.at(&format!("{day} 18:00")));
        assert_eq!(counted(&evening), (before + 1, 0), "day {day}");
    }
    assert_eq!(world.verdict(SHE, world.at("14 23:59:59.999")).standing, Standing::Red);
    assert_eq!(world.verdict(SHE, world.at("15 00:00")).standing, Standing::Green);
}
