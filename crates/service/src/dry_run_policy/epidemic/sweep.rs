//! One number of a policy, taken through several values over several seeds: what more isolation buys.

use super::{Counts, Epidemic, Infection, Spread, counts::figure, try_policy};
use crate::Refused;
use kangma_core::policy::{Policy, PolicyFiles};
use serde::Serialize;
use std::{str::FromStr, sync::Arc};

/// A place in `policy.toml` and the values that it is to take: `exposure.degree[0].minutes=5,10,15`.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    /// The place as it was written.
    pub path: String,
    steps: Vec<Step>,
    /// Each value as it was written, and as TOML has it.
    values: Vec<(String, toml::Value)>,
}

/// A part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Place(usize),
}

/// What one policy came to over all seeds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Swept {
    /// The policy's name.
    pub policy: String,
    /// The swept value; nothing where the policy was taken as it is.
    pub value: Option<String>,
    /// Person-days of isolation.
    pub isolation_days: Spread,
    /// Infections averted.
    pub averted: Spread,
    /// Seed by seed.
    pub seeds: Vec<Counts>,
}

/// A sweep that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no sweep: write a place in policy.toml and its values, as in exposure.degree[0].minutes=5,10,15"
)]
pub struct BadSweep(String);

impl FromStr for Sweep {
    type Err = BadSweep;

    fn from_str(text: &str) -> Result<Self, BadSweep> {
        let bad = || BadSweep(text.to_owned());
        let (path, values) = text.split_once('=').ok_or_else(bad)?;
        let values: Vec<(String, toml::Value)> =
            values.split(',').map(str::trim).map(|value| (value.to_owned(), value_of(value))).collect();
        if values.iter().any(|(written, _)| written.is_empty()) {
            return Err(bad());
        }
        let steps = steps(path.trim()).ok_or_else(bad)?;
        Ok(Self { path: path.trim().to_owned(), steps, values })
    }
}

/// `exposure.degree[0].minutes` is key, key, place, key.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (key, places) = part.split_once('[').map_or((part, None), |(key, rest)| (key, Some(rest)));
        if key.is_empty() {
            return None;
        }
        steps.push(Step::Key(key.to_owned()));
        for place in places.into_iter().flat_map(|places| places.split('[')) {
            steps.push(Step::Place(place.strip_suffix(']')?.parse().ok()?));
        }
    }
    Some(steps)
}

/// A number, a flag or a list where TOML reads one, else a word.
fn value_of(written: &str) -> toml::Value {
    let read = format!("value = {written}").parse::<toml::Table>().ok();
    read.and_then(|mut table| table.remove("value"))
        .unwrap_or_else(|| toml::Value::String(written.to_owned()))
}

impl Sweep {
    /// The policy with each value in its place.
    ///
    /// # Errors
    /// [`Refused::BadFile`]: the place does not exist, or a policy with such a value is refused.
    pub fn policies(&self, files: &PolicyFiles) -> Result<Vec<(String, Arc<Policy>)>, Refused> {
        let refused = |what: String| Refused::BadFile(what);
        let text = files.text("policy.toml").unwrap_or_default();
        let table = text.parse::<toml::Table>().map_err(|error| refused(error.to_string()))?;
        let with = |(written, value): &(String, toml::Value)| {
            let mut changed = toml::Value::Table(table.clone());
            let place = self.place(&mut changed).ok_or_else(|| refused(format!("no {} here", self.path)))?;
            *place = value.clone();
            let text = toml::to_string(&changed).map_err(|error| refused(error.to_string()))?;
            let mut files = files.clone();
            files.add("policy.toml", text);
            let policy = Policy::load(&files)
                .map_err(|error| refused(format!("{} = {written}: {error}", self.path)))?;
            Ok((written.clone(), Arc::new(policy)))
        };
        self.values.iter().map(with).collect()
    }

    /// Where the value stands. What stands in a table that exists may be new there.
    fn place<'t>(&self, root: &'t mut toml::Value) -> Option<&'t mut toml::Value> {
        let (last, before) = self.steps.split_last()?;
        let mut at = root;
        for step in before {
            at = match step {
                Step::Key(key) => at.get_mut(key)?,
                Step::Place(place) => at.get_mut(*place)?,
            };
        }
        match last {
            Step::Place(place) => at.get_mut(*place),
            Step::Key(key) => {
                Some(at.as_table_mut()?.entry(key.clone()).or_insert(toml::Value::Boolean(false)))
            }
        }
    }
}

/// Policies that are tried side by side.
#[derive(Debug, Clone)]
pub struct Contender {
    /// Its name.
    pub name: String,
    /// The swept value.
    pub value: Option<String>,
    /// The policy.
    pub policy: Arc<Policy>,
}

impl Contender {
    /// Tries every one of them on one epidemic, two at a time.
    #[must_use]
    pub fn try_all(
        contenders: &[Contender],
        epidemic: &dyn Epidemic,
        untraced: &[Infection],
        progress: &(dyn Fn(u32) + Sync),
    ) -> Vec<Counts> {
        let one = |contender: &Contender| try_policy(epidemic, &contender.policy, untraced, |_| progress(1));
        let pair = |pair: &[Contender]| {
            std::thread::scope(|scope| {
                let second = pair.get(1).map(|second| scope.spawn(|| one(second)));
                let first = pair.first().map(one);
                let second = second.and_then(|second| second.join().ok());
                first.into_iter().chain(second).collect::<Vec<Counts>>()
            })
        };
        contenders.chunks(2).flat_map(pair).collect()
    }

    /// What it came to over all seeds; nothing when there are none.
    #[must_use]
    pub fn came_to(&self, seeds: Vec<Counts>) -> Option<Swept> {
        let isolation: Vec<f64> = seeds.iter().map(|counts| figure(counts.isolation_days)).collect();
        let averted: Vec<f64> = seeds.iter().map(averted).collect();
        Some(Swept {
            policy: self.name.clone(),
            value: self.value.clone(),
            isolation_days: Spread::of(&isolation)?,
            averted: Spread::of(&averted)?,
            seeds,
        })
    }
}

fn averted(counts: &Counts) -> f64 {
    let size = figure(counts.averted.unsigned_abs());
    if counts.averted < 0 { -size } else { size }
}
