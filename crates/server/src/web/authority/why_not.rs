//! Why another standing did not come about: which rule, which threshold, by how much.

use super::{desk, person};
use crate::{
    app::App,
    web::{
        Shown, Visitor,
        sheets::people,
        show,
        view::{
            form::Choice,
            look::Look,
            part::{Cell, Fact},
        },
    },
};
use axum::extract::{Path, Query, State};
use kangma_core::{
    PersonId, Standing,
    why_not::{Because, ConditionMiss, Nearest, RuleWhyNot},
};
use kangma_service::explain::AsOf;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    colour: String,
}

pub(super) async fn why_not(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
    Query(asked): Query<Asked>,
) -> Shown {
    let actor = desk::staff(&visitor)?;
    let t = visitor.t;
    let standing = asked.colour.parse().unwrap_or(Standing::Red);
    let answer = app.service.why_not_whole(actor, person, standing, AsOf::default()).await?;
    let heads = ["rule", "what-came-of-it", "how-near"];
    let mut table = desk::table(&visitor, "why-not", &heads, "why-not-none");
    table.rows = answer.rules.iter().map(|rule| row(&app, &visitor, rule)).collect();
    let sources = answer.verdict.as_of.iter().map(|state| {
        let heard = state
            .complete_up_to
            .map_or_else(|| t.s("source-never"), |at| visitor.clockface().moment(at).text);
        let heard = if state.stale { format!("{heard} ({})", t.s("stale")) } else { heard };
        Fact::new(person::source(&app, &visitor, &state.source), heard)
    });
    let page = desk::page(&visitor, t.s("why-not"));
    show(&people::why_not(page, &person.to_string(), colours(&visitor, standing), table, sources.collect()))
}

fn colours(visitor: &Visitor, chosen: Standing) -> Vec<Choice> {
    let choice = |standing: &Standing| {
        let mut choice = Choice::new(standing.as_str(), Look::of(visitor.t, *standing).word());
        choice.chosen = *standing == chosen;
        choice
    };
    [Standing::Red, Standing::Yellow].iter().map(choice).collect()
}

fn row(app: &App, visitor: &Visitor, rule: &RuleWhyNot) -> Vec<Cell> {
    let (t, clock) = (visitor.t, visitor.clockface());
    let (what, near) = match &rule.because {
        Because::Live(_) => (t.s("why-not-live"), String::new()),
        Because::NotMet(not_met) => {
            let mut near: Vec<String> =
                not_met.conditions.iter().map(|one| condition(visitor, one)).collect();
            if let Some(quantity) = not_met.quantity {
                near.push(t.a2("found-of", ("found", &quantity.found), ("needed", &quantity.needed)));
            }
            if not_met.age {
                near.push(t.s("why-not-age"));
            }
            (t.s("why-not-not-met"), near.join("; "))
        }
        Because::Exempt { by, at, .. } => {
            (t.a("why-not-exempt", "item", person::number(*by)), clock.moment(*at).text)
        }
        Because::Released { at, .. } => (t.s("why-not-released"), clock.moment(*at).text),
        Because::History { triggered_at, .. } => (t.s("why-not-history"), clock.moment(*triggered_at).text),
        Because::Ended { at, .. } => (t.s("why-not-ended"), clock.moment(*at).text),
    };
    vec![desk::rule(app, visitor, &rule.rule).into(), what.into(), near.into()]
}

fn condition(visitor: &Visitor, miss: &ConditionMiss) -> String {
    let (t, what) = (visitor.t, desk::condition(visitor, &miss.text));
    match (&miss.satisfied_by, &miss.nearest) {
        (Some(item), _) => {
            format!("{what}: {}", t.a("why-not-satisfied", "item", person::number(*item)))
        }
        (None, Some(nearest)) => format!("{what}: {}", nearest_text(visitor, nearest)),
        (None, None) => format!("{what}: {}", t.s("why-not-nothing")),
    }
}

/// The item that came nearest, and each test that it fails by how much.
fn nearest_text(visitor: &Visitor, nearest: &Nearest) -> String {
    let misses = nearest.misses.iter().map(|miss| {
        let found =
            miss.found.as_ref().map_or_else(|| "–".to_owned(), |value| person::written(visitor, value));
        let by = miss.by.map(|by| format!(" (Δ {by})")).unwrap_or_default();
        let needed = desk::said(visitor, &miss.needed.to_string());
        format!("{} {found} ≠ {needed}{by}", desk::word(visitor, "attribute", &miss.attribute))
    });
    let misses: Vec<String> = misses.collect();
    format!(
        "{} ({}): {}",
        person::number(nearest.item),
        visitor.clockface().moment(nearest.happened_at).text,
        misses.join(", ")
    )
}
