//! Cases, contacts, areas, sites, points.

use crate::support::{Fresh, account, fresh, person, point};
use kangma_core::{CaseId, EvidenceId, PersonId, PointId, SiteId, Time};
use kangma_store::{
    AccountId, Case, CaseState, CaseStatus, CasesLike, ContactCall, Digest, ExposureSite, Gate, GateKind,
    InterviewContact, PlaceKind, PointState, RiskArea, StoreError,
};

const OFFICER: AccountId = AccountId(1);

fn city() -> Fresh {
    let fresh = fresh();
    fresh.write(|w| {
        w.add_account(account("zhou"))?;
        (1..=9).try_for_each(|id| w.add_person(&person(id)))
    });
    fresh
}

fn case(of: u64, district: &'static str) -> impl FnOnce(CaseId) -> Case {
    move |id| Case {
        id,
        person: PersonId(of),
        district: Some(district.to_owned()),
        status: CaseStatus::Suspected,
        state: CaseState::Open,
        onset: Some(Time(10)),
        sampled: None,
        reported_at: Time(20),
        reported_by: OFFICER,
        merged_into: None,
        evidence: Some(EvidenceId(1)),
        version: 1,
    }
}

#[test]
fn a_case_is_reported_confirmed_and_merged() {
    let fresh = city();
    let (one, two) = fresh.write(|w| Ok((w.add_case(case(1, "east"))?, w.add_case(case(1, "east"))?)));
    let merged = Case {
        status: CaseStatus::Confirmed,
        state: CaseState::Merged,
        merged_into: Some(one.id),
        version: 2,
        ..two.clone()
    };
    let written = merged.clone();
    fresh.write(move |w| w.save_case(&written));
    assert_eq!(fresh.read(|r| r.case(two.id)), Some(merged.clone()));
    assert_eq!(fresh.read(|r| r.cases_of(PersonId(1))), [one.clone(), merged]);
    assert_eq!(fresh.read(|r| r.cases_open()), [one.clone()]);
    let nowhere = Case { state: CaseState::Merged, merged_into: None, ..one };
    assert!(matches!(fresh.refused(move |w| w.save_case(&nowhere)), StoreError::Refused(_)));
}

#[test]
fn cases_are_listed_newest_first_for_the_city_and_for_a_district() {
    let fresh = city();
    fresh.write(|w| {
        ["east", "west", "east", "east"]
            .into_iter()
            .try_for_each(|place| w.add_case(case(1, place)).map(drop))
    });
    let ids = |district, before, most| {
        fresh
            .read(|r| r.cases(district, &CasesLike::default(), before, most))
            .iter()
            .map(|case| case.id.0)
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(None, None, 9), [4, 3, 2, 1]);
    assert_eq!(ids(Some("east"), None, 2), [4, 3]);
    assert_eq!(ids(Some("east"), Some(CaseId(3)), 2), [1]);
}

#[test]
fn a_list_of_cases_is_narrowed_by_what_became_of_them_and_since_when() {
    let fresh = city();
    fresh.write(|w| {
        for (of, status, state) in [
            (1, CaseStatus::Suspected, CaseState::Open),
            (2, CaseStatus::Confirmed, CaseState::Open),
            (3, CaseStatus::Suspected, CaseState::Withdrawn),
        ] {
            w.add_case(|id| Case {
                status,
                state,
                reported_at: Time(of),
                ..case(u64::try_from(of).unwrap(), "east")(id)
            })?;
        }
        Ok(())
    });
    let ids = |district, word: Option<&str>, since: Option<i64>| {
        let like = CasesLike { word: word.map(str::to_owned), since: since.map(Time) };
        fresh.read(|r| r.cases(district, &like, None, 9)).iter().map(|case| case.id.0).collect::<Vec<_>>()
    };
    assert_eq!(ids(None, Some("suspected"), None), [1]);
    assert_eq!(ids(Some("east"), Some("withdrawn"), None), [3]);
    assert_eq!(ids(Some("west"), Some("withdrawn"), None), [0; 0]);
    assert_eq!(ids(None, None, Some(2)), [3, 2]);
    assert_eq!(ids(None, Some("confirmed"), Some(2)), [2]);
    assert_eq!(ids(None, Some("confirmed"), Some(3)), [0; 0]);
}

#[test]
fn one_person_named_by_two_cases_is_found_from_either_side() {
    let fresh = city();
    let contact = |case_id, person| {
        move |id| InterviewContact {
            id,
            case_id,
            person: PersonId(person),
            last_met: Time(5),
            degree: "close".to_owned(),
            added_by: OFFICER,
            added_at: Time(20),
            evidence: None,
            withdrawn_at: None,
        }
    };
    let (first, second) = fresh.write(move |w| {
        let (one, two) = (w.add_case(case(1, "east"))?.id, w.add_case(case(2, "east"))?.id);
        Ok((w.add_interview_contact(contact(one, 3))?, w.add_interview_contact(contact(two, 3))?))
    });
    let gone = InterviewContact { withdrawn_at: Some(Time(40)), ..first.clone() };
    let written = gone.clone();
    fresh.write(move |w| w.save_interview_contact(&written));
    assert_eq!(fresh.read(|r| r.interview_contacts(first.case_id)), [gone.clone()]);
    assert_eq!(fresh.read(|r| r.interview_contacts(second.case_id)), [second.clone()]);
    assert_eq!(fresh.read(|r| r.interview_contact(first.id)), Some(gone));
    let call = |at| {
        let remark = Some("met at a wedding".into());
        fresh.write(move |w| {
            w.add_contact_call(|id| ContactCall {
                id,
                person: PersonId(3),
                at: Time(at),
                by: Some(OFFICER),
                remark,
            })
        })
    };
    let (_, last) = (call(30), call(50));
    assert_eq!(fresh.read(|r| r.last_call_to(PersonId(3))), Some(last));
    assert_eq!(fresh.read(|r| r.last_call_to(PersonId(4))), None);
}

#[test]
fn a_cleared_area_lives_on_for_the_days_before_and_a_withdrawn_one_does_not() {
    let fresh = city();
    let area = |cleared_at: Option<i64>, withdrawn_at: Option<i64>| {
        move |id| RiskArea {
            id,
            division: "east-1".to_owned(),
            name: "Invented Quarter".to_owned(),
            level: "high".to_owned(),
            since: Time(0),
            marked_at: Time(10),
            marked_by: OFFICER,
            case_id: None,
            cleared_at: cleared_at.map(Time),
            withdrawn_at: withdrawn_at.map(Time),
        }
    };
    let (standing, cleared, withdrawn) = fresh.write(move |w| {
        let standing = w.add_area(area(None, None))?;
        Ok((standing, w.add_area(area(Some(50), None))?, w.add_area(area(None, Some(50)))?))
    });
    assert_eq!(fresh.read(|r| r.areas_alive(Time(49))), [standing.clone(), cleared.clone()]);
    assert_eq!(fresh.read(|r| r.areas_alive(Time(50))), [standing.clone()]);
    let taken_back = RiskArea { withdrawn_at: Some(Time(60)), ..standing };
    let written = taken_back.clone();
    fresh.write(move |w| w.save_area(&written));
    assert_eq!(fresh.read(|r| r.area(taken_back.id)), Some(taken_back.clone()));
    assert_eq!(fresh.read(|r| r.areas()), [withdrawn, cleared, taken_back]);
}

fn site(key: &'static str, point: Option<PointId>, until: i64) -> impl FnOnce(SiteId) -> ExposureSite {
    move |id| ExposureSite {
        id,
        key: key.to_owned(),
        source: "invented-gazette".to_owned(),
        source_line: 2,
        event: "Café".to_owned(),
        location: "1 Invented Road".to_owned(),
        city: "Invented".to_owned(),
        since: Time(10),
        until: Time(until),
        exposure_type: String::new(),
        version: 0,
        point,
        imported_at: Time(100),
        updated_at: Time(100),
        withdrawn_at: None,
    }
}

#[test]
fn an_exposure_site_is_there_once_by_its_key_and_a_later_version_takes_its_place() {
    let fresh = city();
    let first = fresh.write(|w| w.add_site(site("a", None, 20)));
    assert!(matches!(fresh.refused(|w| w.add_site(site("a", None, 20))), StoreError::Duplicate(_)));
    let later =
        ExposureSite { version: 7, exposure_type: "Close".to_owned(), updated_at: Time(200), ..first };
    let written = later.clone();
    fresh.write(move |w| w.save_site(&written));
    assert_eq!(fresh.read(|r| r.site_by_key("invented-gazette", "a")), Some(later.clone()));
    assert_eq!(fresh.read(|r| r.site_by_key("another-gazette", "a")), None);
    assert_eq!(fresh.read(|r| r.site(later.id)), Some(later));
    assert_eq!(fresh.read(|r| r.site_count()), 1);
    assert!(matches!(fresh.refused(|w| w.add_site(site("b", None, 10))), StoreError::Refused(_)));
}

#[test]
fn the_live_sites_at_known_points_are_found_for_a_late_visit() {
    let fresh = city();
    let here = fresh.write(|w| w.add_point(point("Invented School", "east"))).id;
    let ids = fresh.write(move |w| {
        let ended = w.add_site(site("a", Some(here), 20))?;
        let live = w.add_site(site("b", Some(here), 40))?;
        w.add_site(site("c", None, 40))?;
        let withdrawn = w.add_site(site("d", Some(here), 40))?;
        w.save_site(&ExposureSite { withdrawn_at: Some(Time(1)), ..withdrawn })?;
        Ok((ended.id, live.id))
    });
    let found = |since| fresh.read(|r| r.sites_alive(Time(since))).iter().map(|s| s.id).collect::<Vec<_>>();
    assert_eq!(found(19), [ids.0, ids.1]);
    assert_eq!(found(20), [ids.1]);
    let page = fresh.read(|r| r.sites("", Some(SiteId(4)), 2));
    assert_eq!(page.iter().map(|s| s.id.0).collect::<Vec<_>>(), [3, 2]);
    let named = |text: &str| fresh.read(|r| r.sites(text, None, 9)).len();
    assert_eq!([named(""), named("INVENTED"), named("elsewhere")], [4, 4, 0]);
}

#[test]
fn a_point_is_registered_approved_and_found_by_every_name_it_has() {
    let fresh = city();
    let registered = fresh.write(|w| w.add_point(point("Invented School", "east")));
    fresh.write(|w| w.add_point(point("Invented Market", "west")));
    let approved = kangma_store::Point {
        state: PointState::Approved,
        approved_by: Some(OFFICER),
        approved_at: Some(Time(5)),
        ..registered
    };
    let written = approved.clone();
    fresh.write(move |w| w.save_point(&written));
    assert_eq!(fresh.read(|r| r.point(approved.id)), Some(approved.clone()));
    assert_eq!(fresh.read(|r| r.points_in_division("east-1")), [approved.clone()]);
    assert_eq!(fresh.read(|r| r.points_named("Invented School")), [approved.clone()]);
    assert_eq!(fresh.read(|r| r.points(Some("east"), None, 9)), [approved.clone()]);
    assert_eq!(fresh.read(|r| r.points(None, Some(approved.id), 9))[0].name, "Invented Market");
    let named = |district, text: &str, after| {
        fresh.read(|r| r.points_like(district, text, after, 9)).iter().map(|p| p.id.0).collect::<Vec<_>>()
    };
    assert_eq!(named(None, "INVENTED", None), [1, 2]);
    assert_eq!(named(None, "market", None), [2]);
    assert_eq!(named(Some("east"), "invented", None), [1]);
    assert_eq!(named(None, "", Some(approved.id)), [2]);
}

#[test]
fn a_gate_signs_in_by_its_secret_until_it_is_revoked() {
    let fresh = city();
    let gate = |secret: &'static [u8]| {
        move |id| Gate {
            id,
            point: PointId(1),
            name: "north door".to_owned(),
            kind: GateKind::Device,
            token: Digest::of(secret),
            enrolled_at: Time(1),
            revoked_at: None,
        }
    };
    let one = fresh.write(move |w| {
        w.add_point(point("Invented School", "east"))?;
        w.add_gate(gate(b"secret"))
    });
    assert_eq!(fresh.read(|r| r.gate_by_token(Digest::of(b"secret"))), Some(one.clone()));
    assert_eq!(fresh.read(|r| r.gate_by_token(Digest::of(b"Secret"))), None);
    assert!(matches!(fresh.refused(move |w| w.add_gate(gate(b"secret"))), StoreError::Duplicate(_)));
    let revoked = Gate { revoked_at: Some(Time(9)), ..one };
    let written = revoked.clone();
    fresh.write(move |w| w.save_gate(&written));
    assert_eq!(fresh.read(|r| r.gate_by_token(Digest::of(b"secret"))), None);
    assert_eq!(fresh.read(|r| r.gate(revoked.id)), Some(revoked.clone()));
    assert_eq!(fresh.read(|r| r.gates_of(PointId(1))), [revoked]);
}

#[test]
fn checkers_come_and_go_and_a_place_is_somebodys_for_a_time() {
    let fresh = city();
    let here = fresh.write(|w| {
        let here = w.add_point(point("Invented Court", "east"))?.id;
        w.add_checker(here, OFFICER)?;
        w.add_checker(here, OFFICER)?;
        w.put_place(PersonId(1), here, PlaceKind::Home, Time(0), None)?;
        w.put_place(PersonId(1), here, PlaceKind::Isolation, Time(10), Some(Time(20)))?;
        Ok(here)
    });
    assert_eq!(fresh.read(|r| r.checkers_of(here)), [OFFICER]);
    assert!(fresh.write(move |w| w.remove_checker(here, OFFICER)));
    assert!(!fresh.write(move |w| w.remove_checker(here, OFFICER)));
    let at = |time| fresh.read(|r| r.places_of(PersonId(1), Time(time)));
    assert_eq!(at(9), [(here, PlaceKind::Home)]);
    assert_eq!(at(10), [(here, PlaceKind::Home), (here, PlaceKind::Isolation)]);
    assert_eq!(at(20), [(here, PlaceKind::Home)]);
}
