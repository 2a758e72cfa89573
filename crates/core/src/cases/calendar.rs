//! Days as a case counts them: `"3 09:00"` is nine in the morning of the third day after day 0.

use crate::{Day, Time, Zone, policy::read::Node};
use jiff::civil;

/// The days of a case, in the policy's zone.
#[derive(Clone, Copy)]
pub(super) struct Calendar<'a> {
    pub(super) zone: &'a Zone,
    pub(super) day_zero: Day,
}

const WANTED: &str =
    "a day and a time such as \"0 12:00\" or \"15 00:00:00.001\", or days and a time such as \"1..14 09:00\"";

impl Calendar<'_> {
    /// One instant.
    pub(super) fn instant(&self, node: &Node<'_>) -> Option<Time> {
        match self.instants(node)?.as_slice() {
            [one] => Some(*one),
            _ => node.refuse("one instant belongs here", "write one day, such as \"0 12:00\""),
        }
    }

    /// One instant, or the same time of several days.
    pub(super) fn instants(&self, node: &Node<'_>) -> Option<Vec<Time>> {
        let text = node.text()?;
        self.read(text)
            .or_else(|| node.refuse(format!("`{text}` is no time of a case"), format!("write {WANTED}")))
    }

    /// A day by its number.
    pub(super) fn day(&self, node: &Node<'_>) -> Option<Day> {
        let text = node.text()?;
        let number: Option<i32> = text.parse().ok();
        let day = number.map(|n| self.day_zero.plus(n));
        day.or_else(|| {
            node.refuse(format!("`{text}` is no day of a case"), "write its number, such as \"3\"")
        })
    }

    fn read(&self, text: &str) -> Option<Vec<Time>> {
        let (days, time) = text.split_once(' ')?;
        let (first, last) = days.split_once("..").unwrap_or((days, days));
        let (first, last): (i32, i32) = (first.parse().ok()?, last.parse().ok()?);
        let time: civil::Time = time.parse().ok()?;
        let at = |n: i32| {
            let zoned =
                self.day_zero.plus(n).date().to_datetime(time).to_zoned_datetime(self.zone.tz().clone());
            zoned.ok().map(|zoned| Time(zoned.timestamp().as_millisecond()))
        };
        (first <= last).then(|| (first..=last).map(at).collect::<Option<Vec<Time>>>())?
    }

    /// An instant as a case would write it.
    pub(super) fn text(&self, at: Time) -> String {
        let day = self.zone.day(at);
        let clock = jiff::Timestamp::from_millisecond(at.0)
            .map(|at| at.to_zoned_datetime(self.zone.tz().clone()).time().to_string());
        format!("{} {}", day.since(self.day_zero), clock.unwrap_or_default())
    }
}
