//! QR symbols in pictures, read by `zbarimg`: a reader that shares nothing with ours.

use std::{path::Path, process::Command};

use crate::visitor::Visitor;

impl Visitor {
    /// The text of the code on this person's phone, read from a picture of its screen.
    pub async fn code_on_the_screen(&self, step: &str) -> String {
        self.scrolls_to_the_code().await;
        let picture = self.photograph(step).await;
        let text = read(&picture).unwrap_or_else(|| panic!("no code in {}", picture.display()));
        assert!(text.starts_with("KM1:"), "not a code of ours: {text}");
        text
    }
}

/// The text of the one QR symbol in a picture, or nothing if it has none that can be read.
pub fn read(picture: &Path) -> Option<String> {
    let run = Command::new("zbarimg")
        .args(["--quiet", "--raw", "--oneshot", "-Sdisable", "-Sqrcode.enable"])
        .arg(picture)
        .output()
        .unwrap_or_else(|error| panic!("zbarimg: {error}; run script/test browser, which installs it"));
    let text = String::from_utf8(run.stdout).expect("the symbol's text is UTF-8");
    let text = text.trim_end_matches('\n');
    (!text.is_empty()).then(|| text.to_owned())
}
