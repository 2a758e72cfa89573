//! The outbox, jobs, records, answers, settings, counts.

use crate::support::{account, with_persons};
use kangma_core::{PersonId, Time};
use kangma_store::{
    AccountId, ActRecord, Answer, Digest, Job, JobState, Look, LookId, Notice, NoticeId, RecordId, StoreError,
};
use serde_json::json;

fn notice(to: Option<u64>, try_at: i64) -> impl FnOnce(NoticeId) -> Notice {
    move |id| Notice {
        id,
        person: to.map(PersonId),
        phone: Some("100".into()),
        kind: "one-time-code".to_owned(),
        values: json!({"until": "2020-03-01"}),
        secret: Some("123456".into()),
        created_at: Time(1),
        delivered_at: None,
        attempts: 0,
        try_at: Time(try_at),
    }
}

#[test]
fn notices_fall_due_in_order_and_forget_their_secret_when_delivered() {
    let fresh = with_persons(1);
    let (late, soon) =
        fresh.write(|w| Ok((w.add_notice(notice(Some(1), 20))?, w.add_notice(notice(None, 10))?)));
    assert_eq!(fresh.read(|r| r.notices_due(Time(19), 9)), [soon.clone()]);
    assert_eq!(fresh.read(|r| r.notices_due(Time(20), 9)), [soon.clone(), late.clone()]);
    let (late_id, soon_id) = (late.id, soon.id);
    fresh.write(move |w| w.notice_failed(soon_id, Time(50)));
    fresh.write(move |w| w.notice_delivered(late_id, Time(21)));
    assert_eq!(fresh.read(|r| r.notices_due(Time(49), 9)), []);
    let failed = Notice { attempts: 1, try_at: Time(50), ..soon };
    let delivered = Notice { secret: None, delivered_at: Some(Time(21)), ..late };
    assert_eq!(fresh.read(|r| r.notices(9)), [failed.clone(), delivered.clone()]);
    assert_eq!(fresh.read(|r| r.notices_to(PersonId(1), 9)), [delivered]);
    assert_eq!(fresh.read(|r| r.notice(failed.id)), Some(failed));
}

fn job(total: u64) -> impl FnOnce(kangma_store::JobId) -> Job {
    move |id| Job {
        id,
        kind: "import".to_owned(),
        input: json!({"rows": [1, 2, 3]}),
        watermark: 0,
        done: 0,
        total,
        state: JobState::Open,
        error: None,
        created_at: Time(1),
        ended_at: None,
    }
}

#[test]
fn a_job_moves_on_from_where_it_stands_and_a_batch_is_not_done_twice() {
    let fresh = with_persons(0);
    let id = fresh.write(|w| w.add_job(job(10))).id;
    assert!(fresh.write(move |w| w.extend_job(id, &json!({"rows": [1, 2, 3, 4]}))));
    assert!(fresh.write(move |w| w.advance_job(id, 0, 4, 4, 6)));
    assert!(!fresh.write(move |w| w.advance_job(id, 0, 4, 4, 6)), "somebody else did this batch");
    assert!(matches!(fresh.refused(move |w| w.advance_job(id, 4, 3, 1, 5)), StoreError::Refused(_)));
    assert!(fresh.write(move |w| w.advance_job(id, 4, 10, 6, 0)));
    assert_eq!(fresh.read(|r| r.jobs_open()).len(), 1);
    assert!(fresh.write(move |w| w.end_job(id, Time(9), None)));
    assert!(!fresh.write(move |w| w.end_job(id, Time(10), Some("too late"))));
    assert!(!fresh.write(move |w| w.advance_job(id, 10, 11, 1, 0)), "an ended job moves no more");
    assert!(!fresh.write(move |w| w.extend_job(id, &json!({}))), "nor is it given more");
    let ended = fresh.read(|r| r.job(id)).unwrap();
    assert_eq!(ended.input, json!({"rows": [1, 2, 3, 4]}));
    assert_eq!((ended.watermark, ended.done, ended.state, ended.error), (10, 10, JobState::Done, None));
    assert_eq!(fresh.read(|r| r.jobs_open()), []);
    assert_eq!(fresh.read(|r| r.jobs(9)).len(), 1);
}

#[test]
fn a_job_that_turns_out_larger_or_smaller_says_so() {
    let fresh = with_persons(0);
    let id = fresh.write(|w| w.add_job(job(3))).id;
    assert!(fresh.write(move |w| w.advance_job(id, 0, 4, 4, 8)));
    let stands = || fresh.read(|r| r.job(id)).map(|job| (job.done, job.total)).unwrap();
    assert_eq!(stands(), (4, 12));
    assert!(fresh.write(move |w| w.advance_job(id, 4, 9, 1, 2)));
    assert_eq!(stands(), (5, 7));
}

#[test]
fn a_failed_job_says_why() {
    let fresh = with_persons(0);
    let id = fresh.write(|w| w.add_job(job(10))).id;
    assert!(fresh.write(move |w| w.end_job(id, Time(9), Some("no such file"))));
    let failed = fresh.read(|r| r.job(id)).unwrap();
    assert_eq!((failed.state, failed.error.as_deref()), (JobState::Failed, Some("no such file")));
}

#[test]
fn acts_and_looks_are_listed_newest_first_and_by_the_person_they_touched() {
    let fresh = with_persons(2);
    let (acts, looks) = fresh.write(|w| {
        w.add_account(account("zhou"))?;
        let act = |person: Option<u64>| {
            move |id| ActRecord {
                id,
                at: Time(1),
                actor: "officer:zhou".to_owned(),
                account: Some(AccountId(1)),
                act: "report-case".to_owned(),
                target_kind: Some("case".to_owned()),
                target: Some("1".to_owned()),
                person: person.map(PersonId),
                reason: Some("as the laboratory reported".into()),
            }
        };
        let look = |person| {
            move |id| Look {
                id,
                person: PersonId(person),
                at: Time(2),
                actor: "officer:zhou".to_owned(),
                account: Some(AccountId(1)),
                gate: None,
                part: "evidence".to_owned(),
            }
        };
        let acts = [Some(1), None, Some(2), Some(1)].map(|person| w.add_act_record(act(person)).unwrap());
        let looks = [1, 2, 1].map(|person| w.add_look(look(person)).unwrap());
        Ok((acts, looks))
    });
    let [one, two, three, four] = acts;
    assert_eq!(fresh.read(|r| r.act_records(None, 2)), [four.clone(), three.clone()]);
    assert_eq!(fresh.read(|r| r.act_records(Some(RecordId(3)), 9)), [two, one.clone()]);
    assert_eq!(fresh.read(|r| r.act_records_about(PersonId(1), None, 9)), [four, one.clone()]);
    assert_eq!(fresh.read(|r| r.act_records_about(PersonId(1), Some(RecordId(4)), 9)), [one]);
    let [first, _, last] = looks;
    assert_eq!(fresh.read(|r| r.looks_at(PersonId(1), None, 9)), [last, first.clone()]);
    assert_eq!(fresh.read(|r| r.looks_at(PersonId(1), Some(LookId(3)), 9)), [first]);
}

#[test]
fn the_answer_to_a_key_is_kept_once_and_forgotten_in_time() {
    let fresh = with_persons(0);
    let answer = Answer {
        key: Digest::of(b"resident:1 key"),
        request: Digest::of(b"{}"),
        status: 201,
        body: b"{\"id\":1}".to_vec(),
        answered_at: Time(10),
    };
    let (once, twice) = (answer.clone(), answer.clone());
    fresh.write(move |w| w.add_answer(&once));
    assert!(matches!(fresh.refused(move |w| w.add_answer(&twice)), StoreError::Duplicate(_)));
    assert_eq!(fresh.read(|r| r.answer(answer.key)), Some(answer.clone()));
    let later = Answer { body: Vec::new(), ..answer.clone() };
    let put = later.clone();
    fresh.write(move |w| w.put_answer(&put));
    assert_eq!(fresh.read(|r| r.answer(answer.key)), Some(later));
    assert_eq!(fresh.write(|w| w.drop_answers(Time(10))), 0);
    assert_eq!(fresh.write(|w| w.drop_answers(Time(11))), 1);
    assert_eq!(fresh.read(|r| r.answer(answer.key)), None);
}

#[test]
fn settings_outlive_the_process_and_tables_are_counted() {
    let fresh = with_persons(3);
    fresh.write(|w| {
        w.put_setting("demo", "no")?;
        w.put_setting("demo", "yes")
    });
    let fresh = fresh.reopened();
    assert_eq!(fresh.read(|r| r.setting("demo")).as_deref(), Some("yes"));
    assert_eq!(fresh.read(|r| r.setting("other")), None);
    let counts = fresh.read(|r| r.table_counts());
    let of = |table: &str| counts.iter().find(|(name, _)| name == table).unwrap().1;
    assert_eq!((of("person"), of("setting"), of("evidence")), (3, 1, 0));
    assert!(fresh.read(|r| r.integrity()).is_empty());
}
