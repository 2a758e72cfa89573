//! Devices, codes, the status list, sessions, one-time codes, accounts.

use crate::support::{account, person, with_persons};
use kangma_core::{PersonId, Time};
use kangma_store::{
    Account, Code, CodeKind, Cti, Device, DeviceId, Digest, Session, StatusIndex, StoreError,
};

fn device(of: u64, key: &'static [u8]) -> impl FnOnce(DeviceId) -> Device {
    move |id| Device {
        id,
        person: PersonId(of),
        public_key: key.to_vec(),
        algorithm: "EdDSA".to_owned(),
        enrolled_at: Time(1),
        revoked_at: None,
    }
}

fn code(n: u8, of: u64, index: Option<StatusIndex>, expires_at: i64) -> Code {
    Code {
        cti: Cti([n; 16]),
        person: PersonId(of),
        kind: CodeKind::Paper,
        device: None,
        status_index: index,
        issued_at: Time(i64::from(n)),
        expires_at: Time(expires_at),
        revoked_at: None,
        reprint_of: None,
    }
}

#[test]
fn a_device_is_found_by_its_key_until_it_is_revoked() {
    let fresh = with_persons(2);
    let one = fresh.write(|w| w.add_device(device(1, b"key")));
    assert_eq!(fresh.read(|r| r.device_by_key(PersonId(1), b"key")), Some(one.clone()));
    assert_eq!(fresh.read(|r| r.device_by_key(PersonId(2), b"key")), None);
    let id = one.id;
    assert!(fresh.write(move |w| w.revoke_device(id, Time(5))));
    assert!(!fresh.write(move |w| w.revoke_device(id, Time(6))));
    assert_eq!(fresh.read(|r| r.device_by_key(PersonId(1), b"key")), None);
    assert_eq!(fresh.read(|r| r.devices_of(PersonId(1)))[0].revoked_at, Some(Time(5)));
    assert_eq!(fresh.read(|r| r.device(id)).unwrap().revoked_at, Some(Time(5)));
}

#[test]
fn a_paper_code_is_reported_lost_and_reprinted() {
    let fresh = with_persons(1);
    let first = code(1, 1, None, 100);
    let reprint = Code { reprint_of: Some(first.cti), ..code(2, 1, None, 100) };
    let (cti, written) = (first.cti, [first.clone(), reprint.clone()]);
    fresh.write(move |w| written.iter().try_for_each(|one| w.add_code(one)));
    assert!(fresh.write(move |w| w.revoke_code(cti, Time(50))));
    assert!(!fresh.write(move |w| w.revoke_code(cti, Time(51))));
    let revoked = Code { revoked_at: Some(Time(50)), ..first };
    assert_eq!(fresh.read(|r| r.code(cti)), Some(revoked.clone()));
    assert_eq!(fresh.read(|r| r.codes_of(PersonId(1), Time(99))), [revoked, reprint]);
    assert_eq!(fresh.read(|r| r.codes_of(PersonId(1), Time(100))), []);
    assert!(matches!(fresh.refused(|w| w.add_code(&code(1, 1, None, 9))), StoreError::Duplicate(_)));
}

#[test]
fn a_code_is_bound_to_a_device_exactly_when_it_says_so() {
    let fresh = with_persons(1);
    let bound = fresh.write(|w| {
        let device = w.add_device(device(1, b"key"))?.id;
        let bound = Code { kind: CodeKind::Device, device: Some(device), ..code(1, 1, None, 9) };
        w.add_code(&bound)?;
        Ok(bound)
    });
    assert_eq!(fresh.read(|r| r.code(bound.cti)), Some(bound));
    let loose = Code { kind: CodeKind::Device, ..code(2, 1, None, 9) };
    assert!(matches!(fresh.refused(move |w| w.add_code(&loose)), StoreError::Refused(_)));
}

#[test]
fn places_in_the_status_list_are_given_anew_when_their_codes_have_ended_and_not_before() {
    let fresh = with_persons(0);
    let take = |now, until| fresh.write(move |w| w.take_status_index(Time(now), Time(until))).0;
    assert_eq!([take(0, 10), take(0, 20), take(9, 30)], [0, 1, 2]);
    assert_eq!([take(10, 40), take(10, 40)], [0, 3]);
    assert_eq!([take(50, 60), take(50, 60)], [1, 2], "the longest free one first");
}

#[test]
fn the_status_list_says_for_each_place_whether_revoked_page_by_page() {
    let fresh = with_persons(3);
    fresh.write(|w| {
        for (n, person, end) in [(1, 1, 100), (2, 2, 10), (3, 3, 100)] {
            let index = w.take_status_index(Time(0), Time(end))?;
            w.add_code(&code(n, person, Some(index), end))?;
        }
        w.add_code(&code(4, 1, None, 100))?;
        w.revoke_code(Cti([3; 16]), Time(5)).map(drop)
    });
    let page = |after, most| {
        let entries = fresh.read(|r| r.status_entries(Time(10), after, most));
        entries.into_iter().map(|e| (e.index.0, e.person.0, e.revoked, e.standing)).collect::<Vec<_>>()
    };
    assert_eq!(page(None, 1), [(0, 1, false, None)]);
    assert_eq!(page(Some(StatusIndex(0)), 9), [(2, 3, true, None)]);
    assert_eq!(fresh.write(|w| w.drop_ended_codes(Time(11))), 1);
}

#[test]
fn a_session_ends_with_its_time_and_with_its_account_or_person() {
    let fresh = with_persons(1);
    let staff = fresh.write(|w| w.add_account(account("zhou"))).id;
    let session = |secret: &[u8], account, person| Session {
        id: Digest::of(secret),
        account,
        person,
        content: b"opaque".to_vec(),
        expires_at: Time(100),
    };
    let (one, two) = (session(b"1", Some(staff), None), session(b"2", None, Some(PersonId(1))));
    let written = [one.clone(), two.clone(), session(b"3", None, None)];
    fresh.write(move |w| written.iter().try_for_each(|session| w.put_session(session)));
    assert_eq!(fresh.read(|r| r.session(one.id, Time(99))), Some(one.clone()));
    assert_eq!(fresh.read(|r| r.session(one.id, Time(100))), None);
    assert_eq!(fresh.write(move |w| w.drop_sessions_of_account(staff)), 1);
    assert_eq!(fresh.write(move |w| w.drop_sessions_of_person(PersonId(1))), 1);
    assert_eq!(fresh.read(|r| r.session(one.id, Time(0))), None);
    assert_eq!(fresh.read(|r| r.session(two.id, Time(0))), None);
    fresh.write(move |w| w.put_session(&Session { expires_at: Time(200), ..two }));
    assert_eq!(fresh.write(|w| w.drop_ended_sessions(Time(100))), 1);
    fresh.write(|w| w.drop_session(Digest::of(b"2")));
    assert_eq!(fresh.write(|w| w.drop_ended_sessions(Time(1_000))), 0);
}

#[test]
fn the_newest_one_time_code_counts_its_tries_from_nothing() {
    let fresh = with_persons(0);
    let send = |code: &'static [u8]| {
        fresh.write(move |w| w.put_one_time_code("100", Digest::of(code), Time(1), Time(300)));
    };
    send(b"111111");
    assert_eq!(fresh.write(|w| w.count_attempt("100")), Some(1));
    assert_eq!(fresh.write(|w| w.count_attempt("100")), Some(2));
    send(b"222222");
    let kept = fresh.read(|r| r.one_time_code("100")).unwrap();
    assert!(kept.code.matches(b"222222") && !kept.code.matches(b"111111"));
    assert_eq!((kept.attempts, kept.expires_at), (0, Time(300)));
    assert_eq!(fresh.write(|w| w.count_attempt("101")), None);
    fresh.write(|w| w.drop_one_time_code("100"));
    assert_eq!(fresh.read(|r| r.one_time_code("100")), None);
}

#[test]
fn an_account_is_found_by_its_login_which_is_its_own() {
    let fresh = with_persons(0);
    let zhou = fresh.write(|w| w.add_account(account("zhou")));
    let adams = fresh.write(|w| w.add_account(account("adams")));
    assert!(matches!(fresh.refused(|w| w.add_account(account("zhou"))), StoreError::Duplicate(_)));
    let closed = Account { disabled_at: Some(Time(9)), ..zhou };
    let written = closed.clone();
    fresh.write(move |w| w.save_account(&written));
    assert_eq!(fresh.read(|r| r.account_by_login("zhou")), Some(closed.clone()));
    assert_eq!(fresh.read(|r| r.account_by_login("ZHOU")), None);
    assert_eq!(fresh.read(|r| r.account(adams.id)), Some(adams.clone()));
    assert_eq!(fresh.read(|r| r.accounts()), [adams, closed]);
}

#[test]
fn codes_and_devices_of_nobody_are_refused() {
    let fresh = with_persons(1);
    fresh.write(|w| w.add_person(&person(2)));
    assert!(matches!(fresh.refused(|w| w.add_code(&code(1, 9, None, 9))), StoreError::Refused(_)));
    assert!(matches!(fresh.refused(|w| w.add_device(device(9, b"key"))), StoreError::Refused(_)));
}
