//! A verdict in outline: for whoever decides millions and reads none of them.

use super::{course::Course, declared::Declared, ground::Ground, life::Life, reason::Form};
use crate::{
    Standing, Time,
    policy::{DutyRule, Rule},
    verdict::Progress,
};
use smallvec::SmallVec;

/// What a verdict comes to, without why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline<'p> {
    /// What shows.
    pub standing: Standing,
    /// What the person has to do, each as often as something asks for it.
    pub duties: SmallVec<[&'p DutyRule; 8]>,
    /// Whether a live reason counts check-ins.
    pub counts_check_ins: bool,
    /// The next instant at which this may differ without new evidence, while every source is as fresh as it is.
    pub next_change: Option<Time>,
}

/// An outline in the making.
#[derive(Default)]
pub(crate) struct Sketch<'p> {
    duties: SmallVec<[&'p DutyRule; 8]>,
    counts_check_ins: bool,
}

impl<'p> Form<'p> for Sketch<'p> {
    type Verdict = Outline<'p>;
    const IS_READ: bool = false;

    fn reason(&mut self, _: &Rule, _: &Life<'_>, course: &mut Course, _: &Ground<'_, '_>) {
        self.counts_check_ins |=
            course.grown.leaves().iter().any(|leaf| matches!(leaf, Progress::CheckIns { .. }));
    }

    fn duty(&mut self, _: &Rule, duty: &'p DutyRule, _: Option<Time>, _: bool) {
        self.duties.push(duty);
    }

    fn no_duties(&mut self) {
        self.duties.clear();
    }

    fn verdict(
        self,
        standing: Standing,
        _: Declared,
        next_change: Option<Time>,
        _: &Ground<'_, '_>,
    ) -> Outline<'p> {
        let Self { duties, counts_check_ins } = self;
        Outline { standing, duties, counts_check_ins, next_change }
    }
}
