//! Everything that judging one rule of one policy looks at.

use super::{
    freshness::Freshness,
    items::{Items, Place, place},
};
use crate::{Day, Evidence, Policy, Time, Zone, policy::Condition};

/// Everything that judging one rule of one policy looks at.
pub(crate) struct Ground<'g, 'a> {
    pub(crate) policy: &'g Policy,
    pub(crate) items: &'g Items<'a>,
    pub(crate) freshness: Freshness<'g>,
    /// When the verdict applies.
    pub(crate) now: Time,
    pub(crate) today: Day,
}

impl<'g, 'a> Ground<'g, 'a> {
    pub(crate) fn new(policy: &'g Policy, items: &'g Items<'a>, freshness: Freshness<'g>, now: Time) -> Self {
        Self { policy, items, freshness, now, today: policy.zone.day(now) }
    }

    /// The same as it will be at a later instant, if nothing else happens.
    pub(crate) fn by(&self, later: Time) -> Self {
        Self::new(self.policy, self.items, self.freshness, self.now.max(later))
    }

    pub(crate) fn zone(&self) -> &'g Zone {
        &self.policy.zone
    }

    pub(crate) fn day(&self, time: Time) -> Day {
        self.policy.zone.day(time)
    }

    pub(crate) fn midnight(&self, day: Day) -> Time {
        self.policy.zone.midnight(day)
    }

    /// Items like this, in event order.
    pub(crate) fn like<'c>(
        &self,
        condition: &'c Condition,
    ) -> impl DoubleEndedIterator<Item = &'a Evidence> + Clone + use<'g, 'a, 'c> {
        let items: &'g Items<'a> = self.items;
        items.of_kind(condition.kind).filter(move |item| condition.matches(item))
    }

    /// The first item like this after a place in event order and not before an instant.
    pub(crate) fn first_like(&self, condition: &Condition, after: Place, from: Time) -> Option<&'a Evidence> {
        self.like(condition).find(|item| place(item) > after && item.happened_at >= from)
    }
}
