//! What every list has in common: what it calls people, and what is said of a row that cannot be used.

use super::wire::answer;
use kangma_service::import_visits::{Because, PersonKey};
use serde::Deserialize;
use utoipa::ToSchema;

/// What a list calls people.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CalledBy {
    /// By their identifier.
    Id,
    /// By their telephone.
    Phone,
    /// By the number of their identity card.
    IdCard,
}

impl From<CalledBy> for PersonKey {
    fn from(called_by: CalledBy) -> Self {
        match called_by {
            CalledBy::Id => PersonKey::Id,
            CalledBy::Phone => PersonKey::Phone,
            CalledBy::IdCard => PersonKey::IdCard,
        }
    }
}

answer! {
    /// A row that could not be used.
    UnusableRow {
        /// Its place in the list, counting from 1.
        place: [u64],
        /// Why: a stable word.
        because: [String],
    }
}

/// What is said of rows that could not be used.
pub(crate) fn unusable(bad: Vec<(u64, Because)>) -> Vec<UnusableRow> {
    let row = |(place, because): (u64, Because)| UnusableRow { place, because: because.to_owned() };
    bad.into_iter().map(row).collect()
}
