//! What encounters are worth, and whom a degree that is cut by it takes.

use super::{case, degree, link, met, only, policy, row, time};
use kangma_core::{CaseCourse, Day, Derived, Encounter, Number, PersonId, PointId, Span, derive};
use proptest::{prelude::*, sample::Index};

const SCORE: &str = r#"
[exposure.score]
meeting = 5
minutes = [{ from = 0, points = 1 }, { from = 60, points = 0.25 }, { from = 240, points = 0 }]
crowd-beyond = 10
kinds = { bus = 0.5, bar = 2, street = 0 }
days = [{ from = -1, times = 1.5 }, { from = 1, times = 0.2 }]
"#;

/// The exposures of [`SCORE`] with one degree, cut as said.
fn cut(by: &str) -> String {
    format!("{SCORE}[[exposure.degree]]\ndegree = \"close\"\n{by}\nassurance = \"paper\"\n")
}

/// An encounter of the day before the first that counts more, in a crowd of two.
fn plain(contact: u64, minutes: i64) -> Encounter {
    Encounter { crowd: 2, day: day(-2), ..met(contact, "2020-03-08T10:00", minutes) }
}

/// So many days after 10 March 2020, the onset of the case.
fn day(after: i32) -> Day {
    Day(18_331 + after)
}

fn thousandths(found: &[Derived], person: u64) -> i64 {
    let found = found.iter().find(|item| item.person == PersonId(person));
    found.and_then(|item| item.attributes.number("score")).map_or(0, |score| score.0)
}

/// What one encounter is worth.
fn worth(met: Encounter) -> i64 {
    let contact = met.contact.0;
    thousandths(&only(&cut("minutes = 1\ncounted = \"unbroken\""), &[met]), contact)
}

fn taken(exposure: &str, encounters: &[Encounter]) -> Vec<u64> {
    let found = only(exposure, encounters);
    let close = found.iter().filter(|item| item.attributes.text("degree") == Some("close"));
    close.map(|item| item.person.0).collect()
}

#[test]
fn minutes_are_worth_less_the_longer_an_encounter_lasts() {
    let by_minute = [(1, 6_000), (59, 64_000), (60, 65_000), (61, 65_250), (240, 110_000), (900, 110_000)];
    for (minutes, points) in by_minute {
        assert_eq!(worth(plain(2, minutes)), points, "{minutes} minutes");
    }
    let of_ms = |ms| worth(Encounter { summed: Span(ms), ..plain(2, 900) });
    assert_eq!([of_ms(60_000), of_ms(60_059), of_ms(60_060)], [6_000, 6_000, 6_001]);
    // The rest of a day's minutes counts, not only the longest stretch.
    assert_eq!(worth(Encounter { unbroken: Span::from_minutes(1), ..plain(2, 61) }), 65_250);
}

#[test]
fn a_crowd_beyond_its_limit_shares_the_points() {
    let by_crowd = [(0, 6_000), (1, 6_000), (10, 6_000), (11, 5_454), (12, 5_000), (60, 1_000), (6_001, 9)];
    for (crowd, points) in by_crowd {
        assert_eq!(worth(Encounter { crowd, ..plain(2, 1) }), points, "a crowd of {crowd}");
    }
    let unshared = cut("minutes = 1\ncounted = \"unbroken\"").replace("crowd-beyond = 10\n", "");
    let crowded = Encounter { crowd: 600, ..plain(2, 1) };
    assert_eq!(thousandths(&only(&unshared, &[crowded]), 2), 6_000);
}

#[test]
fn kind_of_point_and_day_multiply() {
    for (kind, points) in [("bus", 3_000), ("bar", 12_000), ("street", 0), ("restaurant", 6_000)] {
        assert_eq!(worth(Encounter { point_kind: kind.into(), ..plain(2, 1) }), points, "{kind}");
    }
    for (after, points) in [(-2, 6_000), (-1, 9_000), (0, 9_000), (1, 1_200), (2, 1_200), (900, 1_200)] {
        assert_eq!(worth(Encounter { day: day(after), ..plain(2, 1) }), points, "day {after}");
    }
    let all = Encounter { point_kind: "bar".into(), day: day(0), crowd: 30, ..plain(2, 60) };
    assert_eq!(worth(all), 65_000);
}

#[test]
fn days_are_counted_from_the_earlier_of_onset_and_sample_or_else_from_the_report() {
    let policy = policy(&cut("score = 1"));
    let on_day_minus_one = Encounter { day: day(-1), ..plain(2, 1) };
    let score = |case: &CaseCourse| {
        thousandths(&derive(&policy, case, &[], &[], std::slice::from_ref(&on_day_minus_one)), 2)
    };
    assert_eq!(score(&case()), 9_000);
    // Two days later, the same day is the third before.
    let sampled = CaseCourse { onset: Some(time("2020-03-12T00:00")), ..case() };
    assert_eq!(
        score(&CaseCourse { sampled: Some(time("2020-03-12T00:00")), ..sampled.clone() }),
        0,
        "no window"
    );
    assert_eq!(score(&CaseCourse { as_of: time("2020-03-20T00:00"), ..sampled }), 0);
}

#[test]
fn what_a_contacts_encounters_are_worth_adds_up_over_those_that_the_degree_counts() {
    let both = [plain(2, 15), Encounter { point: PointId(9), ..plain(2, 14) }];
    assert_eq!(thousandths(&only(&cut("minutes = 15\ncounted = \"unbroken\""), &both), 2), 20_000);
    assert_eq!(thousandths(&only(&cut("minutes = 14\ncounted = \"unbroken\""), &both), 2), 39_000);
    // Every minute counts where only the score cuts.
    assert_eq!(thousandths(&only(&cut("score = 39"), &both), 2), 39_000);
    let without_score = row("close", "", 15, "unbroken");
    assert_eq!(only(&without_score, &both)[0].attributes.value("score"), None);
}

#[test]
fn a_degree_takes_whoever_reaches_its_score_and_leaves_the_others_to_the_next() {
    let rows = cut("score = 39") + &row("casual", "", 1, "unbroken");
    let just_below = Encounter { summed: Span(34 * 60_000 - 60), ..plain(3, 34) };
    let found = only(&rows, &[plain(2, 34), just_below]);
    assert_eq!([degree(&found, 2), degree(&found, 3)], [Some("close"), Some("casual")]);
    assert_eq!([thousandths(&found, 2), thousandths(&found, 3)], [39_000, 38_999]);
}

#[test]
fn the_best_are_those_than_whom_fewer_score_higher() {
    let met = [plain(2, 40), plain(3, 30), plain(4, 30), plain(5, 20), plain(6, 10)];
    let best = |n: u32| taken(&cut(&format!("best = {n}")), &met);
    assert_eq!(best(1), [2]);
    // Whoever scores the same is on the same side.
    assert_eq!([best(2), best(3)], [vec![2, 3, 4], vec![2, 3, 4]]);
    assert_eq!([best(4), best(5)], [vec![2, 3, 4, 5], vec![2, 3, 4, 5, 6]]);
    assert_eq!(best(u32::MAX), [2, 3, 4, 5, 6]);
    let together = |more: &str| taken(&cut(&format!("best = 4\n{more}")), &met);
    assert_eq!(together("score = 35"), [2, 3, 4]);
    assert_eq!(together("score = 35.001"), [2]);
    assert_eq!(together("minutes = 40\ncounted = \"unbroken\""), [2]);
}

#[test]
fn a_share_of_the_contacts_is_rounded_up() {
    let met: Vec<Encounter> = (0..11_u8).map(|n| plain(2 + u64::from(n), 40 - i64::from(n))).collect();
    let share = |share: &str, met: &[Encounter]| taken(&cut(&format!("best = \"{share} %\"")), met).len();
    assert_eq!([share("10", &met[..1]), share("10", &met[..10]), share("10", &met)], [1, 1, 2]);
    assert_eq!([share("0.001", &met), share("99.9", &met), share("100", &met)], [1, 11, 11]);
    assert_eq!([share("90.909", &met), share("90.91", &met)], [10, 11]);
    // Of all whom the rest fits, whatever their score.
    assert_eq!(taken(&cut("best = \"50 %\"\nscore = 43"), &met), [2, 3, 4]);
    assert_eq!(taken(&cut("best = \"10 %\"\nscore = 43"), &met), [2, 3]);
}

#[test]
fn who_scores_nothing_is_never_among_the_best_but_makes_them_more() {
    let nothing = |contact| Encounter { point_kind: "street".into(), ..plain(contact, 60) };
    let met = [nothing(2), nothing(3), nothing(4), plain(5, 10), plain(6, 20), plain(7, 30)];
    assert_eq!(taken(&cut("best = 5"), &met), [5, 6, 7]);
    assert_eq!(taken(&cut("best = \"30 %\""), &met), [6, 7]);
    assert_eq!(taken(&cut("best = 5"), &met[..3]), [0; 0]);
}

#[test]
fn a_place_among_the_best_is_the_same_for_every_degree() {
    let second = "[[exposure.degree]]\ndegree = \"near\"\nbest = 3\nassurance = \"paper\"\n";
    let rows = cut("best = 1") + second;
    let met = [plain(2, 40), plain(3, 30), plain(4, 20), plain(5, 10)];
    let found = only(&rows, &met);
    let degrees: Vec<Option<&str>> = (2..6).map(|person| degree(&found, person)).collect();
    assert_eq!(degrees, [Some("close"), Some("near"), Some("near"), None]);
}

#[test]
fn a_degree_that_is_cut_counts_nothing_of_whom_it_does_not_take() {
    let bus = "kinds = [\"bus\"]\nbest = 1";
    let rows = cut(bus) + &row("close", "", 30, "unbroken");
    let on_bus = |contact, minutes| Encounter { point_kind: "bus".into(), ..plain(contact, minutes) };
    let later = Encounter { day: day(-1), ..met(3, "2020-03-09T10:00", 20) };
    let later = Encounter { point_kind: "bus".into(), ..later };
    let found = only(&rows, &[on_bus(2, 300), plain(3, 30), later.clone()]);
    let of = |person: u64| found.iter().find(|item| item.person == PersonId(person)).unwrap();
    assert_eq!(of(3).happened_at, plain(3, 30).last());
    assert_eq!(of(3).attributes.number("minutes-summed"), Some(Number::whole(30)));
    assert_eq!(thousandths(&found, 3), 35_000);
    // Where it takes them, both count.
    let found = only(&rows, &[plain(3, 30), later.clone()]);
    assert_eq!(found[0].happened_at, later.last());
    assert_eq!(found[0].attributes.number("minutes-summed"), Some(Number::whole(50)));
}

#[test]
fn the_case_and_its_contacts_take_no_place_among_the_best_of_their_contacts() {
    let second = "[[exposure.degree]]\ndegree = \"secondary\"\nchain = 2\nbest = 1\nassurance = \"paper\"\n";
    let policy = policy(&(cut("best = 2") + second));
    let via = |contact, minutes| Encounter { via: Some(PersonId(2)), ..plain(contact, minutes) };
    let met = [plain(1, 200), plain(2, 60), plain(3, 60), via(1, 200), via(3, 200), via(4, 10), via(5, 5)];
    let found = derive(&policy, &case(), &[], &[], &met);
    let degrees: Vec<Option<&str>> = (1..6).map(|person| degree(&found, person)).collect();
    assert_eq!(degrees, [None, Some("close"), Some("close"), Some("secondary"), None]);
}

#[test]
fn who_lives_with_the_case_is_exposed_whatever_they_score() {
    let policy = policy(&(cut("best = 1") + super::HOME));
    let found = derive(&policy, &case(), &[link(1, 2)], &[], &[plain(2, 1), plain(3, 60), plain(4, 30)]);
    let degrees: Vec<Option<&str>> = (2..5).map(|person| degree(&found, person)).collect();
    assert_eq!(degrees, [Some("close"), Some("close"), None]);
}

#[test]
fn more_than_so_many_present_gives_a_lesser_degree() {
    let rows = cut("crowd-at-most = 50\nscore = 10") + &row("casual", "", 15, "unbroken");
    let crowd = |contact, crowd| Encounter { crowd, ..plain(contact, 240) };
    let found = only(&rows, &[crowd(2, 50), crowd(3, 51)]);
    assert_eq!([degree(&found, 2), degree(&found, 3)], [Some("close"), Some("casual")]);
}

#[test]
fn numbers_that_no_city_has_are_the_most_that_there_is_and_no_error() {
    let most = cut("score = 1").replace("points = 0 ", "points = 1000 ").replace("bar = 2", "bar = 1000");
    let most = most.replace("crowd-beyond = 10", "crowd-beyond = 4294967295");
    let bar = || "bar".into();
    let endless = Encounter { summed: Span(i64::MAX), crowd: u32::MAX, point_kind: bar(), ..plain(2, 1) };
    let endless = |point| Encounter { point: PointId(point), ..endless.clone() };
    assert!(thousandths(&only(&most, &[endless(1), endless(2)]), 2) > 1_000_000_000);
}

fn an_encounter() -> impl Strategy<Value = Encounter> {
    let kind = prop::sample::select(vec!["bus", "bar", "street", "office"]);
    let shared = (1..1_000_i64, 1..=1_000_i64);
    (2..7_u64, 1..4_u64, -2..2_i32, shared, 0..40_u32, kind).prop_map(
        |(contact, point, after, (summed, part), crowd, kind)| Encounter {
            point: PointId(point),
            day: day(after),
            unbroken: Span(summed * part * 60),
            crowd,
            point_kind: kind.into(),
            ..met(contact, "2020-03-09T10:00", summed)
        },
    )
}

proptest! {
    #[test]
    fn more_of_anything_that_counts_is_never_worth_less(met in an_encounter(), more in 1..10_000_000_i64, fewer in 0..40_u32) {
        let before = worth(met.clone());
        let changed = [
            Encounter { summed: Span(met.summed.0 + more), ..met.clone() },
            Encounter { crowd: met.crowd.min(fewer), ..met.clone() },
            Encounter { point_kind: "bar".into(), ..met.clone() },
            Encounter { day: day(0), ..met },
        ];
        for met in changed {
            prop_assert!(worth(met) >= before);
        }
    }

    #[test]
    fn one_more_encounter_never_lowers_a_score_and_never_helps_anybody_else(
        all in prop::collection::vec(an_encounter(), 1..30), more in an_encounter(), best in 1..5_u32,
    ) {
        let with: Vec<Encounter> = all.iter().cloned().chain([more.clone()]).collect();
        let scored = cut("score = 0.001");
        let (before, after) = (only(&scored, &all), only(&scored, &with));
        for person in 2..7 {
            prop_assert!(thousandths(&after, person) >= thousandths(&before, person));
        }
        let best = cut(&format!("best = {best}"));
        let (before, after) = (taken(&best, &all), taken(&best, &with));
        prop_assert!(after.iter().all(|person| before.contains(person) || *person == more.contact.0));
        prop_assert!(!before.contains(&more.contact.0) || after.contains(&more.contact.0));
    }

    #[test]
    fn the_order_of_the_encounters_does_not_matter(
        all in prop::collection::vec(an_encounter(), 1..30),
        swaps in prop::collection::vec(any::<(Index, Index)>(), 30),
        by in prop::sample::select(vec!["score = 20", "best = 2", "best = \"40 %\"", "best = 3\nscore = 10"]),
    ) {
        let rows = cut(by) + &row("casual", "", 15, "summed-day");
        let mut mixed = all.clone();
        swaps.iter().for_each(|(a, b)| mixed.swap(a.index(all.len()), b.index(all.len())));
        prop_assert_eq!(only(&rows, &all), only(&rows, &mixed));
    }

    #[test]
    fn no_more_are_taken_than_asked_for_but_by_the_same_score_as_the_last(
        all in prop::collection::vec(an_encounter(), 1..30), best in 1..5_usize,
    ) {
        let found = only(&cut(&format!("best = {best}")), &all);
        let mut scores: Vec<i64> = found.iter().map(|item| thousandths(&found, item.person.0)).collect();
        scores.sort_unstable_by_key(|score| std::cmp::Reverse(*score));
        let beyond = scores.get(best..).unwrap_or_default();
        prop_assert!(beyond.iter().all(|score| *score == scores[best - 1]));
        prop_assert!(scores.iter().all(|score| *score > 0));
        // Nobody who is left out scores more.
        let everybody = only(&cut("score = 0.001"), &all);
        let left_out = everybody.iter().filter(|item| degree(&found, item.person.0).is_none());
        let least = scores.last().copied().unwrap_or(i64::MAX);
        prop_assert!(left_out.map(|item| thousandths(&everybody, item.person.0)).all(|score| score < least));
    }
}
