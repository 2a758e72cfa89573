//! The districts of a city, as far as its collection points name them.

use crate::{Refused, Service};
use std::collections::BTreeSet;

/// How many points are looked at.
const MOST_POINTS: usize = 2_000;

impl Service {
    /// The districts in which there are collection points. None in a city that has registered none yet.
    ///
    /// # Errors
    /// The store failed.
    pub async fn districts(&self) -> Result<Vec<String>, Refused> {
        self.look(|reader| {
            let points = reader.points(None, None, MOST_POINTS)?;
            let names: BTreeSet<String> = points.into_iter().map(|point| point.district).collect();
            Ok(names.into_iter().collect())
        })
        .await
    }
}
