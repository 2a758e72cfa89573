//! A snapshot gives back what was saved, and refuses everything else.

use crate::town::SHAPES;
use kangma_contact::columns::{BadSnapshot, Belonging, Columns, FileSalt, Row, SnapshotKey};

const KEY: [u8; 32] = [7; 32];
const STORE: Belonging = Belonging([1; 32]);

fn all(columns: &Columns) -> Vec<Row> {
    let mut all = Vec::new();
    columns.each_row(|row| all.push(row));
    all
}

fn saved() -> (Columns, Vec<u8>) {
    let mut columns = Columns::default();
    columns.insert(&SHAPES[1].rows(3));
    // Enough for several pieces.
    columns.insert(&(0..200_000).map(|n| crate::row(n % 9_000, n % 70, n, n + 50_000)).collect::<Vec<_>>());
    let mut file = Vec::new();
    columns.save(&mut file, SnapshotKey(&KEY), FileSalt([3; 32]), STORE).unwrap();
    assert!(file.len() > 2 << 20);
    (columns, file)
}

fn load(file: &[u8]) -> Result<Columns, BadSnapshot> {
    Columns::load(file, SnapshotKey(&KEY), STORE)
}

#[test]
fn a_snapshot_gives_back_what_was_saved_and_grows_on() {
    let (mut columns, file) = saved();
    let mut loaded = load(&file).unwrap();
    assert_eq!(all(&loaded), all(&columns));
    let more = SHAPES[0].rows(4);
    columns.insert(&more);
    loaded.insert(&more);
    assert_eq!(all(&loaded), all(&columns));
}

#[test]
fn an_index_that_was_filled_is_the_one_that_was_asked_meanwhile() {
    let (_, grown) = saved();
    let mut filled = Columns::default();
    let many: Vec<Row> = (0..200_000).map(|n| crate::row(n % 9_000, n % 70, n, n + 50_000)).collect();
    many.chunks(7_000).for_each(|rows| assert_eq!(filled.fill(rows).added, rows.len()));
    filled.fill(&SHAPES[1].rows(3));
    let mut file = Vec::new();
    filled.save(&mut file, SnapshotKey(&KEY), FileSalt([3; 32]), STORE).unwrap();
    assert!(file == grown, "the two snapshots differ");
}

#[test]
fn a_snapshot_that_was_touched_cut_or_belongs_elsewhere_is_refused() {
    let (_, file) = saved();
    let piece = (1 << 20) + 16;
    for place in [52, 1_000, piece + 52, file.len() - 1] {
        let mut touched = file.clone();
        touched[place] ^= 1;
        assert!(matches!(load(&touched), Err(BadSnapshot::NotAuthentic)), "{place}");
    }
    for length in [52, 53, 52 + piece, 52 + piece + 5, 52 + 2 * piece, file.len() - 1] {
        assert!(matches!(load(&file[..length]), Err(BadSnapshot::NotAuthentic)), "{length}");
    }
    assert!(matches!(load(&file[..20]), Err(BadSnapshot::NotOne)));
    assert!(matches!(load(b"person,point"), Err(BadSnapshot::NotOne)));
    let mut longer = file.clone();
    longer.push(0);
    assert!(matches!(load(&longer), Err(BadSnapshot::NotAuthentic)));
    let mut other_version = file.clone();
    other_version[16] = 9;
    assert!(matches!(load(&other_version), Err(BadSnapshot::OtherVersion(9))));
    let mut other_salt = file.clone();
    other_salt[25] ^= 1;
    assert!(matches!(load(&other_salt), Err(BadSnapshot::NotAuthentic)));
    let swapped =
        [&file[..52], &file[52 + piece..52 + 2 * piece], &file[52..52 + piece], &file[52 + 2 * piece..]];
    assert!(matches!(load(&swapped.concat()), Err(BadSnapshot::NotAuthentic)));
    let elsewhere = Columns::load(&file[..], SnapshotKey(&KEY), Belonging([2; 32]));
    assert!(matches!(elsewhere, Err(BadSnapshot::OfAnotherStore)));
    let other_key = Columns::load(&file[..], SnapshotKey(&[8; 32]), STORE);
    assert!(matches!(other_key, Err(BadSnapshot::NotAuthentic)));
}
