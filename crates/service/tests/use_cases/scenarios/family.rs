//! "Family members turn red. Why haven't I changed?" Four people in one household, one of them away: one becomes a contact,
//! then a case, then the case is withdrawn; and once more with the report a day late.

use super::{
    at, come, come_without, rules,
    told::{gives_nothing_away, messages, readable},
    verdict,
};
use crate::house::{Holder, House};
use kangma_core::{
    CaseId, PersonId, Span, Standing, Standing::Green, Standing::Red, Window, why_not::Because,
    why_not::ResidentWhyNotBecause,
};
use kangma_service::{
    Actor,
    explain::AsOf,
    forms::{CaseForm, Purpose},
    report_case::CaseAct,
};

const PLACE: &str = "Lotus restaurant";

/// The four, with those who act for them: a child has no telephone.
struct Family {
    house: House,
    officer: Actor,
    colleague: Holder,
    mother: Holder,
    father: Holder,
    child: PersonId,
    grandmother: Holder,
    phones: [String; 3],
    names: Vec<String>,
}

impl Family {
    /// They declare on the morning of day 0; at ten the mother has lunch with a colleague.
    async fn under(policy: &str) -> Self {
        let house = House::under(policy).await;
        let officer = house.authority("lin").await;
        let (colleague, mother) = (house.holder().await, house.holder().await);
        let (father, grandmother) = (house.holder().await, house.holder().await);
        house.service.speak(&father.actor, "en").await.unwrap();
        let child = house.service.add_dependant(&father.actor, house.identity("2014-06-01")).await.unwrap();
        house.declare(&father.actor, child).await;
        let mut names = Vec::new();
        let mut phones = Vec::new();
        for (actor, person) in [
            (&colleague.actor, colleague.person),
            (&mother.actor, mother.person),
            (&father.actor, father.person),
            (&grandmother.actor, grandmother.person),
            (&father.actor, child),
        ] {
            let profile = house.service.profile(actor, person).await.unwrap();
            names.push(profile.name);
            phones.push(profile.phone);
        }
        let phones = [1, 2, 3].map(|place| phones[place].clone());
        let family = Self { house, officer, colleague, mother, father, child, grandmother, phones, names };
        family.move_in().await;
        family
    }

    /// Everybody confirms everybody; the grandmother has been away for weeks.
    async fn move_in(&self) {
        let house = &self.house;
        let adults = [&self.mother, &self.father, &self.grandmother].map(|one| (&one.actor, one.person));
        house.live_together(adults[0], adults[1]).await;
        house.live_together(adults[1], adults[2]).await;
        house.live_together(adults[0], adults[2]).await;
        house.service.link_own(&self.father.actor, self.father.person, self.child).await.unwrap();
        for (adult, phone) in [(&self.mother, &self.phones[0]), (&self.grandmother, &self.phones[2])] {
            let actor = &self.father.actor;
            let link = house.service.propose_link(actor, self.child, phone.clone(), None).await.unwrap();
            house.service.confirm_link(&adult.actor, link).await.unwrap();
        }
        let away = Window { from: at("-21 00:00"), until: at("40 00:00") };
        house.service.record_separation(&self.officer, self.grandmother.person, away).await.unwrap();
        let restaurant = house.point("restaurant", PLACE).await;
        come(house, "0 10:00").await;
        let table = [&self.colleague, &self.mother];
        house.meet(&self.officer, restaurant, &table, Span::from_minutes(20)).await;
    }

    fn members(&self) -> [(PersonId, &Actor); 4] {
        [
            (self.mother.person, &self.mother.actor),
            (self.father.person, &self.father.actor),
            (self.child, &self.father.actor),
            (self.grandmother.person, &self.grandmother.actor),
        ]
    }

    async fn renew(&self) {
        for (person, actor) in self.members() {
            let form = self.house.clean_declaration(Purpose::Resident);
            self.house.service.declare(actor, person, form).await.unwrap();
        }
    }

    async fn report(&self, of: PersonId, onset: &str, sampled: &str) -> CaseId {
        let form = CaseForm {
            person: of,
            status: "confirmed".to_owned(),
            onset: Some(at(onset)),
            sampled: Some(at(sampled)),
        };
        self.house.service.report_case(&self.officer, form).await.unwrap().case
    }

    /// What everybody is, why, why not, and that nothing tells them of the others.
    async fn stands(&self, when: &str, standings: [Standing; 4], live: [&[&str]; 4]) {
        for (place, (person, actor)) in self.members().into_iter().enumerate() {
            let who = format!("member {place} at {when}");
            let verdict = verdict(&self.house, actor, person).await;
            assert_eq!(
                (verdict.standing, rules(&verdict)),
                (standings[place], live[place].to_vec()),
                "{who}"
            );
            let asked = if verdict.standing == Red { Green } else { Red };
            let read = readable(&self.house, actor, person, asked).await;
            gives_nothing_away(&read, &self.secrets(person), &who);
            self.every_rule_answers(actor, person, live[place], &who).await;
        }
        for phone in &self.phones {
            let told = messages(&self.house, phone).await;
            gives_nothing_away(&told, &self.secrets(PersonId(0)), &format!("{phone} at {when}"));
        }
    }

    /// Every rule that could give red says that it is live, or that nothing is known, or that it has ended.
    async fn every_rule_answers(&self, actor: &Actor, person: PersonId, live: &[&str], who: &str) {
        let answer = self.house.service.why_not(actor, person, Red, AsOf::default()).await.unwrap();
        let whole =
            self.house.service.why_not_whole(&self.officer, person, Red, AsOf::default()).await.unwrap();
        assert!(answer.rules.len() > 5 && answer.rules.len() == whole.rules.len(), "{who}");
        for (plain, whole) in answer.rules.iter().zip(&whole.rules) {
            let is_live = live.contains(&&*plain.rule);
            assert_eq!(plain.because == ResidentWhyNotBecause::Live, is_live, "{who}: {}", plain.rule);
            assert_eq!(matches!(whole.because, Because::Live(_)), is_live, "{who}: {}", whole.rule);
            // A rule names the sources it waits for, with the day of their last word.
            assert!(plain.sources.iter().all(|source| source.complete_up_to.is_some()), "{who}");
        }
    }

    /// What nobody but `reader` may read of the others.
    fn secrets(&self, reader: PersonId) -> Vec<String> {
        let people = self.members().into_iter().map(|(person, _)| person).chain([self.colleague.person]);
        let mut secrets: Vec<String> =
            people.filter(|person| *person != reader).map(|person| person.to_string()).collect();
        secrets.extend(self.names.iter().cloned());
        secrets.extend(self.phones.iter().cloned());
        let words = [PLACE, "restaurant", "household", "mother", "colleague", "餐", "家人", "母亲", "同事"];
        secrets.extend(words.map(str::to_owned));
        secrets
    }
}

/// The colleague is a case on day 3, the mother on day 6; hers is withdrawn on day 8. After each the household looks.
async fn told(policy: &str, steps: [([Standing; 4], [&[&str]; 4]); 3]) {
    let family = Family::under(policy).await;
    come(&family.house, "3 08:59").await;
    family.stands("3 08:59", [Green; 4], [&[]; 4]).await;
    family.report(family.colleague.person, "1 08:00", "2 18:00").await;
    family.stands("3 09:00", steps[0].0, steps[0].1).await;

    come(&family.house, "6 09:59").await;
    family.renew().await;
    family.stands("6 09:59", steps[0].0, steps[0].1).await;
    let case = family.report(family.mother.person, "5 08:00", "6 06:00").await;
    family.stands("6 10:00", steps[1].0, steps[1].1).await;

    come(&family.house, "8 12:00").await;
    family.stands("8 12:00", steps[1].0, steps[1].1).await;
    let version = family.house.service.case(&family.officer, case).await.unwrap().row.version;
    let withdrawal = CaseAct::Withdraw;
    family.house.service.change_case(&family.officer, case, version, withdrawal).await.unwrap();
    family.stands("8 12:01", steps[2].0, steps[2].1).await;
    // And it stays so: tracing again finds nothing of a case that never was.
    come(&family.house, "9 12:00").await;
    family.stands("9 12:00", steps[2].0, steps[2].1).await;

    let told_father = messages(&family.house, &family.phones[1]).await;
    assert!(told_father.iter().any(|text| text.contains("your health code is now red")), "{told_father:?}");
    let told_mother = messages(&family.house, &family.phones[0]).await;
    assert!(told_mother.iter().any(|text| text.contains("健康码已变为红码")), "{told_mother:?}");
    assert!(messages(&family.house, &family.phones[2]).await.iter().all(|text| !text.contains("红码")));
}

#[tokio::test]
async fn under_hangzhou_a_contact_of_a_contact_is_nothing_and_a_withdrawn_case_leaves_no_trace() {
    let contact: &[&str] = &["close-contact"];
    let ill: &[&str] = &["close-contact", "confirmed"];
    told(
        "hangzhou-2020",
        [
            ([Red, Green, Green, Green], [contact, &[], &[], &[]]),
            ([Red, Red, Red, Green], [ill, contact, contact, &[]]),
            ([Red, Green, Green, Green], [contact, &[], &[], &[]]),
        ],
    )
    .await;
}

#[tokio::test]
async fn under_transcode_the_household_of_a_contact_is_red_too_and_stays_so_without_the_case() {
    let (first, second): (&[&str], &[&str]) = (&["close-contact"], &["contact-of-contact"]);
    let (ill, both): (&[&str], &[&str]) =
        (&["case", "close-contact"], &["close-contact", "contact-of-contact"]);
    told(
        "transcode-2022",
        [
            ([Red, Red, Red, Green], [first, second, second, &[]]),
            ([Red, Red, Red, Green], [ill, both, both, &[]]),
            ([Red, Red, Red, Green], [first, second, second, &[]]),
        ],
    )
    .await;
}

#[tokio::test]
async fn when_the_report_comes_a_day_late_why_not_names_the_source_and_its_last_answer() {
    for policy in ["hangzhou-2020", "transcode-2022"] {
        let family = Family::under(policy).await;
        let (house, father) = (&family.house, &family.father);
        come(house, "6 06:00").await;
        family.renew().await;
        // The mother is ill since day 5 and was found positive at ten; on the evening nobody has told the system.
        come_without(house, "6 20:00", "contact-tracing").await;
        let evening = house.now();
        assert_eq!(house.standing(&father.actor, father.person).await, Green, "{policy}");
        let plain = house.service.why_not(&father.actor, father.person, Red, AsOf::default()).await.unwrap();
        let close = plain.rules.iter().find(|rule| &*rule.rule == "close-contact").unwrap();
        assert_eq!(close.because, ResidentWhyNotBecause::NothingKnown);
        let [source] = close.sources.as_slice() else { panic!("{:?}", close.sources) };
        assert_eq!(&*source.source, "contact-tracing");
        assert_eq!(source.complete_up_to.map(|day| day.to_string()).as_deref(), Some("2020-03-07"));
        // The officer sees the instant.
        let as_of = AsOf::default();
        let whole = house.service.why_not_whole(&family.officer, father.person, Red, as_of).await.unwrap();
        let close = whole.rules.iter().find(|rule| &*rule.rule == "close-contact").unwrap();
        assert_eq!(close.sources[0].complete_up_to, Some(at("6 06:00")));
        let rules_now = house.service.rules();
        let texts = ["zh", "en"].map(|language| rules_now.policy(evening).texts(language));
        assert_eq!(texts.map(|texts| texts.source("contact-tracing")), ["流行病学调查", "Contact tracing"]);

        // The report arrives with its own day; what was decided the evening before stays as it was.
        come(house, "7 10:00").await;
        family.report(family.mother.person, "5 08:00", "6 10:00").await;
        assert_eq!(house.standing(&father.actor, father.person).await, Red, "{policy}");
        let then = AsOf { known_at: Some(evening), effective_at: Some(evening) };
        let known_then = house.service.explain(&father.actor, father.person, then).await.unwrap();
        assert_eq!(known_then.standing, Green);
        let grandmother = &family.grandmother;
        assert_eq!(house.standing(&grandmother.actor, grandmother.person).await, Green, "{policy}");
    }
}
