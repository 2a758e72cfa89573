//! Evidence, sources, policies.

use crate::support::with_persons;
use kangma_core::{AreaId, CaseId, Day, EvidenceId, Kind, Number, Origin, PersonId, SiteId, Time, Window};
use kangma_store::{NewEvidence, Publication, StoreError};
use std::collections::BTreeMap;

fn item(person: u64, kind: Kind, at: i64) -> NewEvidence {
    NewEvidence::new(PersonId(person), kind, Time(at), "self")
}

#[test]
fn every_kind_and_value_reads_back_as_it_was_recorded() {
    let fresh = with_persons(1);
    let recorded = fresh.write(|w| {
        let at = w.stamp(Time(9));
        let mut all = Vec::new();
        for kind in Kind::ALL {
            let new = item(1, *kind, 3)
                .with("temperature", "37.301".parse::<Number>().unwrap())
                .with("doses", Number::whole(3))
                .with("cough", true)
                .with("until", Time(-5))
                .with("day", Day(18_000))
                .with("purpose", "returning-to-work");
            all.push(w.add_evidence(new, at)?);
        }
        Ok(all)
    });
    assert_eq!(fresh.read(|r| r.evidence_of(PersonId(1))), recorded);
    assert_eq!(fresh.read(|r| r.newest_evidence()), recorded.last().unwrap().id);
    let one = recorded[5].clone();
    assert_eq!(fresh.read(|r| r.evidence(one.id)), Some(one));
    assert_eq!(fresh.read(|r| r.evidence(EvidenceId(10_000))), None);
}

#[test]
fn numbers_follow_the_order_of_recording_over_all_persons() {
    let fresh = with_persons(2);
    for (n, person) in (1_u64..).zip([2, 1, 2, 1]) {
        let kept =
            fresh.write(move |w| w.add_evidence(item(person, Kind::CheckIn, 100 - n.cast_signed()), Time(1)));
        assert_eq!(kept.id, EvidenceId(n));
    }
    let ids = |items: Vec<kangma_core::Evidence>| items.into_iter().map(|i| i.id.0).collect::<Vec<_>>();
    assert_eq!(ids(fresh.read(|r| r.evidence_of(PersonId(1)))), [2, 4]);
    assert_eq!(ids(fresh.read(|r| r.evidence_after(Some(EvidenceId(1)), 2))), [2, 3]);
}

#[test]
fn every_origin_finds_its_own_items_and_no_others() {
    let fresh = with_persons(1);
    let origins = [
        Origin::Case(CaseId(1)),
        Origin::Area(AreaId(1)),
        Origin::Site(SiteId(1)),
        Origin::Evidence(EvidenceId(1)),
        Origin::Case(CaseId(2)),
    ];
    fresh.write(move |w| {
        for origin in origins {
            w.add_evidence(item(1, Kind::Exposure, 1).from_origin(origin), Time(1))?;
        }
        w.add_evidence(item(1, Kind::Exposure, 1), Time(1))
    });
    for origin in origins {
        let found = fresh.read(|r| r.evidence_from(origin));
        assert_eq!(found.iter().map(|item| item.origin).collect::<Vec<_>>(), [Some(origin)]);
    }
}

#[test]
fn what_was_said_about_an_item_is_found_from_it() {
    let fresh = with_persons(1);
    let (declared, withdrawn) = fresh.write(|w| {
        let declared = w.add_evidence(item(1, Kind::Declaration, 1), Time(1))?;
        let withdrawn = w.add_evidence(item(1, Kind::Withdrawal, 2).about(declared.id), Time(2))?;
        Ok((declared, withdrawn))
    });
    assert_eq!(fresh.read(|r| r.evidence_about(declared.id)), [withdrawn]);
}

#[test]
fn what_was_derived_stands_in_one_order_with_what_was_said() {
    let fresh = with_persons(2);
    let origin = Origin::Case(CaseId(7));
    let kept = fresh.write(move |w| {
        let said = w.add_evidence(item(1, Kind::Declaration, 1), Time(1))?;
        let derived = w.add_derived(item(1, Kind::Exposure, 1).from_origin(origin), Time(1))?;
        let tested = w.add_evidence(item(1, Kind::Exposure, 2).from_origin(origin), Time(1))?;
        let other = w.add_derived(item(2, Kind::Exposure, 1).from_origin(origin), Time(1))?;
        let withdrawn = w.add_derived(item(1, Kind::Withdrawal, 2).about(derived.id), Time(2))?;
        let ended = w.add_evidence(item(1, Kind::Ending, 3).about(derived.id), Time(2))?;
        Ok([said, derived, tested, other, withdrawn, ended])
    });
    assert_eq!(kept.each_ref().map(|item| item.id.0), [1, 2, 3, 4, 5, 6]);
    let [said, derived, tested, other, withdrawn, ended] = kept.clone();
    let of_one = [said, derived.clone(), tested.clone(), withdrawn.clone(), ended.clone()];
    assert_eq!(fresh.read(|r| r.evidence_of(PersonId(1))), of_one);
    assert_eq!(fresh.read(|r| r.evidence_of(PersonId(2))), [other.clone()]);
    assert_eq!(fresh.read(|r| r.evidence_from(origin)), [derived.clone(), tested, other]);
    assert_eq!(fresh.read(|r| r.evidence_about(EvidenceId(2))), [withdrawn, ended]);
    assert_eq!(fresh.read(|r| r.evidence(EvidenceId(2))), Some(derived));
    assert_eq!(fresh.read(|r| r.evidence_after(Some(EvidenceId(1)), 3)), kept[1..4]);
    assert_eq!(fresh.read(|r| r.newest_evidence()), EvidenceId(6));
}

#[test]
fn itineraries_are_listed_by_time_inside_a_half_open_window_page_by_page() {
    let fresh = with_persons(1);
    fresh.write(|w| {
        for at in [30, 10, 20, 10, 40, 9] {
            w.add_evidence(item(1, Kind::Itinerary, at), Time(1))?;
        }
        w.add_evidence(item(1, Kind::CheckIn, 20), Time(1))
    });
    let window = Window::new(Time(10), Time(40)).unwrap();
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let page = fresh.read(|r| r.itineraries(window, after, 2));
        let Some(last) = page.last() else { break };
        after = Some((last.happened_at, last.id));
        listed.extend(page.iter().map(|item| (item.happened_at.0, item.id.0)));
    }
    assert_eq!(listed, [(10, 2), (10, 4), (20, 3), (30, 1)]);
}

#[test]
fn evidence_about_nobody_is_refused() {
    let fresh = with_persons(1);
    let error = fresh.refused(|w| w.add_evidence(item(2, Kind::CheckIn, 1), Time(1)));
    assert!(matches!(error, StoreError::Refused(_)), "{error}");
}

#[test]
fn free_text_stands_beside_its_item() {
    let fresh = with_persons(1);
    let id = fresh.write(|w| {
        let id = w.add_evidence(item(1, Kind::Decision, 1), Time(1))?.id;
        w.add_note(id, "heard on the telephone".into())?;
        Ok(id)
    });
    assert_eq!(fresh.read(|r| r.note(id)).unwrap().0, "heard on the telephone");
    assert!(matches!(fresh.refused(move |w| w.add_note(id, "again".into())), StoreError::Duplicate(_)));
    assert_eq!(fresh.read(|r| r.note(EvidenceId(99))), None);
}

#[test]
fn heartbeats_are_kept_in_order_and_the_newest_of_each_source_is_found() {
    let fresh = with_persons(0);
    let beats = fresh.write(|w| {
        let beats = [("laboratory", 10), ("gates", 5), ("laboratory", 8)];
        beats
            .into_iter()
            .map(|(source, to)| w.add_heartbeat(source, Time(to), Time(to + 1)))
            .collect::<Result<Vec<_>, _>>()
    });
    assert_eq!(fresh.read(|r| r.heartbeats(None)), beats);
    assert_eq!(fresh.read(|r| r.heartbeats(Some(beats[1].id))), beats[2..]);
    assert_eq!(fresh.read(|r| r.latest_heartbeats()), [beats[1].clone(), beats[2].clone()]);
}

#[test]
fn a_published_version_never_gets_other_files_and_may_come_back_as_it_was() {
    let fresh = with_persons(0);
    let publication = |digest: &'static str, version| {
        move |id| Publication {
            id,
            name: "invented".to_owned(),
            version,
            digest: digest.to_owned(),
            files: BTreeMap::from([("policy.toml".to_owned(), format!("# {digest}"))]),
            published_at: Time(1),
            published_by: None,
        }
    };
    let first = fresh.write(move |w| w.add_publication(publication("aa", 1)));
    let second = fresh.write(move |w| w.add_publication(publication("bb", 2)));
    let again = fresh.write(move |w| w.add_publication(publication("aa", 1)));
    let error = fresh.refused(move |w| w.add_publication(publication("cc", 1)));
    assert!(matches!(error, StoreError::Refused(_)), "{error}");
    assert_eq!(fresh.read(|r| r.publications()), [first, second, again]);
}
