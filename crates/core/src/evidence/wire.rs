//! Values and attributes on the wire. A value says its own type where JSON has none for it: `{"time": "…"}`, `{"day": "…"}`.
//!
//! They are read by hand: an untagged enum tries one form after another and writes down why each of them failed, for every
//! attribute of every item.

use super::{Attributes, Number, Value};
use serde::{
    Deserialize, Serialize,
    de::{self, IgnoredAny, MapAccess, Unexpected, Visitor},
};
use std::{fmt, sync::Arc};

impl Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Flag(flag) => serializer.serialize_bool(*flag),
            Value::Number(number) if number.0 % 1_000 == 0 => serializer.serialize_i64(number.floor()),
            Value::Number(number) => serializer.collect_map([("number", number)]),
            Value::Time(time) => serializer.collect_map([("time", time)]),
            Value::Day(day) => serializer.collect_map([("day", day)]),
            Value::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReadValue)
    }
}

/// What a value of a map of one is.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Form {
    Number,
    Time,
    Day,
}

struct ReadValue;

impl<'de> Visitor<'de> for ReadValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true, false, a whole number, a text, or a map of one number, time or day")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Flag(flag))
    }

    fn visit_i64<E>(self, whole: i64) -> Result<Value, E> {
        Ok(Value::Number(Number::whole(whole)))
    }

    fn visit_u64<E: de::Error>(self, whole: u64) -> Result<Value, E> {
        let whole = i64::try_from(whole).map_err(|_| E::invalid_value(Unexpected::Unsigned(whole), &self))?;
        self.visit_i64(whole)
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(Arc::from(text)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let value = match map.next_key()? {
            Some(Form::Number) => Value::Number(map.next_value()?),
            Some(Form::Time) => Value::Time(map.next_value()?),
            Some(Form::Day) => Value::Day(map.next_value()?),
            None => return Err(de::Error::invalid_length(0, &self)),
        };
        match map.next_key::<IgnoredAny>()? {
            None => Ok(value),
            Some(_) => Err(de::Error::invalid_length(2, &self)),
        }
    }
}

impl Serialize for Attributes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ReadAttributes)
    }
}

struct ReadAttributes;

impl<'de> Visitor<'de> for ReadAttributes {
    type Value = Attributes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of names to values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Attributes, A::Error> {
        let mut attributes = Attributes::new();
        while let Some((name, value)) = map.next_entry::<Arc<str>, Value>()? {
            attributes.set(name, value);
        }
        Ok(attributes)
    }
}
