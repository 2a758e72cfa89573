//! From the text of a QR to what may be believed of it (`spec/code.md` §4).

use crate::{
    Code, CodeKind, HolderKey, Issuer, IssuerKey, KeyRing, Kid, Malformed, Part, Sign1, Signature, base45,
    claims, cose::Countersignature, issue::PREFIX, presentation,
};
use kangma_core::{Assurance, Span, Time};
use std::fmt;

/// How far a clock may be off.
pub const SKEW: Span = Span::from_seconds(90);

/// No symbol of ours is longer, and a longer text is not worth the work of reading.
const LONGEST_TEXT: usize = 1_024;

/// A code that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What it says.
    pub code: Code,
    /// How far it proves that its holder is there.
    pub assurance: Assurance,
    /// When the holder's device presented it; nothing for a code without a device.
    pub presented_at: Option<Time>,
    /// The key that signed it.
    pub kid: Kid,
}

/// Why a code is not believed. Each has a stable [`code`](VerifyError::code) of its own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Somebody else's code.
    #[error("this is {0}, not a health code of this system: ask the person to open their health code")]
    Foreign(Foreign),
    /// Ours by its prefix, but not well-formed.
    #[error("{0}: scan it again, or ask the person to reload the page")]
    Malformed(#[from] Malformed),
    /// No key of that name is in the ring.
    #[error("no known issuer has the key {0}: renew the gate's keys")]
    UnknownIssuer(Kid),
    /// The issuer's signature does not hold.
    #[error("the issuer's signature is forged")]
    ForgedIssuer,
    /// The key belongs to another issuer than the code names.
    #[error("the code names the issuer {named}, but the key is another's")]
    OtherIssuer {
        /// Whom the code names.
        named: Issuer,
    },
    /// The code was issued when its key was not in force.
    #[error("the code was issued at {issued}, when its key was not in force")]
    OutsideKeyWindow {
        /// When it was issued.
        issued: Time,
    },
    /// Its time has not come.
    #[error("the code is valid only from {from}: check the clock of this gate")]
    NotYetValid {
        /// When it was issued.
        from: Time,
    },
    /// Its time is over.
    #[error("the code expired at {at}: ask the person to renew it")]
    Expired {
        /// When it ended.
        at: Time,
    },
    /// A device-bound code without the device's proof.
    #[error("the holder's device has not proven that it is here: ask the person to open the live code")]
    NoPresentation,
    /// The holder's signature does not hold.
    #[error("the presentation was not signed by the holder's device")]
    ForgedHolder,
    /// Presented too long ago: a screenshot, or a slow clock.
    #[error("the code was presented {} seconds ago: it is a screenshot, or the device's clock is slow; ask for the live code", .age.seconds())]
    StalePresentation {
        /// How long ago.
        age: Span,
    },
    /// Presented in the future: a wrong clock.
    #[error("the code was presented {} seconds in the future: a clock is wrong, the device's or this gate's", .ahead.seconds())]
    FuturePresentation {
        /// How far ahead.
        ahead: Span,
    },
}

/// Whose a foreign code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// `HC1:`, the EU Digital COVID Certificate and its relatives.
    EuCertificate,
    /// `NZCP:/`, the NZ COVID Pass.
    NzPass,
    /// `shc:/`, a SMART Health Card.
    SmartHealthCard,
    /// A web address.
    WebAddress,
    /// Something else.
    Other,
}

/// Verifies the text of a QR at `now`, offline.
///
/// # Errors
/// The first thing that is wrong with it, in the order of `spec/code.md` §4.
pub fn verify(text: &str, ring: &KeyRing, now: Time) -> Result<Seen, VerifyError> {
    let bytes = bytes_of(text)?;
    let sign1 = Sign1::read(&bytes)?;
    let kid = kid_of(&sign1)?;
    let code = claims::read(sign1.payload)?;
    let presentation = Presentation::read(&sign1, &code)?;
    let issuer = ring.find(kid).ok_or(VerifyError::UnknownIssuer(kid))?;
    check_issuer(&sign1, &code, issuer)?;
    check_life(&code, now)?;
    let presented_at = presentation.check(&sign1, now)?;
    Ok(Seen { assurance: code.kind.assurance(), code, presented_at, kid })
}

fn bytes_of(text: &str) -> Result<Vec<u8>, VerifyError> {
    let body = text.strip_prefix(PREFIX).ok_or_else(|| VerifyError::Foreign(Foreign::of(text)))?;
    let wrong =
        |at, what| VerifyError::Malformed(Malformed { part: Part::Text, at: PREFIX.len() + at, what });
    if text.len() > LONGEST_TEXT {
        return Err(wrong(LONGEST_TEXT - PREFIX.len(), "the text is too long"));
    }
    base45::decode(body).map_err(|bad| wrong(bad.at, bad.what))
}

fn kid_of(sign1: &Sign1<'_>) -> Result<Kid, Malformed> {
    let wrong = |what| Malformed { part: Part::Header, at: 0, what };
    if !sign1.alg_is_protected {
        return Err(wrong("the algorithm is missing"));
    }
    if sign1.signature.len() != 64 {
        return Err(Malformed { part: Part::Cose, at: 0, what: "the issuer's signature is not 64 bytes" });
    }
    match sign1.kid {
        Some(kid) if sign1.kid_is_protected => {
            kid.try_into().map(Kid).map_err(|_| wrong("the key's name is not 8 bytes"))
        }
        _ => Err(wrong("the key's name is missing")),
    }
}

fn check_issuer(sign1: &Sign1<'_>, code: &Code, issuer: &IssuerKey) -> Result<(), VerifyError> {
    if !sign1.is_signed_by(&issuer.key, &[]) {
        return Err(VerifyError::ForgedIssuer);
    }
    if code.issuer != issuer.issuer {
        return Err(VerifyError::OtherIssuer { named: code.issuer.clone() });
    }
    if !issuer.window.contains(code.issued) {
        return Err(VerifyError::OutsideKeyWindow { issued: code.issued });
    }
    Ok(())
}

fn check_life(code: &Code, now: Time) -> Result<(), VerifyError> {
    if code.issued > now + SKEW {
        return Err(VerifyError::NotYetValid { from: code.issued });
    }
    if now >= code.expires {
        return Err(VerifyError::Expired { at: code.expires });
    }
    Ok(())
}

/// The holder part, read but not verified.
enum Presentation<'b> {
    NotNeeded,
    Missing,
    Made { key: HolderKey, protected: &'b [u8], signature: Signature, alg: i64, at: Time },
}

impl<'b> Presentation<'b> {
    fn read(sign1: &Sign1<'b>, code: &Code) -> Result<Self, Malformed> {
        match (&code.kind, sign1.countersignature) {
            (CodeKind::DeviceBound { .. }, None) => Ok(Self::Missing),
            (CodeKind::DeviceBound { key, .. }, Some(made)) => Self::read_made(*key, made),
            (_, None) => Ok(Self::NotNeeded),
            (_, Some(_)) => Err(Malformed {
                part: Part::Presentation,
                at: 0,
                what: "a code without a device is presented by one",
            }),
        }
    }

    fn read_made(key: HolderKey, made: Countersignature<'b>) -> Result<Self, Malformed> {
        let (alg, at) = presentation::read_header(made.protected)?;
        let signature = Signature::try_from(made.signature).map_err(|_| Malformed {
            part: Part::Presentation,
            at: 0,
            what: "the holder's signature is not 64 bytes",
        })?;
        Ok(Self::Made { key, protected: made.protected, signature, alg, at })
    }

    fn check(&self, sign1: &Sign1<'_>, now: Time) -> Result<Option<Time>, VerifyError> {
        let Self::Made { key, protected, signature, alg, at } = self else {
            return match self {
                Self::Missing => Err(VerifyError::NoPresentation),
                _ => Ok(None),
            };
        };
        let message = presentation::signed_by_holder(sign1, protected);
        let holds = *alg == key.algorithm().number() && key.verifies(&message, signature) == Ok(true);
        if !holds {
            return Err(VerifyError::ForgedHolder);
        }
        let age = now - *at;
        if age > SKEW {
            return Err(VerifyError::StalePresentation { age });
        }
        if *at - now > SKEW {
            return Err(VerifyError::FuturePresentation { ahead: *at - now });
        }
        Ok(Some(*at))
    }
}

impl VerifyError {
    /// Its stable code in problems, pages and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Foreign(_) => "foreign-code",
            Self::Malformed(_) => "malformed-code",
            Self::UnknownIssuer(_) => "unknown-issuer",
            Self::ForgedIssuer => "forged-code",
            Self::OtherIssuer { .. } => "other-issuer",
            Self::OutsideKeyWindow { .. } => "outside-key-window",
            Self::NotYetValid { .. } => "code-not-yet-valid",
            Self::Expired { .. } => "expired-code",
            Self::NoPresentation => "no-presentation",
            Self::ForgedHolder => "forged-presentation",
            Self::StalePresentation { .. } => "stale-presentation",
            Self::FuturePresentation { .. } => "wrong-clock",
        }
    }
}

impl Foreign {
    fn of(text: &str) -> Self {
        let begins =
            |prefix: &str| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        if begins("HC1:") {
            Self::EuCertificate
        } else if begins("NZCP:/") {
            Self::NzPass
        } else if begins("shc:/") {
            Self::SmartHealthCard
        } else if begins("https://") || begins("http://") {
            Self::WebAddress
        } else {
            Self::Other
        }
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EuCertificate => "an EU certificate",
            Self::NzPass => "a New Zealand pass",
            Self::SmartHealthCard => "a SMART Health Card",
            Self::WebAddress => "a web address",
            Self::Other => "something else",
        })
    }
}
