//! "N negatives, each sampled at least `not-before` hours after the anchor and ≥ 24 h apart, where a positive or
//! pending sample breaks the pair."

use super::items::View;
use kangma_core::{Kind, Time, policy::Negatives, verdict::Progress};

/// What is counted: after an anchor, as far as was so at `at`.
pub struct Row<'v, 'a> {
    pub view: &'v View<'a>,
    pub rule: &'v Negatives,
    pub needed: u32,
    pub anchor: Time,
    pub at: Time,
}

impl Row<'_, '_> {
    fn earliest(&self) -> Time {
        self.anchor + self.rule.not_before
    }

    /// The negatives since the last positive or pending sample.
    fn samples(&self) -> Vec<Time> {
        let mut row = Vec::new();
        let samples = self.view.of_kind(Kind::TestResult);
        for sample in
            samples.filter(|sample| sample.happened_at >= self.anchor && sample.happened_at <= self.at)
        {
            match sample.attributes.text("result") {
                Some("negative") if sample.happened_at >= self.earliest() => row.push(sample.happened_at),
                Some("negative") => {}
                _ => row.clear(),
            }
        }
        row
    }

    /// Every choice of samples in which each is far enough from the next and all lie within the window.
    fn chains(&self) -> Vec<Vec<Time>> {
        let mut chains: Vec<Vec<Time>> = vec![Vec::new()];
        for sample in self.samples() {
            let longer = |chain: &Vec<Time>| {
                let apart = chain.last().is_none_or(|last| sample - *last >= self.rule.apart);
                let within = chain.first().is_none_or(|first| self.is_within(*first, sample));
                (apart && within).then(|| chain.iter().copied().chain([sample]).collect())
            };
            let more: Vec<Vec<Time>> = chains.iter().filter_map(longer).collect();
            chains.extend(more);
        }
        chains
    }

    fn is_within(&self, first: Time, last: Time) -> bool {
        self.rule.within.is_none_or(|within| first >= within.start_before(last, &self.view.policy.zone))
    }

    pub fn met_at(&self) -> Option<Time> {
        let needed = usize::try_from(self.needed).unwrap();
        self.chains().into_iter().filter(|chain| chain.len() >= needed).map(|chain| chain[needed - 1]).min()
    }

    /// The longest chain that a sample made now could still lengthen, as seen from the newest one; of two, the
    /// one that ended earlier.
    fn best(&self) -> Vec<Time> {
        let newest = self.samples().last().copied();
        let open = |chain: &Vec<Time>| {
            chain.first().zip(newest).is_none_or(|(first, newest)| self.is_within(*first, newest))
        };
        let chains = self.chains().into_iter().filter(open);
        chains.max_by_key(|chain| (chain.len(), chain.last().map(|last| -last.0))).unwrap()
    }

    /// Once there are enough, further samples change nothing.
    fn next_from(&self) -> Time {
        let last = self.met_at().or_else(|| self.best().last().copied());
        last.map_or(self.earliest(), |last| last + self.rule.apart)
    }

    fn done(&self) -> u32 {
        match self.met_at() {
            Some(_) => self.needed,
            None => u32::try_from(self.best().len()).unwrap(),
        }
    }

    pub fn expected(&self) -> Time {
        if let Some(met_at) = self.met_at() {
            return met_at;
        }
        // A sample that could have been taken on an earlier day can be taken today.
        let mut at = self.next_from().max(self.view.midnight(self.view.day(self.view.now)));
        for _ in 1..self.needed - self.done() {
            at = at + self.rule.apart;
        }
        at
    }

    pub fn progress(&self) -> Progress {
        Progress::Negatives {
            done: self.done(),
            needed: self.needed,
            next_from: self.next_from(),
            met_at: self.met_at(),
        }
    }
}
