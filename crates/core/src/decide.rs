//! Evidence in, verdict out: the pure function that everything else asks.

mod check_ins;
pub(crate) mod course;
mod declared;
mod ends;
pub(crate) mod fire;
mod freshness;
pub(crate) mod ground;
mod held;
mod items;
pub(crate) mod life;
mod negatives;
mod reason;

use crate::{
    Colour, Evidence, History, Sources, Standing, Time, Verdict,
    policy::{Rule, Share, severity},
    verdict::{Effect, Reason},
};
use course::Course;
pub(crate) use course::earliest;
use declared::Declared;
use freshness::{Freshness, bind};
use ground::Ground;
use items::Items;
use life::{Life, Spared};
use reason::Gathered;

/// What is decided about one person at `effective_at`, as far as it was known at `known_at`.
///
/// `evidence` is everything about that person, in any order, and it need not lie in one place. Cannot fail; what cannot be
/// told is a standing of its own.
#[must_use]
pub fn decide<'e>(
    policies: &History,
    evidence: impl IntoIterator<Item = &'e Evidence>,
    sources: &Sources,
    known_at: Time,
    effective_at: Time,
) -> Verdict {
    evaluate(policies, evidence, sources, known_at, effective_at, &mut Nobody)
}

/// Watches an evaluation. `decide` watches with [`Nobody`], which costs nothing.
pub(crate) trait Observer {
    /// A rule is about to be judged.
    fn rule(&mut self, _rule: &Rule, _ground: &Ground<'_, '_>) {}
    /// A firing makes no reason.
    fn spared(&mut self, _rule: &Rule, _firing: &fire::Firing<'_>, _why: Spared<'_>) {}
    /// A rule has or had a reason; the last one.
    fn life(&mut self, _rule: &Rule, _life: &Life<'_>, _course: &Course, _ground: &Ground<'_, '_>) {}
}

/// Sees nothing.
pub(crate) struct Nobody;
impl Observer for Nobody {}

pub(crate) fn evaluate<'e>(
    policies: &History,
    evidence: impl IntoIterator<Item = &'e Evidence>,
    sources: &Sources,
    known_at: Time,
    effective_at: Time,
    observer: &mut impl Observer,
) -> Verdict {
    let items = Items::new(evidence, known_at, effective_at);
    let mut gathered = Gathered::default();
    let (finishing, in_force) = policies.shares(known_at, effective_at);
    for share in finishing {
        let bound = bind(share.policy, sources);
        let ground = Ground::new(share.policy, &items, Freshness::new(&bound, known_at), effective_at);
        judge(&ground, &share, &mut gathered, observer);
    }
    let bound = bind(in_force.policy, sources);
    let ground = Ground::new(in_force.policy, &items, Freshness::new(&bound, known_at), effective_at);
    judge(&ground, &in_force, &mut gathered, observer);
    gathered.turn(policies.next_after(effective_at), effective_at);
    assemble(&ground, gathered)
}

/// Judges every rule of one policy over the triggers that are its share.
fn judge(ground: &Ground<'_, '_>, share: &Share<'_>, gathered: &mut Gathered, observer: &mut impl Observer) {
    for (rule, kinds) in ground.policy.rules.iter().zip(&ground.policy.trigger_kinds) {
        observer.rule(rule, ground);
        if !ground.items.has_any(*kinds) {
            continue;
        }
        let (mut firings, next) = fire::firings(rule, ground);
        gathered.turn(next, ground.now);
        firings.retain(|firing| share.from <= firing.told && firing.told < share.until);
        if firings.is_empty() {
            continue;
        }
        let last = life::last_life(rule, &firings, ground, |firing, why| observer.spared(rule, firing, why));
        let Some((life, course)) = last else { continue };
        observer.life(rule, &life, &course, ground);
        if course.end.is_none_or(|end| end > ground.now) {
            gathered.add(rule, &life, course, ground);
        }
    }
}

/// Puts the verdict together.
fn assemble(ground: &Ground<'_, '_>, mut gathered: Gathered) -> Verdict {
    let Declared { standing: declared, state: declaration } = declared::declared(ground);
    gathered.turn(declaration.as_ref().map(|state| state.until), ground.now);
    let review = declaration.as_ref().and_then(|state| state.review.as_ref());
    gathered.turn(review.map(|review| review.deadline), ground.now);
    gathered.turn(ground.items.next, ground.now);
    ground.freshness.turns_stale(ground.now).for_each(|at| gathered.turn(Some(at), ground.now));
    gathered.turn(ground.freshness.next_heard(ground.now), ground.now);
    let coloured = gathered.reasons.iter().filter_map(|reason| standing_of(&reason.effect));
    let stale = (!ground.freshness.all_fresh(ground.now)).then_some(Standing::Unknown);
    let standing = coloured.chain(declared).chain(stale).min().unwrap_or(Standing::Green);
    gathered.reasons.sort_by(|a, b| order_of(a).cmp(&order_of(b)));
    if has_died(ground) {
        gathered.duties.clear();
    }
    gathered.duties.sort_by(|a, b| {
        (a.due.is_none(), a.due, &a.duty, &a.rule).cmp(&(b.due.is_none(), b.due, &b.duty, &b.rule))
    });
    gathered.tags.sort();
    Verdict {
        standing,
        reasons: gathered.reasons,
        duties: gathered.duties,
        tags: gathered.tags,
        declaration,
        next_change: gathered.next,
        policy: (*ground.policy.reference).clone(),
        as_of: ground.freshness.states(ground.now),
    }
}

pub(crate) fn standing_of(effect: &Effect) -> Option<Standing> {
    match effect {
        Effect::Colour(Colour::Red) => Some(Standing::Red),
        Effect::Colour(Colour::Yellow) => Some(Standing::Yellow),
        Effect::Colour(Colour::Green) | Effect::Tag(_) => None,
        Effect::Standing(standing) => Some(*standing),
    }
}

/// Most severe first, then by rule, trigger and the version that made it.
fn order_of(reason: &Reason) -> (std::cmp::Reverse<u8>, &str, Option<crate::EvidenceId>, u32) {
    (std::cmp::Reverse(severity(&reason.effect)), &reason.rule, reason.trigger, reason.policy.version)
}

/// A death ends what was owed.
fn has_died(ground: &Ground<'_, '_>) -> bool {
    let mut statuses = ground.items.of_kind(crate::Kind::CaseStatus);
    statuses.any(|item| item.attributes.text("status") == Some("died"))
}
