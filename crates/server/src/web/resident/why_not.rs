//! Why a colour that somebody expects did not come about, in words that give nobody away.

use super::{Own, own, words::Words};
use crate::{
    app::App,
    web::{
        Shown, Visitor, show,
        view::{form::Choice, look::Look, page::Link, part::Fact, sheet::Part},
    },
};
use axum::extract::{Path, Query, State};
use kangma_core::{
    PersonId, Standing,
    explain::ResidentSource,
    why_not::{ResidentRule, ResidentWhyNotBecause as Because},
};
use kangma_service::explain::AsOf;
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Asked {
    colour: Option<String>,
}

pub(super) async fn why_not(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
    Query(asked): Query<Asked>,
) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let words = Words::new(&app, &visitor);
    let t = visitor.t;
    let now = app.service.verdict(&own.actor, person).await?.standing;
    let colours: Vec<Standing> =
        [Standing::Red, Standing::Yellow, Standing::Green].into_iter().filter(|one| *one != now).collect();
    let wanted = asked.colour.and_then(|colour| colour.parse().ok()).filter(|one| colours.contains(one));
    let expected = wanted.or_else(|| colours.first().copied()).unwrap_or(Standing::Red);
    let answer = app.service.why_not(&own.actor, person, expected, AsOf::default()).await?;
    let choice = |colour: &Standing| {
        let mut choice = Choice::new(colour.as_str(), Look::of(t, *colour).word());
        choice.chosen = *colour == expected;
        choice
    };
    let choices = colours.iter().map(choice).collect();
    let mut findings: Vec<own::Finding> =
        answer.rules.iter().map(|rule| finding(&visitor, &words, rule)).collect();
    if expected == Standing::Green {
        findings.insert(0, green(&visitor, now));
    }
    let sources = answer.sources.iter().map(|source| line(&visitor, &words, source)).collect();
    let page = own.page(&visitor, t.s("why-not-title"));
    let action = format!("{}/why-not", own.base);
    let beside = vec![Link::to("/family", t.s("compare-beside"))];
    let sheet = own::why_not(page, choices, &action, findings, sources, &own.base);
    show(&sheet.with(Part::Links(beside)))
}

/// Green is no rule's effect: it is what is left when nothing else holds.
fn green(visitor: &Visitor, now: Standing) -> own::Finding {
    let t = visitor.t;
    own::Finding {
        heading: t.a("why-not-green", "now", Look::of(t, now).word()),
        text: t.s("why-not-green-text"),
        nothing: false,
    }
}

/// What came of one rule, in words.
pub(super) fn finding(visitor: &Visitor, words: &Words, rule: &ResidentRule) -> own::Finding {
    let (t, clock) = (visitor.t, visitor.clockface());
    let because = match &rule.because {
        Because::Live => t.s("because-live"),
        Because::NothingKnown => t.s("because-nothing"),
        Because::Exempt { day, .. } => t.a("because-exempt", "day", clock.day(*day).text),
        Because::Released { day } => t.a("because-released", "day", clock.day(*day).text),
        Because::TooLongAgo => t.s("because-too-long-ago"),
        Because::Ended { day } => t.a("because-ended", "day", clock.day(*day).text),
    };
    let heard: Vec<String> = rule.sources.iter().map(|source| said(visitor, words, source)).collect();
    let text = if heard.is_empty() {
        because
    } else {
        t.a2("because-heard", ("because", &because), ("heard", &heard.join(&t.s("list-comma"))))
    };
    let nothing = matches!(rule.because, Because::NothingKnown);
    own::Finding { heading: words.rule_name(&rule.rule), text, nothing }
}

fn said(visitor: &Visitor, words: &Words, source: &ResidentSource) -> String {
    let as_of = as_of(visitor, source);
    visitor.t.a2("source-line", ("name", &words.source(&source.source)), ("as-of", &as_of))
}

fn as_of(visitor: &Visitor, source: &ResidentSource) -> String {
    let (t, clock) = (visitor.t, visitor.clockface());
    source
        .complete_up_to
        .map_or_else(|| t.s("source-never"), |day| t.a("source-as-of", "time", clock.day(day).text))
}

fn line(visitor: &Visitor, words: &Words, source: &ResidentSource) -> Fact {
    let stale = if source.stale { format!("{} ", visitor.t.s("source-stale")) } else { String::new() };
    Fact::new(words.source(&source.source), format!("{stale}{}", as_of(visitor, source)))
}
