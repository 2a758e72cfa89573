//! A guardian holds a child's code beside their own: declares for the child, shows the right code, checks in, asks why,
//! appeals; and the page is still there when the network is not.

use std::time::Duration;

use crate::{
    journey::Newcomer,
    town::Town,
    visitor::{Arrival, Language, Screen, Visitor},
};

const PEOPLE: u32 = 100;
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_holds_a_childs_code_and_shows_it_when_the_network_is_gone() {
    let town = tokio::task::spawn_blocking(|| Town::found(PEOPLE)).await.expect("a town");
    let (chinese, english) =
        tokio::join!(Guardian::comes(&town, Language::Chinese), Guardian::comes(&town, Language::English));
    town.wait(A_DAY);
    tokio::join!(chinese.lives_a_day(), english.lives_a_day());
    drop(town);
    tokio::join!(chinese.is_without_network(), english.is_without_network());
}

struct Guardian {
    visitor: Visitor,
    own: Newcomer<'static>,
    child: Newcomer<'static>,
}

impl Guardian {
    async fn comes(town: &Town, language: Language) -> Self {
        let test = language.pick("family-zh", "family-en");
        let arrival = Arrival { test, home: &town.home, language, screen: Screen::Phone, film: None };
        let visitor = Visitor::arrive(arrival).await;
        let (own, child) = family(language);
        let guardian = Self { visitor, own, child };
        guardian.visitor.settles(&own).await;
        guardian.declares_for_the_child().await;
        guardian.goes_from_one_code_to_the_other().await;
        guardian
    }

    async fn lives_a_day(&self) {
        self.checks_in().await;
        self.asks_why_and_appeals().await;
        self.asks_why_not().await;
        self.sees_nobody_looked().await;
    }

    async fn declares_for_the_child(&self) {
        let v = &self.visitor;
        v.adds(&self.child).await;
        assert!(v.heading().await.starts_with(self.child.name), "{}", v.heading().await);
        v.photograph("child-added").await;
        v.press(v.say("开始申报", "Start the declaration")).await;
        v.press(v.say("继续", "Continue")).await;
        v.sees(v.say("请回答这个问题", "Please answer this question")).await;
        v.photograph("not-answered").await;
        v.declares(&["咳嗽", "a cough"]).await;
        v.photograph("declared").await;
        v.press(v.say("出示健康码", "Show my code")).await;
    }

    /// Whose code it is stands above it, whatever was shown before.
    async fn goes_from_one_code_to_the_other(&self) {
        let v = &self.visitor;
        for (holder, colour) in [
            (&self.child, v.say("黄码", "Yellow")),
            (&self.own, v.say("绿码", "Green")),
            (&self.child, v.say("黄码", "Yellow")),
        ] {
            if !v.heading().await.starts_with(holder.name) {
                v.press(holder.name).await;
            }
            v.sees(v.say("秒后更新", "Renews in")).await;
            assert!(v.heading().await.starts_with(holder.name), "{}", v.heading().await);
            v.sees_without_scrolling(colour).await;
            v.code_on_the_screen("one-of-two-codes").await;
        }
    }

    async fn checks_in(&self) {
        let v = &self.visitor;
        let task = v.say("今天完成健康打卡", "Make today's check-in");
        v.press(v.say("健康码", "My code")).await;
        v.press_near(task, v.say("打卡", "Check-in")).await;
        v.fill(v.say("体温", "Temperature"), "36,6").await;
        v.photograph("check-in").await;
        v.press(v.say("提交打卡", "Send the check-in")).await;
        v.sees(self.child.name).await;
        v.does_not_see(task).await;
        v.photograph("checked-in").await;
    }

    async fn asks_why_and_appeals(&self) {
        let v = &self.visitor;
        v.press(v.say("为什么？", "Why?")).await;
        v.sees(v.say("发热或呼吸道症状", "Fever or respiratory symptoms")).await;
        v.sees(v.say("已完成 1 / 7", "1 of 7 done")).await;
        v.sees(v.say("医院不看码色都可进入", "a hospital lets you in with any code")).await;
        v.photograph_whole("why").await;
        v.press(v.say("有误？提出申诉", "Something is wrong? Appeal")).await;
        v.fill(v.say("哪里不对？", "What is wrong?"), v.say("孩子只是呛了水。", "She only swallowed water."))
            .await;
        v.press(v.say("提交申诉", "Send the appeal")).await;
        for words in [
            v.say("申诉已收到", "Your appeal is in"),
            v.say("申诉编号", "Appeal number"),
            v.say("区县卫健局", "District health office"),
            v.say("答复期限", "Answer due"),
            v.say("到期未答复", "If there is no answer by then"),
        ] {
            v.sees(words).await;
        }
        v.photograph_whole("appeal").await;
    }

    async fn asks_why_not(&self) {
        let v = &self.visitor;
        v.press(v.say("健康码", "My code")).await;
        v.press(self.own.name).await;
        v.press(v.say("为什么没变？", "Why not?")).await;
        v.sees(v.say("没有任何来源提供符合此规则的信息", "No source has said anything that meets this rule"))
            .await;
        v.photograph_whole("why-not").await;
        v.pick(v.say("您以为会是什么颜色？", "Which colour did you expect?"), v.say("黄码", "Yellow")).await;
        v.press(v.say("显示", "Show")).await;
        v.sees(v.say("发热或呼吸道症状", "Fever or respiratory symptoms")).await;
        v.does_not_see(self.child.name).await;
        v.photograph_whole("why-not-yellow").await;
    }

    async fn sees_nobody_looked(&self) {
        let v = &self.visitor;
        v.press(v.say("谁看过", "Who looked")).await;
        v.sees(v.say("还没有人查看过", "Nobody has looked yet")).await;
        v.photograph("nobody-looked").await;
    }

    /// The server cannot be reached any more: both codes were opened before.
    async fn is_without_network(&self) {
        let v = &self.visitor;
        for holder in [&self.own, &self.child] {
            v.press(v.say("健康码", "My code")).await;
            if !v.heading().await.starts_with(holder.name) {
                v.press(holder.name).await;
            }
            v.sees(v.say("没有网络。显示的是", "No network. This is how it stood at")).await;
            assert!(v.heading().await.starts_with(holder.name), "{}", v.heading().await);
            v.code_on_the_screen("without-network").await;
        }
    }
}

fn family(language: Language) -> (Newcomer<'static>, Newcomer<'static>) {
    let of = |phone, name, document, born| Newcomer { phone, name, document, born };
    match language {
        Language::Chinese => (
            of("10099900041", "甄真", "T00000041", "1985-06-07"),
            of("", "甄小小", "T00000042", "2015-02-03"),
        ),
        Language::English => (
            of("10099900043", "Ima Sample", "T00000043", "1985-06-07"),
            of("", "Minnie Sample", "T00000044", "2015-02-03"),
        ),
    }
}
