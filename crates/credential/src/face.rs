//! What a checker's eye compares with the person in front of it, and the other short texts of a code.

use std::fmt;

const STAR: char = '*';

/// A text that does not fit into a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field} must be 1 to {most_bytes} bytes of printable text")]
pub struct BadField {
    /// Which.
    pub field: &'static str,
    /// How long it may be.
    pub most_bytes: usize,
}

/// What identifies the holder to the eye, and gives away no more than that.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Face {
    /// Where the code was issued.
    pub region: Region,
    /// The name, all but its first character masked.
    pub name: MaskedName,
    /// The last characters of the document's number.
    pub last: LastDigits,
}

macro_rules! short_text {
    ($(#[$doc:meta])* $name:ident, $field:literal, $most:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// Its text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            pub(crate) fn read(text: &str) -> Result<Self, BadField> {
                let fits = !text.is_empty() && text.len() <= $most && !text.chars().any(char::is_control);
                let bad = BadField { field: $field, most_bytes: $most };
                if fits { Ok(Self(text.to_owned())) } else { Err(bad) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

short_text!(
    /// An issuer's name, such as `hz.example`: 1 to 32 bytes.
    Issuer,
    "an issuer's name",
    32
);
short_text!(
    /// A region's code, such as `330106`: 1 to 16 bytes.
    Region,
    "a region",
    16
);
short_text!(
    /// A name with all but its first character masked, such as `李**`. Never a whole name: it is made by masking.
    MaskedName,
    "a masked name",
    32
);
short_text!(
    /// The last four characters of a document's number.
    LastDigits,
    "the last characters of a document's number",
    4
);

impl Issuer {
    /// An issuer's name.
    ///
    /// # Errors
    /// It is empty, too long, or not printable.
    pub fn new(name: &str) -> Result<Self, BadField> {
        Self::read(name)
    }
}

impl Region {
    /// A region's code.
    ///
    /// # Errors
    /// It is empty, too long, or not printable.
    pub fn new(code: &str) -> Result<Self, BadField> {
        Self::read(code)
    }
}

impl MaskedName {
    /// Masks a name: its first character, and a star for each further one, one at least and two at most, so that its length
    /// stays unknown and nobody's whole name shows.
    #[must_use]
    pub fn mask(name: &str) -> Self {
        let mut characters = name.trim().chars().filter(|character| !character.is_control());
        let first = characters.next().unwrap_or(STAR);
        let further = characters.filter(|character| !character.is_whitespace()).count();
        let stars = std::iter::repeat_n(STAR, further.clamp(1, 2));
        Self(std::iter::once(first).chain(stars).collect())
    }
}

impl LastDigits {
    /// The last four letters or digits of a document's number, in capitals; `*` where it has none.
    #[must_use]
    pub fn of(number: &str) -> Self {
        let kept: Vec<char> = number.chars().filter(char::is_ascii_alphanumeric).collect();
        let last: String =
            kept.iter().skip(kept.len().saturating_sub(4)).map(char::to_ascii_uppercase).collect();
        Self(if last.is_empty() { STAR.to_string() } else { last })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_name_shows_its_first_character_and_at_most_two_stars() {
        for (name, masked) in [
            ("李", "李*"),
            ("李明", "李*"),
            ("李小明", "李**"),
            ("Anna Beispiel", "A**"),
            (" ", "**"),
            ("", "**"),
        ] {
            assert_eq!(MaskedName::mask(name).as_str(), masked);
        }
    }

    #[test]
    fn the_last_characters_of_a_number_are_four_letters_or_digits() {
        for (number, last) in [("33010619900101123x", "123X"), ("E-12 34", "1234"), ("7", "7"), ("——", "*")]
        {
            assert_eq!(LastDigits::of(number).as_str(), last);
        }
    }

    #[test]
    fn a_text_that_is_empty_too_long_or_unprintable_is_refused() {
        assert!(Region::new("").is_err());
        assert!(Region::new("12345678901234567").is_err());
        assert!(Region::new("33\n").is_err());
        assert!(Region::new("1234567890123456").is_ok());
    }
}
