//! Visits appended durably, beside a bare file that is synchronised as often.

use kangma_store::measure;

use super::Figure;

/// Visits an act, and visits in all.
const BATCHES: [(u64, u64); 4] = [(1, 3_000), (10, 30_000), (100, 200_000), (1_000, 500_000)];

pub(super) fn run() -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (batch, total) in BATCHES {
        let visits = measure::appended_visits(batch, total)?;
        let bare = measure::bare_appends(batch, total)?;
        figures.push(Figure::alone(format!("durable-visits-{batch}"), visits, "visits/s").beside(bare));
    }
    Ok(figures)
}
