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

    /// For what is read long after it was written: every day comes with its year and every clock time with its day.
    #[must_use]
    pub fn on_paper(self) -> Self {
        Self { now: Time(i64::MIN), ..self }
    }

    /// Day and clock time: only the clock time when the day is today.
    #[must_use]
    pub fn moment(&self, time: Time) -> When {
        let at = self.civil(time);
        let clock = format!("{:02}:{:02}", at.hour(), at.minute());
        When { iso: self.iso(time), text: self.day_and_clock(at.date(), clock) }
    }

    /// A moment at which something ends. A midnight is the end of the day before, as people say it: 24:00.
    #[must_use]
    pub fn end(&self, time: Time) -> When {
        let at = self.civil(time);
        match at.date().yesterday() {
            Ok(day) if at.time() == civil::Time::midnight() => {
                When { iso: self.iso(time), text: self.day_and_clock(day, "24:00".to_owned()) }
            }
            _ => self.moment(time),
        }
    }

    /// From one moment to another: the day is said once where both are in one.
    #[must_use]
    pub fn stretch(&self, from: Time, until: Time) -> When {
        let (begin, end) = (self.moment(from), self.end(until));
        let last = self.civil(Time(until.0 - 1));
        let text = if self.civil(from).date() == last.date() {
            let clock = end.text.rsplit(' ').next().unwrap_or_default();
            // A word joiner: a line does not end between the two hours.
            format!("{}–\u{2060}{clock}", begin.text)
        } else {
            format!("{} – {}", begin.text, end.text)
        };
        When { iso: begin.iso, text }
    }

    fn day_and_clock(&self, day: civil::Date, clock: String) -> String {
        match self.texts.lang {
            _ if day == self.civil(self.now).date() => clock,
            Lang::Zh => format!("{} {clock}", self.day_text(day)),
            Lang::En => format!("{}, {clock}", self.day_text(day)),
        }
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
    fn what_ends_at_midnight_ends_with_the_day_before() {
        let midnight: Time = "2020-03-15T16:00:00Z".parse().unwrap();
        assert_eq!(face(Lang::Zh).end(midnight).text, "3月15日 24:00");
        assert_eq!(face(Lang::En).end(midnight).text, "15 March, 24:00");
        assert_eq!(face(Lang::En).end("2020-03-01T16:00:00Z".parse().unwrap()).text, "24:00");
        assert_eq!(face(Lang::En).end("2020-03-15T16:01:00Z".parse().unwrap()).text, "16 March, 00:01");
    }

    #[test]
    fn a_stretch_names_its_day_once_where_it_has_one() {
        let at = |text: &str| text.parse::<Time>().unwrap();
        let (seven, midnight, next) =
            (at("2020-03-14T23:00:00Z"), at("2020-03-15T16:00:00Z"), at("2020-03-16T00:30:00Z"));
        assert_eq!(face(Lang::En).stretch(seven, midnight).text, "15 March, 07:00–\u{2060}24:00");
        assert_eq!(face(Lang::Zh).stretch(seven, midnight).text, "3月15日 07:00–\u{2060}24:00");
        assert_eq!(face(Lang::En).stretch(seven, next).text, "15 March, 07:00 – 16 March, 08:30");
        let today = at("2020-03-01T06:00:00Z");
        assert_eq!(face(Lang::En).stretch(today, at("2020-03-01T08:00:00Z")).text, "14:00–\u{2060}16:00");
    }

    #[test]
    fn on_paper_nothing_is_left_to_the_present() {
        let time: Time = "2020-03-01T06:30:00Z".parse().unwrap();
        assert_eq!(face(Lang::Zh).on_paper().moment(time).text, "2020年3月1日 14:30");
        assert_eq!(face(Lang::En).on_paper().moment(time).text, "1 March 2020, 14:30");
    }

    #[test]
    fn another_year_is_named() {
        let time: Time = "2019-12-30T16:00:00Z".parse().unwrap();
        assert_eq!(face(Lang::Zh).date_of(time).text, "2019年12月31日");
        assert_eq!(face(Lang::En).date_of(time).text, "31 December 2019");
    }
}
