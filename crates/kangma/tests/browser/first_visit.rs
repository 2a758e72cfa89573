//! A code that was opened once is there when the network is not, on an installed page as well; and it says how old it is.

use crate::{
    journey::Newcomer,
    town::Town,
    visitor::{Arrival, Language, Screen, Visitor},
};

const PEOPLE: u32 = 100;
/// Answers when what keeps the pages has settled in.
const SETTLED: &str = "const done = arguments[arguments.length - 1]; \
                       navigator.serviceWorker.ready.then(({ active }) => \
                         active.state === 'activated' ? done() : active.addEventListener('statechange', () => done()))";

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_was_opened_once_is_shown_without_network_and_says_how_old_it_is() {
    let town = tokio::task::spawn_blocking(|| Town::found(PEOPLE)).await.expect("a town");
    let (test, language, screen) = ("first-visit", Language::Chinese, Screen::Phone);
    let visitor = Visitor::arrive(Arrival { test, home: &town.home, language, screen, film: None }).await;
    let newcomer =
        Newcomer { phone: "10099900051", name: "甄真", document: "T00000051", born: "1944-06-07" };
    visitor.settles(&newcomer).await;
    let code = visitor.path().await;
    visitor.measure(SETTLED).await;
    drop(town);
    for page in [code.as_str(), "/"] {
        visitor.open(page).await;
        visitor.sees_without_scrolling("没有网络。显示的是").await;
        visitor.sees_without_scrolling("绿码").await;
        visitor.code_on_the_screen("without-network").await;
    }
}
