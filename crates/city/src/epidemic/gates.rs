//! What gates see of true stays: a part of the points has one, a part of the visits is scanned, few exits are.

use super::{
    Filling,
    draw::{For, draw, happens},
};
use crate::{Being, Kind, Metropolis, Parameters, chance::Seed};
use kangma_contact::{
    Stay, Stays,
    columns::{Columns, Period, PersonNo, PointNo, Row},
};
use kangma_core::{Assurance, Span};

/// Turns stays into presences as the service would make them of scans. Stays come person by person, in order of time.
pub(super) struct Gates<'g> {
    seed: Seed,
    parameters: &'g Parameters,
    kinds: &'g [Kind],
    stays: Stays,
    /// The last scan without an exit: it ends with the next scan elsewhere, if that is not too late.
    open: Option<Being>,
}

impl<'g> Gates<'g> {
    pub fn new(city: &'g Metropolis, kinds: &'g [Kind], stays: Stays) -> Self {
        Self { seed: city.seed, parameters: &city.parameters, kinds, stays, open: None }
    }

    pub fn pass(&mut self, being: Being, see: &mut impl FnMut(Row)) {
        let Being { person, point, from, .. } = being;
        let (seed, scanned) = (self.seed, self.parameters.epidemic.scanned);
        if !happens(seed, For::Gate, [point, 0, 0], self.parameters.epidemic.points_with_a_gate)
            || !happens(seed, For::Scan, [person, point, from], scanned)
        {
            return;
        }
        self.close(Some(being), see);
        let of_kind = self.parameters.points.get(&self.kinds[point as usize]);
        let exits = of_kind.map_or(0, |of| of.exit_scanned.thousandths());
        let is_scanned_out = happens(seed, For::Exit, [person, point, from], exits);
        if is_scanned_out && being.until <= from + seconds(self.stay_at(being).exit_within) {
            see(self.row(being, being.until));
        } else {
            self.open = Some(being);
        }
    }

    /// Nobody else comes: how long scans were taken to last, and what was seen.
    pub fn end(mut self, mut seen: Filling) -> (Stays, Columns) {
        self.close(None, &mut |row| seen.push(row));
        (self.stays, seen.filled())
    }

    fn stay_at(&self, being: Being) -> Stay {
        self.stays.of(self.kinds[being.point as usize].word())
    }

    fn close(&mut self, next: Option<Being>, see: &mut impl FnMut(Row)) {
        let Some(open) = self.open.take() else { return };
        let stay = self.stay_at(open);
        let next = next.filter(|next| next.person == open.person && next.point != open.point);
        let next = next.filter(|next| next.from <= open.from + seconds(stay.longest));
        see(self.row(open, next.map_or(open.from + seconds(stay.dwell).max(1), |next| next.from)));
    }

    fn row(&self, being: Being, until: u32) -> Row {
        let during = Period { from: being.from, until };
        let assurance = self.carries(being.person);
        Row { person: PersonNo(being.person), point: PointNo(being.point), during, assurance }
    }

    /// What somebody carries, always the same.
    fn carries(&self, person: u32) -> Assurance {
        let codes = self.parameters.scans.codes.each();
        let all: u32 = codes.iter().map(|(_, weight)| weight).sum();
        let mut drawn = draw(self.seed, For::Code, [person, 0, 0]) * f64::from(all);
        let found = codes.iter().find(|(_, weight)| {
            drawn -= f64::from(*weight);
            drawn < 0.0
        });
        found.map_or(Assurance::Paper, |(assurance, _)| *assurance)
    }
}

fn seconds(span: Span) -> u32 {
    u32::try_from(span.seconds()).unwrap_or(0)
}
