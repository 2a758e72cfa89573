//! The command `kangma`.

use std::process::ExitCode;

fn main() -> ExitCode {
    kangma::huge_pages::ask();
    kangma::cli::run()
}
