//! What people write: how long it may be, and of which characters.

use crate::Refused;
use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory},
};

/// The most characters of a line: a name, a word of a list.
pub(crate) const LINE: usize = 100;
/// The most characters of an answer to a question.
pub(crate) const ANSWER: usize = 120;
/// The most characters of an address.
pub(crate) const ADDRESS: usize = 300;
/// The most characters of a text in somebody's own words.
pub(crate) const WORDS: usize = 4_000;

/// That a text is no longer than so many characters.
pub(crate) fn within(field: &str, text: &str, most: usize) -> Result<(), Refused> {
    if text.chars().count() > most { Err(Refused::field(field, "too-long")) } else { Ok(()) }
}

/// The one spelling of a name: composed, and without what only joins or varies other characters.
pub(crate) fn tidy(name: &str) -> String {
    let joins =
        |c: &char| matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
    let text: String = name.trim().chars().filter(|c| !joins(c)).collect();
    ComposingNormalizerBorrowed::new_nfc().normalize(&text).into_owned()
}

/// What is wrong with a tidied name: a checker reads it aloud, so everything in it shows.
pub(crate) fn name_fault(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("required");
    }
    if name.chars().count() > LINE {
        return Some("too-long");
    }
    let letter = name.chars().any(char::is_alphabetic);
    if !letter || name.chars().any(unseen) { Some("not-a-name") } else { None }
}

/// Controls, what turns the direction of writing, and what shows as nothing.
fn unseen(c: char) -> bool {
    use GeneralCategory::{
        Control, Format, LineSeparator, ParagraphSeparator, PrivateUse, Surrogate, Unassigned,
    };
    let hidden = [Control, Format, LineSeparator, ParagraphSeparator, PrivateUse, Surrogate, Unassigned];
    hidden.contains(&CodePointMapData::<GeneralCategory>::new().get(c))
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// What is wrong with a district or a division: a code or a name, which stands in public lists.
pub(crate) fn district_fault(district: &str) -> Option<&'static str> {
    let district = district.trim();
    if district.is_empty() {
        return Some("required");
    }
    let fits = |c: char| (c.is_alphanumeric() && !unseen(c)) || " -_.·'’()（）".contains(c);
    if district.chars().count() > 64 || !district.chars().all(fits) { Some("not-a-district") } else { None }
}

/// A text with its full-width and other compatible letters and digits as the plain ones.
pub(crate) fn plain(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfkc().normalize(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_of_characters_that_show() {
        for name in ["李明", "Łucja Nowák", "O’Brien-Smith", "محمد", "नमस्ते", "𠮷野家"]
        {
            assert_eq!(name_fault(&tidy(name)), None, "{name}");
        }
        for (name, fault) in [
            ("  ", "required"),
            ("\u{0}\u{0}", "not-a-name"),
            ("\u{202e}\u{202e}abc", "not-a-name"),
            ("\u{3164}", "not-a-name"),
            ("\u{feff}", "not-a-name"),
            ("A\r\nSet-Cookie: a=b", "not-a-name"),
            ("\u{e000}李", "not-a-name"),
            ("***", "not-a-name"),
        ] {
            assert_eq!(name_fault(&tidy(name)), Some(fault), "{name:?}");
        }
        assert_eq!(name_fault(&"李".repeat(LINE + 1)), Some("too-long"));
        assert_eq!(tidy(" e\u{301} "), "é");
        assert_eq!(tidy("葛\u{e0100}城"), "葛城");
    }

    #[test]
    fn a_district_is_a_code_or_a_name() {
        for district in ["330106", "east", "西湖区", "King's Cross (north)"] {
            assert_eq!(district_fault(district), None, "{district}");
        }
        for district in ["\"'><img src=x>", "a\u{202e}b", "a\nb", &"x".repeat(65)] {
            assert_eq!(district_fault(district), Some("not-a-district"), "{district:?}");
        }
    }
}
