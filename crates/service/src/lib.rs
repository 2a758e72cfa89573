//! The use cases, one file each; who may do what; transactions.
//!
//! Every use case is a method of [`Service`]. It takes an [`Actor`], asks [`access`] whether they may, carries one
//! [`act`](crate::Change) out whole or not at all, and answers with data. To add one: a file with its name, a form in
//! [`forms`] if somebody hands something in, a code in [`refused`] if it can fail in a new way.

pub mod access;
mod act;
pub mod answers;
pub mod appeal;
pub mod asked;
pub mod audit_declaration;
pub mod case_file;
pub mod cases;
pub mod check_at_gate;
mod check_in_daily;
pub mod correct;
pub mod declare;
mod declare_trip;
mod derived;
pub mod districts;
pub mod doctor;
pub mod dry_run_policy;
pub mod due;
pub mod explain;
pub mod exposure_file;
pub mod exposure_sites;
mod find_because;
pub mod for_decision;
pub mod forms;
pub mod gate_rulings;
pub mod gatherings;
pub mod hand_in;
pub mod households;
pub mod identity;
pub mod import_visits;
pub mod issue_code;
mod language;
mod let_pass;
pub mod list_cases;
pub mod list_visits;
mod lost_phone;
mod masked_names;
mod notices;
pub mod order;
pub mod own_scans;
pub mod papers;
pub mod persons;
pub mod point_file;
pub mod points;
pub mod ports;
pub mod presence;
pub mod publish_policy;
mod questionnaire;
mod quotas;
pub mod refused;
mod release;
pub mod report_case;
pub mod report_named;
mod retrace;
mod risk_area;
pub mod rules;
mod secrets;
mod service;
pub mod settle_in;
pub mod sign_in;
mod sources;
pub mod staff;
mod status_list;
pub mod trace;
mod tries;
mod written;

pub use access::Actor;
pub use act::Change;
pub use kangma_core as core;
pub use refused::Refused;
pub use service::{Parts, Service};

use kangma_core::{Evidence, EvidenceId, Kind};
use std::collections::HashSet;

/// The items that nothing withdrew or superseded, in their order. A withdrawal that was itself withdrawn counts for nothing.
pub(crate) fn standing_items(evidence: &[Evidence]) -> impl Iterator<Item = &Evidence> {
    let mut gone: HashSet<EvidenceId> = HashSet::new();
    // A withdrawal is always recorded after what it withdraws: from the newest back, each is known to stand or not.
    let mut newest_first: Vec<&Evidence> = evidence.iter().collect();
    newest_first.sort_unstable_by_key(|item| std::cmp::Reverse(item.id));
    for item in newest_first {
        if matches!(item.kind, Kind::Withdrawal | Kind::Superseding) && !gone.contains(&item.id) {
            gone.extend(item.about);
        }
    }
    evidence.iter().filter(move |item| !gone.contains(&item.id))
}
