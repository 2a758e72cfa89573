//! Each rule of how visits become presences and meetings, at its limits, to the second.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use kangma_contact::{Ask, Chain, Look, Occasion, PresenceIndex, Stay, Stays};
use kangma_core::{
    Assurance, Direction, Encounter, PersonId, PointId, Span, Time, Visit, Window, Zone, derive::Carrier,
};

const OFFICE: PointId = PointId(1);
const SHOP: PointId = PointId(2);
const SECOND: Span = Span::from_seconds(1);

/// Minutes after 2020-03-01 08:00 in Shanghai.
fn at(minutes: i64) -> Time {
    let eight: Time = "2020-03-01T00:00:00Z".parse().unwrap();
    eight + Span::from_minutes(minutes)
}

fn scan(person: u64, point: PointId, at: Time, direction: Direction) -> Visit {
    Visit { person: PersonId(person), point, at, direction, assurance: Assurance::DeviceBound }
}

fn enters(person: u64, point: PointId, at: Time) -> Visit {
    scan(person, point, at, Direction::In)
}

fn leaves(person: u64, point: PointId, at: Time) -> Visit {
    scan(person, point, at, Direction::Out)
}

/// Dwell 30 minutes, longest 120, and an exit counts for 600.
fn index(visits: &[Visit]) -> PresenceIndex {
    let [dwell, longest, exit_within] = [30, 120, 600].map(Span::from_minutes);
    let stays = Stays::alike(Stay { dwell, longest, exit_within });
    let index = PresenceIndex::new(Zone::named("Asia/Shanghai").unwrap(), stays);
    index.insert(visits);
    index
}

fn always() -> Window {
    Window::new(Time::MIN, Time::MAX).unwrap()
}

fn presences(index: &PresenceIndex, person: u64) -> Vec<(PointId, Time, Time)> {
    let all = index.presences(PersonId(person), always(), Assurance::Poster);
    all.iter().map(|presence| (presence.point, presence.window.from, presence.window.until)).collect()
}

fn ask(window: Window) -> Ask {
    Ask { subject: PersonId(1), window, look: Look::Onward, linger: Span::ZERO, least: Assurance::Poster }
}

fn met(index: &PresenceIndex) -> Vec<Encounter> {
    index.encounters(&ask(always()))
}

#[test]
fn an_exit_ends_a_presence_until_it_comes_too_late() {
    let last = index(&[enters(1, OFFICE, at(0)), leaves(1, OFFICE, at(600))]);
    assert_eq!(presences(&last, 1), [(OFFICE, at(0), at(600))]);
    let late = index(&[enters(1, OFFICE, at(0)), leaves(1, OFFICE, at(600) + SECOND)]);
    let dwell_before_the_exit = (OFFICE, at(570) + SECOND, at(600) + SECOND);
    assert_eq!(presences(&late, 1), [(OFFICE, at(0), at(30)), dwell_before_the_exit]);
}

#[test]
fn the_next_visit_elsewhere_ends_a_presence_until_it_comes_too_late() {
    let last = index(&[enters(1, OFFICE, at(0)), enters(1, SHOP, at(120))]);
    assert_eq!(presences(&last, 1)[0], (OFFICE, at(0), at(120)));
    let late = index(&[enters(1, OFFICE, at(0)), enters(1, SHOP, at(120) + SECOND)]);
    assert_eq!(presences(&late, 1)[0], (OFFICE, at(0), at(30)));
}

#[test]
fn a_visit_elsewhere_within_the_dwell_ends_it_early() {
    let index = index(&[enters(1, OFFICE, at(0)), enters(1, SHOP, at(10))]);
    assert_eq!(presences(&index, 1), [(OFFICE, at(0), at(10)), (SHOP, at(10), at(40))]);
}

#[test]
fn an_exit_counts_before_a_visit_elsewhere_because_a_shop_lies_inside_a_mall() {
    let mall = OFFICE;
    let index = index(&[
        enters(1, mall, at(0)),
        enters(1, SHOP, at(20)),
        leaves(1, SHOP, at(40)),
        leaves(1, mall, at(60)),
    ]);
    assert_eq!(presences(&index, 1), [(mall, at(0), at(60)), (SHOP, at(20), at(40))]);
}

#[test]
fn who_goes_out_in_the_morning_was_not_at_the_gate_all_night() {
    let index = PresenceIndex::new(Zone::named("Asia/Shanghai").unwrap(), Stays::assumed());
    index.register(OFFICE, "community-gate");
    index.insert(&[enters(1, OFFICE, at(0)), leaves(1, OFFICE, at(600))]);
    assert_eq!(presences(&index, 1), [(OFFICE, at(0), at(2)), (OFFICE, at(598), at(600))]);
}

#[test]
fn coming_back_is_no_exit() {
    let index = index(&[enters(1, OFFICE, at(0)), enters(1, OFFICE, at(100)), leaves(1, OFFICE, at(110))]);
    assert_eq!(presences(&index, 1), [(OFFICE, at(0), at(30)), (OFFICE, at(100), at(110))]);
}

#[test]
fn visits_that_touch_are_one_presence_and_visits_a_second_apart_are_two() {
    let touch = index(&[enters(1, OFFICE, at(0)), enters(1, OFFICE, at(30))]);
    assert_eq!(presences(&touch, 1), [(OFFICE, at(0), at(60))]);
    let apart = index(&[enters(1, OFFICE, at(0)), enters(1, OFFICE, at(30) + SECOND)]);
    assert_eq!(presences(&apart, 1).len(), 2);
}

#[test]
fn an_exit_alone_proves_the_dwell_before_it_but_not_before_the_last_scan() {
    let alone = index(&[leaves(1, OFFICE, at(100))]);
    assert_eq!(presences(&alone, 1), [(OFFICE, at(70), at(100))]);
    let after = index(&[leaves(1, SHOP, at(90)), leaves(1, OFFICE, at(100))]);
    assert_eq!(presences(&after, 1)[1], (OFFICE, at(90), at(100)));
}

#[test]
fn a_late_visit_shortens_an_earlier_presence() {
    let index = index(&[enters(1, OFFICE, at(0)), leaves(1, OFFICE, at(300)), enters(2, OFFICE, at(200))]);
    assert_eq!(met(&index).len(), 1);
    index.insert(&[leaves(1, OFFICE, at(50))]);
    assert_eq!(presences(&index, 1)[0], (OFFICE, at(0), at(50)));
}

#[test]
fn two_who_pass_each_other_at_the_door_do_not_meet() {
    let door = [enters(1, OFFICE, at(0)), leaves(1, OFFICE, at(60)), leaves(2, OFFICE, at(90))];
    assert_eq!(met(&index(&[&door[..], &[enters(2, OFFICE, at(60))]].concat())), []);
    let meet = met(&index(&[&door[..], &[enters(2, OFFICE, at(60) - SECOND)]].concat()));
    assert_eq!((meet[0].unbroken, meet[0].summed, meet[0].crowd), (SECOND, SECOND, 2));
}

#[test]
fn only_the_cases_own_presence_is_cut_to_the_window() {
    let index = index(&[
        enters(1, OFFICE, at(0)),
        leaves(1, OFFICE, at(100)),
        enters(2, OFFICE, at(0)),
        leaves(2, OFFICE, at(100)),
    ]);
    let window = Window::new(at(40), at(60)).unwrap();
    let met = index.encounters(&ask(window));
    assert_eq!((met[0].window, met[0].unbroken.minutes()), (window, 20));
    assert_eq!(index.encounters(&ask(Window::new(at(100), at(200)).unwrap())), []);
}

#[test]
fn what_lingers_reaches_those_who_come_after_and_none_who_came_before() {
    let index = index(&[
        enters(1, OFFICE, at(60)),
        leaves(1, OFFICE, at(100)),
        enters(2, OFFICE, at(150)),
        leaves(2, OFFICE, at(180)),
        enters(3, OFFICE, at(10)),
        leaves(3, OFFICE, at(50)),
    ]);
    let asked = |look, minutes| {
        let ask = Ask { look, linger: Span::from_minutes(minutes), ..ask(always()) };
        index.encounters(&ask).iter().map(|met| (met.contact.0, met.unbroken.minutes())).collect::<Vec<_>>()
    };
    assert_eq!(asked(Look::Onward, 50), []);
    assert_eq!(asked(Look::Onward, 60), [(2, 10)]);
    assert_eq!(asked(Look::Onward, 300), [(2, 30)]);
    assert_eq!(asked(Look::Back, 10), []);
    assert_eq!(asked(Look::Back, 300), [(3, 40)]);
}

#[test]
fn a_stretch_across_midnight_counts_whole_on_both_days_and_is_summed_by_day() {
    let midnight = at(16 * 60);
    let stay = |person| {
        [
            enters(person, OFFICE, midnight - Span::from_minutes(20)),
            leaves(person, OFFICE, midnight + Span::from_minutes(10)),
        ]
    };
    let met = met(&index(&[stay(1), stay(2)].concat()));
    let days: Vec<_> = met
        .iter()
        .map(|met| {
            (met.day.to_string(), met.unbroken.minutes(), met.summed.minutes(), met.last() == midnight)
        })
        .collect();
    assert_eq!(days, [("2020-03-01".into(), 30, 20, true), ("2020-03-02".into(), 30, 10, false)]);
}

#[test]
fn three_short_meetings_are_summed_and_the_longest_is_the_unbroken_one() {
    let mut visits = vec![enters(1, OFFICE, at(0)), leaves(1, OFFICE, at(200))];
    for (from, until) in [(10, 15), (50, 62), (100, 108)] {
        visits.extend([enters(2, OFFICE, at(from)), leaves(2, OFFICE, at(until))]);
    }
    let met = met(&index(&visits));
    assert_eq!((met[0].unbroken.minutes(), met[0].summed.minutes()), (12, 25));
    assert_eq!((met[0].first(), met[0].last()), (at(10), at(108)));
}

#[test]
fn a_weak_scan_neither_makes_a_presence_nor_ends_one() {
    let poster = |visit| Visit { assurance: Assurance::Poster, ..visit };
    let index = index(&[
        enters(1, OFFICE, at(0)),
        leaves(1, OFFICE, at(90)),
        enters(2, OFFICE, at(60)),
        poster(enters(2, SHOP, at(65))),
        poster(enters(3, OFFICE, at(0))),
    ]);
    let least = |least| {
        let met = index.encounters(&Ask { least, ..ask(always()) });
        met.iter().map(|met| (met.contact.0, met.unbroken.minutes(), met.assurance)).collect::<Vec<_>>()
    };
    assert_eq!(least(Assurance::Typed), [(2, 30, Assurance::DeviceBound)]);
    assert_eq!(least(Assurance::Poster), [(2, 5, Assurance::Poster), (3, 30, Assurance::Poster)]);
}

#[test]
fn a_contact_of_a_contact_counts_only_after_that_contact_met_the_case() {
    let index = index(&[
        enters(2, SHOP, at(0)),
        leaves(2, SHOP, at(60)),
        enters(3, SHOP, at(30)),
        leaves(3, SHOP, at(50)),
        enters(1, OFFICE, at(100)),
        leaves(1, OFFICE, at(160)),
        enters(2, OFFICE, at(120)),
        leaves(2, OFFICE, at(150)),
        enters(2, SHOP, at(200)),
        leaves(2, SHOP, at(260)),
        enters(4, SHOP, at(210)),
        leaves(4, SHOP, at(240)),
    ]);
    let onward = |from: i64, until: i64| {
        let window = Window::new(at(from), at(until)).unwrap();
        let chain = Chain { case: PersonId(1), linger: Span::ZERO, least: Assurance::Poster };
        let mut found = Vec::new();
        index.onward(&chain, &[Carrier { person: PersonId(2), window }], |met| {
            found.push((met.contact.0, met.via, met.unbroken.minutes()))
        });
        found
    };
    let between = Some(PersonId(2));
    assert_eq!(onward(120, 1_000), [(4, between, 30)]);
    // What they shared before is cut off, and what they share when it is over.
    assert_eq!(onward(40, 225), [(3, between, 10), (4, between, 15)]);
}

#[test]
fn one_minute_outside_a_sites_window_is_outside() {
    let index = index(&[
        enters(1, SHOP, at(0)),
        leaves(1, SHOP, at(60)),
        enters(2, SHOP, at(59)),
        leaves(2, SHOP, at(80)),
        enters(3, SHOP, at(120)),
        leaves(3, SHOP, at(130)),
    ]);
    let window = Window::new(at(60), at(120)).unwrap();
    let there = index.attendance(&Occasion { point: SHOP, window, least: Assurance::Poster });
    assert_eq!(
        there.iter().map(|there| (there.person.0, there.summed.minutes())).collect::<Vec<_>>(),
        [(2, 20)]
    );
}

#[test]
fn a_dropped_day_is_gone_whole_and_is_not_taken_again() {
    let index = index(&[enters(1, OFFICE, at(0)), enters(1, OFFICE, at(24 * 60))]);
    let second = "2020-03-02".parse().unwrap();
    assert_eq!(index.drop_days_before(second), 1);
    assert_eq!((index.visits(), index.drop_days_before(second)), (1, 0));
    let again = index.insert(&[enters(1, OFFICE, at(0)), enters(1, OFFICE, at(24 * 60))]);
    assert_eq!((again.added, again.repeated, again.dropped), (0, 1, 1));
    assert_eq!(presences(&index, 1), [(OFFICE, at(24 * 60), at(24 * 60 + 30))]);
}

#[test]
fn the_same_scan_handed_in_twice_is_one_with_the_better_assurance() {
    let typed = Visit { assurance: Assurance::Typed, ..enters(1, OFFICE, at(0)) };
    let index = index(&[enters(1, OFFICE, at(0)), typed]);
    assert_eq!(index.visits(), 1);
    assert_eq!(index.presences(PersonId(1), always(), Assurance::DeviceBound).len(), 1);
}

#[test]
fn a_wrong_exit_taken_back_leaves_the_entry_of_the_same_instant() {
    let wrong = leaves(2, OFFICE, at(10));
    let index = index(&[enters(1, OFFICE, at(0)), enters(2, OFFICE, at(10)), wrong]);
    assert!(index.remove(&wrong) && !index.remove(&wrong));
    assert_eq!((index.visits(), met(&index)[0].unbroken.minutes()), (2, 20));
}

#[test]
fn an_index_is_asked_while_it_is_fed() {
    let index = index(&[enters(1, OFFICE, at(0)), leaves(1, OFFICE, at(600))]);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for person in 2..200 {
                index.insert(&[enters(person, OFFICE, at(10)), leaves(person, OFFICE, at(20))]);
            }
        });
        let mut seen = 0;
        while seen < 198 {
            let met = met(&index);
            assert!(met.len() >= seen && met.iter().all(|met| met.unbroken.minutes() == 10));
            seen = met.len();
        }
    });
}
