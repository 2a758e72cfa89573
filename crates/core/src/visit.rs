//! A scan at a collection point: who, where, when, which way, and how far that is proven.

use crate::{PersonId, PointId, Time};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// One scan at a collection point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Visit {
    /// Who was scanned.
    pub person: PersonId,
    /// Where.
    pub point: PointId,
    /// When.
    pub at: Time,
    /// Which way.
    pub direction: Direction,
    /// How far it is proven that the person was there.
    pub assurance: Assurance,
}

/// Declares an enumeration whose variants are words on the wire.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $unknown:ident = $message:literal { $($(#[$item:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$item])* #[serde(rename = $text)] $variant,)*
        }

        impl $name {
            /// Every one, in order.
            pub const ALL: &[$name] = &[$($name::$variant),*];

            /// Its text in policies, JSON and the store.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        #[doc = concat!("A text that ", $message, ".")]
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        #[error("`{0}` {message}", message = $message)]
        pub struct $unknown(pub String);

        impl FromStr for $name {
            type Err = $unknown;
            fn from_str(text: &str) -> Result<Self, $unknown> {
                let found = Self::ALL.iter().copied().find(|word| word.as_str() == text);
                found.ok_or_else(|| $unknown(text.to_owned()))
            }
        }
    };
}

pub(crate) use words;

words! {
    /// Which way a person passed.
    Direction, UnknownDirection = "is neither `in` nor `out`" {
        /// Into the place.
        In = "in",
        /// Out of it.
        Out = "out",
    }
}

words! {
    /// How far it is proven that a person was where a scan says, weakest first.
    Assurance, UnknownAssurance = "is not an assurance" {
        /// A static poster, read by anybody from anywhere.
        Poster = "poster",
        /// Typed in by a checker.
        Typed = "typed",
        /// A paper code.
        Paper = "paper",
        /// A code made by the server for a browser without a key of its own.
        ServerMade = "server-made",
        /// A code bound to the holder's device, with a fresh proof.
        DeviceBound = "device-bound",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assurances_are_ordered_from_a_poster_to_a_device_bound_code() {
        let mut sorted = Assurance::ALL.to_vec();
        sorted.sort();
        assert_eq!(sorted, Assurance::ALL);
        assert_eq!((Assurance::ALL[0], Assurance::ALL[4]), (Assurance::Poster, Assurance::DeviceBound));
    }

    #[test]
    fn every_word_reads_back_from_its_text_and_its_json() {
        for word in Assurance::ALL {
            assert_eq!(word.as_str().parse::<Assurance>().unwrap(), *word);
            assert_eq!(serde_json::to_string(word).unwrap(), format!("\"{word}\""));
        }
        for word in Direction::ALL {
            assert_eq!(word.as_str().parse::<Direction>().unwrap(), *word);
            assert_eq!(serde_json::to_string(word).unwrap(), format!("\"{word}\""));
        }
        assert_eq!("up".parse::<Direction>().unwrap_err().to_string(), "`up` is neither `in` nor `out`");
    }
}
