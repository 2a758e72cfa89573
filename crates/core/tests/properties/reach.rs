//! That the generated cases reach what rules can say: a property over cases in which nothing happens says nothing.

use crate::worlds::{Built, case};
use kangma_core::{
    Standing, Time, Verdict,
    verdict::{Progress, Reason},
};
use proptest::{strategy::Strategy, strategy::ValueTree, test_runner::TestRunner};
use std::collections::BTreeMap;

const EVERYTHING: &[&str] = &[
    "an absence",
    "a later stage",
    "a reason of an older version beside its successor",
    "a reason told late",
    "a reason past its ceiling",
    "support of several items",
    "days over",
    "check-ins counted",
    "check-ins missed",
    "check-ins enough, but not all",
    "negatives counted",
    "a recovery waited for",
    "an order's end",
    "a release waited for",
    "an event waited for",
    "a tag",
    "an overdue duty",
    "an audit waiting",
    "an audit suspicious",
    "a stale source",
];

fn seen(built: &Built, verdict: &Verdict, now: Time) -> Vec<&'static str> {
    let mut seen: Vec<&'static str> =
        verdict.reasons.iter().flat_map(|reason| seen_in(reason, now)).collect();
    let mut note = |what, is_so: bool| seen.extend(is_so.then_some(what));
    let older = verdict.reasons.iter().any(|reason| reason.policy != verdict.policy);
    note("a reason of an older version beside its successor", older && built.policies.len() > 1);
    note("a tag", !verdict.tags.is_empty());
    note("an overdue duty", verdict.duties.iter().any(|duty| duty.overdue));
    let review = verdict.declaration.as_ref().and_then(|state| state.review.as_ref());
    note("an audit waiting", review.is_some_and(|review| !review.waiting_for.is_empty()));
    note("an audit suspicious", review.is_some_and(|review| !review.suspicious.is_empty()));
    note("a stale source", verdict.as_of.iter().any(|source| source.stale));
    seen
}

fn seen_in(reason: &Reason, now: Time) -> Vec<&'static str> {
    let mut seen = Vec::new();
    let mut note = |what, is_so: bool| seen.extend(is_so.then_some(what));
    note("an absence", reason.trigger.is_none());
    note("a later stage", reason.stage > 0);
    note("a reason told late", reason.told_at > reason.triggered_at);
    note("a reason past its ceiling", reason.ceiling.as_ref().is_some_and(|ceiling| ceiling.at <= now));
    note("support of several items", reason.support.iter().any(|support| support.items.len() > 1));
    leaves(&reason.progress, &mut |leaf| match leaf {
        Progress::Days { done, .. } => note("days over", *done > 0),
        Progress::CheckIns { done, missed, met_at, .. } => {
            note("check-ins counted", *done > 0);
            note("check-ins missed", !missed.is_empty());
            note("check-ins enough, but not all", met_at.is_some());
        }
        Progress::Negatives { done, .. } => note("negatives counted", *done > 0),
        Progress::Recovery { .. } => note("a recovery waited for", true),
        Progress::OrderEnd { until, .. } => note("an order's end", until.is_some()),
        Progress::Release { .. } => note("a release waited for", true),
        Progress::Event { .. } => note("an event waited for", true),
        _ => {}
    });
    seen
}

fn leaves(progress: &Progress, each: &mut impl FnMut(&Progress)) {
    match progress {
        Progress::All(parts) | Progress::Any(parts) => parts.iter().for_each(|part| leaves(part, each)),
        leaf => each(leaf),
    }
}

#[test]
fn the_generated_cases_reach_everything_that_rules_can_say() {
    let mut runner = TestRunner::deterministic();
    let (mut reached, mut standings) = (BTreeMap::<&str, u32>::new(), BTreeMap::<Standing, u32>::new());
    for _ in 0..1_000 {
        let built = case().new_tree(&mut runner).unwrap().current().build();
        for (known_at, effective_at) in &built.asks {
            let verdict = built.decide(*known_at, *effective_at);
            *standings.entry(verdict.standing).or_default() += 1;
            for what in seen(&built, &verdict, *effective_at) {
                *reached.entry(what).or_default() += 1;
            }
        }
    }
    let missing: Vec<_> = EVERYTHING.iter().filter(|what| !reached.contains_key(**what)).collect();
    assert!(missing.is_empty(), "never: {missing:?}\n{reached:#?}");
    let unseen: Vec<_> = Standing::ALL.iter().filter(|standing| !standings.contains_key(standing)).collect();
    assert!(unseen.is_empty(), "never: {unseen:?}\n{standings:#?}");
}
