//! Base45 (RFC 9285): bytes in the characters that a QR packs tightest.

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const OUTSIDE: u8 = 0xff;
const VALUES: [u8; 256] = values();

/// A text that is not Base45.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what}, at character {at}")]
pub struct BadBase45 {
    /// The byte of the text.
    pub at: usize,
    /// What was wrong there.
    pub what: &'static str,
}

const fn values() -> [u8; 256] {
    let mut table = [OUTSIDE; 256];
    let mut value = 0u8;
    while value < 45 {
        table[ALPHABET[value as usize] as usize] = value;
        value += 1;
    }
    table
}

/// Writes bytes as Base45, behind what `text` already holds.
pub fn encode_onto(text: &mut String, bytes: &[u8]) {
    text.reserve(bytes.len().div_ceil(2) * 3);
    let (pairs, rest) = bytes.as_chunks();
    for pair in pairs {
        push(text, u16::from_be_bytes(*pair), 3);
    }
    if let [last] = rest {
        push(text, u16::from(*last), 2);
    }
}

/// Writes bytes as Base45.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    encode_onto(&mut text, bytes);
    text
}

fn push(text: &mut String, value: u16, digits: usize) {
    let mut rest = value;
    for _ in 0..digits {
        text.push(char::from(ALPHABET[usize::from(rest % 45)]));
        rest /= 45;
    }
}

/// Reads Base45.
///
/// # Errors
/// A character outside the alphabet, a length that no bytes have, or a group that stands for too large a number.
pub fn decode(text: &str) -> Result<Vec<u8>, BadBase45> {
    let text = text.as_bytes();
    let mut bytes = Vec::with_capacity(text.len() / 3 * 2 + 1);
    let (triples, rest) = text.as_chunks::<3>();
    for (index, triple) in triples.iter().enumerate() {
        let value = value_of(triple, index * 3)?;
        let value = u16::try_from(value).map_err(|_| too_large(index * 3))?;
        bytes.extend_from_slice(&value.to_be_bytes());
    }
    let at = text.len() - rest.len();
    match rest.len() {
        0 => {}
        2 => bytes.push(u8::try_from(value_of(rest, at)?).map_err(|_| too_large(at))?),
        _ => return Err(BadBase45 { at, what: "the text is cut off" }),
    }
    Ok(bytes)
}

fn too_large(at: usize) -> BadBase45 {
    BadBase45 { at, what: "a group of characters stands for too large a number" }
}

/// The number that two or three characters stand for, least significant first.
fn value_of(group: &[u8], at: usize) -> Result<u32, BadBase45> {
    let mut value = 0;
    let mut weight = 1;
    for (offset, character) in group.iter().enumerate() {
        let digit = VALUES[usize::from(*character)];
        if digit == OUTSIDE {
            return Err(BadBase45 { at: at + offset, what: "a character is not one of Base45's" });
        }
        value += u32::from(digit) * weight;
        weight *= 45;
    }
    Ok(value)
}
