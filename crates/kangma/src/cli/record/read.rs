//! Reads an epidemic on record. Every row that cannot be used is said by its line, and so is what is taken where something
//! is missing.

use crate::{
    cli::files::{Broken, Room, bar},
    tables::{
        Table, Value, header,
        numbers::Numbers,
        presences::{
            self, BrokenBecause, BrokenRow, Visits, answer, called, each_row, next_visits, number, second,
            second_if_any, written_out,
        },
    },
};
use anyhow::{Context as _, bail, ensure};
use kangma_city::epidemic::Stored;
use kangma_contact::columns::{Columns, Period, PersonNo};
use kangma_core::{Day, Time, Zone};
use kangma_service::dry_run_policy::epidemic::{Epidemic as _, Households, Infection, Seen, TestResult};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

/// What is read, and how it is to be understood.
pub(in crate::cli) struct Reading<'r> {
    pub directory: &'r Path,
    /// What the columns are called that are not called as we call them: ours, theirs.
    pub columns: &'r [(String, String)],
    /// The zone of days, and of times that name none.
    pub zone: &'r Zone,
    /// How many of its days, from the first on; all when it is not said.
    pub days: Option<u32>,
    /// In whose evening a policy is asked first, counted from 0.
    pub first_evening: u32,
}

/// A record longer than this is more likely one with a wrong year in it.
const MOST_DAYS: i32 = 400;
/// The kind of a point of which nothing is said: no rule names it.
const NO_KIND: &str = "unknown";
const MEMORY: &str = "take fewer days or a machine with more";

/// Reads a record, and what there is to say of it, line by line.
///
/// # Errors
/// A table is missing, lacks a column or is damaged, or there are too few days to try anything.
pub(in crate::cli) fn read(reading: &Reading<'_>) -> anyhow::Result<(Stored, Vec<String>)> {
    let mut tables = Tables {
        reading,
        persons: Numbers::default(),
        points: Numbers::default(),
        notes: Vec::new(),
        broken: Vec::new(),
    };
    // The lists come first: then people and points have the numbers of their places in them.
    let kinds = tables.kinds()?;
    let homes = tables.homes()?;
    let (visits, during) = tables.visits()?;
    let days = Days::of(during, reading)?;
    let listed = tables.persons.len();
    let mut infections = tables.infections(&days)?;
    // Where a table lists everybody, whoever is in no other is a mistake; where none does, who was infected is one of them.
    let people = if homes.is_some() { listed } else { tables.persons.len() };
    let mut results = tables.results()?;
    let seen = Seen {
        people: u32::try_from(people)?,
        visits: Arc::new(visits),
        kinds: tables.kind_of_each(kinds),
        households: tables.households(homes, people),
        midnights: days.midnights,
        first_evening: reading.first_evening,
    };
    let (stored, left_out) = Stored::new(seen, &infections.read, &results.read);
    infections.leave_out(&left_out.infections);
    results.leave_out(&left_out.results);
    tables.broken.extend([infections.broken, results.broken]);
    let mut said = vec![tables.total(&stored, days.first)];
    said.append(&mut tables.notes);
    said.extend(tables.broken.iter().flat_map(Broken::totals));
    Ok((stored, said))
}

/// The days of a record.
struct Days {
    first: Day,
    midnights: Vec<u32>,
    /// How many it has, though fewer may be wanted.
    all: i32,
}

impl Days {
    /// How many are wanted.
    fn wanted(&self) -> i32 {
        i32::try_from(self.midnights.len()).unwrap_or(i32::MAX) - 1
    }

    fn of(visits: Period, reading: &Reading<'_>) -> anyhow::Result<Self> {
        let day = |second: u32| reading.zone.day(Time::from_seconds(i64::from(second)));
        let (first, last) = (day(visits.from), day(visits.until - 1));
        let all = last.since(first) + 1;
        let place = reading.directory.display();
        ensure!(
            all <= MOST_DAYS,
            "{place}: the visits lie on {all} days, from {} to {}: is one of them a mistake? {MOST_DAYS} days are allowed",
            first.date(),
            last.date()
        );
        let wanted = reading.days.map_or(all, |days| i32::try_from(days).unwrap_or(i32::MAX));
        ensure!(wanted <= all, "--days {wanted}: the visits in {place} lie on {all} days");
        let least = i64::from(reading.first_evening) + 1;
        ensure!(
            i64::from(wanted) > least,
            "{place}: of {wanted} days none is left to count, as a policy is asked from day {least} on: say --first-evening"
        );
        let midnight = |day| u32::try_from(reading.zone.midnight(first.plus(day)).seconds());
        Ok(Self { first, midnights: (0..=wanted).map(midnight).collect::<Result<_, _>>()?, all })
    }
}

/// What was read of a table, line by line, and what could not be used of it.
struct Rows<R> {
    read: Vec<R>,
    lines: Vec<u64>,
    broken: Broken,
}

impl<R> Rows<R> {
    /// Says what cannot have happened, by its place among what was read.
    fn leave_out<B: Copy + Into<BrokenBecause>>(&mut self, left_out: &[(usize, B)]) {
        let row = |(place, because): &(usize, B)| BrokenRow {
            line: self.lines[*place],
            because: (*because).into(),
        };
        let mut rows: Vec<BrokenRow> = left_out.iter().map(row).collect();
        rows.sort_by_key(|row| row.line);
        self.broken.say(&rows);
    }
}

/// The tables of a record, while they are read.
struct Tables<'r> {
    reading: &'r Reading<'r>,
    persons: Numbers,
    points: Numbers,
    notes: Vec<String>,
    broken: Vec<Broken>,
}

impl Tables<'_> {
    /// The file of a table; nothing where there is none.
    fn find(&self, name: &str) -> anyhow::Result<Option<PathBuf>> {
        let path = |extension| self.reading.directory.join(format!("{name}.{extension}"));
        let mut there = ["parquet", "csv"].map(path).into_iter().filter(|path| path.exists());
        let found = there.next();
        if there.next().is_some() {
            bail!("{}: there is {name}.parquet and {name}.csv; leave one", self.reading.directory.display());
        }
        Ok(found)
    }

    fn needed(&self, name: &str) -> anyhow::Result<PathBuf> {
        let place = self.reading.directory.display();
        self.find(name)?.with_context(|| {
            format!("{place}: there is neither {name}.parquet nor {name}.csv; a record has visits, infections and results")
        })
    }

    fn open(&self, path: &Path, words: &[&'static str]) -> anyhow::Result<Table> {
        Ok(presences::open(path, words, self.reading.columns, "--columns")?)
    }

    /// Opens a table, with a last column that may be missing: then what is taken instead is said.
    fn open_with(
        &mut self,
        path: &Path,
        words: &[&'static str],
        may: &'static str,
        instead: &str,
    ) -> anyhow::Result<Table> {
        let there = header(path)?.contains(&called(may, self.reading.columns));
        if !there {
            self.notes.push(format!("{}: no column `{may}`: {instead}", path.display()));
        }
        let words: Vec<&str> = words.iter().copied().chain(there.then_some(may)).collect();
        self.open(path, &words)
    }

    /// The kind of each point that is listed.
    fn kinds(&mut self) -> anyhow::Result<Vec<Arc<str>>> {
        let Some(path) = self.find("points")? else {
            self.notes
                .push(format!("no table of points: all are of the kind `{NO_KIND}`, which no rule names"));
            return Ok(Vec::new());
        };
        let mut table = self.open(&path, &["point", "kind"])?;
        let (mut kinds, mut words) = (Vec::new(), BTreeMap::new());
        let rows = each_row(&mut table, |_, [point, kind]| {
            let kind = written_out(*kind, "kind")?;
            let place = number(&mut self.points, *point, "point")?;
            ensure_new(place, kinds.len(), "point")?;
            kinds.push(Arc::clone(words.entry(kind.clone()).or_insert_with(|| Arc::from(kind))));
            Ok(())
        })?;
        self.broken.push(Broken::of(&path, &rows));
        Ok(kinds)
    }

    /// The home of each person who is listed; nothing where there is no list.
    fn homes(&mut self) -> anyhow::Result<Option<Vec<usize>>> {
        let Some(path) = self.find("households")? else {
            self.notes.push("no table of households: everybody lives alone".to_owned());
            return Ok(None);
        };
        let mut table = self.open(&path, &["person", "home"])?;
        let (mut homes, mut names) = (Vec::new(), Numbers::default());
        let rows = each_row(&mut table, |_, [person, home]| {
            if *home == Value::Missing {
                return Err(BrokenBecause::Missing("home"));
            }
            ensure_new(number(&mut self.persons, *person, "person")?, homes.len(), "person")?;
            homes.push(number(&mut names, *home, "home")? as usize);
            Ok(())
        })?;
        self.broken.push(Broken::of(&path, &rows));
        Ok(Some(homes))
    }

    /// The visits, and from the beginning of the first to the end of the last.
    fn visits(&mut self) -> anyhow::Result<(Columns, Period)> {
        let path = self.needed("visits")?;
        let instead = "each counts as proven by a device, as far as any policy asks";
        let mut table = self.open_with(&path, &presences::VISITS, "assurance", instead)?;
        let (bar, mut room) = (bar(table.size(), "reading visits"), Room::of(None, MEMORY));
        let (mut columns, mut next, mut broken) =
            (Columns::default(), Visits::default(), Broken::of(&path, &[]));
        let (mut during, mut read) = (Period { from: u32::MAX, until: 0 }, 0);
        let zone = self.reading.zone.tz();
        while next_visits(&mut table, zone, &mut self.persons, &mut self.points, &mut next)? {
            columns.fill(&next.rows);
            for row in &next.rows {
                during.from = during.from.min(row.during.from);
                during.until = during.until.max(row.during.until);
            }
            broken.report(&bar, &next.broken);
            bar.set_position(next.read);
            read += u64::try_from(next.rows.len())?;
            room.ensure(read, &columns, &[&self.persons, &self.points], &path.display())?;
        }
        bar.finish_and_clear();
        columns.settle();
        self.broken.push(broken);
        ensure!(read > 0, "{}: there is no visit in it that can be used", path.display());
        Ok((columns, during))
    }

    fn infections(&mut self, days: &Days) -> anyhow::Result<Rows<Infection>> {
        let path = self.needed("infections")?;
        let mut table = self.open(&path, &["person", "infected", "by"])?;
        let (mut read, mut lines) = (Vec::new(), Vec::new());
        let Reading { zone, .. } = self.reading;
        let rows = each_row(&mut table, |line, [person, infected, by]| {
            let infected = Time::from_seconds(second(*infected, "infected", zone.tz())?.into());
            let day = zone.day(infected).since(days.first);
            let person = PersonNo(number(&mut self.persons, *person, "person")?);
            let by = self.persons.of(*by).map(PersonNo);
            // Days that are not wanted are no mistake.
            if day < days.wanted() || day >= days.all {
                read.push(Infection { person, day, by });
                lines.push(line);
            }
            Ok(())
        })?;
        Ok(Rows { read, lines, broken: Broken::of(&path, &rows) })
    }

    fn results(&mut self) -> anyhow::Result<Rows<TestResult>> {
        let path = self.needed("results")?;
        let words = ["person", self.result_word(&path)?, "sampled", "reported"];
        let mut table = self.open_with(&path, &words, "onset", "nobody said when symptoms began")?;
        let (mut read, mut lines) = (Vec::new(), Vec::new());
        let zone = self.reading.zone.tz();
        let rows = each_row(&mut table, |line, [person, result, sampled, reported, onset]| {
            let time = |second: u32| Time::from_seconds(second.into());
            let [sampled, reported] = [(sampled, "sampled"), (reported, "reported")]
                .map(|(value, word)| second(*value, word, zone).map(time));
            let (sampled, reported) = (sampled?, reported?);
            if reported < sampled {
                return Err(BrokenBecause::ReportedBeforeSampled);
            }
            let onset = second_if_any(*onset, "onset", zone)?.map(time);
            let positive = answer(*result, "result")?;
            let person = PersonNo(number(&mut self.persons, *person, "person")?);
            read.push(TestResult { person, positive, onset, sampled, reported });
            lines.push(line);
            Ok(())
        })?;
        Ok(Rows { read, lines, broken: Broken::of(&path, &rows) })
    }

    /// What the column is called that says whether a test found anything.
    fn result_word(&self, path: &Path) -> anyhow::Result<&'static str> {
        let there = header(path)?;
        let has = |word: &str| there.contains(&called(word, self.reading.columns));
        Ok(if has("positive") && !has("result") { "positive" } else { "result" })
    }

    /// The kind of every point, listed or not.
    fn kind_of_each(&mut self, mut kinds: Vec<Arc<str>>) -> Vec<Arc<str>> {
        let others = self.points.len() - kinds.len();
        if others > 0 && !kinds.is_empty() {
            self.notes.push(format!("{others} points are not listed: they are of the kind `{NO_KIND}`"));
        }
        kinds.resize(self.points.len(), Arc::from(NO_KIND));
        kinds
    }

    /// Who lives with whom, of everybody, listed or not.
    fn households(&mut self, homes: Option<Vec<usize>>, people: usize) -> Households {
        let is_listed = homes.is_some();
        let mut homes = homes.unwrap_or_default();
        let others = people - homes.len();
        if is_listed && others > 0 {
            self.notes.push(format!("{others} people have no home in the list: each lives alone"));
        }
        let next = homes.iter().max().map_or(0, |last| last + 1);
        homes.extend(next..next + others);
        Households::of(homes)
    }

    fn total(&self, stored: &Stored, first: Day) -> String {
        let seen = stored.seen();
        let (visits, infections, results) =
            (seen.visits.rows(), stored.infections().len(), stored.results().count());
        format!(
            "{} people, {} days from {} in {}: {visits} visits at {} points, {infections} infections, {results} results",
            seen.people,
            seen.days(),
            first.date(),
            self.reading.zone.name(),
            self.points.len(),
        )
    }
}

/// Whether a number was given just now: it is the next one.
fn ensure_new(number: u32, next: usize, word: &'static str) -> Result<(), BrokenBecause> {
    if number as usize == next { Ok(()) } else { Err(BrokenBecause::Again(word)) }
}
