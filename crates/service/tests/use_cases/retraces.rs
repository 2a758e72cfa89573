//! Tracing goes on after a report: later meetings, another version of the policy, what officers found meanwhile.

use crate::house::{Holder, House, policy_files};
use kangma_core::{CaseId, Direction, Kind, PersonId, PointId, Span, Standing, Window, policy::PolicyFiles};
use kangma_service::{
    Actor,
    appeal::AppealOutcome,
    doctor,
    explain::AsOf,
    forms::{AppealForm, AreaForm, CaseForm},
    report_case::CaseAct,
};

/// A city with a case that was reported at nine.
struct Outbreak {
    house: House,
    officer: Actor,
    case: CaseId,
    ill: Holder,
}

impl Outbreak {
    async fn begun() -> Self {
        let house = House::under("hangzhou-2020").await;
        let officer = house.authority("lin").await;
        let ill = house.holder().await;
        let case = report(&house, &officer, ill.person).await;
        Self { house, officer, case, ill }
    }

    async fn standing(&self, of: &Holder) -> Standing {
        self.house.standing(&of.actor, of.person).await
    }

    /// Every hour the sources are heard and what is due is done, until so long from now.
    async fn hours(&self, hours: i64) {
        for _ in 0..hours {
            self.house.forward(Span::from_hours(1));
            self.house.hear_sources().await;
            self.house.service.do_what_is_due().await.unwrap();
        }
    }

    /// How many items of a kind are in a person's file.
    async fn items(&self, person: PersonId, kind: Kind) -> usize {
        let file = self.house.service.file(&self.officer, person, AsOf::default()).await.unwrap();
        file.evidence.iter().filter(|item| item.kind == kind).count()
    }
}

async fn report(house: &House, officer: &Actor, person: PersonId) -> CaseId {
    let form = CaseForm {
        person,
        status: "confirmed".to_owned(),
        onset: Some(house.now() - Span::from_hours(3)),
        sampled: Some(house.now() - Span::from_minutes(1)),
    };
    house.service.report_case(officer, form).await.unwrap().case
}

/// The shipped policy with some words of it replaced, as its next version.
fn next_version(version: u32, words: &[(&str, &str)]) -> PolicyFiles {
    // The cases about meetings say what the first version does.
    let shipped = policy_files("hangzhou-2020");
    let kept =
        shipped.iter().filter(|(path, _)| !path.starts_with("cases/") || path.ends_with("/areas.toml"));
    let mut files: PolicyFiles = kept.map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
    let mut text =
        files.text("policy.toml").unwrap().replacen("version = 1", &format!("version = {version}"), 1);
    for (from, to) in words {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    files.add("policy.toml", text);
    files
}

const UNBROKEN: &str = "minutes = 15\ncounted = \"unbroken\"";

#[tokio::test]
async fn somebody_who_meets_a_case_after_its_report_is_found_within_the_hour() {
    let town = Outbreak::begun().await;
    let hospital = town.house.point("hospital", "clinic").await;
    let (late, aside) = (town.house.holder().await, town.house.holder().await);
    town.hours(3).await;
    // A red code is let into a hospital, and so is whoever sits beside it.
    town.house.meet(&town.officer, hospital, &[&town.ill, &late], Span::from_minutes(45)).await;
    town.house.meet(&town.officer, hospital, &[&aside], Span::from_minutes(45)).await;
    assert_eq!(town.standing(&late).await, Standing::Green);
    town.hours(1).await;
    assert_eq!(town.standing(&late).await, Standing::Red);
    assert_eq!(town.standing(&aside).await, Standing::Green);
    // Looking again says nothing twice.
    town.hours(3).await;
    assert_eq!(town.items(late.person, Kind::Exposure).await, 1);
    assert_eq!(town.items(late.person, Kind::Withdrawal).await, 0);
}

#[tokio::test]
async fn a_meeting_under_way_at_the_report_is_told_again_only_when_it_has_ended() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let school = house.point("school", "east school").await;
    let (ill, beside) = (house.holder().await, house.holder().await);
    for holder in [&ill, &beside] {
        house.pass(&officer, school, holder, Direction::In).await;
    }
    house.forward(Span::from_hours(1));
    let case = report(&house, &officer, ill.person).await;
    let town = Outbreak { house, officer, case, ill };
    assert_eq!(town.standing(&beside).await, Standing::Red);
    town.hours(2).await;
    let items = async || {
        let kinds = [Kind::Exposure, Kind::Withdrawal];
        [town.items(beside.person, kinds[0]).await, town.items(beside.person, kinds[1]).await]
    };
    assert_eq!(items().await, [1, 0], "they are still there");
    for holder in [&town.ill, &beside] {
        town.house.pass(&town.officer, school, holder, Direction::Out).await;
    }
    town.hours(4).await;
    assert_eq!(items().await, [2, 1], "once, with the time that it ended");
    assert_eq!(town.standing(&beside).await, Standing::Red);
}

#[tokio::test]
async fn another_version_of_the_policy_reaches_whom_it_finds_and_those_of_the_version_before_finish_under_it()
{
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let office = house.point("office", "tower").await;
    let (ill, short, long) = (house.holder().await, house.holder().await, house.holder().await);
    house.meet(&officer, office, &[&ill, &short], Span::from_minutes(12)).await;
    house.meet(&officer, office, &[&ill, &long], Span::from_minutes(20)).await;
    report(&house, &officer, ill.person).await;
    let standings = async || {
        house.hear_sources().await;
        house.service.do_what_is_due().await.unwrap();
        [house.standing(&short.actor, short.person).await, house.standing(&long.actor, long.person).await]
    };
    assert_eq!(standings().await, [Standing::Green, Standing::Red]);
    let publish = async |files: PolicyFiles| {
        house.service.publish_policy(&officer, files).await.unwrap();
        standings().await
    };
    let ten = (UNBROKEN, "minutes = 10\ncounted = \"unbroken\"");
    assert_eq!(publish(next_version(2, &[ten])).await, [Standing::Red, Standing::Red]);
    // Live reasons finish under the version that made them; this one would find neither of the two.
    let hour = (UNBROKEN, "minutes = 60\ncounted = \"unbroken\"");
    assert_eq!(publish(next_version(3, &[hour])).await, [Standing::Red, Standing::Red]);
    house.forward(Span::from_24_hours(2));
    assert_eq!(standings().await, [Standing::Red, Standing::Red]);
    // This one decides everything again.
    let again = ("live-reasons = \"finish\"", "live-reasons = \"decide-again\"");
    assert_eq!(publish(next_version(4, &[ten, again])).await, [Standing::Red, Standing::Red]);
    assert_eq!(publish(next_version(5, &[hour, again])).await, [Standing::Green, Standing::Green]);
    // What was decided under an earlier version, and not since, is what was known then.
    let store = house.service.store().clone();
    let findings = tokio::task::spawn_blocking(move || doctor::examine(&store, |_, _| {})).await.unwrap();
    let findings = findings.unwrap();
    assert!(findings.sound(), "{findings:?}");
}

#[tokio::test]
async fn a_version_that_takes_scans_to_last_longer_finds_more_in_the_same_log() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let bar = house.point("restaurant", "The Example Bar").await;
    let (ill, later) = (house.holder().await, house.holder().await);
    for holder in [&ill, &later] {
        let shown = house.show(&holder.actor, holder.person, &holder.phone).await;
        house.service.check_at_gate(&officer, bar, House::scan(shown, Direction::In)).await.unwrap();
        // Nobody's exit is scanned.
        house.forward(Span::from_hours(1));
    }
    report(&house, &officer, ill.person).await;
    let standing = async || {
        house.hear_sources().await;
        house.service.do_what_is_due().await.unwrap();
        house.standing(&later.actor, later.person).await
    };
    assert_eq!(standing().await, Standing::Green, "three quarters of an hour are assumed");
    let two_hours = "linger = \"0 min\"\n\n[[exposure.stay]]\nkinds = [\"restaurant\"]\nminutes = 120\n\
                     longest-minutes = 180\nexit-within-minutes = 1440\n";
    let files = next_version(2, &[("linger = \"0 min\"", two_hours)]);
    house.service.publish_policy(&officer, files).await.unwrap();
    assert_eq!(standing().await, Standing::Red, "and under this version two hours");
    house.service.save_presences().await.unwrap();
    let house = house.restarted(|_| {}).await;
    house.hear_sources().await;
    assert_eq!(house.standing(&later.actor, later.person).await, Standing::Red);
}

#[tokio::test]
async fn whoever_lives_with_a_case_is_exposed_day_by_day_until_they_live_apart() {
    let town = Outbreak::begun().await;
    let other = town.house.holder().await;
    town.house.live_together((&town.ill.actor, town.ill.person), (&other.actor, other.person)).await;
    let zone = kangma_core::Zone::named("Asia/Shanghai").unwrap();
    let anchored = async || {
        let verdict = town.house.service.verdict(&other.actor, other.person).await.unwrap();
        assert_eq!((verdict.standing, verdict.reasons.len()), (Standing::Red, 1));
        zone.day(verdict.reasons[0].anchor).to_string()
    };
    assert_eq!(anchored().await, "2020-03-01");
    town.hours(14).await;
    assert_eq!(anchored().await, "2020-03-01");
    assert_eq!(town.items(other.person, Kind::Exposure).await, 1, "once a day is enough");
    town.hours(24).await;
    assert_eq!(anchored().await, "2020-03-02");
    let apart = Window { from: town.house.now(), until: town.house.now() + Span::from_24_hours(30) };
    town.house.service.record_separation(&other.actor, other.person, apart).await.unwrap();
    town.hours(50).await;
    assert_eq!(anchored().await, "2020-03-02");
}

#[tokio::test]
async fn what_an_officer_found_never_to_have_been_is_not_found_again() {
    let town = Outbreak::begun().await;
    let (met, at_home) = (town.house.holder().await, town.house.holder().await);
    let hospital = town.house.point("hospital", "clinic").await;
    town.house.meet(&town.officer, hospital, &[&town.ill, &met], Span::from_minutes(45)).await;
    town.house.live_together((&town.ill.actor, town.ill.person), (&at_home.actor, at_home.person)).await;
    town.hours(26).await;
    for holder in [&met, &at_home] {
        assert_eq!(town.standing(holder).await, Standing::Red);
        let appeal = AppealForm {
            person: holder.person,
            rule: "close-contact".into(),
            trigger: None,
            words: "It was my sister's phone.".to_owned(),
        };
        let made = town.house.service.appeal(&holder.actor, appeal).await.unwrap();
        // Until somebody answers, the days go on, and so does tracing.
        town.hours(24).await;
        let (answer, outcome) = ("So it was.".to_owned(), AppealOutcome::Withdraw);
        town.house.service.decide_appeal(&town.officer, made.id, outcome, answer).await.unwrap();
        assert_eq!(town.standing(holder).await, Standing::Green);
    }
    town.hours(26).await;
    assert_eq!([town.standing(&met).await, town.standing(&at_home).await], [Standing::Green; 2]);
    // Meeting the case again is something else.
    town.house.meet(&town.officer, hospital, &[&town.ill, &met], Span::from_minutes(45)).await;
    town.hours(1).await;
    assert_eq!([town.standing(&met).await, town.standing(&at_home).await], [Standing::Red, Standing::Green]);
}

#[tokio::test]
async fn a_release_from_living_with_a_case_holds_the_next_day_too() {
    let town = Outbreak::begun().await;
    let other = town.house.holder().await;
    town.house.live_together((&town.ill.actor, town.ill.person), (&other.actor, other.person)).await;
    let verdict = town.house.service.verdict(&other.actor, other.person).await.unwrap();
    let (rule, trigger) = (verdict.reasons[0].rule.to_string(), verdict.reasons[0].trigger);
    let words = "Immune since the last outbreak.".to_owned();
    town.house.service.release_reason(&town.officer, other.person, rule, trigger, words).await.unwrap();
    assert_eq!(town.standing(&other).await, Standing::Green);
    town.hours(50).await;
    assert_eq!(town.standing(&other).await, Standing::Green);
}

#[tokio::test]
async fn what_the_log_of_visits_no_longer_tells_stands_until_the_case_is_withdrawn() {
    let town = Outbreak::begun().await;
    let hospital = town.house.point("hospital", "clinic").await;
    let met = town.house.holder().await;
    town.house.meet(&town.officer, hospital, &[&town.ill, &met], Span::from_minutes(45)).await;
    town.hours(1).await;
    town.house.forward(Span::from_24_hours(25));
    town.house.hear_sources().await;
    while town.house.service.drop_what_is_old().await.unwrap() > 0 {}
    let change = async |act: CaseAct| {
        let version = town.house.service.case(&town.officer, town.case).await.unwrap().row.version;
        town.house.service.change_case(&town.officer, town.case, version, act).await.unwrap();
    };
    change(CaseAct::Recover { at: town.house.now() - Span::from_24_hours(1) }).await;
    town.hours(2).await;
    assert_eq!(town.items(met.person, Kind::Withdrawal).await, 0);
    change(CaseAct::Withdraw).await;
    assert_eq!(town.items(met.person, Kind::Withdrawal).await, 1);
}

#[tokio::test]
async fn whoever_comes_into_a_marked_area_later_is_found_too() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let market: PointId = house.point("market", "east market").await;
    let visitor = house.holder().await;
    let area = AreaForm {
        division: "east".to_owned(),
        level: "medium".to_owned(),
        from: "2020-02-28".parse().unwrap(),
    };
    house.service.mark_area(&officer, area).await.unwrap();
    house.forward(Span::from_hours(2));
    house.meet(&officer, market, &[&visitor], Span::from_minutes(40)).await;
    assert_eq!(house.standing(&visitor.actor, visitor.person).await, Standing::Green);
    house.forward(Span::from_hours(1));
    house.service.do_what_is_due().await.unwrap();
    assert_eq!(house.standing(&visitor.actor, visitor.person).await, Standing::Yellow);
}

#[tokio::test]
async fn a_case_that_is_withdrawn_on_appeal_takes_its_contacts_with_it() {
    let town = Outbreak::begun().await;
    let other = town.house.holder().await;
    town.house.live_together((&town.ill.actor, town.ill.person), (&other.actor, other.person)).await;
    assert_eq!(town.standing(&other).await, Standing::Red);
    let appeal = AppealForm {
        person: town.ill.person,
        rule: "confirmed".into(),
        trigger: None,
        words: "The sample was another's.".to_owned(),
    };
    let made = town.house.service.appeal(&town.ill.actor, appeal).await.unwrap();
    let (answer, outcome) = ("It was mixed up.".to_owned(), AppealOutcome::Withdraw);
    town.house.service.decide_appeal(&town.officer, made.id, outcome, answer).await.unwrap();
    assert_eq!([town.standing(&town.ill).await, town.standing(&other).await], [Standing::Green; 2]);
    let case = town.house.service.case(&town.officer, town.case).await.unwrap();
    assert_eq!(case.row.state, "withdrawn");
}
