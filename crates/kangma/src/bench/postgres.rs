//! The yardstick of a database server: PostgreSQL with two covering B-trees and plain SQL, asked through its own `psql`.
//!
//! The server is the caller's: a connection string names it. The table is built once and kept there.

use anyhow::{Context as _, bail, ensure};
use kangma_contact::columns::Case;
use std::{
    fmt::Write as _,
    io::{BufWriter, Write as _},
    process::{Command, Stdio},
};

/// A generated city's stays in a PostgreSQL.
pub(super) struct Postgres {
    connection: String,
    table: String,
}

impl Postgres {
    /// The table of a city of so many people; it is built from what `rows` gives where it is not there.
    pub fn open(
        connection: &str,
        people: u32,
        rows: impl FnOnce(&mut dyn FnMut([u32; 4])),
    ) -> anyhow::Result<Self> {
        let postgres = Self { connection: connection.to_owned(), table: format!("kangma_visit_{people}") };
        let table = &postgres.table;
        let there = postgres.ask(&format!("SELECT to_regclass('{table}_longest') IS NOT NULL"))?;
        if there.trim() != "t" {
            postgres.build(rows)?;
        }
        Ok(postgres)
    }

    fn build(&self, rows: impl FnOnce(&mut dyn FnMut([u32; 4]))) -> anyhow::Result<()> {
        let table = &self.table;
        self.ask(&format!(
            "DROP TABLE IF EXISTS {table}; \
             CREATE UNLOGGED TABLE {table} (person int, point int, f bigint, u bigint)"
        ))?;
        let mut copy = self.command(&format!("COPY {table} FROM STDIN")).stdin(Stdio::piped()).spawn()?;
        let mut input = BufWriter::new(copy.stdin.take().context("psql reads its input")?);
        let mut written = Ok(());
        rows(&mut |[person, point, from, until]| {
            if written.is_ok() {
                written = writeln!(input, "{person}\t{point}\t{from}\t{until}");
            }
        });
        written?;
        input.flush()?;
        drop(input);
        ensure!(copy.wait()?.success(), "psql could not copy the visits");
        // How long the longest stay at each point is, so that the B-tree by point is searched no further back than it has to.
        self.ask(&format!(
            "CREATE INDEX ON {table} (person, f) INCLUDE (u, point); \
             CREATE INDEX ON {table} (point, f) INCLUDE (u, person); \
             VACUUM ANALYZE {table}; \
             CREATE UNLOGGED TABLE {table}_longest AS \
             SELECT point, max(u - f) AS longest FROM {table} GROUP BY point; \
             CREATE UNIQUE INDEX ON {table}_longest (point) INCLUDE (longest); \
             VACUUM ANALYZE {table}_longest"
        ))?;
        Ok(())
    }

    /// How many contacts each case has, and how long the server took for it, in milliseconds, everything in its memory.
    pub fn contacts(&self, cases: &[Case], seconds: u32) -> anyhow::Result<Vec<(u64, f64)>> {
        let table = &self.table;
        let question = format!(
            "SELECT b.person, count(*), sum(least(a.u, b.u, $3) - greatest(a.f, b.f, $2)) \
             FROM {table} a JOIN {table}_longest p ON p.point = a.point \
             JOIN {table} b ON b.point = a.point AND b.f < a.u AND b.f > a.f - p.longest AND b.u > a.f \
             WHERE a.person = $1 AND a.f < $3 AND a.u > $2 AND b.person <> a.person \
             AND least(a.u, b.u, $3) - greatest(a.f, b.f, $2) >= {seconds} GROUP BY b.person"
        );
        let mut script = format!("SET jit = off;\nPREPARE met(int, bigint, bigint) AS {question};\n");
        let asked = |case: &Case| {
            format!("EXECUTE met({}, {}, {})", case.person.0, case.during.from, case.during.until)
        };
        for case in cases {
            // Once for the number, which also brings the pages into memory, and once for the time.
            write!(
                script,
                "{};\n\\echo rows :ROW_COUNT\nEXPLAIN (ANALYZE, TIMING OFF) {};\n",
                asked(case),
                asked(case)
            )?;
        }
        let answer = self.script(&script)?;
        let word = |begin: &str| {
            let of = |line: &str| line.trim().strip_prefix(begin)?.split(' ').next()?.parse::<f64>().ok();
            answer.lines().filter_map(of).collect::<Vec<f64>>()
        };
        let counts: Vec<u64> =
            answer.lines().filter_map(|line| line.strip_prefix("rows ")?.parse().ok()).collect();
        let times = word("Execution Time: ");
        ensure!(counts.len() == cases.len() && times.len() == cases.len(), "psql answered something else");
        Ok(counts.into_iter().zip(times).collect())
    }

    fn command(&self, sql: &str) -> Command {
        let mut command = Command::new("psql");
        command.args([&*self.connection, "-XAtq", "-v", "ON_ERROR_STOP=1"]);
        // One by one: some of them run in no transaction.
        sql.split("; ").for_each(|each| {
            command.args(["-c", each]);
        });
        command
    }

    fn ask(&self, sql: &str) -> anyhow::Result<String> {
        told(self.command(sql).output())
    }

    fn script(&self, script: &str) -> anyhow::Result<String> {
        let file = tempfile::NamedTempFile::new()?;
        std::fs::write(file.path(), script)?;
        let mut command = Command::new("psql");
        command.args([&*self.connection, "-XAtq", "-v", "ON_ERROR_STOP=1", "-f"]).arg(file.path());
        told(command.output())
    }
}

fn told(ran: std::io::Result<std::process::Output>) -> anyhow::Result<String> {
    let ran = ran.context("`psql` cannot be run")?;
    if !ran.status.success() {
        bail!("psql: {}", String::from_utf8_lossy(&ran.stderr).trim());
    }
    Ok(String::from_utf8(ran.stdout)?)
}
