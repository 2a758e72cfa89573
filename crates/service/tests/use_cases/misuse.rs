//! What somebody tried who meant no good, or was only careless.

use crate::house::{House, code, policy_files};
use kangma_core::{Direction, Number, Span, Standing, Window, policy::PolicyFiles};
use kangma_credential::{SecretKey, Signer as _};
use kangma_service::{
    Actor,
    access::{Role, Scope},
    explain::AsOf,
    forms::{CaseForm, IdentityForm, OrderForm, Ordered, ScanForm},
};

#[tokio::test]
async fn nobody_moves_to_a_telephone_that_sent_no_code() {
    let house = House::under("hangzhou-2020").await;
    let victim = house.identity("1980-05-05");
    let form = house.identity("1990-01-01");
    let actor = house.sign_in(&form.phone).await;
    let Actor::Resident(person) = actor else { panic!("a resident signed in") };
    let anothers = IdentityForm { phone: victim.phone.clone(), ..form.clone() };
    assert_eq!(code(house.service.identify(&actor, person, anothers).await), "invalid");
    house.service.identify(&actor, person, form).await.unwrap();
    assert_ne!(house.sign_in(&victim.phone).await, actor);
}

#[tokio::test]
async fn no_officer_carries_a_living_code_of_somebody_else() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let holder = house.holder().await;
    assert_eq!(code(house.service.server_code(&officer, holder.person).await.map(drop)), "not-allowed");
    let key = SecretKey::ed25519([7; 32]).public_key().raw().to_vec();
    let enrolled = house.service.enrol_device(&officer, holder.person, key, false).await;
    assert_eq!(code(enrolled.map(drop)), "not-allowed");
    assert!(house.service.server_code(&holder.actor, holder.person).await.is_ok());
}

#[tokio::test]
async fn a_verdict_of_another_century_is_not_looked_up() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let holder = house.holder().await;
    let far = AsOf { effective_at: Some("2126-01-01T00:00:00Z".parse().unwrap()), ..AsOf::default() };
    assert_eq!(code(house.service.file(&officer, holder.person, far).await.map(drop)), "invalid");
    let soon = AsOf { effective_at: Some(house.now() + Span::from_24_hours(30)), ..AsOf::default() };
    assert!(house.service.file(&officer, holder.person, soon).await.is_ok());
}

#[tokio::test]
async fn no_officer_makes_two_strangers_a_household() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let ((one, _), (other, _)) = (house.resident().await, house.resident().await);
    assert_eq!(code(house.service.link_own(&officer, one, other).await), "not-allowed");
}

#[tokio::test]
async fn a_fever_taken_with_the_wrong_code_goes_with_the_wrong_scan() {
    let house = House::under("hangzhou-2020").await;
    let (first, second) = (house.authority("lin").await, house.authority("zhou").await);
    let point = house.point("office", "tower").await;
    let holder = house.holder().await;
    let hot = async |checker| {
        let text = house.show(&holder.actor, holder.person, &holder.phone).await;
        let scan = ScanForm { temperature: Some(Number(38_500)), ..House::scan(text, Direction::In) };
        house.service.check_at_gate(checker, point, scan).await.unwrap()
    };
    // A first reading of somebody else's code counts for nobody.
    let wrong = hot(&first).await;
    assert!(wrong.second_reading_wanted);
    house.service.mark_wrong_scan(&first, wrong.visit).await.unwrap();
    assert!(hot(&second).await.second_reading_wanted);
    let confirmed = hot(&first).await;
    assert_eq!(house.standing(&holder.actor, holder.person).await, Standing::Yellow);
    house.service.mark_wrong_scan(&first, confirmed.visit).await.unwrap();
    assert_eq!(house.standing(&holder.actor, holder.person).await, Standing::Green);
}

#[tokio::test]
async fn a_correction_is_possible_is_nobody_elses_and_is_not_decided_by_whoever_proposed_it() {
    let house = House::under("hangzhou-2020").await;
    let (first, second) = (house.authority("lin").await, house.authority("zhou").await);
    let ((person, actor), (other, others)) = (house.resident().await, house.resident().await);
    let propose = |by, field: &str, value: &str| {
        house.service.propose_correction(by, person, field.to_owned(), value.to_owned(), "typo".to_owned())
    };
    for (field, value) in [
        ("name", "\u{202e}".repeat(200).as_str()),
        ("document-type", "<b>"),
        ("document-number", "1"),
        ("birth-date", "2999-01-01"),
        ("birth-date", "0001-01-01"),
    ] {
        assert_eq!(code(propose(&actor, field, value).await), "invalid", "{field} {value}");
    }
    let own = propose(&first, "phone", "10099990000").await.unwrap();
    assert_eq!(code(house.service.decide_correction(&first, own, true).await), "same-officer");
    house.service.decide_correction(&second, own, true).await.unwrap();
    let phone = house.service.profile(&others, other).await.unwrap().phone;
    let taken = propose(&first, "phone", &phone).await.unwrap();
    assert_eq!(code(house.service.decide_correction(&second, taken, true).await), "duplicate");
}

#[tokio::test]
async fn an_order_for_later_or_for_more_days_than_it_has_is_refused() {
    let house = House::under("hangzhou-2020").await;
    let first = house.authority("lin").await;
    let (person, _) = house.resident().await;
    let order = |days: i64, check_ins| OrderForm {
        person,
        order: Ordered::Level("red".to_owned()),
        ground: "other".to_owned(),
        explanation: "close to a case".to_owned(),
        window: Window {
            from: house.now() + Span::from_24_hours(days),
            until: house.now() + Span::from_24_hours(days + 10),
        },
        check_ins,
    };
    for refused in [order(20, None), order(0, Some(0)), order(0, Some(1 << 31))] {
        assert_eq!(code(house.service.propose_order(&first, refused).await), "invalid");
    }
    assert!(house.service.propose_order(&first, order(0, Some(3))).await.is_ok());
}

#[tokio::test]
async fn a_contact_sees_who_looked_at_the_case_s_list() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let office = house.point("office", "tower").await;
    let (ill, met) = (house.holder().await, house.holder().await);
    house.meet(&officer, office, &[&ill, &met], Span::from_minutes(30)).await;
    let form = CaseForm {
        person: ill.person,
        status: "confirmed".to_owned(),
        onset: None,
        sampled: Some(house.now()),
    };
    let case = house.service.report_case(&officer, form).await.unwrap().case;
    house.service.case_file(&officer, case, 0, 100).await.unwrap();
    house.service.acts_about(&officer, met.person, None, 9).await.unwrap();
    let looks = house.service.looks(&met.actor, met.person, None, 99).await.unwrap();
    let parts: Vec<&str> = looks.iter().map(|look| look.part.as_str()).collect();
    assert!(parts.contains(&"contact") && parts.contains(&"acts"), "{parts:?}");
}

#[tokio::test]
async fn no_checker_takes_a_visit_back_that_is_not_their_own_or_long_past() {
    let house = House::under("hangzhou-2020").await;
    let (one, other) = (checker(&house, "guo").await, checker(&house, "han").await);
    let authority = house.authority("lin").await;
    let office = house.point("office", "tower").await;
    let holder = house.holder().await;
    let pass = async || {
        let text = house.show(&holder.actor, holder.person, &holder.phone).await;
        house.service.check_at_gate(&one, office, House::scan(text, Direction::In)).await.unwrap().visit
    };
    let fresh = pass().await;
    assert_eq!(code(house.service.mark_wrong_scan(&other, fresh).await), "not-allowed");
    house.service.mark_wrong_scan(&one, fresh).await.unwrap();
    let old = pass().await;
    house.forward(Span::from_hours(1));
    assert_eq!(code(house.service.mark_wrong_scan(&one, old).await), "not-allowed");
    house.service.mark_wrong_scan(&authority, old).await.unwrap();
    let acts = house.service.acts_about(&holder.actor, holder.person, None, 99).await.unwrap();
    assert_eq!(acts.iter().filter(|act| act.act == "wrong-scan").count(), 2, "the person sees both");
}

#[tokio::test]
async fn nobody_says_once_and_for_all_that_they_live_apart() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let (person, actor) = house.resident().await;
    let days = |from: i64, until: i64| Window {
        from: house.now() + Span::from_24_hours(from),
        until: house.now() + Span::from_24_hours(until),
    };
    for window in [days(-4, 1), days(0, 33), days(-20_000, 20_000)] {
        assert_eq!(code(house.service.record_separation(&actor, person, window).await), "invalid");
    }
    house.service.record_separation(&actor, person, days(-2, 30)).await.unwrap();
    house.service.record_separation(&officer, person, days(-21, 60)).await.unwrap();
}

#[tokio::test]
async fn a_resident_cannot_ask_for_the_instant_of_a_contact() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let office = house.point("office", "tower").await;
    let (ill, met) = (house.holder().await, house.holder().await);
    let before = house.now();
    house.meet(&officer, office, &[&ill, &met], Span::from_minutes(30)).await;
    house.at(1, 9).await;
    let sampled = Some(house.now());
    let form = CaseForm { person: ill.person, status: "confirmed".to_owned(), onset: None, sampled };
    house.service.report_case(&officer, form).await.unwrap();
    let ask = async |actor: &Actor, minutes| {
        let effective_at = Some(before + Span::from_minutes(minutes));
        let as_of = AsOf { effective_at, ..AsOf::default() };
        house.service.explain(actor, met.person, as_of).await.unwrap().standing
    };
    for minutes in [-60, 0, 1, 15, 30, 60, 300] {
        assert_eq!(ask(&met.actor, minutes).await, Standing::Red, "the day ended red: {minutes}");
    }
    assert_eq!(ask(&met.actor, -24 * 60).await, Standing::Undeclared);
    assert_ne!(ask(&officer, -1).await, Standing::Red, "the file has the instant");
}

#[tokio::test]
async fn whoever_has_the_lost_phone_or_the_old_number_is_signed_in_no_longer() {
    let house = House::under("hangzhou-2020").await;
    let (first, second) = (house.authority("lin").await, house.authority("zhou").await);
    let form = house.identity("1980-05-05");
    let (token, actor) = house.session_of(&form.phone).await;
    let Actor::Resident(person) = actor else { panic!("a resident signed in") };
    house.service.identify(&actor, person, form.clone()).await.unwrap();
    assert!(house.service.session(&token).await.unwrap().is_some());
    house.service.report_phone_lost(&first, person, "").await.unwrap();
    assert!(house.service.session(&token).await.unwrap().is_none());

    house.forward(Span::from_minutes(2));
    let (token, _) = house.session_of(&form.phone).await;
    let moved = ("phone".to_owned(), "10099990000".to_owned(), "lost".to_owned());
    let moved = house.service.propose_correction(&first, person, moved.0, moved.1, moved.2).await.unwrap();
    house.service.decide_correction(&second, moved, true).await.unwrap();
    assert!(house.service.session(&token).await.unwrap().is_none());
}

#[tokio::test]
async fn whoever_is_shown_in_a_preview_sees_that_they_were() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let office = house.point("office", "tower").await;
    let (ill, met) = (house.holder().await, house.holder().await);
    house.meet(&officer, office, &[&ill, &met], Span::from_minutes(30)).await;
    let sampled = Some(house.now());
    let form = CaseForm { person: ill.person, status: "confirmed".to_owned(), onset: None, sampled };
    assert_eq!(house.service.preview_report(&officer, form).await.unwrap().len(), 2);
    for holder in [&ill, &met] {
        let looks = house.service.looks(&holder.actor, holder.person, None, 99).await.unwrap();
        assert!(looks.iter().any(|look| look.part == "preview"));
        assert_eq!(house.standing(&holder.actor, holder.person).await, Standing::Green);
    }
}

#[tokio::test]
async fn two_who_dismiss_each_other_at_once_leave_one() {
    let house = House::under("hangzhou-2020").await;
    let (first, second) = (house.authority("lin").await, house.authority("zhou").await);
    let (one, other) = (first.account().unwrap(), second.account().unwrap());
    let (closed, closed_back) =
        tokio::join!(house.service.close_account(&first, other), house.service.close_account(&second, one));
    assert!(closed.is_ok() != closed_back.is_ok(), "{closed:?} {closed_back:?}");
}

#[tokio::test]
async fn staff_agree_to_a_household_for_nobody_who_can_agree_themselves() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let ((one, _), (other, others)) = (house.resident().await, house.resident().await);
    let phone = house.service.profile(&others, other).await.unwrap().phone;
    let link = house.service.propose_link(&officer, one, phone, None).await.unwrap();
    assert_eq!(code(house.service.confirm_link(&officer, link).await), "not-allowed");
    house.service.confirm_link(&others, link).await.unwrap();
    let acts = house.service.acts_about(&others, other, None, 99).await.unwrap();
    assert!(acts.iter().any(|act| act.act == "confirm-link"));
}

#[tokio::test]
async fn no_policy_is_published_whose_cases_are_missing_or_do_not_hold() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let shipped = policy_files("hangzhou-2020");
    let policy = shipped.text("policy.toml").unwrap().replacen("version = 1", "version = 2", 1);
    let with = |policy: &str, cases: bool| -> PolicyFiles {
        let kept = shipped.iter().filter(|(path, _)| cases || !path.starts_with("cases/"));
        let mut files: PolicyFiles = kept.map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        files.add("policy.toml", policy);
        files
    };
    let told = async |files| {
        let refused = house.service.publish_policy(&officer, files).await;
        refused.map(drop).unwrap_err().to_string()
    };
    assert!(told(with(&policy, false)).await.contains("there is no case"));
    let laxer = policy.replacen("above = 37.3", "above = 39.9", 1);
    assert_ne!(laxer, policy);
    assert!(told(with(&laxer, true)).await.contains("cases/"));
    let back =
        |days: u32| policy.replacen("presymptomatic-days = 2", &format!("presymptomatic-days = {days}"), 1);
    assert!(
        told(with(&back(22), true)).await.contains("`presymptomatic-days = 22`"),
        "visits are kept 21 days"
    );
    house.service.publish_policy(&officer, with(&policy, true)).await.unwrap();
}

async fn checker(house: &House, login: &str) -> Actor {
    house.officer(login, &[Role::Checker], Scope::District("east".into())).await
}
