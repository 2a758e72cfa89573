//! Packing: up to [`ROWS`] presences of one person or point, each in as few whole bytes as the block's ranges need.

mod scan;

use super::{Period, Piece, memory::ask_for};
use kangma_core::Assurance;
pub(super) use scan::{Hits, Scratch};
use scan::{Layout, Scan};

/// The most rows of a block.
pub(super) const ROWS: usize = 64;
/// A block is searched in parts of so many rows: of seven bytes each, they are a line of the processor's cache.
const PART_ROWS: u8 = 10;
/// Parts after the first.
const STEPS: usize = ROWS.div_ceil(PART_ROWS as usize) - 1;
/// Blocks begin at multiples of this many bytes, so that 32 bits address 32 GiB.
const ALIGN: usize = 8;
/// What the processor reads at once.
const LINE_BYTES: usize = 64;
/// So many lines are asked for of any block.
const LIKELY_LINES: usize = 6;
/// Rows of no more bits are read as words; one is left free, because vectors of words compare as signed numbers.
const WORD_BITS: u8 = 62;
/// What has to follow the last block, because four rows are read at once.
pub(super) const PADDING: usize = 32;

/// One presence as a copy keeps it, under a person or a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    pub from: u32,
    pub until: u32,
    /// The point in the copy by person, the person in the copy by point.
    pub other: u32,
    /// For which least assurances it counts, a bit for each, and in the lowest bit whether another presence of the two
    /// touches or overlaps this one.
    pub mark: u8,
}

/// Where a block lies and what it ranges over. A row is, from its lowest bit: other, mark, length, from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    start: u32,
    /// When the first row begins; rows are sorted by it.
    pub first_from: u32,
    /// When the last row to end does.
    pub last_until: u32,
    least_other: u32,
    least_mark: u8,
    other_bits: u8,
    mark_bits: u8,
    length_bits: u8,
    from_bits: u8,
    rows: u8,
    /// When each part after the first begins: the 256th of the range of beginnings that it lies in.
    steps: [u8; STEPS],
}

/// Some of a block's rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows {
    first: u8,
    after: u8,
}

/// The bit of a mark that says whether it counts where at least this is asked for.
pub(crate) fn counting_bit(least: Assurance) -> u8 {
    match least {
        Assurance::Poster => 0b00_0010,
        Assurance::Typed => 0b00_0100,
        Assurance::Paper => 0b00_1000,
        Assurance::ServerMade => 0b01_0000,
        Assurance::DeviceBound => 0b10_0000,
    }
}

/// The mark of what is proven so far: it counts wherever that or less is asked for.
pub(crate) fn mark(assurance: Assurance) -> u8 {
    let bit = counting_bit(assurance);
    bit | (bit - 2)
}

impl Cell {
    /// How far it is proven: the most that may be asked for.
    pub fn assurance(&self) -> Assurance {
        let highest = (u8::BITS - 1).saturating_sub((self.mark >> 1).leading_zeros());
        Assurance::ALL.get(highest as usize).copied().unwrap_or(Assurance::Poster)
    }

    pub fn during(&self) -> Period {
        Period { from: self.from, until: self.until }
    }

    /// The part inside a period.
    pub fn piece(&self, period: Period) -> Piece {
        Piece { during: self.during().overlap(period), assurance: self.assurance() }
    }

    /// Whether it may touch or overlap another of the same person and point.
    pub fn is_loose(&self) -> bool {
        self.mark & 1 == 1
    }

    /// By beginning, then by all the rest.
    pub fn order(&self) -> u128 {
        let [from, until, other] = [self.from, self.until, self.other].map(u128::from);
        from << 72 | until << 40 | other << 8 | u128::from(self.mark)
    }
}

/// How long a head is in a snapshot.
pub(super) const HEAD_BYTES: usize = 22 + STEPS;

fn bits(range: u32) -> u8 {
    u8::try_from(u32::BITS - range.leading_zeros()).unwrap_or(32)
}

const fn mask(bits: u8) -> u64 {
    (1 << bits) - 1
}

impl Head {
    /// Packs rows that are sorted by beginning, at most [`ROWS`] and at least one, at the end of `bytes`.
    pub fn pack(cells: &[Cell], bytes: &mut Vec<u8>) -> Option<Head> {
        let first = cells.first()?;
        let mut head = Head {
            start: u32::try_from(bytes.len() / ALIGN).unwrap_or(u32::MAX),
            first_from: first.from,
            last_until: 0,
            least_other: u32::MAX,
            least_mark: u8::MAX,
            other_bits: 0,
            mark_bits: 0,
            length_bits: 0,
            from_bits: 0,
            rows: u8::try_from(cells.len()).unwrap_or(u8::MAX),
            steps: [u8::MAX; STEPS],
        };
        let (mut most_other, mut most_mark, mut longest, mut last_from) = (0, 0, 0, first.from);
        for cell in cells {
            head.last_until = head.last_until.max(cell.until);
            head.least_other = head.least_other.min(cell.other);
            head.least_mark = head.least_mark.min(cell.mark);
            most_other = most_other.max(cell.other);
            most_mark = most_mark.max(cell.mark);
            longest = longest.max(cell.until - cell.from);
            last_from = cell.from;
        }
        head.other_bits = bits(most_other - head.least_other);
        head.mark_bits = bits(u32::from(most_mark - head.least_mark));
        head.length_bits = bits(longest);
        head.from_bits = bits(last_from - head.first_from);
        let parts = cells.iter().skip(PART_ROWS.into()).step_by(PART_ROWS.into());
        let step_bits = head.step_bits();
        for (step, cell) in head.steps.iter_mut().zip(parts) {
            *step = low_8(u64::from(cell.from - first.from) >> step_bits);
        }
        head.write(cells, bytes);
        Some(head)
    }

    /// How many of the lowest bits of a beginning its step leaves out.
    fn step_bits(&self) -> u8 {
        self.from_bits.saturating_sub(8)
    }

    fn write(&self, cells: &[Cell], bytes: &mut Vec<u8>) {
        let size = self.row_bytes();
        let mark_at = self.other_bits;
        let length_at = mark_at + self.mark_bits;
        let from_at = length_at + self.length_bits;
        for cell in cells {
            let row = u128::from(cell.other - self.least_other)
                | u128::from(cell.mark - self.least_mark) << mark_at
                | u128::from(cell.until - cell.from) << length_at
                | u128::from(cell.from - self.first_from) << from_at;
            bytes.extend_from_slice(&row.to_le_bytes()[..size]);
        }
        bytes.resize(bytes.len().next_multiple_of(ALIGN), 0);
    }

    pub fn bytes(&self) -> [u8; HEAD_BYTES] {
        let mut bytes = [0; HEAD_BYTES];
        let words = [self.start, self.first_from, self.last_until, self.least_other];
        for (into, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
            *into = word.to_le_bytes();
        }
        bytes[16..22].copy_from_slice(&[
            self.least_mark,
            self.other_bits,
            self.mark_bits,
            self.length_bits,
            self.from_bits,
            self.rows,
        ]);
        bytes[22..].copy_from_slice(&self.steps);
        bytes
    }

    pub fn from_bytes(bytes: &[u8; HEAD_BYTES]) -> Self {
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        Self {
            start: word(0),
            first_from: word(4),
            last_until: word(8),
            least_other: word(12),
            least_mark: bytes[16],
            other_bits: bytes[17],
            mark_bits: bytes[18],
            length_bits: bytes[19],
            from_bits: bytes[20],
            rows: bytes[21],
            steps: std::array::from_fn(|step| bytes[22 + step]),
        }
    }

    fn row_bits(&self) -> u8 {
        self.other_bits + self.mark_bits + self.length_bits + self.from_bits
    }

    fn row_bytes(&self) -> usize {
        usize::from(self.row_bits().div_ceil(8)).max(1)
    }

    /// Which rows may overlap a period, if none is longer than `longest`.
    #[inline]
    pub fn searched(&self, during: Period, longest: u32) -> Rows {
        let before = |instant: u64| {
            let is_before = |step: &u8| u64::from(*step) < instant;
            self.steps.iter().map(|step| if is_before(step) { PART_ROWS } else { 0 }).sum::<u8>()
        };
        let longest = u64::from(longest).min(mask(self.length_bits));
        let (begin, step_bits) = (u64::from(self.first_from), self.step_bits());
        // Rows that begin before this are over when the period begins.
        let earliest = (u64::from(during.from) + 1).saturating_sub(longest);
        let first = before(earliest.saturating_sub(begin) >> step_bits);
        let until = u64::from(during.until).saturating_sub(begin);
        let after = before((until + mask(step_bits)) >> step_bits) + PART_ROWS;
        Rows { first, after: after.min(self.rows) }
    }

    /// How many bytes the head and some rows take, in whole lines of the processor's cache.
    pub fn line_bytes(&self, rows: Rows) -> u64 {
        let (start, size) = (self.start as usize * ALIGN, self.row_bytes());
        let [first, after] = [rows.first, rows.after].map(|row| start + usize::from(row) * size);
        let lines = after.div_ceil(LINE_BYTES).saturating_sub(first / LINE_BYTES);
        u64::try_from((1 + lines) * LINE_BYTES).unwrap_or(u64::MAX)
    }

    /// Asks for each line of some rows.
    #[inline]
    pub fn ask_for(&self, bytes: &[u8], rows: Rows) {
        let (start, size) = (self.start as usize * ALIGN, self.row_bytes());
        let [first, after] = [rows.first, rows.after].map(|row| start + usize::from(row) * size);
        let last = after.saturating_sub(1);
        // Most take no more lines than these; asking for one twice costs less than not knowing how many there are.
        for line in 0..LIKELY_LINES {
            bytes.get((first + line * LINE_BYTES).min(last)).into_iter().for_each(ask_for);
        }
        let others = (first + LIKELY_LINES * LINE_BYTES..last + LINE_BYTES).step_by(LINE_BYTES);
        others.for_each(|at| bytes.get(at.min(last)).into_iter().for_each(ask_for));
    }

    /// Finds those of some rows that overlap `[from, until)` and begin at `kept_from` or later.
    #[inline]
    pub fn overlapping<'s>(
        &self,
        bytes: &[u8],
        among: Rows,
        searched: Period,
        kept_from: u32,
        scratch: &'s mut Scratch,
    ) -> Hits<'s> {
        let size = self.row_bytes();
        let start = self.start as usize * ALIGN;
        let bytes = &bytes[start..start + usize::from(self.rows) * size + PADDING];
        if self.row_bits() > WORD_BITS {
            return scratch.take(self.overlapping_wide(bytes, searched, kept_from));
        }
        self.scan(searched, kept_from).find(bytes, among, scratch)
    }

    #[inline]
    fn scan(&self, searched: Period, kept_from: u32) -> Scan {
        let layout = self.layout();
        let [from, until, kept_from] = [searched.from, searched.until, kept_from]
            .map(|instant| u64::from(instant.saturating_sub(self.first_from)));
        let least_of =
            |begins: u64| if begins > mask(self.from_bits) { u64::MAX } else { begins << layout.from_at };
        Scan { layout, from, over: least_of(until), kept: least_of(kept_from) }
    }

    #[inline]
    fn layout(&self) -> Layout {
        let mark_at = self.other_bits;
        let length_at = mark_at + self.mark_bits;
        let [other, mark, length] = [self.other_bits, self.mark_bits, self.length_bits].map(mask);
        Layout {
            row_bytes: self.row_bytes(),
            row: mask(self.row_bits()),
            other,
            mark_at,
            mark,
            length_at,
            length,
            from_at: length_at + self.length_bits,
            least_other: self.least_other,
            least_mark: self.least_mark,
            first_from: self.first_from,
        }
    }

    /// The same for rows that fill a word or more: blocks that range over years, or over billions of numbers.
    #[cold]
    fn overlapping_wide(&self, bytes: &[u8], searched: Period, kept_from: u32) -> impl Iterator<Item = Cell> {
        let (rows, size) = (usize::from(self.rows), self.row_bytes());
        let words = (0..rows).map_while(move |row| bytes[row * size..].first_chunk::<16>());
        let cells = words.map(move |word| {
            let mut word = u128::from_le_bytes(*word);
            let mut next = |width: u8| {
                let value = low_64(word) & mask(width);
                word >>= width;
                value
            };
            let other = self.least_other + low_32(next(self.other_bits));
            let mark = self.least_mark + low_8(next(self.mark_bits));
            let length = low_32(next(self.length_bits));
            let from = self.first_from + low_32(next(self.from_bits));
            Cell { from, until: from + length, other, mark }
        });
        cells.filter(move |cell| {
            cell.from < searched.until && cell.until > searched.from && cell.from >= kept_from
        })
    }
}

const fn low_32(word: u64) -> u32 {
    (word & 0xffff_ffff) as u32
}

const fn low_8(word: u64) -> u8 {
    (word & 0xff) as u8
}

const fn low_64(word: u128) -> u64 {
    (word & 0xffff_ffff_ffff_ffff) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Rows of one block, by beginning: of some 50 bits, of some 62, where the way of reading them changes, or of more.
    pub(super) fn cells() -> impl Strategy<Value = Vec<Cell>> {
        let short = (0..500_000u32, 1..20_000u32, 0..20_000u32, 0..64u8).boxed();
        let middle = (0..2_000_000u32, 1..90_000u32, 0..300_000u32, 0..64u8).boxed();
        let wide = (0..u32::MAX - 1, 1..u32::MAX, any::<u32>(), 0..64u8).boxed();
        prop_oneof![4 => Just(short), 4 => Just(middle), 1 => Just(wide)]
            .prop_flat_map(|row| proptest::collection::vec(row, 1..=ROWS))
            .prop_map(|rows| {
                let mut cells: Vec<Cell> = rows
                    .into_iter()
                    .map(|(from, length, other, mark)| Cell {
                        from,
                        until: from.saturating_add(length),
                        other,
                        mark,
                    })
                    .collect();
                cells.sort_by_key(Cell::order);
                cells
            })
    }

    /// A block as it lies among others.
    pub(super) fn packed(cells: &[Cell]) -> (Head, Vec<u8>) {
        let mut bytes = vec![0; ALIGN];
        let head = Head::pack(cells, &mut bytes).unwrap();
        bytes.extend([0xff; PADDING]);
        (head, bytes)
    }

    proptest! {
        #[test]
        fn what_is_packed_is_what_was_given(
            mut cells in cells(),
            from in 0..3_000_000u32,
            length in 1..200_000u32,
            kept_from in 0..500_000u32,
        ) {
            let (head, bytes) = packed(&cells);
            let overlapping = |searched: Period, kept_from| {
                let mut found = Vec::new();
                let among = head.searched(searched, u32::MAX);
                found.extend(head.overlapping(&bytes, among, searched, kept_from, &mut Scratch::default()).cells());
                found
            };
            let always = Period { from: 0, until: u32::MAX };
            prop_assert_eq!(&overlapping(always, 0), &cells);
            let until = from + length;
            let some = overlapping(Period { from, until }, kept_from);
            cells.retain(|cell| cell.from < until && cell.until > from && cell.from >= kept_from);
            prop_assert_eq!(some, cells);
        }
    }
}
