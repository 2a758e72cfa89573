//! Stretches of time at a point, put together where they touch.

use super::{Columns, Period, block::Cell};

/// Somebody at a point without a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub point: u32,
    pub during: Period,
}

impl Columns {
    /// Where a person was inside the windows, by point and time, each stretch whole: one ends before the next begins.
    pub(super) fn stretches(&self, person: u32, windows: &[Period], counting: u8, found: &mut Vec<Stretch>) {
        found.clear();
        for window in windows {
            self.by_person.overlapping(person, *window, 0, self.kept_from, &mut |cell: Cell| {
                if cell.mark & counting != 0 {
                    let during = cell.during().overlap(*window);
                    found.push(Stretch { point: cell.other, during });
                }
            });
        }
        found.sort_unstable_by_key(|stretch| u64::from(stretch.point) << 32 | u64::from(stretch.during.from));
        found.dedup_by(|later, kept| {
            let one = later.point == kept.point && later.during.from <= kept.during.until;
            if one {
                kept.during.until = kept.during.until.max(later.during.until);
            }
            one
        });
    }
}

/// Windows in order of time, put together where they touch, empty ones left out.
pub(super) fn united(mut windows: Vec<Period>) -> Vec<Period> {
    windows.retain(|window| !window.is_empty());
    windows.sort_unstable();
    windows.dedup_by(|later, kept| {
        let one = later.from <= kept.until;
        if one {
            kept.until = kept.until.max(later.until);
        }
        one
    });
    windows
}
