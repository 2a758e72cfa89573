//! The numbers that a city follows from, as a file of TOML with a source beside each.
//!
//! A preset is a size, the habits and the illness, files of `presets/`, which travel in the binary: `kangma city show NAME` prints
//! them as one file for editing.

mod check;
mod numbers;

pub use numbers::{Between, Count, Exponent, HowMany, LogNormal, PerMille, TimeOfDay, Weights};

use crate::{epidemic::Illness, kind::Kind};
use kangma_core::{Assurance, Day};
use serde::Deserialize;
use std::{collections::BTreeMap, str::FromStr};

/// Everything that a city follows from besides its seed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Parameters {
    /// How large, and when.
    pub size: Size,
    /// Who lives with whom.
    pub household: Together,
    /// Who works, where and when.
    pub work: Work,
    /// Who learns, and when.
    pub school: School,
    /// How people get about.
    pub travel: Travel,
    /// Where people go besides.
    pub errands: Errands,
    /// The collection points, by kind.
    pub points: BTreeMap<Kind, OfKind>,
    /// What gates see of it all.
    pub scans: Scans,
    /// Who is found ill when a demonstration begins.
    pub cases: Cases,
    /// The illness, where an epidemic goes through it.
    pub epidemic: Illness,
}

/// How large a city is, and when it is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Size {
    /// People.
    pub people: Count,
    /// Districts.
    pub districts: Count,
    /// Days.
    pub days: Count,
    /// The first of them.
    pub first_day: FirstDay,
}

/// A day from 1970 on, written like 2020-03-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct FirstDay(pub Day);

/// Who lives with whom.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Together {
    /// How many households have none (0), one, two ... people.
    pub sizes: HouseholdSizes,
    /// How many who live alone are old.
    pub one_is_old: PerMille,
    /// How many twos are old.
    pub two_are_old: PerMille,
    /// How many fours have two children; the others have one and a grandparent.
    pub four_have_two_children: PerMille,
    /// How old a child is, in years.
    pub child_years: Between,
    /// How old an adult without child is.
    pub adult_years: Between,
    /// How old an old person is.
    pub old_years: Between,
    /// How much older a parent is than the eldest child.
    pub parent_older_years: Between,
}

/// How many households have how many people: weights of 1, 2, 3 ...
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<i64>")]
pub struct HouseholdSizes(HowMany);

/// Who works, where and when.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Work {
    /// At what age people work.
    pub years: Between,
    /// How many of that age do.
    pub employed: PerMille,
    /// Where.
    pub places: Weights<Kind>,
    /// How many work on a day of a weekend.
    pub works_weekends: PerMille,
    /// When they leave home.
    pub leaves_home: TimeOfDay,
    /// How many ride; the others walk or drive.
    pub rides: PerMille,
    /// How long a day's work is for those who stay in.
    pub whole_day: LogNormal,
    /// How many go out for lunch on a day.
    pub lunches_out: PerMille,
    /// How long they work before lunch, and again after it.
    pub half_day: LogNormal,
    /// Where they eat.
    pub lunch_at: Kind,
    /// How long.
    pub lunch: LogNormal,
}

/// Who learns, and when.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct School {
    /// At what age people go to a kindergarten or a school.
    pub years: Between,
    /// When they leave home.
    pub leaves_home: TimeOfDay,
    /// How many ride.
    pub rides: PerMille,
    /// How long a day at school is.
    pub day: LogNormal,
}

/// How people get about.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Travel {
    /// What those ride who ride.
    pub vehicles: Weights<Kind>,
    /// How many vehicles somebody who always takes the same line may get into.
    pub vehicles_of_a_line: Count,
    /// How long the way on foot is from one place to the next.
    pub walk: LogNormal,
}

/// Where people go besides.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Errands {
    /// How many errands after work or school.
    pub after_work: HowMany,
    /// How many go out on a day off.
    pub goes_out: PerMille,
    /// How many errands that is.
    pub day_off: HowMany,
    /// When they leave home.
    pub leaves_home: TimeOfDay,
    /// Where errands lead.
    pub places: Weights<Kind>,
}

/// The points of one kind.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OfKind {
    /// There is one for so many people of the city.
    pub people_for_one: Count,
    /// From where people come.
    pub reach: Reach,
    /// How unequally they come.
    pub exponent: Exponent,
    /// How often an exit is scanned. An entry always is.
    pub exit_scanned: PerMille,
    /// How long a visitor stays; not needed where people only work, learn or pass.
    pub dwell: Option<LogNormal>,
}

/// From where people come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// From the whole city.
    City,
    /// From the district, of which each has some.
    District,
}

/// What gates see of it all.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scans {
    /// What grown-up people carry.
    pub codes: Weights<Assurance>,
    /// Who carries what grown-ups do, in years.
    pub grown_up_years: Between,
    /// What younger and older people carry.
    pub codes_of_young_and_old: Weights<Assurance>,
    /// How often a scan is typed in, whatever is carried.
    pub typed: PerMille,
    /// How often a poster is read.
    pub poster: PerMille,
}

/// Who is found ill when a demonstration begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Cases {
    /// How many, at most.
    pub number: u32,
    /// How long before the end the symptoms began, in hours.
    pub onset_hours_ago: Between,
    /// How long after that the sample was taken.
    pub sampled_hours_later: Between,
    /// How long after that the case was reported.
    pub reported_hours_later: Between,
}

/// Why there can be no such city.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadParameters {
    /// The file is no TOML, lacks something, has something unknown, or a number is impossible. Says where.
    #[error("{0}")]
    Text(String),
    /// Two numbers that do not go together.
    #[error("{field}: {because}; {remedy}")]
    Together {
        /// Which field to look at.
        field: String,
        /// What is wrong.
        because: String,
        /// What to do.
        remedy: &'static str,
    },
    /// There is no such preset.
    #[error("there is no preset `{0}`; there are {names}", names = PRESETS.map(|(name, ..)| name).join(", "))]
    NoPreset(String),
}

/// The presets: name, what it is for, and its size as TOML.
pub const PRESETS: [(&str, &str, &str); 4] = [
    ("10k", "ten thousand people: the demonstration", include_str!("../presets/10k.toml")),
    ("100k", "a hundred thousand, 5.6 million stays in two weeks", include_str!("../presets/100k.toml")),
    ("1m", "a million, 56 million stays", include_str!("../presets/1m.toml")),
    ("10m", "ten million, 560 million stays", include_str!("../presets/10m.toml")),
];
const HABITS: &str = include_str!("../presets/habits.toml");
const EPIDEMIC: &str = include_str!("../presets/epidemic.toml");

impl Parameters {
    /// The file of a preset.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn text_of(name: &str) -> Result<String, BadParameters> {
        let preset = PRESETS.iter().find(|(known, ..)| *known == name);
        let (.., size) = preset.ok_or_else(|| BadParameters::NoPreset(name.to_owned()))?;
        Ok(format!("{size}\n{HABITS}\n{EPIDEMIC}"))
    }

    /// A preset.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn preset(name: &str) -> Result<Self, BadParameters> {
        Self::text_of(name)?.parse()
    }

    /// The same habits, with another number of people.
    ///
    /// # Errors
    /// There can be no city of that size.
    pub fn with_people(mut self, people: u32) -> Result<Self, BadParameters> {
        self.size.people = Count::try_from(i64::from(people))
            .map_err(|because| BadParameters::together("size.people", because, "write another number"))?;
        self.check()?;
        Ok(self)
    }

    /// The same habits, for another number of days.
    ///
    /// # Errors
    /// There can be no city of so many days.
    pub fn with_days(mut self, days: u32) -> Result<Self, BadParameters> {
        self.size.days = Count::try_from(i64::from(days))
            .map_err(|because| BadParameters::together("size.days", because, "write another number"))?;
        self.check()?;
        Ok(self)
    }
}

impl FromStr for Parameters {
    type Err = BadParameters;

    fn from_str(text: &str) -> Result<Self, BadParameters> {
        let parameters: Self =
            toml::from_str(text).map_err(|error| BadParameters::Text(error.to_string()))?;
        parameters.check()?;
        Ok(parameters)
    }
}

impl TryFrom<String> for FirstDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let day = text.parse::<Day>().ok().filter(|day| day.0 >= 0);
        day.map(Self).ok_or_else(|| format!("`{text}` is no day from 1970 on: write it like 2020-03-01"))
    }
}

impl TryFrom<Vec<i64>> for HouseholdSizes {
    type Error = String;

    fn try_from(mut weights: Vec<i64>) -> Result<Self, String> {
        // Of none there are none.
        weights.insert(0, 0);
        HowMany::try_from(weights).map(Self)
    }
}

impl HouseholdSizes {
    /// Each size with its weight.
    #[must_use]
    pub fn each(&self) -> &[(u32, u32)] {
        self.0.each()
    }
}
