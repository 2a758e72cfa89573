//! The codes that programs compare: one word for one refusal, whatever room it comes from.

use std::collections::BTreeSet;

use kangma_server::problem::HTTP_CODES;
use kangma_service::Refused;

#[test]
fn every_code_of_a_problem_is_kebab_case_and_names_one_refusal() {
    let of_use_cases = Refused::CODES.iter().map(|(code, _)| *code);
    let of_http = HTTP_CODES.iter().map(|(code, _)| *code);
    let mut seen = BTreeSet::new();
    for code in of_use_cases.chain(of_http) {
        let words =
            code.split('-').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()));
        assert!(words, "'{code}' is not kebab-case");
        assert!(seen.insert(code), "'{code}' names two refusals");
    }
    assert!(seen.len() > HTTP_CODES.len(), "the use cases have no codes: this test looks in the wrong place");
}
