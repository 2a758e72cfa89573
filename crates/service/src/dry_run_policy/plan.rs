//! What a dry run knows before it looks at anybody.

use crate::{
    Refused,
    derived::{Known, made_otherwise},
    presence, retrace, trace,
};
use kangma_core::{
    Evidence, EvidenceId, Heartbeat, PersonId, PointId, Sources, Time, Verdict, decide,
    policy::{History, Policy},
    verdict::PolicyRef,
};
use kangma_store::NewEvidence;
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// Numbers for items that are never recorded: from the end, where no store ever comes to.
const UNRECORDED: u64 = 1 << 62;

/// Both policies, and what the tried one changes of what was derived.
pub(super) struct Plan {
    pub now: Time,
    /// How many people there are.
    pub people: u64,
    pub today: PolicyRef,
    pub tried: Arc<Policy>,
    /// Sources that were taken as heard.
    pub unheard: Vec<String>,
    /// Where people met a case, under either policy.
    pub met_at: HashMap<PersonId, BTreeSet<PointId>>,
    pub histories: [History; 2],
    sources: [Sources; 2],
    changes: HashMap<PersonId, Changes>,
}

#[derive(Default)]
struct Changes {
    gone: BTreeSet<EvidenceId>,
    come: Vec<Evidence>,
}

impl Plan {
    pub fn make(known: &Known<'_>, tried: Arc<Policy>) -> Result<Self, Refused> {
        let now = known.now;
        let today = known.rules.policy(now);
        // A policy that takes scans to last otherwise sees other presences in the same log.
        let otherwise_there = match presence::sees_alike(today, &tried) {
            true => None,
            false => Some(presence::build(known.reader, &tried, now)?),
        };
        let under_tried = Known { presence: otherwise_there.as_ref().unwrap_or(known.presence), ..*known };
        let mut changes: HashMap<PersonId, Changes> = HashMap::new();
        let mut number = UNRECORDED;
        for cause in retrace::causes_since(known.reader, Time::MIN)? {
            let otherwise = made_otherwise(&tried, &under_tried, &*cause)?;
            for (person, difference) in otherwise.differences {
                let changed = changes.entry(person).or_default();
                changed.gone.extend(difference.withdraw);
                for item in difference.add {
                    number += 1;
                    changed.come.push(as_recorded(item, EvidenceId(number), otherwise.known_since));
                }
            }
        }
        let mut met_at: HashMap<PersonId, BTreeSet<PointId>> = HashMap::new();
        for case in known.reader.cases_open()? {
            let course = trace::course(known.reader, &case, now)?;
            for (policy, known) in [(today, known), (&tried, &under_tried)] {
                for met in trace::encounters(policy, known, &course)?.0 {
                    met_at.entry(met.contact).or_default().insert(met.point);
                }
            }
        }
        let mut heard = known.rules.sources.clone();
        let unheard: Vec<_> =
            tried.sources.iter().filter(|rule| heard.complete_up_to(&rule.name, now).is_none()).collect();
        for rule in &unheard {
            let source = Arc::clone(&rule.name);
            heard.hear(&Heartbeat { source, complete_up_to: now, recorded_at: now });
        }
        Ok(Self {
            now,
            people: known.reader.person_count()?,
            today: PolicyRef::clone(&today.reference),
            unheard: unheard.iter().map(|rule| rule.name.to_string()).collect(),
            histories: [known.rules.history.clone(), History::new(Arc::clone(&tried), Time::MIN)],
            sources: [known.rules.sources.clone(), heard],
            met_at,
            changes,
            tried,
        })
    }

    /// What today's policy says of somebody, and what the tried one would, each with what it rests on.
    pub fn decide(&self, person: PersonId, evidence: Vec<Evidence>) -> [(Verdict, Vec<Evidence>); 2] {
        let mut otherwise = evidence.clone();
        if let Some(changes) = self.changes.get(&person) {
            otherwise.retain(|item| !changes.gone.contains(&item.id));
            otherwise.extend(changes.come.iter().cloned());
        }
        let decided = |which: usize, evidence: Vec<Evidence>| {
            let verdict = decide(&self.histories[which], &evidence, &self.sources[which], self.now, self.now);
            (verdict, evidence)
        };
        [decided(0, evidence), decided(1, otherwise)]
    }
}

fn as_recorded(item: NewEvidence, id: EvidenceId, known_since: Time) -> Evidence {
    Evidence {
        id,
        person: item.person,
        kind: item.kind,
        happened_at: item.happened_at,
        recorded_at: known_since.max(item.happened_at),
        source: item.source,
        origin: item.origin,
        about: item.about,
        attributes: item.attributes,
    }
}
