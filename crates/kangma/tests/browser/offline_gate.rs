//! A gate that loses its network decides by signatures and by the list that it was given, says so, and hands its visits
//! in when the network is back.

use std::time::Duration;

use crate::{
    journey::Newcomer,
    symbol,
    town::Town,
    visitor::{Arrival, Language, Screen, Visitor},
};

const PEOPLE: u32 = 200;
/// After this, what was copied of a code is old.
const TOO_OLD: Duration = Duration::from_secs(120);
/// After this, a gate that asks is given a new list.
const NEXT_LIST: Duration = Duration::from_secs(10);
/// How soon a gate notices that the server answers again.
const NOTICED_WITHIN: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_without_network_lets_the_good_pass_and_nobody_else_and_hands_each_visit_in_once() {
    let town = tokio::task::spawn_blocking(|| Town::found(PEOPLE)).await.expect("a town");
    let (chinese, english) =
        tokio::join!(Outage::comes(&town, Language::Chinese), Outage::comes(&town, Language::English));
    town.wait(TOO_OLD);
    let (lost_chinese, lost_english) = tokio::join!(chinese.loses_a_phone(), english.loses_a_phone());
    town.wait(NEXT_LIST);
    tokio::join!(chinese.loses_its_network(&lost_chinese), english.loses_its_network(&lost_english));
    tokio::join!(chinese.wrote_down(&town, 1), english.wrote_down(&town, 1));
    town.stands_still();
    tokio::join!(chinese.is_loaded_and_decides(), english.is_loaded_and_decides());
    town.goes_on();
    tokio::join!(chinese.hands_in(), english.hands_in());
    tokio::join!(chinese.wrote_down(&town, 2), english.wrote_down(&town, 2));
}

/// Two residents and a gate.
struct Outage {
    language: Language,
    resident: Visitor,
    loser: Visitor,
    gate: Visitor,
    /// What the resident's phone showed at first.
    old: String,
}

impl Outage {
    async fn comes(town: &Town, language: Language) -> Self {
        let arrival = |test| Arrival { test, home: &town.home, language, screen: Screen::Phone, film: None };
        let point = language.pick("甲区小区1号", "乙区小区1号");
        let [resident, loser] = newcomers(language);
        let at_home = async |test, newcomer: Newcomer<'static>| {
            let visitor = Visitor::arrive(arrival(test)).await;
            visitor.settles(&newcomer).await;
            visitor
        };
        let (resident, loser, gate) = tokio::join!(
            at_home(language.pick("offline-resident-zh", "offline-resident-en"), resident),
            at_home(language.pick("offline-loser-zh", "offline-loser-en"), loser),
            Visitor::to_the_gate(town, point, arrival(language.pick("offline-gate-zh", "offline-gate-en"))),
        );
        let old = code_on(&resident).await;
        Self { language, resident, loser, gate, old }
    }

    async fn loses_its_network(&self, lost: &str) {
        let gate = &self.gate;
        gate.open(&gate.path().await).await;
        gate.sees(gate.say("断网也能判断", "Ready for a lost network")).await;
        gate.photograph("ready").await;
        self.resident.open("/").await;

        gate.network(false).await;
        gate.sees(gate.say("没有网络：由本机按签名和", "No network: decided here, by signatures")).await;
        for (what, text, answer) in [
            ("revoked", lost, gate.say("这个码已挂失或更换", "reported lost or replaced")),
            ("old-picture", &self.old, gate.say("这是截图或旧码", "a screenshot or an old code")),
            ("foreign", "HC1:6BFOXN", gate.say("这不是本市的健康码", "not a health code of this city")),
            ("garbage", "KM1:NONSENSE", gate.say("没有读全", "could not be read whole")),
        ] {
            self.shows(text, answer).await;
            gate.does_not_see(gate.say("绿码", "Green")).await;
            gate.photograph(what).await;
        }
        self.lets_the_resident_pass().await;
        gate.photograph("pass").await;
        gate.finds_nobody_shut_out("a verdict without network").await;
        gate.open(&gate.path().await).await;
        gate.sees(gate.say("待上传 3 条", "3 to hand in")).await;
        // Whoever wants to leave now is told why not, and nothing is lost.
        gate.press("checker").await;
        gate.press(gate.say("退出登录", "Sign out")).await;
        gate.sees(gate.say("未退出", "Not signed out")).await;
        gate.photograph("stays").await;
        gate.press("checker").await;
        gate.network(true).await;
        self.hands_in().await;
        gate.network(false).await;
        gate.sees(gate.say("待上传 0 条", "0 to hand in")).await;
        gate.network(true).await;
        self.hands_in().await;
    }

    /// The phone shows a good code, and the gate lets pass by itself.
    async fn lets_the_resident_pass(&self) {
        self.resident.sees(self.resident.say("秒后更新", "Renews in")).await;
        self.shows(&code_on(&self.resident).await, self.gate.say("绿码：放行", "Green: let pass")).await;
        self.gate.sees(self.gate.say("离线判断，名单时间", "Decided without network, list of")).await;
        self.gate.fills_the_screen().await;
    }

    /// A server that is silent is waited for no longer than it takes to notice: the page is there, and decides.
    async fn is_loaded_and_decides(&self) {
        self.gate.open(&self.gate.path().await).await;
        self.lets_the_resident_pass().await;
        self.gate.photograph("pass-in-silence").await;
    }

    /// The server is there again, and takes what waits.
    async fn hands_in(&self) {
        let gate = &self.gate;
        gate.sees_within(gate.say("断网也能判断", "Ready for a lost network"), NOTICED_WITHIN).await;
        gate.does_not_see(gate.say("没有网络", "No network")).await;
    }

    /// Somebody reports the phone lost that shows a good code.
    async fn loses_a_phone(&self) -> String {
        let loser = &self.loser;
        loser.open("/").await;
        loser.sees(loser.say("秒后更新", "Renews in")).await;
        let lost = code_on(loser).await;
        loser.open("/help").await;
        loser.press(loser.say("手机丢失", "My phone is lost")).await;
        loser.press(loser.say("作废丢失手机上的健康码", "End the codes on the lost phone")).await;
        loser.sees(loser.say("秒后更新", "Renews in")).await;
        lost
    }

    /// A scanner reads a text and types it wherever the focus is; the gate answers with this.
    async fn shows(&self, text: &str, answer: &str) {
        self.gate.type_keys(format!("{text}\n")).await;
        self.gate.sees(answer).await;
    }

    /// The ledger of the point has this many visits, and says that one at least was decided without network. What a
    /// silent server hears after all, it may write down itself: once, all the same.
    async fn wrote_down(&self, town: &Town, visits: usize) {
        let (language, screen) = (self.language, Screen::Desk);
        let test = language.pick("offline-ledger-zh", "offline-ledger-en");
        let arrival = Arrival { test, home: &town.home, language, screen, film: None };
        let officer = Visitor::to_the_desk(town, "authority", arrival).await;
        officer.open(&self.gate.path().await.replace("/gate/", "/authority/points/")).await;
        officer.press(officer.say("访客登记", "Visitors")).await;
        officer.photograph("ledger").await;
        let rows = officer.text().await;
        assert_eq!(rows.matches(officer.say("甄*", "I. S***")).count(), visits, "{rows}");
        assert!(rows.contains(officer.say("离线判断", "decided offline")), "{rows}");
        officer.leave().await;
    }
}

fn newcomers(language: Language) -> [Newcomer<'static>; 2] {
    let of = |phone, name, document| Newcomer { phone, name, document, born: "1980-05-31" };
    match language {
        Language::Chinese => [of("10099900011", "甄真", "T00000011"), of("10099900012", "贾假", "T00000012")],
        Language::English => {
            [of("10099900013", "Ima Sample", "T00000013"), of("10099900014", "Noah Body", "T00000014")]
        }
    }
}

/// The text of the code that a phone shows, read from its screen by a reader that is not ours.
async fn code_on(resident: &Visitor) -> String {
    let picture = resident.photograph("code").await;
    symbol::read(&picture).unwrap_or_else(|| panic!("no code in {}", picture.display()))
}
