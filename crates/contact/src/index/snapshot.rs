//! The index as a file: the scans, what they prove, and whose and where they are.

use super::{PresenceIndex, held::Held, scans::Scans};
use crate::{
    columns::{
        BadSnapshot, Belonging, Columns, FileSalt, SnapshotKey,
        snapshot::{
            Holds, load,
            plain::{read_bytes, read_count, write_bytes, write_count},
            save,
        },
    },
    stays::Stays,
};
use kangma_core::{PersonId, PointId, Zone};
use std::io::{self, Read, Write};

impl PresenceIndex {
    /// Writes the index as it is now, with a note of the caller's. It is asked and fed meanwhile.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn save(
        &self,
        out: impl Write,
        key: SnapshotKey<'_>,
        salt: FileSalt,
        belonging: Belonging,
        note: &[u8],
    ) -> Result<(), BadSnapshot> {
        let mut held = {
            let _alone = self.falling();
            Held::clone(&self.read())
        };
        save(out, key, salt, (Holds::ScansToo, belonging), |out| {
            write_bytes(out, note)?;
            held.write_to(out)
        })
    }

    /// Reads what [`PresenceIndex::save`] wrote, and the note. `belonging` has to say of which zone and stays it is.
    ///
    /// # Errors
    /// As [`Columns::load`].
    pub fn load(
        input: impl Read,
        key: SnapshotKey<'_>,
        belonging: Belonging,
        (zone, stays): (Zone, Stays),
    ) -> Result<(Self, Vec<u8>), BadSnapshot> {
        load(input, key, (Holds::ScansToo, belonging), |input| {
            let note = read_bytes(input)?;
            Ok((Self::of(zone, Held::read_from(input, stays)?), note))
        })
    }
}

impl Held {
    fn write_to(&mut self, out: &mut impl Write) -> io::Result<()> {
        write_count(out, self.visits)?;
        out.write_all(&self.known_from.to_le_bytes())?;
        write_numbers(out, self.people.ids().iter().map(|person| person.0))?;
        write_numbers(out, self.points.ids().iter().map(|point| point.0))?;
        for (kind, _) in &self.kinds {
            write_bytes(out, kind.as_deref().unwrap_or_default().as_bytes())?;
        }
        self.scans.write_to(out)?;
        self.columns.write_to(out)
    }

    fn read_from(input: &mut impl Read, stays: Stays) -> io::Result<Self> {
        let mut held = Self { visits: read_count(input)?, ..Self::new(stays) };
        let mut known_from = [0; 4];
        input.read_exact(&mut known_from)?;
        held.known_from = u32::from_le_bytes(known_from);
        for person in read_numbers(input)? {
            held.people.number(PersonId(person));
        }
        for point in read_numbers(input)? {
            held.point(PointId(point));
        }
        for number in 0..held.kinds.len() {
            let kind = String::from_utf8(read_bytes(input)?).map_err(|_| io::ErrorKind::InvalidData)?;
            if !kind.is_empty() {
                held.kinds[number] = (Some(kind.as_str().into()), held.stays.of(&kind));
            }
        }
        held.scans = Scans::read_from(input)?;
        held.columns = Columns::read_from(input)?;
        Ok(held)
    }
}

fn write_numbers(out: &mut impl Write, numbers: impl Iterator<Item = u64>) -> io::Result<()> {
    let bytes: Vec<u8> = numbers.flat_map(u64::to_le_bytes).collect();
    write_bytes(out, &bytes)
}

fn read_numbers(input: &mut impl Read) -> io::Result<Vec<u64>> {
    let bytes = read_bytes(input)?;
    Ok(bytes.as_chunks().0.iter().map(|number| u64::from_le_bytes(*number)).collect())
}
