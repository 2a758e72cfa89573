//! A false statement, found by two officers after a hearing, and appealed: upheld, set aside, and never answered.

use super::{
    come, rules,
    told::{in_both_languages, messages},
    verdict,
};
use crate::house::{Holder, House, code};
use kangma_core::{Standing, why_not::ResidentWhyNotBecause};
use kangma_service::{
    Actor,
    appeal::AppealOutcome,
    explain::AsOf,
    forms::{AppealForm, FindingForm},
};
use kangma_store::{Appeal, AppealState};

struct Found {
    house: House,
    /// Neither of those who found it.
    officer: Actor,
    person: Holder,
    appeal: Appeal,
}

/// Declared on day 0, heard and found on day 2, appealed on day 3.
async fn found() -> Found {
    let house = House::under("hangzhou-2020").await;
    let (first, second) = (house.authority("lin").await, house.authority("zhou").await);
    let officer = house.authority("sun").await;
    let person = house.holder().await;
    let declaration = verdict(&house, &person.actor, person.person).await.declaration.unwrap().evidence;
    come(&house, "2 10:00").await;
    let finding = FindingForm {
        person: person.person,
        declaration,
        heard_at: super::at("2 09:00"),
        explanation: "the ticket shows another journey".to_owned(),
    };
    let proposal = house.service.propose_finding(&first, finding).await.unwrap();
    assert_eq!(house.standing(&person.actor, person.person).await, Standing::Green);
    house.service.confirm_proposal(&second, proposal).await.unwrap();
    let red = verdict(&house, &person.actor, person.person).await;
    assert_eq!((red.standing, rules(&red)), (Standing::Red, vec!["false-statement"]));
    in_both_languages(house.service.rules().policy(house.now()), "false-statement");
    come(&house, "3 10:00").await;
    let form = AppealForm {
        person: person.person,
        rule: "false-statement".into(),
        trigger: None,
        words: "I did not travel.".to_owned(),
    };
    let appeal = house.service.appeal(&person.actor, form).await.unwrap();
    assert_eq!((&*appeal.owner, appeal.deadline), ("city-health-commission", super::at("7 00:00")));
    assert_eq!(
        house.standing(&person.actor, person.person).await,
        Standing::Red,
        "an appeal alone changes nothing"
    );
    Found { house, officer, person, appeal }
}

impl Found {
    async fn decide(&self, outcome: AppealOutcome) {
        let answer = "The carrier confirmed it.".to_owned();
        self.house.service.decide_appeal(&self.officer, self.appeal.id, outcome, answer).await.unwrap();
    }

    async fn standing(&self) -> Standing {
        self.house.standing(&self.person.actor, self.person.person).await
    }

    async fn because(&self) -> ResidentWhyNotBecause {
        let person = &self.person;
        let answer = self.house.service.why_not(&person.actor, person.person, Standing::Red, AsOf::default());
        let rules = answer.await.unwrap().rules;
        rules.into_iter().find(|rule| &*rule.rule == "false-statement").unwrap().because
    }
}

#[tokio::test]
async fn one_that_is_upheld_turns_green_by_fourteen_check_ins() {
    let it = found().await;
    come(&it.house, "4 10:00").await;
    it.decide(AppealOutcome::Reject).await;
    for day in 4..=17 {
        come(&it.house, &format!("{day} 11:00")).await;
        assert_eq!(it.standing().await, Standing::Red, "day {day}");
        if day == 12 {
            it.house.declare(&it.person.actor, it.person.person).await;
        }
        let (actor, form) = (&it.person.actor, it.house.normal_check_in());
        it.house.service.check_in_daily(actor, it.person.person, form).await.unwrap();
    }
    // The check-in of day 3 is the only one of the days since the finding that was not made.
    assert_eq!(it.standing().await, Standing::Green);
    assert!(matches!(it.because().await, ResidentWhyNotBecause::Ended { .. }));
}

#[tokio::test]
async fn one_that_is_set_aside_ends_there_and_says_so() {
    let it = found().await;
    come(&it.house, "4 15:00").await;
    it.decide(AppealOutcome::Release).await;
    assert_eq!(it.standing().await, Standing::Green);
    assert!(
        matches!(it.because().await, ResidentWhyNotBecause::Released { day } if day.to_string() == "2020-03-05")
    );
    let phone = it.house.service.profile(&it.person.actor, it.person.person).await.unwrap().phone;
    let told = messages(&it.house, &phone).await;
    assert!(told.iter().any(|text| text.contains("申诉已有答复")), "{told:?}");
    assert_eq!(
        code(
            it.house
                .service
                .decide_appeal(&it.officer, it.appeal.id, AppealOutcome::Reject, "x".to_owned())
                .await
        ),
        "wrong-state"
    );
}

#[tokio::test]
async fn one_that_nobody_answers_in_time_is_released_as_the_policy_says() {
    let it = found().await;
    come(&it.house, "6 23:59").await;
    assert_eq!(it.standing().await, Standing::Red);
    come(&it.house, "7 00:00").await;
    assert_eq!(it.standing().await, Standing::Green);
    let own = it.house.service.appeals_of(&it.person.actor, it.person.person).await.unwrap();
    assert_eq!(own[0].state, AppealState::Missed);
    assert!(it.house.service.appeals_open(&it.officer, None, 9).await.unwrap().is_empty());
}
