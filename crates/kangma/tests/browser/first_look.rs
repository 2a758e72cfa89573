//! What a stranger meets first.

use std::time::Duration;

use crate::{
    town::Town,
    visitor::{Arrival, Language, Screen, Visitor},
};

/// Enough for households and visits, and quick to load.
const PEOPLE: u32 = 200;
/// The most that a first load may weigh on the wire.
const MOST_BYTES: u64 = 100_000;

#[tokio::test(flavor = "multi_thread")]
async fn the_first_page_is_light_shuts_nobody_out_and_says_that_this_is_a_demonstration() {
    let town = tokio::task::spawn_blocking(|| Town::found(PEOPLE)).await.expect("a town");
    for language in [Language::Chinese, Language::English] {
        let arrival = Arrival {
            test: language.pick("first-look-zh", "first-look-en"),
            home: &town.home,
            language,
            screen: Screen::Phone,
            film: None,
        };
        let visitor = Visitor::arrive(arrival).await;
        visitor.open("/").await;
        visitor.sees(language.pick("演示模式", "Demonstration.")).await;
        let bytes = visitor.bytes_of_this_load().await;
        assert!(bytes <= MOST_BYTES, "the first load takes {bytes} bytes");
        assert!(visitor.page_language().await.starts_with(language.pick("zh", "en")));
        visitor.photograph("first-page").await;
        visitor.finds_nobody_shut_out("the first page").await;
        visitor.leave().await;
    }
    assert!(!town.password("authority").is_empty());
    town.wait(Duration::from_secs(24 * 60 * 60));
}
