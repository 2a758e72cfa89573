//! Everything that a property quantifies over: a publication history, a story, and instants to ask at.

use crate::{
    dice::Dice,
    literal::World,
    policies::{self, Recipe, SHIPPED},
    stories::{self, Seeds, Story},
};
use kangma_core::{History, Policy, Sources, Span, Time, Verdict, decide};
use proptest::{collection::vec, prelude::*};
use std::sync::Arc;

/// Which policies judge.
#[derive(Debug, Clone)]
pub enum Judged {
    /// One of `policies/`.
    Shipped(usize),
    /// One that was written for the occasion.
    Small(Recipe),
    /// The same, where further evidence always starts a reason anew.
    Strict(Recipe),
    /// One small policy published after another.
    Change(Recipe, Recipe, u8),
}

/// A case as it is generated and shrunk.
#[derive(Debug, Clone)]
pub struct Case {
    pub judged: Judged,
    pub seeds: Seeds,
    pub asks: Vec<[u8; 6]>,
}

/// A case built up.
pub struct Built {
    pub history: History,
    pub policies: Vec<Arc<Policy>>,
    pub story: Story,
    pub sources: Sources,
    /// Pairs of what is known and when it applies.
    pub asks: Vec<(Time, Time)>,
}

pub fn recipe() -> impl Strategy<Value = Recipe> {
    (vec(any::<u8>(), 0..9), vec(vec(any::<u8>(), 0..40), 1..4))
        .prop_map(|(ground, rules)| Recipe { ground, rules })
}

pub fn seeds() -> impl Strategy<Value = Seeds> {
    (vec(any::<[u8; 12]>(), 0..14), vec(any::<u8>(), 0..30), vec(any::<[u8; 3]>(), 0..3))
        .prop_map(|(items, routine, outages)| Seeds { items, routine, outages })
}

fn judged() -> impl Strategy<Value = Judged> {
    prop_oneof![
        5 => recipe().prop_map(Judged::Small),
        2 => (0..SHIPPED.len()).prop_map(Judged::Shipped),
        2 => (recipe(), recipe(), any::<u8>()).prop_map(|(old, new, day)| Judged::Change(old, new, day)),
    ]
}

pub fn case() -> impl Strategy<Value = Case> {
    case_of(judged())
}

pub fn case_of(judged: impl Strategy<Value = Judged>) -> impl Strategy<Value = Case> {
    (judged, seeds(), vec(any::<[u8; 6]>(), 1..5)).prop_map(|(judged, seeds, asks)| Case {
        judged,
        seeds,
        asks,
    })
}

/// One policy alone, small or shipped.
pub fn case_of_one_policy() -> impl Strategy<Value = Case> {
    case_of(prop_oneof![
        3 => recipe().prop_map(Judged::Small),
        1 => (0..SHIPPED.len()).prop_map(Judged::Shipped),
    ])
}

pub fn case_of_strict_policy() -> impl Strategy<Value = Case> {
    case_of(recipe().prop_map(Judged::Strict))
}

impl Case {
    pub fn build(&self) -> Built {
        let (history, policies) = self.judged.history();
        let story = stories::story(&policies, &self.seeds);
        let sources = story.heartbeats.iter().cloned().collect();
        let zone = &policies[0].zone;
        let ask = |bytes: &[u8; 6]| {
            let mut dice = Dice::new(bytes);
            let effective = if dice.once_in(4) {
                stories::some_instant(zone, &mut dice)
            } else {
                stories::instant_after_some_item(zone, &story.evidence, &mut dice)
            };
            let known = if dice.once_in(4) { effective + Span::from_24_hours(9) } else { effective };
            let known = if dice.once_in(8) {
                stories::some_instant(zone, &mut Dice::new(&bytes[3..]))
            } else {
                known
            };
            (known, effective)
        };
        let asks = self.asks.iter().map(ask).collect();
        Built { history, policies, story, sources, asks }
    }

    /// The case as a person can read it.
    pub fn told(&self) -> String {
        let built = self.build();
        let text = match &self.judged {
            Judged::Shipped(_) => built.policies[0].reference.name.to_string(),
            Judged::Small(recipe) | Judged::Strict(recipe) => policies::written(recipe, 1),
            Judged::Change(old, new, day) => {
                format!(
                    "{}\n==== from day {} on ====\n{}",
                    policies::written(old, 1),
                    day % 40,
                    policies::written(new, 2)
                )
            }
        };
        let items: Vec<String> =
            built.story.evidence.iter().map(|item| serde_json::to_string(item).unwrap()).collect();
        let text: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("[check-in]")).collect();
        format!("{}\n{}\n{} heartbeats\n", text.join("\n"), items.join("\n"), built.story.heartbeats.len())
    }
}

impl Judged {
    pub fn history(&self) -> (History, Vec<Arc<Policy>>) {
        match self {
            Judged::Shipped(place) => one(Arc::clone(&SHIPPED[*place])),
            Judged::Small(recipe) => one(policies::small(recipe, 1)),
            Judged::Strict(recipe) => one(policies::strict(recipe)),
            Judged::Change(old, new, day) => {
                let (old, new) = (policies::small(old, 1), policies::small(new, 2));
                let mut history = History::new(Arc::clone(&old), Time(0));
                history.publish(Arc::clone(&new), stories::instant(&old.zone, i32::from(day % 40), 12 * 60));
                (history, vec![old, new])
            }
        }
    }
}

fn one(policy: Arc<Policy>) -> (History, Vec<Arc<Policy>>) {
    (History::new(Arc::clone(&policy), Time(0)), vec![policy])
}

impl Built {
    pub fn world(&self, known_at: Time) -> World<'_> {
        World {
            history: &self.history,
            evidence: &self.story.evidence,
            heartbeats: &self.story.heartbeats,
            known_at,
        }
    }

    pub fn decide(&self, known_at: Time, effective_at: Time) -> Verdict {
        decide(&self.history, &self.story.evidence, &self.sources, known_at, effective_at)
    }
}
