//! A policy: rules as data, with everything else that a city decides. Read once, checked, then immutable.
//!
//! The model is public, so that a second implementation can be written against it; how its parts are
//! written in TOML is in `docs/policy-format.md`.

mod condition;
mod declaration;
mod exposure;
mod files;
pub mod gate;
mod history;
mod load;
mod period;
pub(crate) mod read;
mod reads;
mod refuse;
mod rule;
mod score;
mod texts;

pub use condition::{Condition, Limit, Test};
pub use declaration::{
    AttributeType, AuditOutcome, AuditRule, AuditSource, CheckInRule, DeclarationRule, Due, DutyRule,
    Finding, Missed, Question, SourceRule,
};
pub use exposure::{
    AreaRule, Counted, DegreeRule, Exposures, HouseholdRule, InfectiousRule, OnwardRule, SiteRule, StayRule,
};
pub use files::PolicyFiles;
pub use gate::{Approach, GateRow, GateTable, GateTemperature, Outcome, Place, Purpose};
pub(crate) use history::Share;
pub use history::{History, Publication};
pub(crate) use period::days;
pub use period::{BadPeriod, Period};
pub use refuse::{Refusal, Refused};
pub use rule::{
    AfterCeiling, Again, Ages, Amount, Anchor, Appeal, CeilingRule, End, Exemption, MissedAppeal, Negatives,
    Rule, Stage, Trigger, severity,
};
pub use score::{Best, DayFactor, MinuteRate, Score};
pub use texts::Texts;

use crate::{Kind, Zone, derive::Words, evidence::Kinds, verdict::PolicyRef};
use std::{collections::BTreeMap, sync::Arc};

/// A policy that has been read and checked.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Name, version, digest.
    pub reference: Arc<PolicyRef>,
    /// Where its calendar days are.
    pub zone: Zone,
    /// The languages that it speaks, the first is the default.
    pub languages: Vec<Arc<str>>,
    /// What becomes of the live reasons of the version before.
    pub live_reasons: LiveReasons,
    /// The least number of people that a published figure may stand for.
    pub privacy_floor: u32,
    /// The number to call in a medical emergency, where it holds; nothing where the policy names none.
    pub emergency_number: Option<Arc<str>>,
    /// The sources it needs: while one is stale, nobody is green.
    pub sources: Vec<SourceRule>,
    /// What the attributes of each kind of evidence may hold.
    pub attributes: BTreeMap<(Kind, Arc<str>), AttributeType>,
    /// Declarations and their audit.
    pub declaration: DeclarationRule,
    /// Daily check-ins.
    pub check_in: CheckInRule,
    /// Duties that stages name.
    pub duties: Vec<DutyRule>,
    /// The rules, in the order of the file.
    pub rules: Vec<Rule>,
    /// Who was exposed.
    pub exposures: Exposures,
    /// What gates do.
    pub gate: GateTable,
    /// Its sentences by language.
    pub texts: BTreeMap<Arc<str>, Texts>,
    /// The kinds that can meet each rule's trigger, in the order of the rules.
    pub(crate) trigger_kinds: Vec<Kinds>,
    /// The kinds that check-ins are counted by.
    pub(crate) check_in_kinds: Kinds,
    /// What exposures are written with.
    pub(crate) exposure_words: Words,
    /// What it was read from.
    pub(crate) files: Arc<PolicyFiles>,
}

/// What becomes of the live reasons of the version before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiveReasons {
    /// They finish under the version that made them; this version judges what is recorded from its publication on.
    Finish,
    /// This version decides everything again.
    DecideAgain,
}

impl Policy {
    /// The same policy read anew from its files, so that it shares no word with this one: two threads that count who holds
    /// the same words wait for each other.
    #[must_use]
    pub fn apart(&self) -> Self {
        // What was read once is read again.
        Self::load(&self.files).unwrap_or_else(|_refused| self.clone())
    }

    /// A rule by its identifier.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| &*rule.id == id)
    }

    /// The sentences in a language, or in the default one.
    #[must_use]
    pub fn texts(&self, language: &str) -> &Texts {
        static NONE: Texts = Texts(BTreeMap::new());
        let default = || self.languages.first().and_then(|first| self.texts.get(first));
        self.texts.get(language).or_else(default).unwrap_or(&NONE)
    }
}
