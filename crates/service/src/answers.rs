//! Answers to requests that carried a key of their own: asked again, the same is answered and nothing is done twice.

use crate::{Actor, Refused, Service};
use kangma_core::Span;
use kangma_store::{Answer, Digest};

/// How long an answer is remembered.
const REMEMBERED: Span = Span::from_24_hours(2);

impl Service {
    /// The answer that was given to a key, if that is not too long ago.
    ///
    /// # Errors
    /// The store failed.
    pub async fn answer_given(&self, key: Digest) -> Result<Option<Answer>, Refused> {
        let since = self.now() - REMEMBERED;
        self.look(move |reader| Ok(reader.answer(key)?.filter(|answer| answer.answered_at >= since))).await
    }

    /// Remembers the answer to a key, and forgets what is too old.
    ///
    /// # Errors
    /// The store failed.
    pub async fn keep_answer(&self, answer: Answer) -> Result<(), Refused> {
        self.act(&Actor::System, move |act| {
            act.writer.drop_answers(act.now - REMEMBERED)?;
            if act.writer.answer(answer.key)?.is_none() {
                act.writer.add_answer(&answer)?;
            }
            Ok(())
        })
        .await
    }
}
