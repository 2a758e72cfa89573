//! Signing in, and pages for when something does not work.

use crate::web::view::{
    form::{Answers, Field, Form},
    page::{Link, Page},
    part::{Entry, Notice, Timeline},
    sheet::{Part, Sheet},
};

/// The first page of a resident who has not signed in.
#[must_use]
pub fn landing(page: Page) -> Sheet {
    let t = page.t;
    let lead = t.s("landing-lead");
    let start = vec![Link::to("/sign-in", t.s("landing-start"))];
    let others =
        vec![Link::to("/gate", t.s("landing-gate")), Link::to("/authority", t.s("landing-authority"))];
    let steps = [t.s("landing-step-1"), t.s("landing-step-2"), t.s("landing-step-3")];
    let notice = Notice { heading: t.s("landing-how"), text: steps.to_vec(), links: Vec::new() };
    Sheet::titled(page).lead(lead).with(Part::Actions(start)).with(notice).with(Part::Links(others))
}

#[must_use]
pub fn sign_in(page: Page, answers: &Answers) -> Sheet {
    let t = page.t;
    let phone = Field::phone(t, "phone", t.s("phone")).hint(t.s("sign-in-phone-hint"));
    let form = Form::post(t, &page.csrf, "/sign-in", t.s("sign-in-send")).with(phone).fill(answers);
    let lead = t.s("sign-in-lead");
    Sheet::titled(page).lead(lead).with(form)
}

#[must_use]
pub fn one_time_code(page: Page, phone_masked: &str, answers: &Answers) -> Sheet {
    let t = page.t;
    let code = Field::digits(t, "code", t.s("one-time-code")).hint(t.s("one-time-code-hint"));
    let form = Form::post(t, &page.csrf, "/sign-in/code", t.s("sign-in"))
        .with(code)
        .fill(answers)
        .cancel(Link::to("/sign-in", t.s("one-time-code-again")));
    let lead = t.a("one-time-code-lead", "phone", phone_masked);
    Sheet::titled(page).lead(lead).with(form)
}

#[must_use]
pub fn sign_in_not_configured(page: Page) -> Sheet {
    let t = page.t;
    let text = vec![t.s("not-configured-resident"), t.s("not-configured-operator")];
    let notice = Notice { heading: t.s("not-configured"), text, links: Vec::new() };
    Sheet::titled(page).with(notice)
}

#[must_use]
pub fn staff_sign_in(page: Page, next: &str, answers: &Answers) -> Sheet {
    let t = page.t;
    let form = Form::post(t, &page.csrf, "/staff/sign-in", t.s("sign-in"))
        .with(Field::hidden(t, "next", next))
        .with(Field::text(t, "login", t.s("staff-login")).autocomplete("username"))
        .with(Field::password(t, "password", t.s("staff-password")))
        .fill(answers);
    let lead = t.s("staff-sign-in-lead");
    Sheet::titled(page).lead(lead).with(form)
}

/// The messages that would have been sent: demonstration only.
#[must_use]
pub fn outbox(page: Page, messages: Vec<Entry>) -> Sheet {
    let t = page.t;
    let sheet = Sheet::titled(page).lead(t.s("outbox-lead"));
    if messages.is_empty() {
        return sheet.with(Part::Text(t.s("outbox-none")));
    }
    sheet.with(Timeline { t, heading: t.s("outbox-newest"), entries: messages })
}

/// What went wrong and what to do: one page for every problem.
#[must_use]
pub fn problem(page: Page, what: String, remedy: String, ways: Vec<Link>) -> Sheet {
    Sheet::titled(page).lead(what).with(Part::Text(remedy)).with(Part::Actions(ways))
}
