//! Whose store it is, who may open it, and what a thief of its files learns.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use kangma_core::{EvidenceId, Kind, PersonId, Time};
use kangma_store::{
    Account, AccountId, AccountScope, ActRecord, Appeal, AppealState, Case, CaseState, CaseStatus,
    ContactCall, Correction, CorrectionState, FieldKeys, HouseholdLink, InterviewContact, NewEvidence,
    Notice, OpenError, Options, Person, PersonKind, Proposal, ProposalKind, ProposalState, Sealed, Store,
    StoreError, WriteError,
};
use std::{fs, path::Path};

fn open(dir: &Path, keys: &FieldKeys) -> Result<Store, OpenError> {
    Store::open(dir, keys.clone(), Options::default())
}

fn open_to_read(dir: &Path, keys: &FieldKeys) -> Result<Store, OpenError> {
    Store::open_to_read(dir, keys.clone(), &Options::default())
}

fn database(dir: &Path) -> std::path::PathBuf {
    dir.join("kangma.sqlite")
}

fn made() -> (tempfile::TempDir, FieldKeys) {
    let (dir, keys) = (tempfile::tempdir().unwrap(), FieldKeys::generate().unwrap());
    drop(open(dir.path(), &keys).unwrap());
    (dir, keys)
}

#[test]
fn a_second_server_on_a_store_is_refused_and_told_who_holds_it() {
    let (dir, keys) = made();
    let first = open(dir.path(), &keys).unwrap();
    let refused = open(dir.path(), &keys).unwrap_err();
    let own = std::process::id().to_string();
    assert!(matches!(&refused, OpenError::Held { pid, .. } if *pid == own), "{refused}");
    assert!(refused.to_string().contains("stop that server, or use its API"), "{refused}");
    drop(first);
    open(dir.path(), &keys).unwrap();
}

#[test]
fn a_clone_keeps_the_store_open_and_the_last_one_closes_it() {
    let (dir, keys) = made();
    let first = open(dir.path(), &keys).unwrap();
    let second = first.clone();
    drop(first);
    assert!(matches!(open(dir.path(), &keys), Err(OpenError::Held { .. })));
    drop(second);
    open(dir.path(), &keys).unwrap();
}

#[test]
fn a_reader_sees_what_a_running_server_commits_and_cannot_write() {
    let (dir, keys) = made();
    let server = open(dir.path(), &keys).unwrap();
    let reader = open_to_read(dir.path(), &keys).unwrap();
    server
        .write_blocking(|w| w.add_person(&Person::new(PersonId(1), PersonKind::AccountHolder, Time(0))))
        .unwrap();
    assert_eq!(reader.read_blocking(|r| r.person_count()).unwrap(), 1);
    let refused = reader.write_blocking::<(), StoreError, _>(|_| Ok(()));
    assert_eq!(refused, Err(WriteError::Store(StoreError::ReadOnly)));
}

#[test]
fn a_closed_store_can_be_read_without_a_server() {
    let (dir, keys) = made();
    let reader = open_to_read(dir.path(), &keys).unwrap();
    assert_eq!(reader.read_blocking(|r| r.person_count()).unwrap(), 0);
    assert!(reader.read_blocking(|r| r.integrity()).unwrap().is_empty());
}

#[test]
fn a_store_from_a_newer_program_is_refused_and_left_as_it_is() {
    let (dir, keys) = made();
    let connection = rusqlite::Connection::open(database(dir.path())).unwrap();
    let future = "INSERT INTO refinery_schema_history VALUES (4000, 'future', '2040-01-01T00:00:00Z', '1')";
    connection.execute(future, []).unwrap();
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(connection);
    let before = fs::read(database(dir.path())).unwrap();
    for refused in [open(dir.path(), &keys), open_to_read(dir.path(), &keys)] {
        let refused = refused.unwrap_err();
        assert!(matches!(refused, OpenError::Newer { store: 4_000, .. }), "{refused}");
        assert!(refused.to_string().contains("use the newer program"), "{refused}");
    }
    assert_eq!(fs::read(database(dir.path())).unwrap(), before);
}

#[test]
fn a_store_without_its_tables_is_not_read_before_a_server_has_made_them() {
    let dir = tempfile::tempdir().unwrap();
    let keys = FieldKeys::generate().unwrap();
    let connection = rusqlite::Connection::open(database(dir.path())).unwrap();
    connection.execute_batch("PRAGMA application_id = 1263367028; PRAGMA journal_mode = WAL;").unwrap();
    drop(connection);
    let refused = open_to_read(dir.path(), &keys).unwrap_err();
    assert!(matches!(refused, OpenError::Older { store: 0, .. }), "{refused}");
    open(dir.path(), &keys).unwrap();
    open_to_read(dir.path(), &keys).unwrap();
}

#[test]
fn the_wrong_keys_are_refused_with_what_to_do_and_rotated_ones_are_not() {
    let (dir, keys) = made();
    let other = FieldKeys::generate().unwrap();
    for refused in [open(dir.path(), &other), open_to_read(dir.path(), &other)] {
        let refused = refused.unwrap_err();
        assert!(matches!(refused, OpenError::WrongKey), "{refused}");
        assert!(refused.to_string().contains("bring back the key file"), "{refused}");
    }
    let named =
        Person { name: Some("Invented".into()), ..Person::new(PersonId(1), PersonKind::Dependant, Time(0)) };
    let written = named.clone();
    open(dir.path(), &keys).unwrap().write_blocking(move |w| w.add_person(&written)).unwrap();
    let rotated = open(dir.path(), &keys.rotated().unwrap()).unwrap();
    assert_eq!(rotated.read_blocking(|r| r.person(PersonId(1))).unwrap(), Some(named));
}

#[test]
fn files_of_others_are_refused_and_left_alone() {
    let (dir, keys) = (tempfile::tempdir().unwrap(), FieldKeys::generate().unwrap());
    assert!(matches!(open_to_read(dir.path(), &keys), Err(OpenError::Missing(_))));
    fs::write(database(dir.path()), "a letter, and long enough to be taken for something else by mistake")
        .unwrap();
    assert!(matches!(open(dir.path(), &keys), Err(OpenError::Foreign(_))));
    fs::remove_file(database(dir.path())).unwrap();
    let connection = rusqlite::Connection::open(database(dir.path())).unwrap();
    connection.execute_batch("CREATE TABLE somebody_elses (x)").unwrap();
    drop(connection);
    let before = fs::read(database(dir.path())).unwrap();
    assert!(matches!(open(dir.path(), &keys), Err(OpenError::Foreign(_))));
    assert!(matches!(open_to_read(dir.path(), &keys), Err(OpenError::Foreign(_))));
    assert_eq!(fs::read(database(dir.path())).unwrap(), before);
}

#[test]
fn evidence_and_records_cannot_be_edited_even_past_this_program() {
    let (dir, keys) = made();
    let store = open(dir.path(), &keys).unwrap();
    store.write_blocking(fill).unwrap();
    drop(store);
    let connection = rusqlite::Connection::open(database(dir.path())).unwrap();
    for forbidden in [
        "UPDATE evidence SET happened_at = 0",
        "DELETE FROM evidence",
        "UPDATE derived_evidence SET happened_at = 0",
        "DELETE FROM derived_evidence",
        "UPDATE act_record SET actor = 'nobody'",
        "DELETE FROM act_record",
    ] {
        let error = connection.execute(forbidden, []).unwrap_err().to_string();
        assert!(error.contains("never"), "{forbidden}: {error}");
    }
}

const BIRTH_DATE: &str = "1937-06-05";

/// Every sealed field, each with a text that occurs nowhere else.
fn fill(w: &mut kangma_store::Writer<'_>) -> Result<(), StoreError> {
    let sealed = |n: u32| Sealed(format!("PRIVATE-{n:02}"));
    let some = |n| Some(sealed(n));
    let person = Person {
        name: some(1),
        document_type: some(2),
        document_number: some(3),
        phone: some(4),
        address: some(5),
        division: some(6),
        sex: some(7),
        nationality: some(8),
        employer: some(9),
        medical_history: some(10),
        birth_date: Some(Sealed(BIRTH_DATE.parse().unwrap())),
        district: Some("PUBLIC-district".to_owned()),
        ..Person::new(PersonId(1), PersonKind::AccountHolder, Time(0))
    };
    w.add_person(&person)?;
    w.add_evidence(NewEvidence::new(PersonId(1), Kind::Declaration, Time(0), "self"), Time(1))?;
    w.add_derived(NewEvidence::new(PersonId(1), Kind::Exposure, Time(0), "contact-tracing"), Time(1))?;
    w.add_note(EvidenceId(1), sealed(11))?;
    w.add_account(|id| Account {
        id,
        login: "zhou".to_owned(),
        name: sealed(12),
        password_hash: "$argon2id$invented".to_owned(),
        roles: Vec::new(),
        scope: AccountScope::Everywhere,
        created_at: Time(0),
        disabled_at: None,
        made_by: None,
        second_half: some(24),
    })?;
    w.put_one_time_code("PRIVATE-13", kangma_store::Digest::of(b"PRIVATE-14"), Time(0), Time(1))?;
    w.add_notice(|id| Notice {
        id,
        person: None,
        phone: some(15),
        kind: "one-time-code".to_owned(),
        values: serde_json::Value::Null,
        secret: some(16),
        created_at: Time(0),
        delivered_at: None,
        attempts: 0,
        try_at: Time(0),
    })?;
    w.add_appeal(|id| Appeal {
        id,
        person: PersonId(1),
        evidence: None,
        own_evidence: None,
        rule: "invented".to_owned(),
        owner: "office".to_owned(),
        district: None,
        made_at: Time(0),
        deadline: Time(1),
        state: AppealState::Open,
        text: sealed(17),
        outcome: None,
        answer: some(18),
        decided_by: None,
        decided_at: None,
    })?;
    w.add_correction(|id| Correction {
        id,
        person: PersonId(1),
        field: "phone".to_owned(),
        value: sealed(19),
        reason: some(20),
        proposed_by: "resident".to_owned(),
        proposed_at: Time(0),
        state: CorrectionState::Proposed,
        decided_by: None,
        decided_at: None,
    })?;
    w.add_act_record(|id| ActRecord {
        id,
        at: Time(0),
        actor: "officer:zhou".to_owned(),
        account: Some(AccountId(1)),
        act: "invented".to_owned(),
        target_kind: None,
        target: None,
        person: None,
        reason: some(21),
    })?;
    fill_from_interviews(w)
}

fn fill_from_interviews(w: &mut kangma_store::Writer<'_>) -> Result<(), StoreError> {
    let case = w.add_case(|id| Case {
        id,
        person: PersonId(1),
        district: None,
        status: CaseStatus::Suspected,
        state: CaseState::Open,
        onset: None,
        sampled: None,
        reported_at: Time(0),
        reported_by: AccountId(1),
        merged_into: None,
        evidence: None,
        version: 1,
    })?;
    w.add_interview_contact(|id| InterviewContact {
        id,
        case_id: case.id,
        person: PersonId(1),
        last_met: Time(0),
        degree: "close".to_owned(),
        added_by: AccountId(1),
        added_at: Time(0),
        evidence: None,
        withdrawn_at: None,
    })?;
    w.add_contact_call(|id| ContactCall {
        id,
        person: PersonId(1),
        at: Time(0),
        by: Some(AccountId(1)),
        remark: Some("PRIVATE-22".into()),
    })?;
    w.add_proposal(|id| Proposal {
        id,
        kind: ProposalKind::ManualOrder,
        person: PersonId(1),
        about: None,
        ground: "invented".to_owned(),
        level: None,
        place: None,
        until: None,
        check_ins: None,
        text: Some("PRIVATE-23".into()),
        heard_at: None,
        proposed_by: AccountId(1),
        proposed_at: Time(0),
        settled_by: None,
        settled_at: None,
        state: ProposalState::Proposed,
        evidence: None,
    })?;
    w.add_person(&Person::new(PersonId(2), PersonKind::Interviewed, Time(0)))?;
    w.add_household_link(|id| HouseholdLink {
        id,
        one: PersonId(1),
        other: PersonId(2),
        days: None,
        proposed_by: PersonId(1),
        phone: Some("PRIVATE-24".into()),
        proposed_at: Time(0),
        confirmed_by: None,
        confirmed_at: None,
        ended_by: None,
        ended_at: None,
    })?;
    Ok(())
}

/// Columns that hold bytes and of which no row has any: what the migrations know and [`fill`] forgot.
fn unfilled_sealed_columns(dir: &Path) -> Vec<String> {
    // What holds bytes without being sealed: hashes, public keys, numbers of codes, and what the server keeps opaque.
    let others = ["answer", "code", "device", "gate", "handed_in", "meta", "session"];
    let connection = rusqlite::Connection::open(database(dir)).unwrap();
    let columns = "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c \
                   WHERE t.type = 'table' AND c.type = 'BLOB'";
    let mut statement = connection.prepare(columns).unwrap();
    let columns: Vec<(String, String)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    assert!(columns.len() > 20, "the search finds the columns");
    let empty = |(table, column): &(String, String)| {
        let filled = format!("SELECT count(\"{column}\") FROM \"{table}\"");
        connection.query_row(&filled, [], |row| row.get::<_, i64>(0)).unwrap() == 0
    };
    let unfilled =
        columns.iter().filter(|column| !others.contains(&column.0.as_str())).filter(|column| empty(column));
    unfilled.map(|(table, column)| format!("{table}.{column}")).collect()
}

fn bytes_of_all_files(dir: &Path) -> Vec<u8> {
    fs::read_dir(dir).unwrap().flat_map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect()
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

#[test]
fn whoever_steals_the_files_reads_no_personal_data() {
    let (dir, keys) = made();
    let store = open(dir.path(), &keys).unwrap();
    store.write_blocking(fill).unwrap();
    assert_eq!(unfilled_sealed_columns(dir.path()), [""; 0], "a sealed field that this test does not write");
    let running = bytes_of_all_files(dir.path());
    drop(store);
    let closed = bytes_of_all_files(dir.path());
    for bytes in [running, closed] {
        assert!(holds(&bytes, b"PUBLIC-district"), "the search finds what stands in the clear");
        assert!(!holds(&bytes, b"PRIVATE"), "a sealed field stands in the clear");
        assert!(!holds(&bytes, BIRTH_DATE.as_bytes()), "the birth date stands in the clear");
        for n in 1..=24 {
            let plain_hash = kangma_store::Digest::of(format!("PRIVATE-{n:02}").as_bytes());
            assert!(!holds(&bytes, &plain_hash.0), "an unkeyed hash of field {n}");
        }
    }
}

#[test]
fn a_field_moved_to_another_person_does_not_open() {
    let (dir, keys) = made();
    let named = |id, name: &str| Person {
        name: Some(name.into()),
        ..Person::new(PersonId(id), PersonKind::AccountHolder, Time(0))
    };
    let (one, two) = (named(1, "One"), named(2, "Two"));
    let store = open(dir.path(), &keys).unwrap();
    store.write_blocking(move |w| [one, two].iter().try_for_each(|person| w.add_person(person))).unwrap();
    drop(store);
    let connection = rusqlite::Connection::open(database(dir.path())).unwrap();
    let swap = "UPDATE person SET name = (SELECT name FROM person WHERE id = 1) WHERE id = 2";
    connection.execute(swap, []).unwrap();
    drop(connection);
    let store = open(dir.path(), &keys).unwrap();
    let error = store.read_blocking(|r| r.person(PersonId(2))).unwrap_err();
    assert_eq!(error, StoreError::Sealed("person.name".to_owned()));
    assert!(!error.to_string().contains("One"));
}
