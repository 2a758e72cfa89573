//! What can be said of every generated city, and of the demonstration city in particular.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use kangma_city::{CaseStatus, City, Occupation, Passing, Seed, Size};
use kangma_core::{Assurance, Direction, PersonId, PointId, Span, Time, Visit, Zone};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

static ZONE: LazyLock<Zone> = LazyLock::new(|| Zone::named("Asia/Shanghai").unwrap());

/// A Thursday morning in Shanghai.
fn until() -> Time {
    "2020-03-05T02:00:00Z".parse().unwrap()
}

fn city(seed: u64, size: Size) -> City {
    City::generate(Seed(seed), &size, &ZONE, until())
}

fn small() -> Size {
    Size { people: 400, points: 60, ..Size::DEMONSTRATION }
}

/// Everything that a city says, as bytes.
fn bytes(city: &City) -> Vec<u8> {
    let visits: Vec<Visit> = city.visits().collect();
    let all = (&city.districts, &city.points, &city.households, &city.residents, &city.cases, visits);
    serde_json::to_vec(&all).unwrap()
}

/// FNV-1a, which no library will change.
fn hash(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    assert_eq!(bytes(&city(7, small())), bytes(&city(7, small())));
    assert_ne!(bytes(&city(7, small())), bytes(&city(8, small())));
}

/// Moves only when what a seed means is changed on purpose: then recorded failing seeds are worthless too.
#[test]
fn a_seed_means_today_what_it_meant_when_this_was_written() {
    assert_eq!(hash(&bytes(&city(7, small()))), 15_776_160_779_528_474_335);
}

#[test]
fn a_longer_window_leaves_the_days_before_as_they_were() {
    let earlier = City::generate(Seed(7), &small(), &ZONE, until() - Span::from_hours(20));
    let later = city(7, Size { days: 4, ..small() });
    let shared = earlier.window.overlap(&later.window).unwrap();
    let in_shared = |city: &City| city.visits().filter(|visit| shared.contains(visit.at)).collect::<Vec<_>>();
    assert_eq!(in_shared(&earlier), in_shared(&later));
}

#[test]
fn the_demonstration_city_is_as_large_as_it_says() {
    let city = city(1, Size::DEMONSTRATION);
    assert_eq!(
        (city.residents.len(), city.points.len(), city.districts.len(), city.cases.len()),
        (10_000, 300, 6, 5)
    );
    let visits = city.visits().count();
    assert!((100_000..250_000).contains(&visits), "{visits}");
    let ids: BTreeSet<PersonId> = city.residents.iter().map(|one| one.id).collect();
    let points: BTreeSet<PointId> = city.points.iter().map(|place| place.id).collect();
    let names: BTreeSet<&str> = city.points.iter().map(|place| place.name.as_str()).collect();
    assert_eq!((ids.len(), points.len(), names.len()), (10_000, 300, 300));
}

#[test]
fn households_are_as_large_as_the_census_counts_them() {
    let city = city(1, Size::DEMONSTRATION);
    let sizes: Vec<usize> = city.households.iter().map(|household| household.members.len()).collect();
    let per_mille = |size: usize| sizes.iter().filter(|found| **found == size).count() * 1_000 / sizes.len();
    for (size, expected) in [(1, 273), (2, 263), (3, 194), (4, 142), (5, 69), (6, 59)] {
        assert!(per_mille(size).abs_diff(expected) <= 25, "{size}: {} for {expected}", per_mille(size));
    }
    let mut next = 0;
    for (number, household) in city.households.iter().enumerate() {
        assert_eq!(household.members.start, next);
        next = household.members.end;
        let members = &city.residents[household.members.clone()];
        assert!(!members.is_empty() && members.iter().all(|one| one.household == number));
        assert!(members.iter().any(|one| age(&city, one.born) >= 18), "children live with an adult");
    }
    assert_eq!(next, city.residents.len());
}

fn age(city: &City, born: kangma_core::Day) -> i32 {
    ZONE.day(city.window.until).since(born) / 366
}

#[test]
fn nobody_is_in_two_places_at_once() {
    let city = city(3, small());
    for resident in 0..city.residents.len() {
        for pair in city.stops_of(resident).windows(2) {
            assert!(pair[0].window.until <= pair[1].window.from, "{pair:?}");
        }
    }
}

#[test]
fn every_scan_lies_at_the_edge_of_a_stop_and_inside_the_window() {
    let city = city(3, small());
    for (number, resident) in city.residents.iter().enumerate() {
        let stops = city.stops_of(number);
        let visits = city.visits_of(number);
        assert!(visits.is_sorted_by_key(|visit| visit.at));
        for visit in visits {
            assert!(visit.person == resident.id && city.window.contains(visit.at));
            let edge = stops.iter().any(|stop| {
                let at = match (visit.direction, stop.passing) {
                    (Direction::In, Passing::Stay | Passing::Coming) => Some(stop.window.from),
                    (Direction::Out, Passing::Stay) => Some(stop.window.until),
                    (Direction::Out, Passing::Leaving) => Some(stop.window.from),
                    _ => None,
                };
                stop.point == visit.point && at == Some(visit.at)
            });
            assert!(edge, "{visit:?}");
        }
    }
}

#[test]
fn some_exits_are_missing_and_some_are_there() {
    let city = city(1, small());
    let offices: BTreeSet<PointId> =
        city.points.iter().filter(|place| place.kind == "office").map(|place| place.id).collect();
    let count =
        |way| city.visits().filter(|visit| offices.contains(&visit.point) && visit.direction == way).count();
    let (entries, exits) = (count(Direction::In), count(Direction::Out));
    assert!(exits * 10 > entries * 5 && exits * 10 < entries * 9, "{exits} of {entries}");
}

#[test]
fn the_morning_has_a_rush_and_the_night_none() {
    let city = city(1, small());
    let mut by_hour: BTreeMap<i64, usize> = BTreeMap::new();
    for visit in city.visits() {
        let midnight = ZONE.midnight(ZONE.day(visit.at));
        *by_hour.entry((visit.at - midnight).minutes() / 60).or_default() += 1;
    }
    let at = |hour| by_hour.get(&hour).copied().unwrap_or(0);
    assert!(at(7) + at(8) > 3 * (at(14) + at(15)), "{by_hour:?}");
    assert!((0..4).map(at).sum::<usize>() * 100 < at(8), "{by_hour:?}");
}

#[test]
fn dwell_is_log_normal_about_its_median() {
    let city = city(1, Size { people: 3_000, ..Size::DEMONSTRATION });
    let buses: BTreeSet<PointId> =
        city.points.iter().filter(|place| place.kind == "bus").map(|place| place.id).collect();
    let stops = (0..city.residents.len()).flat_map(|one| city.stops_of(one));
    let mut rides: Vec<i64> =
        stops.filter(|stop| buses.contains(&stop.point)).map(|stop| stop.window.length().seconds()).collect();
    rides.sort_unstable();
    let quantile = |per_mille: usize| rides[rides.len() * per_mille / 1_000];
    // exp(0.5) = 1.649 deviates once: 841 in a thousand are shorter than that much more than the median.
    let (median, above) = (quantile(500), quantile(841));
    assert!((900..1_020).contains(&median), "{median} s for 16 min");
    assert!((median * 155..median * 175).contains(&(above * 100)), "{above} s above {median} s");
}

#[test]
fn no_document_number_is_valid_and_no_telephone_can_be_assigned() {
    let city = city(1, Size::DEMONSTRATION);
    for resident in &city.residents {
        let number = &resident.document_number;
        assert_eq!((number.chars().count(), &number[..2]), (18, "99"));
        assert!(!passes_check(number), "{number}");
        assert_eq!(number[6..14], resident.born.to_string().replace('-', ""));
        assert!(resident.phone.as_ref().is_none_or(|phone| phone.len() == 11 && phone.starts_with("100")));
    }
    let phones: Vec<&String> = city.residents.iter().filter_map(|one| one.phone.as_ref()).collect();
    assert_eq!(phones.iter().collect::<BTreeSet<_>>().len(), phones.len());
    let documents: BTreeSet<&str> = city.residents.iter().map(|one| one.document_number.as_str()).collect();
    assert_eq!(documents.len(), city.residents.len());
}

/// ISO 7064 MOD 11-2 by its weights, which is not how the generator reckons it.
fn passes_check(number: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let digits = number.chars().filter_map(|character| character.to_digit(10));
    let sum: u32 = digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    number.chars().last() == "10X98765432".chars().nth(usize::try_from(sum % 11).unwrap())
}

#[test]
fn the_check_of_this_test_knows_a_valid_number() {
    assert!(passes_check("11010519491231002X") && !passes_check("110105194912310021"));
}

#[test]
fn the_cases_are_people_with_visits_sampled_after_onset_and_reported_before_the_end() {
    let city = city(1, Size::DEMONSTRATION);
    for case in &city.cases {
        let number = city.residents.iter().position(|one| one.id == case.person).unwrap();
        assert!(matches!(city.residents[number].occupation, Occupation::Worker(_) | Occupation::Pupil(_)));
        assert!(!city.visits_of(number).is_empty());
        assert!(case.onset.is_none_or(|onset| city.window.contains(onset) && onset < case.sampled));
        assert!(case.sampled < case.reported && case.reported < city.window.until);
    }
    let people: BTreeSet<PersonId> = city.cases.iter().map(|case| case.person).collect();
    assert_eq!(people.len(), city.cases.len());
    assert_eq!(city.cases.iter().filter(|case| case.status == CaseStatus::Suspected).count(), 1);
}

#[test]
fn old_people_carry_paper_more_often_than_others() {
    let city = city(1, Size::DEMONSTRATION);
    let paper = |old: bool| {
        let group: Vec<_> = city.residents.iter().filter(|one| (age(&city, one.born) >= 70) == old).collect();
        group.iter().filter(|one| one.carries == Assurance::Paper).count() * 100 / group.len()
    };
    assert!(paper(true) > 50 && paper(false) < 40, "{} {}", paper(true), paper(false));
}

#[test]
fn a_city_of_nobody_and_a_city_without_points_are_cities() {
    let empty = city(1, Size { people: 0, points: 0, districts: 0, days: 0, cases: 3 });
    assert_eq!((empty.residents.len(), empty.cases.len(), empty.visits().count()), (0, 0, 0));
    let nowhere = city(1, Size { points: 0, ..small() });
    assert_eq!((nowhere.residents.len(), nowhere.visits().count()), (400, 0));
}
