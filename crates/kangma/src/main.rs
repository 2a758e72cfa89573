//! The command `kangma`.

use std::process::ExitCode;

fn main() -> ExitCode {
    kangma::cli::run()
}
