//! The words that exposures are written with.

use crate::Assurance;
use std::sync::Arc;

/// Each word once: a case exposes hundreds, and whoever holds their items holds a word of the policy's in each.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    pub(super) assurance: Arc<str>,
    pub(super) chain: Arc<str>,
    pub(super) crowd: Arc<str>,
    pub(super) degree: Arc<str>,
    pub(super) first_exposure: Arc<str>,
    pub(super) household: Arc<str>,
    pub(super) minutes: Arc<str>,
    pub(super) minutes_summed: Arc<str>,
    pub(super) point_kind: Arc<str>,
    pub(super) score: Arc<str>,
    assurances: Vec<(Assurance, Arc<str>)>,
}

impl Words {
    pub(super) fn of_assurance(&self, assurance: Assurance) -> Arc<str> {
        let word = self.assurances.iter().find(|(of, _)| *of == assurance);
        word.map_or_else(|| Arc::from(assurance.as_str()), |(_, word)| Arc::clone(word))
    }
}

impl Default for Words {
    fn default() -> Self {
        Self {
            assurance: Arc::from("assurance"),
            chain: Arc::from("chain"),
            crowd: Arc::from("crowd"),
            degree: Arc::from("degree"),
            first_exposure: Arc::from("first-exposure"),
            household: Arc::from("household"),
            minutes: Arc::from("minutes"),
            minutes_summed: Arc::from("minutes-summed"),
            point_kind: Arc::from("point-kind"),
            score: Arc::from("score"),
            assurances: Assurance::ALL.iter().map(|of| (*of, Arc::from(of.as_str()))).collect(),
        }
    }
}
