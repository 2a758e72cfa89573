//! Why, why not, and two side by side: all from the evaluation that decides.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use kangma_core::{
    Attributes, CaseId, Evidence, EvidenceId, History, Kind, Number, Origin, PersonId, Policy, PolicyFiles,
    Sources, Standing, Time, Value, compare, decide, explain,
    sources::Heartbeat,
    verdict::Progress,
    why_not,
    why_not::{Because, ResidentWhyNotBecause},
};
use std::{path::Path, sync::Arc};

struct City {
    history: History,
    sources: Sources,
}

fn city(change: impl Fn(String) -> String) -> City {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/hangzhou-2020");
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let mut files = PolicyFiles::new();
    let text = change(read("policy.toml"));
    // A kind that the shipped policy does not name needs a word of its own.
    let word = if text.contains("\"immunity\"") { "[evidence]\nimmunity = \"-\"" } else { "[evidence]" };
    files.add("policy.toml", text);
    files.add("texts/zh.toml", read("texts/zh.toml").replace("[evidence]", word));
    files.add("texts/en.toml", read("texts/en.toml").replace("[evidence]", word));
    let policy = Arc::new(Policy::load(&files).unwrap_or_else(|refused| panic!("{refused}")));
    let beats = policy.sources.iter().map(|rule| Heartbeat {
        source: Arc::clone(&rule.name),
        recorded_at: time("2020-03-01T00:00"),
        complete_up_to: time("2020-03-09T07:00"),
    });
    City { sources: beats.collect(), history: History::new(policy, Time::MIN) }
}

fn time(text: &str) -> Time {
    format!("{text}:00+08:00").parse().unwrap()
}

fn item(id: u64, kind: Kind, at: &str) -> Evidence {
    Evidence {
        id: EvidenceId(id),
        person: PersonId(1),
        kind,
        happened_at: time(at),
        recorded_at: time(at),
        source: "contact-tracing".into(),
        origin: None,
        about: None,
        attributes: Attributes::new(),
    }
}

fn with(item: Evidence, name: &str, value: impl Into<Value>) -> Evidence {
    Evidence { attributes: item.attributes.clone().with(name, value), ..item }
}

fn because(city: &City, evidence: &[Evidence], at: &str, asked: Standing, rule: &str) -> Because {
    let (known, now) = (time(at), time(at));
    let answer = why_not(&city.history, evidence, &city.sources, known, now, asked);
    assert_eq!(answer.verdict, decide(&city.history, evidence, &city.sources, known, now));
    let found = answer.rules.into_iter().find(|found| &*found.rule == rule);
    found.unwrap_or_else(|| panic!("`{rule}` is not among the rules for {asked}")).because
}

const MINUTES: &str = "when = { evidence = \"exposure\", degree = \"close\" }";

#[test]
fn an_officer_sees_which_test_failed_by_how_much_on_the_nearest_item() {
    let rule = "when = { evidence = \"exposure\", degree = \"close\", minutes = { at-least = 15 } }";
    let city = city(|text| text.replacen(MINUTES, rule, 1));
    let far = with(
        with(item(1, Kind::Exposure, "2020-03-02T10:00"), "degree", "casual"),
        "minutes",
        Number::whole(3),
    );
    let near =
        with(with(item(2, Kind::Exposure, "2020-03-03T10:00"), "degree", "close"), "minutes", Number(13_500));
    let Because::NotMet(missed) =
        because(&city, &[near, far], "2020-03-04T10:00", Standing::Red, "close-contact")
    else {
        panic!("the trigger was not met");
    };
    let nearest = missed.conditions[0].nearest.as_ref().unwrap();
    assert_eq!((nearest.item, nearest.misses.len()), (EvidenceId(2), 1));
    let miss = &nearest.misses[0];
    assert_eq!((&*miss.attribute, &*miss.needed, miss.by), ("minutes", ">=15", Some(Number(1_500))));
    assert_eq!(miss.found, Some(Value::Number(Number(13_500))));
}

#[test]
fn a_count_that_was_not_reached_says_how_many_were_needed_and_the_most_in_one_window() {
    let rule = "when = { count = { evidence = \"exposure\" }, at-least = 3, within = \"2 d\" }";
    let city = city(|text| text.replacen(MINUTES, rule, 1));
    let days = ["2020-03-01T10:00", "2020-03-02T10:00", "2020-03-06T10:00"];
    let met: Vec<Evidence> = (1..).zip(days).map(|(id, at)| item(id, Kind::Exposure, at)).collect();
    let Because::NotMet(missed) = because(&city, &met, "2020-03-07T10:00", Standing::Red, "close-contact")
    else {
        panic!("two are not three");
    };
    let quantity = missed.quantity.unwrap();
    assert_eq!((quantity.needed, quantity.found), (Number::whole(3), Number::whole(2)));
}

#[test]
fn a_sum_that_was_not_reached_says_what_was_needed_and_the_most_there_was_in_one_window() {
    let rule =
        "when = { sum = \"minutes\", of = { evidence = \"exposure\" }, at-least = 30, within = \"2 d\" }";
    let city = city(|text| text.replacen(MINUTES, rule, 1));
    let minutes = |id, at: &str, n| with(item(id, Kind::Exposure, at), "minutes", Number::whole(n));
    let parts = [
        minutes(1, "2020-03-01T10:00", 20),
        minutes(2, "2020-03-03T10:00", 9),
        minutes(3, "2020-03-06T10:00", 28),
    ];
    let missed =
        |evidence: &[Evidence]| because(&city, evidence, "2020-03-07T10:00", Standing::Red, "close-contact");
    let Because::NotMet(not_met) = missed(&parts) else { panic!("29 minutes are not 30") };
    let quantity = not_met.quantity.unwrap();
    assert_eq!((quantity.needed, quantity.found), (Number::whole(30), Number::whole(29)));
    let enough = [minutes(1, "2020-03-01T10:00", 21), parts[1].clone()];
    assert!(matches!(missed(&enough), Because::Live(_)));
}

#[test]
fn what_spared_what_ended_and_what_came_too_late_are_told_apart() {
    let exempt = "when = { evidence = \"exposure\", degree = \"close\" }\n\
                  unless = [{ evidence = \"immunity\", within = \"90 d\", before = \"trigger\" }]";
    let city = city(|text| text.replacen(MINUTES, exempt, 1));
    let contact = with(item(5, Kind::Exposure, "2020-03-02T10:00"), "degree", "close");
    let because =
        |evidence: &[Evidence], at: &str| because(&city, evidence, at, Standing::Red, "close-contact");
    let immune = item(1, Kind::Immunity, "2020-03-02T09:59");
    let spared = because(&[contact.clone(), immune.clone()], "2020-03-03T10:00");
    let expected = Because::Exempt {
        trigger: Some(EvidenceId(5)),
        by: EvidenceId(1),
        kind: Kind::Immunity,
        at: immune.happened_at,
    };
    assert_eq!(spared, expected);
    let too_late = Evidence { happened_at: contact.happened_at, id: EvidenceId(6), ..immune };
    assert!(matches!(because(&[contact.clone(), too_late], "2020-03-03T10:00"), Because::Live(_)));
    let release = with(item(9, Kind::Release, "2020-03-04T10:00"), "rule", "close-contact");
    let released = because(&[contact.clone(), release], "2020-03-04T10:00");
    assert_eq!(released, Because::Released { by: EvidenceId(9), at: time("2020-03-04T10:00") });
    let recorded_late = Evidence { recorded_at: time("2020-03-17T00:00"), ..contact.clone() };
    assert!(matches!(because(&[recorded_late], "2020-03-18T10:00"), Because::History { .. }));
    let ended = because(&[contact], "2020-04-20T10:00");
    assert_eq!(ended, Because::Ended { at: time("2020-04-04T00:00"), by_ceiling: true });
}

#[test]
fn a_conjunction_says_which_half_is_there_and_which_is_not() {
    let both =
        "when = { all = [{ evidence = \"exposure\" }, { evidence = \"symptom-onset\" }], within = \"14 d\" }";
    let city = city(|text| text.replacen(MINUTES, both, 1));
    let evidence = [item(3, Kind::Exposure, "2020-03-02T10:00")];
    let Because::NotMet(missed) =
        because(&city, &evidence, "2020-03-03T10:00", Standing::Red, "close-contact")
    else {
        panic!("only one half is there");
    };
    assert_eq!(missed.conditions[0].satisfied_by, Some(EvidenceId(3)));
    assert_eq!((missed.conditions[1].satisfied_by, &missed.conditions[1].nearest), (None, &None));
}

#[test]
fn a_resident_reads_the_source_and_its_last_day_and_nothing_of_how_near_it_was() {
    let city = city(|text| text);
    let near = with(item(2, Kind::Exposure, "2020-03-03T10:17"), "degree", "casual");
    let now = time("2020-03-09T08:00");
    let answer = why_not(&city.history, &[near], &city.sources, now, now, Standing::Red).for_resident();
    let rule = answer.rules.iter().find(|rule| &*rule.rule == "close-contact").unwrap();
    assert_eq!(rule.because, ResidentWhyNotBecause::NothingKnown);
    assert_eq!(rule.sources.len(), 1);
    assert_eq!(rule.sources[0].complete_up_to.unwrap().to_string(), "2020-03-09");
    let written = serde_json::to_string(&answer).unwrap();
    assert!(
        !written.contains("casual") && !written.contains("10:17") && !written.contains("T0"),
        "{written}"
    );
}

#[test]
fn a_score_and_how_near_it_was_are_for_officers_only() {
    let rule = "when = { evidence = \"exposure\", degree = \"close\", score = { at-least = 40 } }";
    let city = city(|text| text.replacen(MINUTES, rule, 1));
    let scored = |id, points| {
        let contact = with(item(id, Kind::Exposure, "2020-03-03T10:17"), "degree", "close");
        with(contact, "score", Number(points))
    };
    let now = time("2020-03-09T08:00");
    let below = [scored(2, 38_765)];
    let missed = because(&city, &below, "2020-03-09T08:00", Standing::Red, "close-contact");
    let Because::NotMet(missed) = missed else { panic!("it is below") };
    let miss = &missed.conditions[0].nearest.as_ref().unwrap().misses[0];
    assert_eq!((&*miss.attribute, miss.by), ("score", Some(Number(1_235))));
    let why_not = why_not(&city.history, &below, &city.sources, now, now, Standing::Red).for_resident();
    let above = [scored(2, 40_321)];
    let why = explain(&city.history, &above, &city.sources, now, now);
    let found = &why.reasons[0].conditions[0].items[0].attributes;
    assert_eq!(found["score"], Value::Number(Number(40_321)));
    let written =
        [serde_json::to_string(&why_not).unwrap(), serde_json::to_string(&why.for_resident()).unwrap()];
    for hidden in ["score", "38.765", "1.235", "40.321"] {
        assert!(written.iter().all(|text| !text.contains(hidden)), "{hidden}: {written:?}");
    }
}

#[test]
fn an_explanation_is_the_verdict_with_its_evidence_what_follows_and_who_answers_an_appeal() {
    let city = city(|text| text);
    let contact = Evidence {
        origin: Some(Origin::Case(CaseId(4))),
        ..with(
            with(item(5, Kind::Exposure, "2020-03-02T10:17"), "degree", "close"),
            "point-kind",
            "restaurant",
        )
    };
    let now = time("2020-03-03T08:00");
    let explanation = explain(&city.history, std::slice::from_ref(&contact), &city.sources, now, now);
    assert_eq!(
        explanation.verdict,
        decide(&city.history, std::slice::from_ref(&contact), &city.sources, now, now)
    );
    let explained = &explanation.reasons[0];
    assert_eq!(explained.conditions[0].items[0].id, contact.id);
    assert_eq!(explained.conditions[0].text, "exposure degree:close");
    assert_eq!((&explained.then, &*explained.appeal.owner), (&None, "district-health-office"));
    let written = serde_json::to_string(&explanation.for_resident()).unwrap();
    for told in ["close-contact", "2020-03-02", "contact-tracing"] {
        assert!(written.contains(told), "{told}: {written}");
    }
    for hidden in ["restaurant", "10:17", "02:17", "0000000000000004"] {
        assert!(!written.contains(hidden), "{hidden}: {written}");
    }
}

#[test]
fn two_side_by_side_name_the_rule_that_holds_one_and_why_it_does_not_hold_the_other() {
    let city = city(|text| text);
    let contact = [with(item(5, Kind::Exposure, "2020-03-02T10:00"), "degree", "close")];
    let now = time("2020-03-03T08:00");
    let compared = compare(&city.history, [&[], &contact], &city.sources, now, now);
    assert_eq!(compared.differences.len(), 1);
    assert_eq!((compared.differences[0].holds, &*compared.differences[0].other.rule), (1, "close-contact"));
    let mine = compared.for_resident();
    assert_eq!(mine.standings, [Standing::Undeclared, Standing::Red]);
    assert_eq!(mine.not_mine[0].because, ResidentWhyNotBecause::NothingKnown);
    assert_eq!(mine.only_mine, []);
    let other_way = compare(&city.history, [&contact, &[]], &city.sources, now, now).for_resident();
    assert_eq!((other_way.not_mine.len(), &*other_way.only_mine[0]), (0, "close-contact"));
}

#[test]
fn two_reasons_at_once_are_each_explained_by_their_own_rule() {
    let city = city(|text| text);
    let contact = with(item(5, Kind::Exposure, "2020-03-02T10:00"), "degree", "close");
    let false_statement = item(6, Kind::FalseStatement, "2020-03-02T11:00");
    let now = time("2020-03-03T08:00");
    let explanation = explain(&city.history, &[contact, false_statement], &city.sources, now, now);
    let told: Vec<(&str, &str, EvidenceId)> = explanation
        .reasons
        .iter()
        .map(|told| (&*told.conditions[0].text, &*told.appeal.owner, told.conditions[0].items[0].id))
        .collect();
    assert_eq!(
        told,
        [
            ("exposure degree:close", "district-health-office", EvidenceId(5)),
            ("false-statement", "city-health-commission", EvidenceId(6)),
        ]
    );
}

#[test]
fn only_rules_that_could_give_the_colour_are_answered_for() {
    let city = city(|text| text);
    let now = time("2020-03-03T08:00");
    let answered = |asked| -> Vec<String> {
        let answer = why_not(&city.history, &[], &city.sources, now, now, asked);
        answer.rules.iter().map(|rule| rule.rule.to_string()).collect()
    };
    let (red, yellow) = (answered(Standing::Red), answered(Standing::Yellow));
    assert!(red.contains(&"close-contact".to_owned()) && yellow.contains(&"symptoms".to_owned()));
    assert!(red.iter().all(|rule| !yellow.contains(rule)), "{red:?} {yellow:?}");
}

#[test]
fn a_rule_for_an_age_says_when_the_person_is_not_of_it() {
    let of_age = "when = { evidence = \"exposure\", degree = \"close\", age = { at-least = 60 } }";
    let city = city(|text| text.replacen(MINUTES, of_age, 1));
    let contact = with(item(5, Kind::Exposure, "2020-03-02T10:00"), "degree", "close");
    let born = |day: &str| {
        let day = Value::Day(day.parse().unwrap());
        with(item(1, Kind::Declaration, "2020-03-01T10:00"), "birth-date", day)
    };
    let age = |evidence: &[Evidence]| match because(
        &city,
        evidence,
        "2020-03-03T10:00",
        Standing::Red,
        "close-contact",
    ) {
        Because::NotMet(missed) => Some(missed.age),
        _ => None,
    };
    assert_eq!(age(&[born("1960-03-03"), contact.clone()]), Some(true));
    assert_eq!(age(std::slice::from_ref(&contact)), Some(true));
    assert_eq!(age(&[born("1960-03-02"), contact]), None);
    assert_eq!(age(&[born("1960-03-02")]), Some(false));
}

#[test]
fn a_resident_reads_no_time_of_day_in_what_ends_a_reason() {
    let city = city(|text| text);
    let suspected = with(item(1, Kind::CaseStatus, "2020-03-02T10:17"), "status", "suspected");
    let now = time("2020-03-03T20:00");
    let next = |sampled: &str| {
        let sample = with(item(2, Kind::TestResult, sampled), "result", "negative");
        let explanation = explain(&city.history, &[suspected.clone(), sample], &city.sources, now, now);
        let Progress::Any(parts) = &explanation.for_resident().reasons[0].progress else {
            panic!("three ways")
        };
        let Progress::Negatives { next_from, .. } = parts[1] else { panic!("the second is two samples") };
        next_from
    };
    assert_eq!(next("2020-03-03T10:17"), time("2020-03-05T00:00"));
    assert_eq!(next("2020-03-03T00:00"), time("2020-03-04T00:00"));
}

#[test]
fn a_rule_that_holds_both_is_no_difference() {
    let city = city(|text| text);
    let contact = |id| [with(item(id, Kind::Exposure, "2020-03-02T10:00"), "degree", "close")];
    let now = time("2020-03-03T08:00");
    let compared = compare(&city.history, [&contact(5), &contact(6)], &city.sources, now, now);
    assert!(compared.differences.is_empty(), "{:?}", compared.differences);
}
