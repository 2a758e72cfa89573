//! The items of one person that count: known, not withdrawn, already happened, in event order.

use crate::{Evidence, EvidenceId, Kind, Origin, Time};
use smallvec::SmallVec;

/// The items that count, in event order: by time, ties by number.
pub(crate) struct Items<'a> {
    list: SmallVec<[&'a Evidence; 16]>,
    kinds: Kinds,
    /// When the next known item happens.
    pub(crate) next: Option<Time>,
}

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Kinds(u32);

impl Kinds {
    pub(crate) fn with(self, kind: Kind) -> Self {
        Self(self.0 | 1 << (kind as u32))
    }

    pub(crate) fn has(self, kind: Kind) -> bool {
        self.0 & (1 << (kind as u32)) != 0
    }

    fn meets(self, other: Kinds) -> bool {
        self.0 & other.0 != 0
    }
}

/// A place in event order.
pub(crate) type Place = (Time, EvidenceId);

pub(crate) fn place(item: &Evidence) -> Place {
    (item.happened_at, item.id)
}

impl<'a> Items<'a> {
    pub(crate) fn new(evidence: &'a [Evidence], known_at: Time, effective_at: Time) -> Self {
        let mut items = Items { list: SmallVec::new(), kinds: Kinds::default(), next: None };
        let unmade = Unmade::of(evidence, known_at);
        for item in evidence.iter().filter(|item| item.recorded_at <= known_at) {
            if unmade.has(item) || matches!(item.kind, Kind::Withdrawal | Kind::Superseding) {
                continue;
            }
            if item.happened_at > effective_at {
                items.next = Some(items.next.map_or(item.happened_at, |next| next.min(item.happened_at)));
                continue;
            }
            items.kinds = items.kinds.with(item.kind);
            items.list.push(item);
        }
        if !items.list.is_sorted_by_key(|item| place(item)) {
            items.list.sort_unstable_by_key(|item| place(item));
        }
        items
    }

    /// All, in event order.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &'a Evidence> + Clone + '_ {
        self.list.iter().copied()
    }

    pub(crate) fn of_kind<'s>(
        &'s self,
        kind: Kind,
    ) -> impl DoubleEndedIterator<Item = &'a Evidence> + Clone + use<'s, 'a> {
        // Skips the walk where the kind does not occur.
        let list: &[&'a Evidence] = if self.kinds.has(kind) { &self.list } else { &[] };
        list.iter().copied().filter(move |item| item.kind == kind)
    }

    pub(crate) fn has_any(&self, kinds: Kinds) -> bool {
        self.kinds.meets(kinds)
    }

    /// When an item stopped being true.
    pub(crate) fn ended_at(&self, id: EvidenceId) -> Option<Time> {
        self.of_kind(Kind::Ending).find(|ending| ending.about == Some(id)).map(|ending| ending.happened_at)
    }
}

/// Items that never were: withdrawn or superseded ones, and what an excluded case said.
#[derive(Default)]
struct Unmade {
    items: SmallVec<[EvidenceId; 4]>,
    cases: SmallVec<[(Origin, EvidenceId); 2]>,
}

impl Unmade {
    fn of(evidence: &[Evidence], known_at: Time) -> Self {
        let mut acts: SmallVec<[&Evidence; 4]> =
            evidence.iter().filter(|item| unmakes(item) && item.recorded_at <= known_at).collect();
        // The latest act first: it may itself take an earlier one back, and nothing takes a later one back.
        acts.sort_unstable_by_key(|act| std::cmp::Reverse(act.id));
        let mut unmade = Unmade::default();
        for act in acts {
            if unmade.has(act) {
                continue;
            }
            match (act.kind, act.about, act.origin) {
                (Kind::CaseStatus, _, Some(case)) => unmade.cases.push((case, act.id)),
                (Kind::CaseStatus, ..) => {}
                (_, Some(about), _) if about < act.id => unmade.items.push(about),
                _ => {}
            }
        }
        unmade
    }

    fn has(&self, item: &Evidence) -> bool {
        self.items.contains(&item.id)
            || (item.kind == Kind::CaseStatus
                && self.cases.iter().any(|(case, act)| item.origin == Some(*case) && item.id < *act))
    }
}

fn unmakes(item: &Evidence) -> bool {
    match item.kind {
        Kind::Withdrawal | Kind::Superseding => true,
        Kind::CaseStatus => item.attributes.text("status") == Some("excluded"),
        _ => false,
    }
}
