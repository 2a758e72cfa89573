//! The doctor: is the store sound, and is every kept standing what the evidence says?

use crate::{Refused, rules::CityRules};
use kangma_core::PersonId;
use kangma_store::{Reader, Store};
use serde::Serialize;
use std::collections::BTreeMap;

/// How many people one snapshot looks at.
const PAGE: usize = 1_000;

/// What the doctor found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Findings {
    /// People looked at.
    pub people: u64,
    /// Items of evidence.
    pub evidence: u64,
    /// People whose kept standing is not what the evidence says.
    pub wrong: Vec<PersonId>,
    /// People with evidence and no kept standing.
    pub missing: Vec<PersonId>,
    /// What the database says against itself.
    pub integrity: Vec<String>,
    /// Jobs that have not ended: a running server carries them on.
    pub open_jobs: u64,
    /// How many rows each table has.
    pub rows: BTreeMap<String, u64>,
}

impl Findings {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn sound(&self) -> bool {
        self.wrong.is_empty() && self.missing.is_empty() && self.integrity.is_empty()
    }
}

/// Decides everybody anew, as of when their standing was kept, and compares. `progress` is told how
/// many people are done and how many there are.
///
/// # Errors
/// The store cannot be read.
pub fn examine(store: &Store, mut progress: impl FnMut(u64, u64)) -> Result<Findings, Refused> {
    let rules = store.read_blocking(CityRules::load)?.ok_or(Refused::NoPolicy)?;
    let total = store.read_blocking(|reader| Ok::<_, Refused>(reader.person_count()?))?;
    let mut found = store.read_blocking(|reader| {
        let integrity = reader.integrity()?;
        let open_jobs = u64::try_from(reader.jobs_open()?.len()).unwrap_or(u64::MAX);
        let rows = reader.table_counts()?.into_iter().collect();
        Ok::<_, Refused>(Findings { integrity, open_jobs, rows, ..Findings::default() })
    })?;
    let mut after = None;
    loop {
        let page = store.read_blocking(|reader| examine_page(reader, &rules, after, &mut found))?;
        let Some(last) = page else { return Ok(found) };
        after = Some(last);
        progress(found.people, total);
    }
}

fn examine_page(
    reader: &Reader<'_>,
    rules: &CityRules,
    after: Option<PersonId>,
    found: &mut Findings,
) -> Result<Option<PersonId>, Refused> {
    let people = reader.person_ids(after, PAGE)?;
    for person in &people {
        let evidence = reader.evidence_of(*person)?;
        found.people += 1;
        found.evidence += u64::try_from(evidence.len()).unwrap_or(u64::MAX);
        match reader.standing(*person)? {
            None if evidence.is_empty() => {}
            None => found.missing.push(*person),
            Some(kept) => {
                let verdict = rules.decide(&evidence, kept.decided_at);
                let newest = evidence.iter().map(|item| item.id).max();
                let said = (verdict.standing, verdict.next_change, newest);
                if said != (kept.standing, kept.next_change, kept.evidence) {
                    found.wrong.push(*person);
                }
            }
        }
    }
    Ok(people.last().copied())
}
