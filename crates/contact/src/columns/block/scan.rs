//! Which of a block's rows overlap: most of a question's work.

use super::{Cell, ROWS, Rows, low_8, low_32};
#[cfg(target_arch = "x86_64")]
use pulp::x86::V3;
#[cfg(target_arch = "x86_64")]
use std::sync::LazyLock;

/// So many rows are compared at once where the processor can.
const AT_ONCE: usize = 4;

/// A word for each row, and room for four at once behind the last.
type Words = [u64; ROWS + AT_ONCE];

/// Memory that is used for one block after the other.
#[derive(Debug)]
pub(in super::super) struct Scratch {
    /// Rows that overlap, side by side.
    words: Words,
    /// Of each of them, from its lowest bit: other and mark,
    who: Words,
    /// from and until.
    when: Words,
}

impl Default for Scratch {
    fn default() -> Self {
        let none = [0; ROWS + AT_ONCE];
        Self { words: none, who: none, when: none }
    }
}

/// How the rows of a block lie, if each fits a word: from its lowest bit other, mark, length, from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    pub row_bytes: usize,
    /// The bits of a row.
    pub row: u64,
    pub other: u64,
    pub mark_at: u8,
    pub mark: u64,
    pub length_at: u8,
    pub length: u64,
    pub from_at: u8,
    pub least_other: u32,
    pub least_mark: u8,
    pub first_from: u32,
}

/// What is looked for among a block's rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scan {
    pub layout: Layout,
    /// A row that overlaps ends after this, in seconds since the block's first row begins,
    pub from: u64,
    /// is less than this,
    pub over: u64,
    /// and no less than this: the beginning is the highest part of a row, so that rows compare as their beginnings do.
    pub kept: u64,
}

/// Rows that overlap, in order.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Hits<'s> {
    who: &'s [u64],
    when: &'s [u64],
}

impl Hits<'_> {
    #[inline]
    pub fn len(&self) -> usize {
        self.who.len()
    }

    #[inline]
    pub fn cells(&self) -> impl Iterator<Item = Cell> {
        self.who.iter().zip(self.when).map(|(who, when)| Cell {
            from: low_32(*when),
            until: low_32(when >> 32),
            other: low_32(*who),
            mark: low_8(who >> 32),
        })
    }
}

impl Scratch {
    /// Takes those of a block that overlap.
    pub fn take(&mut self, cells: impl Iterator<Item = Cell>) -> Hits<'_> {
        let mut count = 0;
        for ((cell, who), when) in cells.zip(&mut self.who).zip(&mut self.when) {
            *who = u64::from(cell.other) | u64::from(cell.mark) << 32;
            *when = u64::from(cell.from) | u64::from(cell.until) << 32;
            count += 1;
        }
        self.first(count)
    }

    #[inline]
    fn first(&self, count: usize) -> Hits<'_> {
        let count = count.min(ROWS);
        Hits { who: &self.who[..count], when: &self.when[..count] }
    }
}

impl Layout {
    /// Reads the first of the words.
    #[inline(always)]
    fn read(self, count: usize, scratch: &mut Scratch) {
        let [other, mark, first_from] =
            [self.least_other, self.least_mark.into(), self.first_from].map(u64::from);
        let words = scratch.words.as_chunks::<AT_ONCE>().0.iter().take(count.div_ceil(AT_ONCE));
        let into = scratch.who.as_chunks_mut().0.iter_mut().zip(scratch.when.as_chunks_mut().0);
        for (words, (who, when)) in words.zip(into) {
            *who = words.map(|word| {
                let mark = mark + (word >> self.mark_at & self.mark);
                (other + (word & self.other)) | mark << u32::BITS
            });
            *when = words.map(|word| {
                let from = first_from + (word >> self.from_at);
                from | (from + (word >> self.length_at & self.length)) << u32::BITS
            });
        }
    }
}

impl Scan {
    /// Finds those among some rows that overlap.
    #[inline]
    pub fn find<'s>(&self, bytes: &[u8], among: Rows, scratch: &'s mut Scratch) -> Hits<'s> {
        let count = self.count(bytes, among, scratch);
        scratch.first(count)
    }

    #[inline]
    fn count(&self, bytes: &[u8], among: Rows, scratch: &mut Scratch) -> usize {
        #[cfg(target_arch = "x86_64")]
        if let Some(simd) = *SIMD {
            return simd.vectorize(
                #[inline(always)]
                || {
                    let count = self.by_fours(simd, bytes, among, &mut scratch.words);
                    self.layout.read(count, scratch);
                    count
                },
            );
        }
        let count = self.one_by_one(bytes, among, &mut scratch.words);
        self.layout.read(count, scratch);
        count
    }

    /// Puts them side by side without a branch: which do is past guessing. Says how many there are.
    #[inline]
    fn one_by_one(&self, bytes: &[u8], among: Rows, words: &mut Words) -> usize {
        let Layout { row_bytes, row, length_at, length, from_at, .. } = self.layout;
        let mut count = 0;
        for at in usize::from(among.first)..usize::from(among.after) {
            let Some((word, _)) = bytes[at * row_bytes..].split_first_chunk::<8>() else { break };
            let word = u64::from_le_bytes(*word) & row;
            let ends = (word >> from_at) + (word >> length_at & length);
            words[count % ROWS] = word;
            count += usize::from((word < self.over) & (ends > self.from) & (word >= self.kept));
        }
        count
    }

    /// The same, four rows at once.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn by_fours(&self, simd: V3, bytes: &[u8], among: Rows, words: &mut Words) -> usize {
        use pulp::{cast, u32x8, u64x2};
        let size = self.layout.row_bytes;
        let all = |word: u64| simd.splat_u64x4(word);
        let all_signed = |word: u64| simd.splat_i64x4(i64::try_from(word).unwrap_or(i64::MAX));
        let by = |bits: u8| u64x2(bits.into(), 0);
        let (row, length) = (all(self.layout.row), all(self.layout.length));
        let (from_at, length_at) = (by(self.layout.from_at), by(self.layout.length_at));
        let (over, from, kept) = (all_signed(self.over), all_signed(self.from), all_signed(self.kept));
        let spread = cast(SPREAD[size.min(8)]);
        let mut rows = simd.avx._mm256_setr_epi64x(0, 1, 2, 3);
        let left = simd.splat_i64x4(i64::from(among.after) - i64::from(among.first));
        let (mut at, after) = (usize::from(among.first) * size, usize::from(among.after) * size);
        let mut count = 0;
        while at < after {
            let Some(four) = bytes.get(at..).and_then(|bytes| bytes.first_chunk::<32>()) else { break };
            let two = |at: usize| {
                let word = |at: usize| u64::from_le_bytes(std::array::from_fn(|byte| four[at + byte]));
                [word(at), word(at + 8)]
            };
            let four = cast([two(0), two((2 * size).min(16))]);
            let word = simd.and_u64x4(cast(simd.avx2._mm256_shuffle_epi8(four, spread)), row);
            let begins = simd.shr_u64x4(word, from_at);
            let lasts = simd.and_u64x4(simd.shr_u64x4(word, length_at), length);
            let ends = cast(simd.avx2._mm256_add_epi64(cast(begins), cast(lasts)));
            let begins =
                simd.and_m64x4(simd.cmp_lt_i64x4(cast(word), over), simd.cmp_ge_i64x4(cast(word), kept));
            let is_row = simd.cmp_gt_i64x4(left, cast(rows));
            let overlaps = simd.and_m64x4(simd.and_m64x4(begins, simd.cmp_gt_i64x4(ends, from)), is_row);
            let overlap = simd.avx._mm256_movemask_pd(cast(overlaps)).unsigned_abs() & 0b1111;
            let together = cast(TOGETHER[overlap as usize]);
            let found: u32x8 = cast(simd.avx2._mm256_permutevar8x32_epi32(cast(word), together));
            let found: [u64; AT_ONCE] = cast(found);
            words[count % ROWS..][..AT_ONCE].copy_from_slice(&found);
            count += overlap.count_ones() as usize;
            rows = simd.avx2._mm256_add_epi64(rows, simd.avx._mm256_set1_epi64x(4));
            at += AT_ONCE * size;
        }
        count
    }
}

/// The instructions of x86-64-v3, where the processor has them.
#[cfg(target_arch = "x86_64")]
static SIMD: LazyLock<Option<V3>> = LazyLock::new(V3::try_new);

/// For each length of row, where the bytes of two that follow each other go, twice.
#[cfg(target_arch = "x86_64")]
const SPREAD: [[u8; 32]; 9] = {
    let mut all = [[0; 32]; 9];
    let mut size = 0;
    while size <= 8 {
        let mut byte = 0;
        while byte < 32 {
            let of = byte % 8;
            all[size as usize][byte as usize] = if byte % 16 < 8 { of } else { of + size };
            byte += 1;
        }
        size += 1;
    }
    all
};

/// For each set of four words, where their halves go.
#[cfg(target_arch = "x86_64")]
const TOGETHER: [[u32; 8]; 16] = {
    let mut all = [[0; 8]; 16];
    let mut set = 0;
    while set < 16 {
        let (mut word, mut into) = (0, 0);
        while word < 4 {
            if set >> word & 1 == 1 {
                all[set][into] = 2 * word;
                all[set][into + 1] = 2 * word + 1;
                into += 2;
            }
            word += 1;
        }
        set += 1;
    }
    all
};

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::{
        super::{ALIGN, WORD_BITS, tests},
        *,
    };
    use crate::columns::Period;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn four_rows_at_once_are_found_as_one_by_one(
            cells in tests::cells(),
            from in 0..2_500_000u32,
            length in 1..200_000u32,
            kept_from in 0..500_000u32,
        ) {
            let (head, bytes) = tests::packed(&cells);
            let simd = V3::try_new().filter(|_| head.row_bits() <= WORD_BITS);
            let Some(simd) = simd else { return Ok(()) };
            let searched = Period { from, until: from + length };
            let (among, scan) = (head.searched(searched, u32::MAX), head.scan(searched, kept_from));
            let (mut one, mut four) = (Scratch::default(), Scratch::default());
            let found = scan.one_by_one(&bytes[ALIGN..], among, &mut one.words);
            prop_assert_eq!(scan.by_fours(simd, &bytes[ALIGN..], among, &mut four.words), found);
            prop_assert_eq!(&one.words[..found], &four.words[..found]);
        }
    }
}
