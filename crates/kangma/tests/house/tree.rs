//! The files that are tracked, and the Rust among them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// One tracked file whose content is text.
pub struct Tracked {
    /// Relative to the root of the checkout.
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl Tracked {
    /// Rust that ships: no test, no benchmark, no example.
    pub fn ships(&self) -> bool {
        self.is_rust() && !["/tests/", "/examples/", "/benches/"].iter().any(|part| self.path.contains(part))
    }

    /// Rust of any kind.
    pub fn is_rust(&self) -> bool {
        Path::new(&self.path).extension().is_some_and(|extension| extension == "rs")
    }

    /// Whether the file's own name is this.
    pub fn is_named(&self, name: &str) -> bool {
        Path::new(&self.path).file_name().is_some_and(|own| own == name)
    }
}

/// The root of the checkout.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("crates/kangma lies two below the root").to_owned()
}

/// Every tracked text file that exists in the working tree.
pub fn tracked() -> Vec<Tracked> {
    let listed =
        Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output().expect("git ls-files");
    assert!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    let names = String::from_utf8(listed.stdout).expect("paths are UTF-8");
    let files: Vec<_> = names.split('\0').filter(|name| !name.is_empty()).filter_map(read).collect();
    assert!(files.iter().any(|file| file.path == "crates/core/src/lib.rs"), "this is not the checkout");
    files
}

fn read(name: &str) -> Option<Tracked> {
    let text = fs::read_to_string(root().join(name)).ok()?;
    Some(Tracked { path: name.to_owned(), text })
}
