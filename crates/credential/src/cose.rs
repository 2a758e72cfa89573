//! COSE_Sign1 (RFC 9052) and its version-2 countersignature (RFC 9338), as codes and status lists use them.

use crate::{
    Algorithm, Kid, Malformed, Part, PublicKey, SignError, Signature, Signer,
    cbor::{Label, Reader, Writer},
};

const ALG: Label<'_> = Label::Number(1);
const CRIT: Label<'_> = Label::Number(2);
const KID: Label<'_> = Label::Number(4);
const COUNTERSIGNATURE: Label<'_> = Label::Number(11);
const TYPE: Label<'_> = Label::Number(16);
const TAG_SIGN1: u64 = 18;
const TAG_CWT: u64 = 61;

/// A COSE_Sign1 as it was received. Nothing in it is verified yet.
#[derive(Debug, Clone, Copy)]
pub struct Sign1<'b> {
    /// The protected header as received; an encoded empty map is normalised to nothing.
    pub protected: &'b [u8],
    /// The number of the algorithm, from the protected header, else from the unprotected one.
    pub alg: Option<i64>,
    /// Whether that number is under the signature.
    pub alg_is_protected: bool,
    /// The key identifier, from the protected header, else from the unprotected one.
    pub kid: Option<&'b [u8]>,
    /// Whether that key identifier is under the signature.
    pub kid_is_protected: bool,
    /// The type of the whole (header 16), if it is a text.
    pub content: Option<&'b str>,
    /// What was signed.
    pub payload: &'b [u8],
    /// The signature.
    pub signature: &'b [u8],
    /// The holder part, if there is one.
    pub(crate) countersignature: Option<Countersignature<'b>>,
}

/// A countersignature as it was received.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Countersignature<'b> {
    pub(crate) protected: &'b [u8],
    pub(crate) signature: &'b [u8],
}

impl<'b> Sign1<'b> {
    /// Reads a COSE_Sign1: untagged, tagged 18, or tagged 61(18).
    ///
    /// # Errors
    /// It is not well-formed.
    pub fn read(bytes: &'b [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(Part::Cose, bytes);
        read_tags(&mut reader)?;
        reader.array(4, "an envelope is an array of four")?;
        let protected = reader.bytes()?;
        let mut sign1 = Self {
            protected: if protected == [0xa0] { &[] } else { protected },
            alg: None,
            alg_is_protected: false,
            kid: None,
            kid_is_protected: false,
            content: None,
            payload: &[],
            signature: &[],
            countersignature: None,
        };
        sign1.read_protected()?;
        sign1.read_unprotected(&mut reader)?;
        sign1.payload = reader.bytes()?;
        sign1.signature = reader.bytes()?;
        reader.end()?;
        Ok(sign1)
    }

    fn read_protected(&mut self) -> Result<(), Malformed> {
        if self.protected.is_empty() {
            return Ok(());
        }
        let mut reader = Reader::new(Part::Header, self.protected);
        reader.map(|label, reader| {
            match label {
                ALG => {
                    self.alg = Some(reader.number()?);
                    self.alg_is_protected = true;
                }
                KID => {
                    self.kid = Some(reader.bytes()?);
                    self.kid_is_protected = true;
                }
                TYPE => self.content = reader.text().ok(),
                CRIT => return Err(reader.wrong("a critical header is not understood")),
                _ => return Ok(false),
            }
            Ok(label != TYPE || self.content.is_some())
        })?;
        reader.end()
    }

    fn read_unprotected(&mut self, reader: &mut Reader<'b>) -> Result<(), Malformed> {
        reader.map(|label, reader| {
            match label {
                ALG if !self.alg_is_protected => self.alg = Some(reader.number()?),
                KID if !self.kid_is_protected => self.kid = Some(reader.bytes()?),
                COUNTERSIGNATURE => self.countersignature = Some(read_countersignature(reader)?),
                _ => return Ok(false),
            }
            Ok(true)
        })
    }

    /// Whether `key` made the signature over this and over `external`, which is usually empty.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey, external: &[u8]) -> bool {
        let Ok(signature) = Signature::try_from(self.signature) else { return false };
        self.alg == Some(key.algorithm().number())
            && key.verifies(&to_be_signed(self.protected, external, self.payload), &signature)
    }
}

fn read_tags(reader: &mut Reader<'_>) -> Result<(), Malformed> {
    let wrong = "the tag is not that of a signed envelope";
    let at = reader.position();
    let tag = match reader.tag()? {
        Some(TAG_CWT) => Some(reader.tag()?.ok_or_else(|| reader.wrong(wrong))?),
        tag => tag,
    };
    match tag {
        None | Some(TAG_SIGN1) => Ok(()),
        Some(_) => Err(reader.wrong_at(at, wrong)),
    }
}

fn read_countersignature<'b>(reader: &mut Reader<'b>) -> Result<Countersignature<'b>, Malformed> {
    reader.array(3, "a countersignature is an array of three")?;
    let protected = reader.bytes()?;
    reader.map(|_, _| Ok(false))?;
    Ok(Countersignature { protected, signature: reader.bytes()? })
}

/// RFC 9052 §4.4: what the issuer signs.
pub(crate) fn to_be_signed(protected: &[u8], external: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut writer = Writer::with_capacity(protected.len() + external.len() + payload.len() + 24);
    writer.array(4).text("Signature1").bytes(protected).bytes(external).bytes(payload);
    writer.finish()
}

/// RFC 9338 §3.3: what the holder signs; `signature` is the issuer's.
pub(crate) fn to_be_countersigned(
    protected: &[u8],
    holder: &[u8],
    payload: &[u8],
    signature: &[u8],
) -> Vec<u8> {
    let mut writer =
        Writer::with_capacity(protected.len() + holder.len() + payload.len() + signature.len() + 40);
    writer.array(6).text("CounterSignatureV2").bytes(protected).bytes(holder).bytes(&[]).bytes(payload);
    writer.array(1).bytes(signature);
    writer.finish()
}

/// The protected header of ours: algorithm, key, and the type where there is one.
pub(crate) fn protected_header(algorithm: Algorithm, kid: Kid, content: Option<&str>) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.map(if content.is_some() { 3 } else { 2 });
    writer.number(1).number(algorithm.number()).number(4).bytes(&kid.0);
    if let Some(content) = content {
        writer.number(16).text(content);
    }
    writer.finish()
}

/// Signs a payload into a tagged COSE_Sign1, with algorithm and key (and `content` as header 16) in its protected header.
///
/// # Errors
/// The signer could not sign.
pub fn cose_sign1(payload: &[u8], content: Option<&str>, signer: &dyn Signer) -> Result<Vec<u8>, SignError> {
    let protected = protected_header(signer.algorithm(), signer.kid(), content);
    let signature = signer.sign(&to_be_signed(&protected, &[], payload))?;
    Ok(envelope(&protected, payload, &signature))
}

/// The tagged COSE_Sign1 with an empty unprotected header.
pub(crate) fn envelope(protected: &[u8], payload: &[u8], signature: &Signature) -> Vec<u8> {
    let mut writer = Writer::with_capacity(protected.len() + payload.len() + 80);
    writer.tag(TAG_SIGN1).array(4).bytes(protected).map(0).bytes(payload).bytes(&signature.0);
    writer.finish()
}
