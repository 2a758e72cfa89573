//! Who may do what is decided in the service: every role tries what is not its own.

use crate::house::{House, code};
use kangma_core::{Direction, Standing};
use kangma_service::{
    Actor,
    access::{Role, Scope},
    explain::AsOf,
    forms::{AppealForm, AreaForm, CaseForm, OrderForm, Ordered},
};

fn case_of(house: &House, person: kangma_core::PersonId) -> CaseForm {
    CaseForm { person, status: "confirmed".to_owned(), onset: None, sampled: Some(house.now()) }
}

#[tokio::test]
async fn a_resident_sees_and_acts_for_themselves_and_for_nobody_else() {
    let house = House::under("hangzhou-2020").await;
    let (own, signed_in) = house.resident().await;
    let (other, _) = house.resident().await;
    assert!(house.service.verdict(&signed_in, own).await.is_ok());
    assert_eq!(code(house.service.verdict(&signed_in, other).await), "not-allowed");
    assert_eq!(code(house.service.profile(&signed_in, other).await.map(|_| ())), "not-allowed");
    assert_eq!(code(house.service.file(&signed_in, own, AsOf::default()).await), "not-allowed");
    assert_eq!(
        code(house.service.check_in_daily(&signed_in, other, house.normal_check_in()).await),
        "not-allowed"
    );
    assert_eq!(code(house.service.report_case(&signed_in, case_of(&house, own)).await), "not-allowed");
    assert_eq!(code(house.service.compare(&signed_in, own, other).await), "not-allowed");
    let appeal =
        AppealForm { person: other, rule: "close-contact".into(), trigger: None, words: "no".to_owned() };
    assert_eq!(code(house.service.appeal(&signed_in, appeal).await.map(|_| ())), "not-allowed");
}

#[tokio::test]
async fn a_checker_checks_at_the_point_of_their_scope_and_looks_nobody_up() {
    let house = House::under("hangzhou-2020").await;
    let (person, signed_in) = house.resident().await;
    house.declare(&signed_in, person).await;
    let (own, other) = (house.point("office", "own").await, house.point("office", "other").await);
    let checker = house.officer("qian", &[Role::Checker], Scope::Point(own)).await;
    let phone = house.device(&signed_in, person, 1).await;
    let scan = House::scan(house.show(&signed_in, person, &phone).await, Direction::In);
    assert!(house.service.check_at_gate(&checker, own, scan.clone()).await.is_ok());
    assert_eq!(code(house.service.check_at_gate(&checker, other, scan).await.map(|_| ())), "not-allowed");
    assert_eq!(code(house.service.verdict(&checker, person).await), "not-allowed");
    assert_eq!(
        code(house.service.find_persons(&checker, "TEST000000".to_owned()).await.map(|found| found.len())),
        "not-allowed"
    );
    let ledger = house
        .service
        .ledger(&checker, own, kangma_core::Zone::named("Asia/Shanghai").unwrap().day(house.now()), None, 10)
        .await
        .unwrap();
    assert_eq!(ledger.len(), 1);
    assert!(ledger[0].masked_name.contains('*'));
}

#[tokio::test]
async fn an_officer_of_one_district_reaches_nobody_of_another() {
    let house = House::under("hangzhou-2020").await;
    let (person, signed_in) = house.resident().await;
    house.declare(&signed_in, person).await;
    let west = house.officer("west", &[Role::Authority, Role::Tracer], Scope::District("west".into())).await;
    let east = house.officer("east", &[Role::Authority, Role::Tracer], Scope::District("east".into())).await;
    assert_eq!(code(house.service.file(&west, person, AsOf::default()).await), "not-allowed");
    assert_eq!(code(house.service.report_case(&west, case_of(&house, person)).await), "not-allowed");
    let area = AreaForm {
        division: "east".to_owned(),
        level: "high".to_owned(),
        from: "2020-02-25".parse().unwrap(),
    };
    assert_eq!(code(house.service.mark_area(&west, area).await), "not-allowed");
    let order = OrderForm {
        person,
        order: Ordered::Level("red".to_owned()),
        ground: "law".to_owned(),
        explanation: "because".to_owned(),
        window: kangma_core::Window {
            from: house.now(),
            until: house.now() + kangma_core::Span::from_24_hours(3),
        },
        check_ins: None,
    };
    assert_eq!(code(house.service.propose_order(&west, order).await), "not-allowed");
    assert!(house.service.file(&east, person, AsOf::default()).await.is_ok());
    assert_eq!(code(house.service.staff(&east).await.map(|_| ())), "not-allowed");
    // The look that succeeded is on record for the person; those that were refused looked at nothing.
    let looks = house.service.looks(&signed_in, person, None, 10).await.unwrap();
    assert_eq!(looks.len(), 1);
    assert_eq!(looks[0].part, "evidence");
    assert!(looks[0].actor.ends_with("east"));
}

#[tokio::test]
async fn a_guardian_acts_for_a_child_until_that_ends() {
    let house = House::under("hangzhou-2020").await;
    let (_, parent) = house.resident().await;
    let child = house.service.add_dependant(&parent, house.identity("2014-06-01")).await.unwrap();
    assert_eq!(house.declare(&parent, child).await, Standing::Green);
    let family = house.service.family(&parent).await.unwrap();
    assert_eq!(family.len(), 2);
    // The child's code is the child's own: it does not follow the parent's.
    let text = house.service.server_code(&parent, child).await.unwrap().0.text;
    let officer = house.authority("lin").await;
    let point = house.point("school", "school").await;
    let seen = house.service.check_at_gate(&officer, point, House::scan(text, Direction::In)).await.unwrap();
    assert_eq!(seen.standing, Standing::Green);
    house.service.end_dependant(&parent, child).await.unwrap();
    assert_eq!(code(house.service.verdict(&parent, child).await), "not-allowed");
}

#[tokio::test]
async fn a_closed_account_is_signed_out_everywhere_and_cannot_sign_in() {
    let house = House::under("hangzhou-2020").await;
    let form = kangma_service::staff::StaffForm {
        login: "lin".to_owned(),
        name: "Lin".to_owned(),
        roles: vec![Role::Authority],
        scope: Scope::Everywhere,
    };
    let made = house.service.make_account(&Actor::System, form).await.unwrap();
    let (account, lost) = (made.account, made.password);
    let signed_in = house.service.sign_in_officer("lin", lost.clone()).await.unwrap();
    assert!(house.service.session(&signed_in.token).await.unwrap().is_some());
    let own = house.service.session(&signed_in.token).await.unwrap().unwrap();
    assert_eq!(code(house.service.close_account(&own.actor, account).await), "same-officer");
    let other = house.authority("zhao").await;
    assert_eq!(code(house.service.renew_password(&other, "lin").await), "not-allowed");
    let password = house.service.renew_password(&Actor::System, "Lin").await.unwrap();
    assert!(house.service.session(&signed_in.token).await.unwrap().is_none());
    assert_eq!(code(house.service.sign_in_officer("lin", lost).await.map(drop)), "wrong-secret");
    let signed_in = house.service.sign_in_officer("lin", password.clone()).await.unwrap();
    house.service.close_account(&other, account).await.unwrap();
    assert_eq!(code(house.service.renew_password(&Actor::System, "lin").await), "wrong-state");
    assert_eq!(code(house.service.renew_password(&Actor::System, "nobody").await), "not-found");
    assert!(house.service.session(&signed_in.token).await.unwrap().is_none());
    assert_eq!(code(house.service.sign_in_officer("lin", password).await), "wrong-secret");
    assert_eq!(code(house.service.sign_in_officer("nobody", "x".to_owned()).await), "wrong-secret");
}

#[tokio::test]
async fn a_one_time_code_is_tried_five_times_and_used_once() {
    let house = House::under("hangzhou-2020").await;
    house.service.send_one_time_code("10099999").await.unwrap();
    assert_eq!(code(house.service.send_one_time_code("10099999").await), "too-many-tries");
    for _ in 0..5 {
        assert_eq!(code(house.service.sign_in_resident("10099999", "not it").await), "wrong-secret");
    }
    assert_eq!(code(house.service.sign_in_resident("10099999", "not it").await), "too-many-tries");
    house.forward(kangma_core::Span::from_minutes(2));
    let actor = house.sign_in("10099999").await;
    assert!(matches!(actor, Actor::Resident(_)));
    assert_eq!(code(house.service.sign_in_resident("10099999", "000000").await), "wrong-secret");
    assert_eq!(code(house.service.send_one_time_code("not a phone").await), "invalid");
}

#[tokio::test]
async fn an_account_that_can_order_is_nobodys_before_two_authorities_have_each_given_a_half_of_its_password()
{
    let house = House::under("hangzhou-2020").await;
    let (maker, second) = (house.authority("zhao").await, house.authority("qian").await);
    let form = |login: &str, role| kangma_service::staff::StaffForm {
        login: login.to_owned(),
        name: "Lin".to_owned(),
        roles: vec![role],
        scope: Scope::Everywhere,
    };
    let made = house.service.make_account(&maker, form("lin", Role::Authority)).await.unwrap();
    assert!(made.waits);
    let sign_in = async |password: &str| house.service.sign_in_officer("lin", password.to_owned()).await;
    assert_eq!(code(sign_in(&made.password).await.map(drop)), "wrong-secret");
    assert_eq!(code(house.service.confirm_account(&maker, made.account).await), "same-officer");
    let half = house.service.confirm_account(&second, made.account).await.unwrap();
    assert_eq!(code(house.service.confirm_account(&second, made.account).await), "wrong-state");
    assert_eq!(code(sign_in(&half).await.map(drop)), "wrong-secret");
    assert!(sign_in(&format!("{}-{half}", made.password)).await.is_ok());
    // Whoever orders nothing needs no second authority.
    let tracer = house.service.make_account(&maker, form("sun", Role::Tracer)).await.unwrap();
    assert!(!tracer.waits);
    assert!(house.service.sign_in_officer("sun", tracer.password).await.is_ok());
    let closed = house.service.make_account(&maker, form("liu", Role::Authority)).await.unwrap().account;
    house.service.close_account(&second, closed).await.unwrap();
    assert_eq!(code(house.service.confirm_account(&second, closed).await), "wrong-state");
}
