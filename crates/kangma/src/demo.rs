//! The demonstration: a sample city of ten thousand people that settles in on the first start, and its staff.

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use kangma_city::{CaseStatus, City, Occupation, Seed, Size};
use kangma_core::{PointId, Time};
use kangma_service::{
    Actor, Refused, Service,
    access::{Role, Scope},
    forms::CaseForm,
    settle_in::{NewHousehold, NewPoint, Newcomer},
    staff::StaffForm,
};
use std::{collections::HashMap, sync::Arc};

const SEED: Seed = Seed(2020);
const LOADED: &str = "demonstration-loaded";
/// The youngest who has an account of their own.
const GROWN_UP_DAYS: i32 = 18 * 366;

/// An account that was made, with its password: shown once.
#[derive(Debug, Clone)]
pub struct Made {
    /// What to sign in with.
    pub login: String,
    /// The password.
    pub password: String,
    /// What it is for.
    pub what: &'static str,
}

/// Makes the staff accounts that a store without any needs: the two whom every order needs, and for a demonstration two more.
///
/// # Errors
/// The store failed.
pub async fn make_staff(service: &Service, demonstration: bool) -> anyhow::Result<Vec<Made>> {
    if !service.staff(&Actor::System).await?.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: &[(&str, &str, &[Role], &'static str)] = &[
        ("authority", "First authority", &[Role::Authority, Role::Tracer], "authority of the whole city"),
        (
            "second",
            "Second authority",
            &[Role::Authority, Role::Tracer],
            "a second authority, who confirms orders",
        ),
        (
            "third",
            "Third authority",
            &[Role::Authority, Role::Tracer],
            "a third authority, who decides appeals against their orders",
        ),
        ("tracer", "Tracer", &[Role::Tracer], "works on cases and contacts"),
        ("checker", "Checker", &[Role::Checker], "checks codes at every point"),
    ];
    let wanted = if demonstration { wanted } else { &wanted[..2] };
    let mut made = Vec::new();
    for &(login, name, roles, what) in wanted {
        let form = StaffForm {
            login: login.to_owned(),
            name: name.to_owned(),
            roles: roles.to_vec(),
            scope: Scope::Everywhere,
        };
        let password = service.make_account(&Actor::System, form).await?.password;
        made.push(Made { login: login.to_owned(), password, what });
    }
    Ok(made)
}

/// Loads the sample city, once. Killed half-way, the next start goes on from there.
///
/// # Errors
/// The store failed.
pub async fn load(service: &Arc<Service>, size: &Size) -> anyhow::Result<()> {
    // Also on a later start: however long the demonstration was switched off, nobody is out of date by it.
    hear_sources(service).await?;
    if service.setting(LOADED).await?.is_some() {
        return Ok(());
    }
    // The end of the city's days is kept, so that a second try makes the same city.
    let until = match service.setting("demonstration-until").await? {
        Some(until) => until.parse().context("the demonstration's end")?,
        None => {
            let now = service.now();
            service.put_setting("demonstration-until", &now.to_string()).await?;
            now
        }
    };
    let zone = service.rules().policy(service.now()).zone.clone();
    let city = City::generate(SEED, size, &zone, until);
    let points = settle_points(service, &city).await?;
    settle_people(service, &city, &points).await?;
    settle_visits(service, &city, &points).await?;
    report_cases(service, &city).await?;
    Ok(service.put_setting(LOADED, "yes").await?)
}

async fn settle_points(service: &Service, city: &City) -> Result<HashMap<PointId, PointId>, Refused> {
    let known = service.rules().policy(service.now()).gate.kinds.clone();
    let points = city.points.iter().map(|point| NewPoint {
        id: point.id,
        kind: kind_of_policy(&known, &point.kind),
        name: point.name.clone(),
        district: city.districts[point.district].division.clone(),
    });
    service.settle_points(points.collect()).await
}

/// The policy's word for a kind of place: its own, or that of the place whose gate it is.
fn kind_of_policy(known: &[Arc<str>], kind: &str) -> String {
    let is_known = |kind: &str| known.iter().any(|one| **one == *kind);
    let words = [kind, kind.trim_end_matches("-gate")];
    words.into_iter().find(|word| is_known(word)).unwrap_or("unclassified").to_owned()
}

async fn settle_people(
    service: &Service,
    city: &City,
    points: &HashMap<PointId, PointId>,
) -> Result<(), Refused> {
    let today = service.rules().policy(service.now()).zone.day(service.now());
    let households = city.households.iter().map(|household| NewHousehold {
        gate: household.gate,
        district: city.districts[household.district].division.clone(),
        address: household.address.clone(),
        members: city.residents[household.members.clone()]
            .iter()
            .map(|resident| Newcomer {
                person: resident.id,
                name: resident.name.clone(),
                document_number: resident.document_number.clone(),
                phone: resident.phone.clone(),
                born: resident.born,
                dependant: today.since(resident.born) < GROWN_UP_DAYS
                    && matches!(resident.occupation, Occupation::Infant | Occupation::Pupil(_)),
            })
            .collect(),
    });
    let bar = progress("people", city.residents.len());
    service.settle_households(households.collect(), points, |done| bar.set_position(done)).await?;
    bar.finish();
    Ok(())
}

async fn settle_visits(
    service: &Service,
    city: &City,
    points: &HashMap<PointId, PointId>,
) -> Result<(), Refused> {
    let mut visits: Vec<_> = city
        .visits()
        .filter_map(|visit| {
            points.get(&visit.point).map(|point| kangma_core::Visit { point: *point, ..visit })
        })
        .collect();
    visits.sort_by_key(|visit| (visit.at, visit.person));
    let bar = progress("visits", visits.len());
    service.settle_visits(visits, |done| bar.set_position(done)).await?;
    bar.finish();
    Ok(())
}

async fn report_cases(service: &Service, city: &City) -> anyhow::Result<()> {
    let reporter = service.officer_named("authority").await?.context("the demonstration has an authority")?;
    for case in &city.cases {
        let form = CaseForm {
            person: case.person,
            status: match case.status {
                CaseStatus::Suspected => "suspected".to_owned(),
                CaseStatus::Confirmed => "confirmed".to_owned(),
            },
            onset: case.onset,
            sampled: Some(case.sampled),
        };
        match service.report_case(&reporter, form).await {
            // Reported before this try was killed.
            Ok(_) | Err(Refused::Duplicate) => {}
            Err(refused) => return Err(refused.into()),
        }
    }
    service.run_jobs(|_, _| {}).await?;
    Ok(())
}

/// In a demonstration nobody feeds the sources: each says that it is complete up to now.
///
/// # Errors
/// The store failed.
pub async fn hear_sources(service: &Service) -> Result<(), Refused> {
    let now: Time = service.now();
    for source in &service.rules().policy(now).sources {
        service.hear_source(&Actor::System, source.name.to_string(), now).await?;
    }
    Ok(())
}

fn progress(what: &'static str, total: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(total).unwrap_or(u64::MAX));
    if let Ok(style) = ProgressStyle::with_template("{msg:>8} {wide_bar} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar
}
