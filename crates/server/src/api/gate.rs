//! Code verification at a gate with network, and taken back.

use super::{
    body::{Answer, Body, Done, Named},
    caller::Caller,
    points::PointRow,
    schema::{DirectionWord, Id, Instant, StandingWord},
    wire::{answer, form},
};
use crate::{
    app::App,
    problem::Problem,
    web::{
        gate::words::{self, Said},
        texts::Texts,
    },
};
use axum::{Json, extract::State, http::StatusCode};
use kangma_core::{Direction, Number, PointId, Standing, Time};
use kangma_service::{Refused, check_at_gate::GateAnswer, forms::ScanForm};
use kangma_store::VisitId;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The longest key of a gate's own.
const LONGEST_KEY: usize = 100;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(check)).routes(routes!(wrong)).routes(routes!(own_points))
}

form! {
    /// A code that a gate saw.
    Check {
        /// The point.
        point: [PointId] as [Id],
        /// The text of the QR; empty in an emergency without one.
        code: [String],
        /// Going in or out.
        direction: [Direction] as [DirectionWord],
        /// The policy's word for why (`home`, `ordered-test`, `care`), empty for no reason in particular.
        #[serde(default)]
        purpose: [String],
        /// What a thermometer at the gate read, in degrees Celsius.
        temperature: [Option<String>],
        /// Let pass whatever the code says, and record that.
        #[serde(default)]
        emergency: [bool],
        /// It was typed, or came from a scanner that types.
        #[serde(default)]
        typed: [bool],
        /// The gate's own random key: under one key, a visit is recorded once.
        key: [String],
        /// When the gate saw it. A check with network is judged by the server's time.
        at: [Time] as [Instant],
    }
}

answer! {
    /// What the gate shows, in the language of who asks.
    Shown {
        /// The recorded visit, which "wrong scan" names; nothing when there is none.
        visit: [Option<VisitId>] as [Option<Id>],
        /// `pass`, `register`, `stop` or `cannot-tell`.
        act: [&'static str] as [String],
        /// What shows.
        standing: [Standing] as [StandingWord],
        /// The act in one word.
        word: [String],
        /// The standing in one word.
        standing_word: [String],
        /// The policy's sentence for the checker.
        sentence: [String],
        /// Who, masked.
        name: [String],
        /// The last digits of the document.
        document: [String],
        /// How far the code was proven, in words.
        assurance: [String],
        /// The same presentation was seen at another gate: somebody relays a code.
        seen_elsewhere: [bool],
        /// An abnormal temperature that waits for a second reading by somebody else.
        second_reading_wanted: [bool],
    }
}

impl Check {
    pub(super) fn scan(self) -> Result<ScanForm, Refused> {
        if self.key.is_empty() || self.key.len() > LONGEST_KEY {
            return Err(Refused::field("key", "not-a-key"));
        }
        let read = |text: String| text.trim().parse::<Number>();
        let given = self.temperature.filter(|text| !text.trim().is_empty());
        let temperature =
            given.map(read).transpose().map_err(|_| Refused::field("temperature", "not-a-number"))?;
        let Check { code: text, direction, purpose, emergency, .. } = self;
        Ok(ScanForm { text, direction, purpose, temperature, emergency })
    }
}

/// Checks a code and records the visit.
#[utoipa::path(post, path = "/gate/checks", tag = "code-verification", request_body = Check, responses((status = 200, body = Shown)))]
async fn check(State(app): State<App>, caller: Caller, Body(form): Body<Check>) -> Answer<Shown> {
    app.limits.gate.count(&caller.actor.label())?;
    let (point, typed, emergency, key) = (form.point, form.typed, form.emergency, form.key.clone());
    let scan = form.scan()?;
    let refused = match app.service.check_once(&caller.actor, point, scan, Some(key.clone())).await {
        Ok(answer) => {
            let said = words::answered(caller.t, &answer, typed, emergency);
            return Ok(Json(shown(caller.t, said, Some(answer))));
        }
        Err(refused) => refused,
    };
    let Some(said) = words::unreadable(caller.t, &refused, emergency) else { return Err(refused.into()) };
    if !emergency {
        // The checker reads the reason in the words of the page.
        return Err(Problem { detail: said.sentence, ..refused.into() });
    }
    // An emergency passes without a code, and with one that cannot be read.
    app.service.let_pass(&caller.actor, point, app.service.now(), key).await?;
    Ok(Json(shown(caller.t, said, None)))
}

fn shown(t: Texts, said: Said, answer: Option<GateAnswer>) -> Shown {
    let standing = said.look.standing;
    let standing_word = said.look.word();
    let Said { act, word, sentence, assurance, .. } = said;
    let document = |answer: &GateAnswer| t.a("gate-last-digits", "digits", &answer.last_digits);
    Shown {
        visit: answer.as_ref().map(|answer| answer.visit),
        act: act.as_str(),
        standing,
        word,
        standing_word,
        sentence,
        document: answer.as_ref().map(document).unwrap_or_default(),
        assurance,
        seen_elsewhere: answer.as_ref().is_some_and(|answer| answer.seen_elsewhere),
        second_reading_wanted: answer.as_ref().is_some_and(|answer| answer.second_reading_wanted),
        name: answer.map(|answer| answer.masked_name).unwrap_or_default(),
    }
}

/// Takes a scan back: the checker read the wrong code.
#[utoipa::path(post, path = "/gate/visits/{visit}/wrong", tag = "code-verification", params(("visit" = Id, Path)), responses((status = 204)))]
async fn wrong(State(app): State<App>, caller: Caller, Named(visit): Named<VisitId>) -> Done {
    app.service.mark_wrong_scan(&caller.actor, visit).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The points at which one checks.
#[utoipa::path(get, path = "/gate/points", tag = "code-verification", responses((status = 200, body = Vec<PointRow>)))]
async fn own_points(State(app): State<App>, caller: Caller) -> Answer<Vec<PointRow>> {
    let points = app.service.own_points(&caller.actor).await?;
    Ok(Json(points.into_iter().map(PointRow::from).collect()))
}
