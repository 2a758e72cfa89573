//! Why, why not, and compared with whom: the same evaluation as the verdict, for officers whole and for residents
//! without what gives a case away. Yesterday's verdict can be asked for as it was known yesterday.

use crate::{Actor, Refused, Service, access::Right, act::Act, rules::CityRules};
use kangma_core::{
    Evidence, PersonId, Span, Standing, Time, Verdict, Zone,
    compare::{ResidentComparison, compare},
    decide,
    explain::{Explanation, ResidentExplanation, explain},
    policy::Policy,
    why_not::{ResidentWhyNot, WhyNot, why_not},
};
use kangma_store::{ActRecord, Look, LookId, RecordId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How far ahead a verdict is looked up.
const FURTHEST: Span = Span::from_24_hours(366);

/// The two times of a question: as known when, as effective when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AsOf {
    /// What was recorded until then counts; now when absent.
    pub known_at: Option<Time>,
    /// The verdict of then; now when absent.
    pub effective_at: Option<Time>,
}

impl AsOf {
    /// What a resident may ask of days gone by: how each of them ended. The instant at which a reason came about would
    /// tell where, and by whom.
    fn by_days(self, zone: &Zone, now: Time) -> Self {
        let ended = |at: Time| if at < now { zone.midnight(zone.day(at).plus(1)).min(now) } else { at };
        Self { effective_at: self.effective_at.map(ended), ..self }
    }

    /// Both times. Nobody plans further ahead, and a verdict of a far future would only keep everybody waiting.
    fn at(self, now: Time) -> Result<(Time, Time), Refused> {
        let (known_at, effective_at) = (self.known_at.unwrap_or(now), self.effective_at.unwrap_or(now));
        match known_at.max(effective_at) <= now + FURTHEST {
            true => Ok((known_at, effective_at)),
            false => Err(Refused::field("effective-at", "too-far-ahead")),
        }
    }
}

/// A person's evidence, whole, with the verdict: what an officer's page shows as a timeline.
#[derive(Debug, Clone)]
pub struct File {
    /// Every item, in the order of recording, withdrawn ones among them.
    pub evidence: Vec<Evidence>,
    /// The verdict with what it rests on.
    pub explanation: Explanation,
    /// The policy that was in force.
    pub policy: Arc<Policy>,
}

impl Service {
    /// A person's verdict as it stands.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; [`Refused::NotFound`].
    pub async fn verdict(&self, actor: &Actor, person: PersonId) -> Result<Verdict, Refused> {
        self.ask(actor, person, "verdict", Right::HelpPerson, AsOf::default(), |asked| {
            decide(
                &asked.rules.history,
                &asked.evidence,
                &asked.rules.sources,
                asked.known_at,
                asked.effective_at,
            )
        })
        .await
    }

    /// Why, as the person it is about may read it.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; [`Refused::NotFound`].
    pub async fn explain(
        &self,
        actor: &Actor,
        person: PersonId,
        as_of: AsOf,
    ) -> Result<ResidentExplanation, Refused> {
        self.ask(actor, person, "reasons", Right::HelpPerson, as_of, |asked| asked.explain().for_resident())
            .await
    }

    /// Why, with every item and threshold.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] for residents too; [`Refused::NotFound`].
    pub async fn file(&self, actor: &Actor, person: PersonId, as_of: AsOf) -> Result<File, Refused> {
        actor.officer()?;
        self.ask(actor, person, "evidence", Right::SeeEvidence, as_of, |asked| {
            let explanation = asked.explain();
            let policy = Arc::clone(asked.rules.history.in_force(asked.known_at, asked.effective_at));
            File { evidence: asked.evidence, explanation, policy }
        })
        .await
    }

    /// Why a standing did not come about, as the person may read it: rules, days and sources.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; [`Refused::NotFound`].
    pub async fn why_not(
        &self,
        actor: &Actor,
        person: PersonId,
        standing: Standing,
        as_of: AsOf,
    ) -> Result<ResidentWhyNot, Refused> {
        self.ask(actor, person, "why-not", Right::HelpPerson, as_of, move |asked| {
            asked.why_not(standing).for_resident()
        })
        .await
    }

    /// The same with the threshold that failed, and by how much.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] for residents too; [`Refused::NotFound`].
    pub async fn why_not_whole(
        &self,
        actor: &Actor,
        person: PersonId,
        standing: Standing,
        as_of: AsOf,
    ) -> Result<WhyNot, Refused> {
        actor.officer()?;
        self.ask(actor, person, "why-not", Right::SeeEvidence, as_of, move |asked| asked.why_not(standing))
            .await
    }

    /// A person beside somebody they live with, who agreed by confirming the link. Ending the link ends this at once.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] without a confirmed link between the two.
    pub async fn compare(
        &self,
        actor: &Actor,
        person: PersonId,
        other: PersonId,
    ) -> Result<ResidentComparison, Refused> {
        self.act(actor, move |act| {
            act.may_act_for(person, Right::SeeEvidence)?;
            let links = act.writer.household_links_of(person)?;
            let agreed = links.iter().any(|link| {
                link.confirmed_at.is_some()
                    && link.ended_at.is_none()
                    && [link.one, link.other].contains(&other)
            });
            let looks_after = act.may_act_for(other, Right::SeeEvidence).is_ok();
            if !agreed && !looks_after {
                return Err(Refused::NotAllowed);
            }
            act.look(person, "comparison")?;
            act.look(other, "comparison")?;
            let (own, others) = (act.writer.evidence_of(person)?, act.writer.evidence_of(other)?);
            let rules = &act.rules;
            Ok(compare(&rules.history, [&own, &others], &rules.sources, act.now, act.now).for_resident())
        })
        .await
    }

    /// Who looked at a person's data, newest first, before the look given.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed.
    pub async fn looks(
        &self,
        actor: &Actor,
        person: PersonId,
        before: Option<LookId>,
        most: usize,
    ) -> Result<Vec<Look>, Refused> {
        self.act(actor, move |act| {
            act.may_act_for(person, Right::SeeEvidence)?;
            act.look(person, "looks")?;
            Ok(act.writer.looks_at(person, before, most)?)
        })
        .await
    }

    /// What was done about a person, newest first, before the record given.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed.
    pub async fn acts_about(
        &self,
        actor: &Actor,
        person: PersonId,
        before: Option<RecordId>,
        most: usize,
    ) -> Result<Vec<ActRecord>, Refused> {
        self.act(actor, move |act| {
            act.may_act_for(person, Right::SeeEvidence)?;
            act.look(person, "acts")?;
            Ok(act.writer.act_records_about(person, before, most)?)
        })
        .await
    }

    /// How many people show what, in an officer's district. Figures below the policy's privacy floor are left out.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed.
    pub async fn standing_counts(&self, actor: &Actor) -> Result<Vec<(Standing, Option<u64>)>, Refused> {
        let district = crate::access::district_of(actor, Right::SeeEvidence)?;
        let floor = u64::from(self.rules().policy(self.now()).privacy_floor);
        self.look(move |reader| {
            let counts = match &district {
                Some(district) => reader.standing_counts_in(district)?,
                None => reader.standing_counts()?,
            };
            let of =
                |standing| counts.iter().find(|(counted, _)| *counted == standing).map_or(0, |(_, n)| *n);
            let shown = |n: u64| (n == 0 || n >= floor).then_some(n);
            Ok(Standing::ALL.iter().map(|&standing| (standing, shown(of(standing)))).collect())
        })
        .await
    }

    /// Asks about one person and leaves the record of the look with the answer.
    async fn ask<T: Send + 'static>(
        &self,
        actor: &Actor,
        person: PersonId,
        part: &'static str,
        right: Right,
        as_of: AsOf,
        answer: impl FnOnce(Asked) -> T + Send + 'static,
    ) -> Result<T, Refused> {
        // One's own look leaves no record, and so needs no write.
        if *actor == Actor::Resident(person) {
            let (rules, now) = (self.rules(), self.now());
            return self
                .look(move |reader| {
                    // What was just recorded may be stamped a little ahead of the clock.
                    let now = now.max(reader.known_at()?);
                    let as_of = as_of.by_days(&rules.policy(now).zone, now);
                    let (known_at, effective_at) = as_of.at(now)?;
                    let evidence = reader.evidence_of(person)?;
                    Ok(answer(Asked { rules, evidence, known_at, effective_at }))
                })
                .await;
        }
        self.act(actor, move |act| {
            act.may_act_for(person, right)?;
            act.look(person, part)?;
            Asked::of(act, person, as_of).map(answer)
        })
        .await
    }
}

/// What a question about one person needs.
struct Asked {
    rules: Arc<CityRules>,
    evidence: Vec<Evidence>,
    known_at: Time,
    effective_at: Time,
}

impl Asked {
    fn of(act: &Act<'_, '_>, person: PersonId, as_of: AsOf) -> Result<Self, Refused> {
        let as_of = match act.actor {
            Actor::Resident(_) => as_of.by_days(&act.rules.policy(act.now).zone, act.now),
            _ => as_of,
        };
        let (known_at, effective_at) = as_of.at(act.now)?;
        let evidence = act.writer.evidence_of(person)?;
        Ok(Self { rules: Arc::clone(&act.rules), evidence, known_at, effective_at })
    }

    fn explain(&self) -> Explanation {
        explain(&self.rules.history, &self.evidence, &self.rules.sources, self.known_at, self.effective_at)
    }

    fn why_not(&self, standing: Standing) -> WhyNot {
        let rules = &self.rules;
        why_not(&rules.history, &self.evidence, &rules.sources, self.known_at, self.effective_at, standing)
    }
}
