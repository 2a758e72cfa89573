//! The CBOR that codes are made of: a strict reader over `minicbor` that says where it stumbled, and a writer of
//! deterministic encoding that cannot fail (`minicbor`'s returns a `Result` even into memory).

use crate::{Malformed, Part};
use minicbor::{Decoder, data::Type};

/// More entries than any map of ours or of a foreign code has; it bounds the search for repeated keys.
const MOST_ENTRIES: usize = 32;

/// A map key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label<'b> {
    Number(i64),
    Text(&'b str),
}

/// Reads one part, and names it in every error.
pub(crate) struct Reader<'b> {
    decoder: Decoder<'b>,
    part: Part,
}

type Read<T> = Result<T, Malformed>;

impl<'b> Reader<'b> {
    pub(crate) fn new(part: Part, bytes: &'b [u8]) -> Self {
        Self { decoder: Decoder::new(bytes), part }
    }

    /// What is wrong at the present place.
    pub(crate) fn wrong(&self, what: &'static str) -> Malformed {
        self.wrong_at(self.decoder.position(), what)
    }

    pub(crate) fn wrong_at(&self, at: usize, what: &'static str) -> Malformed {
        Malformed { part: self.part, at, what }
    }

    pub(crate) fn position(&self) -> usize {
        self.decoder.position()
    }

    fn step<T>(
        &mut self,
        what: &'static str,
        read: impl FnOnce(&mut Decoder<'b>) -> Result<T, minicbor::decode::Error>,
    ) -> Read<T> {
        let at = self.decoder.position();
        read(&mut self.decoder).map_err(|_| self.wrong_at(at, what))
    }

    pub(crate) fn bytes(&mut self) -> Read<&'b [u8]> {
        self.step("a byte string was expected", Decoder::bytes)
    }

    /// A byte string of a length that is known.
    pub(crate) fn fixed<const N: usize>(&mut self, what: &'static str) -> Read<[u8; N]> {
        let at = self.decoder.position();
        self.bytes()?.try_into().map_err(|_| self.wrong_at(at, what))
    }

    pub(crate) fn text(&mut self) -> Read<&'b str> {
        self.step("a text was expected", Decoder::str)
    }

    pub(crate) fn unsigned(&mut self) -> Read<u64> {
        self.step("a whole number, not negative, was expected", Decoder::u64)
    }

    pub(crate) fn number(&mut self) -> Read<i64> {
        self.step("a whole number was expected", Decoder::i64)
    }

    /// `true` or `false`, if that comes next.
    pub(crate) fn boolean(&mut self) -> Option<bool> {
        match self.decoder.datatype() {
            Ok(Type::Bool) => self.decoder.bool().ok(),
            _ => None,
        }
    }

    /// The tag, if one comes next.
    pub(crate) fn tag(&mut self) -> Read<Option<u64>> {
        match self.decoder.datatype() {
            Ok(Type::Tag) => self.step("a tag was expected", Decoder::tag).map(|tag| Some(tag.as_u64())),
            _ => Ok(None),
        }
    }

    /// An array of just `length` items.
    pub(crate) fn array(&mut self, length: u64, what: &'static str) -> Read<()> {
        let at = self.decoder.position();
        match self.step(what, Decoder::array)? {
            Some(found) if found == length => Ok(()),
            _ => Err(self.wrong_at(at, what)),
        }
    }

    /// Every entry of a map: `entry` reads the value and says so, or leaves it and says `false` to have it skipped.
    pub(crate) fn map(&mut self, mut entry: impl FnMut(Label<'b>, &mut Self) -> Read<bool>) -> Read<()> {
        let start = self.decoder.position();
        let length = self.step("a map was expected", Decoder::map)?;
        let length = length.ok_or_else(|| self.wrong_at(start, "a map is of indefinite length"))?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > MOST_ENTRIES {
            return Err(self.wrong_at(start, "a map has too many entries"));
        }
        let mut labels = [Label::Number(0); MOST_ENTRIES];
        for index in 0..length {
            let at = self.decoder.position();
            let label = self.label()?;
            if labels[..index].contains(&label) {
                return Err(self.wrong_at(at, "a map names a key twice"));
            }
            labels[index] = label;
            let at = self.decoder.position();
            if !entry(label, self)? {
                self.decoder.set_position(at);
                self.step("a value is not well-formed", Decoder::skip)?;
            }
        }
        Ok(())
    }

    fn label(&mut self) -> Read<Label<'b>> {
        match self.decoder.datatype() {
            Ok(Type::String) => self.text().map(Label::Text),
            _ => self.step("a map key is neither a number nor a text", Decoder::i64).map(Label::Number),
        }
    }

    /// Nothing may follow.
    pub(crate) fn end(&self) -> Read<()> {
        if self.decoder.position() == self.decoder.input().len() {
            return Ok(());
        }
        Err(self.wrong("something follows the end"))
    }
}

/// Writes deterministic CBOR (RFC 8949 §4.2.1), if map keys are given in order.
#[derive(Default)]
pub(crate) struct Writer(Vec<u8>);

const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1 << 5;
const BYTES: u8 = 2 << 5;
const TEXT: u8 = 3 << 5;
const ARRAY: u8 = 4 << 5;
const MAP: u8 = 5 << 5;
const TAG: u8 = 6 << 5;

impl Writer {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }

    fn head(&mut self, major: u8, value: u64) -> &mut Self {
        let bytes = value.to_be_bytes();
        match value {
            0..=23 => self.0.push(major | bytes[7]),
            24..=0xff => self.0.extend_from_slice(&[major | 24, bytes[7]]),
            0x100..=0xffff => self.long(major | 25, &bytes[6..]),
            0x1_0000..=0xffff_ffff => self.long(major | 26, &bytes[4..]),
            _ => self.long(major | 27, &bytes),
        }
        self
    }

    fn long(&mut self, first: u8, rest: &[u8]) {
        self.0.push(first);
        self.0.extend_from_slice(rest);
    }

    pub(crate) fn number(&mut self, value: i64) -> &mut Self {
        match u64::try_from(value) {
            Ok(value) => self.head(UNSIGNED, value),
            Err(_) => self.head(NEGATIVE, value.unsigned_abs() - 1),
        }
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.head(BYTES, bytes.len() as u64).raw(bytes)
    }

    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.head(TEXT, text.len() as u64).raw(text.as_bytes())
    }

    pub(crate) fn boolean(&mut self, value: bool) -> &mut Self {
        self.raw(&[if value { 0xf5 } else { 0xf4 }])
    }

    pub(crate) fn array(&mut self, length: u64) -> &mut Self {
        self.head(ARRAY, length)
    }

    pub(crate) fn map(&mut self, length: u64) -> &mut Self {
        self.head(MAP, length)
    }

    pub(crate) fn tag(&mut self, tag: u64) -> &mut Self {
        self.head(TAG, tag)
    }

    /// Bytes that are CBOR already.
    pub(crate) fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }
}
