//! Who was exposed: each limit just before, exactly at and just after.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod onward;
mod score;

use kangma_core::{
    AreaId, Assurance, CaseCourse, CaseId, Day, Derived, Encounter, Kind, Link, Number, PersonId, PointId,
    Policy, PolicyFiles, Separation, SiteId, Span, Time, Window, derive,
    derive::{Attended, ExposureSite, RiskArea, derive_area_stays, derive_site_visits},
};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex},
};

const CASE: PersonId = PersonId(1);

/// The default policy with other exposures, each read once.
fn policy(exposure: &str) -> Arc<Policy> {
    static READ: Mutex<BTreeMap<String, Arc<Policy>>> = Mutex::new(BTreeMap::new());
    let known = READ.lock().unwrap().get(exposure).cloned();
    known.unwrap_or_else(|| {
        let policy = Arc::new(read(exposure));
        READ.lock().unwrap().insert(exposure.to_owned(), Arc::clone(&policy));
        policy
    })
}

fn read(exposure: &str) -> Policy {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/hangzhou-2020");
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let text = read("policy.toml");
    let (before, rest) = text.split_once("\n[exposure]").unwrap();
    let gate = &rest[rest.find("\n[gate]").unwrap()..];
    let head = "[[exposure.case]]\nstatus = \"confirmed\"\npresymptomatic-days = 2\ninfectious-days = 10\n";
    let mut files = PolicyFiles::new();
    files.add("policy.toml", format!("{before}\n{head}{exposure}{gate}"));
    files.add("texts/zh.toml", read("texts/zh.toml"));
    files.add("texts/en.toml", read("texts/en.toml"));
    Policy::load(&files).unwrap_or_else(|refused| panic!("{refused}"))
}

fn time(text: &str) -> Time {
    format!("{text}:00+08:00").parse().unwrap()
}

fn case() -> CaseCourse {
    CaseCourse {
        id: CaseId(7),
        person: CASE,
        status: "confirmed".into(),
        onset: Some(time("2020-03-10T09:00")),
        sampled: Some(time("2020-03-11T09:00")),
        reported_at: time("2020-03-12T09:00"),
        recovered: None,
        as_of: time("2020-03-12T09:00"),
        follows_household_case: false,
    }
}

fn met(contact: u64, from: &str, minutes: i64) -> Encounter {
    let from = time(from);
    let span = Span::from_minutes(minutes);
    Encounter {
        contact: PersonId(contact),
        via: None,
        point: PointId(1),
        point_kind: "restaurant".into(),
        day: Day(0),
        window: Window::new(from, from + span).unwrap(),
        unbroken: span,
        summed: span,
        crowd: 10,
        assurance: Assurance::Paper,
    }
}

fn degree(found: &[Derived], person: u64) -> Option<&str> {
    found.iter().find(|item| item.person == PersonId(person))?.attributes.text("degree")
}

fn only(exposure: &str, encounters: &[Encounter]) -> Vec<Derived> {
    derive(&policy(exposure), &case(), &[], &[], encounters)
}

fn row(degree: &str, more: &str, minutes: u32, counted: &str) -> String {
    format!(
        "[[exposure.degree]]\ndegree = \"{degree}\"\n{more}minutes = {minutes}\ncounted = \"{counted}\"\n\
         assurance = \"paper\"\n"
    )
}

#[test]
fn a_case_infects_from_two_days_before_the_earlier_of_onset_and_sample_until_its_days_are_over() {
    let policy = policy("");
    let late = CaseCourse { as_of: Time::MAX, ..case() };
    let window = |case: &CaseCourse| policy.infectious_window(case).map(|window| (window.from, window.until));
    let (from, until) = (time("2020-03-08T00:00"), time("2020-03-21T00:00"));
    assert_eq!(window(&late), Some((from, until)));
    let sampled_first = CaseCourse { onset: Some(time("2020-03-12T00:00")), ..late.clone() };
    assert_eq!(window(&sampled_first), Some((time("2020-03-09T00:00"), time("2020-03-22T00:00"))));
    let recovered = CaseCourse { recovered: Some(time("2020-03-15T12:00")), ..late.clone() };
    assert_eq!(window(&recovered), Some((from, time("2020-03-15T12:00"))));
    let recovered_late = CaseCourse { recovered: Some(time("2020-05-01T12:00")), ..late.clone() };
    assert_eq!(window(&recovered_late), Some((from, until)));
    let unknown = CaseCourse { onset: None, sampled: None, ..late.clone() };
    assert_eq!(window(&unknown), Some((time("2020-03-10T00:00"), time("2020-03-23T00:00"))));
    assert_eq!(window(&CaseCourse { status: "suspected".into(), ..late }), None);
    assert_eq!(window(&case()), Some((from, case().as_of)));
}

#[test]
fn an_encounter_counts_only_in_the_infectious_window() {
    let rule = row("close", "", 15, "unbroken");
    let found = only(
        &rule,
        &[met(2, "2020-03-07T23:44", 15), met(3, "2020-03-07T23:45", 16), met(4, "2020-03-12T09:00", 60)],
    );
    assert_eq!([degree(&found, 2), degree(&found, 3), degree(&found, 4)], [None, Some("close"), None]);
}

#[test]
fn fifteen_unbroken_minutes_are_enough_and_fourteen_are_not() {
    let rule = row("close", "", 15, "unbroken");
    let mut halves = met(4, "2020-03-09T10:00", 20);
    halves.unbroken = Span::from_minutes(10);
    let found = only(&rule, &[met(2, "2020-03-09T10:00", 14), met(3, "2020-03-09T10:00", 15), halves]);
    assert_eq!([degree(&found, 2), degree(&found, 3), degree(&found, 4)], [None, Some("close"), None]);
    assert_eq!(found[0].happened_at, time("2020-03-09T10:15"));
    assert_eq!(found[0].attributes.time("first-exposure"), Some(time("2020-03-09T10:00")));
    assert_eq!(found[0].attributes.number("minutes"), Some(Number::whole(15)));
}

#[test]
fn minutes_are_summed_over_a_day_or_over_the_window_as_the_policy_says() {
    let on = |contact, from: &str, minutes, day| Encounter { day: Day(day), ..met(contact, from, minutes) };
    let same_day = [on(2, "2020-03-09T08:00", 15, 1), on(2, "2020-03-09T18:00", 15, 1)];
    let two_days = [on(3, "2020-03-09T08:00", 15, 1), on(3, "2020-03-10T08:00", 15, 2)];
    let short = [on(4, "2020-03-09T08:00", 15, 1), on(4, "2020-03-09T18:00", 14, 1)];
    let all: Vec<Encounter> = same_day.into_iter().chain(two_days).chain(short).collect();
    let by_day = only(&row("close", "", 30, "summed-day"), &all);
    assert_eq!([degree(&by_day, 2), degree(&by_day, 3), degree(&by_day, 4)], [Some("close"), None, None]);
    let by_window = only(&row("close", "", 30, "summed-window"), &all);
    assert_eq!(
        [degree(&by_window, 2), degree(&by_window, 3), degree(&by_window, 4)],
        [Some("close"), Some("close"), None]
    );
    assert_eq!(by_window[0].attributes.number("minutes-summed"), Some(Number::whole(30)));
    assert_eq!(by_window[1].happened_at, time("2020-03-10T08:15"));
}

#[test]
fn the_first_degree_that_fits_by_kind_crowd_and_proof_counts() {
    let rules = row("close", "kinds = [\"bus\"]\n", 15, "unbroken")
        + &row("near", "crowd-at-most = 50\n", 15, "unbroken")
        + &row("far", "", 15, "unbroken");
    let bus = Encounter { point_kind: "bus".into(), ..met(2, "2020-03-09T10:00", 15) };
    let crowd = |contact, crowd| Encounter { crowd, ..met(contact, "2020-03-09T10:00", 15) };
    let typed = Encounter { assurance: Assurance::Typed, ..met(5, "2020-03-09T10:00", 600) };
    let found = only(&rules, &[bus, crowd(3, 50), crowd(4, 51), typed]);
    let degrees: Vec<Option<&str>> = (2..6).map(|person| degree(&found, person)).collect();
    assert_eq!(degrees, [Some("close"), Some("near"), Some("far"), None]);
}

#[test]
fn a_contact_of_a_contact_counts_only_after_the_contact_met_the_case_and_only_where_the_chain_goes_so_far() {
    let first = row("close", "", 15, "unbroken");
    let both = format!("{first}{}", row("secondary", "chain = 2\n", 15, "unbroken"));
    let via = |contact, from: &str| Encounter { via: Some(PersonId(2)), ..met(contact, from, 15) };
    let direct = met(2, "2020-03-09T10:00", 15);
    let all =
        [direct.clone(), via(3, "2020-03-09T10:00"), via(4, "2020-03-09T09:59"), via(1, "2020-03-09T11:00")];
    let found = only(&both, &all);
    assert_eq!([degree(&found, 3), degree(&found, 4), degree(&found, 1)], [Some("secondary"), None, None]);
    assert_eq!(found[1].attributes.number("chain"), Some(Number::whole(2)));
    assert_eq!(degree(&only(&first, &all), 3), None);
    // Somebody who met the case too is a contact, not a contact of one.
    let also = [direct, met(3, "2020-03-10T10:00", 15), via(3, "2020-03-09T10:00")];
    assert_eq!(degree(&only(&both, &also), 3), Some("close"));
}

const HOME: &str =
    "[exposure.household]\ndegree = \"close\"\nonward = \"secondary\"\nsecond-case = \"nothing\"\n";

fn link(a: u64, b: u64) -> Link {
    Link { persons: [PersonId(a), PersonId(b)], from: Time::MIN, until: None, weekdays: [true; 7] }
}

fn away(person: u64, from: &str, until: &str) -> Separation {
    Separation { person: PersonId(person), window: Window::new(time(from), time(until)).unwrap() }
}

#[test]
fn a_household_is_exposed_except_who_was_away_all_the_time() {
    let policy = policy(HOME);
    let links = [link(1, 2), link(3, 1), link(1, 4), link(4, 9)];
    let apart =
        [away(2, "2020-03-08T00:00", "2020-03-12T09:00"), away(3, "2020-03-08T00:00", "2020-03-12T08:59")];
    let found = derive(&policy, &case(), &links, &apart, &[]);
    assert_eq!(
        [degree(&found, 2), degree(&found, 3), degree(&found, 4)],
        [None, Some("close"), Some("close")]
    );
    assert_eq!(degree(&found, 9), Some("secondary"));
    let of = |person: u64| found.iter().find(|item| item.person == PersonId(person)).unwrap();
    assert_eq!(of(3).attributes.time("first-exposure"), Some(time("2020-03-12T08:59")));
    assert_eq!((of(4).happened_at, of(4).kind), (case().as_of, Kind::Exposure));
    // The case itself apart from everybody: nobody is exposed.
    let isolated = [away(1, "2020-03-08T00:00", "2020-03-20T00:00")];
    assert_eq!(derive(&policy, &case(), &links, &isolated, &[]), []);
}

#[test]
fn a_household_of_a_contact_is_exposed_no_longer_than_the_case_infects() {
    let policy = policy(HOME);
    let later = CaseCourse { as_of: case().as_of + Span::from_24_hours(200), ..case() };
    let until = policy.infectious_window(&later).unwrap().until;
    assert!(until < later.as_of);
    let found = derive(&policy, &later, &[link(1, 2), link(2, 9)], &[], &[]);
    assert_eq!([found[0].happened_at, found[1].happened_at], [until, until]);
    assert_eq!(degree(&found, 9), Some("secondary"));
}

#[test]
fn meeting_a_housemate_elsewhere_is_one_exposure_from_the_first_instant_to_the_last() {
    let policy = policy(&(row("close", "", 15, "unbroken") + HOME));
    let found = |link: Link, from: &str| {
        let mut found = derive(&policy, &case(), &[link], &[], &[met(2, from, 15)]);
        let one = found.remove(0);
        assert_eq!(found, []);
        let kind = one.attributes.text("point-kind").map(str::to_owned);
        (one.attributes.time("first-exposure"), one.happened_at, kind.unwrap())
    };
    let moved_out = Link { until: Some(time("2020-03-09T12:00")), ..link(1, 2) };
    let expected = (Some(time("2020-03-08T00:00")), time("2020-03-10T10:15"), "restaurant".to_owned());
    assert_eq!(found(moved_out.clone(), "2020-03-10T10:00"), expected);
    let moved_in = Link { from: time("2020-03-09T12:00"), ..link(1, 2) };
    let expected = (Some(time("2020-03-08T10:00")), case().as_of, "household".to_owned());
    assert_eq!(found(moved_in, "2020-03-08T10:00"), expected);
    // Of two that end together the place is told: it is the more exact.
    assert_eq!(found(moved_out, "2020-03-09T11:45").2, "restaurant");
}

#[test]
fn the_higher_degree_wins_wherever_it_comes_from() {
    let rows = row("close", "kinds = [\"bus\"]\n", 15, "unbroken") + &row("near", "", 15, "unbroken");
    let degree_of = |household: &str| {
        let home = HOME.replace("degree = \"close\"", &format!("degree = \"{household}\""));
        let policy = policy(&(rows.clone() + &home));
        let bus = Encounter { point_kind: "bus".into(), ..met(3, "2020-03-09T10:00", 15) };
        let all = [met(2, "2020-03-09T10:00", 15), bus];
        let found = derive(&policy, &case(), &[link(1, 2), link(1, 3)], &[], &all);
        [degree(&found, 2), degree(&found, 3)].map(|degree| degree.unwrap().to_owned())
    };
    assert_eq!(degree_of("close"), ["close", "close"]);
    assert_eq!(degree_of("near"), ["near", "close"]);
    assert_eq!(degree_of("home"), ["home", "home"]);
}

#[test]
fn a_child_of_two_homes_is_exposed_only_on_its_days_there() {
    let policy = policy(HOME);
    // 2020-03-09 was a Monday.
    let on = |weekday: usize| Link { weekdays: std::array::from_fn(|day| day == weekday), ..link(1, 2) };
    let on_monday = derive(&policy, &case(), &[on(0)], &[], &[]);
    assert_eq!(on_monday[0].happened_at, time("2020-03-10T00:00"));
    assert_eq!(on_monday[0].attributes.number("minutes-summed"), Some(Number::whole(1_440)));
    assert_eq!(derive(&policy, &case(), &[on(4)], &[], &[]), [], "no Friday lies in the window");
}

#[test]
fn a_link_counts_from_its_beginning_until_its_end() {
    let policy = policy(HOME);
    let until = |text: &str| Link { until: Some(time(text)), ..link(1, 2) };
    assert_eq!(derive(&policy, &case(), &[until("2020-03-08T00:00")], &[], &[]), []);
    assert_eq!(derive(&policy, &case(), &[until("2020-03-08T00:01")], &[], &[]).len(), 1);
    let from = Link { from: case().as_of, ..link(1, 2) };
    assert_eq!(derive(&policy, &case(), &[from], &[], &[]), []);
}

#[test]
fn a_second_case_of_a_household_exposes_the_others_anew_only_where_the_policy_says_so() {
    let second = CaseCourse { follows_household_case: true, ..case() };
    let restart = policy(&HOME.replace("nothing", "restart"));
    assert_eq!(derive(&policy(HOME), &second, &[link(1, 2)], &[], &[]), []);
    assert_eq!(derive(&restart, &second, &[link(1, 2)], &[], &[]).len(), 1);
}

fn stay(person: u64, from: &str, minutes: i64, assurance: Assurance) -> Attended {
    let from = time(from);
    Attended {
        person: PersonId(person),
        window: Window::new(from, from + Span::from_minutes(minutes)).unwrap(),
        assurance,
    }
}

#[test]
fn a_stay_in_a_risk_area_counts_from_its_first_infectious_day_or_so_many_days_back() {
    let policy =
        policy("[[exposure.area]]\nlevel = \"high\"\nminutes = 10\nback-days = 14\nassurance = \"paper\"\n");
    let area = RiskArea {
        id: AreaId(3),
        level: "high".into(),
        name: "d-7".into(),
        infectious_from: None,
        marked_at: time("2020-03-20T15:00"),
        cleared_at: None,
        as_of: time("2020-03-20T15:00"),
    };
    let stays = [
        stay(1, "2020-03-06T00:00", 10, Assurance::Paper),
        stay(2, "2020-03-06T00:00", 9, Assurance::Paper),
        stay(3, "2020-03-05T23:50", 10, Assurance::Paper),
        stay(4, "2020-03-10T00:00", 60, Assurance::Typed),
        stay(5, "2020-03-20T14:50", 60, Assurance::DeviceBound),
    ];
    let who = |area: &RiskArea| -> Vec<u64> {
        derive_area_stays(&policy, area, &stays).iter().map(|item| item.person.0).collect()
    };
    assert_eq!(who(&area), [1, 5]);
    let from = RiskArea { infectious_from: Some(time("2020-03-05T23:50")), ..area.clone() };
    assert_eq!(who(&from), [1, 3, 5]);
    let cleared = RiskArea { cleared_at: Some(time("2020-03-20T14:59")), ..area.clone() };
    assert_eq!(who(&cleared), [1]);
    assert_eq!(who(&RiskArea { level: "low".into(), ..area.clone() }), [0; 0]);
    let items = derive_area_stays(&policy, &area, &stays);
    assert_eq!(items[0].attributes.text("level"), Some("high"));
    assert_eq!(items[1].happened_at, area.as_of);
}

#[test]
fn a_visit_to_a_published_site_counts_inside_its_window_and_an_unknown_type_is_unclassified() {
    let site = |published: &str, exposure_type: &str| {
        format!(
            "[[exposure.site]]\npublished = \"{published}\"\nexposure-type = \"{exposure_type}\"\nminutes = 1\nassurance = \"paper\"\n"
        )
    };
    let policy = policy(&(site("Close", "close") + &site("unclassified", "unclassified")));
    let window = Window::new(time("2020-03-09T10:00"), time("2020-03-09T11:00")).unwrap();
    let published = |published: &str| ExposureSite { id: SiteId(5), published: published.into(), window };
    let stays = [
        stay(1, "2020-03-09T09:59", 1, Assurance::Paper),
        stay(2, "2020-03-09T09:59", 2, Assurance::Paper),
        stay(3, "2020-03-09T10:59", 30, Assurance::Paper),
        stay(4, "2020-03-09T11:00", 30, Assurance::Paper),
    ];
    let found = derive_site_visits(&policy, &published("Close"), &stays);
    let who: Vec<u64> = found.iter().map(|item| item.person.0).collect();
    assert_eq!(who, [2, 3]);
    assert_eq!(found[0].attributes.text("exposure-type"), Some("close"));
    let blank = derive_site_visits(&policy, &published(""), &stays);
    assert_eq!(blank[0].attributes.text("exposure-type"), Some("unclassified"));
}
