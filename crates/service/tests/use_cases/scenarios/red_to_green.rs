//! From red to green under `hangzhou-2020`, day by day.

use super::{come, counted, duties, rules, told::messages, verdict};
use crate::house::{Holder, House, code};
use kangma_core::{Number, PersonId, Span, Standing, Standing::Green, Standing::Red, Verdict};
use kangma_service::{
    Actor,
    explain::AsOf,
    forms::{CaseForm, CheckInForm, Purpose},
};

const CONTACT: &[&str] = &["close-contact"];
const FEVER: &[&str] = &["close-contact", "symptoms"];
const FREE: &[&str] = &["isolate"];
const OWED: &[&str] = &["check-in-daily", "isolate"];
const ILL: &[&str] = &["isolate", "see-a-doctor"];

/// An evening: rules, counted days, days missed, the day of the expected end, duties left.
type Evening = (i32, &'static [&'static str], u32, usize, i32, &'static [&'static str]);

async fn report(house: &House, officer: &Actor, person: PersonId) {
    let form = CaseForm {
        person,
        status: "confirmed".to_owned(),
        onset: None,
        sampled: Some(house.now() - Span::from_minutes(1)),
    };
    house.service.report_case(officer, form).await.unwrap();
}

/// Two people share an office at noon of day 0; one of the two is ill.
async fn met() -> (House, Actor, Holder, Holder) {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let (ill, contact) = (house.holder().await, house.holder().await);
    let office = house.point("office", "tower").await;
    come(&house, "0 12:00").await;
    house.meet(&officer, office, &[&ill, &contact], Span::from_minutes(30)).await;
    (house, officer, ill, contact)
}

/// What a resident is told of the end: the day, as days after 1 March.
fn end_of(verdict: &Verdict) -> i32 {
    let zone = kangma_core::Zone::named("Asia/Shanghai").unwrap();
    let first = "2020-03-01".parse().unwrap();
    zone.day(verdict.reasons[0].expected_end.unwrap()).since(first)
}

async fn check_in(house: &House, who: &Holder, temperature: i64) {
    let form = CheckInForm { temperature: Some(Number(temperature)), ..house.normal_check_in() };
    house.service.check_in_daily(&who.actor, who.person, form).await.unwrap();
}

/// Before the first declaration ends: one tap would say again that there was no contact. Who says that there was, and it is
/// on record, owes nothing more for it.
async fn declare_the_contact(house: &House, who: &Holder) {
    assert_eq!(code(house.service.renew(&who.actor, who.person).await), "cannot-renew");
    let mut form = house.clean_declaration(Purpose::Resident);
    form.answers.insert("contact".to_owned(), true.into());
    house.service.declare(&who.actor, who.person, form).await.unwrap();
}

#[tokio::test]
async fn exposure_a_missed_day_and_a_fever_turn_green_at_the_check_in_of_day_20_and_not_before() {
    let (house, officer, ill, she) = met().await;
    come(&house, "0 18:00").await;
    assert_eq!(house.standing(&she.actor, she.person).await, Green);
    report(&house, &officer, ill.person).await;
    let evenings: Vec<Evening> = vec![
        (0, CONTACT, 0, 0, 15, FREE),
        (1, CONTACT, 1, 0, 15, FREE),
        (2, CONTACT, 2, 0, 15, FREE),
        // Missed: tonight it is still owed; tomorrow there is a reminder, and the count waits.
        (3, CONTACT, 2, 0, 15, OWED),
        (4, CONTACT, 3, 1, 15, FREE),
        (5, CONTACT, 4, 1, 15, FREE),
        // The fever: the count is at nothing, the end moves to day 20.
        (6, FEVER, 0, 1, 20, ILL),
        (7, FEVER, 1, 1, 20, ILL),
        (8, FEVER, 2, 1, 20, ILL),
        (9, FEVER, 3, 1, 20, ILL),
        (10, FEVER, 4, 1, 20, ILL),
        (11, FEVER, 5, 1, 20, ILL),
        (12, FEVER, 6, 1, 20, ILL),
        (13, CONTACT, 7, 1, 20, FREE),
        (14, CONTACT, 8, 1, 20, FREE),
        (15, CONTACT, 9, 1, 20, FREE),
        (16, CONTACT, 10, 1, 20, FREE),
        (17, CONTACT, 11, 1, 20, FREE),
        (18, CONTACT, 12, 1, 20, FREE),
        (19, CONTACT, 13, 1, 20, FREE),
    ];
    let phone = house.service.profile(&she.actor, she.person).await.unwrap().phone;
    for (day, live, done, missed, end, owed) in evenings {
        if day > 0 {
            come(&house, &format!("{day} 08:00")).await;
            let morning = verdict(&house, &she.actor, she.person).await;
            assert!(duties(&morning).contains(&"check-in-daily"), "the morning of day {day}");
            // Yesterday's may still be made up until noon of the day after it was missed.
            let overdue =
                morning.duties.iter().filter(|duty| duty.overdue && &*duty.duty == "check-in-daily");
            assert_eq!(overdue.count(), usize::from(day == 4), "the morning of day {day}");
        }
        if day == 13 {
            declare_the_contact(&house, &she).await;
        }
        if day > 0 && day != 3 {
            come(&house, &format!("{day} 12:00")).await;
            check_in(&house, &she, if day == 6 { 38_200 } else { 36_500 }).await;
        }
        come(&house, &format!("{day} 20:00")).await;
        let evening = verdict(&house, &she.actor, she.person).await;
        assert_eq!((evening.standing, rules(&evening)), (Red, live.to_vec()), "day {day}");
        assert_eq!(counted(&evening), (done, missed), "day {day}");
        assert_eq!((end_of(&evening), duties(&evening)), (end, owed.to_vec()), "day {day}");
        let told = house.service.explain(&she.actor, she.person, AsOf::default()).await.unwrap();
        let expected = told.reasons[0].expected_end.unwrap();
        assert_eq!(expected.since("2020-03-01".parse().unwrap()), end, "what is told on day {day}");
    }
    let reminded = messages(&house, &phone).await.iter().filter(|text| text.contains("打卡")).count();
    assert_eq!(reminded, 1, "once, on the morning of day 4");
    come(&house, "20 08:59").await;
    let before = verdict(&house, &she.actor, she.person).await;
    assert_eq!((before.standing, counted(&before)), (Red, (13, 1)));
    check_in(&house, &she, 36_500).await;
    let green = verdict(&house, &she.actor, she.person).await;
    assert_eq!((green.standing, rules(&green), duties(&green)), (Green, vec![], vec![]));
    assert!(messages(&house, &phone).await.iter().any(|text| text.contains("健康码已变为绿码")));
}

#[tokio::test]
async fn whoever_is_told_on_day_11_owes_four_check_ins_not_fourteen() {
    let (house, officer, ill, she) = met().await;
    come(&house, "11 10:00").await;
    assert_eq!(house.standing(&she.actor, she.person).await, Green);
    let late = CaseForm {
        person: ill.person,
        status: "confirmed".to_owned(),
        onset: Some(super::at("1 08:00")),
        sampled: Some(super::at("10 08:00")),
    };
    house.service.report_case(&officer, late).await.unwrap();
    for (day, before) in [(11, 10), (12, 11), (13, 12), (14, 13)] {
        come(&house, &format!("{day} 12:00")).await;
        let noon = verdict(&house, &she.actor, she.person).await;
        assert_eq!((noon.standing, counted(&noon), end_of(&noon)), (Red, (before, 0), 15), "day {day}");
        assert!(duties(&noon).contains(&"check-in-daily"), "day {day}");
        check_in(&house, &she, 36_500).await;
        let after = verdict(&house, &she.actor, she.person).await;
        assert_eq!(counted(&after), (before + 1, 0), "day {day}");
        if day == 12 {
            declare_the_contact(&house, &she).await;
        }
    }
    come(&house, "14 23:59").await;
    let last: Standing = house.standing(&she.actor, she.person).await;
    assert_eq!(last, Red);
    come(&house, "15 00:00").await;
    assert_eq!(house.standing(&she.actor, she.person).await, Green);
}
