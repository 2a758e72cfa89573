//! A record as files: written from a generated epidemic, read back, and the one that docs/dry-run.md shows.

use crate::{done, dry_run, kangma, policy, refused, small};
use kangma::policies;
use kangma_city::{Epidemics, Parameters, epidemic::Stored};
use kangma_contact::Stays;
use kangma_core::{Zone, policy::Policy};
use kangma_service::dry_run_policy::epidemic::{Contender, Epidemic as _, Epidemics as _, try_on};
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// What the library makes of the epidemic of a seed, whose record was never a file.
fn in_library(small: &str, seed: u64, zone: &str, names: &[&str]) -> (String, Stored) {
    let parameters: Parameters = small.parse().expect("parameters");
    let epidemics = Epidemics { parameters: Arc::new(parameters) };
    let zone = Zone::named(zone).expect("a zone");
    let made = epidemics.make(seed, &zone, &[Stays::assumed()], &mut |_| ()).expect("an epidemic");
    let stored = Stored::of(&*made);
    let contender = |name: &&str| {
        let files = policies::read(&policy(name)).expect("a policy");
        Contender::of(Arc::new(Policy::load(&files).expect("a sound policy")))
    };
    let contenders: Vec<Contender> = names.iter().map(contender).collect();
    let outcomes = try_on(&stored, &contenders, &|_, _| ());
    (serde_json::to_string(&outcomes).expect("JSON"), stored)
}

const BOTH: [&str; 2] = ["ranked-contacts", "hangzhou-2020"];

#[test]
fn what_is_written_and_read_comes_to_the_same_as_what_never_was_a_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let small = small(at);
    let other = policy(BOTH[1]);
    let other = other.to_str().expect("UTF-8");
    for (seed, form, zone) in [
        (1, "parquet", "UTC"),
        (2, "csv", "UTC"),
        (3, "csv", "Asia/Shanghai"),
        (4, "parquet", "America/New_York"),
        (5, "parquet", "Pacific/Auckland"),
    ] {
        let number = seed.to_string();
        let city = ["city", "--parameters", "small.toml", "--epidemic", "--seed", &number, "--form", form];
        let made = json(&done(&kangma(at, &[&city, &["--zone", zone, "--out", "R", "--json"][..]].concat())));
        let read = ["--record", "R", "--zone", zone, "--against", other, "--json"];
        let said = done(&dry_run(at, BOTH[0], &read));
        let (expected, stored) = in_library(&small, seed, zone, &BOTH);
        assert_eq!(said.trim_end(), expected, "seed {seed}, {form}, {zone}");
        let said = json(&said);
        assert_eq!(made["infections"], stored.infections().len());
        assert_eq!(made["visits"], stored.seen().visits.rows());
        assert_eq!((&said[0]["policy"], &said[0]["first-seed"]), (&BOTH[0].into(), &Value::Null));
        assert!(said[0]["seeds"][0]["told"].as_u64() > Some(10), "{said}");
        fs::remove_dir_all(at.join("R")).expect("removed");
    }
}

/// Writes the lines of a table anew, its header left where it is.
fn rewrite(path: &Path, change: impl FnOnce(&mut Vec<Vec<String>>)) {
    let text = fs::read_to_string(path).expect("a table");
    let mut rows: Vec<Vec<String>> =
        text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
    let header = rows.remove(0);
    change(&mut rows);
    let lines = [header].into_iter().chain(rows).map(|row| row.join(",") + "\n");
    fs::write(path, lines.collect::<String>()).expect("written");
}

#[test]
fn neither_what_people_are_called_nor_the_order_of_lines_makes_a_difference() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    small(at);
    let city = ["city", "--parameters", "small.toml", "--epidemic", "--form", "csv", "--out", "R"];
    done(&kangma(at, &city));
    let ask = || json(&done(&dry_run(at, BOTH[1], &["--record", "R", "--json"])));
    let first = ask();
    let named = |cell: &mut String| match cell.is_empty() {
        true => {}
        false => *cell = format!("made-up {}", cell.parse::<u32>().expect("a number") * 7 % 1_009),
    };
    let people = BTreeMap::from([
        ("visits", vec![0]),
        ("infections", vec![0, 2]),
        ("results", vec![0]),
        ("households", vec![0]),
        ("points", vec![]),
    ]);
    for (table, columns) in people {
        rewrite(&at.join(format!("R/{table}.csv")), |rows| {
            rows.reverse();
            let middle = rows.len() / 3;
            rows.rotate_left(middle);
            rows.iter_mut().for_each(|row| columns.iter().for_each(|column| named(&mut row[*column])));
        });
    }
    assert_eq!(ask(), first);
}

#[test]
fn a_record_is_swept_and_set_beside_another_policy_and_drawn() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    small(at);
    done(&kangma(at, &["city", "--parameters", "small.toml", "--epidemic", "--days", "12", "--out", "R"]));
    let against = policy("../docs/samples/fifteen-minutes");
    let against =
        ["--against", against.to_str().expect("UTF-8"), "--sweep", "exposure.degree[1].score=1,1000"];
    let said = done(&dry_run(at, BOTH[0], &[&["--record", "R", "--out", "out"], &against[..]].concat()));
    let zones = "the policy's days begin in Asia/Shanghai, those of the record in UTC; --zone says where";
    for part in
        ["400 people, 12 days from 2020-03-01 in UTC", zones, "ranked-contacts (1000)", "fifteen-minutes"]
    {
        assert!(said.contains(part), "no `{part}` in {said}");
    }
    let csv = fs::read_to_string(at.join("out/frontier.csv")).expect("frontier.csv");
    let seeds: Vec<&str> = csv.lines().skip(1).filter_map(|line| line.split(',').nth(2)).collect();
    assert_eq!(seeds, ["", "", ""], "a record has no seed: {csv}");
    let svg = fs::read_to_string(at.join("out/frontier.svg")).expect("frontier.svg");
    assert!(svg.contains("one epidemic, on record") && !svg.contains("deviation"), "{svg}");
    let fewer = done(&dry_run(at, BOTH[0], &["--record", "R", "--days", "10", "--first-evening", "4"]));
    assert!(fewer.contains("400 people, 10 days from"), "{fewer}");
    let said = refused(&kangma(at, &["city", "--parameters", "small.toml", "--epidemic", "--out", "R.csv"]));
    assert!(said.contains("R.csv: a record is a directory"), "{said}");
}

#[test]
fn what_is_missing_is_said_with_what_is_taken_instead() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/samples/record");
    fs::create_dir(at.join("R")).expect("a directory");
    for table in ["visits", "infections", "results"] {
        fs::copy(root.join(format!("{table}.csv")), at.join(format!("R/{table}.csv"))).expect("copied");
    }
    let fifteen = "../docs/samples/fifteen-minutes";
    let said = done(&dry_run(at, fifteen, &["--record", "R"]));
    for part in [
        "8 people, 14 days from 2020-03-01 in UTC",
        "no table of points: all are of the kind `unknown`, which no rule names",
        "no table of households: everybody lives alone",
        "visits.csv: no column `assurance`",
    ] {
        assert!(said.contains(part), "no `{part}` in {said}");
    }
    // Hen, who lives with Cat, is spared now too: it is taken that they met elsewhere.
    assert!(said.lines().any(|line| line.contains("infections averted") && line.contains(" 3.0 ")), "{said}");
    // Hen is known from the infections, and a part of a list makes the others live alone.
    fs::write(at.join("R/households.csv"), "person,home\nCat,3\nHen,3\n").expect("written");
    fs::write(at.join("R/points.csv"), "point,kind\nlibrary,library\n").expect("written");
    let said = done(&dry_run(at, fifteen, &["--record", "R"]));
    assert!(said.contains("6 people have no home in the list: each lives alone"), "{said}");
    assert!(said.contains("2 points are not listed: they are of the kind `unknown`"), "{said}");
    assert!(said.lines().any(|line| line.contains("infections averted") && line.contains(" 2.0 ")), "{said}");
}

#[test]
fn the_record_in_the_document_comes_to_what_the_document_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let document = fs::read_to_string(root.join("docs/dry-run.md")).expect("docs/dry-run.md");
    let begins = "```\nkangma policy dry-run docs/samples/fifteen-minutes --record ";
    let (_, block) = document.split_once(begins).expect("the command is in the document");
    let (arguments, shown) = block.split_once('\n').expect("what it answers follows");
    let (shown, _) = shown.split_once("```").expect("the block ends");
    let start = ["policy", "dry-run", "docs/samples/fifteen-minutes", "--record"];
    let arguments: Vec<&str> = start.into_iter().chain(arguments.split_whitespace()).collect();
    assert_eq!(done(&kangma(&root, &arguments)), shown);
}
