//! Stretches of time at one point, each instant with how far it is proven.

use super::Period;
use kangma_core::Assurance;
use smallvec::SmallVec;

/// A stretch of time that is proven alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    pub during: Period,
    pub assurance: Assurance,
}

/// Disjoint pieces in order of time. Where several proofs cover an instant, the best counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cover(Pieces);

/// Nearly always one: a visit.
pub(crate) type Pieces = SmallVec<[Piece; 1]>;

impl Cover {
    /// The union of pieces that may overlap.
    pub fn of(mut pieces: Pieces) -> Self {
        pieces.retain(|piece| !piece.during.is_empty());
        pieces.sort_unstable_by_key(|piece| piece.during.from);
        if pieces.windows(2).all(|pair| pair[0].during.until <= pair[1].during.from) {
            return Self(pieces);
        }
        let mut edges: Vec<u32> =
            pieces.iter().flat_map(|piece| [piece.during.from, piece.during.until]).collect();
        edges.sort_unstable();
        edges.dedup();
        let best_over = |pair: &[u32]| {
            let during = Period { from: pair[0], until: pair[1] };
            let over = pieces.iter().filter(|piece| !piece.during.overlap(during).is_empty());
            over.map(|piece| piece.assurance).max().map(|assurance| Piece { during, assurance })
        };
        Self(edges.windows(2).filter_map(best_over).collect())
    }

    /// The instants in both, each proven by the lesser of the two.
    pub fn meet(&self, other: &Cover) -> Cover {
        let (mut mine, mut theirs) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut shared = Pieces::new();
        while let (Some(a), Some(b)) = (mine.peek(), theirs.peek()) {
            let during = a.during.overlap(b.during);
            if !during.is_empty() {
                shared.push(Piece { during, assurance: a.assurance.min(b.assurance) });
            }
            if a.during.until <= b.during.until {
                mine.next();
            } else {
                theirs.next();
            }
        }
        Cover(shared)
    }

    /// The same, each instant staying longer.
    pub fn lingering(&self, seconds: u32) -> Cover {
        if seconds == 0 {
            return self.clone();
        }
        let longer = |piece: &Piece| {
            let Period { from, until } = piece.during;
            Piece { during: Period { from, until: until.saturating_add(seconds) }, ..*piece }
        };
        Cover::of(self.0.iter().map(longer).collect())
    }

    /// From the first instant to the end of the last.
    pub fn bounds(&self) -> Option<Period> {
        Some(Period { from: self.0.first()?.during.from, until: self.0.last()?.during.until })
    }

    /// The part inside a period.
    pub fn within(&self, period: Period) -> Cover {
        Cover(self.0.iter().filter_map(|piece| piece.within(period)).collect())
    }

    /// The same without breaks: pieces that touch are one, proven by its weakest.
    pub fn unbroken(&self) -> Pieces {
        let mut runs = Pieces::new();
        for piece in &self.0 {
            match runs.last_mut() {
                Some(run) if run.during.until == piece.during.from => {
                    run.during.until = piece.during.until;
                    run.assurance = run.assurance.min(piece.assurance);
                }
                _ => runs.push(*piece),
            }
        }
        runs
    }
}

impl Piece {
    /// The part inside a period.
    pub fn within(&self, period: Period) -> Option<Piece> {
        let during = self.during.overlap(period);
        (!during.is_empty()).then_some(Piece { during, ..*self })
    }
}
