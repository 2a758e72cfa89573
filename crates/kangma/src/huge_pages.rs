//! Memory in pages of two mebibytes.
//!
//! Who met whom lies spread over hundreds of megabytes, and finding the page of each row costs as much as reading it. The
//! GNU C library asks the kernel for huge pages only where its own variable says so when a program begins. So the program
//! says so and begins again: the same process, a millisecond later. Everywhere else nothing happens.

use std::{env, ffi::OsStr};

const VARIABLE: &str = "GLIBC_TUNABLES";
/// Huge pages; and memory that is given back in steps large enough to fill them.
const WANTED: &str =
    "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=268435456";

/// Begins again with huge pages, once, unless whoever started the program tuned its memory.
pub fn ask() {
    if cfg!(all(target_os = "linux", target_env = "gnu")) && env::var_os(VARIABLE).is_none() {
        begin_again();
    }
}

#[cfg(unix)]
fn begin_again() {
    use std::{os::unix::process::CommandExt as _, process::Command};
    let mut arguments = env::args_os();
    let name = arguments.next();
    let Ok(program) = env::current_exe() else { return };
    let name = name.as_deref().unwrap_or(OsStr::new("kangma"));
    // Only where it fails does anything come after it, and then without huge pages.
    let error = Command::new(program).arg0(name).args(arguments).env(VARIABLE, WANTED).exec();
    tracing::debug!(%error, "without huge pages");
}

#[cfg(not(unix))]
fn begin_again() {}
