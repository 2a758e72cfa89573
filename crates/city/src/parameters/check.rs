//! What no number says alone.

use super::{BadParameters, OfKind, Parameters, Size};
use crate::kind::Kind;

/// Numbers of people and of points, homes among them, have 32 bits; times too.
const MOST: u64 = 1 << 32;
const DAY_SECONDS: u64 = 86_400;

impl Parameters {
    /// Refuses numbers that do not go together.
    pub(super) fn check(&self) -> Result<(), BadParameters> {
        self.check_points()?;
        self.check_people()?;
        self.check_days()?;
        self.epidemic.check().map_err(|impossible| {
            let because = format!("it cannot be {}", impossible.value);
            BadParameters::together(format!("epidemic.{}", impossible.name), because, impossible.remedy)
        })
    }

    fn check_points(&self) -> Result<(), BadParameters> {
        let is_missing = |kind: &Kind| !self.points.contains_key(kind);
        if let Some(kind) = Kind::ALL.into_iter().find(is_missing) {
            let field = format!("points.{}", kind.word());
            let because = "there is no such table".to_owned();
            return Err(BadParameters::together(field, because, "add it: every kind of point needs one"));
        }
        let places = self.errands.places.each().iter().chain(self.travel.vehicles.each());
        let mut visited = places.map(|(kind, _)| *kind).chain([self.work.lunch_at]);
        let is_endless = |kind: &Kind| self.points.get(kind).is_none_or(|of| of.dwell.is_none());
        if let Some(kind) = visited.find(is_endless) {
            let field = format!("points.{}.dwell", kind.word());
            let because = "people go there, and nothing says how long they stay".to_owned();
            let remedy = "add dwell = { median-minutes = 20, sigma = 0.5 }, or let nobody go there";
            return Err(BadParameters::together(field, because, remedy));
        }
        Ok(())
    }

    fn check_people(&self) -> Result<(), BadParameters> {
        let Size { people, districts, .. } = &self.size;
        let (people, districts) = (u64::from(people.number()), u64::from(districts.number()));
        if districts > people {
            let because = format!("{districts} districts for {people} people");
            let remedy = "write at most as many districts as people";
            return Err(BadParameters::together("size.districts", because, remedy));
        }
        // The most that there can be: everybody in a home of their own, and a whole point more in each district.
        let each = |of: &OfKind| people / u64::from(of.people_for_one.number()) + districts + 1;
        let points = people + self.points.values().map(each).sum::<u64>();
        if points > MOST {
            let because =
                format!("{people} people need up to {points} points and homes, and {MOST} can be numbered");
            let remedy = "write fewer people, or larger numbers for people-for-one";
            return Err(BadParameters::together("size.people", because, remedy));
        }
        Ok(())
    }

    fn check_days(&self) -> Result<(), BadParameters> {
        let Size { days, first_day, .. } = &self.size;
        // One day more, into which no stay may reach.
        let end = u64::try_from(first_day.0.0).unwrap_or(0) + u64::from(days.number()) + 1;
        if end.saturating_mul(DAY_SECONDS) >= MOST {
            let because = format!(
                "{} days end after 2106, where seconds since 1970 need more than 32 bits",
                days.number()
            );
            return Err(BadParameters::together(
                "size.days",
                because,
                "write fewer days, or an earlier first day",
            ));
        }
        Ok(())
    }
}

impl BadParameters {
    pub(super) fn together(field: impl Into<String>, because: String, remedy: &'static str) -> Self {
        Self::Together { field: field.into(), because, remedy }
    }
}
