//! Residents sign in by a one-time code to their telephone.

use crate::{
    app::App,
    session,
    web::{
        Posted, Shown, Visitor, see,
        sheets::account,
        show, show_again,
        trouble::beside_fields,
        view::{form::Answers, page::Surface},
    },
};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, header},
    routing::get,
};
use kangma_core::Span;

/// Which telephone the code was sent to, until the code is typed in.
const PHONE_COOKIE: &str = "kangma-telephone";
const CODE_LIFE: Span = Span::from_minutes(10);

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/sign-in", get(ask_phone).post(send))
        .route("/sign-in/code", get(ask_code).post(enter))
}

async fn ask_phone(State(app): State<App>, visitor: Visitor) -> Shown {
    if visitor.resident().is_ok() {
        return see("/");
    }
    let t = visitor.t;
    if !app.service.sign_in_configured() {
        return show(&account::sign_in_not_configured(visitor.page(Surface::Plain, t.s("sign-in-title"))));
    }
    show(&account::sign_in(visitor.page(Surface::Plain, t.s("sign-in-title")), &Answers::default()))
}

async fn send(State(app): State<App>, visitor: Visitor, posted: Posted) -> Shown {
    let phone = posted.one("phone");
    let sent = match app.limits.one_time_code.count(&visitor.address) {
        Ok(()) => app.service.send_one_time_code_in(phone, visitor.t.lang.tag(), &visitor.address).await,
        Err(refused) => Err(refused),
    };
    if let Err(refused) = sent {
        let answers = beside_fields(refused, posted.answers(), &visitor)?;
        let page = visitor.page(Surface::Plain, visitor.t.s("sign-in-title"));
        return show_again(&account::sign_in(page, &answers));
    }
    let digits: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let mut response = see("/sign-in/code")?;
    let cookie = session::set_cookie(PHONE_COOKIE, &digits, CODE_LIFE, app.running.secure);
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

async fn ask_code(visitor: Visitor, headers: HeaderMap) -> Shown {
    let Some(phone) = session::cookie(&headers, PHONE_COOKIE) else { return see("/sign-in") };
    let page = visitor.page(Surface::Plain, visitor.t.s("sign-in-title"));
    show(&account::one_time_code(page, &masked(phone), &Answers::default()))
}

async fn enter(State(app): State<App>, visitor: Visitor, headers: HeaderMap, posted: Posted) -> Shown {
    let Some(phone) = session::cookie(&headers, PHONE_COOKIE) else { return see("/sign-in") };
    let code: String = posted.one("code").chars().filter(|c| !c.is_whitespace()).collect();
    let tried = match app.limits.sign_in.count(&visitor.address) {
        Ok(()) => app.service.sign_in_resident_from(phone, &code, &visitor.address).await,
        Err(refused) => Err(refused),
    };
    match tried {
        Ok(signed_in) => {
            app.service.speak(&signed_in.actor, visitor.t.lang.tag()).await?;
            let mut response = see("/")?;
            let secure = app.running.secure;
            let name = session::session_cookie(secure);
            let cookies = [
                session::set_cookie(name, &signed_in.token, signed_in.lasts, secure),
                session::set_cookie(PHONE_COOKIE, "", Span::ZERO, secure),
            ];
            for cookie in cookies.into_iter().flatten() {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            Ok(response)
        }
        Err(refused) => {
            let answers = beside_fields(refused, Answers::default(), &visitor)?;
            let page = visitor.page(Surface::Plain, visitor.t.s("sign-in-title"));
            show_again(&account::one_time_code(page, &masked(phone), &answers))
        }
    }
}

/// The first three and the last four digits.
fn masked(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().collect();
    if digits.len() < 8 {
        return "*".repeat(digits.len());
    }
    let (head, tail) = (&digits[..3], &digits[digits.len() - 4..]);
    let stars = "*".repeat(digits.len() - 7);
    head.iter().copied().chain(stars.chars()).chain(tail.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_number_is_shown_so_that_its_owner_knows_it() {
        assert_eq!(masked("10000000001"), "100****0001");
        assert_eq!(masked("12345"), "*****");
    }
}
