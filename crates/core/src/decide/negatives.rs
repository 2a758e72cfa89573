//! Negative samples in a row.

use super::{ground::Ground, held::Held};
use crate::{Evidence, Kind, Time, policy::Negatives, verdict::Progress};
use smallvec::SmallVec;

/// How far a row of negatives has come, with when it was complete and when it is expected to be.
pub(crate) fn progress(
    rule: &Negatives,
    needed: u32,
    anchor: Time,
    ground: &Ground<'_, '_>,
) -> (Progress, (Held, Option<Time>)) {
    let earliest = anchor + rule.not_before;
    let mut row: SmallVec<[Time; 8]> = SmallVec::new();
    let (mut met_at, mut chain, mut held) = (None, Chain::default(), Held::default());
    for sample in ground.items.of_kind(Kind::TestResult).filter(|sample| sample.happened_at >= anchor) {
        if !is_negative(sample) {
            // A positive or pending sample breaks the row, a complete one too.
            row.clear();
            chain = Chain::default();
            if let Some(met_at) = met_at.take() {
                held.add(met_at, sample.happened_at);
            }
        } else if sample.happened_at >= earliest && met_at.is_none() {
            row.push(sample.happened_at);
            chain = longer(chain, longest_chain(rule, &row, ground), rule, sample.happened_at, ground);
            met_at = (chain.length >= needed).then_some(sample.happened_at);
        }
    }
    if let Some(met_at) = met_at {
        held.add(met_at, Time::MAX);
    }
    let next_from = chain.last.map_or(earliest, |last| last + rule.apart);
    let further = i64::from(needed.saturating_sub(chain.length).saturating_sub(1));
    // Whoever could have been sampled yesterday can be sampled today.
    let next = next_from.max(ground.midnight(ground.today));
    let expected = met_at.unwrap_or(next + crate::Span(rule.apart.0.saturating_mul(further)));
    let done = chain.length.min(needed);
    (Progress::Negatives { done, needed, next_from, met_at }, (held, Some(expected)))
}

fn is_negative(sample: &Evidence) -> bool {
    sample.attributes.text("result") == Some("negative")
}

#[derive(Debug, Clone, Copy, Default)]
struct Chain {
    length: u32,
    first: Option<Time>,
    last: Option<Time>,
}

/// The longer of two chains; of equals the one that ended earlier, while it lies within the window before `newest`.
fn longer(before: Chain, newer: Chain, rule: &Negatives, newest: Time, ground: &Ground<'_, '_>) -> Chain {
    let from = rule.within.map_or(Time::MIN, |within| within.start_before(newest, ground.zone()));
    let open = before.first.is_some_and(|first| first >= from);
    if open && before.length >= newer.length { before } else { newer }
}

/// The longest chain that ends at the newest sample: each far enough from the next, all within the window.
fn longest_chain(rule: &Negatives, row: &[Time], ground: &Ground<'_, '_>) -> Chain {
    let Some((&last, before)) = row.split_last() else { return Chain::default() };
    let from = rule.within.map_or(Time::MIN, |within| within.start_before(last, ground.zone()));
    let mut chain = Chain { length: 1, first: Some(last), last: Some(last) };
    let mut newest = last;
    for &sample in before.iter().rev() {
        if sample >= from && sample + rule.apart <= newest {
            newest = sample;
            chain.first = Some(sample);
            chain.length += 1;
        }
    }
    chain
}
