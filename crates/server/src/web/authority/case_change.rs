//! Changing a case: onset, status, merge, withdraw. Each shows beforehand who gains and who loses a colour.

use super::{
    cases::{numbered, short, status},
    desk,
    preview::Waiting,
};
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor, see,
        sheets::cases,
        show, show_again,
        trouble::beside_fields,
        view::{
            form::{Answers, Field},
            part::Fact,
            sheet::{Part, Sheet},
        },
    },
};
use axum::extract::{Path, State};
use kangma_core::CaseId;
use kangma_service::{
    Refused,
    cases::{CaseRow, CaseView},
    report_case::CaseAct,
};

pub(super) async fn ask(
    State(app): State<App>,
    visitor: Visitor,
    Path((case, act)): Path<(CaseId, String)>,
) -> Shown {
    let CaseView { row, .. } = app.service.case(desk::staff(&visitor)?, case).await?;
    let mut answers = Answers::default().with("version", row.version.to_string());
    if let Some(onset) = row.onset {
        answers = answers.with("onset", visitor.zone.day(onset).to_string());
    }
    if let Some(sampled) = row.sampled {
        answers = answers.with("sampled", desk::typed(&visitor, sampled));
    }
    show(&sheet(&visitor, case, &act, &answers).ok_or(Refused::NotFound)?)
}

fn sheet(visitor: &Visitor, case: CaseId, act: &str, answers: &Answers) -> Option<Sheet> {
    let (t, id) = (visitor.t, case.to_string());
    let page = |title: &str| desk::page(visitor, t.s(title));
    let mut sheet = match act {
        "onset" => cases::onset(page("case-change-onset"), &id, answers),
        "status" => cases::status(page("case-change-status"), &id, answers),
        "merge" => cases::merge(page("case-merge"), &id, answers),
        "withdraw" => cases::withdraw(page("case-withdraw"), &id, answers),
        _ => return None,
    };
    // The version that the officer saw travels with the form: a change in between is noticed.
    let version = answers.given.iter().find(|(name, _)| name == "version");
    let version = version.map_or("", |(_, version)| version.as_str());
    for part in &mut sheet.parts {
        if let Part::Form(form) = part {
            form.fields.push(Field::hidden(t, "version", version));
        }
    }
    Some(sheet)
}

pub(super) async fn tell(
    State(app): State<App>,
    visitor: Visitor,
    Path((case, act)): Path<(CaseId, String)>,
    posted: Posted,
) -> Shown {
    let actor = desk::staff(&visitor)?;
    let tried = match change(&posted, &visitor, &act) {
        Ok((version, change)) => app
            .service
            .preview_change(actor, case, version, change.clone())
            .await
            .map(|changes| (version, change, changes)),
        Err(refused) => Err(refused),
    };
    let row = app.service.case(actor, case).await?.row;
    let (version, change, changes) = match tried {
        Ok(tried) => tried,
        Err(refused) => return again(refused, &posted, &visitor, &row, &act),
    };
    let back = format!("/authority/cases/{case}");
    let waiting = Waiting {
        app: &app,
        visitor: &visitor,
        posted: &posted,
        title: title(&visitor, &act),
        facts: facts(&visitor, &row, &change, posted.one("reason")),
        action: format!("{back}/{act}"),
        back: back.clone(),
        newcomer: String::new(),
    };
    if !waiting.is_agreed(&changes) {
        return waiting.show(&changes).await;
    }
    let reason = posted.one("reason").to_owned();
    app.service.change_case_because(actor, case, version, change, reason).await?;
    see(&back)
}

/// The form again. After somebody else changed the case it carries the version that is there now: the page says so.
fn again(refused: Refused, posted: &Posted, visitor: &Visitor, row: &CaseRow, act: &str) -> Shown {
    let refused = match refused {
        Refused::NotFound if act == "merge" => Refused::field("into", "unknown-case"),
        refused => refused,
    };
    let mut answers = beside_fields(refused, posted.answers(), visitor)?;
    answers.given.retain(|(name, _)| name != "version");
    let answers = answers.with("version", row.version.to_string());
    show_again(&sheet(visitor, row.case, act, &answers).ok_or(Refused::NotFound)?)
}

fn title(visitor: &Visitor, act: &str) -> String {
    visitor.t.s(match act {
        "onset" => "case-change-onset",
        "status" => "case-change-status",
        "merge" => "case-merge",
        _ => "case-withdraw",
    })
}

fn change(posted: &Posted, visitor: &Visitor, act: &str) -> Result<(u32, CaseAct), Refused> {
    let change = match act {
        "onset" => CaseAct::Correct {
            onset: desk::day(posted, visitor, "onset")?,
            sampled: desk::moment(posted, visitor, "sampled")?,
        },
        "status" => return Ok((version(posted)?, new_status(posted, visitor)?)),
        "merge" => CaseAct::Merge { into: into(posted)? },
        "withdraw" => CaseAct::Withdraw,
        _ => return Err(Refused::NotFound),
    };
    if act == "withdraw" && posted.given("reason").is_none() {
        return Err(Refused::field("reason", "required"));
    }
    Ok((version(posted)?, change))
}

fn version(posted: &Posted) -> Result<u32, Refused> {
    posted.one("version").parse().map_err(|_| Refused::Stale)
}

/// The other case's number, whole or as lists write it.
fn into(posted: &Posted) -> Result<CaseId, Refused> {
    numbered(posted.one("into")).ok_or_else(|| Refused::field("into", "unknown-case"))
}

fn new_status(posted: &Posted, visitor: &Visitor) -> Result<CaseAct, Refused> {
    let at = || desk::moment(posted, visitor, "at")?.ok_or_else(|| Refused::field("at", "required"));
    match posted.one("status") {
        "confirmed" => Ok(CaseAct::Confirm),
        "recovered" => Ok(CaseAct::Recover { at: at()? }),
        "died" => Ok(CaseAct::Died { at: at()? }),
        "excluded" => Ok(CaseAct::Exclude),
        _ => Err(Refused::field("status", "required")),
    }
}

fn facts(visitor: &Visitor, row: &CaseRow, change: &CaseAct, reason: &str) -> Vec<Fact> {
    let (t, clock) = (visitor.t, visitor.clockface());
    let mut facts = vec![
        Fact::new(t.s("case"), short(row.case)),
        Fact::new(t.s("name"), row.masked_name.clone()),
        Fact::new(t.s("case-status"), status(visitor, row)),
    ];
    let date = |time| Option::map_or(time, "–".to_owned(), |time| clock.date_of(time).text);
    match change {
        CaseAct::Correct { onset, sampled } => {
            let changed = |before, after| t.a2("from-to", ("before", &date(before)), ("after", &date(after)));
            facts.push(Fact::new(t.s("case-onset"), changed(row.onset, *onset)));
            facts.push(Fact::new(t.s("case-sampled"), changed(row.sampled, *sampled)));
        }
        CaseAct::Recover { at } => {
            facts.push(Fact::new(t.s("case-recovered"), clock.moment(*at)));
        }
        CaseAct::Died { at } => facts.push(Fact::new(t.s("case-died"), clock.moment(*at))),
        CaseAct::Merge { into } => facts.push(Fact::new(t.s("case-merge-into"), short(*into))),
        CaseAct::Confirm => facts.push(Fact::new(t.s("becomes"), t.s("case-confirmed"))),
        CaseAct::Exclude => facts.push(Fact::new(t.s("becomes"), t.s("case-excluded"))),
        CaseAct::Withdraw => facts.push(Fact::new(t.s("becomes"), t.s("case-withdrawn"))),
    }
    if !reason.is_empty() {
        facts.push(Fact::new(t.s("reason"), reason));
    }
    facts
}
