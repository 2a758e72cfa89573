//! What gates need to check without network: the issuer's public keys, and the signed list of what holds for every code.

use crate::{Actor, Refused, Service, access::Right};
use kangma_core::{Span, Standing};
use kangma_credential::{Bits, PublishedKey, Status, StatusList, StatusListToken};

/// How long a list holds, and after how long a gate fetches the next.
const HOLDS: Span = Span::from_hours(6);
const FETCHED_EVERY: Span = Span::from_minutes(5);
const PAGE: usize = 10_000;

impl Service {
    /// The public keys of the issuer. They are no secret.
    #[must_use]
    pub fn issuer_keys(&self) -> Vec<PublishedKey> {
        self.ring.published().collect()
    }

    /// The signed status list, for enrolled gates and those who check. `uri` is where it is published.
    ///
    /// # Errors
    /// [`Refused::NoSigningKey`]; [`Refused::NotAllowed`].
    pub async fn status_list(&self, actor: &Actor, uri: String) -> Result<Vec<u8>, Refused> {
        match actor {
            Actor::Gate { .. } => {}
            Actor::Officer(officer) if officer.has(Right::Check) => {}
            _ => return Err(Refused::NotAllowed),
        }
        let now = self.now();
        let signer = self.keys.signer(now).ok_or(Refused::NoSigningKey)?;
        let (known_at, list) = self
            .look(move |reader| {
                let mut entries = Vec::new();
                loop {
                    let after = entries.last().map(|entry: &kangma_store::StatusEntry| entry.index);
                    let page = reader.status_entries(now, after, PAGE)?;
                    let whole = page.len() < PAGE;
                    entries.extend(page);
                    if whole {
                        break;
                    }
                }
                Ok((now, list(&entries)))
            })
            .await?;
        let token = StatusListToken {
            uri,
            issued: known_at,
            expires: Some(known_at + HOLDS),
            keep: Some(FETCHED_EVERY),
            list,
        };
        token.sign(&signer.key).map_err(|_| Refused::NoSigningKey)
    }
}

/// A place that no code takes says that it cannot be told.
fn list(entries: &[kangma_store::StatusEntry]) -> StatusList {
    let places = entries.last().map_or(0, |entry| entry.index.0 + 1);
    let mut list = StatusList::new(Bits::Four, places);
    let unknown = Status::from(Standing::Unknown).value();
    for place in 0..places {
        list.set(kangma_credential::StatusIndex(place), unknown);
    }
    for entry in entries {
        let standing = entry.standing.unwrap_or(Standing::Unknown);
        let status = if entry.revoked { Status::Revoked } else { Status::from(standing) };
        list.set(kangma_credential::StatusIndex(entry.index.0), status.value());
    }
    list
}
