//! The storage contract in the words of the use cases, and its SQLite form.
//!
//! One process writes ([`Store::open`] refuses a second one), through one thread that commits whatever has queued; nobody
//! is told before it is durable. Reads see one snapshot each and never wait for the writer. What an act writes is there
//! whole or not at all:
//!
//! ```
//! use kangma_core::{Kind, PersonId, Time};
//! use kangma_store::{FieldKeys, NewEvidence, Options, Person, PersonKind, Store};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let dir = tempfile::tempdir()?;
//! let store = Store::open(dir.path(), FieldKeys::generate()?, Options::default())?;
//! let (person, now) = (PersonId(7), Time(1_000));
//! let item = store.write_blocking::<_, kangma_store::StoreError, _>(move |w| {
//!     let at = w.stamp(now);
//!     w.add_person(&Person { name: Some("Invented".into()), ..Person::new(person, PersonKind::AccountHolder, at) })?;
//!     let new = NewEvidence::new(person, Kind::Declaration, now, "self").with("purpose", "resident");
//!     w.add_evidence(new, at)
//! })?;
//! assert_eq!(store.read_blocking(|r| r.evidence_of(person))?, [item]);
//! # Ok(())
//! # }
//! ```
//!
//! One file holds each family of words, for reading and for writing. To add one: a migration in `migrations/` (forward
//! only, never edited once released), a file with its `row!` and its methods, a line here, a test in
//! `tests/conformance/`.

mod accounts;
mod answers;
mod appeals;
mod areas;
mod cases;
mod codes;
mod error;
mod evidence;
mod fault;
mod fold;
mod group;
mod households;
mod ids;
mod jobs;
mod keys;
mod lock;
#[cfg(feature = "measure")]
pub mod measure;
mod meta;
mod moment;
mod open;
mod orders;
mod outbox;
mod persons;
mod points;
mod policies;
mod pool;
mod reader;
mod records;
mod reviews;
mod row;
mod sessions;
mod sites;
mod sources;
mod standings;
mod store;
mod visits;
mod writer;

pub use accounts::{Account, AccountScope, OneTimeCode};
pub use answers::Answer;
pub use appeals::{Appeal, AppealState};
pub use areas::RiskArea;
pub use cases::{Case, CaseState, CaseStatus, CasesLike, ContactCall, InterviewContact};
pub use codes::{Code, CodeKind, Device, StatusEntry};
pub use error::{OpenError, StoreError, WriteError};
pub use evidence::NewEvidence;
pub use fault::{Fault, WriteMoment, WritePoint};
pub use households::HouseholdLink;
pub use ids::{
    AccountId, AppealId, BadHex, CallId, ContactId, CorrectionId, Cti, DeviceId, Digest, GateId, HeartbeatId,
    JobId, LinkId, LookId, NoticeId, ProposalId, PublicationId, RecordId, StatusIndex, VisitId,
};
pub use jobs::{Job, JobState};
pub use keys::{BadKeys, FieldKeys};
pub use moment::Moment;
pub use orders::{Proposal, ProposalKind, ProposalState};
pub use outbox::Notice;
pub use persons::{Person, PersonKind};
pub use points::{Gate, GateKind, Passage, PlaceKind, Point, PointState};
pub use policies::Publication;
pub use reader::Reader;
pub use records::{ActRecord, Look};
pub use reviews::{AuditReview, Correction, CorrectionState, ReviewState};
pub use row::{Sealed, SealedText, UnknownWord};
pub use sessions::Session;
pub use sites::ExposureSite;
pub use sources::Heartbeat;
pub use standings::CachedStanding;
pub use store::{Options, Store, WriteCounts};
pub use visits::{LoggedVisit, NewVisit, VisitOutcome};
pub use writer::Writer;
