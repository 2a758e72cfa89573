//! The signed status list (IETF Token Status List): what a gate without network knows of every holder.

mod token;

pub use token::{StatusListError, StatusListToken};

use crate::{
    Malformed, Part, StatusIndex,
    cbor::{Label, Reader, Writer},
};
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use kangma_core::Standing;
use std::io::{Read as _, Write as _};

/// A list that unpacks to more is refused: 64 MiB hold 134 million holders of four bits.
const MOST_BYTES: u64 = 64 << 20;

/// What a list says about one holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// The holder's standing. `Undeclared` travels as `Expired`.
    Standing(Standing),
    /// The code is revoked, such as a paper code that was lost.
    Revoked,
    /// A value without a meaning here: it cannot be told.
    Unassigned(u8),
}

impl Status {
    /// What a value means.
    #[must_use]
    pub const fn of(value: u8) -> Self {
        match value {
            0x00 => Self::Standing(Standing::Green),
            0x01 => Self::Revoked,
            0x03 => Self::Standing(Standing::Yellow),
            0x0c => Self::Standing(Standing::Red),
            0x0d => Self::Standing(Standing::UnderReview),
            0x0e => Self::Standing(Standing::Expired),
            0x0f => Self::Standing(Standing::Unknown),
            other => Self::Unassigned(other),
        }
    }

    /// Its value.
    #[must_use]
    pub const fn value(self) -> u8 {
        match self {
            Self::Standing(Standing::Green) => 0x00,
            Self::Revoked => 0x01,
            Self::Standing(Standing::Yellow) => 0x03,
            Self::Standing(Standing::Red) => 0x0c,
            Self::Standing(Standing::UnderReview) => 0x0d,
            Self::Standing(Standing::Expired | Standing::Undeclared) => 0x0e,
            Self::Standing(Standing::Unknown) => 0x0f,
            Self::Unassigned(value) => value,
        }
    }
}

impl From<Standing> for Status {
    fn from(standing: Standing) -> Self {
        Self::Standing(standing)
    }
}

/// How many bits a list has for each holder. Ours has four; reading accepts all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bits {
    /// Two values.
    One,
    /// Four.
    Two,
    /// Sixteen.
    Four,
    /// 256.
    Eight,
}

impl Bits {
    /// How many.
    #[must_use]
    pub const fn count(self) -> u8 {
        match self {
            Bits::One => 1,
            Bits::Two => 2,
            Bits::Four => 4,
            Bits::Eight => 8,
        }
    }

    fn of(count: u64) -> Option<Self> {
        [Bits::One, Bits::Two, Bits::Four, Bits::Eight]
            .into_iter()
            .find(|bits| u64::from(bits.count()) == count)
    }

    /// The byte in which an entry lies, how far up in it, and the mask of one entry.
    fn place(self, index: StatusIndex) -> Option<(usize, u32, u8)> {
        let (index, bits) = (u64::from(index.0), u64::from(self.count()));
        let bit = index * bits;
        let shift = u32::try_from(bit % 8).ok()?;
        Some((usize::try_from(bit / 8).ok()?, shift, u8::MAX >> (8 - self.count())))
    }
}

/// A list of values, one for each status index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusList {
    bits: Bits,
    bytes: Vec<u8>,
}

impl StatusList {
    /// A list for at least `entries` holders, each of value 0.
    #[must_use]
    pub fn new(bits: Bits, entries: u32) -> Self {
        let bytes = (u64::from(entries) * u64::from(bits.count())).div_ceil(8);
        Self { bits, bytes: vec![0; usize::try_from(bytes).unwrap_or(usize::MAX)] }
    }

    /// How many bits it has for each.
    #[must_use]
    pub const fn bits(&self) -> Bits {
        self.bits
    }

    /// The value at an index, if the list reaches that far.
    #[must_use]
    pub fn value(&self, index: StatusIndex) -> Option<u8> {
        let (byte, shift, mask) = self.bits.place(index)?;
        self.bytes.get(byte).map(|byte| (byte >> shift) & mask)
    }

    /// What the list says at an index, if it reaches that far.
    #[must_use]
    pub fn status(&self, index: StatusIndex) -> Option<Status> {
        self.value(index).map(Status::of)
    }

    /// Sets the value at an index, and says whether the list reaches that far and the value fits.
    pub fn set(&mut self, index: StatusIndex, value: u8) -> bool {
        let Some((byte, shift, mask)) = self.bits.place(index) else { return false };
        let Some(byte) = self.bytes.get_mut(byte) else { return false };
        if value > mask {
            return false;
        }
        *byte = (*byte & !(mask << shift)) | (value << shift);
        true
    }

    /// The CBOR map `{"bits": …, "lst": zlib(…)}`.
    ///
    /// # Errors
    /// Never in practice: packing happens in memory.
    pub fn to_cbor(&self) -> Result<Vec<u8>, std::io::Error> {
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
        packer.write_all(&self.bytes)?;
        let packed = packer.finish()?;
        let mut writer = Writer::with_capacity(packed.len() + 20);
        writer.map(2).text("bits").number(i64::from(self.bits.count())).text("lst").bytes(&packed);
        Ok(writer.finish())
    }

    /// Reads the CBOR map.
    ///
    /// # Errors
    /// It is not well-formed, or unpacks to more than 64 MiB.
    pub fn from_cbor(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(Part::StatusList, bytes);
        let list = Self::read(&mut reader)?;
        reader.end()?;
        Ok(list)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let at = reader.position();
        let (mut bits, mut packed) = (None, None);
        reader.map(|label, reader| {
            match label {
                Label::Text("bits") => bits = Some(reader.unsigned()?),
                Label::Text("lst") => packed = Some(reader.bytes()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let wrong = |what| reader.wrong_at(at, what);
        let bits =
            bits.and_then(Bits::of).ok_or_else(|| wrong("a list has 1, 2, 4 or 8 bits for each holder"))?;
        let packed = packed.ok_or_else(|| wrong("the list is missing"))?;
        let bytes = unpack(packed).ok_or_else(|| wrong("the list does not unpack to at most 64 MiB"))?;
        Ok(Self { bits, bytes })
    }
}

fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    ZlibDecoder::new(packed).take(MOST_BYTES + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= MOST_BYTES).then_some(bytes)
}
