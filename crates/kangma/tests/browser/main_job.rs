//! The main job as people live it: declare on a phone, show the code, pass a gate; and a picture of a code is no code.

use std::time::{Duration, Instant};

use crate::{
    journey::Newcomer,
    town::Town,
    visitor::{Arrival, Language, Screen, Visitor},
};

const PEOPLE: u32 = 200;
const POINT: &str = "甲区小区1号";
/// How soon a code on a phone gives way to the next.
const RENEWED_WITHIN: Duration = Duration::from_secs(30);
/// After this, what was copied of a code is old.
const TOO_OLD: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread")]
async fn somebody_new_declares_passes_a_gate_and_a_picture_two_minutes_old_does_not() {
    let town = tokio::task::spawn_blocking(|| Town::found(PEOPLE)).await.expect("a town");
    let (chinese, english) =
        tokio::join!(Passage::through(&town, Language::Chinese), Passage::through(&town, Language::English));
    town.wait(TOO_OLD);
    tokio::join!(chinese.is_refused_with_a_picture(), english.is_refused_with_a_picture());
    tokio::join!(chinese.passes_with_the_code_itself(), english.passes_with_the_code_itself());
    tokio::join!(chinese.sees_who_looked(), english.sees_who_looked());
}

/// Somebody new, and the checker of the gate that they come to.
struct Passage {
    resident: Visitor,
    gate: Visitor,
    /// What the first picture of the code says.
    copied: String,
}

impl Passage {
    /// From the first page through the gate.
    async fn through(town: &Town, language: Language) -> Self {
        let test = language.pick("main-job-zh", "main-job-en");
        let arrival = || Arrival { test, home: &town.home, language, screen: Screen::Phone, film: None };
        let resident = async {
            let resident = Visitor::arrive(arrival()).await;
            resident.settles(&newcomer(language)).await;
            resident
        };
        let at = Arrival { test: language.pick("main-job-gate-zh", "main-job-gate-en"), ..arrival() };
        let (resident, gate) = tokio::join!(resident, Visitor::to_the_gate(town, POINT, at));
        for shown in [
            newcomer(language).name,
            language.pick("绿码", "Green"),
            language.pick("有效期至", "Valid until"),
            language.pick("秒后更新", "Renews in"),
        ] {
            resident.sees_without_scrolling(shown).await;
        }
        let (copied, shown_at) = (resident.code_on_the_screen("code").await, Instant::now());
        gate.photograph("waiting").await;
        let passage = Self { resident, gate, copied };
        let Self { gate, copied, .. } = &passage;
        gate.scans(copied, gate.say("绿码：放行", "Green: let pass")).await;
        gate.fills_the_screen().await;
        gate.photograph("pass").await;
        gate.no_longer_sees(gate.say("绿码：放行", "Green: let pass")).await;
        gate.press(gate.say("再看上一个", "Repeat the last")).await;
        gate.sees(gate.say("再次显示，不是新的查验", "shown again, not a new check")).await;
        passage.is_renewed(shown_at).await;
        passage
    }

    /// The picture on the phone becomes another before long.
    async fn is_renewed(&self, since: Instant) {
        while self.resident.code_on_the_screen("code-again").await == self.copied {
            assert!(since.elapsed() < RENEWED_WITHIN, "the code is the same after {:?}", since.elapsed());
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    }

    async fn is_refused_with_a_picture(&self) {
        let gate = &self.gate;
        gate.scans(&self.copied, gate.say("这是截图或旧码", "a screenshot or an old code")).await;
        gate.does_not_see(gate.say("绿码", "Green")).await;
        gate.photograph("old-picture").await;
    }

    async fn passes_with_the_code_itself(&self) {
        self.resident.press(self.resident.say("健康码", "My code")).await;
        self.resident.sees(self.resident.say("秒后更新", "Renews in")).await;
        let fresh = self.resident.code_on_the_screen("code-later").await;
        self.gate.scans(&fresh, self.gate.say("绿码：放行", "Green: let pass")).await;
    }

    async fn sees_who_looked(&self) {
        self.resident.press(self.resident.say("谁看过", "Who looked")).await;
        self.resident.sees(&format!("{}{POINT}", self.resident.say("查验员 · ", "Checker at "))).await;
        self.resident.photograph("who-looked").await;
    }
}

fn newcomer(language: Language) -> Newcomer<'static> {
    match language {
        Language::Chinese => {
            Newcomer { phone: "10099900001", name: "甄真", document: "T00000001", born: "1980-05-31" }
        }
        Language::English => {
            Newcomer { phone: "10099900002", name: "Ima Sample", document: "T00000002", born: "1941-12-01" }
        }
    }
}
