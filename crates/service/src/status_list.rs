//! What gates need to check without network: the issuer's public keys, and the signed list of what holds for every code.

use crate::{Actor, Refused, Service, access::Right, check_at_gate::open_point, rules::CityRules};
use kangma_core::{
    Span, Standing, Time,
    gate::AtGate,
    policy::{Outcome, Policy},
};
use kangma_credential::{Bits, PublishedKey, Status, StatusIndex, StatusList, StatusListToken};
use kangma_store::{Reader, StatusEntry};

/// How long a list holds at most, and after how long a gate fetches the next.
const HOLDS: Span = Span::from_hours(6);
const FETCHED_EVERY: Span = Span::from_minutes(5);
/// A city has thousands of gates and one list: it is made anew no sooner than this.
const MADE_EVERY: Span = Span::from_seconds(10);
const PAGE: usize = 10_000;

/// The list as it was last made, and when.
pub(crate) type Made = tokio::sync::Mutex<Option<(Time, Vec<u8>)>>;

impl Service {
    /// The public keys of the issuer. They are no secret.
    #[must_use]
    pub fn issuer_keys(&self) -> Vec<PublishedKey> {
        self.ring.published().collect()
    }

    /// The signed status list, for enrolled gates and those who check. `uri` is where it is published.
    ///
    /// # Errors
    /// [`Refused::NoSigningKey`]; [`Refused::PointNotOpen`] at the gate of a closed point; [`Refused::NotAllowed`].
    pub async fn status_list(&self, actor: &Actor, uri: String) -> Result<Vec<u8>, Refused> {
        match actor {
            Actor::Gate { point, .. } => {
                let (gate, point) = (actor.clone(), *point);
                self.look(move |reader| open_point(reader, &gate, point)).await?;
            }
            Actor::Officer(officer) if officer.has(Right::Check) => {}
            _ => return Err(Refused::NotAllowed),
        }
        let mut made = self.listed.lock().await;
        let now = self.now();
        if let Some((_, list)) = made.as_ref().filter(|(at, _)| now < *at + MADE_EVERY) {
            return Ok(list.clone());
        }
        let list = self.make_list(uri, now).await?;
        *made = Some((now, list.clone()));
        Ok(list)
    }

    async fn make_list(&self, uri: String, now: Time) -> Result<Vec<u8>, Refused> {
        let signer = self.keys.signer(now).ok_or(Refused::NoSigningKey)?;
        let rules = self.rules();
        // What a source said is not known any longer than the policy lets it be.
        let holds_until = rules.fresh_until(now).map_or(now + HOLDS, |stale| stale.min(now + HOLDS));
        let list = self.look(move |reader| list(reader, &rules, now)).await?;
        let token =
            StatusListToken { uri, issued: now, expires: Some(holds_until), keep: Some(FETCHED_EVERY), list };
        token.sign(&signer.key).map_err(|_| Refused::NoSigningKey)
    }
}

/// A place that no code takes says that it cannot be told.
fn list(reader: &Reader<'_>, rules: &CityRules, now: Time) -> Result<StatusList, Refused> {
    let alike = Alike::under(rules.policy(now));
    let mut statuses = Vec::new();
    let mut after = None;
    loop {
        let page = reader.status_entries(now, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.index);
        for entry in page {
            let status = match status(reader, rules, &entry, now)? {
                Status::Standing(standing) if entry.paper => Status::Standing(alike.first(standing)),
                status => status,
            };
            statuses.push((StatusIndex(entry.index.0), status.value()));
        }
    }
    let places = statuses.last().map_or(0, |(index, _)| index.0 + 1);
    let mut list = StatusList::new(Bits::Four, places);
    let unknown = Status::from(Standing::Unknown).value();
    for place in 0..places {
        list.set(StatusIndex(place), unknown);
    }
    for (index, value) in statuses {
        list.set(index, value);
    }
    Ok(list)
}

/// Which standings the policy's gates treat alike. A paper code keeps its place for months: the list tells of it what a gate
/// does and no more, so that whoever once saw the code cannot follow its holder from colour to colour.
struct Alike(Vec<(Standing, Vec<Outcome>)>);

impl Alike {
    /// The one that stands for others comes first. Green stands for nothing else.
    const ORDER: [Standing; 7] = [
        Standing::Green,
        Standing::Unknown,
        Standing::Yellow,
        Standing::Red,
        Standing::UnderReview,
        Standing::Expired,
        Standing::Undeclared,
    ];

    fn under(policy: &Policy) -> Self {
        let outcomes = |standing| {
            let same = policy.gate.every_approach().filter(|approach| approach.standing == standing);
            let at = same.map(|approach| AtGate {
                kind: approach.kind,
                direction: approach.direction,
                purpose: approach.purpose,
                place: approach.place,
                temperature: None,
            });
            (standing, at.map(|at| policy.gate_standing(standing, &at).outcome).collect())
        };
        Self(Self::ORDER.map(outcomes).to_vec())
    }

    fn first(&self, standing: Standing) -> Standing {
        let own = self.0.iter().find(|(of, _)| *of == standing).map(|(_, outcomes)| outcomes);
        let mut others =
            self.0.iter().filter(|(of, _)| *of != Standing::Green || standing == Standing::Green);
        others.find(|(_, outcomes)| Some(outcomes) == own).map_or(standing, |(first, _)| *first)
    }
}

/// What holds at a place. A kept standing that time may have changed is decided anew: a gate without network has nobody
/// to ask.
fn status(reader: &Reader<'_>, rules: &CityRules, entry: &StatusEntry, now: Time) -> Result<Status, Refused> {
    if entry.revoked {
        return Ok(Status::Revoked);
    }
    let kept = entry.standing.filter(|_| entry.next_change.is_none_or(|change| now < change));
    Ok(Status::from(match kept {
        Some(standing) => standing,
        None => rules.decide(&reader.evidence_of(entry.person)?, now).standing,
    }))
}
