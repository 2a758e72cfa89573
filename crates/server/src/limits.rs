//! How often something may be tried, by who asks. What is counted here is lost with the process; what must not be is
//! counted in the store by the use case itself.

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};
use kangma_core::Span;
use kangma_service::{Refused, refused::Wait};
use std::num::NonZeroU32;

/// Allows so many at once, and one more every so often.
#[derive(Debug)]
pub struct Limit(DefaultKeyedRateLimiter<String>);

impl Limit {
    fn per_minute(count: u32) -> Self {
        let count = NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        Self(RateLimiter::keyed(Quota::per_minute(count)))
    }

    /// Counts one more try of `who`.
    ///
    /// # Errors
    /// [`Refused::TooManyTries`] says when the next one is counted.
    pub fn count(&self, who: &str) -> Result<(), Refused> {
        // Without this the table would keep everybody who ever came by.
        if self.0.len() > MOST_REMEMBERED {
            self.0.retain_recent();
        }
        self.0.check_key(&who.to_owned()).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.0.clock().now()).as_millis();
            Refused::TooManyTries(Wait(Span(i64::try_from(wait).unwrap_or(i64::MAX))))
        })
    }
}

const MOST_REMEMBERED: usize = 50_000;

/// The limits of this server.
#[derive(Debug)]
pub struct Limits {
    /// Signing in with a password or a one-time code, by network: tries of one login or telephone the service counts.
    pub sign_in: Limit,
    /// Asking for a one-time code, by network: a clinic's residents may share one.
    pub one_time_code: Limit,
    /// Checks at a gate, by session: far above what hands can do.
    pub gate: Limit,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sign_in: Limit::per_minute(30),
            one_time_code: Limit::per_minute(20),
            gate: Limit::per_minute(600),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_who_tries_too_often_is_refused_and_others_are_not() {
        let limit = Limit::per_minute(2);
        assert!(limit.count("a").is_ok());
        assert!(limit.count("a").is_ok());
        let Err(Refused::TooManyTries(wait)) = limit.count("a") else { panic!("a third one in a minute") };
        assert!((20..=30).contains(&wait.seconds()), "{wait}");
        assert!(limit.count("b").is_ok());
    }
}
