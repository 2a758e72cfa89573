//! The authority's pages: one file per matter. Each asks the service, which decides who may, and fills a sheet.

mod case;
mod case_change;
mod case_report;
mod cases;
mod contact;
mod desk;
mod overview;
mod people;
mod person;
mod preview;
mod progress;

use crate::app::App;
use axum::{
    Router,
    routing::{get, post},
};

/// The authority's pages.
pub fn router() -> Router<App> {
    Router::new().route("/authority", get(overview::overview)).merge(case_pages()).merge(person_pages())
}

fn case_pages() -> Router<App> {
    let at = |act: &str| format!("/authority/cases/{{case}}/{act}");
    Router::new()
        .route("/authority/cases", get(cases::list))
        .route("/authority/cases/report", get(case_report::ask).post(case_report::tell))
        .route("/authority/cases/{case}", get(case::case))
        .route(&at("contacts/add"), get(contact::ask).post(contact::tell))
        .route(&at("contacts/{contact}/called"), post(contact::called))
        .route(&at("contacts/{contact}/withdraw"), post(contact::withdraw))
        .route(&at("{act}"), get(case_change::ask).post(case_change::tell))
}

fn person_pages() -> Router<App> {
    Router::new()
        .route("/authority/people", get(people::ask).post(people::find))
        .route("/authority/people/{person}", get(person::person))
}
