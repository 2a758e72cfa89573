//! Presence intervals in, encounters out. Pure: knows no case workflow and no colour.
//!
//! A [`Visit`](kangma_core::Visit) is a scan. [`stays`] says how a scan becomes a presence, and the
//! [`PresenceIndex`] answers who shared a place with whom. It keeps the scans and, in [`columns`], the presences
//! that they prove: a scan that arrives late, one that was wrong and days that are dropped change what they have to.
//!
//! ```
//! use kangma_contact::{Ask, Look, PresenceIndex, Stays};
//! use kangma_core::{Assurance, Direction, PersonId, PointId, Span, Time, Visit, Window, Zone};
//!
//! let index = PresenceIndex::new(Zone::named("Asia/Shanghai")?, Stays::assumed());
//! index.register(PointId(1), "restaurant");
//! let noon: Time = "2020-03-01T04:00:00Z".parse()?;
//! let scan = |person, minutes, direction| Visit {
//!     person: PersonId(person),
//!     point: PointId(1),
//!     at: noon + Span::from_minutes(minutes),
//!     direction,
//!     assurance: Assurance::DeviceBound,
//! };
//! index.insert(&[
//!     scan(1, 0, Direction::In),
//!     scan(1, 40, Direction::Out),
//!     scan(2, 25, Direction::In),
//!     scan(2, 60, Direction::Out),
//! ]);
//! let met = index.encounters(&Ask {
//!     subject: PersonId(1),
//!     window: Window::new(noon, noon + Span::from_hours(24)).ok_or("empty")?,
//!     look: Look::Onward,
//!     linger: Span::ZERO,
//!     least: Assurance::Paper,
//! });
//! assert_eq!((met[0].contact, met[0].unbroken.minutes()), (PersonId(2), 15));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod columns;
pub mod index;
pub mod presence;
pub mod stays;

pub use columns::Look;
pub use index::{
    Filling, Inserted, PresenceIndex,
    attendance::{Attendance, Occasion},
    encounters::Ask,
    gatherings::Gathering,
    onward::Chain,
};
pub use presence::Presence;
pub use stays::{Stay, Stays};
