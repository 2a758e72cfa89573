//! The packed presences against a brute force, against SQL, and against contacts that are known beforehand.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod brute;
mod gatherings;
mod grown;
mod known;
mod ranked;
mod snapshot;
mod sql;
mod town;

use kangma_contact::columns::{
    Case, Columns, Contact, Enough, Infecting, Link, Period, PersonNo, PointNo, Row,
};
use kangma_core::Assurance;

const ASSURANCES: [Assurance; 5] =
    [Assurance::Poster, Assurance::Typed, Assurance::Paper, Assurance::ServerMade, Assurance::DeviceBound];

fn row(person: u32, point: u32, from: u32, until: u32) -> Row {
    let during = Period { from, until };
    Row { person: PersonNo(person), point: PointNo(point), during, assurance: Assurance::DeviceBound }
}

fn case(person: u32, from: u32, until: u32) -> Case {
    Case { person: PersonNo(person), during: Period { from, until } }
}

fn contacts(columns: &Columns, cases: &[Case], enough: &Enough) -> Vec<Contact> {
    let mut found = Vec::new();
    columns.contacts(cases, enough, |contact| found.push(contact));
    found.sort_unstable();
    found
}

fn onward(columns: &Columns, cases: &[Case], enough: &Enough, infecting: Infecting) -> Vec<Link> {
    let mut found = Vec::new();
    columns.onward(cases, enough, infecting, |link| found.push(link));
    found.sort_unstable();
    found
}

fn pairs(columns: &Columns, during: Period, enough: &Enough) -> Vec<Contact> {
    let mut found = Vec::new();
    columns.pairs(during, enough, |contact| found.push(contact));
    found.sort_unstable();
    found
}
