//! One person's file: what is known, what follows from it and why, as known then and in force then.

use super::desk;
use crate::{
    app::App,
    web::{
        Shown, Visitor,
        sheets::people,
        show,
        view::{
            look::Look,
            page::Link,
            part::{Cell, Entry, Fact, Table, Timeline},
        },
    },
};
use axum::extract::{Path, Query, State};
use kangma_core::{
    Evidence, EvidenceId, Kind, Origin, PersonId, Standing, Time,
    explain::Explained,
    verdict::{Colour, Effect, Verdict},
};
use kangma_service::{
    explain::{AsOf, File},
    persons::Profile,
};
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Times {
    #[serde(default)]
    known_at: String,
    #[serde(default)]
    effective_at: String,
}

impl Times {
    /// As known and as effective when; a time that cannot be read is the present one.
    fn as_of(&self, visitor: &Visitor) -> AsOf {
        let read = |text: &str| desk::read_moment(visitor, text, "known-at").ok();
        AsOf { known_at: read(&self.known_at), effective_at: read(&self.effective_at) }
    }
}

pub(super) async fn person(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
    Query(times): Query<Times>,
) -> Shown {
    let actor = desk::staff(&visitor)?;
    let as_of = times.as_of(&visitor);
    let profile = app.service.profile(actor, person).await?;
    let file = app.service.file(actor, person, as_of).await?;
    let t = visitor.t;
    let title = if profile.name.is_empty() { t.s("name-unknown") } else { profile.name.clone() };
    show(&people::person(
        desk::page(&visitor, title),
        people::Person {
            id: person.to_string(),
            facts: facts(&app, &visitor, &profile, &file.explanation.verdict),
            reasons: reasons(&app, &visitor, &file),
            verdicts: verdicts(&app, &visitor, &file),
            evidence: evidence(&app, &visitor, &file),
            known_at: times.known_at,
            effective_at: times.effective_at,
        },
    ))
}

fn facts(app: &App, visitor: &Visitor, profile: &Profile, verdict: &Verdict) -> Vec<Fact> {
    let (t, clock) = (visitor.t, visitor.clockface());
    let mut facts = vec![
        Fact::new(t.s("standing"), Look::of(t, verdict.standing)),
        Fact::new(t.s("document-number"), profile.masked_document.clone()),
        Fact::new(t.s("district"), profile.district.clone()),
    ];
    if !profile.phone.is_empty() {
        let call = Link::to(format!("tel:{}", profile.phone), profile.phone.clone());
        facts.push(Fact::new(t.s("phone"), call));
    }
    facts.extend(profile.birth_date.map(|day| Fact::new(t.s("birth-date"), clock.day(day))));
    if let Some(next) = verdict.next_change {
        facts.push(Fact::new(t.s("next-change"), clock.moment(next)));
    }
    let policy = format!("{} {}", verdict.policy.name, verdict.policy.version);
    facts.push(Fact::new(t.s("policy"), policy));
    facts.extend(verdict.as_of.iter().map(|state| {
        let heard = state.complete_up_to.map_or_else(|| t.s("source-never"), |at| clock.moment(at).text);
        let heard = if state.stale { format!("{heard} ({})", t.s("stale")) } else { heard };
        Fact::new(source(app, visitor, &state.source), heard)
    }));
    facts
}

/// The name of a source.
pub(super) fn source(app: &App, visitor: &Visitor, source: &str) -> String {
    let own = desk::policy_text(app, visitor, &format!("source.{source}"));
    own.unwrap_or_else(|| desk::word(visitor, "said-by", source))
}

fn reasons(app: &App, visitor: &Visitor, file: &File) -> Table {
    let heads = ["rule", "effect", "stage", "since", "evidence", "progress", "ends"];
    let mut table = desk::table(visitor, "reasons", &heads, "reasons-none");
    table.rows = file.explanation.reasons.iter().map(|one| reason(app, visitor, one)).collect();
    table
}

fn reason(app: &App, visitor: &Visitor, explained: &Explained) -> Vec<Cell> {
    let (t, clock, reason) = (visitor.t, visitor.clockface(), &explained.reason);
    let met = explained.conditions.iter().map(|condition| {
        let needed = match (condition.needed, condition.found) {
            (Some(needed), Some(found)) => {
                format!(" ({})", t.a2("found-of", ("found", &found), ("needed", &needed)))
            }
            _ => String::new(),
        };
        let items: Vec<String> = condition.items.iter().map(|item| number(item.id)).collect();
        format!("{}{needed}: {}", desk::condition(visitor, &condition.text), items.join(", "))
    });
    let met: Vec<String> = met.collect();
    let stage = format!("{} / {}", reason.stage + 1, reason.stages);
    vec![
        desk::rule(app, visitor, &reason.rule).into(),
        effect(visitor, &reason.effect),
        stage.into(),
        clock.moment(reason.triggered_at).into(),
        met.join("; ").into(),
        super::progress::text(visitor, &reason.progress).into(),
        reason.expected_end.map_or(Cell::Text(t.s("ends-open")), |end| clock.date_of(end).into()),
    ]
}

fn effect(visitor: &Visitor, effect: &Effect) -> Cell {
    let standing = match effect {
        Effect::Colour(Colour::Red) => Standing::Red,
        Effect::Colour(Colour::Yellow) => Standing::Yellow,
        Effect::Colour(Colour::Green) => Standing::Green,
        Effect::Standing(standing) => *standing,
        Effect::Tag(tag) => return tag.to_string().into(),
    };
    Look::of(visitor.t, standing).into()
}

/// How evidence is called in lists.
pub(super) fn number(id: EvidenceId) -> String {
    format!("E-{:x}", id.0)
}

/// What showed at each recording, newest first: the verdict of then, as it was known then.
fn verdicts(app: &App, visitor: &Visitor, file: &File) -> Timeline {
    const MOST: usize = 30;
    let (t, clock) = (visitor.t, visitor.clockface());
    let rules = app.service.rules();
    let times: BTreeSet<Time> = file.evidence.iter().map(|item| item.recorded_at).collect();
    let mut entries: Vec<Entry> = Vec::new();
    let mut before = None;
    for at in times.iter().skip(times.len().saturating_sub(MOST)) {
        let verdict = rules.decide(&file.evidence, *at);
        if before == Some(verdict.standing) {
            continue;
        }
        before = Some(verdict.standing);
        let why = verdict.reasons.iter().map(|reason| desk::rule(app, visitor, &reason.rule));
        let why: BTreeSet<String> = why.collect();
        entries.push(Entry {
            when: clock.moment(*at),
            look: Some(Look::of(t, verdict.standing)),
            title: why.into_iter().collect::<Vec<_>>().join("; "),
            ..Entry::default()
        });
    }
    entries.reverse();
    Timeline { t, heading: t.s("verdicts"), entries }
}

fn evidence(app: &App, visitor: &Visitor, file: &File) -> Timeline {
    let gone: BTreeSet<EvidenceId> = withdrawn(&file.evidence);
    let entry = |item: &Evidence| item_entry(app, visitor, item, gone.contains(&item.id));
    let entries = file.evidence.iter().rev().map(entry);
    Timeline { t: visitor.t, heading: visitor.t.s("evidence"), entries: entries.collect() }
}

/// What was withdrawn or superseded, by an item that itself stands.
fn withdrawn(evidence: &[Evidence]) -> BTreeSet<EvidenceId> {
    let mut gone = BTreeSet::new();
    let mut newest: Vec<&Evidence> = evidence.iter().collect();
    newest.sort_by_key(|item| std::cmp::Reverse(item.id));
    for item in newest {
        if matches!(item.kind, Kind::Withdrawal | Kind::Superseding) && !gone.contains(&item.id) {
            gone.extend(item.about);
        }
    }
    gone
}

fn item_entry(app: &App, visitor: &Visitor, item: &Evidence, withdrawn: bool) -> Entry {
    let (t, clock) = (visitor.t, visitor.clockface());
    let title = format!("{} {}", number(item.id), desk::word(visitor, "kind", item.kind.as_str()));
    let attributes = item.attributes.iter().map(|(name, value)| {
        format!("{}: {}", desk::word(visitor, "attribute", name), written(visitor, value))
    });
    let said: Vec<String> = attributes.collect();
    let time = clock.moment(item.recorded_at).text;
    let recorded = t.a2("recorded-by", ("time", &time), ("source", &source(app, visitor, &item.source)));
    let about = item.about.map(|about| t.a("about-item", "item", number(about)));
    let text = [Some(said.join(" · ")).filter(|text| !text.is_empty()), about, Some(recorded)];
    Entry {
        when: clock.moment(item.happened_at),
        title,
        text: text.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        withdrawn,
        links: item.origin.and_then(|origin| link(visitor, origin)).into_iter().collect(),
        ..Entry::default()
    }
}

/// The value of an attribute, times in the policy's zone.
pub(super) fn written(visitor: &Visitor, value: &kangma_core::Value) -> String {
    match value {
        kangma_core::Value::Time(time) => visitor.clockface().moment(*time).text,
        kangma_core::Value::Day(day) => visitor.clockface().day(*day).text,
        kangma_core::Value::Flag(flag) => visitor.t.s(if *flag { "yes" } else { "no" }),
        other => desk::said(visitor, &other.to_string()),
    }
}

fn link(visitor: &Visitor, origin: Origin) -> Option<Link> {
    match origin {
        Origin::Case(case) => Some(Link::to(format!("/authority/cases/{case}"), super::cases::short(case))),
        Origin::Area(_) => Some(Link::to("/authority/areas", visitor.t.s("areas"))),
        Origin::Site(_) => Some(Link::to("/authority/sites", visitor.t.s("sites"))),
        Origin::Evidence(_) => None,
    }
}
