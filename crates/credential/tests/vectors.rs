//! Public vectors, read from an optional `shared/vectors` beside the checkout. Where they are absent the tests say so and
//! pass; under `CI` they fail instead.

#![allow(clippy::unwrap_used, clippy::panic, clippy::let_underscore_must_use)]

#[path = "support/fixture.rs"]
mod fixture;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use fixture::hex;
use kangma_core::Time;
use kangma_credential::*;
use serde_json::Value;
use std::path::PathBuf;

/// The folder of that name, if it is there.
fn folder(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors").join(name);
    if path.is_dir() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is missing", path.display());
    eprintln!("SKIPPED: {} is missing, so its vectors were not run", path.display());
    None
}

fn json(path: PathBuf) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn files(name: &str) -> Vec<(String, Value)> {
    let Some(folder) = folder(name) else { return Vec::new() };
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.extension().is_some_and(|end| end == "json"));
    files.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), json(path))).collect()
}

#[test]
fn base45_reads_and_writes_the_examples_of_its_rfc_and_refuses_the_rest() {
    let Some(folder) = folder("base45-rfc9285") else { return };
    let vectors = json(folder.join("vectors.json"));
    let pairs = vectors["encode_decode"].as_array().unwrap();
    for pair in pairs {
        let (plain, text) = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
        assert_eq!(base45::encode(plain.as_bytes()), text);
        assert_eq!(base45::decode(text).unwrap(), plain.as_bytes());
    }
    let refused = vectors["must_reject"].as_array().unwrap();
    for case in refused {
        assert!(base45::decode(case[0].as_str().unwrap()).is_err(), "{case}");
    }
    assert_eq!((pairs.len(), refused.len()), (4, 5));
}

/// Runs a wycheproof file: (valid, invalid) as counted, after each was judged rightly.
fn wycheproof(file: &str, key_of: impl Fn(&Value) -> Result<PublicKey, BadKey>) -> Option<(usize, usize)> {
    let vectors = json(folder("wycheproof")?.join(file));
    let (mut valid, mut invalid) = (0, 0);
    for group in vectors["testGroups"].as_array().unwrap() {
        let key = key_of(&group["publicKey"]);
        for case in group["tests"].as_array().unwrap() {
            let message = hex(case["msg"].as_str().unwrap());
            let signature = Signature::try_from(&hex(case["sig"].as_str().unwrap())[..]);
            let holds = match (&key, signature) {
                (Ok(key), Ok(signature)) => key.verifies(&message, &signature),
                _ => false,
            };
            let expected = case["result"] == "valid";
            assert_eq!(holds, expected, "{file} case {}: {}", case["tcId"], case["comment"]);
            *(if expected { &mut valid } else { &mut invalid }) += 1;
        }
    }
    Some((valid, invalid))
}

#[test]
fn ed25519_judges_every_wycheproof_signature_rightly() {
    let counted =
        wycheproof("ed25519_test.json", |key| PublicKey::from_raw(&hex(key["pk"].as_str().unwrap())));
    assert!(counted.is_none_or(|counted| counted == (88, 63)), "{counted:?}");
}

#[test]
fn p256_judges_every_wycheproof_signature_rightly() {
    let key_of = |key: &Value| PublicKey::from_raw(&hex(key["uncompressed"].as_str().unwrap()));
    let counted = wycheproof("ecdsa_secp256r1_sha256_p1363_test.json", key_of);
    assert!(counted.is_none_or(|counted| counted == (173, 89)), "{counted:?}");
}

fn coordinate(key: &Value, name: &str) -> String {
    match (&key[name], &key[format!("{name}_hex")]) {
        (Value::String(text), _) => text.clone(),
        (_, Value::String(digits)) => URL_SAFE_NO_PAD.encode(hex(digits)),
        _ => String::new(),
    }
}

/// The public key of a COSE working group example, if it is of a curve of ours.
fn cose_key(key: &Value) -> Option<PublicKey> {
    let crv = key["crv"].as_str().unwrap();
    let y = (crv == "P-256").then(|| coordinate(key, "y"));
    let kty = key["kty"].as_str().unwrap().to_owned();
    PublicKey::try_from(&PublicJwk { kty, crv: crv.to_owned(), x: coordinate(key, "x"), y }).ok()
}

/// Judges one example with a single signer.
fn is_believed(example: &Value) -> bool {
    let signer = &example["input"]["sign0"];
    let bytes = hex(example["output"]["cbor"].as_str().unwrap());
    let external = hex(signer["external"].as_str().unwrap_or(""));
    match (cose_key(&signer["key"]), Sign1::read(&bytes)) {
        (Some(key), Ok(sign1)) => sign1.is_signed_by(&key, &external),
        _ => false,
    }
}

#[test]
fn sign1_examples_of_the_cose_working_group_are_judged_rightly() {
    let mut judged = (0, 0);
    for folder in ["sign1-tests", "RFC8152", "CWT", "eddsa-examples", "countersign", "countersign1"] {
        for (name, example) in files(&format!("cose-wg/{folder}")) {
            let signer = &example["input"]["sign0"];
            if !signer.is_object() {
                continue;
            }
            let is_ours = signer["key"]["crv"] == "P-256" || signer["key"]["crv"] == "Ed25519";
            let expected = is_ours && example["fail"] != true;
            assert_eq!(is_believed(&example), expected, "{folder}/{name}: {}", example["title"]);
            *(if expected { &mut judged.0 } else { &mut judged.1 }) += 1;
        }
    }
    // Nine sign1-tests, RFC 8152 C.2.1, RFC 8392 A.3, two EdDSA (one Ed448, which is not ours), three countersigned.
    assert!(judged == (0, 0) || judged == (9, 7), "{judged:?}");
}

#[test]
fn what_is_not_a_sign1_is_a_named_error() {
    for folder in ["sign-tests", "RFC8152", "CWT", "eddsa-examples"] {
        for (name, example) in files(&format!("cose-wg/{folder}")) {
            if example["input"]["sign0"].is_object() {
                continue;
            }
            let Some(bytes) = example["output"]["cbor"].as_str() else { continue };
            let error = Sign1::read(&hex(bytes)).unwrap_err();
            assert!(!error.to_string().is_empty(), "{folder}/{name}");
        }
    }
}

#[test]
fn a_new_zealand_pass_is_foreign() {
    let ring = fixture::ring();
    let Some(folder) = folder("nzcp/examples") else { return };
    let mut found = 0;
    for kind in ["valid", "invalid"] {
        for entry in std::fs::read_dir(folder.join(kind)).unwrap() {
            let path = entry.unwrap().path();
            let text = path
                .extension()
                .filter(|end| *end == "txt")
                .and_then(|_| std::fs::read_to_string(&path).ok());
            let Some(text) = text.filter(|text| text.starts_with("NZCP")) else { continue };
            let error = verify(text.trim(), &ring, fixture::NOW).unwrap_err();
            assert_eq!(error, VerifyError::Foreign(Foreign::NzPass));
            found += 1;
        }
    }
    assert_eq!(found, 7);
}

/// `status[4711] = 0b0101` in the draft, grouped by the bits of the heading above it.
fn entries_of_the_draft(draft: &str) -> Vec<(u8, StatusIndex, u8)> {
    let mut bits = 0;
    let mut entries = Vec::new();
    for line in draft.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            bits =
                heading.split_once("-bit Status List").and_then(|(bits, _)| bits.parse().ok()).unwrap_or(0);
        } else if let (1.., Some(entry)) = (bits, line.strip_prefix("status[")) {
            let (index, value) = entry.split_once(']').unwrap();
            let value = value.split_once("0b").unwrap().1.trim();
            entries.push((bits, StatusIndex(index.parse().unwrap()), u8::from_str_radix(value, 2).unwrap()));
        }
    }
    entries
}

fn bits_of(count: u8) -> Bits {
    [Bits::One, Bits::Two, Bits::Four, Bits::Eight].into_iter().find(|bits| bits.count() == count).unwrap()
}

#[test]
fn status_lists_of_the_draft_are_read_and_written_back_to_the_same_values() {
    let Some(folder) = folder("token-status-list") else { return };
    let entries = entries_of_the_draft(
        &std::fs::read_to_string(folder.join("draft-ietf-oauth-status-list.md")).unwrap(),
    );
    assert!(entries.len() > 11 + 11 + 15 + 200);
    for (bits, name) in [(1, "encoding1_long"), (2, "encoding2_long"), (4, "encoding4"), (8, "encoding8")] {
        let text =
            std::fs::read_to_string(folder.join(format!("examples/status_list_{name}_cbor.md"))).unwrap();
        let list = StatusList::from_cbor(&hex(&text)).unwrap();
        let mut ours = StatusList::new(bits_of(bits), 1 << 20);
        for (_, index, value) in entries.iter().filter(|(of, ..)| *of == bits) {
            assert_eq!(list.value(*index), Some(*value), "{name} at {index:?}");
            assert!(ours.set(*index, *value));
        }
        assert_eq!(ours, list, "{name}");
        assert_eq!(StatusList::from_cbor(&ours.to_cbor().unwrap()).unwrap(), list);
    }
}

#[test]
fn the_status_list_token_of_the_draft_is_read() {
    let Some(folder) = folder("token-status-list") else { return };
    let text = std::fs::read_to_string(folder.join("examples/status_list_cwt.md")).unwrap();
    let bytes = hex(&text);
    let sign1 = Sign1::read(&bytes).unwrap();
    assert_eq!(
        (sign1.alg, sign1.kid, sign1.content),
        (Some(-7), Some(&b"12"[..]), Some("application/statuslist+cwt"))
    );
    let token = StatusListToken::from_claims(sign1.payload).unwrap();
    assert_eq!(token.uri, "https://example.com/statuslists/1");
    assert_eq!(token.issued, Time::from_seconds(1_686_920_170));
    assert_eq!(token.expires, Some(Time::from_seconds(2_291_720_170)));
    let values: Vec<u8> = (0..16).map(|index| token.list.value(StatusIndex(index)).unwrap()).collect();
    assert_eq!(values, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]);
    assert_eq!(token.list.value(StatusIndex(16)), None);
}
