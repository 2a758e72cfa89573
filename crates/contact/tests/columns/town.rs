//! Generated towns of several shapes, large enough that points fill many blocks and lanes.

use crate::ASSURANCES;
use kangma_contact::columns::{Period, PersonNo, PointNo, Row};

/// A seeded generator (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.next() % u64::from(end)).unwrap()
    }
}

/// What a town is like.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub name: &'static str,
    pub people: u32,
    pub points: u32,
    pub rows: u32,
    /// How strongly popular points are preferred: the point is the least of so many draws.
    pub crowding: u32,
    /// Times are multiples of this many seconds: ends meet where it is large.
    pub step: u32,
    /// Stays last up to the step times two to this, short and long ones alike.
    pub doublings: u32,
    /// Where the numbers of the people begin: large ones make rows longer than a word.
    pub first_person: u32,
}

pub const START: u32 = 1_583_020_800;
pub const DAYS: u32 = 5;

pub const SHAPES: &[Shape] = &[
    Shape {
        name: "many small places",
        people: 300,
        points: 60,
        rows: 5_000,
        crowding: 1,
        step: 8,
        doublings: 14,
        first_person: 0,
    },
    Shape {
        name: "one crowded place",
        people: 400,
        points: 60,
        rows: 2_500,
        crowding: 6,
        step: 1,
        doublings: 13,
        first_person: 0,
    },
    Shape {
        name: "pings that touch",
        people: 40,
        points: 8,
        rows: 2_000,
        crowding: 1,
        step: 600,
        doublings: 3,
        first_person: 0,
    },
    Shape {
        name: "numbers far apart",
        people: 300,
        points: 3_000,
        rows: 2_000,
        crowding: 5,
        step: 7,
        doublings: 15,
        first_person: 3_000_000,
    },
];

impl Shape {
    pub fn rows(&self, seed: u64) -> Vec<Row> {
        let mut dice = Dice(seed);
        (0..self.rows).map(|_| self.row(&mut dice)).collect()
    }

    fn row(&self, dice: &mut Dice) -> Row {
        let point = (0..self.crowding).map(|_| dice.below(self.points)).min().unwrap();
        let doublings = 1 + self.doublings / 2 + dice.below(self.doublings / 2);
        let length = 1 + dice.below(1 << doublings);
        let from = START + dice.below(DAYS * 86_400 / self.step) * self.step;
        // Most are proven alike, as in life: blocks of one assurance and of several both occur.
        let assurance = if dice.below(4) == 0 { ASSURANCES[dice.below(5) as usize] } else { ASSURANCES[4] };
        Row {
            person: PersonNo(self.first_person + dice.below(self.people)),
            point: PointNo(point),
            during: Period { from, until: from + length * self.step },
            assurance,
        }
    }
}
