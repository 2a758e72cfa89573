//! What officers decide: proposals, appeals, reviews, corrections; and household links.

use crate::support::{Fresh, account, fresh, person};
use kangma_core::{EvidenceId, PersonId, Time};
use kangma_store::{
    AccountId, Appeal, AppealState, AuditReview, Correction, CorrectionState, HouseholdLink, Proposal,
    ProposalKind, ProposalState, ReviewState, StoreError,
};

const ONE: AccountId = AccountId(1);
const OTHER: AccountId = AccountId(2);

fn office() -> Fresh {
    let fresh = fresh();
    fresh.write(|w| {
        w.add_account(account("zhou"))?;
        w.add_account(account("adams"))?;
        (1..=5).try_for_each(|id| w.add_person(&person(id)))
    });
    fresh
}

fn proposal(of: u64) -> impl FnOnce(kangma_store::ProposalId) -> Proposal {
    move |id| Proposal {
        id,
        kind: ProposalKind::ManualOrder,
        person: PersonId(of),
        about: None,
        ground: "Invented Act, section 1".to_owned(),
        level: Some("red".to_owned()),
        place: None,
        until: Some(Time(1_000)),
        check_ins: Some(7),
        text: Some("what both officers saw".into()),
        heard_at: None,
        proposed_by: ONE,
        proposed_at: Time(10),
        settled_by: None,
        settled_at: None,
        state: ProposalState::Proposed,
        evidence: None,
    }
}

#[test]
fn an_order_is_confirmed_by_a_second_officer_and_never_by_the_first() {
    let fresh = office();
    let proposed = fresh.write(|w| w.add_proposal(proposal(1)));
    let settled = |by| Proposal {
        settled_by: Some(by),
        settled_at: Some(Time(20)),
        state: ProposalState::Confirmed,
        evidence: Some(EvidenceId(1)),
        ..proposed.clone()
    };
    let (alone, together) = (settled(ONE), settled(OTHER));
    let error = fresh.refused(move |w| w.save_proposal(&alone));
    assert!(matches!(&error, StoreError::Refused(rule) if rule.contains("two_officers")), "{error}");
    let nobody = Proposal { settled_by: None, ..together.clone() };
    assert!(matches!(fresh.refused(move |w| w.save_proposal(&nobody)), StoreError::Refused(_)));
    let written = together.clone();
    fresh.write(move |w| w.save_proposal(&written));
    assert_eq!(fresh.read(|r| r.proposal(together.id)), Some(together.clone()));
    assert_eq!(fresh.read(|r| r.proposals_about(PersonId(1))), [together.clone()]);
    assert_eq!(fresh.read(|r| r.proposals(ProposalState::Proposed, None, None, None, 9)), []);
    assert_eq!(fresh.read(|r| r.proposals(ProposalState::Confirmed, None, None, None, 9)), [together]);
}

#[test]
fn proposals_are_listed_page_by_page_by_district_and_without_those_whose_end_has_passed() {
    let fresh = in_districts();
    let made = fresh.write(|w| {
        let mut made = Vec::new();
        for (of, until) in [(1, Some(30)), (2, Some(10)), (3, None), (1, Some(20))] {
            let added = w.add_proposal(|id| Proposal { until: until.map(Time), ..proposal(of)(id) })?;
            made.push(added.id);
        }
        Ok(made)
    });
    let listed = |live_at, district, after, most| {
        let listed = fresh.read(|r| r.proposals(ProposalState::Proposed, live_at, district, after, most));
        listed.iter().map(|one| one.id.0).collect::<Vec<_>>()
    };
    assert_eq!(listed(None, None, None, 3), [1, 2, 3]);
    assert_eq!(listed(None, None, Some(made[2]), 3), [4]);
    assert_eq!(listed(None, Some("east"), None, 9), [1, 3, 4]);
    assert_eq!(listed(Some(Time(20)), None, None, 9), [1, 3]);
}

/// Person 2 lives in the west, the others in the east.
fn in_districts() -> Fresh {
    let fresh = office();
    fresh.write(|w| {
        (1..=5).try_for_each(|id| {
            let district = if id == 2 { "west" } else { "east" };
            w.save_person(&kangma_store::Person { district: Some(district.to_owned()), ..person(id) })
        })
    });
    fresh
}

fn appeal(of: u64, district: &'static str, deadline: i64) -> impl FnOnce(kangma_store::AppealId) -> Appeal {
    move |id| Appeal {
        id,
        person: PersonId(of),
        evidence: Some(EvidenceId(4)),
        own_evidence: None,
        rule: "close-contact".to_owned(),
        owner: "district-office".to_owned(),
        district: Some(district.to_owned()),
        made_at: Time(1),
        deadline: Time(deadline),
        state: AppealState::Open,
        text: "I was not there.".into(),
        outcome: None,
        answer: None,
        decided_by: None,
        decided_at: None,
    }
}

#[test]
fn open_appeals_come_by_deadline_page_by_page_and_leave_when_decided() {
    let fresh = office();
    let made = fresh.write(|w| {
        let mut made = Vec::new();
        for (of, district, deadline) in [(1, "east", 30), (2, "east", 10), (3, "west", 20), (4, "east", 10)] {
            made.push(w.add_appeal(appeal(of, district, deadline))?);
        }
        Ok(made)
    });
    let open = |district, after, most| {
        fresh.read(|r| r.appeals_open(district, after, most)).iter().map(|a| a.id.0).collect::<Vec<_>>()
    };
    assert_eq!(open(None, None, 3), [2, 4, 3]);
    assert_eq!(open(None, Some((Time(20), made[2].id)), 3), [1]);
    assert_eq!(open(Some("east"), None, 9), [2, 4, 1]);
    let overdue =
        |now| fresh.read(|r| r.appeals_overdue(Time(now), 9)).iter().map(|a| a.id.0).collect::<Vec<_>>();
    assert_eq!(overdue(9), [0; 0]);
    assert_eq!(overdue(10), [2, 4]);
    let decided = Appeal {
        state: AppealState::Decided,
        outcome: Some("upheld".to_owned()),
        answer: Some("You were not.".into()),
        decided_by: Some(ONE),
        decided_at: Some(Time(9)),
        ..made[1].clone()
    };
    let written = decided.clone();
    fresh.write(move |w| w.save_appeal(&written));
    assert_eq!(overdue(10), [4]);
    assert_eq!(fresh.read(|r| r.appeal(decided.id)), Some(decided.clone()));
    assert_eq!(fresh.read(|r| r.appeals_of(PersonId(2))), [decided]);
    // One whose deadline was missed waits for its new owner, until something came of it.
    let missed = Appeal { state: AppealState::Missed, owner: "city".to_owned(), ..made[3].clone() };
    let released = Appeal { outcome: Some("release".to_owned()), ..missed.clone() };
    fresh.write(move |w| w.save_appeal(&missed));
    assert_eq!(open(None, None, 9), [4, 3, 1]);
    assert_eq!(overdue(10), [0; 0]);
    fresh.write(move |w| w.save_appeal(&released));
    assert_eq!(open(None, None, 9), [3, 1]);
}

#[test]
fn a_review_is_queued_claimed_and_decided() {
    let fresh = office();
    let review = |declaration, of, deadline, state| AuditReview {
        declaration: EvidenceId(declaration),
        person: PersonId(of),
        district: Some("east".to_owned()),
        since: Time(1),
        deadline: Time(deadline),
        state,
        findings: vec!["stay-not-declared".to_owned()],
        claimed_by: None,
        claimed_at: None,
        decided_by: None,
        decided_at: None,
        outcome: None,
    };
    let all = [
        review(1, 1, 30, ReviewState::Suspicious),
        review(2, 2, 10, ReviewState::Suspicious),
        review(3, 3, 20, ReviewState::Waiting),
    ];
    let written = all.clone();
    fresh.write(move |w| written.iter().try_for_each(|one| w.put_review(one)));
    let queue = |district| fresh.read(|r| r.reviews(ReviewState::Suspicious, district, None, 9));
    assert_eq!(queue(None), [all[1].clone(), all[0].clone()]);
    assert_eq!(queue(Some("west")), []);
    let second = fresh.read(|r| r.reviews(ReviewState::Suspicious, None, Some((Time(10), EvidenceId(2))), 9));
    assert_eq!(second, [all[0].clone()]);
    assert_eq!(fresh.read(|r| r.reviews_overdue(Time(20), 9)), [all[1].clone(), all[2].clone()]);
    let claimed = AuditReview { claimed_by: Some(ONE), claimed_at: Some(Time(5)), ..all[1].clone() };
    let decided = AuditReview { state: ReviewState::Decided, decided_by: Some(ONE), ..claimed };
    let written = decided.clone();
    fresh.write(move |w| w.put_review(&written));
    assert_eq!(fresh.read(|r| r.review(decided.declaration)), Some(decided));
    assert_eq!(fresh.read(|r| r.reviews_open_of(PersonId(2))), []);
    assert_eq!(fresh.read(|r| r.reviews_open_of(PersonId(3))), [all[2].clone()]);
}

#[test]
fn a_correction_waits_until_an_officer_decides() {
    let fresh = office();
    let proposed = fresh.write(|w| {
        w.add_correction(|id| Correction {
            id,
            person: PersonId(1),
            field: "phone".to_owned(),
            value: "200".into(),
            reason: Some("new number".into()),
            proposed_by: "resident".to_owned(),
            proposed_at: Time(1),
            state: CorrectionState::Proposed,
            decided_by: None,
            decided_at: None,
        })
    });
    assert_eq!(fresh.read(|r| r.corrections_open(None, None, 9)), [proposed.clone()]);
    let accepted = Correction { state: CorrectionState::Accepted, decided_by: Some(ONE), ..proposed };
    let written = accepted.clone();
    fresh.write(move |w| w.save_correction(&written));
    assert_eq!(fresh.read(|r| r.corrections_open(None, None, 9)), []);
    assert_eq!(fresh.read(|r| r.correction(accepted.id)), Some(accepted.clone()));
    assert_eq!(fresh.read(|r| r.corrections_of(PersonId(1))), [accepted]);
}

#[test]
fn corrections_are_listed_page_by_page_and_by_district() {
    let fresh = in_districts();
    fresh.write(|w| {
        [1, 2, 3, 1].into_iter().try_for_each(|of| {
            let correction = |id| Correction {
                id,
                person: PersonId(of),
                field: "phone".to_owned(),
                value: "200".into(),
                reason: None,
                proposed_by: "resident".to_owned(),
                proposed_at: Time(1),
                state: CorrectionState::Proposed,
                decided_by: None,
                decided_at: None,
            };
            w.add_correction(correction).map(drop)
        })
    });
    let listed = |district, after, most| {
        fresh.read(|r| r.corrections_open(district, after, most)).iter().map(|one| one.id).collect::<Vec<_>>()
    };
    let number = kangma_store::CorrectionId;
    assert_eq!(listed(None, None, 2), [1, 2].map(number));
    assert_eq!(listed(None, Some(number(2)), 2), [3, 4].map(number));
    assert_eq!(listed(Some("east"), None, 9), [1, 3, 4].map(number));
}

#[test]
fn a_household_link_is_found_from_both_sides_and_joins_two_people() {
    let fresh = office();
    let link = |one, other| {
        move |id| HouseholdLink {
            id,
            one: PersonId(one),
            other: PersonId(other),
            days: Some("sat sun".to_owned()),
            proposed_by: PersonId(one),
            phone: Some("100".into()),
            proposed_at: Time(1),
            confirmed_by: None,
            confirmed_at: None,
            ended_by: None,
            ended_at: None,
        }
    };
    let (first, second) =
        fresh.write(move |w| Ok((w.add_household_link(link(1, 2))?, w.add_household_link(link(3, 1))?)));
    let confirmed = HouseholdLink { confirmed_by: Some(PersonId(2)), confirmed_at: Some(Time(2)), ..first };
    let written = confirmed.clone();
    fresh.write(move |w| w.save_household_link(&written));
    assert_eq!(fresh.read(|r| r.household_links_of(PersonId(1))), [confirmed.clone(), second.clone()]);
    assert_eq!(fresh.read(|r| r.household_links_of(PersonId(2))), [confirmed.clone()]);
    assert_eq!(fresh.read(|r| r.household_link(confirmed.id)), Some(confirmed));
    assert!(matches!(fresh.refused(move |w| w.add_household_link(link(4, 4))), StoreError::Refused(_)));
    // Whom one asked: lately, whatever they said, and earlier, where they have said nothing yet.
    let asked = |by, since| fresh.read(|r| r.asked_by(PersonId(by), Time(since)));
    assert_eq!((asked(1, 0), asked(1, 1)), (vec![PersonId(2)], vec![]));
    assert_eq!(asked(3, 1), [PersonId(1)]);
    fresh.write(|w| w.offer_guardian(PersonId(4), PersonId(2), PersonId(3), Time(1)));
    assert_eq!(asked(3, 1), [PersonId(1), PersonId(2)]);
    // Who declined counts as who has said nothing.
    fresh.write(|w| w.decline_guardian(PersonId(4), PersonId(2), Time(2)));
    let declined = HouseholdLink { ended_by: Some(PersonId(1)), ended_at: Some(Time(2)), ..second };
    fresh.write(move |w| w.save_household_link(&declined));
    assert_eq!(asked(3, 2), [PersonId(1), PersonId(2)]);
}
