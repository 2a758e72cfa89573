//! The gate's pages: sign in, choose a point, scan, and one verdict that fills the screen. Everything works without
//! script by posting what was typed or read by a scanner; `gate.ts` asks the API for the same.

mod check;
mod choose;
mod last;
mod offline;
mod scan;
mod sign_in;
pub mod words;

use crate::app::App;
use axum::{
    Router,
    routing::{get, post},
};

/// The gate's pages.
pub fn router() -> Router<App> {
    Router::new()
        .route("/staff/sign-in", get(sign_in::ask).post(sign_in::enter))
        .route("/gate", get(choose::choose))
        .route("/gate/{point}", get(scan::scan))
        .route("/gate/{point}/check", post(check::check))
}
