//! Two policies tried on an epidemic in a generated city, fourteen evenings of each.

use super::{Figure, Setting};
use crate::policies;
use anyhow::Context as _;
use kangma_city::Epidemics;
use kangma_contact::Stays;
use kangma_core::policy::Policy;
use kangma_service::dry_run_policy::epidemic::{Counts, Epidemics as _, figure, try_policy, without_tracing};
use std::{sync::Arc, time::Instant};

/// The policies, side by side on two threads.
const POLICIES: [&str; 2] = [policies::DEFAULT, "ranked-contacts"];
const EVENINGS: u32 = 14;
const SEED: u64 = 1;

pub(super) fn run(setting: &Setting) -> anyhow::Result<Vec<Figure>> {
    let days = setting.city.epidemic.first_evening + EVENINGS;
    let epidemics = Epidemics { parameters: Arc::new((*setting.city).clone().with_days(days)?) };
    let [one, other] = POLICIES.map(|name| -> anyhow::Result<Arc<Policy>> {
        let files = policies::shipped(name).with_context(|| name.to_owned())?;
        Ok(Arc::new(Policy::load(&files)?))
    });
    let (one, other) = (one?, other?);
    let begun = Instant::now();
    let epidemic =
        epidemics.make(SEED, &one.zone, &[Stays::assumed()], &mut |_| ()).map_err(anyhow::Error::msg)?;
    let made = begun.elapsed();
    let begun = Instant::now();
    let untraced = without_tracing(&*epidemic);
    let lived = begun.elapsed();
    let begun = Instant::now();
    let counts: [Option<Counts>; 2] = std::thread::scope(|scope| {
        let second = scope.spawn(|| try_policy(&*epidemic, &other, &untraced, |_| ()));
        let first = try_policy(&*epidemic, &one, &untraced, |_| ());
        [Some(first), second.join().ok()]
    });
    let tried = begun.elapsed();
    let told = counts.iter().flatten().map(|counts| counts.told).sum();
    let reported = counts.iter().flatten().map(|counts| counts.reported).sum();
    Ok(vec![
        Figure::alone("dry-run", tried.as_secs_f64(), "s"),
        Figure::alone("dry-run-city", made.as_secs_f64(), "s"),
        Figure::alone("dry-run-epidemic", lived.as_secs_f64(), "s"),
        Figure::alone("dry-run-cases", figure(reported), "cases"),
        Figure::alone("dry-run-told", figure(told), "people"),
    ])
}
