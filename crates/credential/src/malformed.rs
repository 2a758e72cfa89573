//! Where a code is not well-formed, and how.

use std::fmt;

/// The part of a code that could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The text of the QR.
    Text,
    /// The outer COSE structure.
    Cose,
    /// The issuer's protected header.
    Header,
    /// The claims that the issuer signed.
    Claims,
    /// The holder's countersignature.
    Presentation,
    /// A status list.
    StatusList,
}

/// A code that is not well-formed: which part, at which byte of it, and what was wrong there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the code is malformed: {what}, at byte {at} of the {part}")]
pub struct Malformed {
    /// The part.
    pub part: Part,
    /// The byte of that part, counted from 0.
    pub at: usize,
    /// What was wrong.
    pub what: &'static str,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Text => "text",
            Part::Cose => "envelope",
            Part::Header => "issuer's header",
            Part::Claims => "claims",
            Part::Presentation => "presentation",
            Part::StatusList => "status list",
        })
    }
}
