//! A small city: a policy, people, what happened to them, and the questions that they and officers ask.

use kangma_core::{
    Attributes, CaseCourse, CaseId, Derived, Encounter, Evidence, EvidenceId, History, Kind, Link, Origin,
    PersonId, Policy, PolicyFiles, Separation, Sources, Standing, Time, Verdict, Zone, decide, derive,
    explain, sources::Heartbeat, why_not, why_not::WhyNot,
};
use std::{path::Path, sync::Arc};

pub struct World {
    pub policy: Arc<Policy>,
    history: History,
    sources: Sources,
    evidence: Vec<Evidence>,
    pub links: Vec<Link>,
    pub separations: Vec<Separation>,
    pub encounters: Vec<Encounter>,
}

/// An item on its way into the evidence.
pub struct Said {
    pub person: PersonId,
    pub kind: Kind,
    pub at: Time,
    pub recorded: Time,
    pub source: &'static str,
    pub origin: Option<Origin>,
    pub about: Option<EvidenceId>,
    pub attributes: Attributes,
}

impl Said {
    pub fn new(person: PersonId, kind: Kind, at: Time, source: &'static str) -> Self {
        let attributes = Attributes::new();
        Self { person, kind, at, recorded: at, source, origin: None, about: None, attributes }
    }

    pub fn about(self, about: EvidenceId) -> Self {
        Self { about: Some(about), ..self }
    }

    pub fn recorded(self, recorded: Time) -> Self {
        Self { recorded, ..self }
    }

    pub fn with(self, name: &str, value: impl Into<kangma_core::Value>) -> Self {
        Self { attributes: self.attributes.with(name, value), ..self }
    }
}

impl World {
    /// A city under a shipped policy, whose sources have always handed in everything.
    pub fn under(policy: &str) -> Self {
        let mut world = Self::without_sources(policy);
        let names: Vec<Arc<str>> =
            world.policy.sources.iter().map(|source| Arc::clone(&source.name)).collect();
        names.iter().for_each(|name| world.hear(name, Time::MIN, Time::MAX));
        world
    }

    /// The same before any source was heard.
    pub fn without_sources(policy: &str) -> Self {
        let policy = Arc::new(Policy::load(&shipped(policy)).unwrap_or_else(|refused| panic!("{refused}")));
        let history = History::new(Arc::clone(&policy), Time::MIN);
        Self {
            policy,
            history,
            sources: Sources::new(),
            evidence: Vec::new(),
            links: Vec::new(),
            separations: Vec::new(),
            encounters: Vec::new(),
        }
    }

    pub fn zone(&self) -> &Zone {
        &self.policy.zone
    }

    pub fn hear(&mut self, source: &str, recorded_at: Time, complete_up_to: Time) {
        self.sources.hear(&Heartbeat { source: source.into(), recorded_at, complete_up_to });
    }

    pub fn record(&mut self, said: Said) -> EvidenceId {
        let id = EvidenceId(u64::try_from(self.evidence.len()).unwrap() + 1);
        self.evidence.push(Evidence {
            id,
            person: said.person,
            kind: said.kind,
            happened_at: said.at,
            recorded_at: said.recorded,
            source: said.source.into(),
            origin: said.origin,
            about: said.about,
            attributes: said.attributes,
        });
        id
    }

    /// A declaration whose audit comes out clean in the same minute.
    pub fn declare(&mut self, said: Said) -> EvidenceId {
        let (person, at) = (said.person, said.recorded);
        let declaration = self.record(said);
        let audit: Vec<(Arc<str>, Arc<str>)> = self
            .policy
            .declaration
            .audit
            .sources
            .iter()
            .map(|source| (Arc::clone(&source.source), Arc::clone(&source.clean[0])))
            .collect();
        for (source, clean) in audit {
            let id = self.record(
                Said::new(person, Kind::AuditAnswer, at, "officer")
                    .about(declaration)
                    .with("answer", &*clean),
            );
            self.evidence.iter_mut().find(|item| item.id == id).unwrap().source = source;
        }
        declaration
    }

    /// A report of a case: the item about the person, and what it makes of the others.
    pub fn report_case(
        &mut self,
        case: CaseId,
        person: PersonId,
        onset: Time,
        reported: Time,
        recorded: Time,
    ) {
        let said = Said::new(person, Kind::CaseStatus, reported, "case-register").recorded(recorded);
        let said = Said { origin: Some(Origin::Case(case)), ..said };
        self.record(said.with("status", "confirmed").with("onset", onset));
        let course = CaseCourse {
            id: case,
            person,
            status: "confirmed".into(),
            onset: Some(onset),
            sampled: None,
            reported_at: reported,
            recovered: None,
            as_of: recorded,
            follows_household_case: false,
        };
        for derived in derive(&self.policy, &course, &self.links, &self.separations, &self.encounters) {
            self.take(derived, recorded);
        }
    }

    fn take(&mut self, derived: Derived, recorded: Time) {
        let said = Said::new(derived.person, derived.kind, derived.happened_at, "contact-tracing")
            .recorded(recorded);
        self.record(Said { origin: Some(derived.origin), attributes: derived.attributes, ..said });
    }

    /// Takes a case back, with everything that came from it.
    pub fn withdraw_case(&mut self, case: CaseId, at: Time) {
        let caused: Vec<(PersonId, EvidenceId)> = self
            .evidence
            .iter()
            .filter(|item| item.origin == Some(Origin::Case(case)))
            .map(|item| (item.person, item.id))
            .collect();
        for (person, id) in caused {
            self.record(Said::new(person, Kind::Withdrawal, at, "officer").about(id));
        }
    }

    pub fn of(&self, person: PersonId) -> Vec<Evidence> {
        self.evidence.iter().filter(|item| item.person == person).cloned().collect()
    }

    pub fn verdict(&self, person: PersonId, at: Time) -> Verdict {
        self.verdict_known(person, at, at)
    }

    pub fn verdict_known(&self, person: PersonId, known: Time, at: Time) -> Verdict {
        decide(&self.history, &self.of(person), &self.sources, known, at)
    }

    pub fn why_not(&self, person: PersonId, at: Time, asked: Standing) -> WhyNot {
        why_not(&self.history, &self.of(person), &self.sources, at, at, asked)
    }

    /// Everything that a resident may read about a verdict, as it goes over the wire.
    pub fn read_by_resident(&self, person: PersonId, at: Time, asked: Standing) -> String {
        let explained = explain(&self.history, &self.of(person), &self.sources, at, at).for_resident();
        let why_not = self.why_not(person, at, asked).for_resident();
        let mut wire = serde_json::to_string(&explained.reasons).unwrap();
        wire.push_str(&serde_json::to_string(&why_not).unwrap());
        for language in ["zh", "en"] {
            let texts = self.policy.texts(language);
            let reasons = explained.reasons.iter().map(|reason| &reason.rule);
            for rule in reasons.chain(why_not.rules.iter().map(|rule| &rule.rule)) {
                wire.push_str(texts.resident(rule));
                wire.push_str(texts.remedy(rule));
            }
        }
        wire
    }

    /// `"3 09:00"` is nine in the morning of the third day after day 0, 2 March 2020.
    pub fn at(&self, text: &str) -> Time {
        let (day, clock) = text.split_once(' ').unwrap();
        let date: jiff::civil::Date = "2020-03-02".parse().unwrap();
        let date = kangma_core::Day::from_date(date).plus(day.parse().unwrap()).date();
        let clock: jiff::civil::Time = clock.parse().unwrap();
        let zoned = date.to_datetime(clock).to_zoned_datetime(self.zone().tz().clone()).unwrap();
        Time(zoned.timestamp().as_millisecond())
    }
}

pub fn rules(verdict: &Verdict) -> Vec<&str> {
    verdict.reasons.iter().map(|reason| &*reason.rule).collect()
}

pub fn duties(verdict: &Verdict) -> Vec<&str> {
    verdict.duties.iter().map(|duty| &*duty.duty).collect()
}

fn shipped(name: &str) -> PolicyFiles {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies").join(name);
    let mut files = PolicyFiles::new();
    for file in ["policy.toml", "texts/zh.toml", "texts/en.toml"] {
        files.add(file, std::fs::read_to_string(root.join(file)).unwrap());
    }
    files
}
