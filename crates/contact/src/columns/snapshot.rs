//! The presences as a file: packed as in memory, so that loading copies and computes nothing.
//!
//! A file is a header in the clear (magic, version, salt) and then pieces of a mebibyte, each under AES-256-GCM with a
//! key of its own file: HKDF-SHA-256 of the given key and the salt. A piece's nonce is its number, and what is
//! authenticated with it says whether it is the last: pieces cannot be changed, reordered, left out or cut off.

use super::{Columns, filing::Filing};
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, Salt},
};
use std::io::{self, Read, Write};

const MAGIC: &[u8; 16] = b"kangma presences";
/// Of the whole form, the packing of rows included.
const VERSION: u32 = 4;
const PIECE_BYTES: usize = 1 << 20;
const TAG_BYTES: usize = 16;

/// What a snapshot was taken of: the caller's digest of the store and of the last visit in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Belonging(pub [u8; 32]);

/// The key that lies elsewhere, and what makes this file's own of it. A salt is drawn anew for every file.
#[derive(Clone, Copy)]
pub struct SnapshotKey<'a>(pub &'a [u8; 32]);

/// Chance for one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileSalt(pub [u8; 32]);

/// Why a snapshot cannot be used. The index is then rebuilt from the store.
#[derive(Debug, thiserror::Error)]
pub enum BadSnapshot {
    /// It cannot be read or written.
    #[error("the snapshot cannot be read or written: {0}")]
    Io(#[from] io::Error),
    /// It is no snapshot.
    #[error("this is no snapshot of presences")]
    NotOne,
    /// Another version of kangma wrote it.
    #[error("the snapshot has version {0}, and this kangma reads version {VERSION}")]
    OtherVersion(u32),
    /// It was changed or cut off, or the key is another.
    #[error("the snapshot was changed or cut off, or it is under another key")]
    NotAuthentic,
    /// It is of another store, or of another state of it.
    #[error("the snapshot is of another store, or of another state of it")]
    OfAnotherStore,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    Presences,
    ScansToo,
}

impl Columns {
    /// Writes everything. What arrived since it was last packed is packed first.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn save(
        &mut self,
        out: impl Write,
        key: SnapshotKey<'_>,
        salt: FileSalt,
        belonging: Belonging,
    ) -> Result<(), BadSnapshot> {
        save(out, key, salt, (Holds::Presences, belonging), |out| self.write_to(out))
    }

    /// Reads what [`Columns::save`] wrote.
    ///
    /// # Errors
    /// It is no snapshot, of another version or store, changed, cut off, or under another key. Nothing is loaded by half.
    pub fn load(input: impl Read, key: SnapshotKey<'_>, belonging: Belonging) -> Result<Self, BadSnapshot> {
        load(input, key, (Holds::Presences, belonging), Self::read_from)
    }

    pub(crate) fn write_to(&mut self, out: &mut impl Write) -> io::Result<()> {
        self.settle();
        out.write_all(&self.kept_from.to_le_bytes())?;
        self.by_person.save(out)?;
        self.by_point.save(out)
    }

    pub(crate) fn read_from(input: &mut impl Read) -> io::Result<Self> {
        let kept_from = u32::from_le_bytes(read_array(input)?);
        let mut columns = Self { kept_from, ..Self::default() };
        columns.by_person.load(input)?;
        columns.by_point.load(input)?;
        Ok(columns)
    }
}

/// Seals what `write` writes.
pub(crate) fn save<W: Write>(
    mut out: W,
    key: SnapshotKey<'_>,
    salt: FileSalt,
    (holds, belonging): (Holds, Belonging),
    write: impl FnOnce(&mut Sealing<W>) -> io::Result<()>,
) -> Result<(), BadSnapshot> {
    out.write_all(MAGIC)?;
    out.write_all(&VERSION.to_le_bytes())?;
    out.write_all(&salt.0)?;
    let mut sealing = Sealing { out, key: file_key(key, salt)?, piece: Vec::new(), number: 0 };
    sealing.write_all(&belonging.of(holds))?;
    write(&mut sealing)?;
    sealing.seal(true)?;
    sealing.out.flush()?;
    Ok(())
}

/// Opens what [`save`] sealed, and reads it to its end.
pub(crate) fn load<R: Read, T>(
    mut input: R,
    key: SnapshotKey<'_>,
    (holds, belonging): (Holds, Belonging),
    read: impl FnOnce(&mut Opening<R>) -> io::Result<T>,
) -> Result<T, BadSnapshot> {
    let not_one = |_| BadSnapshot::NotOne;
    if read_array::<16>(&mut input).map_err(not_one)? != *MAGIC {
        return Err(BadSnapshot::NotOne);
    }
    let version = u32::from_le_bytes(read_array(&mut input).map_err(not_one)?);
    if version != VERSION {
        return Err(BadSnapshot::OtherVersion(version));
    }
    let salt = FileSalt(read_array(&mut input).map_err(not_one)?);
    let mut opening = Opening::begin(input, file_key(key, salt)?)?;
    if read_array(&mut opening)? != belonging.of(holds) {
        return Err(BadSnapshot::OfAnotherStore);
    }
    let whole = |opening: &mut Opening<R>| {
        let loaded = read(opening)?;
        if opening.read(&mut [0])? != 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(loaded)
    };
    whole(&mut opening).map_err(|error: io::Error| match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => BadSnapshot::NotAuthentic,
        _ => BadSnapshot::Io(error),
    })
}

impl Belonging {
    fn of(self, holds: Holds) -> [u8; 33] {
        let mut bytes = [0; 33];
        bytes[..32].copy_from_slice(&self.0);
        bytes[32] = u8::from(holds == Holds::ScansToo);
        bytes
    }
}

fn file_key(key: SnapshotKey<'_>, salt: FileSalt) -> Result<LessSafeKey, BadSnapshot> {
    let extracted = Salt::new(HKDF_SHA256, &salt.0).extract(key.0);
    let expanded = extracted.expand(&[b"kangma presences snapshot"], &AES_256_GCM);
    let expanded = expanded.map_err(|_| BadSnapshot::NotAuthentic)?;
    Ok(LessSafeKey::new(UnboundKey::from(expanded)))
}

fn nonce(number: u64) -> Nonce {
    let mut bytes = [0; 12];
    bytes[4..].copy_from_slice(&number.to_be_bytes());
    Nonce::assume_unique_for_key(bytes)
}

fn read_array<const N: usize>(input: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Seals whatever is written, piece by piece. A piece goes out when the next begins, because the last is marked.
pub(crate) struct Sealing<W> {
    out: W,
    key: LessSafeKey,
    piece: Vec<u8>,
    number: u64,
}

impl<W: Write> Sealing<W> {
    fn seal(&mut self, is_last: bool) -> io::Result<()> {
        let sealed = self.key.seal_in_place_append_tag(
            nonce(self.number),
            Aad::from([u8::from(is_last)]),
            &mut self.piece,
        );
        sealed.map_err(|_| io::Error::other("a piece could not be sealed"))?;
        self.out.write_all(&self.piece)?;
        self.piece.clear();
        self.number += 1;
        Ok(())
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.piece.len() == PIECE_BYTES {
            self.seal(false)?;
        }
        let taken = bytes.len().min(PIECE_BYTES - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Opens piece by piece. The last is known by its being followed by nothing.
pub(crate) struct Opening<R> {
    input: R,
    key: LessSafeKey,
    /// The piece being read, and how far it is read.
    piece: Vec<u8>,
    at: usize,
    /// The next piece, still sealed; empty after the last.
    next: Vec<u8>,
    number: u64,
}

impl<R: Read> Opening<R> {
    fn begin(input: R, key: LessSafeKey) -> Result<Self, BadSnapshot> {
        let mut opening = Self { input, key, piece: Vec::new(), at: 0, next: Vec::new(), number: 0 };
        opening.fetch()?;
        opening.open().map_err(|_| BadSnapshot::NotAuthentic)?;
        Ok(opening)
    }

    fn fetch(&mut self) -> io::Result<()> {
        self.next.clear();
        let longest = u64::try_from(PIECE_BYTES + TAG_BYTES).unwrap_or(u64::MAX);
        self.input.by_ref().take(longest).read_to_end(&mut self.next)?;
        Ok(())
    }

    fn open(&mut self) -> io::Result<()> {
        std::mem::swap(&mut self.piece, &mut self.next);
        self.fetch()?;
        let is_last = u8::from(self.next.is_empty());
        let opened = self.key.open_in_place(nonce(self.number), Aad::from([is_last]), &mut self.piece);
        let length = opened.map_err(|_| io::ErrorKind::InvalidData)?.len();
        self.piece.truncate(length);
        self.at = 0;
        self.number += 1;
        Ok(())
    }
}

impl<R: Read> Read for Opening<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == self.piece.len() && !self.next.is_empty() {
            self.open()?;
        }
        let given = into.len().min(self.piece.len() - self.at);
        into[..given].copy_from_slice(&self.piece[self.at..self.at + given]);
        self.at += given;
        Ok(given)
    }
}

/// Numbers and lists as they lie in a snapshot: little-endian, a list behind its length.
pub(crate) mod plain {
    use std::io::{self, Read, Write};

    /// So much is asked for at a time, so that a wrong length cannot ask for all memory.
    const STEP: usize = 1 << 24;

    pub fn write_count(out: &mut impl Write, count: usize) -> io::Result<()> {
        out.write_all(&u64::try_from(count).unwrap_or(u64::MAX).to_le_bytes())
    }

    pub fn read_count(input: &mut impl Read) -> io::Result<usize> {
        let count = u64::from_le_bytes(super::read_array(input)?);
        usize::try_from(count).map_err(|_| io::ErrorKind::InvalidData.into())
    }

    pub fn write_bytes(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
        write_count(out, bytes.len())?;
        out.write_all(bytes)
    }

    pub fn read_bytes(input: &mut impl Read) -> io::Result<Vec<u8>> {
        let count = read_count(input)?;
        let mut bytes = Vec::new();
        while bytes.len() < count {
            let (begin, more) = (bytes.len(), STEP.min(count - bytes.len()));
            bytes.reserve_exact(more);
            bytes.resize(begin + more, 0);
            input.read_exact(&mut bytes[begin..])?;
        }
        Ok(bytes)
    }
}

impl Filing {
    pub(crate) fn save(&self, out: &mut impl Write) -> io::Result<()> {
        plain::write_count(out, self.shards().len())?;
        self.shards().iter().try_for_each(|shard| shard.packed().save(out))
    }

    pub(crate) fn load(&mut self, input: &mut impl Read) -> io::Result<()> {
        for _ in 0..plain::read_count(input)? {
            self.push_packed(super::packed::Packed::load(input)?);
        }
        Ok(())
    }
}
