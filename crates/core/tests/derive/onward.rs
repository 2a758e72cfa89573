//! The second step: from when on and until when a contact passes it on.

use super::{case, degree, link, met, policy, row, time};
use kangma_core::{
    CaseCourse, Encounter, PersonId, Window, derive,
    derive::{Carrier, carriers},
};

/// Two degrees of contact, those who live with a case, and `more` about when contacts pass it on.
fn both(more: &str) -> String {
    let degrees = row("close", "", 15, "unbroken") + &row("secondary", "chain = 2\n", 15, "unbroken");
    degrees + more + "[exposure.household]\ndegree = \"close\"\nsecond-case = \"restart\"\n"
}

fn via(person: u64, contact: u64, from: &str) -> Encounter {
    Encounter { via: Some(PersonId(person)), ..met(contact, from, 15) }
}

#[test]
fn whoever_a_policy_finds_exposed_carries_on_from_then_on_also_by_living_with_the_case() {
    let one_minute = met(2, "2020-03-08T10:00", 1);
    let encounters = [one_minute, met(2, "2020-03-09T10:00", 15), met(3, "2020-03-09T10:00", 14)];
    let window = |from: &str| Window::new(time(from), case().as_of).unwrap();
    let found = carriers(&policy(&both("")), &case(), &[link(1, 4)], &[], &encounters);
    let expected = [(2, "2020-03-09T10:00"), (4, "2020-03-08T00:00")];
    let expected = expected.map(|(person, from)| Carrier { person: PersonId(person), window: window(from) });
    assert_eq!(found, expected, "a minute and fourteen of them expose nobody");
    let one_step = row("close", "", 15, "unbroken");
    assert_eq!(carriers(&policy(&one_step), &case(), &[link(1, 4)], &[], &encounters), []);
}

#[test]
fn whom_a_housemate_of_the_case_met_is_found() {
    let policy = policy(&both(""));
    let found = derive(&policy, &case(), &[link(1, 4)], &[], &[via(4, 5, "2020-03-09T10:00")]);
    assert_eq!([degree(&found, 4), degree(&found, 5)], [Some("close"), Some("secondary")]);
}

#[test]
fn a_contact_passes_it_on_after_the_latent_time_and_for_as_long_as_the_policy_says() {
    let policy = policy(&both("[exposure.onward]\nlatent = \"24 h\"\ninfectious = \"36 h\"\n"));
    let later = CaseCourse { as_of: time("2020-03-20T09:00"), ..case() };
    let meeting = met(2, "2020-03-09T10:00", 15);
    let window = Window::new(time("2020-03-10T10:00"), time("2020-03-11T22:00")).unwrap();
    let expected = [Carrier { person: PersonId(2), window }];
    assert_eq!(carriers(&policy, &later, &[], &[], std::slice::from_ref(&meeting)), expected);
    let onward = [
        via(2, 3, "2020-03-10T09:59"),
        via(2, 4, "2020-03-10T10:00"),
        via(2, 5, "2020-03-11T21:59"),
        via(2, 6, "2020-03-11T22:00"),
    ];
    let all: Vec<Encounter> = [meeting].into_iter().chain(onward).collect();
    let found = derive(&policy, &later, &[], &[], &all);
    let secondary = Some("secondary");
    assert_eq!([3, 4, 5, 6].map(|person| degree(&found, person)), [None, secondary, secondary, None]);
}

#[test]
fn nobody_carries_beyond_the_cases_own_window_nor_before_the_latent_time_is_over() {
    let meeting = [met(2, "2020-03-09T10:00", 15)];
    let until = |more: &str| {
        let found = carriers(&policy(&both(more)), &case(), &[], &[], &meeting);
        found.first().map(|carrier| carrier.window.until)
    };
    assert_eq!(until("[exposure.onward]\ninfectious = \"240 h\"\n"), Some(case().as_of));
    assert_eq!(until("[exposure.onward]\nlatent = \"70 h\"\n"), Some(case().as_of));
    assert_eq!(until("[exposure.onward]\nlatent = \"71 h\"\n"), None);
}
