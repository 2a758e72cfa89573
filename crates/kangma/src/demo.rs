//! The demonstration: a sample city of ten thousand people that settles in on the first start, and its staff.

use crate::settle;
use anyhow::Context as _;
use kangma_city::{CaseStatus, City, Parameters, Seed};
use kangma_core::Time;
use kangma_service::{
    Actor, Refused, Service,
    access::{Role, Scope},
    forms::CaseForm,
    staff::StaffForm,
};
use std::sync::Arc;

const SEED: Seed = Seed(2020);
const PRESET: &str = "10k";
/// Whole days of visits: enough to show contacts, and soon in.
const DAYS: u32 = 3;

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
/// The store failed, or holds a part of another city.
pub async fn load(service: &Arc<Service>, people: u32) -> anyhow::Result<()> {
    // Also on a later start: however long the demonstration was switched off, nobody is out of date by it.
    hear_sources(service).await?;
    if settle::is_settled(service).await? {
        return Ok(());
    }
    let parameters = Parameters::preset(PRESET)?.with_people(people)?.with_days(DAYS)?;
    let city = settle::begin(service, &Arc::new(parameters), SEED).await?;
    settle::settle(service, &city).await?;
    report_cases(service, &city).await?;
    settle::end(service).await
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
    service.run_jobs(|_, _, _| {}).await?;
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
