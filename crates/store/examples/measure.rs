//! Prints the store's figures on this machine: `cargo run --release -p kangma-store --features measure --example measure`.

use kangma_store::measure;

fn main() -> Result<(), measure::NotMeasured> {
    for (batch, total) in [(1, 3_000), (10, 30_000), (100, 300_000), (1_000, 1_000_000)] {
        let rate = measure::appended_visits(batch, total)?;
        let bare = measure::bare_appends(batch, total)?;
        println!("visits appended durably, {batch} an act: {rate:.0}/s, bare file {bare:.0}/s");
    }
    for callers in [1, 16, 256] {
        let (rate, acts) = measure::grouped_acts(callers, 2_000 * callers.min(64))?;
        println!("acts of one visit, {callers} at a time: {rate:.0}/s, {acts:.1} acts a commit");
    }
    println!("persons' ten items read: {:.0}/s", measure::read_evidence(10_000)?);
    let (streamed, searched) = measure::streamed_visits(1_000_000)?;
    println!("visits streamed: {streamed:.0}/s, passed over when searching: {searched:.0}/s");
    Ok(())
}
