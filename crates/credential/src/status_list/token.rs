//! The signed token around a status list.

use super::StatusList;
use crate::{
    KeyRing, Kid, Malformed, Part, Sign1, SignError, Signer,
    cbor::{Label, Reader, Writer},
    claims::read_time,
    cose_sign1,
};
use kangma_core::{Span, Time};

const TYPE: &str = "application/statuslist+cwt";
const SUB: i64 = 2;
const EXP: i64 = 4;
const IAT: i64 = 6;
const STATUS_LIST: i64 = 65_533;
const TTL: i64 = 65_534;

/// A status list with where it is published, and from when until when it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusListToken {
    /// The address under which it is published.
    pub uri: String,
    /// When it was issued, in whole seconds.
    pub issued: Time,
    /// When it ends, if it says so, in whole seconds.
    pub expires: Option<Time>,
    /// How long it may be kept before a fresh one is fetched, in whole seconds.
    pub keep: Option<Span>,
    /// The list.
    pub list: StatusList,
}

/// A status list that was not written, or is not believed.
#[derive(Debug, thiserror::Error)]
pub enum StatusListError {
    /// It is not well-formed.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// It is no status list by its type.
    #[error("the signed document is not a status list")]
    OtherType,
    /// No key of that name is in the ring.
    #[error("no known issuer has the key that signed the status list: renew the gate's keys")]
    UnknownIssuer,
    /// The signature does not hold, or the key was not in force.
    #[error("the status list's signature is forged")]
    Forged,
    /// Its time has not come, or is over.
    #[error("the status list of {issued} does not hold now: fetch a fresh one, or check the clock")]
    NotInForce {
        /// When it was issued.
        issued: Time,
    },
    /// The signer did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The list could not be packed.
    #[error("the status list could not be packed")]
    Pack(#[from] std::io::Error),
}

impl StatusListToken {
    /// Signs it.
    ///
    /// # Errors
    /// The signer did not sign.
    pub fn sign(&self, signer: &dyn Signer) -> Result<Vec<u8>, StatusListError> {
        Ok(cose_sign1(&self.to_claims()?, Some(TYPE), signer)?)
    }

    /// Verifies a signed list and reads it.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn verify(bytes: &[u8], ring: &KeyRing, now: Time) -> Result<Self, StatusListError> {
        let sign1 = Sign1::read(bytes)?;
        if sign1.content != Some(TYPE) || !sign1.alg_is_protected {
            return Err(StatusListError::OtherType);
        }
        let kid = sign1.kid.and_then(|kid| kid.try_into().ok()).map(Kid);
        let issuer = kid.and_then(|kid| ring.find(kid)).ok_or(StatusListError::UnknownIssuer)?;
        if !sign1.is_signed_by(&issuer.key, &[]) {
            return Err(StatusListError::Forged);
        }
        let token = Self::from_claims(sign1.payload)?;
        if !issuer.window.contains(token.issued) {
            return Err(StatusListError::Forged);
        }
        let over = token.expires.is_some_and(|end| now >= end);
        if over || token.issued > now + crate::SKEW {
            return Err(StatusListError::NotInForce { issued: token.issued });
        }
        Ok(token)
    }

    fn to_claims(&self) -> Result<Vec<u8>, StatusListError> {
        let list = self.list.to_cbor()?;
        let mut writer = Writer::with_capacity(list.len() + self.uri.len() + 40);
        writer.map(3 + u64::from(self.expires.is_some()) + u64::from(self.keep.is_some()));
        writer.number(SUB).text(&self.uri);
        if let Some(expires) = self.expires {
            writer.number(EXP).number(expires.seconds());
        }
        writer.number(IAT).number(self.issued.seconds());
        writer.number(STATUS_LIST).raw(&list);
        if let Some(keep) = self.keep {
            writer.number(TTL).number(keep.seconds());
        }
        Ok(writer.finish())
    }

    /// Reads the claims of a list, without any signature.
    ///
    /// # Errors
    /// They are not well-formed.
    pub fn from_claims(payload: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(Part::StatusList, payload);
        let (mut uri, mut issued, mut list) = (None, None, None);
        let (mut expires, mut keep) = (None, None);
        reader.map(|label, reader| {
            match label {
                Label::Number(SUB) => uri = Some(reader.text()?.to_owned()),
                Label::Number(IAT) => issued = Some(read_time(reader)?),
                Label::Number(EXP) => expires = Some(read_time(reader)?),
                Label::Number(TTL) => keep = Some(Span::from_seconds(read_time(reader)?.seconds())),
                Label::Number(STATUS_LIST) => list = Some(StatusList::read(reader)?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        reader.end()?;
        Ok(Self {
            uri: uri.ok_or_else(|| reader.wrong("the address is missing"))?,
            issued: issued.ok_or_else(|| reader.wrong("the time of issue is missing"))?,
            list: list.ok_or_else(|| reader.wrong("the list is missing"))?,
            expires,
            keep,
        })
    }
}
