//! Why: every live reason in sentences, what ends it, how fresh each source is, and an appeal beside each.

use super::{
    Own,
    words::{Words, standing_of, then},
};
use crate::{
    app::App,
    web::{
        Shown, Visitor, show_and_keep,
        view::{
            look::Look,
            page::Link,
            resident::{ReasonCard, Why},
        },
    },
};
use axum::extract::{Path, State};
use kangma_core::{
    PersonId, Standing, Verdict,
    explain::{ResidentItem, ResidentReason},
};
use kangma_service::explain::AsOf;

pub(super) async fn why(State(app): State<App>, visitor: Visitor, Path(person): Path<PersonId>) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let explanation = app.service.explain(&own.actor, person, AsOf::default()).await?;
    let verdict = app.service.verdict(&own.actor, person).await?;
    let words = Words::new(&app, &visitor);
    let (t, clock, base) = (visitor.t, visitor.clockface(), own.base.clone());
    let desk = Desk { visitor: &visitor, words: &words, own: &own };
    let reference = &verdict.policy;
    let title = words.texts().sentence("policy.title").map_or_else(|| reference.name.to_string(), Into::into);
    let view = Why {
        page: own.page(&visitor, t.s("why-title")),
        holder: own.holder(&visitor),
        back: Link::to(base.clone(), t.s("back")),
        look: Look::of(t, explanation.standing),
        lead: lead(&visitor, &verdict, &words),
        reasons: explanation.reasons.iter().map(|reason| desk.card(reason)).collect(),
        sources: words.sources(&verdict.as_of, &clock),
        policy: t.a2("policy-line", ("name", &title), ("version", &reference.version)),
        links: vec![
            Link::to(format!("{base}/why-not"), t.s("why-not")),
            Link::to(format!("{base}/correct"), t.s("correct-title")),
            Link::to(format!("{base}/appeals"), t.s("appeals-own")),
            Link::to(format!("{base}/statement"), t.s("statement-title")),
            Link::to("/help", t.s("help-title")),
        ],
    };
    show_and_keep(&view)
}

struct Desk<'a> {
    visitor: &'a Visitor,
    words: &'a Words,
    own: &'a Own,
}

impl Desk<'_> {
    fn card(&self, reason: &ResidentReason) -> ReasonCard {
        let (t, clock) = (self.visitor.t, self.visitor.clockface());
        ReasonCard {
            look: standing_of(&reason.effect).map(|standing| Look::of(t, standing)),
            rule: self.words.rule_name(&reason.rule),
            evidence: self.evidence(reason),
            since: clock.day(reason.since),
            ends: self.words.progress(&reason.progress, &clock),
            expected_end: reason.expected_end.map(|day| clock.day(day)),
            then: then(t, reason.then.as_ref()),
            ceiling: reason.ceiling.map(|day| t.a("ceiling", "day", clock.day(day).text)),
            remedy: self.words.remedy(&reason.rule),
            appeal: format!("{}/appeal/{}", self.own.base, reason.rule),
        }
    }

    /// The rule's sentence, what it rests on (kinds and days), and when that was told if it was not at once.
    fn evidence(&self, reason: &ResidentReason) -> Vec<String> {
        let (t, clock) = (self.visitor.t, self.visitor.clockface());
        let items: Vec<String> = reason.evidence.iter().map(|item| self.item(item)).collect();
        let rests = (!items.is_empty()).then(|| t.a("rests-on", "items", items.join(&t.s("list-comma"))));
        let later = reason.told != reason.since;
        let told = later.then(|| t.a("told-on", "day", clock.day(reason.told).text));
        let sentence = self.words.resident(&reason.rule);
        [Some(sentence), rests, told].into_iter().flatten().collect()
    }

    fn item(&self, item: &ResidentItem) -> String {
        let (t, clock) = (self.visitor.t, self.visitor.clockface());
        let kind = self.words.texts().sentence(&format!("evidence.{}", item.kind)).map(ToOwned::to_owned);
        let kind = kind.unwrap_or_else(|| item.kind.to_string().replace('-', " "));
        t.a2("evidence-line", ("kind", &kind), ("day", &clock.day(item.day).text))
    }
}

/// What the standing means, in a sentence, before the reasons.
fn lead(visitor: &Visitor, verdict: &Verdict, words: &Words) -> String {
    let (t, clock) = (visitor.t, visitor.clockface());
    match verdict.standing {
        Standing::Red | Standing::Yellow => t.s("why-lead-colour"),
        Standing::UnderReview => {
            let review = verdict.declaration.as_ref().and_then(|declared| declared.review.as_ref());
            let waiting = review.map(|review| {
                let names: Vec<String> = review.waiting_for.iter().map(|one| words.source(one)).collect();
                (names.join(&t.s("list-comma")), clock.end(review.deadline).text)
            });
            match waiting {
                Some((names, deadline)) if !names.is_empty() => {
                    t.a2("why-lead-waiting", ("sources", &names), ("time", &deadline))
                }
                Some((_, deadline)) => t.a("why-lead-officer", "time", deadline),
                None => t.s("why-lead-under-review"),
            }
        }
        Standing::Unknown => {
            let stale: Vec<String> = verdict
                .as_of
                .iter()
                .filter(|state| state.stale)
                .map(|state| words.source(&state.source))
                .collect();
            if stale.is_empty() {
                t.s("why-lead-unknown")
            } else {
                t.a("why-lead-stale", "sources", stale.join(&t.s("list-comma")))
            }
        }
        standing => t.s(&format!("why-lead-{standing}")),
    }
}
