//! Identifiers of what only the store and its callers know; the others are `kangma_core`'s.

use kangma_core::id;
use std::{fmt, str::FromStr};

id!(
    /// An account of a member of staff.
    AccountId
);
id!(
    /// A gate: a device or a checker's place at a collection point.
    GateId
);
id!(
    /// A holder's device, by its enrolment.
    DeviceId
);
id!(
    /// One scan in the log: its day in the upper bits, its number in that day in the lower.
    VisitId
);
id!(
    /// A link between two members of a household.
    LinkId
);
id!(
    /// A contact named in an interview.
    ContactId
);
id!(
    /// A call to a contact.
    CallId
);
id!(
    /// An appeal.
    AppealId
);
id!(
    /// An order or a finding that two officers make.
    ProposalId
);
id!(
    /// A proposed correction of personal data.
    CorrectionId
);
id!(
    /// A notice in the outbox.
    NoticeId
);
id!(
    /// A job whose batches each commit whole.
    JobId
);
id!(
    /// A record of an act.
    RecordId
);
id!(
    /// A record of a look at somebody's data.
    LookId
);
id!(
    /// One message of a source that it has been heard.
    HeartbeatId
);
id!(
    /// One publication of a policy.
    PublicationId
);

/// A code's own random number (`cti`), as it stands in the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cti(pub [u8; 16]);

/// Where a code's status stands in the status list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatusIndex(pub u32);

/// SHA-256 of a secret that is looked up but never kept: a session's id, a gate's token, a one-time code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of `secret`.
    #[must_use]
    pub fn of(secret: &[u8]) -> Self {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, secret);
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest.as_ref());
        Self(bytes)
    }

    /// Whether `secret` is what this is the digest of, in a time that does not tell how much of it agrees.
    #[must_use]
    pub fn matches(&self, secret: &[u8]) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(&self.0, &Self::of(secret).0).is_ok()
    }
}

/// Sixty-four hexadecimal digits.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Digest {
    type Err = BadHex;
    fn from_str(text: &str) -> Result<Self, BadHex> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(BadHex);
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).map_err(|_| BadHex)?;
        }
        Ok(Self(bytes))
    }
}

/// A text that is not sixty-four hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a digest is 64 hexadecimal digits")]
pub struct BadHex;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_matches_its_secret_alone_and_reads_back_from_its_text() {
        let digest = Digest::of(b"123456");
        assert!(digest.matches(b"123456") && !digest.matches(b"123457"));
        assert_eq!(digest.to_string().parse(), Ok(digest));
        for bad in ["", "0", &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(bad.parse::<Digest>(), Err(BadHex));
        }
    }
}
