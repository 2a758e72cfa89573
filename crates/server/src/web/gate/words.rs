//! What a gate says, in the checker's language. The API's answers to the gate's script are worded by the same.

use crate::web::{
    texts::Texts,
    view::{gate::Act, look::Look},
};
use kangma_core::{
    Assurance, Standing,
    policy::{Outcome, Texts as PolicyTexts},
};
use kangma_credential::VerifyError;
use kangma_service::{Refused, check_at_gate::GateAnswer};
use kangma_store::VisitOutcome;

/// The purposes that a checker chooses from, and their texts. An emergency has its own button.
pub const PURPOSES: [(&str, &str); 4] = [
    ("none", "purpose-ordinary"),
    ("home", "purpose-home"),
    ("ordered-test", "purpose-test"),
    ("care", "purpose-care"),
];

/// What fills the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What the gate does.
    pub act: Act,
    /// One word for it.
    pub word: String,
    /// Colour, shape and their word.
    pub look: Look,
    /// The sentence for the checker: why, and what to do.
    pub sentence: String,
    /// How far the code was proven.
    pub assurance: String,
}

/// What a gate does, as its page knows it.
#[must_use]
pub const fn act(outcome: Outcome) -> Act {
    match outcome {
        Outcome::Pass => Act::Pass,
        Outcome::PassAndRegister => Act::Register,
        Outcome::CannotTell => Act::CannotTell,
        Outcome::Stop => Act::Stop,
    }
}

/// And back: what a gate's page says that it did.
#[must_use]
pub const fn outcome(act: Act) -> Outcome {
    match act {
        Act::Pass => Outcome::Pass,
        Act::Register => Outcome::PassAndRegister,
        Act::CannotTell => Outcome::CannotTell,
        Act::Stop => Outcome::Stop,
    }
}

/// The same for a visit that was logged.
#[must_use]
pub const fn logged(outcome: VisitOutcome) -> Act {
    match outcome {
        VisitOutcome::Pass => Act::Pass,
        VisitOutcome::PassAndRegister => Act::Register,
        VisitOutcome::CannotTell => Act::CannotTell,
        VisitOutcome::Stop => Act::Stop,
    }
}

/// One word for what the gate does.
#[must_use]
pub fn word(t: Texts, act: Act) -> String {
    t.s(match act {
        Act::Pass => "gate-pass",
        Act::Register => "gate-register",
        Act::Stop => "gate-stop",
        Act::CannotTell => "gate-cannot-tell",
    })
}

/// What is said of a recorded visit.
#[must_use]
pub fn answered(t: Texts, answer: &GateAnswer, typed: bool, emergency: bool) -> Said {
    let act = act(answer.outcome);
    let own = answer.sentences.get(t.lang.tag()).map_or("", String::as_str);
    let emergency = emergency.then(|| t.s("gate-emergency-done"));
    let second = answer.second_reading_wanted.then(|| t.s("gate-second-reading"));
    let elsewhere = answer.seen_elsewhere.then(|| t.s("gate-seen-elsewhere"));
    let own = Some(own.to_owned()).filter(|own| !own.is_empty());
    let parts: Vec<String> = [emergency, own, second, elsewhere].into_iter().flatten().collect();
    let typed = typed.then(|| t.s("assurance-typed"));
    let proven: Vec<String> = [assurance(t, answer.assurance), typed].into_iter().flatten().collect();
    Said {
        act,
        word: word(t, act),
        look: Look::of(t, answer.standing),
        sentence: parts.join("\n"),
        assurance: proven.join(" · "),
    }
}

/// How far a code was proven; nothing for what no code of ours has.
fn assurance(t: Texts, assurance: Assurance) -> Option<String> {
    let id = match assurance {
        Assurance::DeviceBound => "assurance-device",
        Assurance::ServerMade => "assurance-server",
        Assurance::Paper => "assurance-paper",
        _ => return None,
    };
    Some(t.s(id))
}

/// What is said of a code that is none: never a colour. A medical emergency passes all the same.
#[must_use]
pub fn unreadable(t: Texts, refused: &Refused, emergency: bool) -> Option<Said> {
    let why = match refused {
        // Nothing was scanned, and nobody asks a person who is carried in for a code.
        Refused::BadCode(_) if emergency => String::new(),
        Refused::BadCode(error) => t.s(bad_code(error)),
        Refused::Revoked => t.s("bad-code-revoked"),
        Refused::Invalid(errors) if errors.iter().any(|error| error.code == "impossible-temperature") => {
            t.s("field-impossible-temperature")
        }
        _ => return None,
    };
    let (act, sentence) = if emergency {
        (Act::Pass, format!("{} {why}", t.s("gate-emergency-uncoded")).trim().to_owned())
    } else {
        (Act::CannotTell, why)
    };
    let look = Look::of(t, Standing::Unknown);
    Some(Said { act, word: word(t, act), look, sentence, assurance: String::new() })
}

/// Why a code is not believed, and what to do: a sentence for each stable code.
pub const REASONS: [(&str, &str); 13] = [
    ("foreign-code", "bad-code-foreign"),
    ("malformed-code", "bad-code-malformed"),
    ("unknown-issuer", "bad-code-issuer"),
    ("other-issuer", "bad-code-issuer"),
    ("outside-key-window", "bad-code-key"),
    ("forged-code", "bad-code-forged"),
    ("forged-presentation", "bad-code-holder"),
    ("code-not-yet-valid", "bad-code-early"),
    ("expired-code", "bad-code-expired"),
    ("no-presentation", "bad-code-no-presentation"),
    ("stale-presentation", "bad-code-stale"),
    ("wrong-clock", "bad-code-clock"),
    ("revoked", "bad-code-revoked"),
];

fn bad_code(error: &VerifyError) -> &'static str {
    let reason = REASONS.iter().find(|(code, _)| *code == error.code());
    reason.map_or("bad-code-malformed", |(_, id)| id)
}

/// The kind of a point in words, where the policy or the pages have some.
#[must_use]
pub fn kind(t: Texts, policy: &PolicyTexts, kind: &str) -> String {
    let own = policy.sentence(&format!("point-kind.{kind}")).map(ToOwned::to_owned);
    let id = format!("point-kind-{kind}");
    own.unwrap_or_else(|| if t.has(&id) { t.s(&id) } else { kind.replace('-', " ") })
}
