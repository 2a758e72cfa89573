//! What becomes of a case: confirmed, corrected, recovered, died, excluded, merged; and the contacts that it named.

use crate::house::{Holder, House, code};
use kangma_core::{CaseId, Kind, PointId, Span, Standing, Standing::Green, Standing::Red, Time};
use kangma_service::{
    Actor,
    explain::AsOf,
    forms::{CaseForm, InterviewContactForm},
    report_case::CaseAct,
};

struct Desk {
    house: House,
    officer: Actor,
    office: PointId,
}

impl Desk {
    async fn open() -> Self {
        let house = House::under("hangzhou-2020").await;
        let officer = house.authority("lin").await;
        let office = house.point("office", "tower").await;
        Self { house, officer, office }
    }

    async fn meet(&self, one: &Holder, other: &Holder) {
        self.house.meet(&self.officer, self.office, &[one, other], Span::from_minutes(30)).await;
    }

    async fn report(&self, of: &Holder, status: &str, onset: Option<Time>) -> CaseId {
        let sampled = Some(self.house.now());
        self.house.forward(Span::from_minutes(1));
        let form = CaseForm { person: of.person, status: status.to_owned(), onset, sampled };
        self.house.service.report_case(&self.officer, form).await.unwrap().case
    }

    async fn version(&self, case: CaseId) -> u32 {
        self.house.service.case(&self.officer, case).await.unwrap().row.version
    }

    async fn change(&self, case: CaseId, change: CaseAct) {
        let version = self.version(case).await;
        self.house.service.change_case(&self.officer, case, version, change).await.unwrap();
    }

    async fn refused(&self, case: CaseId, change: CaseAct) -> &'static str {
        let version = self.version(case).await;
        code(self.house.service.change_case(&self.officer, case, version, change).await)
    }

    async fn standing(&self, of: &Holder) -> Standing {
        self.house.standing(&of.actor, of.person).await
    }

    async fn rules(&self, of: &Holder) -> Vec<String> {
        let verdict = self.house.service.verdict(&of.actor, of.person).await.unwrap();
        verdict.reasons.iter().map(|reason| reason.rule.to_string()).collect()
    }
}

#[tokio::test]
async fn a_suspected_case_is_confirmed_or_excluded_and_its_contacts_follow() {
    let desk = Desk::open().await;
    let (ill, met) = (desk.house.holder().await, desk.house.holder().await);
    desk.meet(&ill, &met).await;
    let case = desk.report(&ill, "suspected", None).await;
    assert_eq!((desk.rules(&ill).await, desk.standing(&met).await), (vec!["suspected".to_owned()], Red));
    desk.change(case, CaseAct::Confirm).await;
    assert_eq!(desk.rules(&ill).await, ["confirmed"], "one case is one reason");
    assert_eq!(desk.refused(case, CaseAct::Confirm).await, "wrong-state");
    desk.change(case, CaseAct::Exclude).await;
    assert_eq!([desk.standing(&ill).await, desk.standing(&met).await], [Green; 2]);
    assert_eq!(desk.refused(case, CaseAct::Withdraw).await, "wrong-state");
}

#[tokio::test]
async fn a_corrected_onset_reaches_further_back_and_its_preview_says_whom_before() {
    let desk = Desk::open().await;
    let (ill, early, late) =
        (desk.house.holder().await, desk.house.holder().await, desk.house.holder().await);
    desk.meet(&ill, &early).await;
    desk.house.at(5, 9).await;
    desk.meet(&ill, &late).await;
    let case = desk.report(&ill, "confirmed", None).await;
    assert_eq!([desk.standing(&early).await, desk.standing(&late).await], [Green, Red]);
    let onset = Some(desk.house.now() - Span::from_24_hours(4));
    let correct = CaseAct::Correct { onset, sampled: Some(desk.house.now()) };
    let version = desk.version(case).await;
    let preview =
        desk.house.service.preview_change(&desk.officer, case, version, correct.clone()).await.unwrap();
    assert_eq!(preview.iter().map(|change| change.person).collect::<Vec<_>>(), [early.person]);
    assert_eq!(desk.standing(&early).await, Green);
    desk.change(case, correct).await;
    assert_eq!([desk.standing(&early).await, desk.standing(&late).await], [Red; 2]);
    assert_eq!(desk.rules(&ill).await, ["confirmed"]);
    // It began later after all: only the later meeting counts again.
    desk.change(case, CaseAct::Correct { onset: None, sampled: Some(desk.house.now()) }).await;
    assert_eq!([desk.standing(&early).await, desk.standing(&late).await], [Green, Red]);
}

#[tokio::test]
async fn a_correction_after_the_recovery_leaves_the_recovery_where_it_is() {
    let desk = Desk::open().await;
    let ill = desk.house.holder().await;
    let case = desk.report(&ill, "confirmed", None).await;
    desk.house.at(20, 9).await;
    let recovered = desk.house.now() - Span::from_24_hours(1);
    desk.change(case, CaseAct::Recover { at: recovered }).await;
    let anchor = async || {
        let verdict = desk.house.service.verdict(&ill.actor, ill.person).await.unwrap();
        assert_eq!(verdict.reasons.len(), 1);
        verdict.reasons[0].anchor
    };
    assert_eq!(anchor().await, recovered);
    let sampled = Some(desk.house.now() - Span::from_24_hours(19));
    desk.change(case, CaseAct::Correct { onset: None, sampled }).await;
    assert_eq!(anchor().await, recovered);
    // The day of the recovery itself can be corrected too.
    let earlier = desk.house.now() - Span::from_24_hours(3);
    desk.change(case, CaseAct::Recover { at: earlier }).await;
    assert_eq!(anchor().await, earlier);
}

#[tokio::test]
async fn whoever_died_is_asked_for_nothing_and_told_nothing() {
    let desk = Desk::open().await;
    let ill = desk.house.holder().await;
    let case = desk.report(&ill, "confirmed", None).await;
    let phone = desk.house.service.profile(&ill.actor, ill.person).await.unwrap().phone;
    let told = async || {
        desk.house.service.deliver_notices().await.unwrap();
        desk.house.post.0.lock().unwrap().iter().filter(|message| message.to == phone).count()
    };
    desk.house.forward(Span::from_hours(2));
    let before = told().await;
    desk.change(case, CaseAct::Died { at: desk.house.now() - Span::from_hours(1) }).await;
    let verdict = desk.house.service.verdict(&ill.actor, ill.person).await.unwrap();
    assert!(verdict.duties.is_empty(), "{:?}", verdict.duties);
    for day in 1..=70 {
        desk.house.at(day, 9).await;
    }
    assert_eq!(told().await, before);
    assert_eq!(desk.refused(case, CaseAct::Recover { at: desk.house.now() }).await, "wrong-state");
}

#[tokio::test]
async fn two_records_of_one_case_become_one_with_the_contacts_of_both() {
    let desk = Desk::open().await;
    let (ill, met) = (desk.house.holder().await, desk.house.holder().await);
    desk.meet(&ill, &met).await;
    let first = desk.report(&ill, "confirmed", None).await;
    desk.change(first, CaseAct::Recover { at: desk.house.now() }).await;
    desk.house.forward(Span::from_hours(1));
    let second = desk.report(&ill, "confirmed", Some(desk.house.now() - Span::from_hours(5))).await;
    let named = InterviewContactForm {
        case: first,
        name: "丙".to_owned(),
        phone: "10088888".to_owned(),
        degree: "close".to_owned(),
        last_exposure: desk.house.now() - Span::from_hours(3),
    };
    desk.house.service.add_contact(&desk.officer, named).await.unwrap();
    assert_eq!(desk.refused(first, CaseAct::Merge { into: first }).await, "wrong-state");
    desk.change(first, CaseAct::Merge { into: second }).await;
    let merged = desk.house.service.case(&desk.officer, first).await.unwrap();
    assert_eq!((merged.row.state, merged.contacts.len()), ("merged", 0));
    let stays = desk.house.service.case(&desk.officer, second).await.unwrap();
    assert_eq!(stays.contacts.len(), 2, "whom they met and whom they named");
    assert_eq!(desk.standing(&met).await, Red);
    assert_eq!(desk.rules(&ill).await, ["confirmed"]);
    assert_eq!(desk.refused(first, CaseAct::Withdraw).await, "wrong-state");
}

#[tokio::test]
async fn a_case_that_began_tomorrow_or_in_another_century_is_a_mistyped_one() {
    let desk = Desk::open().await;
    let ill = desk.house.holder().await;
    let of = |onset: Time| CaseForm {
        person: ill.person,
        status: "confirmed".to_owned(),
        onset: Some(onset),
        sampled: Some(desk.house.now()),
    };
    let tried = async |onset| code(desk.house.service.report_case(&desk.officer, of(onset)).await);
    assert_eq!(tried(desk.house.now() + Span::from_hours(1)).await, "in-the-future");
    assert_eq!(tried("1920-02-27T00:00:00Z".parse().unwrap()).await, "invalid");
    assert_eq!(tried(desk.house.now() - Span::from_24_hours(367)).await, "invalid");
    assert!(desk.house.service.report_case(&desk.officer, of(desk.house.now())).await.is_ok());
}

#[tokio::test]
async fn whom_tracing_found_is_called_too_and_again_only_after_meeting_a_case_anew() {
    let desk = Desk::open().await;
    let (ill, met) = (desk.house.holder().await, desk.house.holder().await);
    desk.meet(&ill, &met).await;
    let case = desk.report(&ill, "confirmed", None).await;
    let called = async || {
        let view = desk.house.service.case(&desk.officer, case).await.unwrap();
        let row = view.contacts.iter().find(|row| row.person == met.person).unwrap();
        (row.interview, row.called_at)
    };
    assert_eq!(called().await, (None, None));
    desk.house.service.called(&desk.officer, case, met.person, String::new()).await.unwrap();
    assert!(matches!(called().await, (None, Some(_))));
    // A call before they met the case at all is about something else.
    desk.house.forward(Span::from_24_hours(1));
    let later = desk.house.holder().await;
    let other = desk.report(&later, "confirmed", None).await;
    let profile = desk.house.service.profile(&met.actor, met.person).await.unwrap();
    let named = InterviewContactForm {
        case: other,
        name: profile.name,
        phone: profile.phone,
        degree: "close".to_owned(),
        last_exposure: desk.house.now(),
    };
    desk.house.service.add_contact(&desk.officer, named).await.unwrap();
    let view = desk.house.service.case(&desk.officer, other).await.unwrap();
    assert_eq!((view.contacts[0].person, view.contacts[0].called_at), (met.person, None));
}

#[tokio::test]
async fn a_person_named_by_two_cases_is_called_once_and_a_contact_who_was_somebody_else_is_taken_back() {
    let desk = Desk::open().await;
    let (one, other) = (desk.house.holder().await, desk.house.holder().await);
    let cases = [desk.report(&one, "confirmed", None).await, desk.report(&other, "confirmed", None).await];
    let named = |case| InterviewContactForm {
        case,
        name: "丙".to_owned(),
        phone: "100 888 88".to_owned(),
        degree: "close".to_owned(),
        last_exposure: desk.house.now(),
    };
    let unknown = InterviewContactForm { degree: "distant".to_owned(), ..named(cases[0]) };
    assert_eq!(code(desk.house.service.add_contact(&desk.officer, unknown).await), "invalid");
    let preview = desk.house.service.preview_contact(&desk.officer, named(cases[0])).await.unwrap();
    assert_eq!((preview.len(), preview[0].after), (1, Red));
    let mut contacts = Vec::new();
    for case in cases {
        contacts.push(desk.house.service.add_contact(&desk.officer, named(case)).await.unwrap());
    }
    let person = desk.house.service.case(&desk.officer, cases[0]).await.unwrap().contacts[0].person;
    let call =
        |case, person| desk.house.service.called(&desk.officer, case, person, "will stay at home".to_owned());
    assert_eq!(code(call(cases[0], one.person).await), "not-found", "no contact of themselves");
    call(cases[0], person).await.unwrap();
    for case in cases {
        let view = desk.house.service.case(&desk.officer, case).await.unwrap();
        assert!(view.contacts[0].called_at.is_some(), "one call is enough for both");
    }
    desk.house.service.withdraw_contact(&desk.officer, contacts[0]).await.unwrap();
    assert!(desk.house.service.case(&desk.officer, cases[0]).await.unwrap().contacts.is_empty());
    assert_eq!(desk.house.standing(&desk.officer, person).await, Red, "the other case named them too");
    desk.house.service.withdraw_contact(&desk.officer, contacts[1]).await.unwrap();
    let file = desk.house.service.file(&desk.officer, person, AsOf::default()).await.unwrap();
    assert!(file.explanation.reasons.is_empty());
    assert_eq!(file.evidence.iter().filter(|item| item.kind == Kind::Withdrawal).count(), 2);
}
