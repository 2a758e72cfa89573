//! Names, document numbers and telephone numbers that are nobody's.

use crate::chance::Chance;
use kangma_core::Day;

/// Frequent surnames; with a numeral for a given name nobody real is meant.
const SURNAMES: [&str; 20] = [
    "赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈", "沈", "韩", "杨", "朱", "秦", "许", "何",
    "吕", "张", "孔",
];

/// Numerals for names of districts and of people.
pub(crate) const STEMS: [&str; 10] = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"];

const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

pub(crate) fn surname(chance: &mut Chance) -> &'static str {
    chance.pick(&SURNAMES).copied().unwrap_or("赵")
}

/// A surname, a stem and one or two digits: 李丙三七.
pub(crate) fn name(chance: &mut Chance, surname: &str) -> String {
    let stem = chance.pick(&STEMS).copied().unwrap_or("甲");
    let (tens, ones) = (chance.between(0, 9), chance.between(1, 9));
    let digit = |n: u32| usize::try_from(n).ok().and_then(|n| DIGITS.get(n)).copied().unwrap_or("一");
    let tens = if tens == 0 { "" } else { digit(tens) };
    format!("{surname}{stem}{tens}{}", digit(ones))
}

/// Division, date of birth and number as GB 11643 has them, and a check digit that is one too high.
pub(crate) fn document_number(division: &str, born: Day, number: u32) -> String {
    let digits = format!("{division}{}{:03}", born.to_string().replace('-', ""), number % 1_000);
    let right = check_digit(&digits);
    format!("{digits}{}", check_character((right + 1) % 11))
}

/// Eleven digits that begin with 100: no mobile number does, and as a number of the area 10 its
/// subscriber part would begin with 0.
pub(crate) fn phone(number: u32) -> String {
    format!("100{:08}", number % 100_000_000)
}

/// ISO 7064 MOD 11-2 over seventeen digits.
fn check_digit(digits: &str) -> u32 {
    let step = |sum: u32, digit: u32| ((sum + digit) * 2) % 11;
    let sum = digits.chars().filter_map(|character| character.to_digit(10)).fold(0, step);
    (12 - sum) % 11
}

fn check_character(value: u32) -> char {
    if value == 10 { 'X' } else { char::from_digit(value, 10).unwrap_or('X') }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_is_that_of_the_published_example() {
        // GB 11643-1999, appendix A.
        assert_eq!(check_character(check_digit("11010519491231002")), 'X');
        assert_eq!(check_character(check_digit("44052418800101001")), '4');
    }
}
