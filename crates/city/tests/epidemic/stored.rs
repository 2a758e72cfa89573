//! A record of an epidemic, played again.

use crate::{FIRST, PEOPLE, files_of, policy};
use kangma_city::epidemic::{BadRecord, LeftOut, Stored};
use kangma_contact::columns::PersonNo;
use kangma_core::{Span, policy::Policy};
use kangma_service::dry_run_policy::epidemic::{
    Counts, Epidemic as _, Infection, TestResult, evenings, try_policy, without_tracing,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, LazyLock},
};

static RECORD: LazyLock<Stored> = LazyLock::new(|| Stored::of(&*FIRST));

fn by_person(mut infections: Vec<Infection>) -> Vec<Infection> {
    infections.sort_by_key(|infection| infection.person);
    infections
}

fn again(infections: &[Infection], results: &[TestResult]) -> (Stored, LeftOut) {
    Stored::new(RECORD.seen().clone(), infections, results)
}

fn results() -> Vec<TestResult> {
    RECORD.results().copied().collect()
}

#[test]
fn a_record_played_again_without_tracing_is_the_epidemic_and_under_a_policy_loses_whole_branches() {
    let infections = without_tracing(&*FIRST);
    assert_eq!(by_person(without_tracing(&*RECORD)), by_person(infections.clone()));
    let mut life = RECORD.begin();
    let acted = evenings(&policy(), RECORD.seen(), &mut *life, &mut |_| ());
    let left: BTreeSet<PersonNo> = life.infections().iter().map(|it| it.person).collect();
    assert!(acted.told.len() > 100 && left.len() < infections.len(), "{} left", left.len());
    for spared in infections.iter().filter(|it| !left.contains(&it.person)) {
        let theirs = infections.iter().filter(|it| it.by == Some(spared.person));
        assert!(theirs.clone().all(|it| !left.contains(&it.person)), "{spared:?} infects although spared");
    }
    let counts = try_policy(&*RECORD, &policy(), &infections, |_| ());
    assert_eq!(counts.averted, i64::try_from(infections.len() - left.len()).unwrap());
}

#[test]
fn a_record_has_the_visits_of_those_who_went_out_and_no_others() {
    let mut life = FIRST.begin();
    (0..FIRST.seen().days()).for_each(|_| drop(life.live(&[])));
    let seen = RECORD.seen();
    let (mut all, mut kept) = (0u64, 0u64);
    FIRST.seen().visits.each_row(|row| all += u64::from(row.during.seconds()));
    seen.visits.each_row(|row| {
        kept += u64::from(row.during.seconds());
        let days = seen.days_of(row.during);
        assert!(days.len() == 1 && life.went(row.person, days.start), "{row:?}");
    });
    assert!(kept > all * 9 / 10 && kept < all, "{kept} of {all} seconds");
}

/// The same rule written plainly: every infection of the record is looked for on every day.
fn left_plainly(apart: &[BTreeSet<PersonNo>]) -> BTreeSet<PersonNo> {
    let mut infected = BTreeSet::new();
    for (today, apart) in (0..).zip(apart) {
        let due = |it: &&Infection| it.day == today || today == 0 && it.day < 0;
        for it in RECORD.infections().iter().filter(due) {
            let together = |by: PersonNo| RECORD.seen().households.others(by).any(|one| one == it.person);
            let met = |by: PersonNo| !apart.contains(&by) && !apart.contains(&it.person);
            if it.by.is_none_or(|by| infected.contains(&by) && (met(by) || together(by))) {
                infected.insert(it.person);
            }
        }
    }
    infected
}

#[test]
fn who_is_spared_follows_from_who_kept_apart_and_a_result_goes_with_an_infection_that_did_not_happen() {
    for one_in in 2..6 {
        let mut life = RECORD.begin();
        let (mut apart, mut told_of) = (Vec::new(), BTreeSet::new());
        for today in 0..RECORD.seen().days() {
            let people = (0..PEOPLE).filter(|person| today >= 3 && (person + today / 4) % one_in == 0);
            let people: Vec<PersonNo> = people.map(PersonNo).collect();
            apart.push(people.iter().copied().collect());
            told_of.extend(life.live(&people).iter().filter(|it| it.positive).map(|it| (it.person, today)));
        }
        let left = left_plainly(&apart);
        assert_eq!(life.infections().iter().map(|it| it.person).collect::<BTreeSet<_>>(), left);
        let days: BTreeMap<PersonNo, i32> =
            RECORD.infections().iter().map(|it| (it.person, it.day)).collect();
        assert!(left.len() + 10 < days.len(), "{} of {}", left.len(), days.len());
        let mut dropped = 0;
        for result in RECORD.results().filter(|it| it.positive) {
            let day = u32::try_from(RECORD.seen().day_of(result.reported)).unwrap();
            let over = days.get(&result.person).is_some_and(|at| *at <= i32::try_from(day).unwrap());
            let spared = over && !left.contains(&result.person);
            assert_eq!(told_of.contains(&(result.person, day)), !spared, "{result:?}");
            dropped += u32::from(spared);
        }
        assert!(dropped > 5, "{dropped}");
    }
}

#[test]
fn a_false_result_from_before_the_infection_is_no_part_of_it() {
    let spared = *RECORD.infections().iter().rfind(|it| it.by.is_some() && it.day > 5).unwrap();
    let at = RECORD.seen().midnight(1) + Span::from_hours(12);
    let early = TestResult { person: spared.person, positive: true, onset: None, sampled: at, reported: at };
    let (stored, left_out) = again(RECORD.infections(), &[early]);
    assert_eq!((left_out, without_tracing(&stored).len()), (LeftOut::default(), RECORD.infections().len()));
    let mut life = stored.begin();
    assert_eq!((life.live(&[]), life.live(&[])), (vec![], vec![early]));
}

#[test]
fn a_record_is_the_same_in_whatever_order_its_lines_come() {
    let (mut infections, mut results) = (RECORD.infections().to_vec(), results());
    let counted =
        |stored: &Stored| -> Counts { try_policy(stored, &policy(), &without_tracing(stored), |_| ()) };
    let first = counted(&RECORD);
    infections.reverse();
    results.reverse();
    let (stored, left_out) = again(&infections, &results);
    assert_eq!((left_out, counted(&stored)), (LeftOut::default(), first));
}

#[test]
fn what_cannot_have_happened_is_left_out_with_all_that_followed_and_said() {
    let (infections, results) = (RECORD.infections().to_vec(), results());
    let left_out = |change: &dyn Fn(&mut Vec<Infection>)| {
        let mut infections = infections.clone();
        change(&mut infections);
        let (stored, left_out) = again(&infections, &results);
        assert_eq!(stored.infections().len() + left_out.infections.len(), infections.len());
        left_out.infections
    };
    let many = infections.len();
    let first = infections[0];
    let last_day = i32::try_from(RECORD.seen().days()).unwrap() - 1;
    assert_eq!(left_out(&|all| all.push(Infection { day: 3, ..first })), [(many, BadRecord::Twice)]);
    let stranger = Infection { person: PersonNo(PEOPLE), ..first };
    assert_eq!(left_out(&|all| all.push(stranger)), [(many, BadRecord::Stranger)]);
    let infected: BTreeSet<PersonNo> = infections.iter().map(|it| it.person).collect();
    let [well, other] = [0, 1]
        .map(|nth| (0..PEOPLE).map(PersonNo).filter(|person| !infected.contains(person)).nth(nth).unwrap());
    let late = Infection { person: well, day: last_day + 1, by: None };
    assert_eq!(left_out(&|all| all.push(late)), [(many, BadRecord::AfterTheEnd)]);
    let on_the_last = Infection { day: last_day, ..late };
    assert_eq!(left_out(&|all| all.push(on_the_last)), []);
    for by in [well, other, PersonNo(PEOPLE + 7)] {
        let by_nobody = Infection { person: well, day: 2, by: Some(by) };
        let theirs = Infection { person: other, day: 3, by: Some(well) };
        let both = [(many, BadRecord::ByNobody), (many + 1, BadRecord::ByNobody)];
        assert_eq!(left_out(&|all| all.extend([by_nobody, theirs])), both, "{by:?}");
    }
    let stranger = TestResult { person: PersonNo(PEOPLE), ..results[0] };
    let (_, left_out) = again(&infections, &[results[0], stranger]);
    assert_eq!(left_out.results, [(1, BadRecord::Stranger)]);
}

#[test]
fn two_infections_of_one_day_do_not_infect_each_other() {
    let [one, other] = [0, 1].map(PersonNo);
    let both =
        [Infection { person: one, day: 2, by: None }, Infection { person: other, day: 2, by: Some(one) }];
    let (_, left_out) = again(&both, &[]);
    assert_eq!(left_out.infections, [(1, BadRecord::ByNobody)]);
}

#[test]
fn on_a_record_the_ranked_policy_tells_others_than_fifteen_minutes_does() {
    let counts = ["policies/ranked-contacts", "docs/samples/fifteen-minutes"].map(|dir| {
        let policy = Arc::new(Policy::load(&files_of(dir)).unwrap());
        try_policy(&*RECORD, &policy, RECORD.infections(), |_| ())
    });
    assert_ne!(counts[0], counts[1]);
    assert!(counts.iter().all(|it| it.averted > 0 && it.isolation_days > 0), "{counts:?}");
}
