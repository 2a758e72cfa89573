//! How long somebody keeps apart from now on, if they do all that is owed and nothing else happens.

use kangma_core::{
    Colour, History, Policy, Span, Time, Verdict,
    policy::{Amount, End, Stage},
    verdict::{Effect, Reason},
};

/// Duties that keep somebody at home, by the names that the shipped policies give them.
pub(super) const KEEPS_APART: [&str; 2] = ["isolate", "stay-at-home"];

/// Until when, by the reason that lasts longest; nothing for somebody who need not.
pub(super) fn apart_until(history: &History, verdict: &Verdict) -> Option<Time> {
    verdict.reasons.iter().filter_map(|reason| lasting_until(history, reason)).max()
}

/// The end of the present stage, and of those after it as long as they keep people apart.
fn lasting_until(history: &History, reason: &Reason) -> Option<Time> {
    let mut published = history.publications().iter().map(|publication| &publication.policy);
    let policy = published.find(|policy| *policy.reference == reason.policy)?;
    let mut stages = policy.rule(&reason.rule)?.stages.iter().skip(reason.stage.into());
    stages.next().filter(|present| keeps_apart(policy, present))?;
    let ceiling = reason.ceiling.as_ref().map(|ceiling| ceiling.at);
    let present = reason.expected_end.or(ceiling)?;
    let later = stages.take_while(|stage| keeps_apart(policy, stage));
    let until = later.fold(present, |until, stage| until + foreseen(&stage.until).unwrap_or_default());
    Some(ceiling.map_or(until, |ceiling| until.min(ceiling)))
}

/// Whether a stage keeps people apart: it shows red, or asks for it.
fn keeps_apart(policy: &Policy, stage: &Stage) -> bool {
    let mut duties = stage.duties.iter().filter_map(|duty| policy.duties.get(usize::from(*duty)));
    stage.effect == Effect::Colour(Colour::Red) || duties.any(|duty| KEEPS_APART.contains(&&*duty.id))
}

/// How long a stage lasts that has not begun; nothing where its end is somebody else's word.
fn foreseen(end: &End) -> Option<Span> {
    match end {
        End::All(parts) => parts.iter().filter_map(foreseen).max(),
        End::Any(parts) => parts.iter().filter_map(foreseen).min(),
        End::Days(days) | End::CheckIns(days) => Some(Span::from_24_hours(usual(days).into())),
        End::Elapsed(span) => Some(*span),
        End::Negatives(negatives) => {
            let between = usual(&negatives.needed).saturating_sub(1);
            Some((0..between).fold(negatives.not_before, |span, _| span + negatives.apart))
        }
        End::Recovery | End::OrderEnd | End::Release | End::Event(_) => None,
    }
}

fn usual(amount: &Amount) -> u32 {
    match amount {
        Amount::Fixed(needed) | Amount::From { default: needed, .. } => *needed,
    }
}
