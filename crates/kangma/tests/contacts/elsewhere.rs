//! People who were at two points at once.

use crate::{
    contacts, done, kangma,
    quotes::{FILES, ask},
};
use serde_json::json;

#[test]
fn visits_of_one_person_at_two_points_at_once_are_counted_and_all_count() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    // The first two share time elsewhere, the third touches, the fourth is at the same point, the others are alone.
    let text = "person,point,from,until\n1,10,0,3600\n1,20,1800,5400\n1,30,5400,7200\n1,30,6000,7300\n\
                2,10,0,1800\n2,20,1800,5400\n";
    let (totals, _) = ask(at, text);
    assert_eq!((&totals["visits_elsewhere_too"], &totals["encounters"]), (&json!(2), &json!(2)));
    let said = done(&contacts(at, &FILES));
    assert!(said.contains("2 visits overlap another of the same person elsewhere; all count"), "{said}");
    let said = done(&kangma(at, "gatherings", &FILES));
    assert!(!said.contains("overlap"), "{said}");
    ask(at, "person,point,from,until\n1,10,0,3600\n1,20,3600,5400\n");
    assert!(!done(&contacts(at, &FILES)).contains("overlap"));
}
