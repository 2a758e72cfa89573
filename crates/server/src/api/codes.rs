//! Codes to show: bound to a device, made by the server, printed on paper.

use super::{
    body::{Answer, Body, Done, Made, MadeAnswer, Named},
    caller::Caller,
    schema::{Id, Instant, StandingWord},
    wire::{answer, form},
};
use crate::{app::App, session};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kangma_core::{PersonId, Standing, Time};
use kangma_credential::{Template, presentation_template};
use kangma_service::{Actor, Refused, issue_code::TextCode, papers::Paper};
use kangma_store::DeviceId;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(enrol))
        .routes(routes!(issue))
        .routes(routes!(papers, print, report_lost))
        .routes(routes!(lost_phone))
}

form! {
    /// A device's public key.
    DeviceKeyForm {
        /// `Ed25519` or `ES256`.
        algorithm: [String],
        /// The raw key, base64url without padding: 32 bytes of Ed25519, 65 of P-256.
        public_key: [String],
        /// Whether the person's other devices end: a lost phone. When absent, they do if it is one's own code, and
        /// do not if it is that of somebody one looks after, who may be on two guardians' phones.
        replace: [Option<bool>],
    }
}

answer! {
    /// A device that was enrolled.
    DeviceKey {
        /// Names it when a code is asked for.
        key: [DeviceId] as [Id],
    }
}

form! {
    /// For which device.
    CodeForm {
        /// The enrolled device; absent for a browser that cannot sign: the server makes a code of two minutes then.
        key: [Option<DeviceId>] as [Option<Id>],
    }
}

answer! {
    /// A code to show.
    ShownCode {
        /// What it shows.
        standing: [Standing] as [StandingWord],
        /// The server's time, so that a device with a wrong clock signs the right one.
        now: [Time] as [Instant],
        /// When it ends.
        expires_at: [Time] as [Instant],
        /// What the device completes, as `spec/code.md` says. Absent in a code of the server's making.
        #[serde(skip_serializing_if = "Option::is_none")]
        template: [Option<Template>] as [Option<Object>],
        /// The text of the QR. Absent in a code that a device completes.
        #[serde(skip_serializing_if = "Option::is_none")]
        text: [Option<String>],
    }
}

form! {
    /// A paper code.
    PaperForm {
        /// Whether an earlier one was lost: it is revoked, and this one takes its place.
        #[serde(default)]
        lost: [bool],
    }
}

answer! {
    /// A paper code.
    PaperCode from TextCode {
        /// What the QR carries.
        text: [String],
        /// When it ends.
        expires_at: [Time] as [Instant],
        /// Its own number, for a loss report.
        number: [String],
    }
}

answer! {
    /// A paper code that was printed.
    PaperRow from Paper {
        /// Its own number.
        number: [String],
        /// When it was printed.
        issued_at: [Time] as [Instant],
        /// When it ends.
        expires_at: [Time] as [Instant],
        /// When it was reported lost.
        revoked_at: [Option<Time>] as [Option<Instant>],
    }
}

/// Enrols a device by its public key.
#[utoipa::path(post, path = "/persons/{person}/device-keys", tag = "code-invocation", params(("person" = Id, Path)), request_body = DeviceKeyForm, responses((status = 201, body = DeviceKey)))]
async fn enrol(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Body(form): Body<DeviceKeyForm>,
) -> MadeAnswer<DeviceKey> {
    let key = URL_SAFE_NO_PAD.decode(&form.public_key).map_err(|_| Refused::BadDeviceKey)?;
    let length = match form.algorithm.as_str() {
        "Ed25519" => 32,
        "ES256" => 65,
        _ => return Err(Refused::field("algorithm", "unknown-algorithm").into()),
    };
    if key.len() != length {
        return Err(Refused::BadDeviceKey.into());
    }
    let replace = form.replace.unwrap_or(caller.actor == Actor::Resident(person));
    let key = app.service.enrol_device(&caller.actor, person, key, replace).await?;
    Ok(Made(DeviceKey { key }))
}

/// Makes a code to show.
#[utoipa::path(post, path = "/persons/{person}/codes", tag = "code-invocation", params(("person" = Id, Path)), request_body = CodeForm, responses((status = 201, body = ShownCode)))]
async fn issue(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Body(form): Body<CodeForm>,
) -> MadeAnswer<ShownCode> {
    let now = app.service.now();
    let Some(key) = form.key else {
        let (code, verdict) = app.service.server_code(&caller.actor, person).await?;
        let TextCode { text, expires_at, .. } = code;
        let standing = verdict.standing;
        return Ok(Made(ShownCode { standing, now, expires_at, template: None, text: Some(text) }));
    };
    let code = app.service.issue_code(&caller.actor, person, key).await?;
    let template = presentation_template(&code.issued);
    let standing = code.verdict.standing;
    Ok(Made(ShownCode { standing, now, expires_at: code.expires_at, template, text: None }))
}

/// Prints a paper code: no colour in it, 180 days, revocable.
#[utoipa::path(post, path = "/persons/{person}/paper-codes", tag = "code-making", params(("person" = Id, Path)), request_body = PaperForm, responses((status = 201, body = PaperCode)))]
async fn print(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Body(form): Body<PaperForm>,
) -> MadeAnswer<PaperCode> {
    let code = if form.lost {
        app.service.reprint_paper_code(&caller.actor, person).await?
    } else {
        app.service.print_paper_code(&caller.actor, person).await?
    };
    Ok(Made(code.into()))
}

/// The paper codes of a person whose time is not over.
#[utoipa::path(get, path = "/persons/{person}/paper-codes", tag = "code-making", params(("person" = Id, Path)), responses((status = 200, body = Vec<PaperRow>)))]
async fn papers(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
) -> Answer<Vec<PaperRow>> {
    let papers = app.service.papers_of(&caller.actor, person).await?;
    Ok(Json(papers.into_iter().map(PaperRow::from).collect()))
}

/// Reports the phone lost that shows a person's codes: its keys and every other session of theirs end.
#[utoipa::path(post, path = "/persons/{person}/lost-phone", tag = "code-invocation", params(("person" = Id, Path)), responses((status = 204)))]
async fn lost_phone(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    headers: HeaderMap,
) -> Done {
    let token = session::bearer(&headers).map(ToOwned::to_owned).or_else(|| session::token(&app, &headers));
    app.service.report_phone_lost(&caller.actor, person, &token.unwrap_or_default()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Revokes a person's paper codes: the loss report.
#[utoipa::path(delete, path = "/persons/{person}/paper-codes", tag = "code-making", params(("person" = Id, Path)), responses((status = 204)))]
async fn report_lost(State(app): State<App>, caller: Caller, Named(person): Named<PersonId>) -> Done {
    app.service.report_paper_lost(&caller.actor, person).await?;
    Ok(StatusCode::NO_CONTENT)
}
