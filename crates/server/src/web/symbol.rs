//! The QR symbol as SVG, drawn by the server for a browser without script and for paper.

use fast_qr::QRCode;
use std::fmt::Write as _;

/// Modules of white around the symbol that a reader needs.
const QUIET: usize = 4;

/// One path of dark modules on white, with its quiet zone; no style, no script, one unit a module.
#[must_use]
pub fn svg(symbol: &QRCode) -> String {
    let side = symbol.size + 2 * QUIET;
    let mut path = String::new();
    for row in 0..symbol.size {
        for (from, length) in runs(&symbol[row][..symbol.size]) {
            // Writing to a string cannot fail.
            let _ok = write!(path, "M{} {}h{length}v1h-{length}z", from + QUIET, row + QUIET);
        }
    }
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><rect width="{side}" height="{side}" fill="#fff"/><path d="{path}" fill="#000"/></svg>"##
    )
}

/// Runs of dark modules: where each begins and how long it is.
fn runs(row: &[fast_qr::Module]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, _) in row.iter().enumerate().filter(|(_, module)| module.value()) {
        match runs.last_mut() {
            Some((from, length)) if *from + *length == at => *length += 1,
            _ => runs.push((at, 1)),
        }
    }
    runs
}
