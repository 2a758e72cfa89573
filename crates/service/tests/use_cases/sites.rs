//! Published exposure sites, from the real file to somebody's colour.

use crate::house::{House, code};
use kangma_core::{Assurance, Direction, PersonId, PointId, Span, Standing, Time, Visit};
use kangma_service::{
    Actor,
    explain::AsOf,
    exposure_file::{ExposureFile, SiteRow},
};
use std::{fs::File, path::PathBuf};

/// The shared folder beside the checkout. Missing, a test says so and is skipped, but never in CI.
fn published() -> Option<ExposureFile> {
    let path = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/nz-locations-of-interest/nz_loi_union.csv"
    ));
    if !path.exists() {
        #[allow(clippy::disallowed_methods, reason = "a test may ask whether it runs in CI")]
        let ci = std::env::var("CI").is_ok();
        assert!(!ci, "{} is missing, and CI must have it", path.display());
        eprintln!("SKIPPED: {} is not here; this test needs it", path.display());
        return None;
    }
    let zone = jiff::tz::TimeZone::get("Pacific/Auckland").unwrap();
    Some(ExposureFile::read(File::open(path).unwrap(), &zone).unwrap())
}

fn visit(person: PersonId, point: PointId, from: Time, until: Time) -> [Visit; 2] {
    let at = |at, direction| Visit { person, point, at, direction, assurance: Assurance::DeviceBound };
    [at(from, Direction::In), at(until, Direction::Out)]
}

/// Twenty sites of every type with names of their own, so recent that what they give is still live at `now`.
fn twenty(file: &ExposureFile, now: Time) -> Vec<SiteRow> {
    let usable = |row: &&SiteRow, days: i64| {
        let (from, until) = (row.window.from, row.window.until);
        until < now && from > now - Span::from_24_hours(days) && row.window.length() < Span::from_hours(12)
    };
    let alone = |row: &&SiteRow| file.rows.iter().filter(|other| other.event == row.event).count() == 1;
    let of = |published: &str, days: i64, n: usize| {
        let typed = file.rows.iter().filter(|row| row.exposure_type == published);
        typed.filter(|row| usable(row, days)).filter(alone).take(n).cloned().collect::<Vec<_>>()
    };
    let mut chosen = of("Close", 6, 8);
    chosen.extend(of("Casual", 9, 8));
    chosen.extend(of("", 13, 20 - chosen.len()));
    chosen
}

#[tokio::test(flavor = "multi_thread")]
async fn people_at_twenty_published_sites_turn_the_colour_of_the_policy_and_a_minute_outside_nothing() {
    let Some(file) = published() else { return };
    let now: Time = "2022-01-26T00:00:00Z".parse().unwrap();
    let house = House::under_at("nz-locations", "2022-01-26T00:00:00Z").await;
    let chosen = twenty(&file, now);
    assert_eq!(chosen.len(), 20);
    let mut visits = Vec::new();
    let mut inside = Vec::new();
    let mut outside = Vec::new();
    for row in &chosen {
        let point = house.point("unclassified", &row.event).await;
        let (there, there_signed_in) = house.resident().await;
        let (early, early_signed_in) = house.resident().await;
        let (late, late_signed_in) = house.resident().await;
        let minute = Span::from_minutes(1);
        visits.extend(visit(there, point, row.window.from, row.window.until));
        visits.extend(visit(early, point, row.window.from - Span::from_hours(1), row.window.from - minute));
        visits.extend(visit(late, point, row.window.until + minute, row.window.until + Span::from_hours(1)));
        inside.push((row.exposure_type.clone(), there, there_signed_in));
        outside.extend([(early, early_signed_in), (late, late_signed_in)]);
    }
    for (person, actor) in
        inside.iter().map(|(_, person, actor)| (person, actor)).chain(outside.iter().map(|(p, a)| (p, a)))
    {
        assert_eq!(house.declare(actor, *person).await, Standing::Green);
    }
    house.service.settle_visits(visits, |_| {}).await.unwrap();

    let mut seen = (0, 0);
    let imported = house
        .service
        .import_exposure_sites(&Actor::System, file.clone(), |done, of| seen = (done, of))
        .await
        .unwrap();
    assert_eq!((imported.usable, imported.added, imported.bad.len()), (3_981, 3_981, 9));
    assert_eq!(imported.matched, 20);
    assert_eq!(seen, (3_981, 3_981));
    for (published, person, actor) in &inside {
        let why = house.service.explain(actor, *person, AsOf::default()).await.unwrap();
        let (standing, rule) = match published.as_str() {
            "Close" => (Standing::Red, "site-close"),
            "Casual" => (Standing::Yellow, "site-casual"),
            _ => (Standing::Yellow, "site-unclassified"),
        };
        assert_eq!((why.standing, &*why.reasons[0].rule), (standing, rule));
    }
    for (person, actor) in &outside {
        assert_eq!(house.standing(actor, *person).await, Standing::Green);
    }

    // Twice changes nothing.
    let evidence = house.service.store().read_blocking(|reader| reader.newest_evidence()).unwrap();
    let again = house.service.import_exposure_sites(&Actor::System, file.clone(), |_, _| {}).await.unwrap();
    assert_eq!((again.added, again.updated, again.unchanged), (0, 0, 3_981));
    assert_eq!(house.service.store().read_blocking(|reader| reader.newest_evidence()).unwrap(), evidence);

    // A later version of a row updates it: the first site now ended before anybody was there.
    let mut later = ExposureFile { rows: vec![chosen[0].clone()], bad: Vec::new() };
    later.rows[0].version += 1;
    later.rows[0].window.until = later.rows[0].window.from + Span::from_minutes(1);
    later.rows[0].window.from = later.rows[0].window.from - Span::from_24_hours(30);
    later.rows[0].window.until = later.rows[0].window.from + Span::from_hours(1);
    let updated =
        house.service.import_exposure_sites(&Actor::System, later.clone(), |_, _| {}).await.unwrap();
    assert_eq!((updated.added, updated.updated), (0, 1));
    let (_, person, actor) = &inside[0];
    assert_eq!(house.standing(actor, *person).await, Standing::Green);
    // An earlier version does not.
    later.rows[0].version -= 2;
    later.rows[0].event.push('!');
    let ignored = house.service.import_exposure_sites(&Actor::System, later, |_, _| {}).await.unwrap();
    assert_eq!((ignored.updated, ignored.unchanged), (0, 1));

    let resident = &inside[0].2;
    let refused = house.service.import_exposure_sites(resident, file, |_, _| {}).await;
    assert_eq!(code(refused), "not-allowed");
}

#[tokio::test]
async fn a_site_that_is_matched_by_hand_reaches_its_visitors_and_withdrawn_leaves_nothing_of_it() {
    let house = House::under("nz-locations").await;
    let officer = house.authority("lin").await;
    let cafe = house.point("restaurant", "Harbour café").await;
    let visitor = house.holder().await;
    let begun = house.now();
    house.meet(&officer, cafe, &[&visitor], Span::from_minutes(45)).await;
    let until = house.now();
    house.forward(Span::from_hours(1));
    // Published under a name that no collection point has.
    let rows = format!(
        "id,Event,ExposureType,Location,City,Start,End\na1,Cafe at the harbour,Close,Quay 1,,{begun},{until}\n"
    );
    let zone = jiff::tz::TimeZone::get("Pacific/Auckland").unwrap();
    let file = ExposureFile::read(rows.as_bytes(), &zone).unwrap();
    let imported = house.service.import_exposure_sites(&officer, file, |_, _| {}).await.unwrap();
    assert_eq!((imported.added, imported.matched), (1, 0));
    let site = house.service.exposure_sites("HARBOUR".to_owned(), None, 9).await.unwrap()[0].id;
    assert_eq!(house.standing(&visitor.actor, visitor.person).await, Standing::Green);
    assert_eq!(code(house.service.match_site(&visitor.actor, site, cafe).await), "not-allowed");
    house.service.match_site(&officer, site, cafe).await.unwrap();
    assert_eq!(house.standing(&visitor.actor, visitor.person).await, Standing::Red);
    house.service.withdraw_site(&officer, site).await.unwrap();
    assert_eq!(house.standing(&visitor.actor, visitor.person).await, Standing::Green);
    assert_eq!(code(house.service.withdraw_site(&officer, site).await), "wrong-state");
    assert_eq!(code(house.service.match_site(&officer, site, cafe).await), "wrong-state");
}
