//! What a store holds, as the doctor tells it.

use crate::server::{PATIENCE, kangma};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

/// Tables that a start or a session writes to by itself.
const BESIDE_THE_ACT: [&str; 2] = ["heartbeat", "session"];

/// What a store holds: two stores with the same counts hold the same, for the same acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Items of evidence.
    pub evidence: u64,
    /// Rows of each table.
    pub rows: BTreeMap<String, u64>,
}

impl State {
    /// What the doctor finds. Anything unsound ends the test.
    pub fn of(dir: &Path) -> Self {
        Self::from_findings(&findings(dir))
    }

    /// The state once no job is open. Somebody has to be working on them.
    pub fn settled(dir: &Path) -> Self {
        let begun = Instant::now();
        loop {
            let found = findings(dir);
            if found["open-jobs"] == 0 {
                return Self::from_findings(&found);
            }
            assert!(begun.elapsed() < PATIENCE, "jobs stay open: {found}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// The state once it is this one, or no job is open and it does not become it.
    pub fn settled_as(dir: &Path, expected: &Self) -> Self {
        let begun = Instant::now();
        loop {
            let state = Self::settled(dir);
            if state == *expected || begun.elapsed() > PATIENCE {
                return state;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Without the record of acts, which rightly tells of what was done twice, and the jobs: two goes make two.
    pub fn but_for_the_log(mut self) -> Self {
        self.rows.remove("act_record");
        self.rows.remove("job");
        self
    }

    fn from_findings(found: &Value) -> Self {
        let rows: BTreeMap<String, u64> = serde_json::from_value(found["rows"].clone()).expect("counts");
        let rows = rows.into_iter().filter(|(table, _)| !BESIDE_THE_ACT.contains(&table.as_str())).collect();
        Self { evidence: found["evidence"].as_u64().expect("a count"), rows }
    }
}

fn findings(dir: &Path) -> Value {
    let output = kangma(["doctor", "--json", "--data"]).arg(dir).output().expect("the doctor runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let also = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "the doctor finds something wrong: {said}{also}");
    serde_json::from_str(&said).expect("the doctor's JSON")
}
