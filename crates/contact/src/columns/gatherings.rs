//! Backward: where and when more of a set of cases were together than chance would bring together.

use super::{
    Case, Columns, Period, PointNo,
    block::{Cell, counting_bit},
    contacts::by_person,
    stretches::united,
};
use kangma_core::Assurance;

/// What counts as being together, and with how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Together {
    /// At least so many of the cases; never fewer than one.
    pub at_least: u32,
    /// Time is cut into pieces of so many seconds, counted from 1970: 3,600 are the hours of UTC. Never shorter than one.
    pub seconds: u32,
    /// Visits below this do not count at all.
    pub least: Assurance,
}

/// A point and a piece of time in which several of the cases were there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gathering {
    /// Where.
    pub point: PointNo,
    /// Which piece of time; it may have been a part of it.
    pub during: Period,
    /// How many of the cases were there, each in its own window.
    pub cases: u32,
    /// How many people were there, the cases among them.
    pub people: u32,
    /// How many cases would be among so many people if they were anybody who was seen.
    pub expected: f64,
    /// How improbable so many or more are by chance, as the negative decimal logarithm: 6 is one in a million.
    pub surprise: f64,
}

impl Gathering {
    /// How many times as many as expected.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        f64::from(self.cases) / self.expected
    }
}

impl Columns {
    /// Where and when at least so many of the cases were, each in its own window (when it may have been infected), the
    /// most surprising first.
    ///
    /// What is expected: of all who were seen anywhere in the time of all windows, as many at random as there were people
    /// at the point, and how many of them are cases whose window has that time. A case who was not seen is none of them.
    #[must_use]
    pub fn gatherings(&self, cases: &[Case], asked: &Together) -> Vec<Gathering> {
        let seeking = Seeking::of(self, cases, asked);
        let present = seeking.present();
        let together = present.chunk_by(|one, next| (one.point, one.piece) == (next.point, next.piece));
        let enough = together.filter(|there| count(there.len()) >= asked.at_least);
        let mut found: Vec<Gathering> = enough.filter_map(|there| seeking.gathering(there)).collect();
        let order = |one: &Gathering, other: &Gathering| {
            let surprise = other.surprise.total_cmp(&one.surprise);
            surprise.then((one.during, one.point).cmp(&(other.during, other.point)))
        };
        found.sort_unstable_by(order);
        found
    }
}

/// One question: the cases that were seen, and how many others.
struct Seeking<'a> {
    columns: &'a Columns,
    pieces: Pieces,
    counting: u8,
    /// Cases that were seen, in order, each with its windows.
    cases: Vec<(u32, Vec<Period>)>,
    /// How many people were seen in the time of all windows.
    seen: u32,
    /// When the cases' windows begin and end, in pieces, each in order.
    begins: Vec<u32>,
    ends: Vec<u32>,
}

/// A case in a piece of time at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct There {
    point: u32,
    piece: u32,
    case: u32,
}

impl<'a> Seeking<'a> {
    fn of(columns: &'a Columns, cases: &[Case], asked: &Together) -> Self {
        let (pieces, counting) = (Pieces(asked.seconds.max(1)), counting_bit(asked.least));
        let mut cases = cases.to_vec();
        cases.sort_unstable_by_key(|case| case.person);
        let all = united(cases.iter().map(|case| pieces.around(case.during)).collect());
        let was_seen = |person: &u32| {
            let mut seen = false;
            for window in &all {
                columns.by_person.overlapping(*person, *window, 0, columns.kept_from, &mut |cell: Cell| {
                    seen |= cell.mark & counting != 0;
                });
            }
            seen
        };
        let cases: Vec<(u32, Vec<Period>)> = by_person(&cases)
            .map(|subject| (subject.person.0, subject.windows))
            .filter(|(person, _)| was_seen(person))
            .collect();
        let around = |windows: &Vec<Period>| united(windows.iter().map(|own| pieces.around(*own)).collect());
        let spans: Vec<Period> = cases.iter().flat_map(|(_, windows)| around(windows)).collect();
        let in_order = |edge: fn(&Period) -> u32| {
            let mut edges: Vec<u32> = spans.iter().map(edge).collect();
            edges.sort_unstable();
            edges
        };
        let (begins, ends) = (in_order(|span| span.from), in_order(|span| span.until));
        let seen = count((0..columns.persons()).filter(was_seen).count());
        Self { columns, pieces, counting, cases, seen, begins, ends }
    }

    /// Every case in every piece of time at every point where it was in its windows, once each and in order.
    fn present(&self) -> Vec<There> {
        let (mut present, mut stretches) = (Vec::new(), Vec::new());
        for (case, windows) in &self.cases {
            self.columns.stretches(*case, windows, self.counting, &mut stretches);
            for stretch in &stretches {
                let pieces = self.pieces.of(stretch.during);
                present.extend(pieces.map(|piece| There { point: stretch.point, piece, case: *case }));
            }
        }
        present.sort_unstable();
        present.dedup();
        present
    }

    fn gathering(&self, there: &[There]) -> Option<Gathering> {
        let There { point, piece, .. } = *there.first()?;
        let during = self.pieces.during(piece);
        let (cases, people, marked) = (count(there.len()), self.people(point, during), self.cases_in(during));
        Some(Gathering {
            point: PointNo(point),
            during,
            cases,
            people,
            expected: f64::from(marked) * f64::from(people) / f64::from(self.seen),
            surprise: surprise(cases, people, marked, self.seen),
        })
    }

    fn people(&self, point: u32, during: Period) -> u32 {
        let mut people = Vec::new();
        self.columns.by_point.overlapping(point, during, 0, self.columns.kept_from, &mut |cell: Cell| {
            if cell.mark & self.counting != 0 {
                people.push(cell.other);
            }
        });
        people.sort_unstable();
        people.dedup();
        count(people.len())
    }

    /// How many cases have a window in a piece of time.
    fn cases_in(&self, during: Period) -> u32 {
        let before = |edges: &[u32]| edges.partition_point(|edge| *edge <= during.from);
        count(before(&self.begins) - before(&self.ends))
    }
}

/// Time cut into pieces of so many seconds.
#[derive(Debug, Clone, Copy)]
struct Pieces(u32);

impl Pieces {
    fn during(self, piece: u32) -> Period {
        let from = piece.saturating_mul(self.0);
        Period { from, until: from.saturating_add(self.0) }
    }

    /// The pieces that a period has a part of.
    fn of(self, during: Period) -> std::ops::Range<u32> {
        during.from / self.0..during.until.div_ceil(self.0)
    }

    /// Those pieces whole.
    fn around(self, during: Period) -> Period {
        let pieces = if during.is_empty() { 0..0 } else { self.of(during) };
        let edge = |piece: u32| piece.saturating_mul(self.0);
        Period { from: edge(pieces.start), until: edge(pieces.end) }
    }
}

/// How improbable it is, as the negative decimal logarithm, that of `drawn` people at least `hits` are marked, when
/// `marked` of `all` are: the upper tail of the hypergeometric distribution.
fn surprise(hits: u32, drawn: u32, marked: u32, all: u32) -> f64 {
    let (hits, all) = (f64::from(hits), f64::from(all));
    // The distribution is the same with the two exchanged; the smaller is walked through.
    let (few, many) = (f64::from(drawn.min(marked)), f64::from(drawn.max(marked)));
    // So many are always among them.
    if hits <= few + many - all {
        return 0.0;
    }
    let each =
        |until: f64| std::iter::successors(Some(0.0), |n| Some(n + 1.0)).take_while(move |n| *n < until);
    let marked_hits = each(hits).map(|n| ((few - n) / (n + 1.0) * (many - n) / (all - n)).ln());
    let unmarked_rest = each(few - hits).map(|n| ((all - many - n) / (all - hits - n)).ln());
    let exactly: f64 = marked_hits.chain(unmarked_rest).sum();
    let (mut more, mut term, mut n) = (1.0, 1.0, hits);
    while n < few && term > more * f64::EPSILON / 8.0 {
        term *= (many - n) / (n + 1.0) * (few - n) / (all - many - few + n + 1.0);
        more += term;
        n += 1.0;
    }
    (-(exactly + more.ln()) / std::f64::consts::LN_10).max(0.0)
}

fn count(many: usize) -> u32 {
    u32::try_from(many).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Ways to choose, exactly.
    fn ways(of: u32, chosen: u32) -> u128 {
        (0..u128::from(chosen)).fold(1, |ways, n| ways * (u128::from(of) - n) / (n + 1))
    }

    #[allow(clippy::cast_precision_loss, reason = "a quotient of two sums")]
    fn by_counting(hits: u32, drawn: u32, marked: u32, all: u32) -> f64 {
        let exactly = |n: u32| match (n <= marked, drawn - n <= all - marked) {
            (true, true) => ways(marked, n) * ways(all - marked, drawn - n),
            _ => 0,
        };
        let tail: u128 = (hits..=drawn).map(exactly).sum();
        -(tail as f64 / ways(all, drawn) as f64).log10()
    }

    proptest! {
        #[test]
        fn the_surprise_is_that_of_counting_all_ways(
            all in 1..90u32, marked in 0..1_000u32, drawn in 0..1_000u32, hits in 0..1_000u32,
        ) {
            let (marked, drawn) = (marked % (all + 1), drawn % (all + 1));
            let hits = hits % (marked.min(drawn) + 1);
            let (found, counted) = (surprise(hits, drawn, marked, all), by_counting(hits, drawn, marked, all));
            prop_assert!((found - counted).abs() < 1e-9, "{found} and not {counted}");
        }
    }

    #[test]
    fn the_surprise_is_a_number_wherever_a_city_may_have_it() {
        // Everybody is a case; nobody else was there; far more and far fewer than expected among ten million.
        assert_eq!(surprise(5, 5, 9, 9).to_bits(), 0.0_f64.to_bits());
        assert!((surprise(1, 1, 1, 10) - 1.0).abs() < 1e-12);
        assert!(surprise(300, 400, 1_000, 10_000_000) > 900.0);
        let fewer = surprise(10, 2_000_000, 100_000, 10_000_000);
        assert!((0.0..1e-9).contains(&fewer), "{fewer}");
    }

    #[test]
    fn pieces_of_time_are_whole_from_their_first_second_to_their_last() {
        let hours = Pieces(3_600);
        let of = |from, until| hours.of(Period { from, until });
        assert_eq!([of(0, 1), of(0, 3_600), of(0, 3_601)], [0..1, 0..1, 0..2]);
        assert_eq!([of(3_599, 3_601), of(3_600, 3_601)], [0..2, 1..2]);
        assert_eq!(hours.around(Period { from: 3_599, until: 3_601 }), Period { from: 0, until: 7_200 });
        assert!(hours.around(Period { from: 4_000, until: 4_000 }).is_empty());
        let last = hours.of(Period { from: u32::MAX - 1, until: u32::MAX }).end - 1;
        assert_eq!(hours.during(last).until, u32::MAX);
    }
}
