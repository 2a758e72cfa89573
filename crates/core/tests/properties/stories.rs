//! Forty days of one person, written from dice: evidence of every kind that a policy looks at, recorded
//! late or at once, withdrawn, ended, superseded; check-ins normal, abnormal, missed and made up;
//! sources with outages.

use crate::dice::Dice;
use kangma_core::{
    Attributes, CaseId, Day, Evidence, EvidenceId, Kind, Number, Origin, PersonId, Policy, Span, Time, Value,
    Zone,
    policy::{Condition, End, Test, Trigger},
    sources::Heartbeat,
};
use std::sync::Arc;

/// The first day: before New Zealand's summer time ends on 2020-04-05.
pub const FIRST_DAY: &str = "2020-03-15";
pub const DAYS: i32 = 40;

const MINUTES: &[i64] = &[8 * 60, 0, 12 * 60, 18 * 60 + 30, 23 * 60 + 59, 1];
const DELAYS_MIN: &[i64] = &[0, 0, 0, 10, 5 * 60, 26 * 60, 3 * 1440, 11 * 1440, 16 * 1440];

/// What a story is made of.
#[derive(Debug, Clone)]
pub struct Seeds {
    pub items: Vec<[u8; 12]>,
    pub routine: Vec<u8>,
    pub outages: Vec<[u8; 3]>,
}

#[derive(Debug, Clone)]
pub struct Story {
    pub evidence: Vec<Evidence>,
    pub heartbeats: Vec<Heartbeat>,
}

struct Draft {
    item: Evidence,
    /// Chooses what it speaks about, once everything has its number.
    about: usize,
}

pub fn first_day() -> Day {
    FIRST_DAY.parse().unwrap()
}

/// An instant of the story: minutes after a midnight.
pub fn instant(zone: &Zone, day: i32, minute: i64) -> Time {
    zone.midnight(first_day().plus(day)) + Span::from_minutes(minute)
}

/// Some instant of the story or a little after it, often exactly at a limit.
pub fn some_instant(zone: &Zone, dice: &mut Dice<'_>) -> Time {
    let day = i32::try_from(dice.roll(48)).unwrap();
    instant(zone, day, *dice.pick(MINUTES)) + Span(*dice.pick(&[0, -1, 1]))
}

/// An instant a little after one of the items, often exactly at a limit.
pub fn instant_after_some_item(zone: &Zone, evidence: &[Evidence], dice: &mut Dice<'_>) -> Time {
    let Some(item) = evidence.get(dice.roll(evidence.len())) else { return some_instant(zone, dice) };
    let after = zone.day(item.happened_at).plus(i32::try_from(dice.roll(7)).unwrap());
    let minutes = Span::from_minutes(*dice.pick(MINUTES));
    zone.midnight(after) + minutes + Span(*dice.pick(&[0, -1, 1]))
}

pub fn story(policies: &[Arc<Policy>], seeds: &Seeds) -> Story {
    let zone = &policies[0].zone;
    let wanted: Vec<Condition> = policies.iter().flat_map(|policy| wanted(policy)).collect();
    let rules: Vec<Arc<str>> =
        policies.iter().flat_map(|policy| policy.rules.iter().map(|rule| Arc::clone(&rule.id))).collect();
    let mut drafts: Vec<Draft> = Vec::new();
    for seed in &seeds.items {
        drafts.push(draft(&wanted, &rules, zone, &mut Dice::new(seed)));
    }
    for (day, byte) in seeds.routine.iter().enumerate() {
        routine(i32::try_from(day).unwrap(), *byte, zone, &mut drafts);
    }
    let heartbeats = heartbeats(policies, zone, &seeds.outages);
    Story { evidence: numbered(drafts), heartbeats }
}

/// Every condition that the policy looks at.
fn wanted(policy: &Policy) -> Vec<Condition> {
    let mut wanted = Vec::new();
    for rule in &policy.rules {
        wanted.extend(rule.when.conditions().iter().cloned());
        if let Trigger::Absent { of, .. } = &rule.when {
            wanted.push(of.clone());
        }
        wanted.extend(rule.unless.iter().map(|exemption| exemption.of.clone()));
        rule.stages.iter().for_each(|stage| events(&stage.until, &mut wanted));
    }
    wanted.extend(policy.check_in.abnormal.iter().cloned());
    wanted.extend(policy.declaration.again_after.iter().cloned());
    wanted
}

fn events(end: &End, wanted: &mut Vec<Condition>) {
    match end {
        End::All(parts) | End::Any(parts) => parts.iter().for_each(|part| events(part, wanted)),
        End::Event(condition) => wanted.push(condition.clone()),
        _ => {}
    }
}

fn bare(kind: Kind, zone: &Zone, dice: &mut Dice<'_>) -> Draft {
    // Half of them close together, so that they meet.
    let day = dice.roll(40);
    let day = if day.is_multiple_of(2) { day / 4 } else { day };
    let happened_at = instant(zone, i32::try_from(day).unwrap(), *dice.pick(MINUTES));
    let delay = Span::from_minutes(*dice.pick(DELAYS_MIN));
    Draft {
        item: Evidence {
            id: EvidenceId(0),
            person: PersonId(1),
            kind,
            happened_at,
            recorded_at: happened_at + delay,
            source: source_of(kind).into(),
            origin: None,
            about: None,
            attributes: Attributes::new(),
        },
        about: dice.roll(60),
    }
}

fn source_of(kind: Kind) -> &'static str {
    match kind {
        Kind::TestResult => "laboratory",
        Kind::CaseStatus | Kind::AuditAnswer => "register",
        Kind::Declaration | Kind::CheckIn => "self",
        _ => "officer",
    }
}

/// Kinds that answer to what a policy looks at, beside its own conditions.
const ACTS: &[Kind] = &[
    Kind::Declaration,
    Kind::AuditAnswer,
    Kind::TestResult,
    Kind::CaseStatus,
    Kind::Withdrawal,
    Kind::Ending,
    Kind::Release,
    Kind::Superseding,
    Kind::Decision,
    Kind::Immunity,
    Kind::Itinerary,
    Kind::Appeal,
    Kind::TestObligation,
    Kind::Separation,
];

fn draft(wanted: &[Condition], rules: &[Arc<str>], zone: &Zone, dice: &mut Dice<'_>) -> Draft {
    if dice.once_in(2) {
        let kind = *dice.pick(ACTS);
        let mut draft = bare(kind, zone, dice);
        act(&mut draft.item, rules, dice);
        return draft;
    }
    let condition = dice.pick(wanted);
    let mut draft = bare(condition.kind, zone, dice);
    if let Some(source) = condition.sources.first() {
        draft.item.source = Arc::clone(source);
    }
    let broken = dice.once_in(8).then(|| dice.roll(condition.tests.len()));
    for (place, (name, test)) in condition.tests.iter().enumerate() {
        if broken != Some(place) {
            draft.item.attributes.set(Arc::clone(name), meeting(test, dice));
        }
    }
    more(&mut draft.item, dice);
    draft
}

/// An item like a condition asks for.
pub fn like(condition: &Condition, zone: &Zone, dice: &mut Dice<'_>) -> Evidence {
    let mut item = bare(condition.kind, zone, dice).item;
    if let Some(source) = condition.sources.first() {
        item.source = Arc::clone(source);
    }
    for (name, test) in &condition.tests {
        item.attributes.set(Arc::clone(name), meeting(test, dice));
    }
    more(&mut item, dice);
    item
}

/// A value that meets a test: at its limit, just beside it, or well inside.
fn meeting(test: &Test, dice: &mut Dice<'_>) -> Value {
    match test {
        Test::Is(value) => value.clone(),
        Test::OneOf(values) => dice.pick(values).clone(),
        Test::Between { low, high } => {
            let limit = low.or(*high).map_or(0, |limit| limit.at.0);
            let inwards = if low.is_some() { 1 } else { -1 };
            Value::Number(Number(limit + inwards * dice.pick(&[1, 0, 500, -1])))
        }
    }
}

/// What an act says, and whom it is about.
fn act(item: &mut Evidence, rules: &[Arc<str>], dice: &mut Dice<'_>) {
    let attributes = &mut item.attributes;
    match item.kind {
        Kind::Declaration => {
            let purpose = dice.pick(&["resident", "planning-to-enter", "returning-to-work"]);
            attributes.set("purpose", *purpose);
        }
        Kind::AuditAnswer => {
            let answer = dice.pick(&["clear", "nothing-known", "differs", "nothing", "contact-not-declared"]);
            attributes.set("answer", *answer);
            item.source =
                (*dice.pick(&["register", "laboratory", "case-register", "contact-tracing"])).into();
        }
        Kind::TestResult => {
            attributes.set("result", *dice.pick(&["negative", "negative", "pending", "positive"]))
        }
        Kind::CaseStatus => {
            let status = dice.pick(&["recovered", "confirmed", "excluded", "suspected", "died"]);
            attributes.set("status", *status);
        }
        Kind::Release if dice.once_in(2) && !rules.is_empty() => {
            attributes.set("rule", Value::Text(Arc::clone(dice.pick(rules))));
        }
        Kind::Decision => attributes.set("outcome", *dice.pick(&["accepted", "heard", "refused"])),
        _ => {}
    }
    more(item, dice);
}

/// Attributes that anchors, amounts and sums read.
fn more(item: &mut Evidence, dice: &mut Dice<'_>) {
    let hours = |dice: &mut Dice<'_>| Span::from_hours(*dice.pick(&[0, 30, 5, 72, 200]));
    let happened_at = item.happened_at;
    let attributes = &mut item.attributes;
    match item.kind {
        Kind::Exposure => {
            if attributes.value("minutes").is_none() {
                attributes.set("minutes", Number::whole(*dice.pick(&[10, 15, 20, 30])));
            }
            attributes.set("first-exposure", happened_at - hours(dice));
        }
        Kind::CaseStatus => {
            attributes.set("onset", happened_at - hours(dice));
            if dice.once_in(2) {
                item.origin = Some(Origin::Case(CaseId(*dice.pick(&[7, 8]))));
            }
        }
        Kind::IsolationOrder | Kind::ManualOrder => {
            if !dice.once_in(3) {
                attributes.set("until", happened_at + hours(dice));
            }
            if dice.once_in(2) {
                attributes.set("check-ins", Number(*dice.pick(&[3_000, 1_000, 9_000, 2_500])));
            }
        }
        Kind::TestObligation => attributes.set("due", happened_at + hours(dice)),
        Kind::Declaration if dice.once_in(2) => {
            let born: Day = dice.pick(&["1990-05-05", "1960-03-25", "1960-04-05"]).parse().unwrap();
            attributes.set("birth-date", Value::Day(born));
        }
        Kind::Immunity => attributes.set("doses", Number::whole(*dice.pick(&[2, 1]))),
        _ => {}
    }
}

/// One day of somebody who checks in and is tested.
fn routine(day: i32, byte: u8, zone: &Zone, drafts: &mut Vec<Draft>) {
    let mut daily = |kind: Kind, at_day: i32, minute: i64, delay_hours: i64, says: Attributes| {
        let happened_at = instant(zone, at_day, minute);
        drafts.push(Draft {
            item: Evidence {
                id: EvidenceId(0),
                person: PersonId(1),
                kind,
                happened_at,
                recorded_at: happened_at + Span::from_hours(delay_hours),
                source: source_of(kind).into(),
                origin: None,
                about: None,
                attributes: says,
            },
            about: 0,
        });
    };
    let sampled = |result: &str| Attributes::new().with("result", result);
    match byte / 16 {
        9..=11 => daily(Kind::TestResult, day, 10 * 60, 5, sampled("negative")),
        12 | 13 => daily(Kind::TestResult, day, 9 * 60 + 59, 0, sampled("negative")),
        14 => daily(Kind::TestResult, day, 10 * 60, 0, sampled("pending")),
        15 => daily(Kind::TestResult, day, 10 * 60, 0, sampled("positive")),
        _ => {}
    }
    let mut check_in = |at_day: i32, minute: i64, delay_hours: i64, says: Attributes| {
        daily(Kind::CheckIn, at_day, minute, delay_hours, says);
    };
    let normal = Attributes::new;
    let for_day = |day: i32| normal().with("day", Value::Day(first_day().plus(day)));
    match byte % 16 {
        0 | 1 => {}
        2 => check_in(day, 9 * 60, 0, normal().with("fever", true)),
        3 => check_in(day + 1, 7 * 60, 0, for_day(day)),
        4 => (0..2).for_each(|n| check_in(day, 8 * 60 + n, 0, normal())),
        5 => check_in(day, 10 * 60, 48, normal().with("by", "staff")),
        6 => check_in(day, 23 * 60 + 59, 0, normal()),
        7 => check_in(day, 0, 0, normal()),
        8 => check_in(day + 1, 12 * 60, 0, for_day(day)),
        9 => {
            check_in(day, 8 * 60, 0, normal());
            check_in(day, 20 * 60, 0, normal().with("fever", true));
        }
        10 => check_in(day + 2, 8 * 60, 0, for_day(day).with("fever", true)),
        11 => check_in(day - 1, 8 * 60, 0, for_day(day)),
        _ => check_in(day, 8 * 60, 0, normal()),
    }
}

/// Numbers in the order of recording; what an item speaks about was recorded before it.
fn numbered(mut drafts: Vec<Draft>) -> Vec<Evidence> {
    drafts.sort_by_key(|draft| draft.item.recorded_at);
    let mut evidence: Vec<Evidence> = Vec::new();
    for (place, draft) in drafts.into_iter().enumerate() {
        let mut item = draft.item;
        item.id = EvidenceId(u64::try_from(place + 1).unwrap());
        item.about = about(&item, draft.about, &evidence);
        evidence.push(item);
    }
    evidence
}

fn about(item: &Evidence, choice: usize, before: &[Evidence]) -> Option<EvidenceId> {
    let such: Vec<&Evidence> = match item.kind {
        Kind::AuditAnswer | Kind::Decision | Kind::FalseStatement => {
            before.iter().filter(|other| other.kind == Kind::Declaration).collect()
        }
        Kind::Withdrawal | Kind::Superseding => before.iter().collect(),
        Kind::Ending | Kind::Appeal => before.iter().filter(|other| other.kind != Kind::CheckIn).collect(),
        Kind::Release if item.attributes.is_empty() => {
            before.iter().filter(|other| other.kind != Kind::CheckIn).collect()
        }
        _ => Vec::new(),
    };
    such.get(choice.checked_rem(such.len())?).map(|other| other.id)
}

/// Each source speaks every few hours until the story's end, except in its outages.
fn heartbeats(policies: &[Arc<Policy>], zone: &Zone, outages: &[[u8; 3]]) -> Vec<Heartbeat> {
    let mut heartbeats: Vec<Heartbeat> = Vec::new();
    let names: Vec<Arc<str>> = policies
        .iter()
        .flat_map(|policy| policy.sources.iter().map(|source| Arc::clone(&source.name)))
        .collect();
    for (place, source) in names.iter().enumerate() {
        if names[..place].contains(source) {
            continue;
        }
        for hours in (-72..i64::from(DAYS + 9) * 24).step_by(5) {
            let at = instant(zone, 0, hours * 60);
            if !outages.iter().any(|outage| silent(place, hours, outage)) {
                let heartbeat = Heartbeat {
                    source: Arc::clone(source),
                    recorded_at: at,
                    complete_up_to: at - Span::from_minutes(20),
                };
                heartbeats.push(heartbeat);
            }
        }
    }
    heartbeats
}

fn silent(source: usize, hours: i64, outage: &[u8; 3]) -> bool {
    let [which, day, length] = outage.map(i64::from);
    let from = day % 45 * 24;
    usize::try_from(which % 2).unwrap() == source % 2 && hours >= from && hours < from + 6 + length % 80
}
