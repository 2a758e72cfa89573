//! The document is true: every route is in it, every code is in it, and every answer that a test gets is as it says.

use super::house::Reply;
use kangma_server::{api::document, problem::HTTP_CODES};
use kangma_service::Refused;
use serde_json::Value;
use std::collections::HashSet;

/// The document, to compare answers with.
pub struct Described(Value);

impl Described {
    pub fn new() -> Self {
        Self(serde_json::to_value(document()).unwrap())
    }

    /// Every operation: path, method, what it says.
    pub fn operations(&self) -> Vec<(String, String, Value)> {
        let paths = self.0["paths"].as_object().unwrap();
        let mut operations = Vec::new();
        for (path, item) in paths {
            for (method, operation) in item.as_object().unwrap() {
                operations.push((path.clone(), method.to_uppercase(), operation.clone()));
            }
        }
        operations
    }

    /// The operation that answers an address.
    fn operation(&self, method: &str, address: &str) -> Option<Value> {
        let address = address.split('?').next().unwrap();
        let fits = |path: &str| {
            let (one, other): (Vec<_>, Vec<_>) = (path.split('/').collect(), address.split('/').collect());
            one.len() == other.len()
                && one.iter().zip(&other).all(|(a, b)| a.starts_with('{') && !b.is_empty() || a == b)
        };
        let all = self.operations().into_iter().filter(|(path, of, _)| of == method && fits(path));
        // `/cases/preview` is meant before `/cases/{case}`.
        all.min_by_key(|(path, _, _)| path.matches('{').count()).map(|(_, _, operation)| operation)
    }

    /// Panics when an answer is not as the document says.
    pub fn check(&self, method: &str, address: &str, reply: &Reply) {
        let Some(operation) = self.operation(method, address) else { return };
        let told = format!("{method} {address}: {} {}", reply.status, reply.json);
        if !reply.status.is_success() {
            reply.problem();
            self.fits(&self.0["components"]["schemas"]["Problem"], &reply.json, &told);
            return;
        }
        let response = &operation["responses"][reply.status.as_str()];
        assert!(!response.is_null(), "an undescribed status: {told}");
        if let Some(content) = response["content"].as_object() {
            let (media_type, content) = content.iter().next().unwrap();
            assert_eq!(*media_type, reply.media_type, "{told}");
            if media_type == "application/json" {
                self.fits(&content["schema"], &reply.json, &told);
            }
        } else {
            assert!(reply.json.is_null(), "an undescribed body: {told}");
        }
    }

    pub fn schema<'d>(&'d self, schema: &'d Value) -> &'d Value {
        match schema["$ref"].as_str() {
            Some(name) => self.schema(self.0.pointer(name.trim_start_matches('#')).unwrap()),
            None => schema,
        }
    }

    fn fits(&self, schema: &Value, value: &Value, told: &str) {
        assert!(self.is(schema, value), "{value} is not {schema}, in {told}");
        let schema = self.schema(schema);
        for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(value) = value.get(name) {
                self.fits(inner, value, told);
            }
        }
        for value in value.as_array().into_iter().flatten() {
            self.fits(&schema["items"], value, told);
        }
    }

    /// Whether a value is of a schema's type, words, and fields: no field is missing, none is undescribed.
    fn is(&self, schema: &Value, value: &Value) -> bool {
        let schema = self.schema(schema);
        if let Some(choices) = schema["oneOf"].as_array() {
            return choices.iter().any(|choice| self.is(choice, value));
        }
        let kinds: Vec<&str> = match &schema["type"] {
            Value::String(kind) => vec![kind],
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => return true,
        };
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let words = schema["enum"].as_array();
        kinds.contains(&kind)
            && words.is_none_or(|words| value.is_null() || words.contains(value))
            && (kind != "object" || self.has_its_fields(schema, value))
    }

    fn has_its_fields(&self, schema: &Value, value: &Value) -> bool {
        let Some(described) = schema["properties"].as_object() else { return true };
        let given = value.as_object().unwrap();
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        required.into_iter().all(|name| given.contains_key(name))
            && given.keys().all(|name| described.contains_key(name))
    }
}

#[test]
fn it_is_openapi_3_1_and_every_reference_leads_somewhere() {
    let described = Described::new();
    assert!(described.0["openapi"].as_str().unwrap().starts_with("3.1"));
    let text = described.0.to_string();
    for reference in text.split("\"$ref\":\"").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(described.0.pointer(name.trim_start_matches('#')).is_some(), "{name}");
    }
}

#[test]
fn every_operation_is_described_tagged_and_refused_in_the_same_way() {
    let described = Described::new();
    let tags: HashSet<&str> =
        described.0["tags"].as_array().unwrap().iter().filter_map(|tag| tag["name"].as_str()).collect();
    let mut used = HashSet::new();
    let mut names = HashSet::new();
    for (path, method, operation) in described.operations() {
        let told = format!("{method} {path}");
        assert!(operation["summary"].as_str().is_some_and(|text| text.len() > 8), "{told}");
        assert!(operation["responses"]["default"].is_object(), "{told}");
        assert!(operation["security"].is_array(), "{told}");
        for tag in operation["tags"].as_array().unwrap() {
            let tag = tag.as_str().unwrap();
            assert!(tags.contains(tag), "{told}: {tag}");
            used.insert(tag.to_owned());
        }
        assert!(names.insert(told.clone()), "{told}");
        let named: HashSet<&str> =
            path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        let empty = Vec::new();
        let parameters = operation["parameters"].as_array().unwrap_or(&empty);
        let in_path = parameters.iter().filter(|parameter| parameter["in"] == "path");
        assert_eq!(named, in_path.filter_map(|parameter| parameter["name"].as_str()).collect(), "{told}");
    }
    assert_eq!(used.len(), tags.len(), "a tag that nothing carries");
    assert!(names.len() > 80, "{}", names.len());
}

#[test]
fn the_seven_interfaces_of_the_national_standard_are_there_by_name() {
    let described = Described::new();
    let operations = described.operations();
    for interface in [
        "health-declaration",
        "trip-declaration",
        "health-information-query",
        "code-invocation",
        "code-making",
        "code-verification",
        "error-correction",
    ] {
        let carried =
            operations.iter().filter(|(_, _, operation)| operation["tags"] == serde_json::json!([interface]));
        assert!(carried.count() > 0, "{interface}");
    }
}

#[test]
fn every_code_of_every_refusal_is_in_the_document() {
    let described = Described::new();
    let code = &described.0["components"]["schemas"]["Problem"]["properties"]["code"];
    let listed: Vec<&str> = code["enum"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let codes = Refused::CODES.iter().map(|(code, _)| *code).chain(HTTP_CODES.iter().map(|(code, _)| *code));
    for code in codes {
        assert_eq!(listed.iter().filter(|listed| **listed == code).count(), 1, "{code}");
        assert!(listed.contains(&code), "{code}");
    }
    assert_eq!(listed.len(), Refused::CODES.len() + HTTP_CODES.len());
}

#[test]
fn an_answer_that_is_not_as_described_is_noticed() {
    let described = Described::new();
    let schema = &described.0["components"]["schemas"]["SourceRow"];
    let good = serde_json::json!({ "source": "laboratory", "complete-up-to": null, "stale": false });
    assert!(described.is(schema, &good));
    for (name, wrong) in [("stale", serde_json::json!("no")), ("source", Value::Null)] {
        let mut bad = good.clone();
        bad[name] = wrong;
        let fits = std::panic::catch_unwind(|| described.fits(schema, &bad, "a wrong type"));
        assert!(fits.is_err(), "{bad}");
    }
    let mut missing = good.clone();
    missing.as_object_mut().unwrap().remove("stale");
    let mut extra = good;
    extra["colour"] = serde_json::json!("green");
    assert!(!described.is(schema, &missing) && !described.is(schema, &extra));
}
