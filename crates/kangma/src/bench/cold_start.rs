//! The binary itself, started on a demonstration city that it has loaded before.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Instant,
};

use anyhow::{Context as _, bail};

use super::{Figure, median};

const STARTS: usize = 5;

/// A server that ends when it is dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// The median of some starts after the first.
pub(super) fn run() -> anyhow::Result<Vec<Figure>> {
    let data = tempfile::tempdir()?;
    let first = start(data.path())?;
    let mut seconds = Vec::new();
    for _ in 0..STARTS {
        seconds.push(start(data.path())?);
    }
    Ok(vec![Figure::alone("cold-start", median(seconds), "s").beside(first)])
}

/// Starts a demonstration, and gives the seconds until it says where it is.
fn start(data: &Path) -> anyhow::Result<f64> {
    let begun = Instant::now();
    let mut child = Command::new(std::env::current_exe()?)
        .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let output = child.stdout.take().context("its output")?;
    let server = Server(child);
    for line in BufReader::new(output).lines() {
        if line?.contains("://") {
            let seconds = begun.elapsed().as_secs_f64();
            drop(server);
            return Ok(seconds);
        }
    }
    bail!("the server ended before it said where it is; try:  kangma serve --demo")
}
