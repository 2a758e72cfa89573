//! What is known about one person: append-only items, each with its source and what it came from.

mod wire;

use crate::{AreaId, CaseId, EvidenceId, PersonId, SiteId, Time, time::Day};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::{fmt, sync::Arc};

/// One item of evidence. Nothing in it is ever edited: a later item withdraws, ends or supersedes it.
// Laid out as written: what every decision looks at comes first and shares a cache line.
#[repr(C)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Its number, in the order of recording.
    pub id: EvidenceId,
    /// Whom it speaks of.
    pub person: PersonId,
    /// What kind of thing it says.
    pub kind: Kind,
    /// When it happened. For an interval, its last instant (an exposure: the end of the last encounter).
    pub happened_at: Time,
    /// When it was written down. It counts for nothing that was decided before.
    pub recorded_at: Time,
    /// Who said it: the name of a source as policies write it (`laboratory`, `self`, `gate`, `officer`).
    pub source: Arc<str>,
    /// What it was derived from, when it was not observed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// The item it speaks about: what is withdrawn, ended, superseded, answered, decided, appealed or released.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<EvidenceId>,
    /// What else it says, by name.
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
}

/// What a derived item came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A case, through its infectious window.
    Case(CaseId),
    /// A risk area, through its dates.
    Area(AreaId),
    /// A published exposure site, through its window.
    Site(SiteId),
    /// Another item, of the same or of another person.
    Evidence(EvidenceId),
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// The kinds of evidence. Policies name them by their kebab-case text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Kind {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl Kind {
            /// Every kind, in declaration order.
            pub const ALL: &[Kind] = &[$(Kind::$name),*];

            /// Its text in policies, JSON and the store.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Kind::$name => $text,)* }
            }
        }
    };
}

kinds! {
    /// An online declaration. Attributes: `purpose` (`resident`, `returning-to-work`, `planning-to-enter`),
    /// `birth-date`, and one attribute for each question of the policy.
    Declaration = "declaration",
    /// A planned or made journey. Attributes: `from` and `to` (divisions), `arrival`, `departure`.
    Itinerary = "itinerary",
    /// What one source answered about a declaration (`about`). Attributes: `answer`, and what the source says.
    AuditAnswer = "audit-answer",
    /// A daily check-in. Attributes: `day`, `temperature`, one for each symptom asked, `by` (`self` or `staff`).
    CheckIn = "check-in",
    /// A temperature taken at a gate, after the second reading. Attributes: `temperature`.
    GateTemperature = "gate-temperature",
    /// The beginning of symptoms. `happened_at` is the onset.
    SymptomOnset = "symptom-onset",
    /// The status of a case. Attributes: `status` (`suspected`, `confirmed`, `recovered`, `excluded`, `died`),
    /// `onset`, `sampled`. `origin` is the case.
    CaseStatus = "case-status",
    /// Contact with a case. Attributes: `degree`, `first-exposure`, `minutes` (unbroken), `minutes-summed`,
    /// `point-kind`, `crowd`, `assurance`, `chain` (1 or 2), `score` where the policy has one. `happened_at` is the last exposure.
    Exposure = "exposure",
    /// Presence in a published place and time. Attributes: `exposure-type`, `minutes`. `origin` is what published it.
    ExposureSiteVisit = "exposure-site-visit",
    /// A confirmed household link. Attributes: `days` of stay.
    HouseholdLink = "household-link",
    /// Time spent apart from one's household. Attributes: `until`.
    Separation = "separation",
    /// A stay in a risk area. Attributes: `level`, `minutes`, `area`.
    RiskAreaStay = "risk-area-stay",
    /// A test. Attributes: `result` (`positive`, `negative`, `pending`), `pooled`, `method`. `happened_at` is the sampling.
    TestResult = "test-result",
    /// A test that is owed. Attributes: `due`, `category`.
    TestObligation = "test-obligation",
    /// Immunity by vaccination or past infection. Attributes: `disease`, `basis`, `doses`.
    Immunity = "immunity",
    /// An order to isolate. Attributes: `place`, `until`, `check-ins`.
    IsolationOrder = "isolation-order",
    /// A manual order by two officers. Attributes: `ground`, `level`, `until`, `check-ins`.
    ManualOrder = "manual-order",
    /// A false statement, found by two officers after the person was heard. `about` is the declaration.
    FalseStatement = "false-statement",
    /// A decision of an officer on something (`about`). Attributes: `outcome`; of a declaration `accepted` or `refused`.
    Decision = "decision",
    /// An appeal of a reason (`about` its trigger). Attributes: `number`, `owner`, `deadline`, `rule`.
    Appeal = "appeal",
    /// A release from a reason by an officer. Attributes: `rule`. Acts from its own time.
    Release = "release",
    /// `about` never was true.
    Withdrawal = "withdrawal",
    /// `about` was true until now.
    Ending = "ending",
    /// `about` is replaced by another item (attribute `by`), as if it never had been.
    Superseding = "superseding",
}

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Kinds(u32);

impl Kinds {
    pub(crate) const fn with(self, kind: Kind) -> Self {
        Self(self.0 | 1 << (kind as u32))
    }

    pub(crate) const fn has(self, kind: Kind) -> bool {
        self.0 & (1 << (kind as u32)) != 0
    }

    pub(crate) const fn meets(self, other: Kinds) -> bool {
        self.0 & other.0 != 0
    }
}

impl FromIterator<Kind> for Kinds {
    fn from_iter<I: IntoIterator<Item = Kind>>(kinds: I) -> Self {
        kinds.into_iter().fold(Self::default(), Self::with)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Kind {
    type Err = UnknownKind;
    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| UnknownKind(text.to_owned()))
    }
}

/// A text that names no kind of evidence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a kind of evidence")]
pub struct UnknownKind(pub String);

/// A number with three decimals: a temperature of 37.3 is `Number(37_300)`. Exact, so that a limit is a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Number(pub i64);

impl Number {
    /// A whole number.
    #[must_use]
    pub const fn whole(n: i64) -> Self {
        Self(n.saturating_mul(1_000))
    }

    /// The whole part, rounded down.
    #[must_use]
    pub const fn floor(self) -> i64 {
        self.0.div_euclid(1_000)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, magnitude) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let (whole, fraction) = (magnitude / 1_000, magnitude % 1_000);
        if fraction == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{fraction:03}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

/// A text that is not a number with at most three decimals.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a number with at most three decimals")]
pub struct BadNumber(pub String);

impl std::str::FromStr for Number {
    type Err = BadNumber;
    fn from_str(text: &str) -> Result<Self, BadNumber> {
        let bad = || BadNumber(text.to_owned());
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || fraction.len() > 3 || !all_digits(whole) || !all_digits(fraction) {
            return Err(bad());
        }
        if digits.contains('.') && fraction.is_empty() {
            return Err(bad());
        }
        let thousands: i64 = format!("{whole}{fraction:0<3}").parse().map_err(|_| bad())?;
        Ok(Self(if negative { -thousands } else { thousands }))
    }
}

/// In JSON a number is its decimal text, so that no reader rounds it.
impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A number, to three decimals.
    Number(Number),
    /// An instant.
    Time(Time),
    /// A calendar day.
    Day(Day),
    /// A word of the policy or of the glossary; never free text about a person.
    Text(Arc<str>),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Flag(flag) => flag.fmt(f),
            Value::Number(number) => number.fmt(f),
            Value::Time(time) => time.fmt(f),
            Value::Day(day) => day.fmt(f),
            Value::Text(text) => text.fmt(f),
        }
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Value::Flag(flag)
    }
}
impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Value::Number(number)
    }
}
impl From<Time> for Value {
    fn from(time: Time) -> Self {
        Value::Time(time)
    }
}
impl From<Day> for Value {
    fn from(day: Day) -> Self {
        Value::Day(day)
    }
}
impl From<Arc<str>> for Value {
    fn from(text: Arc<str>) -> Self {
        Value::Text(text)
    }
}
impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.into())
    }
}

/// Attributes by name, sorted by it. A name occurs once.
// Two lie in the item itself: room for more makes every item larger, and reading items is what deciding waits for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attributes(SmallVec<[(Arc<str>, Value); 2]>);

impl Attributes {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// None, with room for so many.
    pub(crate) fn with_room(many: usize) -> Self {
        Self(SmallVec::with_capacity(many))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of one.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(key, _)| &**key == name).map(|(_, value)| value)
    }

    /// The value of one that is an instant.
    #[must_use]
    pub fn time(&self, name: &str) -> Option<Time> {
        match self.value(name)? {
            Value::Time(time) => Some(*time),
            _ => None,
        }
    }

    /// The value of one that is a number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<Number> {
        match self.value(name)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The value of one that is a calendar day.
    #[must_use]
    pub fn day(&self, name: &str) -> Option<Day> {
        match self.value(name)? {
            Value::Day(day) => Some(*day),
            _ => None,
        }
    }

    /// The value of one that is a word.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.value(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Sets one, replacing what it was.
    pub fn set(&mut self, name: impl Into<Arc<str>>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        match self.0.binary_search_by(|(key, _)| key.cmp(&name)) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (name, value)),
        }
    }

    /// The same with one more set.
    #[must_use]
    pub fn with(mut self, name: impl Into<Arc<str>>, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// All, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_from_its_text() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse::<Kind>().unwrap(), *kind);
        }
    }

    #[test]
    fn a_number_keeps_three_decimals_exactly() {
        for text in ["37.3", "-0.001", "38", "0.5", "1000000"] {
            assert_eq!(text.parse::<Number>().unwrap().to_string(), text);
        }
        for text in ["", ".", "37.", "37.3001", "1e3", "--1", "+1", "37,3"] {
            assert!(text.parse::<Number>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_item_reads_back_from_its_json() {
        let item = Evidence {
            id: EvidenceId(7),
            person: PersonId(1),
            kind: Kind::CheckIn,
            happened_at: Time(0),
            recorded_at: Time(1),
            source: "self".into(),
            origin: Some(Origin::Case(CaseId(3))),
            about: None,
            attributes: Attributes::new()
                .with("temperature", "36.6".parse::<Number>().unwrap())
                .with("day", Day(18_322))
                .with("cough", false)
                .with("seen", Time(5))
                .with("by", "self"),
        };
        let json = serde_json::to_string(&item).unwrap();
        assert_eq!(serde_json::from_str::<Evidence>(&json).unwrap(), item);
    }
}
