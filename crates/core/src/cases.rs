//! A policy's own cases: stories about people, with what has to be decided about them and when, as data beside the rules.
//!
//! How a case is written is in `docs/policy-format.md`. It is run through the same functions that decide
//! about everybody.

mod calendar;
mod expect;
mod story;
mod tracing;

use crate::{
    History, Policy, PolicyFiles, Sources, Time,
    policy::{
        Refusal,
        read::{Fields, Reading},
    },
};
use calendar::Calendar;
use expect::Expectation;
use std::{collections::BTreeSet, fmt, sync::Arc};
use story::Story;

/// What running the cases of a policy came to.
#[derive(Debug, Clone, Default)]
pub struct CaseReport {
    /// How many cases there are.
    pub cases: usize,
    /// How many expectations held, one for each instant.
    pub held: usize,
    /// The expectations that did not hold.
    pub failures: Vec<CaseFailure>,
    /// What could not be read.
    pub refusals: Vec<Refusal>,
    /// Rules that no case sees as a reason.
    pub uncovered: Vec<Arc<str>>,
}

/// An expectation that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFailure {
    /// The file, relative to the policy's directory.
    pub file: Arc<str>,
    /// The line of the expectation.
    pub line: u32,
    /// The name of the case.
    pub case: Arc<str>,
    /// The instant, as the case counts days.
    pub at: String,
    /// What was expected and what was found.
    pub what: String,
}

/// One line.
impl fmt::Display for CaseFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: at {}: {}", self.file, self.line, self.case, self.at, self.what)
    }
}

impl CaseReport {
    /// Whether everything was read and held.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.failures.is_empty() && self.refusals.is_empty()
    }
}

/// One story with its expectations.
struct Case<'a> {
    name: Arc<str>,
    story: Story,
    calendar: Calendar<'a>,
    expectations: Vec<Expectation>,
}

/// Reads and runs every case of a policy.
#[must_use]
pub fn run(policy: &Arc<Policy>, files: &PolicyFiles) -> CaseReport {
    let mut running = Running {
        history: History::new(Arc::clone(policy), Time::MIN),
        policy,
        report: CaseReport::default(),
        fired: BTreeSet::new(),
    };
    for (file, text) in files.under("cases") {
        let reading = Reading::new(file, text);
        let cases = read(&reading, policy);
        let refusals = reading.into_refusals();
        if refusals.is_empty() {
            cases.iter().flatten().for_each(|case| running.case(case, file));
        }
        running.report.refusals.extend(refusals);
    }
    let unseen = policy.rules.iter().map(|rule| &rule.id).filter(|id| !running.fired.contains(*id));
    running.report.uncovered = unseen.cloned().collect();
    running.report
}

fn read<'a>(reading: &Reading<'_>, policy: &'a Policy) -> Option<Vec<Case<'a>>> {
    let table = reading.parse()?;
    let root = reading.root(&table, "a file of cases");
    let day_zero = root.need("day-0")?.parsed("a date such as \"2020-03-01\"")?;
    let calendar = Calendar { zone: &policy.zone, day_zero };
    let tables = root.tables("case", "a case");
    if tables.is_empty() {
        return root.refuse("there is no case in this file", "add `[[case]]`, or remove the file");
    }
    let cases: Vec<Option<Case<'a>>> =
        tables.into_iter().map(|fields| case(fields, policy, calendar)).collect();
    root.finish();
    cases.into_iter().collect()
}

fn case<'a>(fields: Fields<'_>, policy: &'a Policy, calendar: Calendar<'a>) -> Option<Case<'a>> {
    let name = fields.need("name").and_then(|node| node.text());
    let story = Story::read(&fields, policy, &calendar);
    let tables = fields.tables("expect", "an expectation");
    if tables.is_empty() {
        fields.refuse::<()>("this case expects nothing", "add `expect = [{ on = …, standing = … }]`");
    }
    let people = story.as_ref().map(|story| story.people().to_vec()).unwrap_or_default();
    let expectations: Vec<Option<Expectation>> =
        tables.into_iter().map(|table| Expectation::read(table, policy, &calendar, &people)).collect();
    fields.finish();
    let expectations: Option<Vec<Expectation>> = expectations.into_iter().collect();
    Some(Case { name: name?.into(), story: story?, calendar, expectations: expectations? })
}

/// What running the cases has come to so far.
struct Running<'a> {
    history: History,
    policy: &'a Policy,
    report: CaseReport,
    fired: BTreeSet<Arc<str>>,
}

impl Running<'_> {
    fn case(&mut self, case: &Case<'_>, file: &str) {
        self.report.cases += 1;
        let told = case.story.evidence(self.policy);
        let sources = case.story.heartbeats(self.policy);
        for expectation in &case.expectations {
            for &at in &expectation.at {
                let known_at = expectation.known.unwrap_or(at);
                let evidence = told.about(expectation.person);
                let verdict = self.decide(&evidence, &sources, known_at, at);
                let wrong = expectation.unmet(&verdict, self.policy, &case.calendar);
                self.report.held += usize::from(wrong.is_empty());
                self.report.failures.extend(wrong.into_iter().map(|what| CaseFailure {
                    file: file.into(),
                    line: expectation.line,
                    case: Arc::clone(&case.name),
                    at: case.calendar.text(at),
                    what,
                }));
            }
        }
    }

    fn decide(
        &mut self,
        evidence: &[crate::Evidence],
        sources: &Sources,
        known_at: Time,
        at: Time,
    ) -> crate::Verdict {
        let verdict = crate::decide(&self.history, evidence, sources, known_at, at);
        self.fired.extend(verdict.reasons.iter().map(|reason| Arc::clone(&reason.rule)));
        verdict
    }
}
