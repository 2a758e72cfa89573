//! `kangma policy`.

mod dry_run;

use super::Output;
use crate::policies;
use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use kangma_core::{cases, policy::Policy};
use kangma_service::publish_policy::ensure_within_log;
use miette::Report;
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Check policies, and show what they would do.
#[derive(Debug, Args)]
pub struct PolicyArgs {
    /// What to do with them.
    #[command(subcommand)]
    pub command: PolicyCommand,
}

/// What can be done with policies.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Read policies and run their cases
    ///
    /// DIR is a policy's own directory (with policy.toml in it), or a directory of such directories. Everything that is
    /// wrong is shown with file, line, caret and remedy; each case that does not hold is one line.
    Test {
        /// A policy's directory, or a directory of them
        #[arg(value_name = "DIR")]
        dir: PathBuf,
        /// How the answer is written.
        #[command(flatten)]
        output: Output,
    },
    /// Show what a policy would do, beside the one in force
    ///
    /// The store's evidence and visits of now are decided twice: as they are, and as if the policy in DIR had always been
    /// in force. Reads only, and may run beside a server. With --city, the policy is tried day by day on an epidemic in a
    /// generated city instead; with --record, on one that somebody has on file.
    DryRun(Box<dry_run::DryRunArgs>),
}

pub(super) fn run(args: &PolicyArgs) -> anyhow::Result<()> {
    match &args.command {
        PolicyCommand::Test { dir, output } => test(dir, output.json),
        PolicyCommand::DryRun(args) => dry_run::run(args),
    }
}

fn test(dir: &Path, json: bool) -> anyhow::Result<()> {
    let mut failed = 0;
    let found = policy_dirs(dir)?;
    for dir in &found {
        failed += usize::from(!test_one(dir, json)?);
    }
    match failed {
        0 => Ok(()),
        _ => bail!("{failed} of {} policies failed", found.len()),
    }
}

fn policy_dirs(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if dir.join("policy.toml").exists() {
        return Ok(vec![dir.to_owned()]);
    }
    let entries = fs::read_dir(dir).with_context(|| dir.display().to_string())?;
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("policy.toml").exists())
        .collect();
    found.sort();
    if found.is_empty() {
        bail!("{}: neither a policy.toml nor directories with one", dir.display());
    }
    Ok(found)
}

fn test_one(dir: &Path, json: bool) -> anyhow::Result<bool> {
    let files = policies::read(dir)?;
    let name = dir.display().to_string();
    let policy = match Policy::load(&files) {
        Ok(policy) => Arc::new(policy),
        Err(refused) => {
            say(json, &name, 0, 0, &[refused.to_string()]);
            if !json {
                eprintln!("{:?}", Report::new(refused));
            }
            return Ok(false);
        }
    };
    let report = cases::run(&policy, &files);
    let mut lines: Vec<String> = report.failures.iter().map(|failure| format!("{name}/{failure}")).collect();
    lines.extend(report.refusals.iter().map(ToString::to_string));
    lines.extend(ensure_within_log(&policy).err().map(|back| format!("{name}/{back}")));
    say(json, &name, report.cases, report.held, &lines);
    if !json {
        report.refusals.into_iter().for_each(|refusal| eprintln!("{:?}", Report::new(refusal)));
        for rule in &report.uncovered {
            println!("{name}: no case shows rule `{rule}` firing");
        }
    }
    Ok(lines.is_empty() && report.uncovered.is_empty())
}

fn say(json: bool, name: &str, cases: usize, held: usize, failures: &[String]) {
    if json {
        println!(
            "{}",
            serde_json::json!({ "policy": name, "cases": cases, "held": held, "failures": failures })
        );
        return;
    }
    failures.iter().for_each(|line| println!("{line}"));
    println!("{name}: {cases} cases, {held} expectations held, {} failed", failures.len());
}
