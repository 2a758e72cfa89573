//! What every page of the authority is made with: its frame, how times are typed, how lists go on.

use crate::{
    app::App,
    web::{
        Posted, Shown, Trouble, Visitor, sheets, show_again,
        trouble::beside_fields,
        view::{
            form::{Answers, Choice},
            page::{Page, Surface},
            part::Table,
            sheet::Sheet,
        },
    },
};
use jiff::civil::DateTime;
use kangma_core::{Day, Time};
use kangma_service::Refused;

/// How many rows a list shows at once.
pub(super) const PAGE: usize = 50;

/// The frame of a page, with its matter marked in the navigation.
pub(super) fn page(visitor: &Visitor, title: impl Into<String>) -> Page {
    let path = visitor.path.split('?').next().unwrap_or_default();
    let matter: Vec<&str> = path.split('/').take(3).collect();
    visitor.page(Surface::Authority, title).with_nav(sheets::authority_nav(visitor.t), &matter.join("/"))
}

/// A table with its headings, by their texts.
pub(super) fn table(visitor: &Visitor, caption: &str, heads: &[&str], none: &str) -> Table {
    let t = visitor.t;
    Table {
        t,
        caption: t.s(caption),
        heads: heads.iter().map(|id| t.s(id)).collect(),
        rows: Vec::new(),
        none: t.s(none),
        next: None,
    }
}

/// The form again, with what is wrong with it; another refusal is a page of its own.
pub(super) fn again(
    refused: Refused,
    posted: &Posted,
    visitor: &Visitor,
    sheet: impl FnOnce(&Answers) -> Sheet,
) -> Shown {
    let answers = beside_fields(refused, posted.answers(), visitor)?;
    show_again(&sheet(&answers))
}

/// A local date and time as a browser's field gives it, in the policy's zone.
pub(super) fn moment(posted: &Posted, visitor: &Visitor, name: &str) -> Result<Option<Time>, Refused> {
    posted.given(name).map(|text| read_moment(visitor, text, name)).transpose()
}

/// The same, from an address.
pub(super) fn read_moment(visitor: &Visitor, text: &str, name: &str) -> Result<Time, Refused> {
    let wrong = || Refused::field(name, "impossible-date");
    let local: DateTime = text.trim().parse().map_err(|_| wrong())?;
    let at = visitor.zone.tz().to_timestamp(local).map_err(|_| wrong())?;
    Ok(Time(at.as_millisecond()))
}

/// A day, as the instant at which it begins.
pub(super) fn day(posted: &Posted, visitor: &Visitor, name: &str) -> Result<Option<Time>, Refused> {
    let day: Option<Day> = posted.read(name, "impossible-date")?;
    Ok(day.map(|day| visitor.zone.midnight(day)))
}

/// A time as a browser's field takes it.
pub(super) fn typed(visitor: &Visitor, time: Time) -> String {
    let at = jiff::Timestamp::from_millisecond(time.0).unwrap_or_default();
    visitor.zone.tz().to_datetime(at).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// A list to choose from, with one chosen; the first means all.
pub(super) fn filter(visitor: &Visitor, words: &[(&str, &str)], chosen: &str) -> Vec<Choice> {
    let all = std::iter::once(Choice::new("", visitor.t.s("all")));
    let words = words.iter().map(|(word, id)| Choice::new(*word, visitor.t.s(id)));
    let mark = |mut choice: Choice| {
        choice.chosen = choice.value == chosen;
        choice
    };
    all.chain(words).map(mark).collect()
}

/// The kinds of document to choose from.
pub(super) fn documents(visitor: &Visitor) -> Vec<Choice> {
    let kind = |kind: &str| Choice::new(kind, visitor.t.s(&format!("document-{kind}")));
    ["id-card", "passport", "other"].map(kind).to_vec()
}

/// The word of the policy or the pages for something, where they have one.
pub(super) fn word(visitor: &Visitor, family: &str, word: &str) -> String {
    let id = format!("{family}-{word}");
    if visitor.t.has(&id) { visitor.t.s(&id) } else { word.replace('-', " ") }
}

/// A condition of a rule in words: `case-status status:confirmed` names a kind of evidence and what it says.
pub(super) fn condition(visitor: &Visitor, text: &str) -> String {
    let mut words = text.split_whitespace();
    let kind = word(visitor, "kind", words.next().unwrap_or_default());
    let tests = words.map(|test| match test.split_once(':') {
        Some((name, value)) => format!("{}: {}", word(visitor, "attribute", name), said(visitor, value)),
        None => test.to_owned(),
    });
    let tests: Vec<String> = tests.collect();
    if tests.is_empty() { kind } else { format!("{kind} ({})", tests.join(&visitor.t.s("list-comma"))) }
}

/// A word that evidence says, such as `confirmed`: in the pages' words where they have it, else as it stands.
pub(super) fn said(visitor: &Visitor, value: &str) -> String {
    let id = format!("value-{value}");
    if visitor.t.has(&id) { visitor.t.s(&id) } else { value.to_owned() }
}

/// Who acted, as records name them: `officer:login`, `gate:…`, `resident:…`, `system`. Only staff go by a name.
pub(super) fn actor(visitor: &Visitor, label: &str) -> String {
    let (role, who) = label.split_once(':').unwrap_or((label, ""));
    let role = word(visitor, "actor", role);
    if label.starts_with("officer:") { format!("{role} {who}") } else { role }
}

/// The texts of the policy in force, in the visitor's language.
pub(super) fn policy_text(app: &App, visitor: &Visitor, key: &str) -> Option<String> {
    let rules = app.service.rules();
    let text = rules.policy(visitor.now).texts(visitor.t.lang.tag()).sentence(key)?;
    Some(text.to_owned())
}

/// The name of a rule: the policy's words, else its identifier.
pub(super) fn rule(app: &App, visitor: &Visitor, rule: &str) -> String {
    policy_text(app, visitor, &format!("rule.{rule}.name")).unwrap_or_else(|| rule.to_owned())
}

/// Staff alone, before anything is read.
pub(super) fn staff(visitor: &Visitor) -> Result<&kangma_service::Actor, Trouble> {
    visitor.officer()?;
    Ok(visitor.actor()?)
}
