//! Instants, spans, calendar days. The clock is never read here.

use jiff::{Timestamp, civil, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{
    fmt,
    ops::{Add, Sub},
    str::FromStr,
};

const MS_PER_SECOND: i64 = 1_000;
const MS_PER_DAY: i64 = 86_400_000;

/// An instant: milliseconds since 1970-01-01T00:00:00Z. Written in JSON as RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Time(pub i64);

/// A length of elapsed time in milliseconds; never a number of calendar days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Span(pub i64);

/// A calendar day in some zone: days since 1970-01-01. Written in JSON as `2020-03-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(pub i32);

/// A half-open window `[from, until)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Window {
    /// The first instant inside.
    pub from: Time,
    /// The first instant after it.
    pub until: Time,
}

/// A text that is no instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time such as 2020-03-01T08:00:00Z")]
pub struct BadTime(String);

impl Time {
    /// The end of all time that a verdict can name.
    pub const MAX: Time = Time(i64::MAX / 4);
    /// Before everything.
    pub const MIN: Time = Time(i64::MIN / 4);

    /// From whole seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(MS_PER_SECOND))
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(MS_PER_SECOND)
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// A span of whole seconds.
    #[must_use]
    pub const fn from_seconds(n: i64) -> Self {
        Self(n.saturating_mul(MS_PER_SECOND))
    }

    /// A span of whole minutes.
    #[must_use]
    pub const fn from_minutes(n: i64) -> Self {
        Self::from_seconds(n.saturating_mul(60))
    }

    /// A span of whole hours.
    #[must_use]
    pub const fn from_hours(n: i64) -> Self {
        Self::from_seconds(n.saturating_mul(3_600))
    }

    /// Twenty-four hours, times `n`: elapsed time, not calendar days.
    #[must_use]
    pub const fn from_24_hours(n: i64) -> Self {
        Self(n.saturating_mul(MS_PER_DAY))
    }

    /// Whole minutes, rounded down.
    #[must_use]
    pub const fn minutes(self) -> i64 {
        self.0.div_euclid(60 * MS_PER_SECOND)
    }

    /// Whole seconds, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(MS_PER_SECOND)
    }
}

impl Day {
    /// The day of a civil date.
    #[must_use]
    pub fn from_date(date: civil::Date) -> Self {
        let days = date
            .to_zoned_datetime(TimeZone::UTC)
            .map(|zoned| zoned.timestamp().as_second().div_euclid(86_400));
        Self(days.ok().and_then(|days| i32::try_from(days).ok()).unwrap_or(i32::MAX))
    }

    /// The civil date of this day, clamped to the calendar's range.
    #[must_use]
    pub fn date(self) -> civil::Date {
        let seconds = i64::from(self.0) * 86_400;
        Timestamp::from_second(seconds)
            .map(|timestamp| timestamp.to_zoned_datetime(TimeZone::UTC).date())
            .unwrap_or(if self.0 < 0 { civil::Date::MIN } else { civil::Date::MAX })
    }

    /// The day `n` days later.
    #[must_use]
    pub const fn plus(self, n: i32) -> Self {
        Self(self.0.saturating_add(n))
    }

    /// Days from `earlier` to this day.
    #[must_use]
    pub const fn since(self, earlier: Day) -> i32 {
        self.0.saturating_sub(earlier.0)
    }
}

impl Window {
    /// A window, or nothing when it would be empty or backwards.
    #[must_use]
    pub fn new(from: Time, until: Time) -> Option<Self> {
        (from < until).then_some(Self { from, until })
    }

    /// Whether `time` lies inside.
    #[must_use]
    pub fn contains(&self, time: Time) -> bool {
        self.from <= time && time < self.until
    }

    /// What two windows share.
    #[must_use]
    pub fn overlap(&self, other: &Window) -> Option<Window> {
        Window::new(self.from.max(other.from), self.until.min(other.until))
    }

    /// How long it is.
    #[must_use]
    pub fn length(&self) -> Span {
        self.until - self.from
    }
}

impl Add<Span> for Time {
    type Output = Time;
    fn add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Time {
    type Output = Time;
    fn sub(self, span: Span) -> Time {
        Time(self.0.saturating_sub(span.0))
    }
}

impl Sub for Time {
    type Output = Span;
    fn sub(self, earlier: Time) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_millisecond(self.0) {
            Ok(timestamp) => timestamp.fmt(f),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

impl FromStr for Time {
    type Err = BadTime;
    fn from_str(text: &str) -> Result<Self, BadTime> {
        let timestamp: Timestamp = text.parse().map_err(|_| BadTime(text.to_owned()))?;
        Ok(Self(timestamp.as_millisecond()))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(f)
    }
}

impl FromStr for Day {
    type Err = BadTime;
    fn from_str(text: &str) -> Result<Self, BadTime> {
        text.parse().map(Day::from_date).map_err(|_| BadTime(text.to_owned()))
    }
}

macro_rules! as_text {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    };
}
as_text!(Time);
as_text!(Day);

/// A time zone with its midnights laid out, so that turning an instant into a day costs a lookup.
///
/// The table runs from 1970 to 2100; outside it the nearest day is used.
#[derive(Clone)]
pub struct Zone {
    name: String,
    tz: TimeZone,
    /// `midnights[d]` is the first instant of day `d`. Strictly increasing.
    midnights: Vec<Time>,
}

/// A zone name that the time zone database does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time zone such as Asia/Shanghai")]
pub struct UnknownZone(pub String);

/// The last day whose beginning a zone knows, 2100-01-01: no walk from day to day goes on after it.
pub(crate) const LAST_DAY: i32 = 47_482;

impl Zone {
    /// Looks a zone up in the time zone database by its IANA name.
    ///
    /// # Errors
    /// The name is not in the database.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        let tz = TimeZone::get(name).map_err(|_| UnknownZone(name.to_owned()))?;
        let midnights = (0..=LAST_DAY)
            .map(|day| {
                let midnight = Day(day).date().to_zoned_datetime(tz.clone());
                midnight.map_or(Time(i64::from(day) * MS_PER_DAY), |zoned| {
                    Time(zoned.timestamp().as_millisecond())
                })
            })
            .collect();
        Ok(Self { name: name.to_owned(), tz, midnights })
    }

    /// Its IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The zone for formatting and parsing with `jiff`.
    #[must_use]
    pub fn tz(&self) -> &TimeZone {
        &self.tz
    }

    /// The calendar day that `time` falls on here.
    #[must_use]
    pub fn day(&self, time: Time) -> Day {
        let guess = time.0.div_euclid(MS_PER_DAY).clamp(0, i64::from(LAST_DAY));
        let mut index = usize::try_from(guess).unwrap_or(0);
        while index > 0 && self.midnights[index] > time {
            index -= 1;
        }
        while index + 1 < self.midnights.len() && self.midnights[index + 1] <= time {
            index += 1;
        }
        Day(i32::try_from(index).unwrap_or(LAST_DAY))
    }

    /// The first instant of `day` here.
    #[must_use]
    pub fn midnight(&self, day: Day) -> Time {
        let index = usize::try_from(day.0.clamp(0, LAST_DAY)).unwrap_or(0);
        self.midnights[index]
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Zone").field(&self.name).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_its_local_midnight() {
        let shanghai = Zone::named("Asia/Shanghai").unwrap();
        let midnight: Time = "2020-03-15T16:00:00Z".parse().unwrap();
        assert_eq!(shanghai.day(midnight).to_string(), "2020-03-16");
        assert_eq!(shanghai.day(midnight - Span(1)).to_string(), "2020-03-15");
        assert_eq!(shanghai.midnight(shanghai.day(midnight)), midnight);
    }

    #[test]
    fn every_midnight_of_a_zone_with_summer_time_agrees_with_the_database() {
        let auckland = Zone::named("Pacific/Auckland").unwrap();
        for n in 18_000..20_000 {
            let expected =
                Day(n).date().to_zoned_datetime(auckland.tz().clone()).unwrap().timestamp().as_millisecond();
            assert_eq!(auckland.midnight(Day(n)), Time(expected));
            assert_eq!(auckland.day(Time(expected)), Day(n));
            assert_eq!(auckland.day(Time(expected - 1)), Day(n - 1));
        }
    }

    #[test]
    fn an_unknown_zone_is_an_error_that_names_it() {
        assert_eq!(Zone::named("Mars/Base").unwrap_err(), UnknownZone("Mars/Base".to_owned()));
    }
}
