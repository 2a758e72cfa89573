//! What came of a policy on generated epidemics, for somebody who has to decide tonight.

use super::sweep;
use crate::{
    app::App,
    chart::{NARROW, WIDE, Words, frontier, svg},
    web::{
        Visitor,
        authority::desk,
        texts::grouped,
        view::{
            part::{Cell, Fact, Facts, Figure, Table},
            sheet::{Part, Picture, Sheet},
        },
    },
};
use kangma_service::dry_run_policy::{
    Tried,
    epidemic::{Counts, Outcome, Spread, figure},
};

pub(super) fn told(app: &App, visitor: &Visitor, page: Sheet, found: &Tried) -> Sheet {
    let t = visitor.t;
    let both = [&found.today, &found.tried];
    let figures = [
        ("epidemic-averted", both.map(|outcome| outcome.averted.mean)),
        ("epidemic-isolation", both.map(|outcome| outcome.isolation_days.mean)),
        ("epidemic-told", both.map(|outcome| mean(outcome, |it| Some(figure(it.told))))),
    ];
    let figures = figures.map(|(id, [before, after])| Figure {
        value: format!("{} → {}", grouped(before), grouped(after)),
        name: t.s(id),
        href: None,
        look: None,
    });
    let without = mean(&found.today, |it| Some(figure(it.infected_without)));
    let facts = vec![
        Fact::new(t.s("policy"), format!("{} {}", found.reference.name, found.reference.version)),
        Fact::new(t.s("epidemic-people"), grouped(found.people)),
        Fact::new(t.s("epidemic-days"), found.days.to_string()),
        Fact::new(t.s("epidemic-seeds"), found.today.seeds.len().to_string()),
        Fact::new(t.s("epidemic-without"), grouped(without)),
    ];
    let number = found.place.as_ref().map(|place| sweep::name(app, visitor, place));
    let lead = match &number {
        Some(number) => t.a("epidemic-frontier-lead", "number", number),
        None => t.s("epidemic-frontier-alone"),
    };
    page.lead(t.s("epidemic-lead"))
        .with(figures.to_vec())
        .with(Facts { facts })
        .with(Part::Heading(t.s("epidemic-beside")))
        .with(beside(visitor, both))
        .with(Part::Heading(t.s("epidemic-frontier")))
        .with(Part::Text(lead))
        .with(Part::Picture(picture(visitor, found)))
        .with(points(visitor, found, number))
        .with(Part::Heading(t.s("epidemic-limits")))
        .with(Part::Text(t.s("epidemic-limits-text")))
}

/// Everything that is counted, today's beside the tried one.
fn beside(visitor: &Visitor, both: [&Outcome; 2]) -> Table {
    let heads = ["epidemic-count", "epidemic-today", "epidemic-tried"];
    let mut table = desk::table(visitor, "epidemic-beside", &heads, "dry-run-none");
    let row = |id: &str, cell: &dyn Fn(&Outcome) -> String| {
        let [today, tried] = both.map(|outcome| Cell::Number(cell(outcome)));
        vec![visitor.t.s(id).into(), today, tried]
    };
    let some = |figure: Option<f64>| figure.map_or("–".to_owned(), |figure| format!("{figure:.1}"));
    let percent =
        |share: Option<f64>| share.map_or("–".to_owned(), |share| format!("{:.1} %", share * 100.0));
    table.rows = vec![
        row("epidemic-averted", &|it| spread(&it.averted)),
        row("epidemic-isolation", &|it| spread(&it.isolation_days)),
        row("epidemic-isolation-well", &|it| {
            grouped(mean(it, |counts| Some(figure(counts.isolation_days_of_well))))
        }),
        row("epidemic-told", &|it| grouped(mean(it, |counts| Some(figure(counts.told))))),
        row("epidemic-told-each", &|it| some(it.mean(|counts| counts.told_per_averted))),
        row("epidemic-precision", &|it| percent(it.mean(|counts| counts.precision))),
        row("epidemic-recall", &|it| percent(it.mean(|counts| counts.recall))),
        row("epidemic-delay", &|it| some(it.mean(|counts| counts.days_to_told))),
    ];
    table
}

/// The dots of the picture, for whoever cannot see it.
fn points(visitor: &Visitor, found: &Tried, number: Option<String>) -> Table {
    let heads = ["epidemic-policy", "epidemic-value", "epidemic-isolation", "epidemic-averted"];
    let mut table = desk::table(visitor, "epidemic-frontier", &heads, "dry-run-none");
    if let Some(number) = number {
        table.heads[1] = number;
    }
    let named = [(&found.today, "epidemic-today"), (&found.tried, "epidemic-tried")];
    let swept = found.swept.iter().map(|outcome| (outcome, "epidemic-swept"));
    let row = |(outcome, id): (&Outcome, &str)| {
        vec![
            visitor.t.s(id).into(),
            outcome.value.clone().unwrap_or_else(|| visitor.t.s("epidemic-as-written")).into(),
            Cell::Number(spread(&outcome.isolation_days)),
            Cell::Number(spread(&outcome.averted)),
        ]
    };
    table.rows = named.into_iter().chain(swept).map(row).collect();
    table
}

fn picture(visitor: &Visitor, found: &Tried) -> Picture {
    let t = visitor.t;
    let words = Words {
        title: t.s("epidemic-frontier"),
        across: t.s("epidemic-across"),
        up: t.s("epidemic-up"),
        spread: t.n("epidemic-bars", u32::try_from(found.today.seeds.len()).unwrap_or(u32::MAX)),
    };
    let named = |outcome: &Outcome, id: &str| Outcome { policy: t.s(id), ..outcome.clone() };
    let mut dots: Vec<Outcome> = found.swept.iter().map(|outcome| named(outcome, "epidemic-swept")).collect();
    dots.extend([named(&found.today, "epidemic-today"), named(&found.tried, "epidemic-tried")]);
    let drawn = |size| svg(&frontier(&dots, &words, size), size, &t.s("epidemic-alt"));
    Picture { caption: t.s("epidemic-frontier"), wide: drawn(WIDE), narrow: drawn(NARROW) }
}

fn mean(outcome: &Outcome, counted: impl Fn(&Counts) -> Option<f64>) -> f64 {
    outcome.mean(counted).unwrap_or_default()
}

/// The mean, and how far seeds lie from it.
fn spread(spread: &Spread) -> String {
    format!("{} ± {}", grouped(spread.mean), grouped(spread.deviation))
}
