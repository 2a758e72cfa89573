//! A seeded synthetic city for demonstrations, load, dry runs and fault tests: people in households, collection points in
//! districts, and where everybody is.
//!
//! There is one generator of lives. [`Metropolis`] gives the stays, person by person and in no memory, up to millions of
//! people who are numbers. [`City`] is the same with names, scans and first cases on top, for a store. The numbers that
//! both follow are [`Parameters`]: TOML with a source beside each.
//!
//! The same seed and parameters give the same city, byte for byte. Nobody in it can be meant: the names are a surname and
//! numerals, no document number passes its check digit, and no telephone number can be assigned.
//!
//! ```
//! use kangma_city::{City, Metropolis, Parameters, Seed};
//! use kangma_core::Zone;
//! use std::sync::Arc;
//!
//! let parameters = Arc::new(Parameters::preset("10k")?.with_people(100)?);
//! let mut stays = 0;
//! Metropolis::of(&parameters, Seed(1)).each_being(|_| stays += 1);
//! assert!(stays > 100 * 14 * 3);
//!
//! let zone = Zone::named("Asia/Shanghai")?;
//! let city = City::generate(&parameters, Seed(1), &zone, "2020-03-04T02:00:00Z".parse()?);
//! assert_eq!(city.residents.len(), 100);
//! assert!(city.visits().count() > 500);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Each point, household, person and day of a person draws from a stream of its own: a habit that is added for one changes
//! nobody else, and a day is the same whenever the city begins.
//!
//! To add a kind of point, add a line to [`Kind`] and a table to `presets/habits.toml`; to add a habit, add its number there
//! with its source, its field to [`parameters`], and use it in `day` or `people`.

mod case;
mod chance;
mod city;
mod day;
pub mod epidemic;
mod kind;
mod metropolis;
mod name;
pub mod parameters;
mod people;
mod points;
mod register;

pub use case::{CaseStatus, SeedCase};
pub use chance::Seed;
pub use city::City;
pub use day::Being;
pub use epidemic::{Epidemic, Epidemics};
pub use kind::{HOME, Kind};
pub use metropolis::Metropolis;
pub use parameters::{BadParameters, Parameters};
pub use people::{Households, Occupation};
pub use points::Points;
pub use register::{District, Household, Point, Resident};
