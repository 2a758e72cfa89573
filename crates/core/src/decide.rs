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
mod outline;
mod reason;
mod whole;

pub use outline::Outline;

use crate::{
    Colour, Evidence, History, Sources, Standing, Time, Verdict,
    policy::{Rule, Share},
    verdict::Effect,
};
use course::Course;
pub(crate) use course::earliest;
use freshness::{Freshness, bind};
use ground::Ground;
use items::Items;
use life::{Life, Spared};
use outline::Sketch;
use reason::{Form, Gathered};
use whole::Whole;

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

/// The outline of what [`decide()`] gives for the same: by the same engine, and nothing is written down that nobody reads.
#[must_use]
pub fn outline<'p, 'e>(
    policies: &'p History,
    evidence: impl IntoIterator<Item = &'e Evidence>,
    sources: &Sources,
    known_at: Time,
    effective_at: Time,
) -> Outline<'p> {
    evaluate_as::<Sketch<'p>>(policies, evidence, sources, known_at, effective_at, &mut Nobody)
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
    evaluate_as::<Whole>(policies, evidence, sources, known_at, effective_at, observer)
}

fn evaluate_as<'p, 'e, F: Form<'p>>(
    policies: &'p History,
    evidence: impl IntoIterator<Item = &'e Evidence>,
    sources: &Sources,
    known_at: Time,
    effective_at: Time,
    observer: &mut impl Observer,
) -> F::Verdict {
    let items = Items::new(evidence, known_at, effective_at);
    let mut gathered = Gathered::<F>::default();
    let (finishing, in_force) = policies.shares(known_at, effective_at);
    for share in finishing {
        let bound = bind(share.policy, sources);
        let ground = Ground::new(share.policy, &items, Freshness::new(&bound, known_at), effective_at);
        judge(&ground, &share, &mut gathered, observer);
    }
    let bound = bind(in_force.policy, sources);
    let ground = Ground::new(in_force.policy, &items, Freshness::new(&bound, known_at), effective_at);
    judge(&ground, &in_force, &mut gathered, observer);
    gathered.turn(policies.next_after(known_at, effective_at), effective_at);
    assemble(&ground, gathered)
}

/// Judges every rule of one policy over the triggers that are its share.
fn judge<'p, F: Form<'p>>(
    ground: &Ground<'_, '_>,
    share: &Share<'p>,
    gathered: &mut Gathered<F>,
    observer: &mut impl Observer,
) {
    for (rule, kinds) in share.policy.rules.iter().zip(&share.policy.trigger_kinds) {
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
        let Some((life, mut course)) = last else { continue };
        observer.life(rule, &life, &course, ground);
        if course.end.is_none_or(|end| end > ground.now) {
            gathered.add((share.policy, rule), &life, &mut course, ground);
        }
    }
}

/// Puts the verdict together.
fn assemble<'p, F: Form<'p>>(ground: &Ground<'_, '_>, mut gathered: Gathered<F>) -> F::Verdict {
    let declared = declared::declared(ground);
    gathered.turn(declared.state.as_ref().map(|state| state.until), ground.now);
    let review = declared.state.as_ref().and_then(|state| state.review.as_ref());
    gathered.turn(review.map(|review| review.deadline), ground.now);
    gathered.turn(ground.items.next, ground.now);
    if F::IS_READ {
        ground.freshness.turns_stale(ground.now).for_each(|at| gathered.turn(Some(at), ground.now));
        gathered.turn(ground.freshness.next_heard(ground.now), ground.now);
    }
    let stale = (!ground.freshness.all_fresh(ground.now)).then_some(Standing::Unknown);
    let given = [gathered.standing, declared.standing, stale];
    let standing = given.into_iter().flatten().min().unwrap_or(Standing::Green);
    if has_died(ground) {
        gathered.form.no_duties();
    }
    gathered.form.verdict(standing, declared, gathered.next, ground)
}

pub(crate) fn standing_of(effect: &Effect) -> Option<Standing> {
    match effect {
        Effect::Colour(Colour::Red) => Some(Standing::Red),
        Effect::Colour(Colour::Yellow) => Some(Standing::Yellow),
        Effect::Colour(Colour::Green) | Effect::Tag(_) => None,
        Effect::Standing(standing) => Some(*standing),
    }
}

/// A death ends what was owed.
fn has_died(ground: &Ground<'_, '_>) -> bool {
    let mut statuses = ground.items.of_kind(crate::Kind::CaseStatus);
    statuses.any(|item| item.attributes.text("status") == Some("died"))
}
