//! Whole stories from the first declaration to the last colour, through the use cases and on a real store.

mod entering;
mod false_statement;
mod family;
mod gates;
mod recovery;
mod red_to_green;
mod silence;
mod told;
mod without_phone;

use crate::house::House;
use kangma_core::{PersonId, Time, Verdict, verdict::Progress};
use kangma_service::Actor;

/// `"3 09:00"` is nine in the morning of the third day after 1 March 2020, in Shanghai.
pub fn at(text: &str) -> Time {
    let (day, clock) = text.split_once(' ').unwrap();
    let first: kangma_core::Day = "2020-03-01".parse().unwrap();
    let clock: jiff::civil::Time = clock.parse().unwrap();
    let local = first.plus(day.parse().unwrap()).date().to_datetime(clock);
    let zone = kangma_core::Zone::named("Asia/Shanghai").unwrap();
    Time(zone.tz().to_timestamp(local).unwrap().as_millisecond())
}

/// The clock is put to an instant, every source is heard and what is due is done.
pub async fn come(house: &House, text: &str) {
    come_without(house, text, "").await;
}

/// The same, while one source is silent.
pub async fn come_without(house: &House, text: &str, silent: &str) {
    let time = at(text);
    house.set(time);
    let rules = house.service.rules();
    for source in rules.policy(time).sources.iter().filter(|source| *source.name != *silent) {
        house.service.hear_source(&Actor::System, source.name.to_string(), time).await.unwrap();
    }
    house.service.settle_unknown().await.unwrap();
    house.service.do_what_is_due().await.unwrap();
}

pub async fn verdict(house: &House, actor: &Actor, person: PersonId) -> Verdict {
    house.service.verdict(actor, person).await.unwrap()
}

pub fn rules(verdict: &Verdict) -> Vec<&str> {
    verdict.reasons.iter().map(|reason| &*reason.rule).collect()
}

/// What there is to do, each once.
pub fn duties(verdict: &Verdict) -> Vec<&str> {
    let mut duties: Vec<&str> = verdict.duties.iter().map(|duty| &*duty.duty).collect();
    duties.sort_unstable();
    duties.dedup();
    duties
}

/// How many check-ins of the gravest reason are done, and how many days were missed.
pub fn counted(verdict: &Verdict) -> (u32, usize) {
    fn of(progress: &Progress) -> Option<(u32, usize)> {
        match progress {
            Progress::All(parts) | Progress::Any(parts) => parts.iter().find_map(of),
            Progress::CheckIns { done, missed, .. } => Some((*done, missed.len())),
            _ => None,
        }
    }
    of(&verdict.reasons[0].progress).unwrap()
}
