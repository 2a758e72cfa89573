//! The symbol that a screen or a sheet of paper shows.

use fast_qr::{ECL, QRBuilder};

/// The white around a symbol, in modules.
const QUIET: usize = 4;

/// A QR symbol at error correction M.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    size: usize,
    dark: Vec<bool>,
}

/// A text that no QR symbol holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text is too long for a QR symbol")]
pub struct TooLong;

/// The symbol of a text.
///
/// # Errors
/// No symbol holds it.
pub fn symbol(text: &str) -> Result<Symbol, TooLong> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().map_err(|_| TooLong)?;
    let dark = (0..code.size).flat_map(|row| code[row].iter().map(|module| module.value())).collect();
    Ok(Symbol { size: code.size, dark })
}

impl Symbol {
    /// Its modules a side, without the white around it.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.size
    }

    /// Its version, 1 to 40.
    #[must_use]
    pub const fn version(&self) -> usize {
        (self.size - 17) / 4
    }

    /// Whether a module is dark; outside the symbol all is light.
    #[must_use]
    pub fn is_dark(&self, row: usize, column: usize) -> bool {
        column < self.size && self.dark.get(row * self.size + column).copied().unwrap_or(false)
    }

    /// An SVG picture of it, black on white whatever the page's colours, with the white around it. `label` is read out
    /// by a screen reader.
    #[must_use]
    pub fn svg(&self, label: &str) -> String {
        let side = self.size + 2 * QUIET;
        let path: String = (0..self.size).map(|row| self.row_path(row)).collect();
        let label = escape(label);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" \
             role=\"img\" aria-label=\"{label}\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
             <path fill=\"#000\" d=\"{path}\"/></svg>"
        )
    }

    /// The dark runs of a row, as one rectangle each.
    fn row_path(&self, row: usize) -> String {
        let mut path = String::new();
        let mut column = 0;
        while column < self.size {
            let run = (column..self.size).take_while(|column| self.is_dark(row, *column)).count();
            if run > 0 {
                path.push_str(&format!("M{} {}h{run}v1h-{run}z", column + QUIET, row + QUIET));
            }
            column += run.max(1);
        }
        path
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
