//! What ends a stage and how far that has come, in one line for officers.

use super::desk;
use crate::web::Visitor;
use kangma_core::verdict::Progress;

/// The whole tree in words.
pub(super) fn text(visitor: &Visitor, progress: &Progress) -> String {
    let join = |parts: &[Progress], between: &str| {
        let parts: Vec<String> = parts.iter().map(|part| text(visitor, part)).collect();
        parts.join(between)
    };
    let t = visitor.t;
    match progress {
        Progress::All(parts) => join(parts, " + "),
        Progress::Any(parts) => join(parts, &format!(" {} ", t.s("or"))),
        Progress::Days { done, needed, .. } => counted(visitor, "progress-days", *done, *needed),
        Progress::CheckIns { done, needed, missed, .. } => {
            let line = counted(visitor, "progress-check-ins", *done, *needed);
            let days: Vec<String> = missed.iter().map(|day| visitor.clockface().day(*day).text).collect();
            if days.is_empty() {
                line
            } else {
                format!("{line} ({})", t.a("missed-days", "days", days.join(", ")))
            }
        }
        Progress::Negatives { done, needed, .. } => counted(visitor, "progress-negatives", *done, *needed),
        Progress::Recovery { met_at } => met(visitor, t.s("progress-recovery"), met_at.is_some()),
        Progress::OrderEnd { met_at, .. } => met(visitor, t.s("progress-order"), met_at.is_some()),
        Progress::Elapsed { until, done } => {
            let until = visitor.clockface().end(*until).text;
            met(visitor, t.a("progress-elapsed", "time", until), *done)
        }
        Progress::Event { what, met_at } => met(visitor, desk::condition(visitor, what), met_at.is_some()),
        Progress::Release { met_at } => met(visitor, t.s("progress-release"), met_at.is_some()),
    }
}

fn counted(visitor: &Visitor, label: &str, done: u32, needed: u32) -> String {
    format!("{} {}", visitor.t.s(label), visitor.t.n_of("progress-of", done.min(needed), needed))
}

fn met(visitor: &Visitor, label: String, met: bool) -> String {
    let state = visitor.t.s(if met { "progress-met" } else { "progress-waiting" });
    format!("{label}: {state}")
}
