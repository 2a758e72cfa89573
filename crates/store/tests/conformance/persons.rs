//! Persons, guardians, standings.

use crate::support::{fresh, person, with_persons};
use kangma_core::{Day, EvidenceId, PersonId, Standing, Time};
use kangma_store::{CachedStanding, Person, PersonKind, Sealed, StoreError, Writer};

fn known(id: u64, document: &str, phone: &str) -> Person {
    Person {
        district: Some("east".to_owned()),
        language: Some("zh".to_owned()),
        name: Some("王甲一".into()),
        document_type: Some("id-card".into()),
        document_number: Some(document.into()),
        phone: Some(phone.into()),
        address: Some("1 Invented Road".into()),
        division: Some("990101".into()),
        birth_date: Some(Sealed(Day(3_000))),
        sex: Some("2".into()),
        nationality: Some("CN".into()),
        employer: Some("Invented Works".into()),
        medical_history: Some("none".into()),
        ..person(id)
    }
}

#[test]
fn a_person_reads_back_with_every_field() {
    let fresh = fresh();
    let one = known(i64::MAX.cast_unsigned(), "99A", "+8610000000001");
    let written = one.clone();
    fresh.write(move |w| w.add_person(&written));
    assert_eq!(fresh.read(|r| r.person(one.id)), Some(one.clone()));
    assert_eq!(fresh.read(|r| r.name_of(one.id)), one.name);
    assert_eq!(fresh.read(|r| r.person(PersonId(1))), None);
}

#[test]
fn a_person_is_found_by_document_and_by_phone_and_by_nothing_near_them() {
    let fresh = fresh();
    fresh.write(|w| {
        w.add_person(&known(1, "99A", "100"))?;
        w.add_person(&Person { phone: Some("100".into()), ..person(2) })
    });
    assert_eq!(fresh.read(|r| r.person_by_document("id-card", "99A")).unwrap().id, PersonId(1));
    assert_eq!(fresh.read(|r| r.person_by_document("passport", "99A")), None);
    assert_eq!(fresh.read(|r| r.person_by_document("id-card", "99a")), None);
    let family: Vec<_> = fresh.read(|r| r.persons_by_phone("100")).iter().map(|one| one.id.0).collect();
    assert_eq!(family, [1, 2]);
    assert_eq!(fresh.read(|r| r.persons_by_phone("99A")), []);
}

#[test]
fn one_document_is_one_person() {
    let fresh = fresh();
    fresh.write(|w| w.add_person(&known(1, "99A", "100")));
    assert!(matches!(fresh.refused(|w| w.add_person(&known(2, "99A", "101"))), StoreError::Duplicate(_)));
    fresh.write(|w| w.add_person(&known(2, "99B", "101")));
    assert!(matches!(fresh.refused(|w| w.save_person(&known(2, "99A", "101"))), StoreError::Duplicate(_)));
}

#[test]
fn a_saved_person_is_found_by_the_new_phone_and_not_by_the_old() {
    let fresh = fresh();
    fresh.write(|w| {
        w.add_person(&known(1, "99A", "100"))?;
        w.save_person(&known(1, "99A", "200"))
    });
    assert_eq!(fresh.read(|r| r.persons_by_phone("100")), []);
    assert_eq!(fresh.read(|r| r.persons_by_phone("200")), [known(1, "99A", "200")]);
    assert_eq!(fresh.refused(|w| w.save_person(&person(9))), StoreError::Missing("person"));
}

#[test]
fn walking_through_all_persons_meets_each_once_in_order() {
    let fresh = with_persons(25);
    let (mut walked, mut after) = (Vec::new(), None);
    loop {
        let page = fresh.read(|r| r.person_ids(after, 10));
        let Some(last) = page.last().copied() else { break };
        walked.extend(page);
        after = Some(last);
    }
    assert_eq!(walked, (1..=25).map(PersonId).collect::<Vec<_>>());
    assert_eq!(fresh.read(|r| r.person_count()), 25);
}

#[test]
fn guardianship_begins_ends_and_begins_again() {
    let fresh = with_persons(3);
    let (child, mother, father) = (PersonId(1), PersonId(2), PersonId(3));
    fresh.write(move |w| {
        w.add_guardian(child, mother, Time(1))?;
        w.add_guardian(child, father, Time(2))?;
        w.add_guardian(child, mother, Time(3))
    });
    assert_eq!(fresh.read(|r| r.guardians_of(child)), [mother, father]);
    assert!(fresh.write(move |w| w.end_guardian(child, mother, Time(4))));
    assert!(!fresh.write(move |w| w.end_guardian(child, mother, Time(5))));
    assert_eq!(fresh.read(|r| r.dependants_of(mother)), []);
    fresh.write(move |w| w.add_guardian(child, mother, Time(6)));
    assert_eq!(fresh.read(|r| r.dependants_of(mother)), [child]);
    assert_eq!(fresh.read(|r| r.guardians_of(child)), [father, mother]);
    assert!(matches!(fresh.refused(move |w| w.add_guardian(child, child, Time(7))), StoreError::Refused(_)));
}

#[test]
fn whoever_is_asked_to_be_guardian_is_none_before_they_accept() {
    let fresh = with_persons(3);
    let (child, mother, father) = (PersonId(1), PersonId(2), PersonId(3));
    fresh.write(move |w| w.add_guardian(child, mother, Time(1)));
    fresh.write(move |w| w.offer_guardian(child, father, mother, Time(2)));
    fresh.write(move |w| w.offer_guardian(child, mother, mother, Time(2)));
    assert_eq!(fresh.read(|r| r.guardians_of(child)), [mother], "an offer takes nobody's guardianship away");
    assert_eq!(fresh.read(|r| r.dependants_of(father)), []);
    assert_eq!(fresh.read(|r| r.offered_to(father)), [child]);
    assert_eq!(fresh.read(|r| r.offers_of(child)), [father]);
    assert!(fresh.write(move |w| w.decline_guardian(child, father, Time(3))));
    assert!(
        !fresh.write(move |w| w.decline_guardian(child, mother, Time(3))),
        "who looks after a child ends it"
    );
    assert_eq!(fresh.read(|r| r.offered_to(father)), []);
    assert_eq!(fresh.read(|r| r.offers_of(child)), [father], "whoever asked is not told");
    assert!(fresh.write(move |w| w.end_guardian(child, father, Time(3))));
    assert_eq!(fresh.read(|r| r.offers_of(child)), []);
    fresh.write(move |w| w.offer_guardian(child, father, mother, Time(4)));
    fresh.write(move |w| w.add_guardian(child, father, Time(5)));
    assert_eq!(fresh.read(|r| r.guardians_of(child)), [mother, father]);
    assert_eq!(fresh.read(|r| r.offers_of(child)), []);
}

fn standing(person: u64, standing: Standing, next_change: Option<i64>) -> CachedStanding {
    CachedStanding {
        person: PersonId(person),
        standing,
        decided_at: Time(2),
        next_change: next_change.map(Time),
        evidence: Some(EvidenceId(3)),
    }
}

#[test]
fn a_standing_takes_the_place_of_the_last_one() {
    let fresh = with_persons(1);
    fresh.write(|w| w.put_standing(&standing(1, Standing::Green, Some(5))));
    fresh.write(|w| w.put_standing(&standing(1, Standing::Red, None)));
    assert_eq!(fresh.read(|r| r.standing(PersonId(1))), Some(standing(1, Standing::Red, None)));
    assert_eq!(fresh.read(|r| r.standing_counts()), [(Standing::Red, 1)]);
}

#[test]
fn standings_fall_due_at_their_next_change_and_leave_when_they_are_decided_anew() {
    const HOUR: i64 = 3_600_000;
    let fresh = with_persons(6);
    fresh.write(|w| {
        for (person, at) in [(1, HOUR + 30), (2, 10), (3, 10), (4, 20), (5, HOUR + 31)] {
            w.put_standing(&standing(person, Standing::Yellow, Some(at)))?;
        }
        w.put_standing(&standing(6, Standing::Yellow, None))
    });
    assert_eq!(fresh.read(|r| r.standings_due(Time(15), 9)), [2, 3].map(PersonId), "4 is later in the hour");
    let mut due = Vec::new();
    loop {
        let some = fresh.read(|r| r.standings_due(Time(HOUR + 30), 2));
        if some.is_empty() {
            break;
        }
        due.extend(some.iter().map(|person| person.0));
        fresh.write(move |w| {
            some.iter().try_for_each(|person| w.put_standing(&standing(person.0, Standing::Green, None)))
        });
    }
    assert_eq!(due, [2, 3, 4, 1]);
}

#[test]
fn standings_are_counted_for_the_city_and_for_a_district() {
    let fresh = fresh();
    fresh.write(|w| {
        for (id, district) in [(1, "east"), (2, "east"), (3, "west")] {
            w.add_person(&Person { district: Some(district.to_owned()), ..person(id) })?;
        }
        w.put_standing(&standing(1, Standing::Green, None))?;
        w.put_standing(&standing(2, Standing::Red, None))?;
        w.put_standing(&standing(3, Standing::Green, None))
    });
    assert_eq!(fresh.read(|r| r.standing_counts()), [(Standing::Green, 2), (Standing::Red, 1)]);
    assert_eq!(fresh.read(|r| r.standing_counts_in("west")), [(Standing::Green, 1)]);
    assert_eq!(fresh.read(|r| r.persons_standing(Standing::Green, Some(PersonId(1)), 9)), [PersonId(3)]);
    assert_eq!(fresh.read(|r| r.persons_standing(Standing::Green, None, 1)), [PersonId(1)]);
}

#[test]
fn every_kind_of_person_reads_back() {
    let fresh = fresh();
    fresh.write(|w| {
        let kinds = (1..).zip(PersonKind::ALL);
        kinds.into_iter().try_for_each(|(id, kind)| w.add_person(&Person { kind: *kind, ..person(id) }))
    });
    for (id, kind) in (1..).zip(PersonKind::ALL) {
        assert_eq!(fresh.read(|r| r.person(PersonId(id))).unwrap().kind, *kind);
    }
}

#[test]
fn whoever_was_written_about_after_an_act_is_known_until_the_store_is_closed() {
    let fresh = with_persons(2);
    type Write = fn(&mut Writer<'_>) -> Result<(), StoreError>;
    let writes: [Write; 4] = [
        |w| w.put_standing(&standing(1, Standing::Red, None)),
        |w| w.save_person(&Person::new(PersonId(1), PersonKind::Interviewed, Time(1))),
        |w| w.add_guardian(PersonId(1), PersonId(2), Time(1)),
        |w| w.end_guardian(PersonId(1), PersonId(2), Time(2)).map(drop),
    ];
    for write in writes {
        let moment = fresh.write(|w| Ok(w.moment()));
        let written = move |w: &mut Writer<'_>| Ok([1, 2].map(|id| w.written_after(moment, PersonId(id))));
        assert_eq!(fresh.write(written), [false, false]);
        fresh.write(write);
        assert_eq!(fresh.write(written), [true, false]);
    }
}
