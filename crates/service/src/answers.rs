//! Requests that carry a key of their own: asked again, the same is answered and nothing is done twice.
//!
//! The act itself marks the key as used, in its own commit: wherever the server is killed, the key knows whether what was
//! asked is done. The answer follows; where it is lost, asking again says that it was done before.

use crate::{Actor, Refused, Service, act::Act};
use kangma_core::Span;
use kangma_store::{Answer, Digest};

/// How long an answer is remembered.
pub(crate) const REMEMBERED: Span = Span::from_24_hours(2);

tokio::task_local! {
    static UNDER: RequestKey;
}

/// The key of a request.
#[derive(Debug, Clone, Copy)]
pub struct RequestKey {
    /// The digest of the key and of who gave it.
    pub key: Digest,
    /// The digest of what was asked.
    pub request: Digest,
}

impl RequestKey {
    /// Carries a request out under this key. Every act on record that it makes marks the key as used.
    pub async fn carry_out<F: Future>(self, request: F) -> F::Output {
        UNDER.scope(self, request).await
    }

    pub(crate) fn mark_done(self, act: &mut Act<'_, '_>) -> Result<(), Refused> {
        let RequestKey { key, request } = self;
        let done = Answer { key, request, status: 0, body: Vec::new(), answered_at: act.now };
        Ok(act.writer.put_answer(&done)?)
    }
}

/// The key of the request that is carried out on this task.
pub(crate) fn key_of_request() -> Option<RequestKey> {
    UNDER.try_with(|key| *key).ok()
}

/// What is known about a key that was used.
#[derive(Debug, Clone)]
pub enum Given {
    /// The answer.
    Answer(Answer),
    /// What was asked is done, and its answer is lost or was a secret.
    Done(RequestKey),
}

impl Service {
    /// What is known about a key, if it was not used too long ago.
    ///
    /// # Errors
    /// The store failed.
    pub async fn answer_given(&self, key: Digest) -> Result<Option<Given>, Refused> {
        let since = self.now() - REMEMBERED;
        let given = self.look(move |reader| Ok(reader.answer(key)?)).await?;
        Ok(given.filter(|answer| answer.answered_at >= since).map(|answer| match answer.status {
            0 => Given::Done(RequestKey { key, request: answer.request }),
            _ => Given::Answer(answer),
        }))
    }

    /// Remembers the answer to a key, and forgets what is too old.
    ///
    /// # Errors
    /// The store failed.
    pub async fn keep_answer(&self, answer: Answer) -> Result<(), Refused> {
        self.act(&Actor::System, move |act| {
            act.writer.drop_answers(act.now - REMEMBERED)?;
            Ok(act.writer.put_answer(&answer)?)
        })
        .await
    }
}
