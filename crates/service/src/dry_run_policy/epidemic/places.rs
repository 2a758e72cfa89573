//! The numbers of a policy that are worth taking through values: who counts as a contact, and for how long a case infects.

use super::{BadSweep, Sweep};
use kangma_core::policy::PolicyFiles;
use toml::Value;

/// A number of a policy, where it stands and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// As a [`Sweep`] writes it, such as `exposure.degree[0].minutes`.
    pub path: String,
    /// Its key, such as `minutes`.
    pub key: &'static str,
    /// What it is a number of.
    pub of: Of,
    /// What it is now, as the policy writes it; of several places without repetition.
    pub now: Vec<String>,
    /// What it may be tried with: about a quarter of what it is, half, as much, twice and four times as much.
    pub around: Vec<String>,
}

/// What a number of a policy is a number of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// Every degree that has it.
    EachDegree,
    /// One degree: which one, counted from 1, and what it is called.
    Degree(usize, String),
    /// Cases of a status.
    Case(String),
    /// What an encounter is worth.
    Score,
}

const OF_DEGREES: [&str; 4] = ["score", "best", "minutes", "crowd-at-most"];
const OF_CASES: [&str; 2] = ["presymptomatic-days", "infectious-days"];
const OF_SCORE: [&str; 1] = ["crowd-beyond"];

/// The places that a policy has, those that say who is a contact first; none in a text that is no policy.
#[must_use]
pub fn places(files: &PolicyFiles) -> Vec<Place> {
    let table = files.text("policy.toml").unwrap_or_default().parse::<toml::Table>().unwrap_or_default();
    let Some(exposure) = table.get("exposure") else { return Vec::new() };
    let mut places = Vec::new();
    for key in OF_DEGREES {
        let theirs = of_degrees(exposure, key);
        if theirs.len() > 1 {
            places.push(of_each(&theirs));
        }
        places.extend(theirs.into_iter().map(|(place, _)| place));
    }
    for (number, case) in list(exposure, "case") {
        let path = format!("exposure.case[{number}]");
        let place = |key| Place::at(&path, case, key, Of::Case(word(case, "status")));
        places.extend(OF_CASES.into_iter().filter_map(place));
    }
    if let Some(score) = exposure.get("score") {
        places.extend(
            OF_SCORE.into_iter().filter_map(|key| Place::at("exposure.score", score, key, Of::Score)),
        );
    }
    places
}

fn of_degrees<'e>(exposure: &'e Value, key: &'static str) -> Vec<(Place, &'e Value)> {
    let place = |(number, degree): (usize, &'e Value)| {
        let of = Of::Degree(number + 1, word(degree, "degree"));
        let place = Place::at(&format!("exposure.degree[{number}]"), degree, key, of)?;
        Some((place, degree.get(key)?))
    };
    list(exposure, "degree").filter_map(place).collect()
}

/// All of them as one.
fn of_each(theirs: &[(Place, &Value)]) -> Place {
    let mut now: Vec<String> = theirs.iter().flat_map(|(place, _)| place.now.clone()).collect();
    now.dedup();
    let (first, _) = &theirs[0];
    Place { path: format!("exposure.degree[*].{}", first.key), of: Of::EachDegree, now, ..first.clone() }
}

fn list<'e>(exposure: &'e Value, key: &str) -> impl Iterator<Item = (usize, &'e Value)> {
    exposure.get(key).and_then(Value::as_array).into_iter().flatten().enumerate()
}

fn word(table: &Value, key: &str) -> String {
    table.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

impl Place {
    /// A number of a table; nothing where it has none.
    fn at(path: &str, table: &Value, key: &'static str, of: Of) -> Option<Self> {
        let value = table.get(key)?;
        let now = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Some(Self { path: format!("{path}.{key}"), key, of, now: vec![now], around: around(value) })
    }

    /// Takes it through values, written with commas of any kind between them.
    ///
    /// # Errors
    /// They are no values.
    pub fn through(&self, values: &str) -> Result<Sweep, BadSweep> {
        format!("{}={}", self.path, values.replace(['，', '、', '；', ';'], ",")).parse()
    }
}

/// Parts and multiples of a value, in quarters.
const QUARTERS: [i64; 5] = [1, 2, 4, 8, 16];

fn around(value: &Value) -> Vec<String> {
    let scaled = |now: i64| QUARTERS.map(|quarters| (now.saturating_mul(quarters) + 2) / 4);
    let mut around: Vec<String> = match value {
        Value::Integer(now) => scaled(*now).map(|scaled| scaled.max(1).to_string()).to_vec(),
        Value::Float(now) => QUARTERS.map(|quarters| thousandths(*now, quarters)).to_vec(),
        Value::String(text) => {
            let share = text.strip_suffix('%').and_then(|share| share.trim().parse().ok());
            let percent = |share: i64| format!("{} %", share.clamp(1, 100));
            share.map_or(Vec::new(), |share| scaled(share).map(percent).to_vec())
        }
        _ => Vec::new(),
    };
    around.dedup();
    around
}

/// So many quarters of a figure; policies reckon in thousandths.
fn thousandths(now: f64, quarters: i64) -> String {
    let quarters = f64::from(i32::try_from(quarters).unwrap_or(i32::MAX));
    let scaled = format!("{:.3}", (now * quarters / 4.0).max(0.001));
    scaled.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<Place> {
        let mut files = PolicyFiles::new();
        files.add("policy.toml", text);
        places(&files)
    }

    #[test]
    fn the_places_of_a_policy_are_those_that_it_has_each_with_what_it_is() {
        let text = "[[exposure.degree]]\ndegree = \"close\"\nminutes = 15\n[[exposure.degree]]\ndegree = \"near\"\nminutes = 30\n\
            best = \"60 %\"\nassurance = \"paper\"\n[[exposure.case]]\nstatus = \"confirmed\"\ninfectious-days = 10\n\
            [exposure.score]\ncrowd-beyond = 5\n";
        let found = of(text);
        let paths: Vec<&str> = found.iter().map(|place| place.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "exposure.degree[1].best",
                "exposure.degree[*].minutes",
                "exposure.degree[0].minutes",
                "exposure.degree[1].minutes",
                "exposure.case[0].infectious-days",
                "exposure.score.crowd-beyond",
            ]
        );
        let now: Vec<&[String]> = found.iter().map(|place| place.now.as_slice()).collect();
        let expected: [&[&str]; 6] = [&["60 %"], &["15", "30"], &["15"], &["30"], &["10"], &["5"]];
        assert_eq!(now, expected);
        assert_eq!(found[0].of, Of::Degree(2, "near".to_owned()));
        assert_eq!(found[0].around, ["15 %", "30 %", "60 %", "100 %"]);
        assert_eq!(found[1].around, ["4", "8", "15", "30", "60"]);
    }

    #[test]
    fn a_text_without_such_numbers_or_that_is_no_policy_has_no_places() {
        for text in ["", "[exposure]\nlinger = \"0 min\"\n", "[exposure]\ndegree = 3\n", "no = [policy"] {
            assert_eq!(of(text), [], "{text}");
        }
    }

    #[test]
    fn values_around_a_number_are_above_nothing_and_have_thousandths_at_most() {
        assert_eq!(around(&Value::Integer(1)), ["1", "2", "4"]);
        assert_eq!(around(&Value::Float(0.25)), ["0.062", "0.125", "0.25", "0.5", "1"]);
        assert_eq!(around(&Value::Float(0.001)), ["0.001", "0.002", "0.004"]);
        assert_eq!(around(&Value::String("soon".to_owned())), Vec::<String>::new());
    }

    #[test]
    fn values_may_be_written_with_any_comma() {
        let place = of("[[exposure.degree]]\ndegree = \"close\"\nscore = 10\n").remove(0);
        let sweep = |text: &str| text.parse::<Sweep>().unwrap();
        assert_eq!(place.through("1，2、3"), Ok(sweep("exposure.degree[0].score=1,2,3")));
        assert!(place.through("1,,2").is_err() && place.through(" ").is_err());
    }
}
