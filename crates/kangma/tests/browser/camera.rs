//! A code held before the gate's camera: read, checked and answered within a second.

use std::time::Duration;

use crate::{
    film::Film,
    journey::Newcomer,
    town::Town,
    visitor::{Arrival, Language, Screen, Visitor},
};

const PEOPLE: u32 = 200;
const FIRST_SIGHT: &str = include_str!("camera/first_sight.js");
/// Before this a checker has the page open and the camera running, as at any gate where people queue.
const NOBODY: Duration = Duration::from_secs(8);
/// From the frame that shows the code to the verdict.
const MOST_MS: f64 = 1_000.0;

#[tokio::test(flavor = "multi_thread")]
async fn a_code_before_the_camera_is_answered_within_a_second_of_the_frame() {
    let town = tokio::task::spawn_blocking(|| Town::found(PEOPLE)).await.expect("a town");
    let (test, language, screen) = ("camera", Language::English, Screen::Phone);
    let arrival = Arrival { test, home: &town.home, language, screen, film: None };
    let resident = Visitor::arrive(arrival).await;
    let newcomer =
        Newcomer { phone: "10099900021", name: "甄真", document: "T00000021", born: "1980-05-31" };
    resident.settles(&newcomer).await;
    let film = Film::after(NOBODY, &resident.photograph("code").await);

    let (test, language) = ("camera-gate", Language::Chinese);
    let arrival = Arrival { test, home: &town.home, language, screen, film: Some(&film) };
    let gate = Visitor::to_the_gate(&town, "甲区小区1号", arrival).await;
    gate.photograph("nobody-yet").await;
    let took = gate.measure(FIRST_SIGHT).await;
    gate.photograph("pass").await;
    gate.sees("绿码：放行").await;
    gate.sees("甄* 尾号 0021").await;
    let took = took.as_f64().unwrap_or_else(|| panic!("{took}"));
    println!("from the frame to the verdict: {took:.0} ms");
    assert!(took <= MOST_MS, "from the frame to the verdict it took {took:.0} ms");
}
