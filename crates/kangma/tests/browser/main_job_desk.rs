//! The main job from the authority's side: a case is reported, who shared a point with it turns red and reads why, a
//! contact is named, and all of it is taken back; a manual order by two officers, and the appeal against it.

use std::time::Duration;

use crate::{
    journey::Newcomer,
    town::Town,
    visitor::{Arrival, Language, Screen, Visitor},
};
use jiff::civil::Date;

const PEOPLE: u32 = 200;
/// Long enough for a meal.
const A_MEAL: Duration = Duration::from_secs(60 * 60);

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_of_a_reported_case_turns_red_reads_why_and_is_green_again_when_the_report_is_withdrawn() {
    let town = tokio::task::spawn_blocking(|| Town::found(PEOPLE)).await.expect("a town");
    let today = town.sleep();
    let (chinese, english) =
        tokio::join!(Story::begins(&town, Language::Chinese), Story::begins(&town, Language::English));
    town.wait(A_MEAL);
    tokio::join!(chinese.goes_on(&town, today), english.goes_on(&town, today));
}

/// Two guests of one restaurant, and two officers.
struct Story {
    cast: Cast,
    contact: Visitor,
    tracer: Visitor,
    second: Visitor,
}

/// Who plays in which language.
struct Cast {
    restaurant: &'static str,
    case: Newcomer<'static>,
    contact: Newcomer<'static>,
    /// The contact as lists show them.
    masked: &'static str,
    /// Named in an interview.
    friend: (&'static str, &'static str),
}

impl Cast {
    const fn of(language: Language) -> Self {
        const BORN: &str = "1980-05-31";
        match language {
            Language::Chinese => Self {
                restaurant: "甲区餐馆1号",
                case: Newcomer { phone: "10099900041", name: "冉病", document: "T00000041", born: BORN },
                contact: Newcomer { phone: "10099900042", name: "佘接", document: "T00000042", born: BORN },
                masked: "佘*",
                friend: ("尚友", "10099900043"),
            },
            Language::English => Self {
                restaurant: "乙区餐馆1号",
                case: Newcomer {
                    phone: "10099900044",
                    name: "Ill Example",
                    document: "T00000044",
                    born: BORN,
                },
                contact: Newcomer {
                    phone: "10099900045",
                    name: "Nat Sample",
                    document: "T00000045",
                    born: BORN,
                },
                masked: "N. S***",
                friend: ("Fay Specimen", "10099900046"),
            },
        }
    }
}

impl Story {
    /// Both declare and come to the restaurant.
    async fn begins(town: &Town, language: Language) -> Self {
        let cast = Cast::of(language);
        let arrival = |screen, test| Arrival { test, home: &town.home, language, screen, film: None };
        let (case, contact) = tokio::join!(
            comes(arrival(Screen::Phone, language.pick("desk-job-case-zh", "desk-job-case-en")), &cast.case),
            comes(
                arrival(Screen::Phone, language.pick("desk-job-contact-zh", "desk-job-contact-en")),
                &cast.contact
            ),
        );
        let test = language.pick("desk-job-gate-zh", "desk-job-gate-en");
        let gate = Visitor::to_the_gate(town, cast.restaurant, arrival(Screen::Phone, test)).await;
        for guest in [&case, &contact] {
            guest.press(guest.say("健康码", "My code")).await;
            guest.sees(guest.say("秒后更新", "Renews in")).await;
            gate.scans(&guest.code_on_the_screen("code").await, gate.say("绿码：放行", "Green: let pass"))
                .await;
            gate.press(gate.say("下一位", "Next")).await;
        }
        tokio::join!(case.leave(), gate.leave());
        let desk = |login, test| Visitor::to_the_desk(town, login, arrival(Screen::Desk, test));
        let tracer = desk("tracer", language.pick("desk-job-zh", "desk-job-en")).await;
        let second = desk("second", language.pick("desk-job-second-zh", "desk-job-second-en")).await;
        Self { cast, contact, tracer, second }
    }

    async fn goes_on(&self, town: &Town, today: Date) {
        self.reports(today).await;
        self.contact_reads_why().await;
        self.names_a_friend(today).await;
        self.withdraws().await;
        self.contact_is_green_again().await;
        // The tracer leaves the desk to an officer who decides.
        changes_shifts(&self.tracer, town, "tracer", "authority").await;
        self.orders(today).await;
        // Neither of the two whose order it is decides the appeal.
        changes_shifts(&self.second, town, "second", "third").await;
        self.appeals().await;
    }

    /// The tracer sees beforehand whom a report turns red, and finds the contact on the case's page.
    async fn reports(&self, today: Date) {
        let (tracer, Cast { case, contact, .. }) = (&self.tracer, &self.cast);
        tracer.press(tracer.say("病例", "Cases")).await;
        tracer.press(tracer.say("报告病例", "Report a case")).await;
        tracer
            .pick(tracer.say("证件类型", "Kind of document"), tracer.say("其他证件", "Another document"))
            .await;
        tracer.fill(tracer.say("证件号码", "Document number"), case.document).await;
        tracer.fill(tracer.say("姓名", "Name"), case.name).await;
        tracer.choose(tracer.say("确诊", "Confirmed")).await;
        tracer.fill_date(tracer.say("发病日期", "Onset"), &today.to_string()).await;
        tracer.press(tracer.say("预览影响", "Preview who changes")).await;
        self.preview("report", &[tracer.say("2 人", "2 people"), self.cast.masked]).await;
        self.contact.open("/").await;
        self.contact.sees(self.contact.say("绿码", "Green")).await;
        tracer.press(tracer.say("执行", "Carry it out")).await;
        for shown in [case.name, self.cast.restaurant, tracer.say("餐馆", "Restaurant"), contact.phone] {
            tracer.sees(shown).await;
        }
        tracer.photograph_whole("case").await;
        tracer.finds_nobody_shut_out("a case with a contact").await;
    }

    async fn preview(&self, step: &str, shown: &[&str]) {
        let tracer = &self.tracer;
        tracer.sees(tracer.say("现在还没有写入任何内容", "Nothing has been written yet")).await;
        for text in shown {
            tracer.sees(text).await;
        }
        tracer.photograph_whole(&format!("preview-{step}")).await;
        tracer.finds_nobody_shut_out(&format!("the preview of a {step}")).await;
    }

    /// Red, with help, the reason and what ends it; no place, no hour, no name.
    async fn contact_reads_why(&self) {
        let contact = &self.contact;
        contact.open("/").await;
        contact.sees(contact.say("红码", "Red")).await;
        self.nobody_is_given_away("red").await;
        contact.press(contact.say("为什么？", "Why?")).await;
        contact.sees(contact.say("密切接触者", "Close contact")).await;
        contact.sees(contact.say("已完成 0 / 14", "0 of 14 done")).await;
        self.nobody_is_given_away("why").await;
        contact.press(contact.say("为什么不是别的颜色", "Why not another colour")).await;
        contact.sees(contact.say("没有任何来源提供符合此规则的信息", "No source has said anything")).await;
        self.nobody_is_given_away("why-not").await;
    }

    async fn nobody_is_given_away(&self, page: &str) {
        let Cast { restaurant, case, .. } = &self.cast;
        for secret in [*restaurant, case.name, case.phone, "09:0", self.contact.say("餐馆", "estaurant")] {
            self.contact.does_not_see(secret).await;
        }
        self.contact.photograph_whole(page).await;
        self.contact.finds_nobody_shut_out(page).await;
    }

    /// A contact from the interview: a name and a telephone are enough.
    async fn names_a_friend(&self, today: Date) {
        let (tracer, (name, phone)) = (&self.tracer, self.cast.friend);
        tracer.press(tracer.say("添加接触者", "Add a contact")).await;
        tracer.fill(tracer.say("姓名", "Name"), name).await;
        tracer.fill(tracer.say("手机号码", "Telephone number"), phone).await;
        tracer.choose(tracer.say("密切接触", "Close")).await;
        tracer.fill_date(tracer.say("最后接触日期", "Last contact"), &today.to_string()).await;
        tracer.press(tracer.say("预览影响", "Preview who changes")).await;
        self.preview("contact", &[tracer.say("1 人", "1 person"), name]).await;
        tracer.press(tracer.say("执行", "Carry it out")).await;
        tracer.sees(phone).await;
        tracer.press_near(phone, tracer.say("已致电", "Called")).await;
        tracer.sees(phone).await;
        tracer.sees_in_order(&[self.cast.contact.phone, phone]).await;
        tracer.photograph_whole("case-with-a-friend").await;
    }

    async fn withdraws(&self) {
        let tracer = &self.tracer;
        tracer.press(tracer.say("撤回", "Withdraw")).await;
        tracer
            .fill(tracer.say("理由", "Reason"), tracer.say("样本弄错了。", "The samples were mixed up."))
            .await;
        tracer.press(tracer.say("预览影响", "Preview who changes")).await;
        self.preview("withdrawal", &[tracer.say("2 人", "2 people"), tracer.say("1 人", "1 person")]).await;
        tracer.press(tracer.say("执行", "Carry it out")).await;
        tracer.sees(tracer.say("还没有发现接触者", "No contact has been found")).await;
        tracer.photograph_whole("case-withdrawn").await;
        tracer.finds_nobody_shut_out("a withdrawn case").await;
    }

    /// Nothing is left of it but what the messages said.
    async fn contact_is_green_again(&self) {
        let contact = &self.contact;
        contact.open("/").await;
        contact.sees(contact.say("绿码", "Green")).await;
        contact.does_not_see(contact.say("请留在隔离处", "isolation")).await;
        contact.press(contact.say("为什么？", "Why?")).await;
        contact.sees(contact.say("没有发现异常", "Nothing abnormal was found")).await;
        contact.does_not_see(contact.say("密切接触", "Close contact")).await;
        contact.photograph_whole("green-again").await;
        contact.press(contact.say("为什么不是别的颜色", "Why not another colour")).await;
        contact.sees(contact.say("没有任何来源提供符合此规则的信息", "No source has said anything")).await;
        contact.does_not_see(contact.say("曾适用于您", "This held for you")).await;
    }

    /// One officer proposes and nothing changes; another confirms.
    async fn orders(&self, today: Date) {
        let (tracer, second, contact) = (&self.tracer, &self.second, &self.contact);
        tracer.open("/authority/orders").await;
        tracer.press(tracer.say("提出管控令", "Propose an order")).await;
        tracer
            .pick(tracer.say("证件类型", "Kind of document"), tracer.say("其他证件", "Another document"))
            .await;
        tracer.fill(tracer.say("证件号码", "Document number"), self.cast.contact.document).await;
        tracer.choose(tracer.say("黄", "Yellow")).await;
        tracer.fill(tracer.say("法律依据", "Legal ground"), tracer.say("第三十九条", "Article 39")).await;
        tracer.fill(tracer.say("理由", "Why"), tracer.say("等待检测结果。", "Waits for a test.")).await;
        let until = format!("{}T08:00", today.checked_add(jiff::ToSpan::days(7)).expect("a day"));
        tracer.fill_date(tracer.say("结束时间", "Until"), &until).await;
        tracer.press(tracer.say("提出", "Propose")).await;
        tracer.sees(tracer.say("请等待另一名工作人员", "Another officer has to confirm")).await;
        contact.open("/").await;
        contact.sees(contact.say("绿码", "Green")).await;

        second.open("/authority/orders").await;
        second.press(self.cast.masked).await;
        second.choose(second.say("确认", "Confirm")).await;
        second.photograph_whole("order").await;
        second.finds_nobody_shut_out("an order that waits").await;
        second.press(second.say("作出决定", "Decide")).await;
        second.press(self.cast.masked).await;
        second.sees(second.say("现在结束", "End it now")).await;
        second.photograph_whole("order-in-force").await;
        second.finds_nobody_shut_out("an order in force").await;
        contact.open("/").await;
        contact.sees(contact.say("黄码", "Yellow")).await;
    }

    /// The person objects in their own words; another officer answers, and the reason ends.
    async fn appeals(&self) {
        let (third, contact) = (&self.second, &self.contact);
        contact.press(contact.say("为什么？", "Why?")).await;
        contact.press(contact.say("提出申诉", "Something is wrong? Appeal")).await;
        let words = contact.say("我已经检测过了。", "I have been tested.");
        contact.fill(contact.say("哪里不对", "What is wrong?"), words).await;
        contact.press(contact.say("提交申诉", "Send the appeal")).await;
        contact.sees(contact.say("申诉编号", "Appeal number")).await;
        contact.photograph_whole("appeal").await;
        contact.finds_nobody_shut_out("an appeal").await;
        let appeal = contact.path().await;

        third.open("/authority/appeals").await;
        third.press_near(self.cast.masked, "A-").await;
        third.sees(words).await;
        third.choose(third.say("解除", "Release")).await;
        let answer = third.say("结果为阴性，已解除。", "The test was negative: released.");
        third.fill(third.say("给本人的答复", "Your answer to the person"), answer).await;
        third.photograph_whole("appeal").await;
        third.press(third.say("作出决定", "Decide")).await;
        contact.open(&appeal).await;
        contact.sees(answer).await;
        contact.photograph_whole("appeal-answered").await;
        contact.open("/").await;
        contact.sees(contact.say("绿码", "Green")).await;
    }
}

/// Somebody leaves the desk to somebody else.
async fn changes_shifts(desk: &Visitor, town: &Town, from: &str, to: &str) {
    desk.press(from).await;
    desk.press(desk.say("退出登录", "Sign out")).await;
    desk.enters_as(town, to).await;
    desk.open("/authority").await;
}

async fn comes(arrival: Arrival<'_>, newcomer: &Newcomer<'_>) -> Visitor {
    let visitor = Visitor::arrive(arrival).await;
    visitor.settles(newcomer).await;
    visitor
}
