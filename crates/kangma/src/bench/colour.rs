//! What a report of cases takes until everybody's verdict is durable, with the record of the act and the notices queued.

use super::{Figure, Setting, median, scan};
use crate::{demo, machine::WallClock, settle};
use anyhow::{Context as _, ensure};
use kangma_city::Seed;
use kangma_core::{Assurance, Direction, PersonId, PointId, Span, Visit};
use kangma_service::{
    Actor, Refused, Service,
    forms::CaseForm,
    list_cases::{Illness, ListAct},
    ports::Clock as _,
    settle_in::{NewHousehold, NewPoint, Newcomer},
    trace::Stage,
};
use std::{collections::HashMap, time::Instant};

const CONTACTS: u64 = 600;
/// Odd, so that there is a median.
const HALLS: u64 = 9;
const CASES: usize = 1_000;
const SAMPLED_AGO: Span = Span::from_24_hours(12);
const DISTRICT: &str = "330106";
const CONFIRMED: &str = "confirmed";

/// One case, whom six hundred met in a hall.
pub(super) fn six_hundred() -> anyhow::Result<Vec<Figure>> {
    let directory = tempfile::tempdir()?;
    let service = scan::open(directory.path())?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let officer = officer(&service).await?;
        fill_halls(&service).await?;
        let mut times = Vec::new();
        for hall in 0..HALLS {
            let before = counts(&service)?;
            let ill = person(hall, 0);
            let report = CaseForm {
                person: ill,
                status: CONFIRMED.to_owned(),
                onset: None,
                sampled: Some(service.now()),
            };
            let begun = Instant::now();
            let done = service.report_case(&officer, report).await?;
            times.push(begun.elapsed().as_secs_f64() * 1e3);
            ensure!(done.job.is_none(), "six hundred contacts are one act");
            let after = counts(&service)?;
            ensure!(after.evidence - before.evidence > CONTACTS, "not all contacts were found");
            ensure!(after.notices - before.notices > CONTACTS, "not all were told");
        }
        Ok(vec![Figure::alone("colour-600", median(times), "ms")])
    })
}

/// A thousand cases of a generated city, reported from one list: sampled so long ago that each infected for the whole fortnight.
pub(super) fn thousand_cases(setting: &Setting) -> anyhow::Result<Vec<Figure>> {
    let directory = tempfile::tempdir()?;
    let service = scan::open(directory.path())?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let officer = officer(&service).await?;
        let city = settle::begin(&service, &setting.city, Seed(1)).await?;
        let begun = Instant::now();
        settle::settle(&service, &city).await?;
        let settling = begun.elapsed().as_secs_f64();
        demo::hear_sources(&service).await?;
        let before = counts(&service)?;
        let apart = (city.residents.len() / CASES).max(1);
        let ill = city.residents.iter().step_by(apart).take(CASES).zip(1..);
        let sampled = Some(WallClock.now() - SAMPLED_AGO);
        let cases: Vec<Illness> = ill
            .map(|(resident, line)| Illness {
                line,
                person: Some(resident.id),
                status: CONFIRMED.to_owned(),
                onset: None,
                sampled,
            })
            .collect();
        let report = listed(&service, &officer, ListAct::Report, cases.clone()).await?;
        let after = counts(&service)?;
        let back = listed(&service, &officer, ListAct::TakeBack, cases).await?;
        let (verdicts, exposures) = (number(report.decided), after.evidence - before.evidence);
        Ok(vec![
            Figure::alone("colour-1000-cases", verdicts / report.seconds, "verdicts/s"),
            Figure::alone("colour-1000-seconds", report.seconds, "s"),
            Figure::alone("colour-1000-comparing", report.comparing, "s"),
            Figure::alone("colour-1000-changing", report.changing, "s"),
            Figure::alone("colour-1000-taken-back", back.seconds, "s").beside(report.seconds),
            Figure::alone("colour-1000-verdicts", verdicts, "verdicts"),
            Figure::alone("colour-1000-evidence", number(exposures), "items"),
            Figure::alone("colour-1000-notices", number(after.notices - before.notices), "notices"),
            Figure::alone("colour-1000-settling", settling, "s"),
        ])
    })
}

/// What a list took until everybody was decided: its own rows, the comparison, the batches.
struct Listed {
    seconds: f64,
    comparing: f64,
    changing: f64,
    /// The cases are decided when they are reported, everybody whom they met by the job.
    decided: u64,
}

/// Hands a list in and has its contacts traced.
async fn listed(
    service: &Service,
    officer: &Actor,
    list_act: ListAct,
    cases: Vec<Illness>,
) -> anyhow::Result<Listed> {
    let begun = Instant::now();
    let reported = service.list_cases(officer, list_act, cases, |_| {}).await?.added;
    let (mut last, mut traced) = (begun.elapsed().as_secs_f64(), 0);
    let (mut comparing, mut changing) = (0.0, 0.0);
    let progress = |stage, done, _| {
        let took = begun.elapsed().as_secs_f64() - last;
        last += took;
        match stage {
            Stage::Comparing => comparing += took,
            Stage::Changing => (changing, traced) = (changing + took, done),
        }
    };
    service.run_jobs(progress).await?;
    Ok(Listed { seconds: begun.elapsed().as_secs_f64(), comparing, changing, decided: reported + traced })
}

async fn officer(service: &Service) -> anyhow::Result<Actor> {
    demo::hear_sources(service).await?;
    let made = demo::make_staff(service, false).await?;
    let first = made.first().context("an authority is made")?;
    Ok(service.sign_in_officer(&first.login, first.password.clone()).await?.actor)
}

fn person(hall: u64, n: u64) -> PersonId {
    PersonId(hall * 10_000 + n + 1)
}

/// People who were in a hall for two hours, and declared before that nothing is wrong.
async fn fill_halls(service: &Service) -> anyhow::Result<()> {
    let born = "1970-01-01".parse()?;
    let household = |person: PersonId| NewHousehold {
        gate: None,
        district: DISTRICT.to_owned(),
        address: String::new(),
        members: vec![Newcomer {
            person,
            name: "甲一".to_owned(),
            document_number: format!("EXAMPLE{person}"),
            phone: None,
            born,
            dependant: false,
        }],
    };
    let from = service.now() - Span::from_hours(3);
    let passages = [(from, Direction::In), (from + Span::from_hours(2), Direction::Out)];
    let assurance = Assurance::DeviceBound;
    let mut visits = Vec::new();
    for hall in 0..HALLS {
        let (name, kind) = (format!("Hall {hall}"), "office".to_owned());
        let new = NewPoint { id: PointId(hall + 1), kind, name, district: DISTRICT.to_owned() };
        let point = service.settle_points(vec![new]).await?.into_values().next().context("a hall")?;
        let people: Vec<PersonId> = (0..=CONTACTS).map(|n| person(hall, n)).collect();
        let households = people.iter().copied().map(household).collect();
        service.settle_households(households, &HashMap::new(), |_| {}).await?;
        visits.extend(people.into_iter().flat_map(|person| {
            passages.map(|(at, direction)| Visit { person, point, at, direction, assurance })
        }));
    }
    Ok(service.settle_visits(visits, |_| {}).await?)
}

/// What the store holds of what a report makes.
struct Counts {
    evidence: u64,
    notices: u64,
}

fn counts(service: &Service) -> anyhow::Result<Counts> {
    let tables: HashMap<String, u64> = service
        .store()
        .read_blocking(|reader| Ok::<_, Refused>(reader.table_counts()?))?
        .into_iter()
        .collect();
    let rows = |table: &str| tables.get(table).copied().context("a table of the store");
    Ok(Counts { evidence: rows("evidence")? + rows("derived_evidence")?, notices: rows("notice")? })
}

#[expect(clippy::cast_precision_loss, reason = "a figure of sixteen digits is exact enough")]
fn number(n: u64) -> f64 {
    n as f64
}
