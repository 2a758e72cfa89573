//! A seeded synthetic city for demonstrations, load, dry runs and fault tests: people in households,
//! collection points in districts, days of visits, a few cases.
//!
//! The same seed, [`Size`], zone and end give the same city, byte for byte. Nobody in it can be meant:
//! the names are a surname and numerals, no document number passes its check digit, and no telephone
//! number can be assigned.
//!
//! ```
//! use kangma_city::{City, Seed, Size};
//! use kangma_core::Zone;
//!
//! let zone = Zone::named("Asia/Shanghai")?;
//! let size = Size { people: 100, points: 30, ..Size::DEMONSTRATION };
//! let city = City::generate(Seed(1), &size, &zone, "2020-03-04T02:00:00Z".parse()?);
//! assert_eq!(city.residents.len(), 100);
//! assert!(city.visits().count() > 500);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Visits are made when asked for, one person at a time, so that a city of millions needs no memory for
//! them. Each person, household and point draws from a stream of its own: a habit that is added for one
//! changes nobody else.
//!
//! To add a kind of point, add a row to [`point::KINDS`]; to add a habit, add its numbers to
//! [`habits::Habits`] with a source, and use them in `day`.

mod case;
mod chance;
mod city;
mod day;
pub mod epidemic;
pub mod habits;
mod map;
pub mod metropolis;
mod name;
pub mod people;
pub mod point;
mod size;

pub use case::{CaseStatus, SeedCase};
pub use chance::{LogNormal, Normal, PerMille, Seed};
pub use city::City;
pub use day::{Passing, Stop};
pub use epidemic::Epidemic;
pub use metropolis::{Being, Households, Metropolis};
pub use people::{Household, Occupation, Resident};
pub use point::{District, Point};
pub use size::Size;
