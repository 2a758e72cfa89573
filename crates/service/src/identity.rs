//! Who a person is, as far as others may see it: masks, and the one spelling under which they are found again.

use crate::written;

/// The surname and a star for every other character: `欧阳小明` has no space to cut at, so the first character stays.
#[must_use]
pub fn masked_name(name: &str) -> String {
    let name = name.trim();
    let mut words = name.split_whitespace();
    match (words.next(), words.next()) {
        (Some(first), Some(_)) if first.is_ascii() => {
            let initial: String = first.chars().take(1).collect();
            let family = name.split_whitespace().next_back().unwrap_or_default();
            let stars = "*".repeat(family.chars().count().saturating_sub(1).clamp(1, 3));
            format!("{initial}. {}{stars}", family.chars().take(1).collect::<String>())
        }
        _ => {
            let stars = name.chars().count().saturating_sub(1).clamp(1, 3);
            format!("{}{}", name.chars().take(1).collect::<String>(), "*".repeat(stars))
        }
    }
}

/// The first and the last two characters of a document's number, for officers' lists.
#[must_use]
pub fn masked_document(document_number: &str) -> String {
    let characters: Vec<char> = document_number.chars().filter(|c| c.is_alphanumeric()).collect();
    if characters.len() < 6 {
        return "*".repeat(characters.len());
    }
    let (head, tail) = (&characters[..2], &characters[characters.len() - 2..]);
    let stars = "*".repeat(characters.len() - 4);
    head.iter().copied().chain(stars.chars()).chain(tail.iter().copied()).collect()
}

/// The one spelling of a document's number: upper case letters and digits alone, full-width ones as the plain ones.
#[must_use]
pub fn normal_document(text: &str) -> String {
    written::plain(text).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// Whether a number in its one spelling can be a document's: its last four characters are what a checker compares.
#[must_use]
pub fn is_document(number: &str) -> bool {
    let compared = number.chars().filter(char::is_ascii_alphanumeric).count();
    (4..=40).contains(&number.chars().count()) && compared >= 4
}

/// The calling code of the country whose numbers are written without one.
const HOME: &str = "86";

/// The one spelling of a telephone number: its digits within the country, `+` and the calling code before those of another.
/// `00` before a calling code is a plus. Eleven digits that begin with 1 are a mobile telephone here, which has no 0
/// before it; after a plus they are a telephone in North America.
///
/// Nothing when it has fewer than 5 or more than 15 digits (E.164's most).
#[must_use]
pub fn normal_phone(text: &str) -> Option<String> {
    let text = text.trim();
    let (plus, rest) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
    if rest.chars().any(|c| !(c.is_ascii_digit() || " -()".contains(c))) {
        return None;
    }
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let (abroad, digits) = match digits.strip_prefix("00") {
        Some(_) if plus => return None,
        Some(digits) => (true, digits),
        None => (plus, &*digits),
    };
    let mobile = |number: &str| number.len() == 11 && number.starts_with('1');
    let here = digits.strip_prefix(HOME).filter(|number| abroad || mobile(number));
    let normal = match here {
        Some(number) if mobile(number) => number.to_owned(),
        Some(number) => format!("0{number}"),
        None if abroad => format!("+{digits}"),
        None => digits.to_owned(),
    };
    (5..=15).contains(&normal.trim_start_matches('+').len()).then_some(normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_shows_the_surname_and_how_long_the_name_is() {
        assert_eq!(masked_name("王小明"), "王**");
        assert_eq!(masked_name("李"), "李*");
        assert_eq!(masked_name("Ana Brook"), "A. B***");
        assert_eq!(masked_name(""), "*");
    }

    #[test]
    fn a_document_shows_its_first_and_last_two_characters_to_officers() {
        assert_eq!(masked_document("990000 19900101 0004"), "99**************04");
        assert_eq!(masked_document("A12"), "***");
        assert_eq!(normal_document(" e-1234567x "), "E1234567X");
        assert_eq!(normal_document("ｅ１２３４"), "E1234");
    }

    #[test]
    fn one_telephone_has_one_spelling() {
        for same in ["+86 100-0000-0001", "0086 100 0000 0001", "86 10000000001", "100-0000-0001"] {
            assert_eq!(normal_phone(same).as_deref(), Some("10000000001"), "{same}");
        }
        for same in ["+1 660 000 0001", "0016600000001", "001 (660) 000-0001"] {
            assert_eq!(normal_phone(same).as_deref(), Some("+16600000001"), "{same}");
        }
        assert_eq!(normal_phone("+64 21 123 456"), Some("+6421123456".to_owned()));
        assert_eq!(normal_phone("0571 8765 4321"), Some("057187654321".to_owned()));
        assert_eq!(normal_phone("+86 571 8765 4321"), Some("057187654321".to_owned()));
        assert_eq!(normal_phone("8612345"), Some("8612345".to_owned()));
        for none in
            ["++12345", "+0012345", "12+345", "+", "00", "0000", "+86", "+123", "00123456789012345678"]
        {
            assert_eq!(normal_phone(none), None, "{none}");
        }
        assert_eq!(normal_phone("(100) 0000"), Some("1000000".to_owned()));
        assert_eq!(normal_phone("12 34"), None);
        assert_eq!(normal_phone("call me"), None);
    }
}
