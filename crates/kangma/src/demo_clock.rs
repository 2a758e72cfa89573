//! A clock that a demonstration can put forward, so that fourteen days need not be waited for.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use crate::demo;
use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use kangma_core::{Span, Time};
use kangma_service::{Service, ports::Clock};
use serde::{Deserialize, Serialize};

/// A clock ahead of another by as much as it was put forward. It never goes back.
#[derive(Debug)]
pub struct DemoClock<C> {
    behind: C,
    ahead_ms: AtomicI64,
}

impl<C: Clock> DemoClock<C> {
    /// A clock that shows what the other shows, until it is put forward.
    pub const fn beside(behind: C) -> Self {
        Self { behind, ahead_ms: AtomicI64::new(0) }
    }

    /// Puts the clock forward, and shows it.
    ///
    /// # Errors
    /// The span is negative: a clock that goes back would undo what was decided.
    pub fn advance(&self, span: Span) -> Result<Time, BackInTime> {
        if span < Span::ZERO {
            return Err(BackInTime);
        }
        self.ahead_ms.fetch_add(span.0, Ordering::SeqCst);
        Ok(self.now())
    }
}

impl<C: Clock> Clock for DemoClock<C> {
    fn now(&self) -> Time {
        self.behind.now() + Span(self.ahead_ms.load(Ordering::SeqCst))
    }
}

/// The clock was asked to go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the clock of a demonstration can be put forward only; give a number of seconds of at least 0")]
pub struct BackInTime;

#[derive(Deserialize)]
struct Advance {
    seconds: i64,
}

#[derive(Serialize)]
struct Shown {
    now: Time,
}

/// How far the clock is put forward at once: less than any source may be silent.
const STEP: Span = Span::from_hours(1);

type Forward<C> = (Arc<DemoClock<C>>, Arc<Service>);

/// `POST /demo/clock` with `{"seconds": 86400}` puts the clock forward and answers `{"now": …}`. JSON only, which
/// another site's page cannot send.
pub fn routes<C: Clock + 'static>(clock: Arc<DemoClock<C>>, service: Arc<Service>) -> Router {
    Router::new().route("/demo/clock", post(advance::<C>)).with_state((clock, service))
}

/// Hour by hour, and the sources are heard on the way: nobody is put off by a silence that was only skipped.
async fn advance<C: Clock>(
    State((clock, service)): State<Forward<C>>,
    Json(by): Json<Advance>,
) -> Result<Json<Shown>, (StatusCode, String)> {
    let mut left = Span::from_seconds(by.seconds);
    loop {
        let step = left.min(STEP);
        let now =
            clock.advance(step).map_err(|error| (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()))?;
        let heard = demo::hear_sources(&service).await;
        heard.map_err(|refused| (StatusCode::SERVICE_UNAVAILABLE, refused.to_string()))?;
        left = Span(left.0 - step.0);
        if left <= Span::ZERO {
            return Ok(Json(Shown { now }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Stopped(Time);

    impl Clock for Stopped {
        fn now(&self) -> Time {
            self.0
        }
    }

    #[test]
    fn a_demonstrations_clock_goes_forward_by_what_it_was_told_and_never_back() {
        let clock = DemoClock::beside(Stopped(Time::from_seconds(1_000)));
        assert_eq!(clock.advance(Span::from_hours(24)), Ok(Time::from_seconds(87_400)));
        assert_eq!(clock.advance(Span::from_seconds(-1)), Err(BackInTime));
        assert_eq!(clock.now(), Time::from_seconds(87_400));
    }
}
