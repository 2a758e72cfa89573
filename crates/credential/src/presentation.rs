//! The holder's fresh proof: a countersignature with the present time in it (`spec/code.md` §3).

use crate::{
    Algorithm, IssuedCode, Malformed, Part, SignError, Signature, Signer,
    cbor::{Label, Reader, Writer},
    claims::read_time,
    cose::to_be_countersigned,
    issue::text_of,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kangma_core::Time;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

const CWT_CLAIMS: i64 = 15;
const IAT: i64 = 6;

/// The pieces between which a page sets the time and its device's signature, so that it needs no CBOR.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// What the device's key is: `Ed25519` or `ES256`.
    pub alg: Algorithm,
    /// What the device signs: the first, the time, the second.
    pub sign: [Piece; 2],
    /// What the QR carries: the first, the time, the second, the signature, the third.
    pub code: [Piece; 3],
}

/// Bytes that are base64url without padding in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece(pub Vec<u8>);

/// A presentation that was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PresentError {
    /// The code is bound to no device.
    #[error("only a device-bound code is presented by its holder")]
    NotDeviceBound,
    /// The time does not fit.
    #[error("a presentation's time lies between 1970-01-01T18:12:16Z and 2106-02-07T06:28:15Z")]
    Time,
    /// The holder's key did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// The template of a device-bound code; nothing for a code that needs no presentation.
#[must_use]
pub fn presentation_template(issued: &IssuedCode) -> Option<Template> {
    let holder = issued.holder?;
    let until_time = header_until_time(holder.algorithm());
    let mut sign = Writer::default();
    sign.array(6).text("CounterSignatureV2").bytes(&issued.protected).raw(&until_time);
    let mut after = Writer::default();
    after.bytes(&[]).bytes(&issued.payload).array(1).bytes(&issued.signature.0);
    let mut start = Writer::default();
    start.tag(18).array(4).bytes(&issued.protected).map(1).number(11).array(3).raw(&until_time);
    let mut end = Writer::default();
    end.bytes(&issued.payload).bytes(&issued.signature.0);
    Some(Template {
        alg: holder.algorithm(),
        sign: [Piece(sign.finish()), Piece(after.finish())],
        code: [Piece(start.finish()), Piece(vec![0xa0, 0x58, 0x40]), Piece(end.finish())],
    })
}

/// The holder's header as a byte string, up to the four bytes of the time.
fn header_until_time(algorithm: Algorithm) -> Vec<u8> {
    let mut header = Writer::default();
    header.map(2).number(1).number(algorithm.number()).number(CWT_CLAIMS).map(1).number(IAT);
    // The head of a number of four bytes: every time of the years to come is one.
    header.raw(&[0x1a, 0, 0, 0, 0]);
    let mut string = Writer::default();
    string.bytes(&header.finish());
    let mut bytes = string.finish();
    bytes.truncate(bytes.len() - 4);
    bytes
}

impl Template {
    /// What the device signs at a time.
    ///
    /// # Errors
    /// The time does not fit into four bytes, or into fewer.
    pub fn to_sign(&self, at: Time) -> Result<Vec<u8>, PresentError> {
        Ok([&self.sign[0].0[..], &time_bytes(at)?, &self.sign[1].0].concat())
    }

    /// The text of the QR with the device's signature.
    ///
    /// # Errors
    /// The time does not fit into four bytes, or into fewer.
    pub fn text(&self, at: Time, signature: &Signature) -> Result<String, PresentError> {
        let [start, middle, end] = &self.code;
        Ok(text_of(&[&start.0[..], &time_bytes(at)?, &middle.0, &signature.0, &end.0].concat()))
    }
}

fn time_bytes(at: Time) -> Result<[u8; 4], PresentError> {
    match u32::try_from(at.seconds()) {
        Ok(seconds) if seconds > 0xffff => Ok(seconds.to_be_bytes()),
        _ => Err(PresentError::Time),
    }
}

/// Presents a device-bound code as its holder's device does.
///
/// # Errors
/// The code is bound to no device, the time does not fit, or the key did not sign.
pub fn present(issued: &IssuedCode, at: Time, device: &dyn Signer) -> Result<String, PresentError> {
    let template = presentation_template(issued).ok_or(PresentError::NotDeviceBound)?;
    let signature = device.sign(&template.to_sign(at)?)?;
    template.text(at, &signature)
}

/// The holder's header as received: the algorithm and the time of the presentation.
pub(crate) fn read_header(protected: &[u8]) -> Result<(i64, Time), Malformed> {
    let mut reader = Reader::new(Part::Presentation, protected);
    let mut alg = None;
    let mut at = None;
    reader.map(|label, reader| {
        match label {
            Label::Number(1) => alg = Some(reader.number()?),
            Label::Number(2) => return Err(reader.wrong("a critical header is not understood")),
            Label::Number(CWT_CLAIMS) => at = read_claims(reader)?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    reader.end()?;
    let alg = alg.ok_or_else(|| reader.wrong("the algorithm is missing"))?;
    Ok((alg, at.ok_or_else(|| reader.wrong("the time of the presentation is missing"))?))
}

fn read_claims(reader: &mut Reader<'_>) -> Result<Option<Time>, Malformed> {
    let mut at = None;
    reader.map(|label, reader| {
        if label != Label::Number(IAT) {
            return Ok(false);
        }
        at = Some(read_time(reader)?);
        Ok(true)
    })?;
    Ok(at)
}

/// What the holder signs over an envelope as it was received.
pub(crate) fn signed_by_holder(sign1: &crate::Sign1<'_>, holder: &[u8]) -> Vec<u8> {
    to_be_countersigned(sign1.protected, holder, sign1.payload, sign1.signature)
}

impl Serialize for Piece {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Piece {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        URL_SAFE_NO_PAD.decode(text.as_bytes()).map(Self).map_err(D::Error::custom)
    }
}
