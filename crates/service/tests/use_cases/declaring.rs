//! Declaring: for whom and why, with one tap again, audited, reviewed, corrected.

use crate::house::{House, code};
use kangma_core::{Span, Standing};
use kangma_service::{
    Actor,
    audit_declaration::ReviewOutcome,
    forms::{CaseForm, DeclarationForm, IdentityForm, InterviewContactForm, Purpose},
    report_case::CaseAct,
};
use kangma_store::ReviewState;

#[tokio::test]
async fn somebody_who_returns_to_work_names_the_employer_and_the_day() {
    let house = House::under("hangzhou-2020").await;
    let (person, actor) = house.resident().await;
    let form = house.clean_declaration(Purpose::ReturningToWork);
    let refused = house.service.declare(&actor, person, form.clone()).await.unwrap_err();
    let kangma_service::Refused::Invalid(errors) = refused else { panic!("{refused}") };
    let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["employer", "starting"]);
    let whole = DeclarationForm {
        employer: "Invented Works".to_owned(),
        starting: Some("2020-03-09".parse().unwrap()),
        ..form
    };
    let declared = house.service.declare(&actor, person, whole).await.unwrap();
    assert_eq!(declared.verdict.standing, Standing::Green);
    assert_eq!(declared.declaration.attributes.text("purpose"), Some("returning-to-work"));
    assert!(declared.declaration.attributes.text("employer").is_none(), "free text is no evidence");
}

#[tokio::test]
async fn one_tap_says_the_same_again_while_nothing_changed() {
    let house = House::under("hangzhou-2020").await;
    let (person, actor) = house.resident().await;
    assert_eq!(code(house.service.renew(&actor, person).await), "not-declared");
    house.declare(&actor, person).await;
    house.at(13, 9).await;
    let renewed = house.service.renew(&actor, person).await.unwrap();
    assert_eq!(renewed.verdict.standing, Standing::Green);
    house.at(20, 9).await;
    assert_eq!(house.standing(&actor, person).await, Standing::Green);
    let mut ill = house.clean_declaration(Purpose::Resident);
    ill.answers.insert("cough".to_owned(), true.into());
    house.service.declare(&actor, person, ill).await.unwrap();
    assert_eq!(code(house.service.renew(&actor, person).await), "cannot-renew");
}

/// Somebody whom a case named in an interview, and who declares that there was no contact.
async fn suspicious(house: &House) -> (kangma_core::PersonId, kangma_service::Actor, kangma_service::Actor) {
    let officer = house.authority("lin").await;
    let (ill, person) = (house.holder().await, house.holder().await);
    let case = CaseForm {
        person: ill.person,
        status: "confirmed".to_owned(),
        onset: None,
        sampled: Some(house.now()),
    };
    house.forward(Span::from_minutes(1));
    let case = house.service.report_case(&officer, case).await.unwrap().case;
    let named = house.service.profile(&person.actor, person.person).await.unwrap();
    let contact = InterviewContactForm {
        case,
        name: named.name,
        phone: named.phone,
        degree: "close".to_owned(),
        last_exposure: house.now(),
    };
    let contact = house.service.add_contact(&officer, contact).await.unwrap();
    house.declare(&person.actor, person.person).await;
    // The interview turns out to be about somebody else, but the declaration waits for an officer.
    house.service.withdraw_contact(&officer, contact).await.unwrap();
    assert_eq!(house.standing(&person.actor, person.person).await, Standing::UnderReview);
    (person.person, person.actor, officer)
}

#[tokio::test]
async fn a_suspicious_declaration_waits_with_a_deadline_and_an_officer_decides_it() {
    let house = House::under("hangzhou-2020").await;
    let (person, actor, officer) = suspicious(&house).await;
    let queue = house.service.reviews(&officer, ReviewState::Suspicious, None, 9).await.unwrap();
    assert_eq!(queue.len(), 1);
    assert_eq!(
        (queue[0].person, queue[0].findings.as_slice()),
        (person, ["contact-not-declared".to_owned()].as_slice())
    );
    assert_eq!(queue[0].deadline, queue[0].since + Span::from_hours(24));
    let declaration = queue[0].declaration;
    let decide = async |outcome| {
        house.service.decide_review(&officer, declaration, outcome, "asked by telephone".to_owned()).await
    };
    assert_eq!(
        code(house.service.decide_review(&actor, declaration, ReviewOutcome::Accept, "x".to_owned()).await),
        "not-allowed"
    );
    decide(ReviewOutcome::Accept).await.unwrap();
    assert_eq!(house.standing(&actor, person).await, Standing::Green);
    assert_eq!(code(decide(ReviewOutcome::Reject).await), "wrong-state");
    assert!(house.service.reviews(&officer, ReviewState::Suspicious, None, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_declaration_that_an_officer_does_not_accept_is_made_again() {
    let house = House::under("hangzhou-2020").await;
    let (person, actor, officer) = suspicious(&house).await;
    let queue = house.service.reviews(&officer, ReviewState::Suspicious, None, 9).await.unwrap();
    let reason = "the answers contradict each other".to_owned();
    house.service.decide_review(&officer, queue[0].declaration, ReviewOutcome::Reject, reason).await.unwrap();
    assert_eq!(house.standing(&actor, person).await, Standing::Undeclared);
    assert_eq!(house.declare(&actor, person).await, Standing::Green);
}

#[tokio::test]
async fn a_review_that_nobody_decides_in_time_ends_as_the_policy_says_and_never_in_green() {
    let house = House::under("hangzhou-2020").await;
    let (person, actor, officer) = suspicious(&house).await;
    house.forward(Span::from_hours(24));
    house.hear_sources().await;
    house.service.do_what_is_due().await.unwrap();
    assert_eq!(house.standing(&actor, person).await, Standing::Unknown);
    // It is late, and can still be decided.
    let queue = house.service.reviews(&officer, ReviewState::Suspicious, None, 9).await.unwrap();
    let late = "found at last".to_owned();
    house.service.decide_review(&officer, queue[0].declaration, ReviewOutcome::Accept, late).await.unwrap();
    assert_eq!(house.standing(&actor, person).await, Standing::Green);
}

#[tokio::test]
async fn while_a_source_is_silent_a_declaration_waits_for_it_and_comes_out_when_it_is_heard() {
    let house = House::under("hangzhou-2020").await;
    let (person, actor) = house.resident().await;
    house.forward(Span::from_hours(30));
    let form = house.clean_declaration(Purpose::Resident);
    let declared = house.service.declare(&actor, person, form).await.unwrap();
    assert_eq!(declared.verdict.standing, Standing::UnderReview);
    house.hear_sources().await;
    house.service.settle_unknown().await.unwrap();
    assert_eq!(house.standing(&actor, person).await, Standing::Green);
}

#[tokio::test]
async fn a_correction_is_decided_by_staff_and_the_person_is_told() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let (person, actor) = house.resident().await;
    let (other, others) = house.resident().await;
    let propose = async |field: &str, value: &str| {
        let (field, value) = (field.to_owned(), value.to_owned());
        house.service.propose_correction(&actor, person, field, value, "misspelt".to_owned()).await
    };
    for (field, value) in
        [("colour", "green"), ("phone", "none"), ("birth-date", "2020-02-30"), ("name", " ")]
    {
        assert_eq!(code(propose(field, value).await), "invalid", "{field}");
    }
    let refused = propose("address", "一号").await.unwrap();
    let accepted = propose("name", "戊").await.unwrap();
    let waiting = house.service.corrections_open(&officer, None, 9).await.unwrap();
    assert_eq!(waiting.iter().map(|one| one.id).collect::<Vec<_>>(), [refused, accepted]);
    assert_eq!(code(house.service.decide_correction(&actor, refused, true).await), "not-allowed");
    house.service.decide_correction(&officer, refused, false).await.unwrap();
    house.service.decide_correction(&officer, accepted, true).await.unwrap();
    assert_eq!(code(house.service.decide_correction(&officer, accepted, true).await), "wrong-state");
    assert_eq!(house.service.profile(&actor, person).await.unwrap().name, "戊");
    // Nobody takes over another's document.
    let number = house.service.store().read_blocking(|reader| reader.person(other)).unwrap().unwrap();
    let taken = propose("document-number", &number.document_number.unwrap().0).await.unwrap();
    assert_eq!(code(house.service.decide_correction(&officer, taken, true).await), "duplicate");
    let phone = house.service.profile(&actor, person).await.unwrap().phone;
    house.service.deliver_notices().await.unwrap();
    let corrected =
        |message: &&kangma_service::ports::Message| message.to == phone && message.text.contains("更正");
    let told = house.post.0.lock().unwrap().iter().filter(corrected).count();
    assert_eq!(told, 2);
    assert_eq!(code(house.service.corrections_of(&others, person).await), "not-allowed");
}

#[tokio::test]
async fn a_child_of_two_homes_has_two_guardians_until_one_of_them_lets_go() {
    let house = House::under("hangzhou-2020").await;
    let (mother_person, mother) = house.resident().await;
    let (father_person, father) = house.resident().await;
    let born = IdentityForm { phone: String::new(), ..house.identity("2014-06-01") };
    let child = house.service.add_dependant(&mother, born).await.unwrap();
    let phone = house.service.profile(&father, father_person).await.unwrap().phone;
    assert_eq!(code(house.service.share_dependant(&father, child, phone.clone()).await), "not-allowed");
    house.service.share_dependant(&mother, child, phone).await.unwrap();
    house.service.accept_dependant(&father, child).await.unwrap();
    assert_eq!(house.declare(&father, child).await, Standing::Green);
    // Both are told when the child's code changes, and whoever let go is told no more.
    let told = async |actor: &Actor, person| {
        house.service.deliver_notices().await.unwrap();
        let phone = house.service.profile(actor, person).await.unwrap().phone;
        let post = house.post.0.lock().unwrap();
        post.iter().filter(|message| message.to == phone && message.text.contains("家人")).count()
    };
    let before = [told(&mother, mother_person).await, told(&father, father_person).await];
    let officer = house.authority("lin").await;
    let form =
        CaseForm { person: child, status: "confirmed".to_owned(), onset: None, sampled: Some(house.now()) };
    let case = house.service.report_case(&officer, form).await.unwrap().case;
    assert_eq!(told(&mother, mother_person).await, before[0] + 1);
    assert_eq!(told(&father, father_person).await, before[1] + 1);
    house.service.end_dependant(&mother, child).await.unwrap();
    assert_eq!(code(house.service.verdict(&mother, child).await), "not-allowed");
    assert_eq!(house.standing(&father, child).await, Standing::Red);
    house.service.change_case(&officer, case, 1, CaseAct::Withdraw).await.unwrap();
    assert_eq!(house.standing(&father, child).await, Standing::Green);
    assert_eq!(told(&mother, mother_person).await, before[0] + 1);
    assert_eq!(told(&father, father_person).await, before[1] + 2);
}
