//! Every page of residents and gates, in both languages on a phone: light on a first load, and nobody is shut out.

use crate::{
    journey::Newcomer,
    town::Town,
    visitor::{Arrival, Language, Screen, Visitor},
};

const PEOPLE: u32 = 100;
/// The most that a first load may weigh on the wire.
const MOST_BYTES: u64 = 100_000;
/// Where the pages are routed: none of them is forgotten below.
const ROUTES: [&str; 7] = [
    include_str!("../../../server/src/web/plain.rs"),
    include_str!("../../../server/src/web/plain/sign_in.rs"),
    include_str!("../../../server/src/web/plain/outbox.rs"),
    include_str!("../../../server/src/web/resident.rs"),
    include_str!("../../../server/src/web/resident/family.rs"),
    include_str!("../../../server/src/web/resident/household.rs"),
    include_str!("../../../server/src/web/gate.rs"),
];
/// An address that answers with a picture.
const NO_PAGE: &str = "/persons/{person}/code.svg";

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_a_resident_and_a_gate_is_light_and_shuts_nobody_out_in_both_languages() {
    let town = tokio::task::spawn_blocking(|| Town::found(PEOPLE)).await.expect("a town");
    let (chinese, english) =
        tokio::join!(looks_at_all(&town, Language::Chinese), looks_at_all(&town, Language::English));
    for tour in [chinese, english] {
        let saw = |route: &&str| tour.seen.iter().any(|page| is_of(page, route));
        let missed: Vec<_> = routes().filter(|route| !saw(route)).collect();
        assert!(missed.is_empty(), "nobody looked at {missed:?}");
        assert!(tour.wrong.is_empty(), "{}", tour.wrong.join("\n"));
    }
}

/// The addresses that answer to a look.
fn routes() -> impl Iterator<Item = &'static str> {
    let lines = ROUTES.iter().flat_map(|file| file.lines()).filter(|line| line.contains(", get("));
    lines.filter_map(|line| line.split('"').nth(1)).filter(|route| *route != NO_PAGE)
}

fn is_of(page: &str, route: &str) -> bool {
    let same = |(word, part): (&str, &str)| word == part || part.starts_with('{');
    page.split('/').count() == route.split('/').count() && page.split('/').zip(route.split('/')).all(same)
}

/// What one resident and one checker saw.
async fn looks_at_all(town: &Town, language: Language) -> Tour {
    let arrival = |test| Arrival { test, home: &town.home, language, screen: Screen::Phone, film: None };
    let mut tour = Tour::begins(arrival(language.pick("pages-zh", "pages-en"))).await;
    tour.before_signing_in().await;
    tour.declaring().await;
    tour.with_a_family().await;
    tour.appealing().await;
    tour.at_home().await;
    let mut gate = Tour::begins(arrival(language.pick("pages-gate-zh", "pages-gate-en"))).await;
    tour.visitor.open("/").await;
    tour.visitor.sees(language.pick("秒后更新", "Renews in")).await;
    let code = tour.visitor.code_on_the_screen("code").await;
    gate.at_a_gate(town, &code).await;
    tour.seen.append(&mut gate.seen);
    tour.wrong.append(&mut gate.wrong);
    tour
}

/// Somebody who comes to every page for the first time.
struct Tour {
    visitor: Visitor,
    /// The addresses of the resident's own pages begin with this.
    own: String,
    seen: Vec<String>,
    /// What is too heavy or shuts somebody out.
    wrong: Vec<String>,
}

impl Tour {
    async fn begins(arrival: Arrival<'_>) -> Self {
        let visitor = Visitor::arrive(arrival).await;
        visitor.keeps_nothing().await;
        Self { visitor, own: String::new(), seen: Vec::new(), wrong: Vec::new() }
    }

    /// Opens a page and looks at it.
    async fn to(&mut self, page: &str) {
        self.visitor.open(page).await;
        let bytes = self.visitor.bytes_of_this_load().await;
        if bytes > MOST_BYTES {
            self.wrong.push(format!("{page}: a first load takes {bytes} bytes"));
        }
        self.looks_at(page).await;
        self.seen.push(page.to_owned());
    }

    async fn looks_at(&mut self, page: &str) {
        let is_number = |word: &&str| word.len() == 16 && word.chars().all(|c| c.is_ascii_hexdigit());
        let words: Vec<_> = page.split('/').filter(|word| !word.is_empty() && !is_number(word)).collect();
        self.visitor.photograph_whole(&words.join("-")).await;
        let findings = self.visitor.axe_findings().await;
        self.wrong.extend(findings.iter().map(|finding| format!("{page}: {finding}")));
    }

    async fn here(&mut self) {
        let page = self.visitor.path().await;
        self.to(&page).await;
    }

    async fn all(&mut self, base: &str, pages: &[&str]) {
        for page in pages {
            self.to(&format!("{base}{page}")).await;
        }
    }

    async fn before_signing_in(&mut self) {
        self.all("/", &["", "help", "sign-in", "demo/outbox", "staff/sign-in"]).await;
        assert_eq!(self.visitor.goes_to("/nowhere").await, 404);
        self.looks_at("nowhere").await;
        let language = self.visitor.say("/language/zh", "/language/en");
        self.to(language).await;
        self.visitor.open("/sign-in").await;
        let v = &self.visitor;
        v.fill(v.say("手机号码", "Telephone number"), v.say("10099900031", "10099900032")).await;
        v.press(v.say("发送验证码", "Send the code")).await;
        self.here().await;
    }

    async fn declaring(&mut self) {
        let v = &self.visitor;
        v.signs_in(v.say("10099900031", "10099900032")).await;
        v.press(v.say("开始申报", "Start the declaration")).await;
        self.here().await;
        self.own = self.visitor.path().await.trim_end_matches("/identify").to_owned();
        let v = &self.visitor;
        v.says_who(&Newcomer {
            phone: "",
            name: v.say("甄真", "Ima Sample"),
            document: v.say("T00000031", "T00000032"),
            born: "1980-05-31",
        })
        .await;
        v.press(v.say("继续", "Continue")).await;
        self.here().await;
        self.visitor.answers_all(&["发热", "a fever"]).await;
        self.here().await;
        let questions = format!("{}/declare/", self.own);
        self.all(&questions, &["fever", "temperature", "summary"]).await;
        self.visitor.sends_the_declaration().await;
        self.here().await;
    }

    async fn with_a_family(&mut self) {
        let v = &self.visitor;
        v.adds(&Newcomer {
            phone: "",
            name: v.say("甄小小", "Minnie Sample"),
            document: v.say("T00000033", "T00000034"),
            born: "2015-02-03",
        })
        .await;
        let child = v.path().await;
        v.open("/family/household").await;
        v.pick(v.say("或选择我的家人", "Or somebody of my family"), v.say("甄小小", "Minnie Sample")).await;
        v.press(v.say("发送确认请求", "Ask them to confirm")).await;
        v.sees(v.say("已确认", "Confirmed")).await;
        self.all("/family", &["", "/add", "/household", "/apart"]).await;
        let number = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        self.to(&format!("/family/{}/share", number(&child))).await;
        self.to(&format!("{}/compare/{}", self.own, number(&child))).await;
        self.to(&child).await;
    }

    async fn appealing(&mut self) {
        self.to(&format!("{}/why", self.own)).await;
        self.visitor.press(self.visitor.say("有误？提出申诉", "Something is wrong? Appeal")).await;
        self.here().await;
        let v = &self.visitor;
        v.fill(v.say("哪里不对？", "What is wrong?"), v.say("量体温时刚跑完步。", "I had been running."))
            .await;
        v.press(v.say("提交申诉", "Send the appeal")).await;
        self.here().await;
    }

    async fn at_home(&mut self) {
        let own = self.own.clone();
        self.all("/", &["", "help", "check-in", "looks"]).await;
        self.all(
            &own,
            &["", "/why-not", "/check-in", "/looks", "/appeals", "/correct", "/statement", "/lost-phone"],
        )
        .await;
        self.visitor.open(&format!("{own}/check-in")).await;
        self.visitor.fill(self.visitor.say("体温", "Temperature"), "365").await;
        self.visitor.press(self.visitor.say("提交打卡", "Send the check-in")).await;
        self.looks_at("an-answer-that-cannot-be").await;
    }

    async fn at_a_gate(&mut self, town: &Town, yellow: &str) {
        self.visitor.open("/gate").await;
        self.visitor.enters_as(town, "checker").await;
        self.here().await;
        self.visitor.press("甲区小区1号").await;
        self.here().await;
        // What is read and typed is posted then, and the verdict is a page.
        self.visitor.never_gets("gate.js").await;
        self.here().await;
        let v = &self.visitor;
        v.scans(yellow, v.say("黄码：请勿进入", "Yellow: do not enter")).await;
        v.fills_the_screen().await;
        self.looks_at("stop-without-script").await;
        let v = &self.visitor;
        v.press(v.say("下一位", "Next")).await;
        v.scans("KM1:NONSENSE", v.say("没有读全", "could not be read whole")).await;
        self.looks_at("cannot-tell-without-script").await;
    }
}
