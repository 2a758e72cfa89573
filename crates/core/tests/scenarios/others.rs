//! Those who plan to enter, who were found to have said what is not so, whom nobody recorded as recovered, who came
//! while a laboratory was silent, who stand at their own gate, who have no telephone.

use crate::world::{Said, World, duties, rules};
use kangma_core::{
    Direction, EvidenceId, Kind, Number, PersonId, Standing, Time, Verdict,
    gate::{AtGate, GateRuling},
    policy::{Outcome, Place, Purpose},
    verdict::Progress,
    why_not::{Because, ResidentWhyNotBecause},
};

const THEY: PersonId = PersonId(1);

fn city() -> World {
    World::under("hangzhou-2020")
}

fn gate(world: &World, verdict: &Verdict, kind: &str, direction: Direction, place: Place) -> GateRuling {
    let at = AtGate { kind, direction, purpose: Purpose::None, place, temperature: None };
    world.policy.gate(verdict, &at)
}

fn check_in(world: &mut World, at: Time, source: &'static str, by: &str) {
    world.record(
        Said::new(THEY, Kind::CheckIn, at, source).with("temperature", Number(36_500)).with("by", by),
    );
}

/// What is said about a rule, in Chinese and in English; never the same, never empty.
fn in_both_languages(world: &World, rule: &str) {
    let texts = ["zh", "en"].map(|language| world.policy.texts(language));
    for speak in [
        kangma_core::policy::Texts::resident,
        kangma_core::policy::Texts::remedy,
        kangma_core::policy::Texts::officer,
    ] {
        let [chinese, english] = texts.map(|texts| speak(texts, rule));
        assert!(!chinese.is_empty() && chinese.chars().any(|c| c > '\u{4e00}'), "{rule}: {chinese}");
        assert!(!english.is_empty() && english.is_ascii() || english.contains('°'), "{rule}: {english}");
    }
}

#[test]
fn planning_to_enter_from_a_risk_area_is_yellow_and_stays_so_when_the_declaration_expires() {
    let mut world = city();
    let [planned, arrives] = ["0 08:00", "2 15:00"].map(|text| world.at(text));
    world.record(
        Said::new(THEY, Kind::Itinerary, planned, "self").with("from", "somewhere").with("arrival", arrives),
    );
    let declared = world.at("0 08:05");
    world.declare(
        Said::new(THEY, Kind::Declaration, declared, "self")
            .with("purpose", "planning-to-enter")
            .with("stayed-in-risk-area", true),
    );
    let verdict = world.verdict(THEY, world.at("2 15:00"));
    assert_eq!((verdict.standing, rules(&verdict)), (Standing::Yellow, vec!["declared-risk-area"]));
    in_both_languages(&world, "declared-risk-area");
    let at_station = gate(&world, &verdict, "railway-station", Direction::In, Place::Elsewhere);
    assert_eq!((at_station.outcome, &*at_station.sentence), (Outcome::Stop, "yellow"));
    for day in 1..=5 {
        let at = world.at(&format!("{day} 09:00"));
        check_in(&mut world, at, "self", "self");
    }
    // Seven days for somebody who plans to enter; the colour hides nothing and is hidden by nothing.
    let before = world.verdict(THEY, world.at("7 23:59:59.999"));
    assert_eq!(before.declaration.as_ref().unwrap().until, world.at("8 00:00"));
    let after = world.verdict(THEY, world.at("8 00:00"));
    assert_eq!((before.standing, after.standing), (Standing::Yellow, Standing::Yellow));
    for day in [8, 9] {
        let at = world.at(&format!("{day} 09:00"));
        check_in(&mut world, at, "self", "self");
    }
    assert_eq!(world.verdict(THEY, world.at("9 08:59:59.999")).standing, Standing::Yellow);
    let ended = world.verdict(THEY, world.at("9 09:00"));
    assert_eq!((ended.standing, rules(&ended)), (Standing::Expired, vec![]));
    let answer = world.why_not(THEY, world.at("9 09:00"), Standing::Yellow);
    let rule = answer.rules.iter().find(|rule| &*rule.rule == "declared-risk-area").unwrap();
    assert_eq!(rule.because, Because::Ended { at: world.at("9 09:00"), by_ceiling: false });
}

#[test]
fn a_recorded_stay_turns_a_traveller_yellow_when_the_area_is_marked_and_not_before() {
    let mut world = city();
    let [declared, stayed, marked] = ["0 08:00", "0 09:00", "3 12:00"].map(|text| world.at(text));
    world.declare(Said::new(THEY, Kind::Declaration, declared, "self").with("purpose", "planning-to-enter"));
    world.record(
        Said::new(THEY, Kind::RiskAreaStay, stayed, "contact-tracing")
            .recorded(marked)
            .with("level", "medium"),
    );
    assert_eq!(world.verdict(THEY, Time(marked.0 - 1)).standing, Standing::Green);
    let verdict = world.verdict(THEY, marked);
    assert_eq!((verdict.standing, rules(&verdict)), (Standing::Yellow, vec!["fairly-high-risk-area"]));
    assert_eq!(world.verdict_known(THEY, Time(marked.0 - 1), world.at("2 12:00")).standing, Standing::Green);
    assert_eq!(world.verdict_known(THEY, marked, world.at("2 12:00")).standing, Standing::Yellow);
}

fn found_false(world: &mut World) -> EvidenceId {
    let [declared, found] = ["0 08:00", "2 10:00"].map(|text| world.at(text));
    let declaration = world.declare(Said::new(THEY, Kind::Declaration, declared, "self"));
    world.record(Said::new(THEY, Kind::FalseStatement, found, "officer").about(declaration))
}

#[test]
fn a_false_statement_that_is_upheld_on_appeal_turns_green_by_fourteen_check_ins() {
    let mut world = city();
    let finding = found_false(&mut world);
    let [before, found, appealed] = ["2 09:59:59.999", "2 10:00", "3 10:00"].map(|text| world.at(text));
    assert_eq!(world.verdict(THEY, before).standing, Standing::Green);
    let verdict = world.verdict(THEY, found);
    assert_eq!((verdict.standing, rules(&verdict)), (Standing::Red, vec!["false-statement"]));
    in_both_languages(&world, "false-statement");
    let appeal = &world.policy.rule("false-statement").unwrap().appeal;
    assert_eq!((&*appeal.owner, appeal.deadline.to_string()), ("city-health-commission", "3 d".to_owned()));
    world.record(
        Said::new(THEY, Kind::Appeal, appealed, "self").about(finding).with("rule", "false-statement"),
    );
    assert_eq!(world.verdict(THEY, appealed).standing, Standing::Red, "an appeal alone changes nothing");
    for day in 3..=16 {
        let at = world.at(&format!("{day} 09:00"));
        check_in(&mut world, at, "self", "self");
    }
    let renewed = world.at("14 07:00");
    world.declare(Said::new(THEY, Kind::Declaration, renewed, "self"));
    assert_eq!(world.verdict(THEY, world.at("16 08:59:59.999")).standing, Standing::Red);
    assert_eq!(world.verdict(THEY, world.at("16 09:00")).standing, Standing::Green);
}

#[test]
fn a_false_statement_that_is_set_aside_on_appeal_ends_there_and_says_so() {
    let mut world = city();
    let finding = found_false(&mut world);
    let decided = world.at("4 15:00");
    world.record(
        Said::new(THEY, Kind::Release, decided, "officer").about(finding).with("rule", "false-statement"),
    );
    assert_eq!(world.verdict(THEY, Time(decided.0 - 1)).standing, Standing::Red);
    assert_eq!(world.verdict(THEY, decided).standing, Standing::Green);
    let answer = world.why_not(THEY, decided, Standing::Red);
    let rule = answer.rules.iter().find(|rule| &*rule.rule == "false-statement").unwrap();
    assert!(matches!(rule.because, Because::Released { at, .. } if at == decided), "{:?}", rule.because);
    let plain = answer.for_resident();
    let rule = plain.rules.iter().find(|rule| &*rule.rule == "false-statement").unwrap();
    assert_eq!(rule.because, ResidentWhyNotBecause::Released { day: world.zone().day(decided) });
}

#[test]
fn a_recovery_that_nobody_recorded_reaches_an_officer_and_then_a_name_and_one_that_is_recorded_late_counts_from_its_day()
 {
    let mut world = city();
    let reported = world.at("0 10:00");
    world.record(Said::new(THEY, Kind::CaseStatus, reported, "case-register").with("status", "confirmed"));
    for day in 1..=80 {
        let at = world.at(&format!("{day} 09:00"));
        check_in(&mut world, at, "self", "self");
    }
    let ceiling = |world: &World, text: &str| {
        let verdict = world.verdict(THEY, world.at(text));
        assert_eq!((verdict.standing, rules(&verdict)), (Standing::Red, vec!["confirmed"]), "{text}");
        verdict.reasons[0].ceiling.clone().unwrap()
    };
    let at_ceiling = ceiling(&world, "61 00:00");
    assert_eq!((at_ceiling.at, at_ceiling.deadline), (world.at("61 00:00"), world.at("65 00:00")));
    assert_eq!(&*at_ceiling.owner, "district-health-office");
    assert_eq!(ceiling(&world, "65 00:00").escalates_to.as_deref(), Some("city-health-commission"));
    // The officer finds that they had been well since day 40: the days since then count.
    let [well, looked_up] = ["40 10:00", "66 11:00"].map(|text| world.at(text));
    world.record(
        Said::new(THEY, Kind::CaseStatus, well, "case-register")
            .recorded(looked_up)
            .with("status", "recovered"),
    );
    assert_eq!(world.verdict(THEY, Time(looked_up.0 - 1)).standing, Standing::Red);
    let verdict = world.verdict(THEY, looked_up);
    assert_eq!((verdict.standing, rules(&verdict)), (Standing::Undeclared, vec![]));
    let declared = world.at("66 11:05");
    world.declare(Said::new(THEY, Kind::Declaration, declared, "self"));
    assert_eq!(world.verdict(THEY, declared).standing, Standing::Green);
}

#[test]
fn while_a_laboratory_is_silent_nobody_is_green_nobody_is_stopped_and_nobody_loses_a_check_in() {
    let mut world = World::without_sources("hangzhou-2020");
    for source in ["case-register", "contact-tracing"] {
        world.hear(source, Time::MIN, Time::MAX);
    }
    // Heard every hour but between 20:00 of day 1 and 02:30 of day 2.
    for hour in -24..=20 {
        let at = Time(world.at("1 00:00").0 + hour * 3_600_000);
        world.hear("laboratory", at, at);
    }
    let again = world.at("2 02:30");
    world.hear("laboratory", again, Time(again.0 + 20 * 86_400_000));
    let (well, contact) = (THEY, PersonId(2));
    let [declared, met] = ["0 07:00", "0 12:00"].map(|text| world.at(text));
    world.declare(Said::new(well, Kind::Declaration, declared, "self"));
    world.declare(Said::new(contact, Kind::Declaration, declared, "self"));
    world.record(Said::new(contact, Kind::Exposure, met, "contact-tracing").with("degree", "close"));
    let last_green = world.verdict(well, world.at("2 02:00"));
    assert_eq!(last_green.standing, Standing::Green);
    assert_eq!(last_green.next_change, Some(world.at("2 02:00:00.001")));
    let silent = world.verdict(well, world.at("2 02:00:00.001"));
    assert_eq!((silent.standing, rules(&silent)), (Standing::Unknown, vec![]));
    let stale: Vec<&str> =
        silent.as_of.iter().filter(|state| state.stale).map(|state| &*state.source).collect();
    assert_eq!(stale, ["laboratory"]);
    let ruling = gate(&world, &silent, "subway", Direction::In, Place::Elsewhere);
    assert_eq!((ruling.outcome, &*ruling.sentence), (Outcome::PassAndRegister, "not-known-yet"));
    let why = world.why_not(well, world.at("2 02:15"), Standing::Green).for_resident();
    let named = why.sources.iter().find(|source| source.stale).unwrap();
    assert_eq!(
        (&*named.source, named.complete_up_to),
        ("laboratory", Some(world.zone().day(world.at("1 20:00"))))
    );
    assert_eq!(
        ["zh", "en"].map(|language| world.policy.texts(language).source("laboratory").to_owned()),
        ["检测机构", "Laboratories"]
    );
    assert_eq!(world.verdict(well, again).standing, Standing::Green);
    // A red stays red, and the day that closed while the laboratory was heard is missed as ever.
    assert_eq!(world.verdict(contact, world.at("2 02:15")).standing, Standing::Red);
}

#[test]
fn a_day_whose_closing_midnight_lies_in_the_silence_is_not_missed_and_may_be_made_up() {
    let mut world = World::without_sources("hangzhou-2020");
    for source in ["case-register", "contact-tracing"] {
        world.hear(source, Time::MIN, Time::MAX);
    }
    let [last, again] = ["1 17:00", "2 09:00"].map(|text| world.at(text));
    world.hear("laboratory", Time::MIN, last);
    world.hear("laboratory", again, Time(again.0 + 30 * 86_400_000));
    let met = world.at("0 12:00");
    world.record(Said::new(THEY, Kind::Exposure, met, "contact-tracing").with("degree", "close"));
    let tally = |world: &World, text: &str| {
        let verdict = world.verdict(THEY, world.at(text));
        let Progress::All(parts) = &verdict.reasons[0].progress else { panic!() };
        let Progress::CheckIns { done, missed, .. } = &parts[1] else { panic!() };
        (*done, missed.len())
    };
    assert_eq!(tally(&world, "3 12:00"), (0, 1), "day 2 closed while everything was heard; day 1 did not");
    let made_up = world.at("4 20:00");
    let day = world.zone().day(world.at("1 12:00"));
    world.record(
        Said::new(THEY, Kind::CheckIn, made_up, "self").with("temperature", Number(36_500)).with("day", day),
    );
    assert_eq!(tally(&world, "4 20:00"), (1, 2));
}

#[test]
fn a_red_person_passes_at_their_own_gate_and_at_a_hospital_and_nowhere_else() {
    let mut world = city();
    let met = world.at("0 12:00");
    world.record(Said::new(THEY, Kind::Exposure, met, "contact-tracing").with("degree", "close"));
    let verdict = world.verdict(THEY, world.at("1 12:00"));
    assert_eq!(verdict.standing, Standing::Red);
    let told = |kind, direction, place| {
        let ruling = gate(&world, &verdict, kind, direction, place);
        (ruling.outcome, ruling.sentence.to_string())
    };
    let passes = |sentence: &str| (Outcome::PassAndRegister, sentence.to_owned());
    let stops = |sentence: &str| (Outcome::Stop, sentence.to_owned());
    assert_eq!(told("community", Direction::In, Place::Home), passes("going-home"));
    assert_eq!(told("community", Direction::Out, Place::Home), passes("leaving"));
    assert_eq!(told("hospital", Direction::In, Place::Elsewhere), passes("hospital"));
    assert_eq!(told("mall", Direction::In, Place::Elsewhere), stops("red"));
    assert_eq!(told("community", Direction::In, Place::Elsewhere), stops("red"));
    assert_eq!(told("mall", Direction::Out, Place::Elsewhere), passes("leaving"));
    assert_eq!(told("community", Direction::Out, Place::Isolation), stops("stay-in-isolation"));
    let emergency = AtGate {
        kind: "community",
        direction: Direction::Out,
        purpose: Purpose::Emergency,
        place: Place::Isolation,
        temperature: Some(Number(39_500)),
    };
    let ruling = world.policy.gate(&verdict, &emergency);
    assert_eq!((ruling.outcome, ruling.emergency), (Outcome::PassAndRegister, true));
    for language in ["zh", "en"] {
        let texts = world.policy.texts(language);
        for row in &world.policy.gate.rows {
            let sentence = texts.gate(&row.sentence);
            assert!(
                !sentence.is_empty() && sentence.chars().count() <= 60,
                "short enough to shout: {sentence}"
            );
        }
    }
}

#[test]
fn a_woman_of_82_without_a_telephone_from_declaration_to_green() {
    let mut world = city();
    let (born, came) = ("1937-11-05".parse::<kangma_core::Day>().unwrap(), world.at("0 09:30"));
    assert_eq!(world.verdict(THEY, Time(came.0 - 1)).standing, Standing::Undeclared);
    // An officer of the community writes down what she says: she coughs.
    world.declare(
        Said::new(THEY, Kind::Declaration, came, "officer")
            .with("purpose", "resident")
            .with("birth-date", born)
            .with("cough", true),
    );
    let verdict = world.verdict(THEY, came);
    assert_eq!((verdict.standing, rules(&verdict)), (Standing::Yellow, vec!["symptoms"]));
    assert!(duties(&verdict).contains(&"see-a-doctor"));
    in_both_languages(&world, "symptoms");
    let hospital = gate(&world, &verdict, "hospital", Direction::In, Place::Elsewhere);
    assert_eq!(hospital.outcome, Outcome::PassAndRegister);
    // Somebody telephones every day; one day the line is dead, which only waits.
    for day in [1, 2, 3, 5, 6, 7, 8] {
        let at = world.at(&format!("{day} 10:15"));
        check_in(&mut world, at, "officer", "staff");
    }
    assert_eq!(world.verdict(THEY, world.at("7 20:00")).standing, Standing::Yellow);
    assert_eq!(world.verdict(THEY, world.at("8 10:14:59.999")).standing, Standing::Yellow);
    let green = world.verdict(THEY, world.at("8 10:15"));
    assert_eq!((green.standing, rules(&green), duties(&green)), (Standing::Green, vec![], vec![]));
    assert_eq!(green.declaration.unwrap().until, world.at("15 00:00"));
}
