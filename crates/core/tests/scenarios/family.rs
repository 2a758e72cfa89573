//! "Family members turn red. Why haven't I changed?" Four people in one household, one of them away.

use crate::world::{Said, World, rules};
use kangma_core::{
    Assurance, CaseId, Encounter, Kind, Link, Origin, PersonId, PointId, Separation, Span, Standing, Time,
    Window, compare,
    why_not::{Because, ResidentWhyNotBecause},
};

const MOTHER: PersonId = PersonId(0x1111_2222_3333_4444);
const FATHER: PersonId = PersonId(0x2222_3333_4444_5555);
const CHILD: PersonId = PersonId(0x3333_4444_5555_6666);
const GRANDMOTHER: PersonId = PersonId(0x4444_5555_6666_7777);
const COLLEAGUE: PersonId = PersonId(0x5555_6666_7777_8888);
const HOUSEHOLD: [PersonId; 4] = [MOTHER, FATHER, CHILD, GRANDMOTHER];
const RESTAURANT: PointId = PointId(0x6666_7777_8888_9999);
const OF_COLLEAGUE: CaseId = CaseId(0x7777_8888_9999_aaaa);
const OF_MOTHER: CaseId = CaseId(0x8888_9999_aaaa_bbbb);

/// What everybody of the household is, who would expect red, and what came of the rules that could give it.
struct Step {
    at: &'static str,
    standings: [Standing; 4],
    rules: [&'static [&'static str]; 4],
}

fn household(policy: &str) -> World {
    let mut world = World::under(policy);
    let long_ago = world.at("-300 00:00");
    for (place, one) in HOUSEHOLD.iter().enumerate() {
        for other in &HOUSEHOLD[place + 1..] {
            world.links.push(Link {
                persons: [*one, *other],
                from: long_ago,
                until: None,
                weekdays: [true; 7],
            });
        }
    }
    let away = Window { from: world.at("-3 00:00"), until: world.at("40 00:00") };
    world.separations.push(Separation { person: GRANDMOTHER, window: away });
    for (person, day) in HOUSEHOLD.iter().flat_map(|person| ["0 07:00", "7 07:00"].map(|day| (*person, day)))
    {
        let at = world.at(day);
        world.declare(Said::new(person, Kind::Declaration, at, "self").with("purpose", "resident"));
    }
    let (from, until) = (world.at("0 10:00"), world.at("0 10:20"));
    world.encounters.push(Encounter {
        contact: MOTHER,
        via: None,
        point: RESTAURANT,
        point_kind: "restaurant".into(),
        day: world.zone().day(from),
        window: Window { from, until },
        unbroken: Span::from_minutes(20),
        summed: Span::from_minutes(20),
        crowd: 12,
        assurance: Assurance::DeviceBound,
    });
    world
}

/// The colleague is a case on day 3, so the mother is a contact; she is a case on day 6; that is withdrawn on day 8.
fn told(policy: &str) -> World {
    let mut world = household(policy);
    let [onset, report] = ["1 08:00", "3 09:00"].map(|text| world.at(text));
    world.report_case(OF_COLLEAGUE, COLLEAGUE, onset, report, report);
    // The mother's case reaches nobody through the restaurant: that encounter was the colleague's.
    world.encounters.clear();
    let [onset, report, withdrawal] = ["5 08:00", "6 10:00", "8 12:00"].map(|text| world.at(text));
    world.report_case(OF_MOTHER, MOTHER, onset, report, report);
    world.withdraw_case(OF_MOTHER, withdrawal);
    world
}

fn follow(world: &World, steps: &[Step]) {
    for step in steps {
        let at = world.at(step.at);
        for (place, person) in HOUSEHOLD.into_iter().enumerate() {
            let verdict = world.verdict(person, at);
            let who = format!("member {place} at {}", step.at);
            assert_eq!(verdict.standing, step.standings[place], "{who}");
            assert_eq!(rules(&verdict), step.rules[place], "{who}");
            let asked = if verdict.standing == Standing::Red { Standing::Green } else { Standing::Red };
            nothing_gives_anybody_away(&world.read_by_resident(person, at, asked), person, world, &who);
            every_rule_that_could_give_it_answers(world, person, at, step.rules[place], &who);
        }
    }
}

/// Why not red: each rule that could give it says that it is live, or that nothing is known, or that it has ended.
fn every_rule_that_could_give_it_answers(
    world: &World,
    person: PersonId,
    at: Time,
    live: &[&str],
    who: &str,
) {
    let answer = world.why_not(person, at, Standing::Red);
    let readable = answer.for_resident();
    assert!(answer.rules.len() > 5, "{who}");
    for (rule, plain) in answer.rules.iter().zip(&readable.rules) {
        let is_live = live.contains(&&*rule.rule);
        assert_eq!(matches!(rule.because, Because::Live(_)), is_live, "{who}: {}", rule.rule);
        assert_eq!(plain.because == ResidentWhyNotBecause::Live, is_live, "{who}: {}", rule.rule);
        let spoken =
            ["zh", "en"].map(|language| world.policy.texts(language).resident(&rule.rule).to_owned());
        assert!(spoken.iter().all(|text| !text.is_empty()) && spoken[0] != spoken[1], "{who}: {}", rule.rule);
    }
}

/// Nothing that a resident reads names another person, a case, a place, or an hour.
fn nothing_gives_anybody_away(wire: &str, reader: PersonId, world: &World, who: &str) {
    let others = HOUSEHOLD.into_iter().chain([COLLEAGUE]).filter(|person| *person != reader);
    let mut secret: Vec<String> = others.map(|person| person.to_string()).collect();
    secret.extend([RESTAURANT.to_string(), OF_COLLEAGUE.to_string(), OF_MOTHER.to_string()]);
    secret.extend(
        ["restaurant", "household", "mother", "colleague", "餐", "家人", "母亲", "同事"].map(str::to_owned),
    );
    for word in secret {
        assert!(!wire.contains(&word), "{who} reads `{word}` in {wire}");
    }
    // An instant may occur where it is the beginning of a day; any other would be an hour.
    for (place, _) in
        wire.match_indices('T').filter(|(place, _)| wire.as_bytes().get(place + 3) == Some(&b':'))
    {
        let from = place - "2020-03-02".len();
        let end = place + wire[place..].find('Z').unwrap_or(0);
        let time: Time = wire[from..=end].parse().unwrap();
        assert_eq!(world.zone().midnight(world.zone().day(time)), time, "{who} reads an hour in {wire}");
    }
}

use Standing::{Green, Red};

#[test]
fn under_hangzhou_a_contact_of_a_contact_is_nothing_and_a_withdrawn_case_leaves_no_trace() {
    let world = told("hangzhou-2020");
    let contact: &[&str] = &["close-contact"];
    let step = |at, standings, rules| Step { at, standings, rules };
    follow(
        &world,
        &[
            step("3 08:59:59.999", [Green; 4], [&[]; 4]),
            step("3 09:00", [Red, Green, Green, Green], [contact, &[], &[], &[]]),
            step("6 09:59:59.999", [Red, Green, Green, Green], [contact, &[], &[], &[]]),
            step("6 10:00", [Red, Red, Red, Green], [&["close-contact", "confirmed"], contact, contact, &[]]),
            step(
                "8 11:59:59.999",
                [Red, Red, Red, Green],
                [&["close-contact", "confirmed"], contact, contact, &[]],
            ),
            step("8 12:00", [Red, Green, Green, Green], [contact, &[], &[], &[]]),
        ],
    );
}

#[test]
fn under_transcode_the_household_of_a_contact_is_red_for_seven_days() {
    let world = told("transcode-2022");
    let (first, second): (&[&str], &[&str]) = (&["close-contact"], &["contact-of-contact"]);
    let both: &[&str] = &["close-contact", "contact-of-contact"];
    let step = |at, standings, rules| Step { at, standings, rules };
    follow(
        &world,
        &[
            step("3 08:59:59.999", [Green; 4], [&[]; 4]),
            step("3 09:00", [Red, Red, Red, Green], [first, second, second, &[]]),
            step("6 10:00", [Red, Red, Red, Green], [&["case", "close-contact"], both, both, &[]]),
            step("8 12:00", [Red, Red, Red, Green], [first, second, second, &[]]),
        ],
    );
}

#[test]
fn the_officer_sees_the_chain_and_the_margin_that_the_resident_does_not() {
    let world = told("transcode-2022");
    let at = world.at("3 09:00");
    let verdict = world.verdict(FATHER, at);
    let support = &verdict.reasons[0].support;
    let trigger =
        world.of(FATHER).into_iter().find(|item| Some(item.id) == verdict.reasons[0].trigger).unwrap();
    assert_eq!(support[0].items, [trigger.id]);
    assert_eq!(trigger.origin, Some(Origin::Case(OF_COLLEAGUE)));
    assert_eq!(trigger.attributes.text("degree"), Some("secondary"));
    let answer = world.why_not(FATHER, at, Standing::Red);
    let close = answer.rules.iter().find(|rule| &*rule.rule == "close-contact").unwrap();
    let Because::NotMet(not_met) = &close.because else { panic!("{:?}", close.because) };
    let nearest = not_met.conditions[0].nearest.as_ref().unwrap();
    assert_eq!(nearest.item, trigger.id);
    assert_eq!((&*nearest.misses[0].attribute, &*nearest.misses[0].needed), ("degree", "close"));
}

#[test]
fn when_the_report_comes_a_day_late_why_not_names_the_source_and_its_last_answer() {
    for policy in ["hangzhou-2020", "transcode-2022"] {
        let mut world = World::without_sources(policy);
        let mut told = household(policy);
        std::mem::swap(&mut world.links, &mut told.links);
        std::mem::swap(&mut world.separations, &mut told.separations);
        let names: Vec<String> = world.policy.sources.iter().map(|source| source.name.to_string()).collect();
        let last_word = world.at("6 06:00");
        for name in &names {
            let (always, complete) =
                if name == "contact-tracing" { (last_word, last_word) } else { (Time::MIN, Time::MAX) };
            world.hear(name, always, complete);
        }
        let declared = world.at("0 07:00");
        world.declare(Said::new(FATHER, Kind::Declaration, declared, "self"));
        let [onset, positive, recorded] = ["5 08:00", "6 10:00", "7 10:00"].map(|text| world.at(text));
        world.report_case(OF_MOTHER, MOTHER, onset, positive, recorded);
        // On the evening of day 6 she is ill, and nobody has told the system.
        let evening = world.at("6 20:00");
        let verdict = world.verdict(FATHER, evening);
        assert_eq!((verdict.standing, rules(&verdict)), (Standing::Green, vec![]));
        let answer = world.why_not(FATHER, evening, Standing::Red);
        let close = answer.rules.iter().find(|rule| &*rule.rule == "close-contact").unwrap();
        assert!(matches!(close.because, Because::NotMet(_)), "{:?}", close.because);
        assert_eq!(close.sources.len(), 1);
        assert_eq!(
            (&*close.sources[0].source, close.sources[0].complete_up_to),
            ("contact-tracing", Some(last_word))
        );
        let plain = answer.for_resident();
        let close = plain.rules.iter().find(|rule| &*rule.rule == "close-contact").unwrap();
        assert_eq!(close.because, ResidentWhyNotBecause::NothingKnown);
        assert_eq!(close.sources[0].complete_up_to, Some(world.zone().day(last_word)));
        let named =
            ["zh", "en"].map(|language| world.policy.texts(language).source("contact-tracing").to_owned());
        assert_eq!(named, ["流行病学调查", "Contact tracing"]);
        // The report arrives, and with it the colour; what was decided the evening before stays as it was.
        let heard = world.at("7 09:00");
        world.hear("contact-tracing", heard, heard);
        assert_eq!(world.verdict(FATHER, recorded).standing, Standing::Red);
        assert_eq!(world.verdict_known(FATHER, evening, evening).standing, Standing::Green);
    }
}

#[test]
fn two_of_a_household_side_by_side_show_the_rule_that_holds_one_of_them() {
    let world = told("hangzhou-2020");
    let at = world.at("3 09:00");
    let history = kangma_core::History::new(world.policy.clone(), Time::MIN);
    let mut sources = kangma_core::Sources::new();
    for source in &world.policy.sources {
        sources.hear(&kangma_core::Heartbeat {
            source: source.name.clone(),
            recorded_at: Time::MIN,
            complete_up_to: Time::MAX,
        });
    }
    let compared = compare(&history, [&world.of(FATHER), &world.of(MOTHER)], &sources, at, at);
    let plain = compared.for_resident();
    assert_eq!(plain.standings, [Standing::Green, Standing::Red]);
    assert_eq!(plain.not_mine.len(), 1);
    assert_eq!(&*plain.not_mine[0].rule, "close-contact");
    assert_eq!(plain.not_mine[0].because, ResidentWhyNotBecause::NothingKnown);
    assert!(plain.only_mine.is_empty());
}
