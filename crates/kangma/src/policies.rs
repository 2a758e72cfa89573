//! Policies: the shipped ones travel inside the binary, others are read from a directory.

use anyhow::Context as _;
use include_dir::{Dir, DirEntry, include_dir};
use kangma_core::policy::PolicyFiles;
use std::{fs, path::Path};

static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../policies");

/// The policy of a first start.
pub const DEFAULT: &str = "hangzhou-2020";

/// The names of the shipped policies.
pub fn shipped_names() -> impl Iterator<Item = &'static str> {
    SHIPPED.dirs().filter_map(|dir| dir.path().file_name()?.to_str())
}

/// The files of a shipped policy.
#[must_use]
pub fn shipped(name: &str) -> Option<PolicyFiles> {
    let dir = SHIPPED.get_dir(name)?;
    let mut files = PolicyFiles::new();
    collect(dir, dir.path(), &mut files);
    Some(files)
}

fn collect(dir: &Dir<'_>, root: &Path, files: &mut PolicyFiles) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(dir) => collect(dir, root, files),
            DirEntry::File(file) => {
                let relative = file.path().strip_prefix(root).ok().and_then(Path::to_str);
                if let (Some(relative), Some(text)) = (relative, file.contents_utf8()) {
                    files.add(relative, text);
                }
            }
        }
    }
}

/// The files of a policy's directory: `policy.toml`, `texts/`, `cases/`.
///
/// # Errors
/// A file cannot be read, or is not text.
pub fn read(dir: &Path) -> anyhow::Result<PolicyFiles> {
    let mut files = PolicyFiles::new();
    add_file(dir, "policy.toml", &mut files)?;
    for folder in ["texts", "cases"] {
        let Ok(entries) = fs::read_dir(dir.join(folder)) else { continue };
        for entry in entries {
            let name = entry?.file_name();
            let name = name.to_str().context("a file name that is not text")?;
            if Path::new(name).extension().is_some_and(|extension| extension == "toml") {
                add_file(dir, &format!("{folder}/{name}"), &mut files)?;
            }
        }
    }
    Ok(files)
}

fn add_file(dir: &Path, name: &str, files: &mut PolicyFiles) -> anyhow::Result<()> {
    let path = dir.join(name);
    files.add(name, fs::read_to_string(&path).with_context(|| path.display().to_string())?);
    Ok(())
}
