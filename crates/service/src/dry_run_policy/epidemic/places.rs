//! The numbers of a policy that are worth taking through values: who counts as a contact, how long contacts keep apart, and for
//! how long a case infects.

use super::{BadSweep, Sweep};
use crate::dry_run_policy::isolation::keeps_apart;
use kangma_core::policy::PolicyFiles;
use serde::{Deserialize, Serialize};
use toml::Value;

/// A number of a policy, where it stands and what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Place {
    /// As a [`Sweep`] writes it, such as `exposure.degree[0].minutes`.
    pub path: String,
    /// Its key, such as `minutes`; [`ISOLATION`] where it is how long somebody keeps apart.
    pub key: String,
    /// What it is a number of.
    pub of: Of,
    /// What it is now, as the policy writes it; of several places without repetition.
    pub now: Vec<String>,
    /// What it may be tried with: about a quarter of what it is, half, as much, twice and four times as much; of isolation
    /// between half and one and a half times as much.
    pub around: Vec<String>,
}

/// What a number of a policy is a number of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Of {
    /// Every degree that has it.
    EachDegree,
    /// One degree: which one, counted from 1, and what it is called.
    Degree(usize, String),
    /// What a rule asks for: which one, and in which of its stages, counted from 1; nothing where it has one.
    Rule(String, Option<usize>),
    /// Cases of a status.
    Case(String),
    /// What an encounter is worth.
    Score,
}

const OF_DEGREES: [&str; 4] = ["score", "best", "minutes", "crowd-at-most"];
const OF_CASES: [&str; 2] = ["presymptomatic-days", "infectious-days"];
const OF_SCORE: [&str; 1] = ["crowd-beyond"];
/// The key of a place that says how many days somebody keeps apart.
pub const ISOLATION: &str = "isolation-days";
/// What an end counts that is so many days.
const COUNTED: [&str; 2] = ["days", "check-ins"];
/// What people keep apart for before they are known to be ill. Cases keep apart under every policy.
const KEEP_APART_FOR: [&str; 2] = ["exposure", "check-in"];

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
    places.extend(list(&Value::Table(table.clone()), "rule").flat_map(of_rule));
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

/// How long a rule has people keep apart, stage by stage.
fn of_rule((number, rule): (usize, &Value)) -> Vec<Place> {
    if !rule.get("when").is_some_and(|when| KEEP_APART_FOR.iter().any(|kind| is_about(when, kind))) {
        return Vec::new();
    }
    let stages: Vec<&Value> = list(rule, "stage").map(|(_, stage)| stage).collect();
    let place = |(nth, stage): (usize, &&Value)| {
        let (path, days) = days_of(stage.get("until")?)?;
        let first = days.first()?;
        is_apart(stage).then(|| Place {
            path: format!("rule[{number}].stage[{nth}].until.{path}"),
            key: ISOLATION.to_owned(),
            of: Of::Rule(word(rule, "id"), (stages.len() > 1).then_some(nth + 1)),
            now: days.iter().map(i64::to_string).collect(),
            around: around(&Value::Integer(*first), &EIGHTHS_OF_ISOLATION),
        })
    };
    stages.iter().enumerate().filter_map(place).collect()
}

/// Whether a trigger names a kind of evidence.
fn is_about(when: &Value, kind: &str) -> bool {
    let parts = when.as_array().into_iter().flatten();
    let parts = parts.chain(when.as_table().into_iter().flatten().map(|(_, part)| part));
    word(when, "evidence") == kind || parts.into_iter().any(|part| is_about(part, kind))
}

fn is_apart(stage: &Value) -> bool {
    let duties = list(stage, "duties").filter_map(|(_, duty)| duty.as_str());
    word(stage, "colour") == "red" || duties.into_iter().any(keeps_apart)
}

/// Where an end says after how many days somebody is free, and what it says; nothing where it says none. One that counts
/// days and check-ins is over after the same number of both.
fn days_of(until: &Value) -> Option<(String, Vec<i64>)> {
    let parts = ["all", "any"].into_iter().find_map(|of| Some((of, until.get(of)?.as_array()?)));
    let (before, parts) = parts
        .map_or((String::new(), vec![until]), |(of, parts)| (format!("{of}[*]."), parts.iter().collect()));
    let of = |key: &&str| parts.iter().any(|part| part.get(key).is_some_and(Value::is_integer));
    let keys: Vec<&str> = COUNTED.into_iter().filter(of).collect();
    let days = parts.iter().flat_map(|part| keys.iter().filter_map(|key| part.get(key)?.as_integer()));
    let mut days: Vec<i64> = days.collect();
    days.dedup();
    (!keys.is_empty()).then(|| (format!("{before}{}", keys.join("|")), days))
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
        let path = format!("{path}.{key}");
        Some(Self { path, key: key.to_owned(), of, now: vec![now], around: around(value, &EIGHTHS) })
    }

    /// Takes it through values, written with commas of any kind between them.
    ///
    /// # Errors
    /// They are no values.
    pub fn through(&self, values: &str) -> Result<Sweep, BadSweep> {
        format!("{}={}", self.path, values.replace(['，', '、', '；', ';'], ",")).parse()
    }
}

/// Parts and multiples of a value, in eighths.
const EIGHTHS: [i64; 5] = [2, 4, 8, 16, 32];
/// Of isolation: a city may ask for a few days more or fewer.
const EIGHTHS_OF_ISOLATION: [i64; 5] = [4, 6, 8, 10, 12];

fn around(value: &Value, eighths: &[i64; 5]) -> Vec<String> {
    let scaled = |now: i64| eighths.map(|eighths| (now.saturating_mul(eighths) + 4) / 8);
    let mut around: Vec<String> = match value {
        Value::Integer(now) => scaled(*now).map(|scaled| scaled.max(1).to_string()).to_vec(),
        Value::Float(now) => eighths.map(|eighths| thousandths(*now, eighths)).to_vec(),
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

/// So many eighths of a figure; policies reckon in thousandths.
fn thousandths(now: f64, eighths: i64) -> String {
    let eighths = f64::from(i32::try_from(eighths).unwrap_or(i32::MAX));
    let scaled = format!("{:.3}", (now * eighths / 8.0).max(0.001));
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
    fn how_long_contacts_and_those_who_say_that_they_are_ill_keep_apart_is_a_number_of_each_stage_that_asks_for_it()
     {
        let rule =
            |id: &str, when: &str, stages: &str| format!("[[rule]]\nid = \"{id}\"\nwhen = {when}\n{stages}");
        let stage = |what: &str, until: &str| format!("[[rule.stage]]\n{what}\nuntil = {until}\n");
        let (red, isolates) = ("colour = \"red\"", "colour = \"yellow\"\nduties = [\"isolate\"]");
        let exposed = "{ evidence = \"exposure\", degree = \"close\" }";
        let text = [
            "[exposure]\n".to_owned(),
            rule("case", "{ evidence = \"case-status\" }", &stage(red, "{ days = 10 }")),
            rule("close", exposed, &stage(red, "{ all = [{ days = 14 }, { check-ins = 14 }] }")),
            rule(
                "near",
                exposed,
                &(stage(isolates, "{ days = 8 }") + &stage("tag = \"watch\"", "{ days = 14 }")),
            ),
            rule(
                "ill",
                "{ any = [{ evidence = \"check-in\", fever = true }] }",
                &stage(isolates, "{ any = [{ negatives = 1 }, { days = 7 }] }"),
            ),
            rule("free", exposed, &stage(red, "{ release = true }")),
        ];
        let found = of(&text.concat());
        let told: Vec<(&str, &Of, String)> =
            found.iter().map(|place| (&*place.path, &place.of, place.now.join(" "))).collect();
        let of_rule = |id: &str, stage| Of::Rule(id.to_owned(), stage);
        assert_eq!(
            told,
            [
                ("rule[1].stage[0].until.all[*].days|check-ins", &of_rule("close", None), "14".to_owned()),
                ("rule[2].stage[0].until.days", &of_rule("near", Some(1)), "8".to_owned()),
                ("rule[3].stage[0].until.any[*].days", &of_rule("ill", None), "7".to_owned()),
            ]
        );
        assert_eq!(found[0].around, ["7", "11", "14", "18", "21"]);
    }

    #[test]
    fn a_text_without_such_numbers_or_that_is_no_policy_has_no_places() {
        for text in ["", "[exposure]\nlinger = \"0 min\"\n", "[exposure]\ndegree = 3\n", "no = [policy"] {
            assert_eq!(of(text), [], "{text}");
        }
    }

    #[test]
    fn values_around_a_number_are_above_nothing_and_have_thousandths_at_most() {
        let around = |value| around(&value, &EIGHTHS);
        assert_eq!(around(Value::Integer(1)), ["1", "2", "4"]);
        assert_eq!(around(Value::Float(0.25)), ["0.062", "0.125", "0.25", "0.5", "1"]);
        assert_eq!(around(Value::Float(0.001)), ["0.001", "0.002", "0.004"]);
        assert_eq!(around(Value::String("soon".to_owned())), Vec::<String>::new());
    }

    #[test]
    fn values_may_be_written_with_any_comma() {
        let place = of("[[exposure.degree]]\ndegree = \"close\"\nscore = 10\n").remove(0);
        let sweep = |text: &str| text.parse::<Sweep>().unwrap();
        assert_eq!(place.through("1，2、3"), Ok(sweep("exposure.degree[0].score=1,2,3")));
        assert!(place.through("1,,2").is_err() && place.through(" ").is_err());
    }
}
