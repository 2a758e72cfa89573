//! What people and officers hand in, as data. Every use case checks its own form; these types only carry it.

use kangma_core::{
    AreaId, CaseId, Day, Direction, EvidenceId, Number, PersonId, PointId, Standing, Time, Value, Window,
    policy::Outcome,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// Who a person says they are.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct IdentityForm {
    /// Full name.
    pub name: String,
    /// Kind of document: `id-card`, `passport`, `other`.
    pub document_type: String,
    /// Its number, as written.
    pub document_number: String,
    /// Telephone; the one-time code goes there. Empty for a person without one.
    #[serde(default)]
    pub phone: String,
    /// Date of birth.
    pub birth_date: Option<Day>,
    /// Street address.
    #[serde(default)]
    pub address: String,
    /// District, by its code.
    pub district: String,
}

/// Why somebody declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Lives here.
    #[default]
    Resident,
    /// Comes back to work here.
    ReturningToWork,
    /// Plans to enter the city.
    PlanningToEnter,
}

impl Purpose {
    /// Its word in policies and evidence.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Purpose::Resident => "resident",
            Purpose::ReturningToWork => "returning-to-work",
            Purpose::PlanningToEnter => "planning-to-enter",
        }
    }
}

/// One stay or journey of an itinerary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Leg {
    /// Where from, or where the person stayed: a division's code or a risk area's key.
    pub from: String,
    /// Where to.
    pub to: String,
    /// When the stay began or the journey left.
    pub departure: Time,
    /// When it ended or arrives.
    pub arrival: Time,
}

/// A declaration.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DeclarationForm {
    /// Why.
    pub purpose: Purpose,
    /// The answers, by the policy's question.
    pub answers: BTreeMap<String, Value>,
    /// Employer, for people returning to work.
    #[serde(default)]
    pub employer: String,
    /// The first day of work, or of the planned entry.
    pub starting: Option<Day>,
    /// Where the person was and will be.
    #[serde(default)]
    pub itinerary: Vec<Leg>,
}

/// A daily check-in.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CheckInForm {
    /// The day it speaks for; today when absent.
    pub day: Option<Day>,
    /// Body temperature in degrees Celsius.
    pub temperature: Option<Number>,
    /// Symptoms, by the policy's question.
    #[serde(default)]
    pub answers: BTreeMap<String, Value>,
}

/// What a checker hands in for one scan.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ScanForm {
    /// The text of the QR code.
    pub text: String,
    /// Going in or out.
    pub direction: Direction,
    /// Why the person passes; the policy's word (`home`, `ordered-test`, `care`), empty for no reason in particular.
    #[serde(default)]
    pub purpose: String,
    /// What a thermometer at the gate read.
    pub temperature: Option<Number>,
    /// Let pass whatever the code says, and record that.
    #[serde(default)]
    pub emergency: bool,
}

/// A visit that a gate without network decided itself and hands in later.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OfflineScan {
    /// The gate's own random key for it: handed in twice, it counts once.
    pub key: String,
    /// When the gate saw the code.
    pub at: Time,
    /// The scan.
    pub scan: ScanForm,
    /// What the gate decided.
    pub decided: Decided,
}

/// What a gate without network decided, and with which standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Decided {
    /// What it did.
    pub outcome: Outcome,
    /// What it showed.
    pub standing: Standing,
}

/// A reported case.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CaseForm {
    /// Whose.
    pub person: PersonId,
    /// `suspected` or `confirmed`, or another status that the policy's exposures name.
    pub status: String,
    /// When symptoms began, if they did.
    pub onset: Option<Time>,
    /// When the sample was taken.
    pub sampled: Option<Time>,
}

/// A contact named in an interview.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct InterviewContactForm {
    /// The case that named them.
    pub case: CaseId,
    /// Name.
    pub name: String,
    /// Telephone.
    pub phone: String,
    /// The policy's degree, such as `close`.
    pub degree: String,
    /// The last time they met.
    pub last_exposure: Time,
}

/// A risk area.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AreaForm {
    /// The district or division it covers.
    pub division: String,
    /// The policy's level, such as `high`.
    pub level: String,
    /// Its first infectious day.
    pub from: Day,
}

/// An act on a risk area.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AreaAct {
    /// Which.
    pub area: AreaId,
    /// `true`: it never was one. `false`: it was one until now.
    pub withdrawn: bool,
    /// Why, for the record. Encrypted.
    pub reason: String,
}

/// Where somebody isolates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IsolationPlace {
    /// At home.
    Home,
    /// At a site for it, apart from the household.
    Central,
}

impl IsolationPlace {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Home, Self::Central];

    /// Its word in policies and evidence.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            IsolationPlace::Home => "home",
            IsolationPlace::Central => "central",
        }
    }
}

/// What is ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ordered {
    /// A colour, by the policy's level.
    Level(String),
    /// To stay apart.
    Isolation(IsolationPlace),
}

/// An order, proposed by one officer and confirmed by another.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OrderForm {
    /// On whom.
    pub person: PersonId,
    /// What.
    pub order: Ordered,
    /// The legal ground, by the policy's word.
    pub ground: String,
    /// Why, for the other officer and for an appeal. Encrypted.
    pub explanation: String,
    /// From when until when.
    pub window: Window,
    /// How many check-ins it asks for, where it names a number.
    pub check_ins: Option<u32>,
}

/// A finding that a declaration was false, proposed by one officer and confirmed by another.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FindingForm {
    /// Whose.
    pub person: PersonId,
    /// Which declaration.
    pub declaration: EvidenceId,
    /// When the person was heard.
    pub heard_at: Time,
    /// What was false and what shows it. Encrypted.
    pub explanation: String,
}

/// An appeal against one reason.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AppealForm {
    /// Whose colour.
    pub person: PersonId,
    /// The rule of the reason.
    pub rule: Arc<str>,
    /// Its trigger.
    pub trigger: Option<EvidenceId>,
    /// What is wrong, in the person's words. Encrypted.
    pub words: String,
}

/// A collection point to be approved.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PointForm {
    /// What it is called.
    pub name: String,
    /// What kind it is, by the policy's word.
    pub kind: String,
    /// Its district.
    pub district: String,
    /// Which directions are recorded.
    pub directions: Vec<Direction>,
}

/// A person's point that stops nobody: their own home.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HomeForm {
    /// Whose.
    pub person: PersonId,
    /// The gate of their community.
    pub point: PointId,
}
