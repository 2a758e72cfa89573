//! How long somebody keeps apart from now on, if they do all that is owed and nothing else happens.

use kangma_core::{
    Colour, History, Policy, Time, Verdict, Zone,
    policy::{Amount, Anchor, End, Period, Stage},
    verdict::{Effect, Reason},
};

/// Duties that keep somebody at home, by the names that the shipped policies give them.
const KEEP_APART: [&str; 2] = ["isolate", "stay-at-home"];

/// Whether a duty keeps somebody at home.
pub(super) fn keeps_apart(duty: &str) -> bool {
    KEEP_APART.contains(&duty)
}

/// Until when, by the reason that lasts longest; nothing for somebody who need not.
pub(super) fn apart_until(history: &History, verdict: &Verdict) -> Option<Time> {
    verdict.reasons.iter().filter_map(|reason| lasting_until(history, reason)).max()
}

/// The end of the present stage, and of those after it as long as they keep people apart.
fn lasting_until(history: &History, reason: &Reason) -> Option<Time> {
    let mut published = history.publications().iter().map(|publication| &publication.policy);
    let policy = published.find(|policy| *policy.reference == reason.policy)?;
    let mut stages = policy.rule(&reason.rule)?.stages.iter().skip(reason.stage.into());
    let present = stages.next().filter(|present| is_apart(policy, present))?;
    let ceiling = reason.ceiling.as_ref();
    let mut until = reason.expected_end.or(ceiling.map(|ceiling| ceiling.deadline))?;
    for stage in stages.take_while(|stage| is_apart(policy, stage)) {
        let anchor = match &stage.anchor {
            Anchor::Stage => until,
            same if *same == present.anchor => reason.anchor,
            _ => reason.triggered_at,
        };
        until = foreseen(&stage.until, anchor, &policy.zone).unwrap_or(until).max(until);
    }
    let ends = ceiling.filter(|ceiling| ceiling.escalates_to.is_none()).map(|ceiling| ceiling.deadline);
    Some(ends.map_or(until, |ends| until.min(ends)))
}

/// Whether a stage keeps people apart: it shows red, or asks for it.
fn is_apart(policy: &Policy, stage: &Stage) -> bool {
    let mut duties = stage.duties.iter().filter_map(|duty| policy.duties.get(usize::from(*duty)));
    stage.effect == Effect::Colour(Colour::Red) || duties.any(|duty| keeps_apart(&duty.id))
}

/// When a stage ends that has not begun; nothing where its end is somebody else's word.
fn foreseen(end: &End, anchor: Time, zone: &Zone) -> Option<Time> {
    let each = |end: &End| foreseen(end, anchor, zone);
    match end {
        End::All(parts) => parts.iter().filter_map(each).max(),
        End::Any(parts) => parts.iter().filter_map(each).min(),
        End::Days(days) | End::CheckIns(days) => Some(Period::Days(usual(days)).end_after(anchor, zone)),
        End::Elapsed(span) => Some(anchor + *span),
        End::Negatives(negatives) => {
            let between = usual(&negatives.needed).saturating_sub(1);
            Some((0..between).fold(anchor + negatives.not_before, |at, _| at + negatives.apart))
        }
        End::Recovery | End::OrderEnd | End::Release | End::Event(_) => None,
    }
}

/// What the rule says where the trigger does not.
fn usual(amount: &Amount) -> u32 {
    match amount {
        Amount::Fixed(needed) | Amount::From { default: needed, .. } => *needed,
    }
}
