//! Identifiers: a newtype each, so that a person is never passed where a point is meant.

#[doc(hidden)]
pub use serde;

/// A text that is not the sixteen hexadecimal digits of an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an identifier is 16 hexadecimal digits")]
pub struct BadId;

/// Declares an identifier: 64 bits, written as sixteen hexadecimal digits.
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{:016x}", self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::id::BadId;
            fn from_str(text: &str) -> Result<Self, $crate::id::BadId> {
                if text.len() != 16 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
                    return Err($crate::id::BadId);
                }
                u64::from_str_radix(text, 16).map(Self).map_err(|_| $crate::id::BadId)
            }
        }

        impl $crate::id::serde::Serialize for $name {
            fn serialize<S: $crate::id::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> $crate::id::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::id::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as $crate::id::serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(<D::Error as $crate::id::serde::de::Error>::custom)
            }
        }
    };
}

crate::id!(
    /// A person, by a random 63-bit number that says nothing about them.
    PersonId
);
crate::id!(
    /// One item of evidence. Numbered by the store in the order of recording, so that ties in time have an order.
    EvidenceId
);
crate::id!(
    /// A collection point.
    PointId
);
crate::id!(
    /// A case: one person's suspected or confirmed infection, from report to its end.
    CaseId
);
crate::id!(
    /// A risk area, from its marking to its clearing or withdrawal.
    AreaId
);
crate::id!(
    /// A published exposure site: a place and a time.
    SiteId
);
