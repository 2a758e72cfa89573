//! `kangma doctor`.

use super::{DataDirectory, Output};
use crate::data::DataDir;
use anyhow::bail;
use clap::Args;
use indicatif::ProgressBar;
use kangma_service::doctor;

/// Decide everybody anew and compare with what is kept; check the store.
///
/// Reads only, and may run beside a server. Exit status 1 when something is wrong.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    #[command(flatten)]
    data: DataDirectory,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: &DoctorArgs) -> anyhow::Result<()> {
    let store = DataDir::at(&args.data.data).open_to_read()?;
    let bar = ProgressBar::new(0);
    let found = doctor::examine(&store, |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    if args.output.json {
        println!("{}", serde_json::to_string(&found)?);
    } else {
        println!(
            "{} people, {} items of evidence, {} open jobs",
            found.people, found.evidence, found.open_jobs
        );
        found
            .wrong
            .iter()
            .for_each(|person| println!("the standing kept for {person} is not what the evidence says"));
        found.missing.iter().for_each(|person| println!("no standing is kept for {person}"));
        found.integrity.iter().for_each(|line| println!("the database says: {line}"));
    }
    if found.sound() { Ok(()) } else { bail!("something is wrong; see above") }
}
