//! What somebody learns of people they do not know, and what they can put on them.

use crate::house::{House, code};
use kangma_core::{Direction, PersonId, Span, Standing, Window};
use kangma_credential::{IssuerKey, KeyRing, Status, StatusListToken, verify};
use kangma_service::{
    Actor, Refused,
    access::{Role, Scope},
    forms::{CaseForm, IdentityForm, OrderForm, Ordered, PointForm, ScanForm},
    staff::StaffForm,
};

impl House {
    async fn phone_of(&self, actor: &Actor, person: PersonId) -> String {
        self.service.profile(actor, person).await.unwrap().phone
    }

    /// How many messages with a word went to a telephone.
    async fn messages(&self, phone: &str, word: &str) -> usize {
        self.service.deliver_notices().await.unwrap();
        let post = self.post.0.lock().unwrap();
        post.iter().filter(|message| message.to == phone && message.text.contains(word)).count()
    }

    /// A child of somebody's.
    async fn child(&self, of: &Actor) -> PersonId {
        let born = IdentityForm { phone: String::new(), ..self.identity("2014-06-01") };
        self.service.add_dependant(of, born).await.unwrap()
    }
}

#[tokio::test]
async fn whoever_asks_by_a_telephone_learns_nothing_before_the_other_agrees() {
    let house = House::under("hangzhou-2020").await;
    let (asker, asking) = house.resident().await;
    let (other, others) = house.resident().await;
    let known = house.phone_of(&others, other).await;
    let unknown = "10077770040".to_owned();
    let propose =
        async |phone: &str| house.service.propose_link(&asking, asker, phone.to_owned(), None).await.unwrap();
    let to_known = propose(&known).await;
    let to_unknown = propose(&unknown).await;
    for link in house.service.links(&asking, asker).await.unwrap() {
        assert_eq!((link.other, link.other_name.as_str(), link.confirmed), (None, "", false));
    }
    let links = house.service.links(&asking, asker).await.unwrap();
    assert_eq!(links[1].phone_end, "0040", "what they wrote themselves");
    // Whoever was asked sees who asks as far as they need, and no telephone.
    let asked = house.service.links(&others, other).await.unwrap().remove(0);
    assert!(asked.other.is_none() && asked.other_name.contains('*') && asked.phone_end.is_empty());
    house.service.confirm_link(&others, to_known).await.unwrap();
    let links = house.service.links(&asking, asker).await.unwrap();
    assert_eq!(links[0].other, Some(other));
    // Whoever comes later finds what they were asked.
    let newcomer = house.sign_in(&unknown).await;
    let Actor::Resident(person) = newcomer else { panic!("not a resident") };
    house
        .service
        .identify(&newcomer, person, IdentityForm { phone: unknown, ..house.identity("1980-01-01") })
        .await
        .unwrap();
    let links = house.service.links(&newcomer, person).await.unwrap();
    assert!(links.len() == 1 && links[0].waits_for_own);
    house.service.confirm_link(&newcomer, to_unknown).await.unwrap();
}

#[tokio::test]
async fn a_stranger_is_told_once_a_day_that_somebody_asks_and_nobody_asks_without_end() {
    let house = House::under("hangzhou-2020").await;
    let (asker, asking) = house.resident().await;
    let child = house.child(&asking).await;
    let (other, others) = house.resident().await;
    let phone = house.phone_of(&others, other).await;
    for person in [asker, child, asker] {
        let link = house.service.propose_link(&asking, person, phone.clone(), None).await.unwrap();
        let again = house.service.propose_link(&asking, person, phone.clone(), None).await;
        assert_eq!(code(again), "duplicate");
        house.service.end_link(&others, link).await.unwrap();
        assert!(house.service.links(&others, other).await.unwrap().is_empty());
        // That they declined does not show, and is the same as no answer.
        assert!(house.service.links(&asking, person).await.unwrap().iter().any(|one| one.link == link));
        let again = house.service.propose_link(&asking, person, phone.clone(), None).await;
        assert_eq!(code(again), "duplicate");
        house.service.end_link(&asking, link).await.unwrap();
        assert_eq!(code(house.service.end_link(&asking, link).await), "wrong-state");
    }
    house.service.share_dependant(&asking, child, phone.clone()).await.unwrap();
    house.service.take_back_offers(&asking, child).await.unwrap();
    assert_eq!(house.messages(&phone, "有人请").await, 1);
    for n in 0..6 {
        house.service.propose_link(&asking, asker, format!("1009000{n:04}"), None).await.unwrap();
    }
    let more = async || {
        let link = house.service.propose_link(&asking, asker, "10099999999".to_owned(), None).await;
        assert_eq!(code(link), "too-many-asked");
        let shared = house.service.share_dependant(&asking, child, "10099999999".to_owned()).await;
        assert_eq!(code(shared), "too-many-asked");
    };
    more().await;
    house.forward(Span::from_hours(25));
    for n in 6..10 {
        house.service.propose_link(&asking, asker, format!("1009000{n:04}"), None).await.unwrap();
    }
    more().await;
    // What is taken back leaves room on the next day.
    house.forward(Span::from_hours(25));
    let link = house.service.links(&asking, asker).await.unwrap()[0].link;
    house.service.end_link(&asking, link).await.unwrap();
    house.service.propose_link(&asking, asker, phone.clone(), None).await.unwrap();
    assert_eq!(house.messages(&phone, "有人请").await, 2);
}

#[tokio::test]
async fn nobody_looks_after_anybody_without_agreeing_and_eight_are_enough() {
    let house = House::under("hangzhou-2020").await;
    let (_, mother) = house.resident().await;
    let (other, others) = house.resident().await;
    let child = house.child(&mother).await;
    let phone = house.phone_of(&others, other).await;
    house.service.share_dependant(&mother, child, phone.clone()).await.unwrap();
    assert_eq!(code(house.service.share_dependant(&mother, child, phone.clone()).await), "duplicate");
    assert_eq!(house.service.family(&others).await.unwrap().len(), 1);
    assert_eq!(code(house.service.verdict(&others, child).await), "not-allowed");
    assert_eq!(code(house.service.share_dependant(&others, child, phone.clone()).await), "not-allowed");
    assert!(house.messages(&phone, "家人").await == 1);
    let offered = house.service.offered_dependants(&others).await.unwrap();
    assert!(offered.len() == 1 && offered[0].masked_name.contains('*'));
    // Declined, nothing is left of it but for whoever asked, who is not told; a child's own guardian stays.
    house.service.end_dependant(&others, child).await.unwrap();
    assert!(house.service.offered_dependants(&others).await.unwrap().is_empty());
    assert_eq!(house.service.dependant_offers(&mother, child).await.unwrap(), 1);
    house.service.take_back_offers(&mother, child).await.unwrap();
    assert_eq!(code(house.service.accept_dependant(&others, child).await), "not-found");
    assert_eq!(house.declare(&mother, child).await, Standing::Green);
    for _ in 0..8 {
        house.child(&others).await;
    }
    let ninth = IdentityForm { phone: String::new(), ..house.identity("2014-06-01") };
    assert_eq!(code(house.service.add_dependant(&others, ninth).await), "too-many-dependants");
    house.service.share_dependant(&mother, child, phone).await.unwrap();
    assert_eq!(house.service.dependant_offers(&mother, child).await.unwrap(), 1);
    assert_eq!(code(house.service.accept_dependant(&others, child).await), "too-many-dependants");
    let one = house.service.family(&others).await.unwrap()[1].person;
    house.service.end_dependant(&others, one).await.unwrap();
    house.service.accept_dependant(&others, child).await.unwrap();
    assert_eq!(house.standing(&others, child).await, Standing::Green);
    assert_eq!(house.service.dependant_offers(&mother, child).await.unwrap(), 0);
}

#[tokio::test]
async fn a_document_that_a_stranger_claimed_for_a_dependant_is_whose_it_is() {
    let house = House::under("hangzhou-2020").await;
    let (squatting, squatter) = house.resident().await;
    let victim = house.identity("1980-05-05");
    let stolen = IdentityForm { phone: String::new(), ..victim.clone() };
    let dependant = house.service.add_dependant(&squatter, stolen.clone()).await.unwrap();
    house.declare(&squatter, dependant).await;
    let text = house.service.server_code(&squatter, dependant).await.unwrap().0.text;
    let own = house.sign_in(&victim.phone).await;
    let Actor::Resident(person) = own else { panic!("not a resident") };
    house.service.identify(&own, person, victim).await.unwrap();
    assert_eq!(house.declare(&own, person).await, Standing::Green);
    assert!(house.service.server_code(&own, person).await.is_ok());
    // What was claimed for the dependant is over: no code of theirs passes, and none is made.
    let officer = house.authority("lin").await;
    let point = house.point("school", "school").await;
    let scan = House::scan(text, Direction::In);
    assert_eq!(code(house.service.check_at_gate(&officer, point, scan).await), "revoked");
    assert_eq!(code(house.service.server_code(&squatter, dependant).await.map(drop)), "not-identified");
    let acts = house.service.acts_about(&squatter, dependant, None, 9).await.unwrap();
    assert!(acts.iter().any(|record| record.act == "lose-document"));
    let told = house.phone_of(&squatter, squatting).await;
    assert_eq!(house.messages(&told, "证件号码").await, 1);
    // Nor does the stranger take it back; staff put in what is right.
    assert_eq!(code(house.service.identify(&squatter, dependant, stolen).await), "invalid");
    let field = "document-number".to_owned();
    let correction = house
        .service
        .propose_correction(&squatter, dependant, field, "TESTRIGHT1".to_owned(), "typo".to_owned())
        .await
        .unwrap();
    house.service.decide_correction(&officer, correction, true).await.unwrap();
}

#[tokio::test]
async fn nobody_leaves_a_colour_behind_by_coming_back_as_themselves() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let (_, guardian) = house.resident().await;
    let known = house.identity("1980-05-05");
    let dependant = house
        .service
        .add_dependant(&guardian, IdentityForm { phone: String::new(), ..known.clone() })
        .await
        .unwrap();
    let form = CaseForm {
        person: dependant,
        status: "confirmed".to_owned(),
        onset: None,
        sampled: Some(house.now()),
    };
    house.service.report_case(&officer, form).await.unwrap();
    let own = house.sign_in(&known.phone).await;
    let Actor::Resident(person) = own else { panic!("not a resident") };
    assert_eq!(code(house.service.identify(&own, person, known).await), "invalid");
}

#[tokio::test]
async fn whoever_tries_documents_of_others_soon_learns_nothing_from_the_answer() {
    let house = House::under("hangzhou-2020").await;
    let (_, curious) = house.resident().await;
    let known = IdentityForm { phone: "10066660000".to_owned(), ..house.identity("1980-05-05") };
    let own = house.sign_in(&known.phone).await;
    let Actor::Resident(person) = own else { panic!("not a resident") };
    house.service.identify(&own, person, known.clone()).await.unwrap();
    let add = async |form: &IdentityForm| {
        let form = IdentityForm { phone: String::new(), ..form.clone() };
        house.service.add_dependant(&curious, form).await
    };
    for _ in 0..3 {
        let Err(Refused::Invalid(errors)) = add(&known).await else { panic!("not refused") };
        assert_eq!(errors[0].code, "document-not-here");
    }
    let unknown = house.identity("2014-06-01");
    let Err(Refused::Invalid(errors)) = add(&unknown).await else { panic!("not refused") };
    assert_eq!(errors[0].code, "document-not-here");
    house.forward(Span::from_hours(25));
    add(&unknown).await.unwrap();
}

#[tokio::test]
async fn whoever_let_go_of_a_child_shows_its_code_no_more() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let point = house.point("school", "school").await;
    let (_, mother) = house.resident().await;
    let (father_person, father) = house.resident().await;
    let child = house.child(&mother).await;
    let phone = house.phone_of(&father, father_person).await;
    house.service.share_dependant(&mother, child, phone).await.unwrap();
    house.service.accept_dependant(&father, child).await.unwrap();
    house.declare(&mother, child).await;
    let (hers, his) = (house.device(&mother, child, 1).await, house.device(&father, child, 2).await);
    let shown = [house.show(&mother, child, &hers).await, house.show(&father, child, &his).await];
    let server = house.service.server_code(&mother, child).await.unwrap().0.text;
    house.service.end_dependant(&mother, child).await.unwrap();
    let [old, kept] = shown;
    let check = async |text: String| {
        house.service.check_at_gate(&officer, point, House::scan(text, Direction::In)).await
    };
    assert_eq!(code(check(old).await), "revoked");
    assert_eq!(code(check(server).await), "revoked");
    assert_eq!(check(kept).await.unwrap().standing, Standing::Green, "the other parent goes on");
}

#[tokio::test]
async fn a_check_by_somebody_who_may_not_leaves_no_trace_at_the_gate() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let (here, there) = (house.point("office", "here").await, house.point("office", "there").await);
    let stranger = house.officer("qian", &[Role::Checker], Scope::Point(there)).await;
    let (holder, (_, nosy)) = (house.holder().await, house.resident().await);
    let text = house.show(&holder.actor, holder.person, &holder.phone).await;
    for (who, at) in [(&nosy, there), (&stranger, here)] {
        let refused = house.service.check_at_gate(who, at, House::scan(text.clone(), Direction::In)).await;
        assert_eq!(code(refused), "not-allowed");
    }
    let scan = House::scan(text.clone(), Direction::In);
    assert!(!house.service.check_at_gate(&officer, there, scan.clone()).await.unwrap().seen_elsewhere);
    assert!(house.service.check_at_gate(&officer, here, scan).await.unwrap().seen_elsewhere);
}

#[tokio::test]
async fn a_temperature_that_nobody_has_is_refused_and_keeps_no_emergency_waiting() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let office = house.point("office", "tower").await;
    let holder = house.holder().await;
    let taken = async |temperature: &str, emergency| {
        let text = house.show(&holder.actor, holder.person, &holder.phone).await;
        let temperature = Some(temperature.parse().unwrap());
        let scan = ScanForm { temperature, emergency, ..House::scan(text, Direction::In) };
        house.service.check_at_gate(&officer, office, scan).await
    };
    for impossible in ["29.9", "45.1", "366", "-999999999999"] {
        let Err(Refused::Invalid(errors)) = taken(impossible, false).await else { panic!("{impossible}") };
        assert_eq!((errors[0].field.as_str(), errors[0].code), ("temperature", "impossible-temperature"));
        assert!(taken(impossible, true).await.is_ok());
    }
    for possible in ["30", "36.6", "45"] {
        assert!(taken(possible, false).await.is_ok(), "{possible}");
    }
}

#[tokio::test]
async fn the_list_tells_of_a_paper_code_what_a_gate_does_and_not_which_colour() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let holder = house.holder().await;
    let paper = house.service.print_paper_code(&officer, holder.person).await.unwrap().text;
    let ring = KeyRing::new(house.service.issuer_keys().iter().map(|key| IssuerKey::try_from(key).unwrap()));
    let index = verify(&paper, &ring, house.now()).unwrap().code.status;
    let listed = async || {
        house.forward(Span::from_seconds(10));
        let token = house.service.status_list(&officer, "/list".to_owned()).await.unwrap();
        StatusListToken::verify(&token, &ring, house.now()).unwrap().list.status(index).unwrap()
    };
    assert_eq!(listed().await, Status::Standing(Standing::Green));
    let form = CaseForm {
        person: holder.person,
        status: "confirmed".to_owned(),
        onset: None,
        sampled: Some(house.now()),
    };
    house.service.report_case(&officer, form).await.unwrap();
    assert_eq!(house.standing(&holder.actor, holder.person).await, Standing::Red);
    // Under this policy a gate stops both alike.
    assert_eq!(listed().await, Status::Standing(Standing::Yellow));
    house.service.report_paper_lost(&officer, holder.person).await.unwrap();
    assert_eq!(listed().await, Status::Revoked);
}

#[tokio::test]
async fn a_name_shows_a_district_is_a_word_and_a_number_has_one_spelling() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let point = house.point("office", "tower").await;
    let form = house.identity("1980-05-05");
    let actor = house.sign_in(&form.phone).await;
    let Actor::Resident(person) = actor else { panic!("not a resident") };
    let tell = async |name: &str, number: &str, district: &str| {
        let (name, document_number, district) = (name.to_owned(), number.to_owned(), district.to_owned());
        let form = IdentityForm { name, document_number, district, ..form.clone() };
        house.service.identify(&actor, person, form).await
    };
    for (name, number, district) in [
        ("\u{0}\u{0}", "TEST1234", "east"),
        ("\u{202e}\u{202e}abc", "TEST1234", "east"),
        ("\u{3164}", "TEST1234", "east"),
        ("甲", "١٢٣٤٥", "east"),
        ("甲", "TEST1234", "\"'><img src=x>"),
        ("甲", "TEST1234", "x".repeat(65).as_str()),
    ] {
        assert_eq!(code(tell(name, number, district).await), "invalid", "{name:?} {number} {district}");
    }
    tell("甲", "ＴＥＳＴ１２３４", "east").await.unwrap();
    house.declare(&actor, person).await;
    let text = house.service.server_code(&actor, person).await.unwrap().0.text;
    let seen = house.service.check_at_gate(&officer, point, House::scan(text, Direction::In)).await.unwrap();
    assert_eq!((seen.masked_name.as_str(), seen.last_digits.as_str()), ("甲*", "1234"));
    assert_eq!(house.service.find_persons(&officer, "test1234".to_owned()).await.unwrap().len(), 1);
    let point = PointForm {
        name: "东门".to_owned(),
        kind: "office".to_owned(),
        district: "<b>".to_owned(),
        directions: vec![Direction::In],
    };
    assert_eq!(code(house.service.register_point(&officer, point).await), "invalid");
}

#[tokio::test]
async fn nobody_writes_without_end() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let (person, actor) = house.resident().await;
    let (line, text) = ("x".repeat(1_000), "x".repeat(9_000));
    let days = Some("1".repeat(60_000));
    let link = house.service.propose_link(&actor, person, "10099999".to_owned(), days).await;
    assert_eq!(code(link), "invalid");
    let login = StaffForm {
        login: line.clone(),
        name: "Sock".to_owned(),
        roles: vec![Role::Checker],
        scope: Scope::Everywhere,
    };
    let named = StaffForm { login: "sock".to_owned(), name: line.clone(), ..login.clone() };
    for form in [login, named] {
        assert_eq!(code(house.service.make_account(&Actor::System, form).await.map(drop)), "invalid");
    }
    for (value, reason) in [(line.clone(), String::new()), ("甲".to_owned(), text.clone())] {
        let tried = house.service.propose_correction(&actor, person, "name".to_owned(), value, reason).await;
        assert_eq!(code(tried), "invalid");
    }
    let found = house.service.find_persons_because(&officer, "10000".to_owned(), text.clone()).await;
    assert_eq!(code(found.map(|found| found.len())), "invalid");
    let point = house.point("office", "tower").await;
    assert_eq!(code(house.service.enrol_gate(&officer, point, line).await.map(drop)), "invalid");
    let order = OrderForm {
        person,
        order: Ordered::Level("red".to_owned()),
        ground: "other".to_owned(),
        explanation: text,
        window: Window { from: house.now(), until: house.now() + Span::from_24_hours(3) },
        check_ins: None,
    };
    assert_eq!(code(house.service.propose_order(&officer, order).await), "invalid");
}
