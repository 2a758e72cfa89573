//! One number of a policy, taken through several values over several seeds: what more isolation buys.

use super::Contender;
use crate::Refused;
use kangma_core::policy::{Policy, PolicyFiles};
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
    /// `a|b`: whichever of the keys are there.
    Keys(Vec<String>),
    Place(usize),
    /// `[*]`: every place.
    Each,
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
        let keys: Vec<String> = key.split('|').map(str::to_owned).collect();
        steps.push(if keys.len() > 1 { Step::Keys(keys) } else { Step::Key(key.to_owned()) });
        for place in places.into_iter().flat_map(|places| places.split('[')) {
            steps.push(match place.strip_suffix(']')? {
                "*" => Step::Each,
                place => Step::Place(place.parse().ok()?),
            });
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
    /// How many values it has.
    #[must_use]
    pub fn many(&self) -> usize {
        self.values.len()
    }

    /// The policy with each value in its place.
    ///
    /// # Errors
    /// [`Refused::BadFile`]: the text is no TOML. [`Refused::BadSweep`]: the place does not exist, or a policy with such a
    /// value is refused.
    pub fn contenders(&self, files: &PolicyFiles) -> Result<Vec<Contender>, Refused> {
        let text = files.text("policy.toml").unwrap_or_default();
        let table = text.parse::<toml::Table>().map_err(|error| Refused::BadFile(error.to_string()))?;
        let with = |(written, value): &(String, toml::Value)| {
            let said = |what: String| Refused::BadSweep(format!("{} = {written}: {what}", self.path));
            let mut changed = toml::Value::Table(table.clone());
            if put(&mut changed, &self.steps, value) == 0 {
                return Err(said("there is no such place in policy.toml".to_owned()));
            }
            let text = toml::to_string(&changed).map_err(|error| said(error.to_string()))?;
            let mut files = files.clone();
            files.add("policy.toml", text);
            let policy = Policy::load(&files).map_err(|error| said(error.to_string()))?;
            Ok(Contender { value: Some(written.clone()), ..Contender::of(Arc::new(policy)) })
        };
        self.values.iter().map(with).collect()
    }
}

/// Puts a value where the steps lead, and says in how many places. A key may be new in a table that exists; `[*]` passes
/// over what does not have it.
fn put(at: &mut toml::Value, steps: &[Step], value: &toml::Value) -> usize {
    let Some((step, rest)) = steps.split_first() else {
        *at = value.clone();
        return 1;
    };
    match (step, at) {
        (Step::Key(key), toml::Value::Table(table)) if rest.is_empty() => {
            table.insert(key.clone(), value.clone());
            1
        }
        (Step::Key(key), at) => at.get_mut(key).map_or(0, |at| put(at, rest, value)),
        (Step::Keys(keys), at) => {
            keys.iter().filter_map(|key| at.get_mut(key).map(|at| put(at, rest, value))).sum()
        }
        (Step::Place(place), at) => at.get_mut(*place).map_or(0, |at| put(at, rest, value)),
        (Step::Each, toml::Value::Array(all)) => all.iter_mut().map(|at| put_if_there(at, rest, value)).sum(),
        (Step::Each, _) => 0,
    }
}

fn put_if_there(at: &mut toml::Value, steps: &[Step], value: &toml::Value) -> usize {
    match steps {
        [Step::Key(key)] if at.get(key).is_none() => 0,
        steps => put(at, steps, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(sweep: &str, text: &str) -> Option<String> {
        let sweep: Sweep = sweep.parse().unwrap();
        let mut value = toml::Value::Table(text.parse().unwrap());
        let (_, first) = sweep.values.first().unwrap();
        (put(&mut value, &sweep.steps, first) > 0).then(|| toml::to_string(&value).unwrap())
    }

    #[test]
    fn a_value_is_put_where_the_path_leads_and_nowhere_else() {
        let text = "[a]\nb = 1\n[[c]]\nd = 1\n[[c]]\ne = 2\n";
        let one = |sweep| changed(sweep, text).unwrap().replace('\n', " ");
        assert_eq!(one("a.b=7"), "[a] b = 7  [[c]] d = 1  [[c]] e = 2 ");
        assert_eq!(one("c[1].e=7"), "[a] b = 1  [[c]] d = 1  [[c]] e = 7 ");
        assert_eq!(one("c[*].d=7"), "[a] b = 1  [[c]] d = 7  [[c]] e = 2 ");
        assert_eq!(one("c[*].d|e=7"), "[a] b = 1  [[c]] d = 7  [[c]] e = 7 ");
        assert_eq!(one("a.b|c=7"), "[a] b = 7  [[c]] d = 1  [[c]] e = 2 ");
        assert_eq!(one("a.new=10 %"), "[a] b = 1 new = \"10 %\"  [[c]] d = 1  [[c]] e = 2 ");
        for nowhere in ["x.b=1", "c[2].d=1", "a[*].b=1", "c[*].x=1", "a.x|y=1"] {
            assert_eq!(changed(nowhere, text), None, "{nowhere}");
        }
    }

    #[test]
    fn what_is_no_sweep_is_refused_with_an_example() {
        for text in ["", "a.b", "=1", "a.b=", "a.b=1,,2", "a..b=1", "a[x].b=1", "a[0.b=1", ".a=1"] {
            let refused = text.parse::<Sweep>().unwrap_err().to_string();
            assert!(refused.contains("exposure.degree[0].minutes=5,10,15"), "{text}: {refused}");
        }
    }
}
