//! A generated city settles in a store: its points, its people in households, its visits.
//!
//! What was begun is kept in the store, so that the same call goes on after it was killed.

use anyhow::{Context as _, bail};
use indicatif::{ProgressBar, ProgressStyle};
use kangma_city::{City, Kind, Occupation, Parameters, Seed};
use kangma_core::{PointId, Visit};
use kangma_service::{
    Refused, Service,
    settle_in::{NewHousehold, NewPoint, Newcomer},
};
use sha2::{Digest as _, Sha256};
use std::{collections::HashMap, sync::Arc};

/// Set when a city is in.
const SETTLED: &str = "demonstration-loaded";
/// The end of the city's days, kept so that a second try makes the same city.
const UNTIL: &str = "demonstration-until";
/// What the city follows from, as a digest.
const CITY: &str = "demonstration-city";
/// The youngest who has an account of their own.
const GROWN_UP_DAYS: i32 = 18 * 366;

/// Whether a city is in already.
///
/// # Errors
/// The store failed.
pub async fn is_settled(service: &Service) -> anyhow::Result<bool> {
    Ok(service.setting(SETTLED).await?.is_some())
}

/// Whether a city was begun.
///
/// # Errors
/// The store failed.
pub async fn is_begun(service: &Service) -> anyhow::Result<bool> {
    Ok(service.setting(UNTIL).await?.is_some())
}

/// The city that settles in, to the end of the service's now: of the first call, where it was begun before.
///
/// # Errors
/// The store failed, or another city was begun in it.
pub async fn begin(service: &Service, parameters: &Arc<Parameters>, seed: Seed) -> anyhow::Result<City> {
    let city = digest(parameters, seed);
    match service.setting(CITY).await? {
        Some(begun) if begun != city => bail!(
            "a city of other parameters, or of another seed, was begun in this store and is not whole: repeat with what it \
             was begun with, or take an empty directory"
        ),
        Some(_) => {}
        None => service.put_setting(CITY, &city).await?,
    }
    let until = match service.setting(UNTIL).await? {
        Some(until) => until.parse().context("the end of the city's days")?,
        None => {
            let now = service.now();
            service.put_setting(UNTIL, &now.to_string()).await?;
            now
        }
    };
    let zone = service.rules().policy(service.now()).zone.clone();
    Ok(City::generate(parameters, seed, &zone, until))
}

/// Settles points, people and visits in. What is there is left alone.
///
/// # Errors
/// The store failed.
pub async fn settle(service: &Service, city: &City) -> Result<(), Refused> {
    let points = settle_points(service, city).await?;
    settle_people(service, city, &points).await?;
    settle_visits(service, city, &points).await
}

/// Keeps that the city is whole.
///
/// # Errors
/// The store failed.
pub async fn end(service: &Service) -> anyhow::Result<()> {
    Ok(service.put_setting(SETTLED, "yes").await?)
}

fn digest(parameters: &Parameters, Seed(seed): Seed) -> String {
    let digest = Sha256::digest(format!("{seed} {parameters:?}"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn settle_points(service: &Service, city: &City) -> Result<HashMap<PointId, PointId>, Refused> {
    let known = service.rules().policy(service.now()).gate.kinds.clone();
    let points = city.points.iter().map(|point| NewPoint {
        id: point.id,
        kind: kind_of_policy(&known, point.kind),
        name: point.name.clone(),
        district: city.districts[point.district].division.clone(),
    });
    service.settle_points(points.collect()).await
}

/// The policy's word for a kind of place: its own, or that of the place whose gate it is.
fn kind_of_policy(known: &[Arc<str>], kind: Kind) -> String {
    let is_known = |kind: &str| known.iter().any(|one| **one == *kind);
    let words = [kind.word(), kind.word().trim_end_matches("-gate")];
    words.into_iter().find(|word| is_known(word)).unwrap_or("unclassified").to_owned()
}

async fn settle_people(
    service: &Service,
    city: &City,
    points: &HashMap<PointId, PointId>,
) -> Result<(), Refused> {
    let today = service.rules().policy(service.now()).zone.day(service.now());
    let households = city.households.iter().map(|household| NewHousehold {
        gate: Some(city.points[household.gate].id),
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
    bar.finish_and_clear();
    Ok(())
}

async fn settle_visits(
    service: &Service,
    city: &City,
    points: &HashMap<PointId, PointId>,
) -> Result<(), Refused> {
    let known = |visit: Visit| points.get(&visit.point).map(|point| Visit { point: *point, ..visit });
    let mut visits: Vec<_> = city.visits().filter_map(known).collect();
    visits.sort_by_key(|visit| (visit.at, visit.person));
    let bar = progress("visits", visits.len());
    service.settle_visits(visits, |done| bar.set_position(done)).await?;
    bar.finish_and_clear();
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
