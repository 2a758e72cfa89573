//! Packed rows of a range of persons or points, and the directory to them.

use super::{
    Period,
    block::{Cell, HEAD_BYTES, Head, Hits, PADDING, ROWS, Rows, Scratch},
    memory::ask_for,
    snapshot::plain::{read_bytes, read_count, write_bytes, write_count},
};
use std::io::{self, Read, Write};

/// Rows of similar length at one point, sorted by beginning. How long the longest lasts bounds how far back a search
/// has to look: without it, one long stay would make every search at that point look as far back as it lasted.
#[derive(Debug, Clone, Copy)]
struct Lane {
    /// The number of the first block, and in the highest bit whether any row is loose.
    first_block: u32,
    longest: u32,
}

const LOOSE: u32 = 1 << 31;
/// A lane has at least so many rows where lanes are kept apart.
const LANE_ROWS: usize = 1_024;

impl Lane {
    fn block(self) -> usize {
        (self.first_block & !LOOSE) as usize
    }

    fn is_loose(self) -> bool {
        self.first_block & LOOSE != 0
    }
}

/// Packed rows. Keys are local: from 0 to the size of the range.
#[derive(Debug, Clone, Default)]
pub(super) struct Packed {
    /// By key: its first lane. One more than keys.
    keys: Vec<u32>,
    /// One more than lanes.
    lanes: Vec<Lane>,
    heads: Vec<Head>,
    bytes: Vec<u8>,
    pub rows: usize,
    /// When the first row begins.
    begins: u32,
    /// 2³² for all the time in which rows begin.
    share_of_a_second: u32,
}

/// A block that may hold what is searched.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'p> {
    packed: &'p Packed,
    head: &'p Head,
    rows: Rows,
    searched: Period,
}

/// Where a key's rows are to be found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'p> {
    packed: &'p Packed,
    key: usize,
}

impl<'p> Place<'p> {
    /// Asks for what says which lanes are the key's.
    #[inline]
    pub fn ask_for_key(self) {
        self.packed.keys.get(self.key).into_iter().for_each(ask_for);
    }

    /// Asks for what says how long the lanes are.
    #[inline]
    pub fn ask_for_lanes(self) {
        self.lanes().first().into_iter().for_each(ask_for);
    }

    /// Asks for the heads where a search will begin.
    #[inline]
    pub fn ask_for_heads(self, during: Period) {
        for pair in self.lanes().windows(2) {
            let blocks = pair[0].block()..pair[1].block();
            let earliest = during.from.saturating_sub(pair[0].longest);
            let guess = blocks.start + self.packed.guess(blocks.len(), earliest);
            for block in [guess, guess + 2] {
                self.packed.heads.get(block).into_iter().for_each(|head| ask_for(&head.first_from));
            }
        }
    }

    /// Finds the blocks that [`Packed::overlapping`] reads.
    #[inline]
    pub fn find(self, during: Period, least_seconds: u32, take: &mut impl FnMut(Found<'p>)) {
        // Who shares m seconds of [a, b) begins before b - m + 1 and ends after a + m - 1.
        let margin = least_seconds.saturating_sub(1);
        let narrowed =
            Period { from: during.from.saturating_add(margin), until: during.until.saturating_sub(margin) };
        let packed = self.packed;
        for pair in self.lanes().windows(2) {
            let lane = pair[0];
            let searched = if lane.is_loose() { during } else { narrowed };
            if lane.longest <= margin && !lane.is_loose() {
                continue;
            }
            let blocks = &packed.heads[lane.block()..pair[1].block()];
            let earliest = searched.from.saturating_sub(lane.longest);
            // The last block that begins early enough may hold rows that overlap.
            let first = last_begun(blocks, earliest, packed.guess(blocks.len(), earliest));
            for head in blocks[first..].iter().take_while(|head| head.first_from < searched.until) {
                if head.last_until > searched.from {
                    take(Found { packed, head, rows: head.searched(searched, lane.longest), searched });
                }
            }
        }
    }

    /// The key's lanes and the one after them, or nothing at all.
    #[inline]
    fn lanes(self) -> &'p [Lane] {
        match self.packed.keys.get(self.key..self.key + 2) {
            Some([first, after]) if first < after => &self.packed.lanes[*first as usize..=*after as usize],
            _ => &[],
        }
    }
}

impl Found<'_> {
    /// Asks for the rows.
    #[inline]
    pub fn ask_for_rows(&self) {
        self.head.ask_for(&self.packed.bytes, self.rows);
    }

    /// How many bytes its head and the rows take, in whole lines.
    pub fn line_bytes(&self) -> u64 {
        self.head.line_bytes(self.rows)
    }

    #[inline]
    pub fn rows<'s>(&self, kept_from: u32, scratch: &'s mut Scratch) -> Hits<'s> {
        self.head.overlapping(&self.packed.bytes, self.rows, self.searched, kept_from, scratch)
    }
}

/// Stays are told apart by length from this on, by doubling.
const SHORT_SECONDS: u32 = 900;

impl Packed {
    /// Adds the next key's rows, sorted by beginning. `laned`: rows of different length are kept apart where it pays.
    pub fn push(&mut self, cells: &[Cell], laned: bool) {
        self.keys.push(count(self.lanes.len()));
        self.rows += cells.len();
        if !laned || cells.len() <= 2 * LANE_ROWS {
            return self.push_lane(cells);
        }
        let mut lane = Vec::new();
        for classes in lanes(cells) {
            lane.clear();
            lane.extend(cells.iter().filter(|cell| classes.contains(&class(cell))));
            self.push_lane(&lane);
        }
    }

    fn push_lane(&mut self, cells: &[Cell]) {
        let Some(longest) = cells.iter().map(|cell| cell.until - cell.from).max() else { return };
        let loose = if cells.iter().any(Cell::is_loose) { LOOSE } else { 0 };
        self.lanes.push(Lane { first_block: count(self.heads.len()) | loose, longest });
        // Blocks of like size: a last one of a few rows costs a whole head.
        let blocks = cells.len().div_ceil(ROWS);
        for block in cells.chunks(cells.len().div_ceil(blocks)) {
            self.heads.extend(Head::pack(block, &mut self.bytes));
        }
    }

    /// Ends it: nothing can be added afterwards.
    pub fn end(&mut self) {
        self.keys.push(count(self.lanes.len()));
        self.lanes.push(Lane { first_block: count(self.heads.len()), longest: 0 });
        self.bytes.resize(self.bytes.len() + PADDING, 0);
        self.keys.shrink_to_fit();
        self.lanes.shrink_to_fit();
        self.heads.shrink_to_fit();
        self.bytes.shrink_to_fit();
        self.survey();
    }

    /// Sees from when to when rows begin.
    fn survey(&mut self) {
        let begins = || self.heads.iter().map(|head| head.first_from);
        self.begins = begins().min().unwrap_or(u32::MAX);
        let seconds = begins().max().unwrap_or(0).saturating_sub(self.begins);
        self.share_of_a_second = u32::MAX / seconds.max(1);
    }

    /// Where among a lane's blocks an instant lies, if people come evenly.
    #[inline]
    fn guess(&self, blocks: usize, instant: u32) -> usize {
        let since = u64::from(instant.saturating_sub(self.begins));
        let share = (since * u64::from(self.share_of_a_second)).min(u64::from(u32::MAX));
        let blocks = u64::from(count(blocks));
        usize::try_from((blocks * share) >> 32).unwrap_or(0)
    }

    pub fn save(&self, out: &mut impl Write) -> io::Result<()> {
        write_count(out, self.rows)?;
        let keys: Vec<u8> = self.keys.iter().flat_map(|key| key.to_le_bytes()).collect();
        let lane = |lane: &Lane| [lane.first_block, lane.longest].map(u32::to_le_bytes);
        let lanes: Vec<u8> = self.lanes.iter().flat_map(lane).flatten().collect();
        let heads: Vec<u8> = self.heads.iter().flat_map(Head::bytes).collect();
        [&keys, &lanes, &heads, &self.bytes].into_iter().try_for_each(|bytes| write_bytes(out, bytes))
    }

    pub fn load(input: &mut impl Read) -> io::Result<Self> {
        let rows = read_count(input)?;
        let [keys, lanes, heads, bytes] =
            [read_bytes(input)?, read_bytes(input)?, read_bytes(input)?, read_bytes(input)?];
        let number = |bytes: &[u8; 4]| u32::from_le_bytes(*bytes);
        let lane = |[first_block, longest]: &[[u8; 4]; 2]| Lane {
            first_block: number(first_block),
            longest: number(longest),
        };
        let mut packed = Self {
            keys: keys.as_chunks().0.iter().map(number).collect(),
            lanes: lanes.as_chunks::<4>().0.as_chunks().0.iter().map(lane).collect(),
            heads: heads.as_chunks::<HEAD_BYTES>().0.iter().map(Head::from_bytes).collect(),
            bytes,
            rows,
            ..Self::default()
        };
        packed.survey();
        Ok(packed)
    }

    /// When the first row begins; the end of time when there is none.
    pub fn begins(&self) -> u32 {
        self.begins
    }

    pub fn memory_bytes(&self) -> usize {
        self.keys.capacity() * size_of::<u32>()
            + self.lanes.capacity() * size_of::<Lane>()
            + self.heads.capacity() * size_of::<Head>()
            + self.bytes.capacity()
    }

    /// Gives one key's rows that begin at `kept_from` or later and overlap a period for at least so many seconds, or are
    /// loose and overlap it at all; some that overlap it for less are given too.
    #[inline]
    pub fn overlapping(
        &self,
        key: usize,
        during: Period,
        least_seconds: u32,
        kept_from: u32,
        give: &mut impl FnMut(Cell),
    ) {
        let mut scratch = Scratch::default();
        self.place(key).find(during, least_seconds, &mut |found| {
            found.rows(kept_from, &mut scratch).cells().for_each(&mut *give)
        });
    }

    /// Where a key's rows are to be found.
    #[inline]
    pub fn place(&self, key: usize) -> Place<'_> {
        Place { packed: self, key }
    }
}

/// The last block that begins no later than an instant, or the first of all; looked for around a guess.
#[inline]
fn last_begun(blocks: &[Head], instant: u32, guess: usize) -> usize {
    let begun = |block: usize| blocks.get(block).is_some_and(|head| head.first_from <= instant);
    let (mut low, mut high, mut reach) = (guess, guess, 1);
    while low > 0 && !begun(low) {
        (low, high) = (low.saturating_sub(reach), low);
        reach *= 2;
    }
    while begun(high) {
        (low, high) = (high, blocks.len().min(high + reach));
        reach *= 2;
    }
    let between = blocks.get(low..high).unwrap_or_default();
    (low + between.partition_point(|head| head.first_from <= instant)).saturating_sub(1)
}

/// How long a stay is: 0 up to a quarter of an hour, then one more for each doubling.
fn class(cell: &Cell) -> u32 {
    let quarters = (cell.until - cell.from).saturating_sub(1) / SHORT_SECONDS;
    u32::BITS - quarters.leading_zeros()
}

/// Ranges of classes, each with enough rows.
fn lanes(cells: &[Cell]) -> Vec<std::ops::Range<u32>> {
    let mut rows = [0usize; 33];
    cells.iter().for_each(|cell| rows[class(cell) as usize] += 1);
    let mut ranges: Vec<std::ops::Range<u32>> = Vec::new();
    let (mut first, mut held) = (0, 0);
    for (class, more) in (0u32..).zip(rows) {
        held += more;
        if held >= LANE_ROWS {
            ranges.push(first..class + 1);
            (first, held) = (class + 1, 0);
        }
    }
    match ranges.last_mut() {
        Some(last) => last.end = 33,
        None => ranges.push(0..33),
    }
    ranges
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
