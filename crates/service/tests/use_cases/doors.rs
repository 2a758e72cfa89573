//! What one who asks too often, guesses, or has no right at all is answered.

use crate::house::{House, code};
use kangma_core::{Span, Window};
use kangma_credential::{SecretKey, Signer as _};
use kangma_service::{
    Actor, Refused,
    access::{Role, Scope},
    appeal::AppealOutcome,
    forms::{Leg, OrderForm, Ordered, Purpose},
    staff::StaffForm,
};

#[tokio::test]
async fn whoever_guesses_at_a_login_is_held_up_and_its_owner_elsewhere_is_not() {
    let house = House::under("hangzhou-2020").await;
    let form = StaffForm {
        login: "lin".to_owned(),
        name: "Lin".to_owned(),
        roles: vec![Role::Authority],
        scope: Scope::Everywhere,
    };
    let password = house.service.make_account(&Actor::System, form).await.unwrap().password;
    let guess = async |network: &str, guess: &str| {
        let tried = house.service.sign_in_officer_from("lin", guess.to_owned(), network).await;
        tried.map_or_else(|refused| refused.code(), |_| "signed in")
    };
    for _ in 0..10 {
        assert_eq!(guess("192.0.2.1", "not it").await, "wrong-secret");
    }
    assert_eq!(guess("192.0.2.1", &password).await, "too-many-tries");
    for _ in 0..20 {
        assert_eq!(guess("192.0.2.2", &password).await, "signed in");
    }
    for network in 0..9 {
        for _ in 0..10 {
            assert_eq!(guess(&format!("198.51.100.{network}"), "not it").await, "wrong-secret");
        }
    }
    assert_eq!(guess("198.51.100.10", "not it").await, "too-many-tries");
    assert_eq!(guess("192.0.2.2", &password).await, "signed in");
    house.forward(Span::from_minutes(1));
    assert_eq!(guess("192.0.2.1", &password).await, "signed in");
}

#[tokio::test]
async fn an_old_password_is_not_guessed_in_a_session_of_somebody_else() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let change = async || {
        house.service.change_password(&officer, "not the old".to_owned(), "a-new-password".to_owned()).await
    };
    for _ in 0..10 {
        assert_eq!(code(change().await), "wrong-secret");
    }
    let Err(Refused::TooManyTries(wait)) = change().await else { panic!("an eleventh try") };
    assert!(wait.minutes() <= 1, "{wait}");
    house.forward(Span::from_minutes(1));
    assert_eq!(code(change().await), "wrong-secret");
}

#[tokio::test]
async fn a_stranger_uses_up_nobody_elses_tries_at_a_one_time_code() {
    let house = House::under("hangzhou-2020").await;
    let phone = "10000000001";
    let (home, stranger) = ("192.0.2.1", "198.51.100.1");
    let sent = async || {
        house.service.deliver_notices().await.unwrap();
        let text = house.post.0.lock().unwrap().iter().rfind(|one| one.to == phone).unwrap().text.clone();
        text.chars().skip_while(|c| !c.is_ascii_digit()).take(6).collect::<String>()
    };
    // Who asks first keeps nobody else from asking, and a guess from elsewhere costs the one who asked nothing.
    house.service.send_one_time_code_in(phone, "en", stranger).await.unwrap();
    house.service.send_one_time_code_in(phone, "en", home).await.unwrap();
    let right = sent().await;
    for network in 1..4 {
        for _ in 0..6 {
            let guess =
                house.service.sign_in_resident_from(phone, "no", &format!("198.51.100.{network}")).await;
            assert!(guess.is_err());
        }
    }
    let elsewhere = house.service.sign_in_resident_from(phone, &right, "198.51.100.9").await;
    assert_eq!(code(elsewhere.map(drop)), "too-many-tries");
    house.service.sign_in_resident_from(phone, &right, home).await.unwrap();
    // From there it may be asked again whatever strangers ask for.
    for network in 10..40 {
        house.service.send_one_time_code_in(phone, "en", &format!("198.51.100.{network}")).await.ok();
    }
    let more = house.service.send_one_time_code_in(phone, "en", "198.51.100.99").await;
    assert_eq!(code(more), "too-many-tries");
    house.service.send_one_time_code_in(phone, "en", home).await.unwrap();
    house.service.sign_in_resident_from(phone, &sent().await, home).await.unwrap();
}

#[tokio::test]
async fn one_code_signs_one_in_however_many_try_it_at_once() {
    let house = House::under("hangzhou-2020").await;
    for round in 0..5 {
        let phone = format!("1000000000{round}");
        house.service.send_one_time_code(&phone).await.unwrap();
        house.service.deliver_notices().await.unwrap();
        let text = house.post.0.lock().unwrap().last().unwrap().text.clone();
        let right: String = text.chars().skip_while(|c| !c.is_ascii_digit()).take(6).collect();
        let sign_in = || house.service.sign_in_resident(&phone, &right);
        let (a, b, c, d) = tokio::join!(sign_in(), sign_in(), sign_in(), sign_in());
        let signed_in = [a, b, c, d].into_iter().filter(Result::is_ok).count();
        assert_eq!(signed_in, 1, "round {round}");
    }
}

#[tokio::test]
async fn one_resident_hands_in_no_more_than_anybody_needs_and_others_as_before() {
    let house = House::under("hangzhou-2020").await;
    let (flooding, other) = (house.holder().await, house.holder().await);
    let (actor, person) = (&flooding.actor, flooding.person);
    let now = house.now();
    let leg = Leg {
        from: "330100".to_owned(),
        to: "330200".to_owned(),
        departure: now - Span::from_hours(2),
        arrival: now - Span::from_hours(1),
    };
    let trip = async |by: &Actor, person| {
        house.service.declare_trip(by, person, vec![leg.clone(); 50]).await.map(drop)
    };
    for _ in 0..4 {
        trip(actor, person).await.unwrap();
    }
    let Err(Refused::TooManyTries(wait)) = trip(actor, person).await else { panic!("a fifth trip") };
    assert!((5 * 60..=6 * 60).contains(&wait.minutes()), "{wait}");
    trip(&other.actor, other.person).await.unwrap();
    house.forward(Span::from_hours(6));
    trip(actor, person).await.unwrap();

    let long = Leg { to: "y".repeat(201), ..leg };
    assert_eq!(code(house.service.declare_trip(&other.actor, other.person, vec![long]).await), "invalid");

    let mut codes = 0;
    while house.service.issue_code(actor, person, flooding.phone.0).await.is_ok() {
        codes += 1;
    }
    assert_eq!(codes, 300);
    assert_eq!(code(house.service.server_code(actor, person).await.map(drop)), "too-many-tries");
    house.service.issue_code(&other.actor, other.person, other.phone.0).await.unwrap();
    house.forward(Span::from_minutes(1));
    house.service.issue_code(actor, person, flooding.phone.0).await.unwrap();

    let key = |n: u8| SecretKey::ed25519([n; 32]).public_key().raw().to_vec();
    let mut devices = 0;
    while house.service.enrol_device(actor, person, key(100 + devices), false).await.is_ok() {
        devices += 1;
    }
    assert!((20..=30).contains(&devices), "{devices}");
    let mut declared = 0;
    let form = || house.clean_declaration(Purpose::Resident);
    while house.service.declare(actor, person, form()).await.is_ok() {
        declared += 1;
    }
    assert!((50..=60).contains(&declared), "{declared}");
    assert_eq!(code(house.service.renew(actor, person).await), "too-many-tries");
}

#[tokio::test]
async fn one_correction_of_a_field_waits_at_a_time_and_none_is_a_book() {
    let house = House::under("hangzhou-2020").await;
    let (person, actor) = house.resident().await;
    let (one, other) = (house.authority("lin").await, house.authority("zhao").await);
    let propose = async |by: &Actor, field: &str, value: &str, reason: &str| {
        let (field, value, reason) = (field.to_owned(), value.to_owned(), reason.to_owned());
        house.service.propose_correction(by, person, field, value, reason).await
    };
    let first = propose(&actor, "address", "一号", "moved").await.unwrap();
    assert_eq!(code(propose(&actor, "address", "二号", "moved").await), "duplicate");
    assert_eq!(code(propose(&one, "address", "二号", "moved").await), "duplicate");
    propose(&actor, "name", "乙", "misspelt").await.unwrap();
    assert_eq!(code(propose(&actor, "district", &"x".repeat(301), "moved").await), "invalid");
    assert_eq!(code(propose(&actor, "district", "west", &"x".repeat(4_001)).await), "invalid");
    house.service.decide_correction(&other, first, true).await.unwrap();
    propose(&actor, "address", "二号", "moved again").await.unwrap();
    let mut tried = 0;
    while code(propose(&actor, "address", "三号", "").await) == "duplicate" {
        tried += 1;
    }
    assert!(tried < 30, "{tried}");
}

#[tokio::test]
async fn whoever_holds_no_right_is_answered_alike_whether_there_is_such_a_thing_or_not() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let holder = house.holder().await;
    let form = OrderForm {
        person: holder.person,
        order: Ordered::Level("red".to_owned()),
        ground: "other".to_owned(),
        explanation: "order".to_owned(),
        check_ins: None,
        window: Window { from: house.now(), until: house.now() + Span::from_24_hours(7) },
    };
    let proposal = house.service.propose_order(&officer, form).await.unwrap();
    let point = house.point("mall", "Mall").await;
    let checker = house.officer("gao", &[Role::Checker], Scope::Point(point)).await;
    for actor in [&holder.actor, &checker] {
        for number in [proposal, kangma_store::ProposalId(999)] {
            assert_eq!(code(house.service.confirm_proposal(actor, number).await), "not-allowed");
            assert_eq!(code(house.service.lift_order(actor, number, true).await), "not-allowed");
            assert_eq!(code(house.service.proposal_seen(actor, number).await.map(drop)), "not-allowed");
        }
        let appeal = kangma_store::AppealId(999);
        let decided =
            house.service.decide_appeal(actor, appeal, AppealOutcome::Reject, "no".to_owned()).await;
        assert_eq!(code(decided), "not-allowed");
        let review = kangma_core::EvidenceId(999);
        let outcome = kangma_service::audit_declaration::ReviewOutcome::Accept;
        let decided = house.service.decide_review(actor, review, outcome, "so".to_owned()).await;
        assert_eq!(code(decided), "not-allowed");
        let correction = kangma_store::CorrectionId(999);
        assert_eq!(code(house.service.decide_correction(actor, correction, true).await), "not-allowed");
        assert_eq!(code(house.service.close_point(actor, kangma_core::PointId(999)).await), "not-allowed");
        assert_eq!(code(house.service.case(actor, kangma_core::CaseId(999)).await.map(drop)), "not-allowed");
    }
    let wrong = house.service.mark_wrong_scan(&holder.actor, kangma_store::VisitId(999)).await;
    assert_eq!(code(wrong), "not-allowed");
}

#[tokio::test]
async fn an_account_is_closed_once() {
    let house = House::under("hangzhou-2020").await;
    let (one, other) = (house.authority("lin").await, house.authority("zhao").await);
    let account = other.account().unwrap();
    house.service.close_account(&one, account).await.unwrap();
    assert_eq!(code(house.service.close_account(&one, account).await), "wrong-state");
}

#[tokio::test]
async fn the_gate_of_a_closed_point_is_told_nothing_more() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let point = house.point("mall", "Mall").await;
    let (_, token) = house.service.enrol_gate(&officer, point, "one".to_owned()).await.unwrap();
    let gate = house.service.gate_of(&token).await.unwrap().unwrap();
    house.service.status_list(&gate, "/list".to_owned()).await.unwrap();
    house.service.close_point(&officer, point).await.unwrap();
    assert_eq!(code(house.service.status_list(&gate, "/list".to_owned()).await), "point-not-open");
}
