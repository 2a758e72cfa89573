//! What a code says.

use crate::{Face, HolderKey, Issuer};
use kangma_core::{Assurance, Span, Standing, Time};
use std::fmt;

/// A code's random name. Never derived from a signature: an ECDSA signature can be changed into another valid one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cti(pub [u8; 16]);

/// Where the holder stands in the issuer's status list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatusIndex(pub u32);

/// The first eight bytes of a policy's SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PolicyDigest(pub [u8; 8]);

/// What an issuer says about a person, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Code {
    /// Who says it.
    pub issuer: Issuer,
    /// When it was issued, in whole seconds.
    pub issued: Time,
    /// The first instant at which it is no longer valid, in whole seconds.
    pub expires: Time,
    /// Its random name.
    pub cti: Cti,
    /// Whom it is about, as far as a checker's eye needs it.
    pub face: Face,
    /// Where the holder stands in the status list.
    pub status: StatusIndex,
    /// How it is bound, with what only codes of that kind say.
    pub kind: CodeKind,
}

/// How a code is bound to its holder.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CodeKind {
    /// To a key in the holder's device, which proves its presence again and again.
    DeviceBound {
        /// The device's public key.
        key: HolderKey,
        /// The standing.
        shown: Shown,
    },
    /// To nothing: made by the server for a browser without a key, and valid for two minutes.
    ServerMade {
        /// The standing.
        shown: Shown,
    },
    /// To paper. It says who, and no colour.
    Paper,
}

/// A standing with what it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shown {
    /// The standing. `Undeclared` travels as `Expired`: both are owed a declaration.
    pub standing: Standing,
    /// How far the sources behind it have been heard, in whole seconds.
    pub as_of: Time,
    /// The policy that decided it.
    pub policy: Option<PolicyDigest>,
}

impl CodeKind {
    /// How far a code of this kind proves that its holder is there.
    #[must_use]
    pub const fn assurance(&self) -> Assurance {
        match self {
            CodeKind::DeviceBound { .. } => Assurance::DeviceBound,
            CodeKind::ServerMade { .. } => Assurance::ServerMade,
            CodeKind::Paper => Assurance::Paper,
        }
    }

    /// The longest that a code of this kind may live.
    #[must_use]
    pub const fn longest_life(&self) -> Span {
        match self {
            CodeKind::DeviceBound { .. } => Span::from_24_hours(1),
            CodeKind::ServerMade { .. } => Span::from_minutes(2),
            CodeKind::Paper => Span::from_24_hours(180),
        }
    }

    /// What it shows: nothing, on paper.
    #[must_use]
    pub const fn shown(&self) -> Option<&Shown> {
        match self {
            CodeKind::DeviceBound { shown, .. } | CodeKind::ServerMade { shown } => Some(shown),
            CodeKind::Paper => None,
        }
    }
}

impl Code {
    /// Whether it ends after it begins, and lives no longer than its kind may.
    pub(crate) fn has_a_lawful_life(&self) -> bool {
        self.issued < self.expires && self.expires - self.issued <= self.kind.longest_life()
    }
}

impl fmt::Display for Cti {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
