//! Issuing a code: the issuer part, signed.

use crate::{
    Code, CodeKind, HolderKey, SignError, Signature, Signer, base45, claims,
    cose::{envelope, protected_header, to_be_signed},
};

/// What begins the text of every code of ours.
pub(crate) const PREFIX: &str = "KM1:";

/// The issuer part of a code, signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedCode {
    pub(crate) protected: Vec<u8>,
    pub(crate) payload: Vec<u8>,
    pub(crate) signature: Signature,
    pub(crate) holder: Option<HolderKey>,
}

/// A code that was not issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// It would end before it begins, or live longer than its kind may.
    #[error("a code of this kind must end after it begins and within {longest_minutes} minutes")]
    Life {
        /// The longest life of its kind.
        longest_minutes: i64,
    },
    /// The signer did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// Signs a code.
///
/// # Errors
/// Its life is not one that its kind may have, or the signer did not sign.
pub fn issue(code: &Code, signer: &dyn Signer) -> Result<IssuedCode, IssueError> {
    if !code.has_a_lawful_life() {
        return Err(IssueError::Life { longest_minutes: code.kind.longest_life().minutes() });
    }
    let protected = protected_header(signer.algorithm(), signer.kid(), None);
    let payload = claims::write(code);
    let signature = signer.sign(&to_be_signed(&protected, &[], &payload))?;
    let holder = match &code.kind {
        CodeKind::DeviceBound { key, .. } => Some(*key),
        CodeKind::ServerMade { .. } | CodeKind::Paper => None,
    };
    Ok(IssuedCode { protected, payload, signature, holder })
}

impl IssuedCode {
    /// The text of its QR, for a code that needs no presentation; nothing for a device-bound one.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let whole = || text_of(&envelope(&self.protected, &self.payload, &self.signature));
        self.holder.is_none().then(whole)
    }
}

/// The text of a QR that carries `bytes`.
pub(crate) fn text_of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(PREFIX.len() + bytes.len().div_ceil(2) * 3);
    text.push_str(PREFIX);
    base45::encode_onto(&mut text, bytes);
    text
}
