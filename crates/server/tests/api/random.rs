//! Goal: whatever is asked, nobody gets a 500, every refusal is a problem document with a known code, and every success
//! is as the document says. Method: bytes that proptest draws choose an operation and, along its schema, a body that is
//! mostly right and here and there wrong; all of it is asked of one city that lives on through every case.

use super::{described::Described, house::House};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Map, Value, json};
use std::cell::RefCell;

/// Bytes that decide, one after the other; zeros when they run out, so that every tape is a request.
struct Tape<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Tape<'_> {
    fn byte(&mut self) -> u8 {
        self.at += 1;
        self.bytes.get(self.at - 1).copied().unwrap_or(0)
    }

    fn choose<'c, T>(&mut self, among: &'c [T]) -> &'c T {
        let n = usize::from(self.byte()) * 256 + usize::from(self.byte());
        &among[n % among.len()]
    }

    fn now_and_then(&mut self) -> bool {
        self.byte() >= 240
    }
}

const TEXTS: &[&str] = &[
    "",
    "east",
    "close",
    "high",
    "suspected",
    "confirmed",
    "resident",
    "甲",
    "\u{0}",
    "0",
    "36.5",
    "-1",
    "2020-02-30",
    "policy.toml",
    "'; DROP TABLE person; --",
    "\u{202e}\u{1f600}",
    "100000001",
    "KM1:",
    "Ed25519",
];
const TIMES: &[&str] = &[
    "2020-03-01T01:00:00Z",
    "2020-02-20T00:00:00Z",
    "1969-12-31T23:59:59Z",
    "9999-12-31T23:59:59Z",
    "-009999-01-02T00:00:00Z",
    "2020-03-02T00:00:00+08:00",
];
const DAYS: &[&str] =
    &["2020-03-01", "2020-02-28", "9999-12-31", "-009999-01-02", "2020-03-02", "0001-01-01"];

struct Asker<'a> {
    described: &'a Described,
    ids: &'a [String],
}

impl Asker<'_> {
    fn value(&self, tape: &mut Tape<'_>, schema: &Value, depth: u8) -> Value {
        if tape.now_and_then() {
            return junk(tape);
        }
        let schema = self.described.schema(schema);
        if let Some(choices) = schema["oneOf"].as_array() {
            let choice = tape.choose(choices);
            return if depth > 6 { Value::Null } else { self.value(tape, choice, depth + 1) };
        }
        if let Some(words) = schema["enum"].as_array() {
            return tape.choose(words).clone();
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => tape.choose(kinds).as_str().unwrap_or("null").to_owned(),
            kind => kind.as_str().unwrap_or("object").to_owned(),
        };
        match kind.as_str() {
            "string" => json!(self.text(tape, schema)),
            "integer" => {
                json!(*tape.choose(&[0_i64, 1, 2, 14, -1, 65_535, i64::from(u32::MAX), i64::MAX, i64::MIN]))
            }
            "boolean" => json!(tape.byte() < 128),
            "array" => {
                let count = if depth > 6 { 0 } else { tape.byte() % 4 };
                (0..count).map(|_| self.value(tape, &schema["items"], depth + 1)).collect()
            }
            "object" => self.object(tape, schema, depth),
            _ => Value::Null,
        }
    }

    fn object(&self, tape: &mut Tape<'_>, schema: &Value, depth: u8) -> Value {
        let mut object = Map::new();
        for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
            if !tape.now_and_then() {
                object.insert(name.clone(), self.value(tape, inner, depth + 1));
            }
        }
        if schema["additionalProperties"].is_object() && depth < 6 {
            for _ in 0..tape.byte() % 4 {
                let name = (*tape.choose(TEXTS)).to_owned();
                object.insert(name, self.value(tape, &schema["additionalProperties"], depth + 1));
            }
        }
        Value::Object(object)
    }

    fn text(&self, tape: &mut Tape<'_>, schema: &Value) -> String {
        match (schema["format"].as_str(), schema["pattern"].as_str()) {
            (Some("date-time"), _) => (*tape.choose(TIMES)).to_owned(),
            (Some("date"), _) => (*tape.choose(DAYS)).to_owned(),
            (_, Some("^[0-9a-f]{16}$")) => tape.choose(self.ids).clone(),
            (_, Some(_)) => (*tape.choose(&["36.5", "39.9", "0", "-40.001", "999999999999.999"])).to_owned(),
            _ if tape.now_and_then() => "长".repeat(5_000),
            _ => (*tape.choose(TEXTS)).to_owned(),
        }
    }

    /// The address with its names and its question mark's part filled in.
    fn address(&self, tape: &mut Tape<'_>, path: &str, operation: &Value) -> String {
        let (mut address, mut query) = (path.to_owned(), Vec::new());
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            let value = match self.value(tape, &parameter["schema"], 5) {
                Value::String(text) => text,
                other => other.to_string(),
            };
            let value: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
            if parameter["in"] == "path" {
                address = address.replace(&format!("{{{name}}}"), &value);
            } else if tape.byte() < 160 {
                query.push(format!("{name}={value}"));
            }
        }
        if query.is_empty() { address } else { format!("{address}?{}", query.join("&")) }
    }
}

fn junk(tape: &mut Tape<'_>) -> Value {
    let all = [
        Value::Null,
        json!([]),
        json!({}),
        json!(""),
        json!(1e308),
        json!(true),
        json!([[[[]]]]),
        json!({"a": 1}),
    ];
    tape.choose(&all).clone()
}

/// Somebody who declared, a case, an appeal, a proposal, an area, a point, a gate: something for every identifier.
async fn settled() -> (House, Vec<String>, Vec<String>) {
    let house = House::new().await;
    let (one, other) = (house.authority("zhou").await, house.authority("sun").await);
    let (point, gate) = house.gate(&one).await;
    let (person, token) = house.resident().await;
    let declared = house.declare(&person, &token).await;
    let (second, seconds) = house.resident().await;
    let contact = json!({ "person": second, "status": "suspected", "sampled": house.now().to_string() });
    let case = house.post("/cases", &one, contact).await.text("case");
    let day = house.today().to_string();
    let area = json!({ "division": "east", "level": "high", "from": day });
    house.post("/areas", &one, area).await;
    let ids = vec![
        person,
        second,
        point,
        house.point().await,
        case,
        declared["declaration"].as_str().unwrap().to_owned(),
        "0000000000000001".to_owned(),
        "0000000000000002".to_owned(),
        "7fffffffffffffff".to_owned(),
        "ffffffffffffffff".to_owned(),
    ];
    (house, ids, vec![one.clone(), one, other, token, seconds, gate, String::new()])
}

#[test]
fn whatever_is_asked_nobody_gets_a_500_and_every_answer_is_as_the_document_says() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (house, ids, tokens) = runtime.block_on(settled());
    let described = Described::new();
    let asker = Asker { described: &described, ids: &ids };
    // Ending a session or closing an account would leave nobody to ask.
    let ends = ["/session", "/session/password", "/staff/{account}"];
    let operations: Vec<_> = described
        .operations()
        .into_iter()
        .filter(|(path, method, _)| method == "GET" || !ends.contains(&path.as_str()))
        .collect();
    let reached = RefCell::new(std::collections::BTreeSet::new());
    let config = Config { cases: 2_000, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let tapes = proptest::collection::vec(any::<u8>(), 16..160);
    let asked = runner.run(&tapes, |bytes| {
        let mut tape = Tape { bytes: &bytes, at: 0 };
        let (path, method, operation) = tape.choose(&operations);
        let token = tape.choose(&tokens);
        let address = asker.address(&mut tape, path, operation);
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let body = schema.is_object().then(|| asker.value(&mut tape, schema, 0));
        let told = format!("{method} {address} {body:?}");
        let reply = runtime.block_on(house.ask(method, &address, token, body));
        prop_assert!(reply.status.as_u16() < 500, "{told}: {} {}", reply.status, reply.json);
        if reply.status.is_success() {
            reached.borrow_mut().insert(format!("{method} {path}"));
        }
        Ok(())
    });
    if let Err(error) = asked {
        panic!("{error}");
    }
    let reached = reached.into_inner();
    assert!(reached.len() > 20, "too little of it gets through to prove anything: {reached:?}");
}
