//! What is decided in outline, beside the whole verdict.

use crate::{
    laws::cases,
    literal,
    worlds::{Built, case},
};
use kangma_core::{
    Attributes, Evidence, EvidenceId, Heartbeat, Kind, Sources, Span, Time, Verdict,
    decide::{Outline, outline},
    verdict::Progress,
};
use proptest::{prelude::*, test_runner::TestRunner};
use std::cell::Cell;

fn outlined<'b>(built: &'b Built, evidence: &[Evidence], sources: &Sources, at: (Time, Time)) -> Outline<'b> {
    outline(&built.history, evidence, sources, at.0, at.1)
}

fn duties(outline: &Outline<'_>) -> Vec<String> {
    let mut duties: Vec<String> = outline.duties.iter().map(|duty| duty.id.to_string()).collect();
    duties.sort();
    duties
}

fn counts_check_ins(progress: &Progress) -> bool {
    match progress {
        Progress::All(parts) | Progress::Any(parts) => parts.iter().any(counts_check_ins),
        leaf => matches!(leaf, Progress::CheckIns { .. }),
    }
}

/// Sources of which everything is known for ever.
fn always_heard(built: &Built) -> Sources {
    let names = built.policies.iter().flat_map(|policy| policy.sources.iter().map(|rule| &rule.name));
    let heard = |source| Heartbeat { source, recorded_at: Time::MIN, complete_up_to: Time(1 << 60) };
    names.cloned().map(heard).collect()
}

/// The same but for when it changes next.
fn says_the_same(one: &Outline<'_>, other: &Outline<'_>) -> bool {
    (one.standing, one.counts_check_ins, duties(one))
        == (other.standing, other.counts_check_ins, duties(other))
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn an_outline_says_what_the_verdict_says(case in case()) {
        let built = case.build();
        for ask in &built.asks {
            let outline = outlined(&built, &built.story.evidence, &built.sources, *ask);
            let verdict: Verdict = built.decide(ask.0, ask.1);
            let mut owed: Vec<String> = verdict.duties.iter().map(|duty| duty.duty.to_string()).collect();
            owed.sort();
            prop_assert_eq!(outline.standing, verdict.standing);
            prop_assert_eq!(duties(&outline), owed);
            let counts = verdict.reasons.iter().any(|reason| counts_check_ins(&reason.progress));
            prop_assert_eq!(outline.counts_check_ins, counts);
        }
    }
}

#[test]
fn an_outline_does_not_change_before_its_next_change_while_every_source_is_heard() {
    let [probed, changed, asked] = [const { Cell::new(0_u32) }; 3];
    let result = TestRunner::new(cases(80)).run(&case(), |case| {
        let built = case.build();
        let sources = always_heard(&built);
        for (known_at, effective_at) in &built.asks {
            let at = |effective_at| outlined(&built, &built.story.evidence, &sources, (*known_at, effective_at));
            let outline = at(*effective_at);
            let horizon = *effective_at + Span::from_24_hours(45);
            let next = outline.next_change.unwrap_or(horizon);
            prop_assert!(next > *effective_at);
            let mut probes = literal::instants(built.world(*known_at), *effective_at, next);
            probes.insert(Time(next.0 - 1));
            for probe in probes.into_iter().filter(|probe| (*effective_at + Span(1)..next).contains(probe)) {
                let later = at(probe);
                prop_assert!(
                    says_the_same(&later, &outline),
                    "known {known_at}, effective {effective_at}, changed at {probe} before {next}\n{outline:?}\n{later:?}\n{}",
                    case.told()
                );
                probed.set(probed.get() + 1);
            }
            asked.set(asked.get() + 1);
            changed.set(changed.get() + u32::from(outline.next_change.is_some() && !says_the_same(&at(next), &outline)));
        }
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(probed.get() > 500, "{} instants looked at", probed.get());
    assert!(changed.get() * 10 >= asked.get(), "{} of {} change", changed.get(), asked.get());
}

#[test]
fn a_check_in_that_no_policy_heeds_changes_no_outline_once_its_day_is_over() {
    let [unheeded, asked] = [const { Cell::new(0_u32) }; 2];
    let result = TestRunner::new(cases(300)).run(&(case(), any::<(u8, bool)>()), |(case, (ago, ill))| {
        let built = case.build();
        for (known_at, effective_at) in &built.asks {
            let zone = &built.policies[0].zone;
            let day = zone.day(*effective_at).plus(-1 - i32::from(ago % 9));
            let happened_at = Time(zone.midnight(day.plus(1)).0 - 60_000);
            let item = Evidence {
                id: EvidenceId(1 << 40),
                person: kangma_core::PersonId(1),
                kind: Kind::CheckIn,
                happened_at,
                recorded_at: happened_at,
                source: "self".into(),
                origin: None,
                about: None,
                attributes: Attributes::new().with("day", day).with("fever", ill),
            };
            asked.set(asked.get() + 1);
            if built.policies.iter().any(|policy| policy.heeds(&item)) {
                continue;
            }
            unheeded.set(unheeded.get() + 1);
            let mut with_it = built.story.evidence.clone();
            with_it.push(item);
            for at in [
                *effective_at,
                *effective_at + Span::from_24_hours(1),
                *effective_at + Span::from_24_hours(9),
            ] {
                let of = |evidence: &[Evidence]| {
                    outlined(&built, evidence, &built.sources, (*known_at.max(&at), at))
                };
                let (without, with) = (of(&built.story.evidence), of(&with_it));
                prop_assert!(
                    says_the_same(&with, &without),
                    "at {at}\n{without:?}\n{with:?}\n{}",
                    case.told()
                );
                prop_assert_eq!(with.next_change, without.next_change);
            }
        }
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(unheeded.get() * 20 >= asked.get(), "{} of {} are not heeded", unheeded.get(), asked.get());
}
