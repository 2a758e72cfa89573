//! The authority's pages: one file per matter. Each asks the service, which decides who may, and fills a sheet.

mod apart;
mod appeals;
mod areas;
mod audits;
mod case;
mod case_change;
mod case_report;
mod cases;
mod check_in;
mod contact;
mod corrections;
mod declare;
mod desk;
mod gatherings;
mod orders;
mod overview;
mod paper;
mod people;
mod person;
mod points;
mod policy;
mod preview;
mod progress;
mod release;
mod sites;
mod staff;
mod why_not;

use crate::app::App;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

/// The authority's pages.
pub fn router() -> Router<App> {
    Router::new()
        .route("/authority", get(overview::overview))
        .merge(case_pages())
        .merge(person_pages())
        .merge(place_pages())
        .merge(queue_pages())
        .merge(point_pages())
        .merge(staff_pages())
}

fn place_pages() -> Router<App> {
    let import = get(sites::ask_import).post(sites::import).layer(DefaultBodyLimit::max(sites::LARGEST_FILE));
    Router::new()
        .route("/authority/areas", get(areas::list))
        .route("/authority/areas/mark", get(areas::ask_mark).post(areas::mark))
        .route("/authority/areas/{area}/end", get(areas::ask_end).post(areas::end))
        .route("/authority/sites", get(sites::list))
        .route("/authority/sites/import", import)
        .route("/authority/sites/{site}", get(sites::site))
        .route("/authority/sites/{site}/match", post(sites::match_point))
        .route("/authority/sites/{site}/withdraw", post(sites::withdraw))
}

fn queue_pages() -> Router<App> {
    Router::new()
        .route("/authority/audits", get(audits::queue))
        .route("/authority/audits/{declaration}", get(audits::audit).post(audits::decide))
        .route("/authority/corrections", get(corrections::list))
        .route("/authority/corrections/{correction}", get(corrections::correction).post(corrections::decide))
        .route("/authority/appeals", get(appeals::list))
        .route("/authority/appeals/{appeal}", get(appeals::appeal).post(appeals::decide))
}

fn case_pages() -> Router<App> {
    let at = |act: &str| format!("/authority/cases/{{case}}/{act}");
    Router::new()
        .route("/authority/cases", get(cases::list))
        .route("/authority/cases/gatherings", get(gatherings::list))
        .route("/authority/cases/report", get(case_report::ask).post(case_report::tell))
        .route("/authority/cases/{case}", get(case::case))
        .route(&at("contacts/add"), get(contact::ask).post(contact::tell))
        .route(&at("called/{person}"), post(contact::called))
        .route(&at("contacts/{contact}/withdraw"), post(contact::withdraw))
        .route(&at("{act}"), get(case_change::ask).post(case_change::tell))
}

fn person_pages() -> Router<App> {
    Router::new()
        .route("/authority/people", get(people::ask).post(people::find))
        .route("/authority/people/{person}", get(person::person))
        .route("/authority/people/{person}/why-not", get(why_not::why_not))
        .route("/authority/people/{person}/release", get(release::ask).post(release::release))
        .route("/authority/people/{person}/place", get(release::ask_place).post(release::place))
        .route("/authority/people/{person}/apart", get(apart::ask).post(apart::tell))
        .route("/authority/people/{person}/paper", get(paper::ask).post(paper::tell))
        .route("/authority/people/{person}/check-in", get(check_in::ask).post(check_in::tell))
        .route("/authority/declare", get(declare::ask).post(declare::tell))
        .route("/authority/orders", get(orders::list))
        .route("/authority/orders/new", get(orders::ask_order).post(orders::propose_order))
        .route("/authority/orders/finding", get(orders::ask_finding).post(orders::propose_finding))
        .route("/authority/orders/{proposal}", get(orders::order).post(orders::decide))
}

fn point_pages() -> Router<App> {
    let at = |act: &str| format!("/authority/points/{{point}}/{act}");
    Router::new()
        .route("/authority/points", get(points::list))
        .route("/authority/points/register", get(points::ask).post(points::register))
        .route("/authority/points/{point}", get(points::point))
        .route(&at("approve"), post(points::approve))
        .route(&at("close"), get(points::ask_close).post(points::close))
        .route(&at("gates"), post(points::add_gate))
        .route(&at("gates/{gate}/revoke"), post(points::revoke_gate))
        .route(&at("checkers/{account}/remove"), post(points::remove_checker))
        .route(&at("ledger"), get(points::ledger))
}

fn staff_pages() -> Router<App> {
    Router::new()
        .route("/authority/staff", get(staff::list).post(staff::make))
        .route("/authority/staff/{account}/close", get(staff::ask_close).post(staff::close))
        .route("/authority/staff/{account}/confirm", get(staff::ask_confirm).post(staff::confirm))
        .route("/authority/policy", get(policy::ask).post(policy::begin))
        .route("/authority/policy/dry-run", get(policy::dry_run))
        .route("/authority/policy/dry-run/epidemic", get(policy::on_epidemic))
        .route("/authority/password", get(staff::ask_password).post(staff::change_password))
}
