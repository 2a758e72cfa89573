//! Prints `verify-code-ed25519` and `verify-code-es256`, one JSON object a line.

use kangma_credential::{Algorithm, measure};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for algorithm in [Algorithm::Ed25519, Algorithm::Es256] {
        println!("{}", serde_json::to_string(&measure::verify_code(algorithm, 100, 151)?)?);
    }
    Ok(())
}
