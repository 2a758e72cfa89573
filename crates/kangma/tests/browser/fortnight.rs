//! Fourteen days at home: a contact who turned red checks in day by day, forgets one, is reminded, and is green at the
//! end; and somebody who was told late owes only the days that are left.

use std::time::Duration;

use jiff::{ToSpan, civil::Date};

use crate::{
    journey::Newcomer,
    town::Town,
    visitor::{Arrival, Language, Screen, Visitor},
};

const PEOPLE: u32 = 200;
/// The days that the policy asks for.
const DAYS: i64 = 14;
/// The day whose check-in is forgotten.
const FORGOTTEN: i64 = 4;
/// From nine in the morning until nothing of yesterday can be made up any more.
const UNTIL_NOON: Duration = Duration::from_secs(3 * 60 * 60);

#[tokio::test(flavor = "multi_thread")]
async fn fourteen_check_ins_turn_a_contact_green_and_a_forgotten_one_is_reminded_and_only_waits() {
    let town = tokio::task::spawn_blocking(|| Town::found(PEOPLE)).await.expect("a town");
    let first = town.sleep();
    let contact = AtHome::comes(&town, Language::Chinese).await;
    contact.is_named(&town, first).await;
    // The fourteenth day is over with its night; a forgotten check-in is made good on the morning after.
    let end = first + (DAYS + 1).days();
    contact.waits(0, 0, end).await;
    contact.resident.photograph_whole("why").await;
    let mut done = 0;
    for day in 1..=DAYS + 1 {
        let today = town.sleep();
        if day == FORGOTTEN {
            contact.owes_today().await;
            continue;
        }
        if day == FORGOTTEN + 1 {
            contact.is_reminded(&town).await;
        }
        contact.checks_in().await;
        done += 1;
        match done {
            DAYS => assert_eq!(today, end),
            done => contact.waits(done, day - 1, end).await,
        }
    }
    contact.renews().await;
    contact.is_free().await;
    told_late(&town).await;
}

/// Eleven of the fourteen days are over when somebody is named: four check-ins are left.
async fn told_late(town: &Town) {
    let contact = AtHome::comes(town, Language::English).await;
    let mut today = town.now().date();
    let last = today - 11.days();
    contact.is_named(town, last).await;
    for left in (1..=4).rev() {
        contact.waits(DAYS - left, DAYS - left, last + (DAYS + 1).days()).await;
        contact.checks_in().await;
        today = town.sleep();
    }
    assert_eq!(today, last + (DAYS + 1).days());
    contact.is_free().await;
}

/// Somebody who declared that nothing is wrong.
struct AtHome {
    resident: Visitor,
    newcomer: Newcomer<'static>,
    language: Language,
}

impl AtHome {
    async fn comes(town: &Town, language: Language) -> Self {
        let newcomer = match language {
            Language::Chinese => {
                Newcomer { phone: "10099900051", name: "居家", document: "T00000051", born: "1980-05-31" }
            }
            Language::English => Newcomer {
                phone: "10099900052",
                name: "Stay Example",
                document: "T00000052",
                born: "1980-05-31",
            },
        };
        let test = language.pick("fortnight-zh", "fortnight-en");
        let arrival = Arrival { test, home: &town.home, language, screen: Screen::Phone, film: None };
        let resident = Visitor::arrive(arrival).await;
        resident.settles(&newcomer).await;
        Self { resident, newcomer, language }
    }

    /// A case of the city names this person, who was last met on this day.
    async fn is_named(&self, town: &Town, last: Date) {
        let (language, screen) = (self.language, Screen::Desk);
        let test = language.pick("fortnight-desk-zh", "fortnight-desk-en");
        let tracer = Visitor::to_the_desk(
            town,
            "tracer",
            Arrival { test, home: &town.home, language, screen, film: None },
        )
        .await;
        tracer.open("/authority/cases").await;
        tracer.press("C-1").await;
        tracer.press(tracer.say("添加接触者", "Add a contact")).await;
        tracer.fill(tracer.say("姓名", "Name"), self.newcomer.name).await;
        tracer.fill(tracer.say("手机号码", "Telephone number"), self.newcomer.phone).await;
        tracer.choose(tracer.say("密切接触", "Close")).await;
        tracer.fill_date(tracer.say("最后接触日期", "Last contact"), &last.to_string()).await;
        tracer.press(tracer.say("预览影响", "Preview who changes")).await;
        tracer.press(tracer.say("执行", "Carry it out")).await;
        tracer.sees(self.newcomer.phone).await;
        tracer.leave().await;
    }

    /// Red, until this day; so many check-ins and days are done.
    async fn waits(&self, check_ins: i64, days: i64, until: Date) {
        let (month, day) = (until.month(), until.day());
        let resident = &self.resident;
        resident.open("/").await;
        resident.sees(resident.say("红码", "Red")).await;
        let english = until.strftime("%-d %B").to_string();
        resident
            .sees(resident.say(&format!("预计到 {month}月{day}日"), &format!("Expected until {english}")))
            .await;
        resident.press(resident.say("为什么？", "Why?")).await;
        for (what, done) in [
            (resident.say("天数", "Days"), days),
            (resident.say("每日健康打卡", "Daily check-ins"), check_ins),
        ] {
            let (chinese, english) = (format!("已完成 {done} / {DAYS}"), format!("{done} of {DAYS} done"));
            let line = format!("{what} {}", resident.say(&chinese, &english));
            let text = resident.text().await.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains(&line), "'{line}' is not said, but:\n{text}");
        }
    }

    /// The check-in of today stands among what is to be done, and is made there.
    async fn checks_in(&self) {
        let resident = &self.resident;
        self.owes_today().await;
        resident.press_near(self.duty(), resident.say("打卡", "Check-in")).await;
        resident.fill(resident.say("体温", "Temperature"), "36.5").await;
        resident.press(resident.say("提交打卡", "Send the check-in")).await;
        resident.sees(resident.say("为什么？", "Why?")).await;
        resident.does_not_see(self.duty()).await;
    }

    async fn owes_today(&self) {
        self.resident.open("/").await;
        self.resident.sees(self.duty()).await;
    }

    fn duty(&self) -> &str {
        self.resident.say("今天完成健康打卡", "Make today's check-in")
    }

    /// In the morning after, a message says what can still be made up; after noon it only waits.
    async fn is_reminded(&self, town: &Town) {
        let resident = &self.resident;
        let message =
            resident.say("【康码】昨天的健康打卡尚未完成", "kangma: yesterday's check-in is missing");
        resident.finds("/demo/outbox", &format!("{}\n\n{message}", self.newcomer.phone)).await;
        resident.photograph("reminder").await;
        resident.open("/").await;
        let late = resident.say("补打昨天的健康打卡", "Make up yesterday's check-in");
        resident.sees(late).await;
        resident.sees(self.duty()).await;
        resident.photograph_whole("overdue").await;
        resident.press_near(late, resident.say("打卡", "Check-in")).await;
        resident.sees(resident.say("补打", "Yesterday")).await;
        resident.photograph_whole("late-check-in").await;
        town.wait(UNTIL_NOON);
        resident.open("/").await;
        resident.does_not_see(late).await;
    }

    /// The declaration has run out meanwhile: nothing has changed, so one tap is enough.
    async fn renews(&self) {
        let resident = &self.resident;
        resident.open("/").await;
        resident.sees(resident.say("申报已过期", "has expired")).await;
        resident.photograph_whole("expired").await;
        resident.press(resident.say("一键续期", "Renew with one tap")).await;
    }

    /// Nothing is left to do, and nothing is left of it.
    async fn is_free(&self) {
        let resident = &self.resident;
        resident.open("/").await;
        resident.photograph_whole("free").await;
        resident.sees(resident.say("绿码", "Green")).await;
        resident.does_not_see(resident.say("隔离", "isolation")).await;
        resident.photograph_whole("free").await;
    }
}
