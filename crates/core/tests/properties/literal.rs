//! A slow, literal second implementation of `decide`, written from the prose of the rules.
//!
//! Each function stands under the sentence that it follows. Nothing is kept from one instant to the next but
//! where a reason is: time is stepped through instant by instant, and at each one every count is made again
//! from the items. It shares only the types of the inputs and of the verdict with the engine.

mod check_ins;
mod declared;
mod ends;
mod items;
mod negatives;
mod reason;
mod triggers;

use items::View;
use kangma_core::{
    Colour, Evidence, History, Kind, Standing, Time, Verdict,
    policy::LiveReasons,
    sources::Heartbeat,
    verdict::{Effect, Tag},
};
use std::collections::BTreeSet;

/// Everything that a verdict is decided from, but the instant that it applies to.
#[derive(Clone, Copy)]
pub struct World<'a> {
    pub history: &'a History,
    pub evidence: &'a [Evidence],
    pub heartbeats: &'a [Heartbeat],
    pub known_at: Time,
}

/// The verdict without its `next_change`.
pub fn verdict(world: World<'_>, now: Time) -> Verdict {
    let mut verdict = nothing_yet(world, now);
    for (policy, from, until) in shares(world.history, world.known_at, now) {
        let view = View::new(world, policy, now);
        for rule in &policy.rules {
            if let Some(alive) = reason::live(rule, &view, from, until) {
                verdict.duties.extend(reason::duties(&alive, rule, &view));
                if let Effect::Tag(tag) = &rule.stages[alive.stage].effect {
                    verdict.tags.push(Tag { tag: tag.clone(), rule: rule.id.clone(), since: alive.since });
                }
                verdict.reasons.push(reason::shown(&alive, rule, &view));
            }
        }
    }
    let view = View::new(world, in_force(world.history, world.known_at, now), now);
    finish(verdict, &view)
}

fn nothing_yet(world: World<'_>, now: Time) -> Verdict {
    let policy = in_force(world.history, world.known_at, now);
    Verdict {
        standing: Standing::Green,
        reasons: Vec::new(),
        duties: Vec::new(),
        tags: Vec::new(),
        declaration: None,
        next_change: None,
        policy: (*policy.reference).clone(),
        as_of: Vec::new(),
    }
}

/// "Standing, in this order: live red > live yellow > under review > expired > undeclared > unknown
/// (stale source) > green." "The most severe shows; all are listed."
fn finish(mut verdict: Verdict, view: &View<'_>) -> Verdict {
    let mut standings = vec![Standing::Green];
    standings.extend(verdict.reasons.iter().filter_map(|reason| standing_of(&reason.effect)));
    let (declared, state) = declared::declared(view);
    standings.extend(declared);
    verdict.declaration = state;
    verdict.as_of = view.as_of();
    if verdict.as_of.iter().any(|source| source.stale) {
        standings.push(Standing::Unknown);
    }
    let order = Standing::ALL.iter();
    verdict.standing = *order.clone().find(|standing| standings.contains(standing)).unwrap();
    let severity = |effect: &Effect| {
        standing_of(effect)
            .map_or(usize::MAX, |standing| order.clone().position(|other| *other == standing).unwrap())
    };
    verdict.reasons.sort_by_key(|reason| {
        (severity(&reason.effect), reason.rule.to_string(), reason.trigger, reason.policy.version)
    });
    // "died (ends duties and notices)"
    if view.of_kind(Kind::CaseStatus).any(|item| item.attributes.text("status") == Some("died")) {
        verdict.duties.clear();
    }
    verdict
        .duties
        .sort_by_key(|duty| (duty.due.unwrap_or(Time::MAX), duty.duty.to_string(), duty.rule.to_string()));
    verdict.tags.sort();
    verdict
}

/// "Effect: a colour; a standing that is not a colour; or a tag that leaves the colour alone."
pub fn standing_of(effect: &Effect) -> Option<Standing> {
    match effect {
        Effect::Colour(Colour::Red) => Some(Standing::Red),
        Effect::Colour(Colour::Yellow) => Some(Standing::Yellow),
        Effect::Colour(Colour::Green) => Some(Standing::Green),
        Effect::Standing(standing) => Some(*standing),
        Effect::Tag(_) => None,
    }
}

/// Which publication is in force: the last one published by then and known by then; before any, the first.
fn place_in_force(history: &History, known_at: Time, now: Time) -> usize {
    let published = |at: Time| at <= known_at && at <= now;
    let places = history.publications().iter().enumerate();
    places
        .filter(|(_, publication)| published(publication.published_at))
        .map(|(place, _)| place)
        .next_back()
        .unwrap_or(0)
}

fn in_force(history: &History, known_at: Time, now: Time) -> &kangma_core::Policy {
    &history.publications()[place_in_force(history, known_at, now)].policy
}

/// "Change of policy: live reasons finish under the version that made them, or are decided again: the new
/// version says which."
pub fn shares(history: &History, known_at: Time, now: Time) -> Vec<(&kangma_core::Policy, Time, Time)> {
    let mut shares: Vec<(&kangma_core::Policy, Time, Time)> = Vec::new();
    for publication in &history.publications()[..=place_in_force(history, known_at, now)] {
        let policy = &*publication.policy;
        match shares.last_mut() {
            Some(before) if policy.live_reasons == LiveReasons::Finish => {
                before.2 = publication.published_at;
                shares.push((policy, publication.published_at, Time::MAX));
            }
            _ => shares = vec![(policy, Time::MIN, Time::MAX)],
        }
    }
    shares
}

/// Every instant at which a verdict could change.
pub fn instants(world: World<'_>, now: Time, until: Time) -> BTreeSet<Time> {
    let mut instants = BTreeSet::new();
    for publication in world.history.publications() {
        instants.insert(publication.published_at);
        let view = View::new(world, &publication.policy, until);
        instants.extend(view.instants());
        for rule in &publication.policy.rules {
            instants.extend(reason::instants(rule, &view));
        }
        instants.extend(view.instants_of_sources());
        instants.extend(declared::instants(&view));
    }
    instants.retain(|at| *at > now && *at <= until);
    instants
}
