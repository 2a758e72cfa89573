//! The properties, each under its own name.

use crate::{
    changes, literal,
    worlds::{Built, case, case_of_one_policy, case_of_strict_policy},
};
use kangma_core::{
    Attributes, Evidence, Sources, Standing, Time, Verdict, decide,
    verdict::{Effect, Reason},
};
use proptest::{
    prelude::*,
    test_runner::{RngSeed, TestRunner},
};
use std::{collections::BTreeSet, sync::Arc};

#[allow(clippy::disallowed_methods, reason = "how many cases a run tries is asked for from outside")]
pub fn cases(n: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    // The same cases in every run, so that a red test is about a change; new ones whenever a number is asked for.
    let rng_seed = if asked.is_some() { RngSeed::Random } else { RngSeed::Fixed(20_200_301) };
    ProptestConfig {
        cases: asked.unwrap_or(n),
        rng_seed,
        failure_persistence: None,
        max_shrink_iters: 1_500,
        ..ProptestConfig::default()
    }
}

/// The verdict as the literal implementation has it, with the engine's own `next_change`.
fn literally(built: &Built, known_at: Time, effective_at: Time, found: &Verdict) -> Verdict {
    Verdict { next_change: found.next_change, ..literal::verdict(built.world(known_at), effective_at) }
}

/// The lines in which two verdicts differ: `-` what was found, `+` what was expected.
pub fn difference(found: &Verdict, expected: &Verdict) -> String {
    let lines = |verdict: &Verdict| -> Vec<String> {
        let text = serde_json::to_string_pretty(verdict).unwrap();
        text.lines().map(str::to_owned).collect()
    };
    let (found, expected) = (lines(found), lines(expected));
    let first = found.iter().zip(&expected).take_while(|(a, b)| a == b).count();
    let from = first.saturating_sub(30);
    let shared = found[from..first].join("\n");
    let part = |sign: &str, lines: &[String]| -> String {
        lines[first.min(lines.len())..].iter().take(40).map(|line| format!("{sign}{line}\n")).collect()
    };
    format!("{shared}\n{}{}", part("-", &found), part("+", &expected))
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn decide_equals_the_literal_implementation(case in case()) {
        let built = case.build();
        for (known_at, effective_at) in &built.asks {
            let found = built.decide(*known_at, *effective_at);
            let expected = literally(&built, *known_at, *effective_at, &found);
            prop_assert!(
                found == expected,
                "known {known_at}, effective {effective_at}\n{}\n{}",
                difference(&found, &expected),
                case.told()
            );
        }
    }

    #[test]
    fn the_order_of_evidence_does_not_matter(case in case(), order in any::<u64>()) {
        let built = case.build();
        let mut shuffled = built.story.evidence.clone();
        shuffled.sort_by_key(|item| (item.id.0 ^ 0x5bd1).wrapping_mul(order | 1));
        for (known_at, effective_at) in &built.asks {
            let found = decide(&built.history, &shuffled, &built.sources, *known_at, *effective_at);
            prop_assert_eq!(found, built.decide(*known_at, *effective_at));
        }
    }

    #[test]
    fn what_no_policy_reads_of_an_item_changes_no_decision(case in case()) {
        let built = case.build();
        let read: BTreeSet<Arc<str>> = built.policies.iter().flat_map(|policy| policy.names_read()).collect();
        let mut stripped = built.story.evidence.clone();
        for item in &mut stripped {
            let kept = item.attributes.iter().filter(|(name, _)| read.contains(*name));
            item.attributes = kept.fold(Attributes::new(), |kept, (name, value)| kept.with(name, value.clone()));
        }
        for (known_at, effective_at) in &built.asks {
            let found = decide(&built.history, &stripped, &built.sources, *known_at, *effective_at);
            prop_assert_eq!(found, built.decide(*known_at, *effective_at));
        }
    }

    #[test]
    fn withdrawing_an_item_equals_never_having_had_it(case in case(), choice in any::<prop::sample::Index>()) {
        let built = case.build();
        prop_assume!(!built.story.evidence.is_empty());
        let unwanted = built.story.evidence[choice.index(built.story.evidence.len())].clone();
        let withdrawal = changes::withdrawal(&unwanted, &built.story.evidence);
        let known_at = withdrawal.recorded_at;
        let mut withdrawn = built.story.evidence.clone();
        withdrawn.push(withdrawal);
        let without: Vec<Evidence> =
            built.story.evidence.iter().filter(|item| item.id != unwanted.id).cloned().collect();
        for (_, effective_at) in &built.asks {
            let found = decide(&built.history, &withdrawn, &built.sources, known_at, *effective_at);
            let expected = decide(&built.history, &without, &built.sources, known_at, *effective_at);
            prop_assert!(
                found == expected,
                "without {}, effective {effective_at}\n{}\n{}",
                unwanted.id, difference(&found, &expected), case.told()
            );
        }
    }

    #[test]
    fn the_version_that_judges_an_item_is_the_one_whose_share_it_lies_in(case in case()) {
        let built = case.build();
        for (_, now) in &built.asks {
            for item in &built.story.evidence {
                let shares = literal::shares(&built.history, *now, *now);
                let own = shares.iter().find(|(_, from, until)| (*from..*until).contains(&item.recorded_at));
                let judging = built.history.judging(item.recorded_at, *now);
                prop_assert_eq!(&judging.reference, &own.unwrap().0.reference);
            }
        }
    }

    #[test]
    fn known_at_in_the_past_equals_what_was_decided_then(case in case()) {
        let built = case.build();
        for (known_at, effective_at) in &built.asks {
            let evidence: Vec<Evidence> =
                built.story.evidence.iter().filter(|item| item.recorded_at <= *known_at).cloned().collect();
            let heard = built.story.heartbeats.iter().filter(|beat| beat.recorded_at <= *known_at);
            let sources: Sources = heard.cloned().collect();
            let found = built.decide(*known_at, *effective_at);
            let then = decide(&built.history, &evidence, &sources, *known_at, *effective_at);
            prop_assert_eq!(&found, &then);
            let published = changes::published_by(&built.history, *known_at);
            let then = decide(&published, &evidence, &sources, *known_at, *effective_at);
            prop_assert_eq!(&found, &then);
        }
    }

    #[test]
    fn an_adverse_item_never_improves_a_standing(case in case_of_strict_policy(), bytes in any::<[u8; 12]>()) {
        let built = case.build();
        let Some(adverse) = changes::adverse(&built, &bytes) else { return Ok(()) };
        let evidence = changes::without_releases(&built.story.evidence);
        let more: Vec<Evidence> = evidence.iter().cloned().chain([adverse.clone()]).collect();
        for (known_at, effective_at) in &built.asks {
            let known_at = *known_at.max(effective_at);
            let before = decide(&built.history, &evidence, &built.sources, known_at, *effective_at);
            let after = decide(&built.history, &more, &built.sources, known_at, *effective_at);
            prop_assert!(
                after.standing <= before.standing,
                "known {known_at}, effective {effective_at}: {} became {} by {}\n{}\n{}",
                before.standing, after.standing, serde_json::to_string(&adverse).unwrap(),
                difference(&after, &before), case.told()
            );
        }
    }

    #[test]
    fn an_adverse_item_that_happens_last_never_improves_a_standing_under_any_rule(
        case in case_of_one_policy(), bytes in any::<[u8; 12]>()
    ) {
        let built = case.build();
        let Some(mut adverse) = changes::adverse(&built, &bytes) else { return Ok(()) };
        let last = built.story.evidence.iter().map(|item| item.happened_at.max(item.recorded_at)).max();
        let last = last.unwrap_or(adverse.happened_at);
        changes::move_to(&mut adverse, last);
        let more: Vec<Evidence> = built.story.evidence.iter().cloned().chain([adverse.clone()]).collect();
        for (known_at, effective_at) in &built.asks {
            let known_at = *known_at.max(effective_at);
            let before = built.decide(known_at, *effective_at);
            let after = decide(&built.history, &more, &built.sources, known_at, *effective_at);
            prop_assert!(
                after.standing <= before.standing,
                "known {known_at}, effective {effective_at}: {} became {} by {}\n{}\n{}",
                before.standing, after.standing, serde_json::to_string(&adverse).unwrap(),
                difference(&after, &before), case.told()
            );
        }
    }

    #[test]
    fn no_evidence_gives_no_colour(case in case()) {
        let built = case.build();
        for (known_at, effective_at) in &built.asks {
            let verdict = decide(&built.history, &[], &built.sources, *known_at, *effective_at);
            prop_assert_eq!(verdict.standing, Standing::Undeclared);
            prop_assert!(verdict.reasons.is_empty() && verdict.duties.is_empty() && verdict.tags.is_empty());
        }
    }

    #[test]
    fn every_colour_names_the_evidence_that_it_comes_from(case in case()) {
        let built = case.build();
        for (known_at, effective_at) in &built.asks {
            let verdict = built.decide(*known_at, *effective_at);
            for reason in verdict.reasons.iter().filter(|reason| matches!(reason.effect, Effect::Colour(_))) {
                prop_assert!(stands_on_evidence(reason, &built, *known_at, *effective_at), "{reason:#?}");
            }
        }
    }
}

/// Each item of the support exists, had happened and was known; only a declared absence has no trigger.
fn stands_on_evidence(reason: &Reason, built: &Built, known_at: Time, effective_at: Time) -> bool {
    let items: Vec<_> = reason.support.iter().flat_map(|support| &support.items).collect();
    let there = |id| {
        built
            .story
            .evidence
            .iter()
            .any(|item| item.id == id && item.recorded_at <= known_at && item.happened_at <= effective_at)
    };
    !items.is_empty() && items.iter().all(|id| there(**id)) && reason.trigger.is_none_or(there)
}

/// How often a claim was put to the test.
#[derive(Default)]
struct Tries {
    all: u32,
    telling: u32,
}

impl Tries {
    fn note(&mut self, telling: bool) {
        self.all += 1;
        self.telling += u32::from(telling);
    }

    /// A claim that is hardly ever put to the test says nothing.
    fn assert_telling(&self, percent: u32) {
        assert!(self.telling * 100 >= self.all * percent, "{} of {} say something", self.telling, self.all);
    }
}

#[test]
fn a_verdict_does_not_change_before_its_next_change_and_often_does_then() {
    let tries = std::cell::RefCell::new(Tries::default());
    let result = TestRunner::new(cases(80)).run(&case(), |case| {
        let built = case.build();
        for (known_at, effective_at) in &built.asks {
            let verdict = built.decide(*known_at, *effective_at);
            let horizon = *effective_at + kangma_core::Span::from_24_hours(45);
            let next = verdict.next_change.unwrap_or(horizon);
            prop_assert!(next > *effective_at, "effective {effective_at}, changes before that: {next}");
            let mut probes = literal::instants(built.world(*known_at), *effective_at, next);
            probes.insert(Time(next.0 - 1));
            for at in probes.into_iter().filter(|at| *at < next && at > effective_at) {
                let later = built.decide(*known_at, at);
                prop_assert!(
                    later == verdict,
                    "known {known_at}, effective {effective_at}, changed at {at} before {next}\n{}\n{}",
                    difference(&later, &verdict),
                    case.told()
                );
                if known_at == effective_at && changes::nothing_recorded_between(&built, *known_at, at) {
                    prop_assert_eq!(&built.decide(at, at), &verdict);
                }
            }
            if verdict.next_change.is_some() {
                let then = Verdict { next_change: verdict.next_change, ..built.decide(*known_at, next) };
                tries.borrow_mut().note(then != verdict);
            }
        }
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
    tries.borrow().assert_telling(60);
}

/// Whoever is green loses it by each single thing that fails.
#[test]
fn nothing_that_fails_ever_shows_green() {
    let tries = std::cell::RefCell::new(Tries::default());
    let result = TestRunner::new(cases(150)).run(&case_of_one_policy(), |case| {
        let mut built = case.build();
        changes::declare_cleanly(&mut built);
        for (known_at, effective_at) in &built.asks {
            let known_at = *known_at.max(effective_at);
            let verdict = built.decide(known_at, *effective_at);
            tries.borrow_mut().note(verdict.standing == Standing::Green);
            if verdict.standing != Standing::Green {
                continue;
            }
            prop_assert!(!verdict.as_of.iter().any(|source| source.stale), "a stale source shows green");
            prop_assert!(verdict.declaration.as_ref().is_some_and(|state| state.review.is_none()));
            for evidence in changes::failures(&built, &verdict) {
                let failed = decide(&built.history, &evidence, &built.sources, known_at, *effective_at);
                prop_assert_ne!(failed.standing, Standing::Green, "{}", case.told());
            }
            let expiry = verdict.declaration.as_ref().map(|state| state.until).unwrap();
            let so_far: Vec<Evidence> = built
                .story
                .evidence
                .iter()
                .filter(|item| item.happened_at <= *effective_at)
                .cloned()
                .collect();
            // As known now: what is recorded later may be a renewal made before.
            let expired = decide(&built.history, &so_far, &built.sources, known_at, expiry);
            prop_assert_ne!(expired.standing, Standing::Green);
            for silent in &built.policies[0].sources {
                let heard = built.story.heartbeats.iter().filter(|beat| beat.source != silent.name);
                let heard: Sources = heard.cloned().collect();
                let failed = decide(&built.history, &built.story.evidence, &heard, known_at, *effective_at);
                prop_assert_eq!(failed.standing, Standing::Unknown);
            }
        }
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
    tries.borrow().assert_telling(3);
}

/// Green lasts exactly as long as the age that the policy allows, and not a millisecond longer.
#[test]
fn a_stale_source_never_yields_green() {
    let result = TestRunner::new(cases(150)).run(&case_of_one_policy(), |case| {
        let mut built = case.build();
        changes::declare_cleanly(&mut built);
        for (known_at, effective_at) in &built.asks {
            let known_at = *known_at.max(effective_at);
            for source in &built.policies[0].sources {
                let heard = built.sources.complete_up_to(&source.name, *effective_at);
                let Some(limit) = heard.map(|complete| complete + source.max_age) else { continue };
                let silenced = changes::silenced(&built, &source.name, *effective_at);
                let at =
                    |at: Time| decide(&built.history, &built.story.evidence, &silenced, known_at.max(at), at);
                let stale = |verdict: &Verdict| {
                    verdict.as_of.iter().any(|state| state.source == source.name && state.stale)
                };
                let after = Time(limit.0 + 1);
                if limit >= *effective_at {
                    prop_assert!(!stale(&at(limit)));
                    prop_assert!(stale(&at(after)));
                    prop_assert_ne!(at(after).standing, Standing::Green);
                }
            }
        }
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
}
