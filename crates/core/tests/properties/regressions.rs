//! What the properties found, each as the smallest story that shows it. In each the engine also has to agree with
//! the literal implementation at every instant.

use crate::{
    laws::difference,
    literal::{self, World},
    policies::{version_with_rule, with_rule, with_rule_in_auckland},
    stories::{FIRST_DAY, instant},
};
use kangma_core::{
    Attributes, CaseId, Evidence, EvidenceId, History, Kind, Number, Origin, PersonId, Policy, Sources, Span,
    Standing, Time, Value, Verdict, decide, verdict::Progress,
};
use std::sync::Arc;

struct Told {
    history: History,
    policy: Arc<Policy>,
    evidence: Vec<Evidence>,
}

impl Told {
    fn under(policy: Arc<Policy>) -> Self {
        Self { history: History::new(Arc::clone(&policy), Time(0)), policy, evidence: Vec::new() }
    }

    fn at(&self, day: i32, hour: i64) -> Time {
        instant(&self.policy.zone, day, hour * 60)
    }

    fn item(mut self, kind: Kind, day: i32, hour: i64, attributes: Attributes) -> Self {
        let happened_at = self.at(day, hour);
        self.evidence.push(Evidence {
            id: EvidenceId(u64::try_from(self.evidence.len() + 1).unwrap()),
            person: PersonId(1),
            kind,
            happened_at,
            recorded_at: happened_at,
            source: "officer".into(),
            origin: None,
            about: None,
            attributes,
        });
        self
    }

    fn recorded(mut self, day: i32, hour: i64) -> Self {
        let at = self.at(day, hour);
        self.evidence.last_mut().unwrap().recorded_at = at;
        self
    }

    fn about(mut self, item: u64) -> Self {
        self.evidence.last_mut().unwrap().about = Some(EvidenceId(item));
        self
    }

    fn of_case(mut self, case: u64) -> Self {
        self.evidence.last_mut().unwrap().origin = Some(Origin::Case(CaseId(case)));
        self
    }

    fn sample(self, day: i32, hour: i64, result: &str) -> Self {
        self.item(Kind::TestResult, day, hour, Attributes::new().with("result", result))
    }

    fn check_in(self, day: i32, hour: i64) -> Self {
        self.item(Kind::CheckIn, day, hour, Attributes::new())
    }

    fn fever_on(self, spoken_of: i32, day: i32, hour: i64) -> Self {
        let spoken_of = self.policy.zone.day(self.at(spoken_of, 0));
        let says = Attributes::new().with("fever", true).with("day", Value::Day(spoken_of));
        self.item(Kind::CheckIn, day, hour, says)
    }

    fn status(self, day: i32, hour: i64, status: &str) -> Self {
        self.item(Kind::CaseStatus, day, hour, Attributes::new().with("status", status))
    }

    fn exposed(self, day: i32, hour: i64) -> Self {
        self.item(Kind::Exposure, day, hour, Attributes::new().with("degree", "close"))
    }

    fn decided(&self, known_at: Time, effective_at: Time) -> Verdict {
        let world = World { history: &self.history, evidence: &self.evidence, heartbeats: &[], known_at };
        let found = decide(&self.history, &self.evidence, &Sources::new(), known_at, effective_at);
        let expected = Verdict { next_change: found.next_change, ..literal::verdict(world, effective_at) };
        assert!(found == expected, "{}", difference(&found, &expected));
        found
    }

    fn standing(&self, day: i32, hour: i64) -> Standing {
        let at = self.at(day, hour);
        self.decided(at, at).standing
    }
}

const EXPOSED: &str = "evidence = \"exposure\", degree = \"close\"";

#[test]
fn the_stories_begin_on_their_first_day() {
    let told = Told::under(with_rule(EXPOSED, "", "{ days = 1 }"));
    assert_eq!(told.policy.zone.day(told.at(0, 12)).to_string(), FIRST_DAY);
}

#[test]
fn an_abnormal_evening_before_the_days_are_over_starts_the_count_again() {
    let policy = with_rule(EXPOSED, "", "{ all = [{ days = 2 }, { check-ins = 2 }] }");
    let normal = Told::under(policy.clone()).exposed(0, 9).check_in(1, 8).check_in(2, 8);
    assert_eq!(normal.standing(2, 23), Standing::Red);
    assert_eq!(normal.standing(3, 0), Standing::Undeclared);
    let fever = normal.item(Kind::CheckIn, 2, 20, Attributes::new().with("fever", true));
    assert_eq!(fever.standing(3, 0), Standing::Red);
    let again = fever.check_in(3, 8).check_in(4, 8);
    assert_eq!(again.standing(4, 7), Standing::Red);
    assert_eq!(again.standing(4, 8), Standing::Undeclared);
}

#[test]
fn nothing_is_missed_while_enough_has_been_made() {
    let policy = with_rule(EXPOSED, "", "{ all = [{ days = 5 }, { check-ins = 2 }] }");
    let told = Told::under(policy).exposed(0, 9).check_in(1, 8).check_in(2, 8);
    let at = told.at(5, 9);
    let Progress::All(parts) = told.decided(at, at).reasons[0].progress.clone() else { panic!("two parts") };
    assert!(
        matches!(&parts[1], Progress::CheckIns { done: 2, missed, .. } if missed.is_empty()),
        "{parts:?}"
    );
}

#[test]
fn a_positive_sample_undoes_a_complete_pair() {
    let policy = with_rule(EXPOSED, "", "{ all = [{ days = 5 }, { negatives = 2 }] }");
    let pair = Told::under(policy).exposed(0, 9).sample(1, 8, "negative").sample(2, 8, "negative");
    assert_eq!(pair.standing(6, 0), Standing::Undeclared);
    let broken = pair.sample(4, 8, "positive");
    assert_eq!(broken.standing(6, 0), Standing::Red);
    let again = broken.sample(6, 8, "negative").sample(7, 8, "negative");
    assert_eq!(again.standing(7, 7), Standing::Red);
    assert_eq!(again.standing(7, 8), Standing::Undeclared);
}

#[test]
fn a_sample_too_early_for_the_pair_does_not_put_the_next_one_off() {
    let policy = with_rule(EXPOSED, "", "{ negatives = 2 }");
    let told = Told::under(policy).exposed(0, 7).sample(0, 8, "negative").sample(0, 18, "negative");
    let at = told.at(0, 20);
    let progress = told.decided(at, at).reasons[0].progress.clone();
    assert!(matches!(progress, Progress::Negatives { done: 1, next_from, .. } if next_from == told.at(1, 8)));
    assert_eq!(told.sample(1, 8, "negative").standing(1, 8), Standing::Undeclared);
}

#[test]
fn samples_after_enough_of_them_change_nothing() {
    let policy = with_rule(EXPOSED, "", "{ all = [{ days = 9 }, { negatives = 1 }] }");
    let told = Told::under(policy).exposed(0, 9).sample(1, 8, "negative").sample(4, 8, "negative");
    let at = told.at(5, 9);
    let Progress::All(parts) = told.decided(at, at).reasons[0].progress.clone() else { panic!("two parts") };
    assert!(
        matches!(parts[1], Progress::Negatives { done: 1, met_at: Some(met_at), .. } if met_at == told.at(1, 8))
    );
}

#[test]
fn a_sample_that_could_have_been_taken_before_today_is_expected_today_and_not_in_the_past() {
    let policy = with_rule(EXPOSED, "", "{ negatives = 2, not-before = \"48 h\" }");
    let told = Told::under(policy).exposed(0, 9);
    let expected = |told: &Told, day, hour| {
        let at = told.at(day, hour);
        let verdict = told.decided(at, at);
        (verdict.reasons[0].expected_end, verdict.next_change)
    };
    // Two samples a day apart, the first of them 48 hours after the exposure.
    assert_eq!(expected(&told, 1, 12), (Some(told.at(3, 9)), Some(told.at(3, 0))));
    assert_eq!(expected(&told, 5, 12), (Some(told.at(6, 0)), Some(told.at(6, 0))));
    let one = told.sample(3, 10, "negative");
    assert_eq!(expected(&one, 3, 12), (Some(one.at(4, 10)), Some(one.at(5, 0))));
    assert_eq!(expected(&one, 9, 12), (Some(one.at(9, 0)), Some(one.at(10, 0))));
}

#[test]
fn a_recovery_does_not_begin_again_what_had_ended() {
    let policy = with_rule(
        "evidence = \"case-status\", status = \"confirmed\"",
        "anchor = \"recovery\"",
        "{ days = 5 }",
    );
    let status = |status: &str| Attributes::new().with("status", status);
    let told = Told::under(policy).item(Kind::CaseStatus, 0, 9, status("confirmed"));
    assert_eq!(told.standing(6, 0), Standing::Undeclared);
    let late = Told { evidence: told.evidence.clone(), ..Told::under(told.policy.clone()) }.item(
        Kind::CaseStatus,
        10,
        9,
        status("recovered"),
    );
    assert_eq!(late.standing(10, 9), Standing::Undeclared);
    let early = told.item(Kind::CaseStatus, 3, 9, status("recovered"));
    assert_eq!(early.standing(8, 23), Standing::Red);
    assert_eq!(early.standing(9, 0), Standing::Undeclared);
}

#[test]
fn a_further_order_for_fewer_check_ins_does_not_shorten_the_first() {
    let amount = "{ from = \"order.check-ins\", default = 3, most = 9 }";
    let policy = with_rule("evidence = \"isolation-order\"", "", &format!("{{ check-ins = {amount} }}"));
    let order = |n| Attributes::new().with("check-ins", Number::whole(n));
    let one = Told::under(policy).item(Kind::IsolationOrder, 0, 9, order(4));
    let both = one.item(Kind::IsolationOrder, 0, 10, order(1)).check_in(1, 8).check_in(2, 8).check_in(3, 8);
    assert_eq!(both.standing(3, 9), Standing::Red);
    assert_eq!(both.check_in(4, 8).standing(4, 8), Standing::Undeclared);
}

#[test]
fn an_ended_item_supports_nothing() {
    let policy =
        with_rule(&format!("count = {{ {EXPOSED} }}, at-least = 2, within = \"9 d\""), "", "{ days = 9 }");
    let told = Told::under(policy).exposed(0, 9).exposed(1, 9).exposed(2, 9);
    let ended = told.item(Kind::Ending, 3, 9, Attributes::new()).about(1);
    let items = |day| ended.decided(ended.at(day, 10), ended.at(day, 10)).reasons[0].support[0].items.clone();
    assert_eq!(items(2), [EvidenceId(1), EvidenceId(2), EvidenceId(3)]);
    assert_eq!(items(3), [EvidenceId(2), EvidenceId(3)]);
}

#[test]
fn whether_somebody_was_free_before_late_evidence_came_does_not_depend_on_when_one_asks() {
    let policy = with_rule("evidence = \"symptom-onset\"", "", "{ days = 14 }");
    let onset = |told: Told, day| told.item(Kind::SymptomOnset, day, 9, Attributes::new());
    let told = onset(onset(Told::under(policy), 0), 6).recorded(17, 9);
    let known_at = told.at(17, 9);
    for day in [8, 14, 15, 16, 17] {
        assert_eq!(told.decided(known_at, told.at(day, 10)).reasons[0].told_at, known_at, "day {day}");
    }
}

/// When enough check-ins had been made, of a rule that asks for days and check-ins.
fn enough_at(told: &Told, day: i32, hour: i64) -> Option<Time> {
    let at = told.at(day, hour);
    let Progress::All(parts) = told.decided(at, at).reasons[0].progress.clone() else { panic!("two parts") };
    let Progress::CheckIns { met_at, .. } = parts[1] else { panic!("the second part is check-ins") };
    met_at
}

#[test]
fn days_before_somebody_was_told_can_be_enough_and_a_later_word_on_one_of_them_counts_them_again() {
    let policy = with_rule(EXPOSED, "", "{ all = [{ days = 9 }, { check-ins = 2 }] }");
    let told = Told::under(policy).exposed(0, 9).recorded(8, 7);
    assert_eq!(enough_at(&told, 8, 7), Some(told.at(3, 0)));
    let fever = told.fever_on(3, 8, 8);
    assert_eq!(enough_at(&fever, 8, 7), Some(fever.at(3, 0)));
    assert_eq!(enough_at(&fever, 8, 8), Some(fever.at(6, 0)));
    let again = fever.fever_on(7, 8, 9);
    assert_eq!(enough_at(&again, 8, 9), None);
}

#[test]
fn a_late_word_on_an_early_day_leaves_the_later_days_counted() {
    let policy = with_rule(EXPOSED, "", "{ all = [{ days = 9 }, { check-ins = 2 }] }");
    let told = Told::under(policy).exposed(0, 9).check_in(1, 8).check_in(2, 8).check_in(3, 8);
    assert_eq!(enough_at(&told, 4, 9), Some(told.at(2, 8)));
    let fever = told.fever_on(1, 4, 8);
    assert_eq!(enough_at(&fever, 4, 9), Some(fever.at(3, 8)));
    assert_eq!(fever.standing(10, 0), Standing::Undeclared);
}

#[test]
fn whether_days_had_run_counts_from_a_recovery_that_came_before_they_were_recorded() {
    let confirmed = "evidence = \"case-status\", status = \"confirmed\"";
    let until = "{ all = [{ days = 5 }, { check-ins = 5 }] }";
    let policy = with_rule(confirmed, "anchor = \"recovery\"", until);
    let told = || Told::under(policy.clone()).status(0, 9, "confirmed").recorded(8, 9);
    assert_eq!(told().standing(8, 10), Standing::Undeclared);
    assert_eq!(told().status(4, 9, "recovered").standing(8, 10), Standing::Red);
    assert_eq!(told().status(9, 9, "recovered").standing(9, 10), Standing::Undeclared);
}

#[test]
fn a_recovery_counts_unless_it_is_known_to_be_of_another_case() {
    let confirmed = "evidence = \"case-status\", status = \"confirmed\"";
    let policy = with_rule(confirmed, "", "{ any = [{ recovery = true }, { days = 30 }] }");
    let sick = || Told::under(policy.clone()).status(0, 9, "confirmed");
    let after = |told: Told| told.standing(3, 9);
    assert_eq!(after(sick().of_case(7).status(2, 9, "recovered").of_case(8)), Standing::Red);
    assert_eq!(after(sick().of_case(7).status(2, 9, "recovered").of_case(7)), Standing::Undeclared);
    assert_eq!(after(sick().of_case(7).status(2, 9, "recovered")), Standing::Undeclared);
    assert_eq!(after(sick().status(2, 9, "recovered").of_case(8)), Standing::Undeclared);
}

#[test]
fn an_order_is_over_at_the_end_that_it_names_and_not_before() {
    let policy =
        with_rule("evidence = \"isolation-order\"", "", "{ all = [{ order-end = true }, { days = 9 }] }");
    let told = Told::under(policy);
    let until = told.at(3, 12);
    let told = told.item(Kind::IsolationOrder, 0, 9, Attributes::new().with("until", until));
    let met_at = |now: Time| {
        let Progress::All(parts) = told.decided(now, now).reasons[0].progress.clone() else {
            panic!("two parts")
        };
        let Progress::OrderEnd { met_at, .. } = parts[0] else { panic!("the first part is the order's end") };
        met_at
    };
    assert_eq!((met_at(until - Span(1)), met_at(until)), (None, Some(until)));
}

#[test]
fn an_exclusion_takes_back_what_was_said_of_its_case_before_and_is_itself_to_be_seen() {
    let confirmed = "evidence = \"case-status\", status = \"confirmed\"";
    let excluded = "evidence = \"case-status\", status = \"excluded\"";
    let sick = |when: &str, until: &str| {
        Told::under(with_rule(when, "", until))
            .status(0, 9, "confirmed")
            .of_case(7)
            .status(1, 9, "excluded")
            .of_case(7)
    };
    assert_eq!(sick(confirmed, "{ days = 9 }").standing(1, 9), Standing::Undeclared);
    assert_eq!(
        sick(confirmed, "{ days = 9 }").status(2, 9, "confirmed").of_case(7).standing(2, 9),
        Standing::Red
    );
    let other = sick(
        "evidence = \"symptom-onset\"",
        &format!("{{ any = [{{ event = {{ {excluded} }} }}, {{ days = 9 }}] }}"),
    );
    assert_eq!(other.item(Kind::SymptomOnset, 0, 8, Attributes::new()).standing(1, 9), Standing::Undeclared);
}

#[test]
fn a_release_speaks_of_the_rule_or_of_the_item_that_it_names() {
    let policy = with_rule(EXPOSED, "", "{ days = 9 }");
    let exposed = || Told::under(policy.clone()).exposed(0, 9).sample(0, 10, "negative");
    let of_rule = |rule: &str| exposed().item(Kind::Release, 1, 9, Attributes::new().with("rule", rule));
    let of_item = |item| exposed().item(Kind::Release, 1, 9, Attributes::new()).about(item);
    assert_eq!(of_rule("r0").standing(1, 9), Standing::Undeclared);
    assert_eq!(of_rule("r1").standing(1, 9), Standing::Red);
    assert_eq!(of_item(1).standing(1, 9), Standing::Undeclared);
    assert_eq!(of_item(2).standing(1, 9), Standing::Red);
}

#[test]
fn an_end_by_release_waits_for_one_of_its_rule_after_its_trigger() {
    let policy = with_rule(EXPOSED, "", "{ any = [{ release = true }, { days = 30 }] }");
    let release = |told: Told, day, hour, rule: &str| {
        told.item(Kind::Release, day, hour, Attributes::new().with("rule", rule))
    };
    let early = release(Told::under(policy), 0, 8, "r0").exposed(0, 9);
    assert_eq!(early.standing(1, 0), Standing::Red);
    let others = release(early, 1, 8, "r1");
    assert_eq!(others.standing(1, 9), Standing::Red);
    let own = release(others, 1, 9, "r0");
    assert_eq!([own.standing(1, 8), own.standing(1, 9)], [Standing::Red, Standing::Undeclared]);
}

const FIRST_STAGE_OF_A_DAY: &str = "[[rule.stage]]\ncolour = \"red\"\nuntil = { days = 1 }";

#[test]
fn a_release_in_one_stage_does_not_end_the_next() {
    let policy = with_rule(EXPOSED, FIRST_STAGE_OF_A_DAY, "{ any = [{ release = true }, { days = 30 }] }");
    let release = |told: Told, day| told.item(Kind::Release, day, 12, Attributes::new().with("rule", "r0"));
    let early = release(Told::under(policy).exposed(0, 9), 0);
    assert_eq!(early.standing(4, 0), Standing::Red);
    assert_eq!(release(early, 4).standing(4, 12), Standing::Undeclared);
}

#[test]
fn a_release_does_not_cover_what_was_recorded_after_it() {
    let policy = with_rule(EXPOSED, "", "{ days = 9 }");
    let told = Told::under(policy).item(Kind::Release, 1, 9, Attributes::new().with("rule", "r0"));
    let late = told.exposed(0, 9).recorded(3, 9);
    assert_eq!(late.standing(3, 10), Standing::Red);
    let again = late.item(Kind::Release, 3, 11, Attributes::new().with("rule", "r0"));
    assert_eq!(again.standing(3, 11), Standing::Undeclared);
}

#[test]
fn a_trigger_is_no_event_that_ends_its_own_reason() {
    let policy = with_rule(EXPOSED, "again = \"first\"", &format!("{{ event = {{ {EXPOSED} }} }}"));
    let told = Told::under(policy).exposed(0, 9);
    assert_eq!(told.standing(1, 0), Standing::Red);
}

#[test]
fn what_is_told_at_the_instant_of_a_new_version_is_judged_by_that_one_alone() {
    let until = "{ days = 9 }";
    let mut told = Told::under(with_rule(EXPOSED, "", until)).exposed(0, 9).exposed(1, 9);
    let change = told.at(1, 9);
    told.history.publish(version_with_rule(2, EXPOSED, "", until), change);
    let at = told.at(1, 10);
    let judged: Vec<_> = told
        .decided(at, at)
        .reasons
        .iter()
        .map(|reason| (reason.policy.version, reason.triggered_at))
        .collect();
    assert_eq!(judged, [(1, told.at(0, 9)), (2, change)]);
}

#[test]
fn the_stage_after_an_ended_order_goes_on() {
    let first = "[[rule.stage]]\ncolour = \"red\"\nuntil = { order-end = true }";
    let policy = with_rule("evidence = \"isolation-order\"", first, "{ days = 2 }");
    let ordered = Told::under(policy).item(Kind::IsolationOrder, 0, 9, Attributes::new());
    let ended = ordered.item(Kind::Ending, 1, 9, Attributes::new()).about(1);
    assert_eq!([ended.standing(1, 8), ended.standing(1, 10)], [Standing::Red; 2]);
    assert_eq!([ended.standing(2, 12), ended.standing(9, 0)], [Standing::Red, Standing::Undeclared]);
}

#[test]
fn a_recovery_at_the_very_end_of_a_stage_still_counts() {
    let policy = with_rule(
        "evidence = \"case-status\", status = \"confirmed\"",
        "anchor = \"recovery\"",
        "{ days = 5 }",
    );
    let ill = Told::under(policy).status(0, 9, "confirmed");
    assert_eq!(ill.standing(6, 0), Standing::Undeclared);
    let recovered = ill.status(6, 0, "recovered");
    assert_eq!([recovered.standing(6, 0), recovered.standing(12, 0)], [Standing::Red, Standing::Undeclared]);
}

#[test]
fn an_exclusion_of_no_case_takes_nothing_back() {
    let told = Told::under(with_rule(EXPOSED, "", "{ days = 9 }")).exposed(0, 9);
    let excluded = told.status(1, 9, "excluded").about(1);
    assert_eq!(excluded.standing(1, 10), Standing::Red);
}

#[test]
fn a_recovery_that_is_itself_the_trigger_ends_nothing() {
    let policy = with_rule("evidence = \"case-status\"", "", "{ any = [{ recovery = true }, { days = 9 }] }");
    let told = Told::under(policy).status(0, 9, "recovered");
    assert_eq!(told.standing(1, 0), Standing::Red);
    assert_eq!(told.status(1, 9, "recovered").standing(1, 10), Standing::Red);
}

#[test]
fn a_release_that_is_itself_the_trigger_ends_nothing() {
    let policy = with_rule("evidence = \"release\"", "", "{ any = [{ release = true }, { days = 9 }] }");
    let told = Told::under(policy).item(Kind::Release, 0, 9, Attributes::new().with("rule", "r0"));
    assert_eq!(told.standing(1, 0), Standing::Red);
}

#[test]
fn each_condition_that_was_met_supports_the_reason() {
    let when = "all = [{ evidence = \"exposure\" }, { evidence = \"symptom-onset\" }, { evidence = \"test-result\" }], \
                at-least = 2, within = \"9 d\"";
    let told = Told::under(with_rule(when, "", "{ days = 9 }")).exposed(0, 9).sample(1, 9, "negative");
    let at = told.at(1, 10);
    let support = told.decided(at, at).reasons[0].support.clone();
    let met: Vec<_> = support.iter().map(|one| (one.condition, one.items.clone())).collect();
    assert_eq!(met, [(0, vec![EvidenceId(1)]), (2, vec![EvidenceId(2)])]);
}

#[test]
fn of_several_triggers_an_ended_one_triggers_nothing() {
    let when = format!("any = [{{ {EXPOSED} }}, {{ evidence = \"symptom-onset\" }}]");
    let exposed = Told::under(with_rule(&when, "", "{ days = 9 }")).exposed(0, 9);
    let ended = exposed.item(Kind::Ending, 1, 9, Attributes::new()).about(1);
    assert_eq!([ended.standing(1, 8), ended.standing(1, 9)], [Standing::Red, Standing::Undeclared]);
    let another = ended.item(Kind::SymptomOnset, 1, 10, Attributes::new());
    assert_eq!(another.standing(1, 11), Standing::Red, "what nothing ended still triggers");
}

#[test]
fn nothing_is_taken_back_before_it_was_said() {
    let told = Told::under(with_rule(EXPOSED, "", "{ days = 9 }"));
    let told = told.item(Kind::Withdrawal, 0, 8, Attributes::new()).about(2).exposed(0, 9);
    assert_eq!(told.standing(1, 0), Standing::Red);
}

#[test]
fn before_somebody_is_told_the_end_is_expected_when_the_last_day_is_over() {
    let first = "[[rule.stage]]\ncolour = \"red\"\nuntil = { check-ins = 2 }";
    let expected = |told_on: i32| {
        let told = Told::under(with_rule(EXPOSED, first, "{ days = 30 }")).exposed(0, 9).recorded(told_on, 9);
        let verdict = told.decided(told.at(10, 0), told.at(1, 12));
        (verdict.reasons[0].expected_end, [told.at(2, 0), told.at(3, 0)])
    };
    let (end, [_, over]) = expected(9);
    assert_eq!(end, Some(over));
    // On the day itself a check-in is owed, and one made in its first instant is enough.
    let (end, [begins, _]) = expected(2);
    assert_eq!(end, Some(begins));
}

#[test]
fn days_that_have_run_bring_no_further_change() {
    let policy = with_rule(EXPOSED, "", "{ all = [{ days = 1 }, { elapsed = \"480 h\" }] }");
    let told = Told::under(policy).exposed(0, 9);
    let at = told.at(3, 9);
    assert_eq!(told.decided(at, at).next_change, Some(told.at(20, 9)), "not each midnight anew");
}

#[test]
fn what_comes_at_the_instant_at_which_the_waiting_is_over_comes_too_late() {
    let waiting =
        "absent = { evidence = \"check-in\" }, for = \"2 d\", since = { evidence = \"declaration\" }";
    let told = Told::under(with_rule(waiting, "", "{ days = 9 }"));
    let told = told.item(Kind::Declaration, 0, 9, Attributes::new()).check_in(3, 0);
    let at = told.at(3, 0);
    let reason = told.decided(at, at).reasons.remove(0);
    assert_eq!((reason.triggered_at, &*reason.support[0].items), (at, &[EvidenceId(1)][..]));
}

#[test]
fn the_next_change_after_one_that_is_due_now_is_the_one_after_it() {
    let until = "{ all = [{ elapsed = \"5 h\" }, { elapsed = \"48 h\" }, { recovery = true }] }";
    let told = Told::under(with_rule(EXPOSED, "", until)).exposed(0, 9);
    let next = |day, hour| told.decided(told.at(day, hour), told.at(day, hour)).next_change;
    assert_eq!([next(0, 9), next(0, 14)], [Some(told.at(0, 14)), Some(told.at(2, 9))]);
    let declared = Told::under(told.policy.clone()).item(Kind::Declaration, 0, 9, Attributes::new());
    let next = |day, hour| declared.decided(declared.at(day, hour), declared.at(day, hour)).next_change;
    // It is valid for 60 days; nothing comes after that.
    assert_eq!([next(0, 9), next(61, 0)], [Some(declared.at(61, 0)), None]);
}

#[test]
fn after_a_day_of_23_hours_the_day_before_it_is_missed_an_hour_after_midnight() {
    let told = Told::under(with_rule_in_auckland(EXPOSED, "{ check-ins = 9 }"));
    // Clocks go forward on 27 September 2020, the 196th day after the first.
    let told = told.exposed(193, 9).check_in(194, 9);
    let begins = told.at(197, 0);
    assert_eq!(begins - told.at(196, 0), Span::from_hours(23));
    let verdict = told.decided(begins, begins);
    let missed = |verdict: &Verdict| match &verdict.reasons[0].progress {
        Progress::CheckIns { missed, .. } => missed.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!((missed(&verdict), verdict.next_change), (0, Some(told.at(197, 1))));
    assert_eq!(missed(&told.decided(told.at(197, 1), told.at(197, 1))), 1);
}

#[test]
fn nothing_spares_one_from_itself() {
    let itself = format!("unless = [{{ {EXPOSED}, before = \"trigger\" }}]");
    let told = Told::under(with_rule(EXPOSED, &itself, "{ days = 9 }")).exposed(0, 9);
    assert_eq!(told.standing(1, 0), Standing::Red);
}

#[test]
fn what_is_recorded_at_the_instant_of_the_end_was_told_to_somebody_who_was_free_again() {
    let told = Told::under(with_rule(EXPOSED, "", "{ days = 2 }")).exposed(0, 9);
    let told = told.exposed(1, 9).recorded(3, 0);
    let at = told.at(3, 0);
    assert_eq!(told.decided(at - Span(1), at - Span(1)).reasons[0].expected_end, Some(at));
    assert_eq!(told.decided(at, at).reasons[0].told_at, at);
}
