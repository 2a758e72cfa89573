//! Whoever forgets a check-in is reminded while it can still be made up, and not in the middle of the night.

use crate::house::House;
use kangma_core::Day;
use kangma_service::forms::{CheckInForm, Purpose};

fn reminders(house: &House) -> usize {
    house.post.0.lock().unwrap().iter().filter(|message| message.text.contains("打卡尚未完成")).count()
}

#[tokio::test]
async fn a_forgotten_check_in_is_reminded_once_in_the_morning_while_it_can_still_be_made_up() {
    let house = House::under("hangzhou-2020").await;
    let (person, actor) = house.resident().await;
    let mut form = house.clean_declaration(Purpose::Resident);
    form.answers.insert("contact".to_owned(), true.into());
    house.service.declare(&actor, person, form).await.unwrap();
    for (day, hour, expected) in
        [(1, 12, 0), (2, 0, 0), (2, 7, 0), (2, 8, 1), (2, 11, 1), (2, 12, 1), (3, 9, 2)]
    {
        house.at(day, hour).await;
        assert_eq!(reminders(&house), expected, "on day {day} at {hour}");
    }
    // Yesterday's is made up, today's is made: tomorrow nothing is missing.
    let first: Day = "2020-03-01".parse().unwrap();
    for day in [first.plus(2), first.plus(3)] {
        let form = CheckInForm { day: Some(day), ..house.normal_check_in() };
        house.service.check_in_daily(&actor, person, form).await.unwrap();
    }
    house.at(4, 9).await;
    assert_eq!(reminders(&house), 2);
}
