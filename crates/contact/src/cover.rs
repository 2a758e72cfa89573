//! Stretches of time at one point, each instant with how far it is proven.

use kangma_core::{Assurance, Span, Time, Window};

/// A stretch of time that is proven alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    pub window: Window,
    pub assurance: Assurance,
}

/// Disjoint pieces in order of time. Where several proofs cover an instant, the best counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cover(Vec<Piece>);

impl Cover {
    /// The union of pieces that may overlap.
    pub fn of(pieces: &[Piece]) -> Self {
        let mut edges: Vec<Time> =
            pieces.iter().flat_map(|piece| [piece.window.from, piece.window.until]).collect();
        edges.sort_unstable();
        edges.dedup();
        let best_over = |pair: &[Time]| {
            let window = Window::new(pair[0], pair[1])?;
            let over = pieces.iter().filter(|piece| piece.window.contains(window.from));
            over.map(|piece| piece.assurance).max().map(|assurance| Piece { window, assurance })
        };
        Self(edges.windows(2).filter_map(best_over).collect())
    }

    /// The instants in both, each proven by the lesser of the two.
    pub fn meet(&self, other: &Cover) -> Cover {
        let (mut mine, mut theirs) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut shared = Vec::new();
        while let (Some(a), Some(b)) = (mine.peek(), theirs.peek()) {
            if let Some(window) = a.window.overlap(&b.window) {
                shared.push(Piece { window, assurance: a.assurance.min(b.assurance) });
            }
            if a.window.until <= b.window.until {
                mine.next();
            } else {
                theirs.next();
            }
        }
        Cover(shared)
    }

    /// The same, each instant staying longer.
    pub fn lingering(&self, linger: Span) -> Cover {
        let pieces: Vec<Piece> = self.0.iter().map(|piece| piece.lingering(linger)).collect();
        Cover::of(&pieces)
    }

    /// The part inside `window`.
    pub fn within(&self, window: &Window) -> Cover {
        Cover(self.0.iter().filter_map(|piece| piece.within(window)).collect())
    }

    /// The same without breaks: pieces that touch are one, proven by its weakest.
    pub fn unbroken(&self) -> Vec<Piece> {
        let mut runs: Vec<Piece> = Vec::new();
        for piece in &self.0 {
            match runs.last_mut() {
                Some(run) if run.window.until == piece.window.from => {
                    run.window.until = piece.window.until;
                    run.assurance = run.assurance.min(piece.assurance);
                }
                _ => runs.push(*piece),
            }
        }
        runs
    }
}

impl Piece {
    /// The part inside `window`.
    pub fn within(&self, window: &Window) -> Option<Piece> {
        self.window.overlap(window).map(|window| Piece { window, ..*self })
    }

    /// The same, staying longer.
    pub fn lingering(&self, linger: Span) -> Piece {
        let window = Window { from: self.window.from, until: self.window.until + linger };
        Piece { window, ..*self }
    }
}
