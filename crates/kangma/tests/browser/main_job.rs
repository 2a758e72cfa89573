//! The main job on a phone and at a gate.

use crate::{
    journey::Newcomer,
    symbol,
    town::Town,
    visitor::{Arrival, Language, Screen, Visitor},
};

const PEOPLE: u32 = 200;

#[tokio::test(flavor = "multi_thread")]
async fn somebody_new_declares_and_another_reader_reads_their_code_from_the_screen() {
    let town = tokio::task::spawn_blocking(|| Town::found(PEOPLE)).await.expect("a town");
    for language in [Language::Chinese, Language::English] {
        let test = language.pick("main-job-zh", "main-job-en");
        let visitor =
            Visitor::arrive(Arrival { test, home: &town.home, language, screen: Screen::Phone, film: None })
                .await;
        visitor
            .settles(&Newcomer {
                phone: language.pick("10099900001", "10099900002"),
                name: language.pick("甄真", "Real Example"),
                document: language.pick("T00001", "T00002"),
                born: "1980-05-31",
            })
            .await;
        let picture = visitor.photograph("code").await;
        assert!(symbol::read(&picture).is_some_and(|text| text.starts_with("KM1:")));
        visitor.leave().await;
    }
}
