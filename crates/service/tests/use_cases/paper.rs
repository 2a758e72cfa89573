//! A woman of 82 without a phone, from declaration to green; a paper code that is lost; check-ins by telephone.

use crate::house::{House, code};
use kangma_core::{Direction, Standing, policy::Outcome};
use kangma_service::forms::{CaseForm, CheckInForm, InterviewContactForm, Purpose};

#[tokio::test]
async fn a_woman_of_82_without_a_phone_goes_from_declaration_to_red_and_back_to_green() {
    let house = House::under("hangzhou-2020").await;
    let desk = house.authority("lin").await;
    let mut identity = house.identity("1938-01-15");
    identity.phone = String::new();
    let (name, document) = (identity.name.clone(), identity.document_number.clone());
    let person = house.service.register_assisted(&desk, identity).await.unwrap();
    let form = house.clean_declaration(Purpose::Resident);
    assert_eq!(house.service.declare(&desk, person, form).await.unwrap().verdict.standing, Standing::Green);

    let point = house.point("supermarket", "shop").await;
    let paper = house.service.print_paper_code(&desk, person).await.unwrap();
    assert_eq!(code(house.service.print_paper_code(&desk, person).await.map(|_| ())), "duplicate");
    let pass = house
        .service
        .check_at_gate(&desk, point, House::scan(paper.text.clone(), Direction::In))
        .await
        .unwrap();
    assert_eq!((pass.outcome, pass.standing), (Outcome::Pass, Standing::Green));

    // The paper is lost: the old one is dead, the reprint lives.
    let reprint = house.service.reprint_paper_code(&desk, person).await.unwrap();
    let dead = house.service.check_at_gate(&desk, point, House::scan(paper.text, Direction::In)).await;
    assert_eq!(code(dead.map(|_| ())), "revoked");
    let alive =
        house.service.check_at_gate(&desk, point, House::scan(reprint.text.clone(), Direction::In)).await;
    assert_eq!(alive.unwrap().standing, Standing::Green);

    // A case names her in an interview; her paper code shows it at once, though no colour is inside.
    let (case_person, case_actor) = house.resident().await;
    house.declare(&case_actor, case_person).await;
    let report = CaseForm {
        person: case_person,
        status: "confirmed".to_owned(),
        onset: None,
        sampled: Some(house.now()),
    };
    let case = house.service.report_case(&desk, report).await.unwrap().case;
    let found = house.service.find_persons(&desk, document).await.unwrap();
    assert_eq!(found.len(), 1);
    let contact = InterviewContactForm {
        case,
        name: name.clone(),
        phone: "100 777 77".to_owned(),
        degree: "close".to_owned(),
        last_exposure: house.now(),
    };
    house.service.add_contact(&desk, contact).await.unwrap();
    // By name and telephone alone she is somebody new: the tracer called, and nobody guessed that it is her.
    assert_eq!(house.standing(&desk, person).await, Standing::Green);
    let named = house.service.find_persons(&desk, "10077777".to_owned()).await.unwrap();
    assert_eq!(named.len(), 1);
    let contact = named[0].person;
    assert_eq!(house.standing(&desk, contact).await, Standing::Red);

    // Fourteen check-ins by telephone bring a contact back to green, without a phone of their own.
    for day in 1..=14 {
        house.at(day, 9).await;
        house.service.check_in_daily(&desk, contact, house.normal_check_in()).await.unwrap();
        assert_eq!(
            code(house.service.check_in_daily(&desk, contact, house.normal_check_in()).await),
            "already-checked-in"
        );
        assert_eq!(house.standing(&desk, contact).await, Standing::Red);
    }
    house.at(15, 0).await;
    let after = house.service.verdict(&desk, contact).await.unwrap();
    assert!(after.reasons.is_empty(), "{after:?}");
    let late = CheckInForm { day: Some("2020-02-20".parse().unwrap()), ..house.normal_check_in() };
    assert_eq!(code(house.service.check_in_daily(&desk, contact, late).await), "too-late");
    let early = CheckInForm { day: Some("2020-04-02".parse().unwrap()), ..house.normal_check_in() };
    assert_eq!(code(house.service.check_in_daily(&desk, contact, early).await), "in-the-future");
}
