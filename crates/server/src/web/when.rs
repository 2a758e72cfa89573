//! Times and days in the words of a language.

use super::texts::{Lang, Texts};
use jiff::{Timestamp, civil, tz::TimeZone};
use kangma_core::{Day, Time};
use std::fmt;

/// A time as a page shows it: words for people, ISO 8601 for machines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct When {
    /// For the `datetime` attribute.
    pub iso: String,
    /// For the eye.
    pub text: String,
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r#"<time datetime="{}">{}</time>"#, self.iso, self.text)
    }
}

// Both parts are written by this file alone, from digits and month names.
impl askama::filters::HtmlSafe for When {}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Writes times for one language and one zone, as seen from a present.
#[derive(Debug, Clone)]
pub struct Clockface {
    texts: Texts,
    tz: TimeZone,
    now: Time,
}

impl Clockface {
    /// For a language, a zone and the present time.
    #[must_use]
    pub const fn new(texts: Texts, tz: TimeZone, now: Time) -> Self {
        Self { texts, tz, now }
    }

    /// Day and clock time: only the clock time when the day is today.
    #[must_use]
    pub fn moment(&self, time: Time) -> When {
        let at = self.civil(time);
        let clock = format!("{:02}:{:02}", at.hour(), at.minute());
        let text = if at.date() == self.civil(self.now).date() {
            clock
        } else {
            match self.texts.lang {
                Lang::Zh => format!("{} {clock}", self.day_text(at.date())),
                Lang::En => format!("{}, {clock}", self.day_text(at.date())),
            }
        };
        When { iso: self.iso(time), text }
    }

    /// The day alone.
    #[must_use]
    pub fn date_of(&self, time: Time) -> When {
        self.civil_day(self.civil(time).date())
    }

    /// A calendar day.
    #[must_use]
    pub fn day(&self, day: Day) -> When {
        self.civil_day(day.date())
    }

    /// The clock time with seconds, for what is checked against a watch.
    #[must_use]
    pub fn clock(&self, time: Time) -> When {
        let at = self.civil(time);
        let text = format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second());
        When { iso: self.iso(time), text }
    }

    fn civil_day(&self, date: civil::Date) -> When {
        When { iso: date.to_string(), text: self.day_text(date) }
    }

    fn day_text(&self, date: civil::Date) -> String {
        let same_year = date.year() == self.civil(self.now).year();
        let month = MONTHS[usize::try_from(date.month() - 1).unwrap_or(0) % 12];
        match (self.texts.lang, same_year) {
            (Lang::Zh, true) => format!("{}月{}日", date.month(), date.day()),
            (Lang::Zh, false) => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
            (Lang::En, true) => format!("{} {month}", date.day()),
            (Lang::En, false) => format!("{} {month} {}", date.day(), date.year()),
        }
    }

    fn iso(&self, time: Time) -> String {
        let at = timestamp(time);
        let offset = self.tz.to_offset(at);
        at.display_with_offset(offset).to_string()
    }

    fn civil(&self, time: Time) -> civil::DateTime {
        self.tz.to_datetime(timestamp(time))
    }
}

/// Times beyond what the calendar can write show as its ends.
fn timestamp(time: Time) -> Timestamp {
    Timestamp::from_millisecond(time.0).unwrap_or(if time.0 < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(lang: Lang) -> Clockface {
        let tz = TimeZone::get("Asia/Shanghai").unwrap();
        Clockface::new(Texts::of(lang), tz, "2020-03-01T00:30:00Z".parse().unwrap())
    }

    #[test]
    fn today_shows_only_the_clock_time() {
        let time: Time = "2020-03-01T06:30:00Z".parse().unwrap();
        assert_eq!(face(Lang::Zh).moment(time).text, "14:30");
        assert_eq!(face(Lang::En).moment(time).text, "14:30");
        assert_eq!(face(Lang::En).moment(time).iso, "2020-03-01T14:30:00+08:00");
    }

    #[test]
    fn another_day_shows_the_date_by_language() {
        let time: Time = "2020-03-15T16:00:00Z".parse().unwrap();
        assert_eq!(face(Lang::Zh).moment(time).text, "3月16日 00:00");
        assert_eq!(face(Lang::En).moment(time).text, "16 March, 00:00");
    }

    #[test]
    fn another_year_is_named() {
        let time: Time = "2019-12-30T16:00:00Z".parse().unwrap();
        assert_eq!(face(Lang::Zh).date_of(time).text, "2019年12月31日");
        assert_eq!(face(Lang::En).date_of(time).text, "31 December 2019");
    }
}
