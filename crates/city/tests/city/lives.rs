//! The stays: what the parameters promise of them.

use crate::ten_thousand;
use kangma_city::{Being, HOME, Metropolis, Parameters, Seed};
use std::{collections::BTreeMap, sync::Arc, sync::LazyLock};

static CITY: LazyLock<Metropolis> = LazyLock::new(|| ten_thousand(1));
static BEINGS: LazyLock<Vec<Being>> = LazyLock::new(|| beings(&CITY));
const DAY: u32 = 86_400;

fn beings(city: &Metropolis) -> Vec<Being> {
    let mut all = Vec::new();
    city.each_being(|being| all.push(being));
    all
}

fn of_kind(kind: &str) -> impl Iterator<Item = &'static Being> {
    BEINGS.iter().filter(move |being| CITY.points().kind_of(being.point) == kind)
}

/// How long stays at a kind of point last, in seconds, the shortest first.
fn lengths(kind: &str) -> Vec<u32> {
    let mut lengths: Vec<u32> = of_kind(kind).map(|being| being.until - being.from).collect();
    lengths.sort_unstable();
    lengths
}

fn quantile(sorted: &[u32], per_mille: usize) -> f64 {
    f64::from(sorted[sorted.len() * per_mille / 1_000])
}

#[test]
fn the_same_seed_gives_the_same_stays_and_another_seed_others() {
    let small = |seed| {
        let parameters = Parameters::preset("10k").unwrap().with_people(1_000).unwrap();
        beings(&Metropolis::of(&Arc::new(parameters), Seed(seed)))
    };
    assert_eq!(small(7), small(7));
    assert_ne!(small(7), small(8));
}

#[test]
fn a_fortnight_of_a_person_is_some_56_stays_and_everybody_has_some() {
    let each = BEINGS.len() / 10_000;
    assert!((53..=59).contains(&each), "{each}");
    let mut people: Vec<u32> = BEINGS.iter().map(|being| being.person).collect();
    assert!(people.is_sorted(), "person by person");
    people.dedup();
    assert_eq!(people.len(), 10_000);
}

#[test]
fn nobody_is_in_two_places_and_whoever_is_nowhere_is_on_the_way() {
    assert!(BEINGS.iter().all(|being| being.from < being.until));
    for pair in BEINGS.windows(2).filter(|pair| pair[0].person == pair[1].person) {
        assert!(pair[0].until <= pair[1].from, "{pair:?}");
        assert!(pair[1].from - pair[0].until < 2 * 3_600, "{pair:?}");
    }
}

#[test]
fn everybody_sleeps_in_the_home_of_their_household() {
    let households = CITY.households();
    let homes: Vec<_> = households.each().collect();
    assert_eq!(homes.iter().map(|(_, people)| people.len()).sum::<usize>(), 10_000);
    for being in of_kind(HOME) {
        assert_eq!(households.home_of(being.person), being.point);
        let (home, people) = &homes[(being.point - CITY.points().besides_homes()) as usize];
        assert!(*home == being.point && people.contains(&being.person), "{being:?}");
    }
    // At three in the morning of the second day everybody is in bed.
    let night = CITY.start() + DAY + 3 * 3_600;
    let asleep = of_kind(HOME).filter(|being| being.from <= night && night < being.until).count();
    assert!(asleep > 9_950, "{asleep}");
}

#[test]
fn dwell_is_log_normal_about_its_median() {
    // exp(sigma) is how much longer than the median the 841st of a thousand is.
    for (kind, median, sigma) in
        [("supermarket", 25.0, 0.8f64), ("bus", 20.0, 0.45), ("pharmacy", 8.0, 0.5), ("market", 20.0, 0.6)]
    {
        // Who works in a supermarket stays all day: the visitors are those below four hours.
        let visits: Vec<u32> = lengths(kind).into_iter().filter(|length| *length < 4 * 3_600).collect();
        let (half, above, below) = (quantile(&visits, 500), quantile(&visits, 841), quantile(&visits, 159));
        assert!((half / 60.0 / median - 1.0).abs() < 0.04, "{kind}: {half} s for {median} min");
        assert!((above / half / sigma.exp() - 1.0).abs() < 0.06, "{kind}: {above} s above {half} s");
        assert!((half / below / sigma.exp() - 1.0).abs() < 0.06, "{kind}: {below} s below {half} s");
    }
}

#[test]
fn a_few_shops_draw_most() {
    let mut visits: BTreeMap<u32, u32> = BTreeMap::new();
    for being in of_kind("restaurant") {
        *visits.entry(being.point).or_default() += 1;
    }
    // Of the eight of a district the first draws as much as the curve 1/x^0.6 has over [1, 2) of [1, 9), the last as much
    // as it has over [8, 9).
    let area = |from: f64, until: f64| until.powf(0.4) - from.powf(0.4);
    let counts: Vec<f64> = visits.into_values().map(f64::from).collect();
    assert_eq!(counts.len(), 6 * 8);
    let share = |nth: usize| counts[6 * nth..6 * nth + 6].iter().sum::<f64>() / counts.iter().sum::<f64>();
    for (nth, from) in [(0, 1.0), (7, 8.0)] {
        let expected = area(from, from + 1.0) / area(1.0, 9.0);
        assert!((share(nth) / expected - 1.0).abs() < 0.05, "{nth}: {} for {expected}", share(nth));
    }
    // Buses are alike.
    let mut rides: BTreeMap<u32, u32> = BTreeMap::new();
    of_kind("bus").for_each(|being| *rides.entry(being.point).or_default() += 1);
    let (most, least) = (rides.values().max().unwrap(), rides.values().min().unwrap());
    assert!(most < &(2 * least), "{most} {least}");
}

#[test]
fn the_morning_has_a_rush_and_so_has_the_evening_and_sundays_have_none() {
    let by_hour = |days: std::ops::Range<u32>| {
        let mut hours = [0u32; 24];
        for being in of_kind("subway").chain(of_kind("bus")) {
            if days.contains(&((being.from - CITY.start()) / DAY)) {
                hours[((being.from - CITY.start()) % DAY / 3_600) as usize] += 1;
            }
        }
        hours
    };
    let week = by_hour(1..6);
    assert!(week[7] + week[8] > 20 * (week[11] + week[12]), "{week:?}");
    assert!(week[16] + week[17] > 5 * (week[11] + week[12]), "{week:?}");
    assert!(week[..4].iter().sum::<u32>() * 100 < week[7], "{week:?}");
    assert!(by_hour(0..1).iter().sum::<u32>() * 5 < week.iter().sum::<u32>() / 5);
}

#[test]
fn a_day_is_the_same_whenever_the_city_begins() {
    let week = Metropolis::of(&CITY.parameters, CITY.seed);
    let next = week.afterwards(2);
    let longer =
        Metropolis::on_days(&CITY.parameters, CITY.seed, CITY.parameters.size.first_day.0, 16, |day| {
            u32::try_from(day.0).unwrap() * DAY
        });
    assert_eq!((next.start(), next.end()), (week.end(), longer.end()));
    let out = |city: &Metropolis| -> Vec<Being> {
        let mut all = beings(city);
        all.retain(|being| being.point < city.points().besides_homes() && being.from >= next.start());
        all
    };
    assert!(out(&next).len() > 30_000);
    assert!(out(&next) == out(&longer));
}
