//! An act that is looked at before it is carried out: who gains and who loses a colour. What is carried out is what was
//! shown; if it would do something else by now, that is shown first.

use super::desk;
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor,
        sheets::cases,
        show,
        view::{
            form::{Field, Form},
            look::Look,
            page::Link,
            part::{Cell, Fact, Notice, Preview},
        },
    },
};
use kangma_core::{PersonId, Standing};
use kangma_service::Change;
use kangma_store::Digest;
use std::collections::BTreeMap;

/// How many of the people who change are named on the page.
const MOST_NAMED: usize = 100;
const STEP: &str = "step";
const SEEN: &str = "seen";

/// An act that waits to be carried out.
pub(super) struct Waiting<'a> {
    pub app: &'a App,
    pub visitor: &'a Visitor,
    pub posted: &'a Posted,
    /// What is about to be done.
    pub title: String,
    pub facts: Vec<Fact>,
    /// Where it is handed in.
    pub action: String,
    /// Where one came from.
    pub back: String,
    /// Who becomes known only by this act.
    pub newcomer: String,
}

impl Waiting<'_> {
    /// Whether the officer saw exactly these changes and wants them.
    pub fn is_agreed(&self, changes: &[Change]) -> bool {
        self.posted.one(STEP) == "carry-out" && self.posted.one(SEEN) == digest(changes)
    }

    /// The page that shows them.
    pub async fn show(self, changes: &[Change]) -> Shown {
        let persons = changes.iter().take(MOST_NAMED).map(|change| change.person).collect();
        let names = self.app.service.masked_names(desk::staff(self.visitor)?, persons).await?;
        let t = self.visitor.t;
        let mut people =
            desk::table(self.visitor, "preview-people", &["name", "before", "after"], "preview-none");
        people.rows = changes.iter().take(MOST_NAMED).map(|change| self.row(change, &names)).collect();
        let more = changes.len().saturating_sub(MOST_NAMED);
        if more > 0 {
            people.rows.push(vec![
                t.n("people-more", more).into(),
                Cell::Text(String::new()),
                Cell::Text(String::new()),
            ]);
        }
        let preview = Preview {
            t,
            changes: counted(changes)
                .into_iter()
                .map(|((before, after), count)| (Look::of(t, before), Look::of(t, after), count))
                .collect(),
            unchanged: 0,
            people,
            confirm: self.confirm(digest(changes)),
        };
        let outdated = self.posted.one(STEP) == "carry-out";
        let page = desk::page(self.visitor, self.title);
        let sheet = cases::preview(page, self.facts, preview, &self.back);
        if outdated {
            let text = vec![t.s("preview-outdated-text")];
            let notice = Notice { heading: t.s("preview-outdated"), text, links: Vec::new() };
            return show(&sheet.with(notice));
        }
        show(&sheet)
    }

    fn row(&self, change: &Change, names: &BTreeMap<PersonId, String>) -> Vec<Cell> {
        let t = self.visitor.t;
        let name = match names.get(&change.person) {
            Some(name) => Cell::Link(Link::to(format!("/authority/people/{}", change.person), name.clone())),
            None if self.newcomer.is_empty() => t.s("person-out-of-reach").into(),
            None => self.newcomer.clone().into(),
        };
        vec![name, Look::of(t, change.before).into(), Look::of(t, change.after).into()]
    }

    /// Everything that was handed in, again, with what was seen.
    fn confirm(&self, seen: String) -> Form {
        let t = self.visitor.t;
        let mut form = Form::post(t, &self.visitor.csrf, self.action.clone(), t.s("preview-carry-out"))
            .weighty()
            .cancel(Link::to(self.back.clone(), t.s("cancel")));
        let own = [STEP, SEEN, "csrf"];
        let given = self.posted.fields().iter().filter(|(name, _)| !own.contains(&name.as_str()));
        form.fields = given.map(|(name, value)| Field::hidden(t, name.clone(), value.clone())).collect();
        form.with(Field::hidden(t, STEP, "carry-out")).with(Field::hidden(t, SEEN, seen))
    }
}

fn counted(changes: &[Change]) -> BTreeMap<(Standing, Standing), u32> {
    let mut counts = BTreeMap::new();
    for change in changes {
        *counts.entry((change.before, change.after)).or_insert(0) += 1;
    }
    counts
}

/// What was seen, in short. Somebody who becomes known only by the act has another number each time: what counts is
/// how many change, and how.
fn digest(changes: &[Change]) -> String {
    let mut text = String::new();
    for ((before, after), count) in counted(changes) {
        text.push_str(&format!("{before}>{after}:{count};"));
    }
    Digest::of(text.as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(person: u64, before: Standing, after: Standing) -> Change {
        Change { person: PersonId(person), before, after }
    }

    #[test]
    fn what_was_seen_is_told_from_what_would_happen_now() {
        let seen = [change(1, Standing::Green, Standing::Red), change(2, Standing::Green, Standing::Yellow)];
        assert_eq!(digest(&seen), digest(&[seen[1].clone(), seen[0].clone()]));
        assert_ne!(digest(&seen), digest(&seen[..1]));
        assert_ne!(digest(&seen[..1]), digest(&[change(1, Standing::Yellow, Standing::Red)]));
    }
}
