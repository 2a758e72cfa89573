//! The texts of a policy's files, before they are read.

use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

/// The files of a policy's directory by their relative path: `policy.toml`, `texts/zh.toml`, `cases/….toml`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicyFiles(BTreeMap<String, String>);

impl PolicyFiles {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file under its relative path, with `/` between its parts.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.0.insert(path.into(), text.into());
    }

    /// The text of one.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// All, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Those in a folder, by path.
    pub fn under(&self, folder: &str) -> impl Iterator<Item = (&str, &str)> {
        self.iter()
            .filter(move |(path, _)| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
    }

    /// SHA-256 over paths and texts, each led by its length, in hexadecimal. Cases count: they are part of what was published.
    #[must_use]
    pub fn digest(&self) -> Arc<str> {
        let mut hash = Sha256::new();
        for part in self.iter().flat_map(|(path, text)| [path, text]) {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            hash.update(length.to_be_bytes());
            hash.update(part);
        }
        let mut hexadecimal = String::new();
        for byte in hash.finalize() {
            // Writing into a String cannot fail.
            let _written: Result<(), std::fmt::Error> = write!(hexadecimal, "{byte:02x}");
        }
        hexadecimal.into()
    }
}

impl<P: Into<String>, T: Into<String>> FromIterator<(P, T)> for PolicyFiles {
    fn from_iter<I: IntoIterator<Item = (P, T)>>(files: I) -> Self {
        Self(files.into_iter().map(|(path, text)| (path.into(), text.into())).collect())
    }
}
