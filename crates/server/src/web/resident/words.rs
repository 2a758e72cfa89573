//! What the policy says, in the visitor's language: rules, duties, what ends a stage.

use crate::{
    app::App,
    web::{
        Visitor,
        texts::Texts,
        view::{look::Look, part::Line, resident::SourceLine},
        when::Clockface,
    },
};
use kangma_core::{
    Standing,
    policy::{Policy, Texts as PolicyTexts},
    verdict::{Colour, Effect, Progress, SourceState},
};
use std::sync::Arc;

/// The policies as the visitor reads them.
pub(super) struct Words {
    pub policy: Arc<Policy>,
    /// Every policy that was published, newest first: a live reason may come from an older one.
    all: Vec<Arc<Policy>>,
    t: Texts,
}

impl Words {
    pub fn new(app: &App, visitor: &Visitor) -> Self {
        let rules = app.service.rules();
        let all = rules.history.publications().iter().rev().map(|one| Arc::clone(&one.policy)).collect();
        Self { policy: Arc::clone(rules.policy(visitor.now)), all, t: visitor.t }
    }

    pub fn texts(&self) -> &PolicyTexts {
        self.policy.texts(self.t.lang.tag())
    }

    /// The texts of the newest policy that has this rule.
    fn of_rule(&self, rule: &str) -> &PolicyTexts {
        let with = std::iter::once(&self.policy).chain(&self.all).find(|policy| policy.rule(rule).is_some());
        with.unwrap_or(&self.policy).texts(self.t.lang.tag())
    }

    pub fn rule_name(&self, rule: &str) -> String {
        let name = self.of_rule(rule).sentence(&format!("rule.{rule}.name"));
        name.map_or_else(|| rule.to_owned(), ToOwned::to_owned)
    }

    pub fn resident(&self, rule: &str) -> String {
        self.of_rule(rule).resident(rule).to_owned()
    }

    pub fn remedy(&self, rule: &str) -> String {
        self.of_rule(rule).remedy(rule).to_owned()
    }

    pub fn source(&self, source: &str) -> String {
        if source == "self" {
            return self.t.s("source-self");
        }
        let text = self.texts().source(source);
        if text.is_empty() { source.to_owned() } else { text.to_owned() }
    }

    /// Who decides, in words where the policy or the pages have some.
    pub fn owner(&self, owner: &str) -> String {
        let own = self.texts().sentence(&format!("owner.{owner}")).map(ToOwned::to_owned);
        let id = format!("owner-{owner}");
        own.unwrap_or_else(|| if self.t.has(&id) { self.t.s(&id) } else { owner.replace('-', " ") })
    }

    /// What ends a stage and how far that has come, a line for each part.
    pub fn progress(&self, progress: &Progress, clock: &Clockface) -> Vec<Line> {
        match progress {
            Progress::All(parts) => parts.iter().flat_map(|part| self.progress(part, clock)).collect(),
            Progress::Any(parts) => {
                let mut lines: Vec<Line> = parts.iter().flat_map(|part| self.progress(part, clock)).collect();
                if let (Some(first), true) = (lines.first_mut(), parts.len() > 1) {
                    first.label = format!("{} {}", self.t.s("progress-any"), first.label);
                }
                lines
            }
            leaf => vec![self.leaf(leaf, clock)],
        }
    }

    fn leaf(&self, progress: &Progress, clock: &Clockface) -> Line {
        let t = self.t;
        let counted = |label: &str, done: u32, needed: u32| {
            let done = done.min(needed);
            Line { label: t.s(label), done, needed, text: t.n_of("progress-of", done, needed) }
        };
        let met = |label: String, met: bool| {
            let text = t.s(if met { "progress-met" } else { "progress-waiting" });
            Line { label, done: u32::from(met), needed: 1, text }
        };
        match progress {
            Progress::Days { done, needed, .. } => counted("progress-days", *done, *needed),
            Progress::CheckIns { done, needed, .. } => counted("progress-check-ins", *done, *needed),
            Progress::Negatives { done, needed, .. } => counted("progress-negatives", *done, *needed),
            Progress::Recovery { met_at } => met(t.s("progress-recovery"), met_at.is_some()),
            Progress::OrderEnd { until, met_at } => {
                let label = until.map_or_else(
                    || t.s("progress-order"),
                    |until| t.a("progress-order-until", "day", clock.date_of(until).text),
                );
                met(label, met_at.is_some())
            }
            Progress::Elapsed { until, done } => {
                met(t.a("progress-elapsed", "time", clock.date_of(*until).text), *done)
            }
            Progress::Release { met_at } => met(t.s("progress-release"), met_at.is_some()),
            Progress::Event { met_at, .. } => met(t.s("progress-event"), met_at.is_some()),
            // Both are taken apart before.
            Progress::All(_) | Progress::Any(_) => met(t.s("progress-event"), false),
        }
    }

    /// How far each source has been heard.
    pub fn sources(&self, heard: &[SourceState], clock: &Clockface) -> Vec<SourceLine> {
        let line = |state: &SourceState| SourceLine {
            name: self.source(&state.source),
            as_of: state.complete_up_to.map_or_else(
                || self.t.s("source-never"),
                |time| self.t.a("source-as-of", "time", clock.moment(time).text),
            ),
            stale: state.stale,
        };
        heard.iter().map(line).collect()
    }
}

/// The standing that an effect gives, if it gives one.
pub(super) const fn standing_of(effect: &Effect) -> Option<Standing> {
    match effect {
        Effect::Colour(Colour::Red) => Some(Standing::Red),
        Effect::Colour(Colour::Yellow) => Some(Standing::Yellow),
        Effect::Colour(Colour::Green) => Some(Standing::Green),
        Effect::Standing(standing) => Some(*standing),
        Effect::Tag(_) => None,
    }
}

/// What comes after the present stage, in words.
pub(super) fn then(t: Texts, effect: Option<&Effect>) -> String {
    match effect.and_then(standing_of) {
        Some(standing) => t.a("then-becomes", "colour", Look::of(t, standing).word()),
        None => t.s("then-ends"),
    }
}
