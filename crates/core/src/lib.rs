//! Evidence in, colour out, with its reasons.
//!
//! This crate is pure: it knows no clock, no store and no network. Both times that a verdict depends
//! on, what was known and when it applies, are arguments. Nothing in it names a disease, a colour
//! logic or a number of days: those are data, in a [`policy::Policy`].

pub mod cases;
pub mod compare;
pub mod decide;
pub mod derive;
pub mod encounter;
pub mod evidence;
pub mod explain;
pub mod gate;
pub mod id;
pub mod measure;
pub mod policy;
pub mod sources;
pub mod time;
pub mod verdict;
pub mod visit;
pub mod why_not;

pub use compare::compare;
pub use decide::decide;
pub use derive::{CaseCourse, Derived, Link, Separation, derive};
pub use encounter::Encounter;
pub use evidence::{Attributes, Evidence, Kind, Number, Origin, Value};
pub use explain::explain;
pub use id::{AreaId, CaseId, EvidenceId, PersonId, PointId, SiteId};
pub use policy::{History, Policy, PolicyFiles};
pub use sources::{Heartbeat, Sources};
pub use time::{Day, Span, Time, Window, Zone};
pub use verdict::{Colour, Reason, Standing, Verdict};
pub use visit::{Assurance, Direction, Visit};
pub use why_not::why_not;
