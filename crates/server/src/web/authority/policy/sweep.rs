//! The numbers of a policy that can be taken through values, in words.

use crate::{
    app::App,
    web::{Visitor, authority::desk, view::form::Choice},
};
use kangma_core::PolicyFiles;
use kangma_service::dry_run_policy::epidemic::{Of, Place, places};

/// The numbers that a policy has, to choose from, each with what it is now; the first is chosen where nobody chose.
pub(super) fn numbers(app: &App, visitor: &Visitor, policy: &str) -> Vec<Choice> {
    let t = visitor.t;
    let mut files = PolicyFiles::new();
    files.add(super::FILE, policy);
    let choice = |place: &Place| {
        let now = place.now.join(&t.s("list-comma"));
        Choice::new(&place.path, t.a2("sweep-now", ("number", &name(app, visitor, place)), ("now", &now)))
    };
    let mut choices: Vec<Choice> = places(&files).iter().map(choice).collect();
    if !choices.is_empty() {
        choices.push(Choice::new("", t.s("sweep-none")));
    }
    choices
}

/// What a number is, such as the least minutes of a close contact.
pub(super) fn name(app: &App, visitor: &Visitor, place: &Place) -> String {
    let t = visitor.t;
    let of = match &place.of {
        Of::EachDegree => t.s("sweep-of-each-degree"),
        Of::Degree(nth, degree) => {
            t.a2("sweep-of-degree", ("nth", nth), ("degree", &desk::word(visitor, "degree", degree)))
        }
        Of::Rule(rule, None) => desk::rule(app, visitor, rule),
        Of::Rule(rule, Some(stage)) => {
            t.a2("sweep-of-stage", ("rule", &desk::rule(app, visitor, rule)), ("nth", stage))
        }
        Of::Case(status) => t.a("sweep-of-case", "status", desk::said(visitor, status)),
        Of::Score => t.s("sweep-of-score"),
    };
    t.a2("sweep-number", ("of", &of), ("number", &t.s(&format!("sweep-{}", place.key))))
}
