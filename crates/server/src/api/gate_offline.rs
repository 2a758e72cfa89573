//! A gate without network: what it fetches beforehand, and what it hands in afterwards.

use super::{
    body::{Answer, Body, Named},
    caller::Caller,
    gate::Check,
    schema::{ActWord, Decimal, DirectionWord, Id, Instant, StandingWord},
    wire::{answer, form},
};
use crate::{
    app::App,
    problem::Problem,
    web::{
        gate::words,
        texts::Texts,
        view::{gate::Act, look::Look},
    },
};
use axum::{
    Json,
    extract::State,
    http::{HeaderName, header},
};
use kangma_core::{Direction, Number, PointId, Standing, Time, policy::Policy};
use kangma_service::{
    Refused,
    forms::{Decided, OfflineScan},
    gate_rulings::OfflineRuling,
    hand_in::HandedIn,
};
use std::collections::BTreeMap;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The most visits that are handed in at once.
const MOST_VISITS: usize = 200;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(status_list)).routes(routes!(rulings)).routes(routes!(hand_in))
}

answer! {
    /// What a gate at a point does when it knows no more than a standing, in the language of who asks.
    Rulings {
        /// The server's time, by which the gate sets its clock.
        at: [Time] as [Instant],
        /// Above this, in degrees Celsius, a typed temperature is a fever.
        fever_above: [Option<Number>] as [Option<Decimal>],
        /// One for every standing, direction and purpose, with and without a fever.
        rulings: [Vec<Ruling>],
    }
}

answer! {
    /// What a gate does.
    Ruling {
        /// What shows.
        standing: [Standing] as [StandingWord],
        /// Going in or out.
        direction: [Direction] as [DirectionWord],
        /// The policy's word for why; `emergency` in an emergency.
        purpose: [&'static str] as [String],
        /// The checker typed a temperature that is a fever.
        fever: [bool],
        /// What the gate does.
        act: [&'static str] as [ActWord],
        /// The act in one word.
        word: [String],
        /// The standing in one word.
        standing_word: [String],
        /// The policy's sentence for the checker.
        sentence: [String],
        /// It stops somebody whom it would not stop at their own home, which a gate without network does not know.
        unless_home: [bool],
    }
}

form! {
    /// Visits that a gate without network decided itself.
    Visits {
        /// At most 200.
        visits: [Vec<OfflineVisit>],
    }
}

form! {
    /// What a gate saw, and what it did.
    OfflineVisit {
        /// What it saw.
        check: [Check],
        /// What it did.
        decided: [GateDecision],
    }
}

form! {
    /// What a gate did, and with which standing.
    GateDecision {
        /// What it did.
        act: [Act] as [ActWord],
        /// What it showed.
        standing: [Standing] as [StandingWord],
    }
}

answer! {
    /// What became of visits that were handed in.
    HandedInVisits {
        /// The keys of those that are settled: recorded now or before, or refused for good. The gate forgets them.
        accepted: [Vec<String>],
        /// Why some of them could not be recorded.
        refused: [Vec<RefusedVisit>],
    }
}

answer! {
    /// A visit that could not be recorded.
    RefusedVisit {
        /// The gate's key for it.
        key: [String],
        /// A stable code.
        code: [&'static str] as [String],
    }
}

/// What holds for every code, signed, for gates that lose their network: IETF Token Status List.
#[utoipa::path(get, path = "/gate/status-list", tag = "code-verification", responses((status = 200, content_type = "application/statuslist+cwt", body = Vec<u8>)))]
async fn status_list(
    State(app): State<App>,
    caller: Caller,
) -> Result<([(HeaderName, &'static str); 1], Vec<u8>), Problem> {
    let list = app.service.status_list(&caller.actor, "/api/v1/gate/status-list".to_owned()).await?;
    Ok(([(header::CONTENT_TYPE, "application/statuslist+cwt")], list))
}

/// What a gate does with every standing, for gates that lose their network.
#[utoipa::path(get, path = "/gate/points/{point}/rulings", tag = "code-verification", params(("point" = Id, Path)), responses((status = 200, body = Rulings)))]
async fn rulings(State(app): State<App>, caller: Caller, Named(point): Named<PointId>) -> Answer<Rulings> {
    let found = app.service.gate_rulings(&caller.actor, point).await?;
    let fever_above = found.policy.gate.temperature.as_ref().map(|rule| rule.above);
    let rulings = found.rulings.iter().map(|one| ruling(caller.t, &found.policy, one)).collect();
    Ok(Json(Rulings { at: found.at, fever_above, rulings }))
}

fn ruling(t: Texts, policy: &Policy, ruling: &OfflineRuling) -> Ruling {
    let act = words::act(ruling.outcome);
    Ruling {
        standing: ruling.standing,
        direction: ruling.direction,
        purpose: ruling.purpose.as_str(),
        fever: ruling.fever,
        act: act.as_str(),
        word: words::word(t, act),
        standing_word: Look::of(t, ruling.standing).word(),
        sentence: policy.texts(t.lang.tag()).gate(&ruling.sentence).to_owned(),
        unless_home: ruling.unless_home,
    }
}

/// Takes in what a gate without network decided itself. Handed in again, a visit counts once.
#[utoipa::path(post, path = "/gate/visits", tag = "code-verification", request_body = Visits, responses((status = 200, body = HandedInVisits)))]
async fn hand_in(State(app): State<App>, caller: Caller, Body(form): Body<Visits>) -> Answer<HandedInVisits> {
    if form.visits.len() > MOST_VISITS {
        return Err(Refused::field("visits", "too-long").into());
    }
    let mut answer = HandedInVisits { accepted: Vec::new(), refused: Vec::new() };
    let mut by_point: BTreeMap<PointId, Vec<OfflineScan>> = BTreeMap::new();
    for OfflineVisit { check, decided } in form.visits {
        let (point, key, at) = (check.point, check.key.clone(), check.at);
        let decided = Decided { outcome: words::outcome(decided.act), standing: decided.standing };
        match check.scan() {
            Ok(scan) => by_point.entry(point).or_default().push(OfflineScan { key, at, scan, decided }),
            Err(refused) => answer.put(key, Some(refused.code())),
        }
    }
    for (point, scans) in by_point {
        for HandedIn { key, refused, .. } in app.service.hand_in(&caller.actor, point, scans).await? {
            answer.put(key, refused);
        }
    }
    Ok(Json(answer))
}

impl HandedInVisits {
    /// Who may not hand a visit in leaves it to somebody who may.
    fn put(&mut self, key: String, refused: Option<&'static str>) {
        if refused != Some("not-allowed") {
            self.accepted.push(key.clone());
        }
        self.refused.extend(refused.map(|code| RefusedVisit { key, code }));
    }
}
