//! What officers do, as requests to the API.

use crate::{
    base::Base,
    crowd,
    server::{Answer, JSON, Server},
};
use kangma::data::DataDir;
use kangma_core::{Day, PersonId, Span, Time};
use kangma_service::ports::Clock as _;
use kangma_store::{CaseState, StoreError};
use serde_json::{Value, json};
use std::{collections::HashMap, fmt::Write as _};

/// How many rows the imported file has.
pub const ROWS: u64 = 800;
/// How many of those who went out most are thought of as a case.
const CANDIDATES: usize = 8;

/// One request.
#[derive(Clone)]
pub struct Act {
    path: String,
    headers: Vec<(&'static str, &'static str)>,
    body: Vec<u8>,
    /// What is answered when all of it was done already.
    pub done_already: &'static [u16],
    /// Whether the server carries on by itself what a kill left undone.
    pub carried_on: bool,
}

impl Act {
    fn json(path: String, form: &Value) -> Self {
        Self {
            path,
            headers: vec![JSON],
            body: form.to_string().into_bytes(),
            done_already: &[409],
            carried_on: false,
        }
    }

    /// The same under a key of its own: once it was answered, that is answered again.
    fn keyed(mut self, key: &'static str) -> Self {
        self.headers.push(("idempotency-key", key));
        self.done_already = &[201, 409];
        self
    }

    /// Asks for it. Nothing when the server ended before it had answered.
    pub fn ask(&self, server: &Server, token: &str) -> Option<Answer> {
        server.ask("POST", &self.path, token, &self.headers, &self.body)
    }
}

/// The report of a case with contacts: of those who went out most, the one who met most.
pub fn report(base: &Base) -> Act {
    let dir = base.copy();
    let server = base.server(&dir, &[]);
    let met = |person: &PersonId| {
        let form = case(*person);
        let answer = server.post("/api/v1/cases/preview", &base.token, &form).expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json().as_array().expect("changes").len()
    };
    let candidates = who_went_out_most(base);
    let person = candidates.into_iter().max_by_key(met).expect("somebody");
    assert!(met(&person) > 5, "a case without contacts shows nothing");
    report_of(person)
}

/// The report of that person's case.
pub fn report_of(person: PersonId) -> Act {
    Act { carried_on: true, ..Act::json("/api/v1/cases".to_owned(), &case(person)) }
}

/// A list of the cases of those people.
pub fn list_of(people: &[PersonId]) -> Act {
    let sampled = now() - Span::from_minutes(1);
    let cases: Vec<Value> =
        people.iter().map(|person| json!({ "person": person, "sampled": sampled })).collect();
    let list = json!({ "act": "report", "person-is": "id", "status": "confirmed", "cases": cases });
    Act { done_already: &[200], carried_on: true, ..Act::json("/api/v1/cases/list".to_owned(), &list) }
}

/// A list of cases that is too long for one act, under a key of its own. Nobody carries on what did not come in.
pub fn many_cases(people: u64) -> Act {
    let people: Vec<PersonId> = (1..=people).map(PersonId).collect();
    Act { done_already: &[200], carried_on: false, ..list_of(&people).keyed("these cases") }
}

/// A list of visits to the hall: of so many people, so many times each, for half an hour.
pub fn visits_of(people: u64, times: i64) -> Act {
    let yesterday = now() - Span::from_hours(30);
    let visit = |(person, time): (u64, i64)| {
        let from = yesterday - Span::from_hours(time);
        json!({
            "person": PersonId(person), "point": crowd::HALL, "from": from, "until": from + Span::from_minutes(30),
        })
    };
    let all = (1..=people).flat_map(|person| (0..times).map(move |time| (person, time)));
    let visits: Vec<Value> = all.map(visit).collect();
    let list = json!({ "person-is": "id", "point-is": "name", "visits": visits });
    Act { done_already: &[200], carried_on: true, ..Act::json("/api/v1/visits/list".to_owned(), &list) }
}

/// A list of visits that is too long for one act, under a key of its own. Nobody carries on what did not come in.
pub fn many_visits(people: u64, times: i64) -> Act {
    Act { done_already: &[200], carried_on: false, ..visits_of(people, times).keyed("these visits") }
}

fn case(person: PersonId) -> Value {
    let sampled = now() - Span::from_minutes(1);
    json!({ "person": person, "status": "confirmed", "onset": null, "sampled": sampled })
}

fn now() -> Time {
    kangma::machine::WallClock.now()
}

/// Those with the most visits who are no case yet.
fn who_went_out_most(base: &Base) -> Vec<PersonId> {
    let store = DataDir::at(&base.dir()).open_to_read().expect("a store");
    let look = |reader: &kangma_store::Reader<'_>| {
        let mut visits: HashMap<PersonId, usize> = HashMap::new();
        let (first, last) = reader.visit_days()?.expect("visits");
        reader.each_visit::<StoreError>(first..Day(last.0 + 1), |visit| {
            *visits.entry(visit.scan.visit.person).or_default() += 1;
            Ok(())
        })?;
        for case in reader.cases_open()? {
            assert_eq!(case.state, CaseState::Open);
            visits.remove(&case.person);
        }
        Ok::<_, StoreError>(visits)
    };
    let visits = store.read_blocking(look).expect("visits");
    let mut people: Vec<_> = visits.into_iter().collect();
    people.sort_by_key(|(person, visits)| (std::cmp::Reverse(*visits), *person));
    people.into_iter().take(CANDIDATES).map(|(person, _)| person).collect()
}

/// The withdrawal of a case that was reported.
pub fn withdrawal(base: &Base, reported: Value) -> Act {
    let case = reported["case"].as_str().expect("a case").to_owned();
    let store = DataDir::at(&base.dir()).open_to_read().expect("a store");
    let kept = store.read_blocking(|reader| reader.case(case.parse().expect("an identifier")));
    let version = kept.expect("a store").expect("the case").version;
    let form = json!({ "version": version, "change": { "act": "withdraw" }, "reason": "an invented mix-up" });
    Act::json(format!("/api/v1/cases/{case}/changes"), &form)
}

/// The import of a file whose sites are collection points of the demonstration.
pub fn import(base: &Base) -> Act {
    let store = DataDir::at(&base.dir()).open_to_read().expect("a store");
    let points = store.read_blocking(|reader| reader.points(None, None, 40)).expect("points");
    let mut file = "id,Event,ExposureType,Location,City,Start,End\n".to_owned();
    for row in 0..ROWS {
        let point = &points[usize::try_from(row).expect("small") % points.len()];
        let kind = ["Close", "Casual", "NA"][usize::try_from(row % 3).expect("small")];
        let since = now() - Span::from_hours(24 + i64::try_from(row % 96).expect("small"));
        let (event, until) = (&point.name, since + Span::from_minutes(90));
        writeln!(file, "site-{row},\"{event}\",{kind},,,{since},{until}").expect("a text");
    }
    Act {
        path: "/api/v1/exposure-sites/import".to_owned(),
        headers: vec![("content-type", "text/csv")],
        body: file.into_bytes(),
        done_already: &[200],
        carried_on: false,
    }
}

/// A new collection point: without a key, registering it again makes a second one.
pub fn keyed_registration() -> Act {
    let form = json!({
        "name": "Gate of the invented", "kind": "office", "district": "invented", "directions": ["in"],
    });
    Act::json("/api/v1/points".to_owned(), &form).keyed("once and no more")
}
