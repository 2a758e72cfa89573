//! The items of one person that count: known, not withdrawn, already happened, in event order.

use crate::{Evidence, EvidenceId, Kind, Origin, Time, evidence::Kinds};
use smallvec::SmallVec;

/// The items that count, in event order: by time, ties by number.
pub(crate) struct Items<'a> {
    /// Each with its kind beside it, so that walking by kind touches no item of another.
    list: SmallVec<[(Kind, &'a Evidence); 16]>,
    kinds: Kinds,
    /// When the next known item happens.
    pub(crate) next: Option<Time>,
}

/// A place in event order.
pub(crate) type Place = (Time, EvidenceId);

pub(crate) fn place(item: &Evidence) -> Place {
    (item.happened_at, item.id)
}

impl<'a> Items<'a> {
    #[inline]
    pub(crate) fn new(
        evidence: impl IntoIterator<Item = &'a Evidence>,
        known_at: Time,
        effective_at: Time,
    ) -> Self {
        let mut items = Items { list: SmallVec::new(), kinds: Kinds::default(), next: None };
        let mut acts: SmallVec<[&Evidence; 4]> = SmallVec::new();
        for item in evidence.into_iter().filter(|item| item.recorded_at <= known_at) {
            if unmakes(item) {
                acts.push(item);
            }
            items.list.push((item.kind, item));
        }
        if !acts.is_empty() {
            let unmade = Unmade::by(acts);
            items.list.retain(|(kind, item)| {
                !matches!(kind, Kind::Withdrawal | Kind::Superseding) && !unmade.has(item)
            });
        }
        let next = &mut items.next;
        items.list.retain(|(_, item)| {
            let happened = item.happened_at <= effective_at;
            if !happened {
                *next = Some(next.map_or(item.happened_at, |next| next.min(item.happened_at)));
            }
            happened
        });
        items.kinds = items.list.iter().fold(Kinds::default(), |kinds, (kind, _)| kinds.with(*kind));
        if !items.list.is_sorted_by_key(|(_, item)| place(item)) {
            items.list.sort_unstable_by_key(|(_, item)| place(item));
        }
        items
    }

    /// Those of some kinds, in event order.
    pub(crate) fn of_kinds(&self, kinds: Kinds) -> impl Iterator<Item = &'a Evidence> + '_ {
        self.list.iter().filter(move |(kind, _)| kinds.has(*kind)).map(|(_, item)| *item)
    }

    pub(crate) fn of_kind<'s>(
        &'s self,
        kind: Kind,
    ) -> impl DoubleEndedIterator<Item = &'a Evidence> + Clone + use<'s, 'a> {
        // Skips the walk where the kind does not occur.
        let list: &[(Kind, &'a Evidence)] = if self.kinds.has(kind) { &self.list } else { &[] };
        list.iter().filter(move |(of, _)| *of == kind).map(|(_, item)| *item)
    }

    pub(crate) fn has(&self, kind: Kind) -> bool {
        self.kinds.has(kind)
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
    fn by(mut acts: SmallVec<[&Evidence; 4]>) -> Self {
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

/// Whether it takes others back; most people have none that does.
fn unmakes(item: &Evidence) -> bool {
    match item.kind {
        Kind::Withdrawal | Kind::Superseding => true,
        Kind::CaseStatus => item.attributes.text("status") == Some("excluded"),
        _ => false,
    }
}
