//! The real server is killed (SIGKILL, as a power cut would) in the middle of what officers do.
//!
//! Goal: wherever it is killed, the store then holds a state between two commits and nothing half; the next start goes on
//! without a hand; and doing it again ends where an undisturbed server ends. Method: one undisturbed run of each act on
//! a copy of a small demonstration writes down every write point that it passes; then, for each seeded point, the same
//! server on a fresh copy kills itself there, the doctor looks, the server starts again, and the act is done again.
//!
//! `KANGMA_KILLS` says at how many seeded points of each act (3 when it is not set); `KANGMA_KILLS=200` is the full run.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where it cannot go on")]

mod act;
mod base;
mod crowd;
mod dry_run;
mod import;
#[path = "../rough/server.rs"]
mod server;
mod state;
mod trial;

use base::Base;
use trial::Trials;

#[test]
fn a_server_killed_anywhere_in_a_case_report_holds_all_of_it_or_nothing() {
    let base = Base::found("report", "hangzhou-2020");
    let trials = Trials::of(&base, act::report(&base));
    assert_eq!(trials.states.len(), 2, "a report of a few contacts is one act");
    trials.kill_at_seeded_points();
}

#[test]
fn a_server_killed_anywhere_in_a_withdrawal_holds_all_of_it_or_nothing() {
    let base = Base::found("withdrawal", "hangzhou-2020");
    let report = act::report(&base);
    let reported = base.after(&report);
    let trials = Trials::of(&base, act::withdrawal(&base, reported));
    assert_eq!(trials.states.len(), 2, "a withdrawal from a few contacts is one act");
    trials.kill_at_seeded_points();
}

#[test]
fn a_server_killed_anywhere_in_an_import_stands_at_the_border_of_a_batch() {
    let base = Base::found("import", "nz-locations");
    let trials = Trials::of(&base, act::import(&base));
    let rows: Vec<u64> = trials.states.iter().map(|state| state.rows["exposure_site"]).collect();
    assert_eq!(rows, [0, 200, 400, 600, act::ROWS], "the borders of the batches");
    assert!(trials.after().evidence > trials.before().evidence, "somebody was at one of the sites");
    trials.kill_at_seeded_points();
}

#[test]
fn a_server_killed_anywhere_in_a_trace_of_hundreds_goes_on_at_the_border_of_a_batch() {
    let base = Base::found("trace", "hangzhou-2020");
    crowd::gather(&base);
    let trials = Trials::of(&base, act::report_of(crowd::CASE));
    let traced: Vec<u64> =
        trials.states.iter().map(|state| state.evidence - trials.before().evidence).collect();
    // The report itself is one item about the case; then every contact is one, in batches of 1,000.
    assert_eq!(traced, [0, 1, 1_001, 1 + crowd::CONTACTS]);
    trials.kill_at_seeded_points();
}

#[test]
fn a_server_killed_anywhere_in_a_list_of_cases_goes_on_at_the_border_of_a_batch() {
    let base = Base::found("list", "hangzhou-2020");
    crowd::gather(&base);
    let trials = Trials::of(&base, act::list_of(&crowd::CASES));
    let traced: Vec<u64> =
        trials.states.iter().map(|state| state.evidence - trials.before().evidence).collect();
    // One item about each case, and then each person in the hall at once about every case that they met there.
    let (cases, met) = (2, 2 * (crowd::CONTACTS - 1) + 2);
    assert_eq!((traced[0], traced[1], traced[3]), (0, cases, cases + met));
    assert_eq!(traced.len(), 4, "two batches: {traced:?}");
    trials.kill_at_seeded_points();
}

#[test]
fn a_server_killed_anywhere_in_a_long_list_of_cases_holds_whole_rows_and_the_rest_comes_with_the_same_list() {
    let base = Base::found("cases", "hangzhou-2020");
    crowd::settle(&base, 250);
    let trials = Trials::of(&base, act::many_cases(250));
    let mut reported: Vec<u64> =
        trials.states.iter().map(|state| state.evidence - trials.before().evidence).collect();
    reported.dedup();
    assert_eq!(reported, [0, 100, 200, 250], "in batches of 100 rows");
    let jobs = |state: &state::State| state.rows["job"];
    assert_eq!(jobs(trials.after()), jobs(trials.before()) + 1, "one job traces them all");
    trials.kill_at_seeded_points();
}

#[test]
fn a_server_killed_anywhere_in_a_list_of_visits_holds_whole_rows_and_the_rest_comes_with_the_same_list() {
    let base = Base::found("visits", "hangzhou-2020");
    crowd::settle(&base, 1_500);
    let trials = Trials::of(&base, act::many_visits(1_500, 4));
    let logged: Vec<u64> =
        trials.states.iter().map(|state| state.rows["visit"] - trials.before().rows["visit"]).collect();
    // An entry and an exit of each row, in batches of 5,000 rows; then the answer is kept.
    assert_eq!(logged, [0, 10_000, 12_000, 12_000]);
    trials.kill_at_seeded_points();
}

#[test]
fn a_server_killed_anywhere_in_a_list_of_visits_reaches_the_contacts_of_an_earlier_case_after_its_next_start()
{
    let base = Base::found("late", "hangzhou-2020");
    crowd::settle(&base, 2);
    base.after(&act::report_of(crowd::CASE));
    let trials = Trials::of(&base, act::visits_of(2, 1));
    let made: Vec<(u64, u64)> = trials
        .states
        .iter()
        .map(|state| {
            let before = trials.before();
            (state.rows["visit"] - before.rows["visit"], state.evidence - before.evidence)
        })
        .collect();
    assert_eq!(made, [(0, 0), (4, 0), (4, 1)], "the visits, and then the exposure");
    trials.kill_at_seeded_points();
}

#[test]
fn a_server_killed_anywhere_in_a_request_with_a_key_of_its_own_never_does_it_twice() {
    let base = Base::found("keyed", "hangzhou-2020");
    let trials = Trials::of(&base, act::keyed_registration());
    let points: Vec<u64> = trials.states.iter().map(|state| state.rows["point"]).collect();
    assert_eq!(points, [points[0], points[0] + 1]);
    trials.kill_at_seeded_points();
}
