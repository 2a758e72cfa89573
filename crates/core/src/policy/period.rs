//! A length of time as policies write it: calendar days (`14 d`) or elapsed time (`24 h`, `30 min`).

use crate::{Span, Time, Zone};
use std::{fmt, str::FromStr};

/// Calendar days in the policy's zone, or elapsed time. The two are never converted into each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Period {
    /// Calendar days.
    Days(u32),
    /// Elapsed time.
    Elapsed(Span),
}

/// A text that is no length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a length of time such as `14 d`, `24 h` or `30 min`")]
pub struct BadPeriod(pub String);

impl Period {
    /// Where a window of this length that ends at `time` begins: days from 00:00 of date − N.
    #[must_use]
    pub fn start_before(self, time: Time, zone: &Zone) -> Time {
        match self {
            Period::Days(n) => zone.midnight(zone.day(time).plus(days(n).saturating_neg())),
            Period::Elapsed(span) => time - span,
        }
    }

    /// Where a stretch of this length that begins at `time` ends: days at 00:00 of date + N + 1.
    #[must_use]
    pub fn end_after(self, time: Time, zone: &Zone) -> Time {
        match self {
            Period::Days(n) => zone.midnight(zone.day(time).plus(days(n).saturating_add(1))),
            Period::Elapsed(span) => time + span,
        }
    }
}

/// A number of days as an offset.
pub(crate) fn days(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Period::Days(n) => write!(f, "{n} d"),
            Period::Elapsed(span) if span.minutes() % 60 == 0 => write!(f, "{} h", span.minutes() / 60),
            Period::Elapsed(span) => write!(f, "{} min", span.minutes()),
        }
    }
}

impl FromStr for Period {
    type Err = BadPeriod;
    fn from_str(text: &str) -> Result<Self, BadPeriod> {
        let bad = || BadPeriod(text.to_owned());
        let (count, unit) = text.split_once(' ').ok_or_else(bad)?;
        let count: u32 = count.parse().map_err(|_| bad())?;
        match unit {
            "d" => Ok(Period::Days(count)),
            "h" => Ok(Period::Elapsed(Span::from_hours(count.into()))),
            "min" => Ok(Period::Elapsed(Span::from_minutes(count.into()))),
            _ => Err(bad()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn fourteen_days_from_the_first_of_march_end_when_the_sixteenth_begins() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let end = Period::Days(14).end_after(time("2020-03-01T23:59:00+08:00"), &zone);
        assert_eq!(end, time("2020-03-16T00:00:00+08:00"));
    }

    #[test]
    fn a_window_of_days_begins_at_a_midnight_and_one_of_hours_does_not() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let now = time("2020-03-15T10:30:00+08:00");
        let start = |text: &str| text.parse::<Period>().unwrap().start_before(now, &zone);
        assert_eq!(start("14 d"), time("2020-03-01T00:00:00+08:00"));
        assert_eq!(start("24 h"), time("2020-03-14T10:30:00+08:00"));
        assert_eq!(start("0 d"), time("2020-03-15T00:00:00+08:00"));
    }

    #[test]
    fn a_period_reads_back_from_its_text() {
        for text in ["14 d", "0 d", "24 h", "90 min"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
        for text in ["", "14", "14d", "d", "-1 d", "1.5 h", "3 w"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }
}
