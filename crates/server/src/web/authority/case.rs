//! A case's page: its infectious window above its visits, its contacts ranked, its timeline.

use super::{
    cases::{short, status},
    desk,
};
use crate::{
    app::App,
    web::{
        Shown, Visitor,
        sheets::cases,
        show,
        texts::grouped,
        view::{
            look::Look,
            page::Link,
            part::{Cell, Entry, Fact, Table, Timeline},
            plot::{Bar, WindowPlot},
        },
    },
};
use axum::extract::{Path, Query, State};
use kangma_core::{CaseId, Evidence, PersonId, Span, Time, Window};
use kangma_service::{
    case_file::{CaseFile, CaseVisit},
    cases::ContactRow,
};
use serde::Deserialize;

/// How many contacts are shown at once: the closest first.
const MOST_CONTACTS: usize = 100;
/// About so many day labels fit under the plot.
const MOST_LABELS: i32 = 10;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    from: usize,
}

pub(super) async fn case(
    State(app): State<App>,
    visitor: Visitor,
    Path(case): Path<CaseId>,
    Query(asked): Query<Asked>,
) -> Shown {
    let actor = desk::staff(&visitor)?;
    let file = app.service.case_file(actor, case, asked.from, MOST_CONTACTS).await?;
    let t = visitor.t;
    let page = desk::page(&visitor, format!("{} {}", t.s("case"), short(case)));
    let count = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    show(&cases::case(
        page,
        cases::Case {
            id: case.to_string(),
            facts: facts(&visitor, &file),
            window: window(&visitor, &file),
            contacts: contacts(&visitor, case, &file, asked.from),
            timeline: timeline(&visitor, &file),
            job: file.job.as_ref().map(|job| (count(job.done), count(job.total))),
            open: file.view.row.state == "open",
        },
    ))
}

fn facts(visitor: &Visitor, file: &CaseFile) -> Vec<Fact> {
    let (t, clock, row) = (visitor.t, visitor.clockface(), &file.view.row);
    let person = Link::to(format!("/authority/people/{}", row.person), file.name.clone());
    let mut facts = vec![
        Fact::new(t.s("name"), person),
        Fact::new(t.s("document-number"), file.masked_document.clone()),
        Fact::new(t.s("case-status"), status(visitor, row)),
        Fact::new(t.s("district"), row.district.clone()),
        Fact::new(t.s("reported-at"), clock.moment(row.reported_at)),
    ];
    if !file.phone.is_empty() {
        facts.push(Fact::new(t.s("phone"), call(&file.phone)));
    }
    facts.extend(row.onset.map(|onset| Fact::new(t.s("case-onset"), clock.date_of(onset))));
    facts.extend(row.sampled.map(|sampled| Fact::new(t.s("case-sampled"), clock.moment(sampled))));
    facts
}

fn call(phone: &str) -> Cell {
    Cell::Link(Link::to(format!("tel:{phone}"), phone))
}

fn contacts(visitor: &Visitor, case: CaseId, file: &CaseFile, from: usize) -> Table {
    let heads = [
        "name",
        "contact-degree",
        "contact-minutes",
        "contact-day",
        "point-kind",
        "standing",
        "phone",
        "called",
        "acts",
    ];
    let mut table = desk::table(visitor, "contacts", &heads, "contacts-none");
    table.rows = file.view.contacts.iter().map(|row| contact(visitor, case, file, row)).collect();
    let next = from + file.view.contacts.len();
    table.next = (next < file.contacts).then(|| format!("/authority/cases/{case}?from={next}"));
    table
}

fn contact(visitor: &Visitor, case: CaseId, file: &CaseFile, row: &ContactRow) -> Vec<Cell> {
    let (t, clock) = (visitor.t, visitor.clockface());
    let degree = desk::word(visitor, "degree", &row.degree);
    let degree = if row.chain > 1 { format!("{degree} ({})", t.s("degree-second")) } else { degree };
    let minutes = row.minutes.0.max(row.minutes.1);
    let kind = if row.point_kind.is_empty() && row.interview.is_some() {
        t.s("interview")
    } else {
        desk::word(visitor, "point-kind", &row.point_kind)
    };
    vec![
        person(row.person, &row.masked_name),
        degree.into(),
        Cell::Number(if minutes == 0 { "–".to_owned() } else { grouped(minutes) }),
        clock.date_of(row.last).into(),
        kind.into(),
        Look::of(t, row.standing).into(),
        file.phones.get(&row.person).map_or(Cell::Text("–".into()), |phone| call(phone)),
        called(visitor, case, row),
        taken_back(visitor, case, row),
    ]
}

fn person(person: PersonId, name: &str) -> Cell {
    Cell::Link(Link::to(format!("/authority/people/{person}"), name))
}

/// One person is called once, whatever the number of cases.
fn called(visitor: &Visitor, case: CaseId, row: &ContactRow) -> Cell {
    row.called_at.map_or_else(
        || Cell::Act {
            action: format!("/authority/cases/{case}/called/{}", row.person),
            csrf: visitor.csrf.clone(),
            label: visitor.t.s("contact-called"),
        },
        |at| visitor.clockface().moment(at).into(),
    )
}

/// Somebody else was meant: only what an interview named is taken back by hand.
fn taken_back(visitor: &Visitor, case: CaseId, row: &ContactRow) -> Cell {
    row.interview.map_or(Cell::Text(String::new()), |contact| Cell::Act {
        action: format!("/authority/cases/{case}/contacts/{contact}/withdraw"),
        csrf: visitor.csrf.clone(),
        label: visitor.t.s("contact-withdraw"),
    })
}

fn timeline(visitor: &Visitor, file: &CaseFile) -> Timeline {
    let (t, clock) = (visitor.t, visitor.clockface());
    let said = file.said.iter().map(|item| (item.recorded_at, said(visitor, file, item)));
    let acts = file.acts.iter().map(|record| {
        let reason = record.reason.as_ref().map(|reason| reason.0.clone()).filter(|text| !text.is_empty());
        let entry = Entry {
            when: clock.moment(record.at),
            title: desk::word(visitor, "act", &record.act),
            text: [Some(desk::actor(visitor, &record.actor)), reason]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(": "),
            ..Entry::default()
        };
        (record.at, entry)
    });
    let mut entries: Vec<(Time, Entry)> = said.chain(acts).collect();
    entries.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let entries = entries.into_iter().map(|(_, entry)| entry).collect();
    Timeline { t, heading: t.s("timeline"), entries }
}

fn said(visitor: &Visitor, file: &CaseFile, item: &Evidence) -> Entry {
    let (t, clock) = (visitor.t, visitor.clockface());
    let status = item.attributes.text("status").unwrap_or_default();
    let date = |name| item.attributes.time(name).map(|time| clock.date_of(time).text);
    let onset = date("onset").map(|day| format!("{} {day}", t.s("case-onset")));
    let sampled = date("sampled").map(|day| format!("{} {day}", t.s("case-sampled")));
    Entry {
        when: clock.moment(item.recorded_at),
        title: desk::word(visitor, "case", status),
        text: [onset, sampled].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        withdrawn: !file.standing.contains(&item.id),
        ..Entry::default()
    }
}

/// The plot runs from a day before the window to a day after it, but not beyond tomorrow.
fn window(visitor: &Visitor, file: &CaseFile) -> Option<WindowPlot> {
    let infectious = file.view.infectious?;
    let (t, clock, zone) = (visitor.t, visitor.clockface(), &visitor.zone);
    let first = zone.day(infectious.from).plus(-1);
    let last = zone.day(infectious.until.min(visitor.now + Span::from_24_hours(1))).plus(2);
    let whole = Window::new(zone.midnight(first), zone.midnight(last))?;
    let label = t.a2(
        "infectious-window",
        ("from", &clock.date_of(infectious.from).text),
        ("until", &clock.date_of(infectious.until).text),
    );
    let bar = Bar {
        label: label.clone(),
        from_percent: percent(&whole, infectious.from),
        until_percent: percent(&whole, infectious.until),
        title: label,
    };
    let days = last.since(first).max(1);
    let step = (days / MOST_LABELS).max(1);
    let labels = (0..days).filter(|n| n % step == 0).map(|n| {
        let day = first.plus(n);
        (percent(&whole, zone.midnight(day)), day.date().strftime("%-m/%-d").to_string())
    });
    Some(WindowPlot {
        t,
        caption: t.s("window-caption"),
        window: bar,
        visits: file.visits.iter().map(|visit| visited(visitor, &whole, visit)).collect(),
        days: labels.collect(),
    })
}

fn visited(visitor: &Visitor, whole: &Window, visit: &CaseVisit) -> Bar {
    let at = percent(whole, visit.at);
    let direction = visitor.t.s(&format!("direction-{}", visit.direction));
    let when = visitor.clockface().moment(visit.at).text;
    Bar {
        label: visit.point.clone(),
        from_percent: at,
        until_percent: at + 1,
        title: format!("{} · {direction} · {when}", visit.point),
    }
}

fn percent(whole: &Window, at: Time) -> u32 {
    let gone = (at.max(whole.from).min(whole.until) - whole.from).0;
    let part = gone.saturating_mul(100) / whole.length().0.max(1);
    u32::try_from(part).unwrap_or(0).min(100)
}
