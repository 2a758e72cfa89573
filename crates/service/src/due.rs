//! What time alone brings about: standings that change by themselves, deadlines that pass, notices that wait.
//!
//! Nobody's verdict depends on this having run: every read decides anew. It exists to tell people, and to keep lists
//! and counts close to the truth.

use crate::{
    Actor, Refused, Service,
    act::{Act, Target},
    answers::REMEMBERED,
    notices,
    ports::Message,
    presence,
};
use kangma_core::{EvidenceId, PersonId, Span, Time, Verdict, policy::Due};
use kangma_store::{Notice, NoticeId};

/// How many standings one act decides anew.
const BATCH: usize = 500;
/// How many rows one step of retention drops.
const ROWS: usize = 20_000;
const DAY: Span = Span::from_24_hours(1);
/// From this hour on people are reminded: nobody is woken at midnight.
const MORNING: Span = Span::from_hours(8);
/// How many notices one round delivers.
const NOTICES: usize = 200;
/// The longest pause between two tries of a notice.
const LONGEST_PAUSE: Span = Span::from_hours(1);

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    /// Standings decided anew.
    pub settled: usize,
    /// Appeals whose deadline passed.
    pub appeals: usize,
    /// Declarations whose audit came out.
    pub audited: usize,
    /// Cases, areas and sites that reached somebody else than before.
    pub traced: usize,
    /// Notices delivered.
    pub delivered: usize,
}

impl Service {
    /// Does what is due now, in bounded steps: a server calls it every second or so.
    ///
    /// # Errors
    /// The store failed.
    pub async fn do_what_is_due(&self) -> Result<Round, Refused> {
        Ok(Round {
            settled: self.settle_due().await?,
            appeals: self.miss_appeals().await?,
            audited: self.audit_waiting().await?,
            traced: self.retrace_step().await?,
            delivered: self.deliver_notices().await?,
        })
    }

    async fn settle_due(&self) -> Result<usize, Refused> {
        let now = self.now();
        let due = self.look(move |reader| Ok(reader.standings_due(now, BATCH)?)).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let count = due.len();
        self.act(&Actor::System, move |act| {
            due.into_iter().try_for_each(|person| turn(act, person))?;
            Ok(count)
        })
        .await
    }

    /// Drops what is kept no longer: visits after [`presence::VISIT_DAYS`] days, ended sessions, and what codes and answers
    /// were kept for. In bounded steps; how many rows went.
    ///
    /// # Errors
    /// The store failed.
    pub async fn drop_what_is_old(&self) -> Result<usize, Refused> {
        let now = self.now();
        let first = presence::first_day(self.rules().policy(now).zone.day(now));
        self.drop_old_presences(first).await;
        self.act(&Actor::System, move |act| {
            let (now, mut dropped) = (act.now, 0);
            if act.writer.visit_days()?.is_some_and(|(oldest, _)| oldest < first) {
                dropped += act.writer.drop_visits(first, ROWS)?;
            }
            dropped += act.writer.drop_ended_sessions(now)?;
            dropped += act.writer.drop_ended_codes(now - DAY)?;
            dropped += act.writer.drop_answers(now - REMEMBERED)?;
            Ok(dropped)
        })
        .await
    }

    /// Hands waiting notices to the messenger. One that is not taken waits longer each time.
    ///
    /// # Errors
    /// The store failed.
    pub async fn deliver_notices(&self) -> Result<usize, Refused> {
        if !self.notifier.delivers() {
            return Ok(0);
        }
        let now = self.now();
        let due = self
            .look(move |reader| {
                let due = reader.notices_due(now, NOTICES)?;
                due.into_iter()
                    .map(|notice| Ok((recipient(reader, &notice)?, notice)))
                    .collect::<Result<Vec<_>, Refused>>()
            })
            .await?;
        let mut delivered = 0;
        for (recipient, notice) in due {
            delivered += usize::from(self.deliver_one(recipient, &notice, now).await?);
        }
        Ok(delivered)
    }

    async fn deliver_one(
        &self,
        recipient: Option<Recipient>,
        notice: &Notice,
        now: Time,
    ) -> Result<bool, Refused> {
        let id = notice.id;
        let Some(recipient) = recipient else { return self.mark_delivered(id).await.map(|()| false) };
        let text = recipient.reads(notice);
        let message = Message { to: recipient.phone, text };
        let notifier = std::sync::Arc::clone(&self.notifier);
        let taken = tokio::task::spawn_blocking(move || notifier.deliver(&message)).await;
        if matches!(taken, Ok(Ok(()))) {
            return self.mark_delivered(id).await.map(|()| true);
        }
        let pause = Span::from_seconds(30_i64.saturating_mul(1 << notice.attempts.min(7))).min(LONGEST_PAUSE);
        tracing::warn!(notice = %id, "a notice was not taken by the messenger");
        self.act(&Actor::System, move |act| Ok(act.writer.notice_failed(id, now + pause)?)).await?;
        Ok(false)
    }

    async fn mark_delivered(&self, id: NoticeId) -> Result<(), Refused> {
        self.act(&Actor::System, move |act| {
            let now = act.now;
            Ok(act.writer.notice_delivered(id, now)?)
        })
        .await
    }

    /// The newest notices in plain text: a demonstration's readable outbox.
    ///
    /// # Errors
    /// [`Refused::NotFound`] outside a demonstration; the store failed.
    pub async fn readable_outbox(&self, most: usize) -> Result<Vec<(Time, String, String)>, Refused> {
        if !self.demonstration {
            return Err(Refused::NotFound);
        }
        self.look(move |reader| {
            let mut lines = Vec::new();
            for notice in reader.notices(most)? {
                if let Some(recipient) = recipient(reader, &notice)? {
                    let text = recipient.reads(&notice);
                    lines.push((notice.created_at, recipient.phone, text));
                }
            }
            Ok(lines)
        })
        .await
    }
}

/// Decides one person anew after a time at which something may have changed by itself: reminds of a missed check-in, and
/// writes down the ending of a reason whose officer let the deadline after its ceiling pass.
fn turn(act: &mut Act<'_, '_>, person: PersonId) -> Result<(), Refused> {
    act.touch(person);
    let Some(kept) = act.writer.standing(person)? else { return Ok(()) };
    let evidence = act.writer.evidence_of(person)?;
    let (now, before) = (act.now, act.rules.decide(&evidence, kept.decided_at));
    let lapsed: Vec<EvidenceId> = before
        .reasons
        .iter()
        .filter(|reason| {
            reason.ceiling.as_ref().is_some_and(|it| it.escalates_to.is_none() && it.deadline <= now)
        })
        .filter_map(|reason| reason.trigger)
        .collect();
    for trigger in lapsed {
        act.end(person, trigger)?;
        act.log("end-at-ceiling", Target::person(person))?;
    }
    if late(act, &act.verdict(person)?) > late(act, &before) {
        let zone = &act.rules.policy(now).zone;
        let morning = zone.midnight(zone.day(now)) + MORNING;
        act.notify_at(person, "check-in-missed", serde_json::json!({}), morning.max(now))?;
    }
    Ok(())
}

/// Since when yesterday's check-in is missing, while it may still be made up.
fn late(act: &Act<'_, '_>, verdict: &Verdict) -> Option<Time> {
    let duties = &act.rules.policy(act.now).duties;
    let daily = |id: &str| duties.iter().any(|duty| *duty.id == *id && duty.due == Due::CheckIn);
    let overdue = verdict.duties.iter().filter(|duty| duty.overdue && daily(&duty.duty));
    overdue.filter_map(|duty| duty.due).max()
}

/// Who reads a notice, in which language: the person, or somebody who looks after them.
struct Recipient {
    phone: String,
    language: String,
    /// It is about themselves.
    own: bool,
}

impl Recipient {
    fn reads(&self, notice: &Notice) -> String {
        notices::text(notice, &self.language, self.own)
    }
}

fn recipient(reader: &kangma_store::Reader<'_>, notice: &Notice) -> Result<Option<Recipient>, Refused> {
    let language = |known: Option<String>| known.unwrap_or_else(|| notices::DEFAULT_LANGUAGE.to_owned());
    if let Some(phone) = &notice.phone {
        let known = notice.values.get("language").and_then(serde_json::Value::as_str);
        let language = language(known.map(ToOwned::to_owned));
        return Ok(Some(Recipient { phone: phone.0.clone(), language, own: true }));
    }
    let Some(id) = notice.person else { return Ok(None) };
    let guardian: Option<PersonId> = notice
        .values
        .get(notices::GUARDIAN)
        .and_then(|guardian| serde_json::from_value(guardian.clone()).ok());
    if let Some(guardian) = guardian
        && !reader.guardians_of(id)?.contains(&guardian)
    {
        return Ok(None);
    }
    let Some(person) = reader.person(guardian.unwrap_or(id))? else { return Ok(None) };
    let language = language(person.language);
    Ok(person.phone.map(|phone| Recipient { phone: phone.0, language, own: guardian.is_none() }))
}
