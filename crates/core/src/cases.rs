//! The cases beside a policy: stories about people, with what has to be decided about them and when.
//!
//! How a case is written is in `docs/policy-format.md`. A case is run through [`crate::derive`] and
//! [`crate::decide`], the same functions that decide about everybody.

mod calendar;
mod expect;
mod story;

use crate::{
    History, Policy, PolicyFiles, Sources, Time,
    policy::{
        Refusal, Refused,
        read::{Fields, Reading},
    },
};
use calendar::Calendar;
use expect::Expectation;
use std::{collections::BTreeSet, fmt, sync::Arc};
use story::Story;

/// What came of running the cases of one policy.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// How many cases there are.
    pub cases: usize,
    /// How many expectations were looked at, one for each instant.
    pub checks: usize,
    /// Those that were not met.
    pub failures: Vec<Failure>,
    /// The rules that some verdict of some case had as a reason.
    pub fired: BTreeSet<Arc<str>>,
}

/// An expectation that was not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The file, relative to the policy's directory.
    pub file: Arc<str>,
    /// The line of the expectation.
    pub line: u32,
    /// The name of the case.
    pub case: Arc<str>,
    /// The instant, as the case counts days.
    pub on: String,
    /// What was expected and what was found.
    pub what: String,
}

/// One line.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: on {}: {}", self.file, self.line, self.case, self.on, self.what)
    }
}

/// One story with its expectations.
struct Case<'a> {
    name: Arc<str>,
    story: Story,
    calendar: Calendar<'a>,
    expectations: Vec<Expectation>,
}

/// Runs every case of a policy's `cases/` directory.
///
/// # Errors
/// Everything that is wrong with how the cases are written, each with file, line and remedy.
pub fn run(policy: &Arc<Policy>, files: &PolicyFiles) -> Result<Report, Refused> {
    let mut report = Report::default();
    let mut refusals: Vec<Refusal> = Vec::new();
    for (file, text) in files.under("cases") {
        let reading = Reading::new(file, text);
        let cases = read(&reading, policy);
        let found = reading.into_refusals();
        if found.is_empty() {
            cases.iter().flatten().for_each(|case| case.run(policy, file, &mut report));
        }
        refusals.extend(found);
    }
    if refusals.is_empty() { Ok(report) } else { Err(Refused { refusals }) }
}

fn read<'a>(reading: &Reading<'_>, policy: &'a Policy) -> Option<Vec<Case<'a>>> {
    let table = reading.parse()?;
    let root = reading.root(&table, "a file of cases");
    let day_zero = root.need("day-0")?.parsed("a date such as \"2020-03-01\"")?;
    let calendar = Calendar { zone: &policy.zone, day_zero };
    let cases: Option<Vec<_>> =
        root.tables("case", "a case").into_iter().map(|fields| case(fields, policy, calendar)).collect();
    root.finish();
    let cases = cases?;
    if cases.is_empty() {
        return root_is_empty(reading);
    }
    Some(cases)
}

fn root_is_empty<T>(reading: &Reading<'_>) -> Option<T> {
    reading.refuse(0..0, "there is no case in this file", "add `[[case]]`, or remove the file");
    None
}

fn case<'a>(fields: Fields<'_>, policy: &'a Policy, calendar: Calendar<'a>) -> Option<Case<'a>> {
    let name = fields.need("name").and_then(|node| node.text());
    let story = Story::read(&fields, policy, &calendar);
    let tables = fields.tables("expect", "an expectation");
    if tables.is_empty() {
        fields.refuse::<()>("this case expects nothing", "add `expect = [{ on = …, standing = … }]`");
    }
    let people = story.as_ref().map(|story| story.people().to_vec()).unwrap_or_default();
    let expectations: Option<Vec<_>> =
        tables.into_iter().map(|table| Expectation::read(table, policy, &calendar, &people)).collect();
    fields.finish();
    Some(Case { name: name?.into(), story: story?, calendar, expectations: expectations? })
}

impl Case<'_> {
    fn run(&self, policy: &Arc<Policy>, file: &str, report: &mut Report) {
        report.cases += 1;
        let history = History::new(Arc::clone(policy), Time::MIN);
        let told = self.story.evidence();
        let sources: Sources = self.story.heartbeats(policy);
        for expectation in &self.expectations {
            for &at in &expectation.at {
                let known = expectation.known.unwrap_or(at);
                let evidence = told.about(expectation.person, known);
                let seen = expect::Seen::new(&history, &evidence, &sources, known, at);
                report.checks += 1;
                report.fired.extend(seen.rules());
                let failures = expectation.unmet(&seen, policy, &self.calendar);
                report.failures.extend(failures.into_iter().map(|what| Failure {
                    file: file.into(),
                    line: expectation.line,
                    case: Arc::clone(&self.name),
                    on: self.calendar.text(at),
                    what,
                }));
            }
        }
    }
}
