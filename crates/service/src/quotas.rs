//! How much one resident may hand in: far above what anybody needs, far below what slows others or fills the disk.
//!
//! Staff are not held to it: they act for many, and everything that they do is on record with their login.

use crate::{Actor, Refused, Service, tries::Allowance};
use kangma_core::Span;
use kangma_store::Digest;

/// What is counted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Quota {
    Declaration,
    /// A leg of an itinerary: each is evidence, and looked at in every later decision.
    Leg,
    Correction,
    Appeal,
    Device,
    Code,
}

#[derive(Debug)]
pub(crate) struct Quotas {
    declarations: Allowance,
    legs: Allowance,
    corrections: Allowance,
    appeals: Allowance,
    devices: Allowance,
    codes: Allowance,
}

impl Default for Quotas {
    fn default() -> Self {
        let day = Span::from_24_hours(1);
        Self {
            declarations: Allowance::new(60, day),
            legs: Allowance::new(200, day),
            corrections: Allowance::new(30, day),
            appeals: Allowance::new(30, day),
            devices: Allowance::new(30, day),
            // A page whose browser cannot sign asks once a minute, and may be open for each of a family of nine.
            codes: Allowance::new(300, Span::from_minutes(10)),
        }
    }
}

impl Quotas {
    const fn of(&self, quota: Quota) -> &Allowance {
        match quota {
            Quota::Declaration => &self.declarations,
            Quota::Leg => &self.legs,
            Quota::Correction => &self.corrections,
            Quota::Appeal => &self.appeals,
            Quota::Device => &self.devices,
            Quota::Code => &self.codes,
        }
    }
}

impl Service {
    /// Counts what a resident hands in, for whomever: by whoever is signed in.
    ///
    /// # Errors
    /// [`Refused::TooManyTries`] says when the next one is taken.
    pub(crate) fn count(&self, actor: &Actor, quota: Quota, count: usize) -> Result<(), Refused> {
        let Actor::Resident(person) = actor else { return Ok(()) };
        let (who, count) = (Digest::of(&person.0.to_le_bytes()), u32::try_from(count).unwrap_or(u32::MAX));
        self.quotas.of(quota).take(who, count, self.now())
    }
}
