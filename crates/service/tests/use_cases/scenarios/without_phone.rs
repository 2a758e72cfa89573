//! A woman of 82 without a telephone, from declaration to green: at the counter, on paper, by telephone calls.

use super::{come, counted, duties, rules, told::in_both_languages, verdict};
use crate::house::{House, code};
use kangma_core::{Direction, Standing, policy::Outcome};
use kangma_service::{
    access::{Role, Scope},
    forms::Purpose,
};

#[tokio::test]
async fn a_woman_of_82_without_a_telephone_goes_from_declaration_to_yellow_to_green_on_paper() {
    let house = House::under("hangzhou-2020").await;
    let desk = house.officer("desk", &[Role::Authority], Scope::District("east".into())).await;
    let mut identity = house.identity("1937-11-05");
    identity.phone = String::new();
    let she = house.service.register_assisted(&desk, identity).await.unwrap();
    assert_eq!(house.standing(&desk, she).await, Standing::Undeclared);
    // The officer writes down what she says: she coughs.
    let mut form = house.clean_declaration(Purpose::Resident);
    form.answers.insert("cough".to_owned(), true.into());
    let declared = house.service.declare(&desk, she, form).await.unwrap().verdict;
    assert_eq!((declared.standing, rules(&declared)), (Standing::Yellow, vec!["symptoms"]));
    assert!(duties(&declared).contains(&"see-a-doctor"));
    in_both_languages(house.service.rules().policy(house.now()), "symptoms");

    let paper = house.service.print_paper_code(&desk, she).await.unwrap().text;
    let (clinic, shop) = (house.point("hospital", "clinic").await, house.point("supermarket", "shop").await);
    let checker = house.officer("qian", &[Role::Checker], Scope::District("east".into())).await;
    let show = async |point, text: &str| {
        house.service.check_at_gate(&checker, point, House::scan(text.to_owned(), Direction::In)).await
    };
    let seen = show(clinic, &paper).await.unwrap();
    assert_eq!((seen.outcome, seen.standing), (Outcome::PassAndRegister, Standing::Yellow));
    assert_eq!(show(shop, &paper).await.unwrap().outcome, Outcome::Stop);

    // The paper is lost on day 2 and printed again. Somebody telephones every day; on day 4 the line is dead, which waits.
    for day in 1..=8 {
        come(&house, &format!("{day} 10:15")).await;
        assert_eq!(house.standing(&desk, she).await, Standing::Yellow, "day {day}");
        if day != 4 {
            house.service.check_in_daily(&desk, she, house.normal_check_in()).await.unwrap();
        }
        if day == 5 {
            assert_eq!(
                counted(&verdict(&house, &desk, she).await),
                (4, 0),
                "the dead line is not missed before noon"
            );
        }
    }
    let green = verdict(&house, &desk, she).await;
    assert_eq!((green.standing, rules(&green), duties(&green)), (Standing::Green, vec![], vec![]));
    let reprint = house.service.reprint_paper_code(&desk, she).await.unwrap().text;
    assert_eq!(code(show(shop, &paper).await.map(drop)), "revoked");
    let passed = show(shop, &reprint).await.unwrap();
    assert_eq!((passed.outcome, passed.standing), (Outcome::Pass, Standing::Green));
    // What was done for her is on record, by whom.
    let acts = house.service.acts_about(&desk, she, None, 50).await.unwrap();
    assert!(acts.iter().all(|record| record.actor == "officer:desk"), "{:?}", acts.len());
    assert_eq!(acts.iter().filter(|record| record.act == "check-in").count(), 7);
}
