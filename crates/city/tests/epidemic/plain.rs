//! A dry run the plain way, for comparison: every evening every case is derived anew from all that is known of it, and
//! everybody is decided anew from a list of their own.

use kangma_contact::columns::{Asked, Look, Met, Period, PersonNo};
use kangma_core::{
    Attributes, CaseId, Encounter, Evidence, EvidenceId, Heartbeat, Kind, Origin, PersonId, PointId, Sources,
    Span, Standing, Time, Verdict, Window, decide,
    derive::{CaseCourse, Derived, Link, carriers, derive},
    policy::{Due, History, Policy},
    verdict::Progress,
};
use kangma_service::dry_run_policy::epidemic::{Lived, Seen, TestResult};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

struct Case {
    course: CaseCourse,
    person: PersonNo,
    met: Vec<Encounter>,
    /// Of when each person's encounters are known.
    known: BTreeMap<PersonNo, Window>,
}

#[derive(Default)]
struct Person {
    evidence: Vec<Evidence>,
    apart: bool,
    checks_in: bool,
}

struct City<'c> {
    policy: &'c Policy,
    seen: &'c Seen,
    people: BTreeMap<PersonNo, Person>,
    cases: Vec<Case>,
    items: u64,
    at: Time,
}

/// Lives through an epidemic under a policy.
pub fn evenings(policy: &Arc<Policy>, seen: &Seen, lived: &mut dyn Lived) {
    let mut city = City { policy, seen, people: BTreeMap::new(), cases: Vec::new(), items: 0, at: Time::MIN };
    let history = History::new(Arc::clone(policy), Time::MIN);
    let mut sources = Sources::new();
    for day in 0..seen.days() {
        let apart: Vec<PersonNo> =
            city.people.iter().filter(|(_, it)| it.apart).map(|(person, _)| *person).collect();
        let results = lived.live(&apart);
        let now = seen.midnight(day + 1);
        city.at = Time(now.0 - 60_000);
        city.check_in(day, lived);
        results.iter().for_each(|result| city.learn(result));
        if day < seen.first_evening {
            continue;
        }
        let mut cases = std::mem::take(&mut city.cases);
        cases.iter_mut().for_each(|case| city.trace(case, now, lived));
        city.cases = cases;
        for rule in &policy.sources {
            let source = Arc::clone(&rule.name);
            sources.hear(&Heartbeat { source, complete_up_to: now, recorded_at: city.at });
        }
        for person in city.people.values_mut() {
            let verdict = decide(&history, &person.evidence, &sources, now, now);
            person.apart = verdict.standing == Standing::Red
                || verdict.duties.iter().any(|duty| ["isolate", "stay-at-home"].contains(&&*duty.duty));
            person.checks_in = checks_in(policy, &verdict);
        }
    }
}

fn checks_in(policy: &Policy, verdict: &Verdict) -> bool {
    fn counts(progress: &Progress) -> bool {
        match progress {
            Progress::All(parts) | Progress::Any(parts) => parts.iter().any(counts),
            progress => matches!(progress, Progress::CheckIns { .. }),
        }
    }
    let due = |id: &str| policy.duties.iter().any(|duty| *duty.id == *id && duty.due == Due::CheckIn);
    verdict.reasons.iter().any(|reason| counts(&reason.progress))
        || verdict.duties.iter().any(|duty| due(&duty.duty))
}

fn id_of(person: PersonNo) -> PersonId {
    PersonId(u64::from(person.0) + 1)
}

fn number_of(person: PersonId) -> PersonNo {
    PersonNo(u32::try_from(person.0 - 1).unwrap())
}

fn seconds(time: Time) -> u32 {
    u32::try_from(time.seconds().max(0)).unwrap()
}

impl City<'_> {
    fn record(
        &mut self,
        person: PersonNo,
        kind: Kind,
        happened_at: Time,
        origin: Option<CaseId>,
        says: Attributes,
    ) {
        self.items += 1;
        let source = match kind {
            Kind::TestResult => "laboratory",
            Kind::CaseStatus => "case-register",
            Kind::Exposure => "contact-tracing",
            _ => "self",
        };
        self.people.entry(person).or_default().evidence.push(Evidence {
            id: EvidenceId(self.items),
            person: id_of(person),
            kind,
            happened_at,
            recorded_at: self.at,
            source: source.into(),
            origin: origin.map(Origin::Case),
            about: None,
            attributes: says,
        });
    }

    fn check_in(&mut self, day: u32, lived: &dyn Lived) {
        let today = self.policy.zone.day(self.at);
        let all: Vec<PersonNo> =
            self.people.iter().filter(|(_, it)| it.checks_in).map(|(person, _)| *person).collect();
        for person in all {
            let says = Attributes::new().with("day", today).with("fever", lived.feels_ill(person, day));
            self.record(person, Kind::CheckIn, self.at, None, says);
        }
    }

    fn learn(&mut self, result: &TestResult) {
        let says = if result.positive { "positive" } else { "negative" };
        let says = Attributes::new().with("result", says).with("pooled", false);
        self.record(result.person, Kind::TestResult, result.sampled, None, says);
        let is_case = |person: PersonNo, cases: &[Case]| cases.iter().any(|case| case.person == person);
        if !result.positive || is_case(result.person, &self.cases) {
            return;
        }
        let id = CaseId(u64::from(result.person.0) + 1);
        let mut says = Attributes::new().with("status", "confirmed").with("sampled", result.sampled);
        if let Some(onset) = result.onset {
            says.set("onset", onset);
        }
        self.record(result.person, Kind::CaseStatus, result.reported, Some(id), says);
        let mut others = self.seen.households.others(result.person);
        let course = CaseCourse {
            id,
            person: id_of(result.person),
            status: "confirmed".into(),
            onset: result.onset,
            sampled: Some(result.sampled),
            reported_at: result.reported,
            recovered: None,
            as_of: result.reported,
            follows_household_case: others.any(|other| is_case(other, &self.cases)),
        };
        let (met, known) = (Vec::new(), BTreeMap::new());
        self.cases.push(Case { course, person: result.person, met, known });
    }

    fn trace(&mut self, case: &mut Case, now: Time, lived: &dyn Lived) {
        case.course.as_of = now;
        let Some(window) = self.policy.infectious_window(&case.course) else { return };
        self.meet(case, case.person, None, window, lived);
        let links = self.links([case.person]);
        let carriers = carriers(self.policy, &case.course, &links, &[], &case.met);
        if self.policy.exposures.meets_onward() {
            for carrier in &carriers {
                self.meet(case, number_of(carrier.person), Some(case.person), carrier.window, lived);
            }
        }
        let mut links = links;
        if self.policy.exposures.follows_home() {
            links = self.links(carriers.iter().map(|it| number_of(it.person)).chain([case.person]));
        }
        let exposures = derive(self.policy, &case.course, &links, &[], &case.met);
        self.expose(case.course.id, exposures);
    }

    /// What is on record of a case becomes what was derived. An item that goes on keeps its number and when it was recorded.
    fn expose(&mut self, case: CaseId, exposures: Vec<Derived>) {
        let of_case =
            |item: &Evidence| item.kind == Kind::Exposure && item.origin == Some(Origin::Case(case));
        let exposed: BTreeSet<PersonNo> = exposures.iter().map(|it| number_of(it.person)).collect();
        for (_, record) in self.people.iter_mut().filter(|(person, _)| !exposed.contains(person)) {
            record.evidence.retain(|item| !of_case(item));
        }
        for exposure in exposures {
            let person = number_of(exposure.person);
            let known = self.people.entry(person).or_default().evidence.iter_mut().find(|item| of_case(item));
            if let Some(known) = known {
                known.happened_at = exposure.happened_at;
                known.attributes = exposure.attributes;
            } else {
                self.record(person, Kind::Exposure, exposure.happened_at, Some(case), exposure.attributes);
            }
        }
    }

    /// Adds what gates saw of the days of a window that are not known yet.
    fn meet(
        &self,
        case: &mut Case,
        person: PersonNo,
        not: Option<PersonNo>,
        window: Window,
        lived: &dyn Lived,
    ) {
        let Some(least) = self.policy.exposures.least_assurance() else { return };
        let known = case.known.insert(person, window);
        let from = known.filter(|known| known.from == window.from).map_or(window.from, |known| known.until);
        if from == window.from {
            let via = not.map(|_| id_of(person));
            case.met.retain(|met| met.via != via);
        }
        let asked = Asked {
            person,
            during: Period { from: seconds(from), until: seconds(window.until) },
            look: Look::Onward,
            linger_seconds: u32::try_from(self.policy.exposures.linger.seconds()).unwrap(),
            least,
        };
        self.seen.visits.encounters(&asked, &self.seen.midnights, |met| {
            let Some(day) = met.day.checked_sub(1) else { return };
            if Some(met.contact) != not && lived.went(person, day) && lived.went(met.contact, day) {
                case.met.push(self.encounter(&met, not.map(|_| id_of(person))));
            }
        });
    }

    fn encounter(&self, met: &Met, via: Option<PersonId>) -> Encounter {
        let [from, until] = [met.during.from, met.during.until].map(|at| Time::from_seconds(at.into()));
        Encounter {
            contact: id_of(met.contact),
            via,
            point: PointId(u64::from(met.point.0) + 1),
            point_kind: Arc::clone(&self.seen.kinds[met.point.0 as usize]),
            day: self.policy.zone.day(from),
            window: Window { from, until },
            unbroken: Span::from_seconds(met.unbroken_seconds.into()),
            summed: Span::from_seconds(met.seconds.into()),
            crowd: met.crowd,
            assurance: met.assurance,
        }
    }

    fn links(&self, people: impl IntoIterator<Item = PersonNo>) -> Vec<Link> {
        let mut pairs = BTreeSet::new();
        for person in people {
            for other in self.seen.households.others(person) {
                pairs.insert([id_of(person.min(other)), id_of(person.max(other))]);
            }
        }
        let link = |persons| Link { persons, from: Time::MIN, until: None, weekdays: [true; 7] };
        pairs.into_iter().map(link).collect()
    }
}
