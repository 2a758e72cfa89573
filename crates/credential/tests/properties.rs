//! Whatever a camera sees, the answer is a verdict or a named error, never a panic; and nothing that was changed is believed.

#![allow(clippy::unwrap_used, clippy::panic, clippy::let_underscore_must_use)]

#[path = "support/fixture.rs"]
mod fixture;

use fixture::*;
use kangma_core::{Span, Standing, Time};
use kangma_credential::*;
use proptest::{collection::vec, prelude::*, sample::Index};

/// A change to a sequence.
#[derive(Debug, Clone)]
enum Change {
    Set(Index, u8),
    Remove(Index),
    Insert(Index, u8),
    CutOff(Index),
    Double(Index, Index),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => any::<Index>().prop_map(Change::Remove),
        1 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Insert(at, byte)),
        1 => any::<Index>().prop_map(Change::CutOff),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Change::Double(from, to)),
    ]
}

fn changed(bytes: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for change in changes {
        if bytes.is_empty() {
            break;
        }
        let length = bytes.len();
        match change {
            Change::Set(at, byte) => bytes[at.index(length)] = *byte,
            Change::Remove(at) => drop(bytes.remove(at.index(length))),
            Change::Insert(at, byte) => bytes.insert(at.index(length), *byte),
            Change::CutOff(at) => bytes.truncate(at.index(length)),
            Change::Double(from, to) => {
                let (from, to) = (from.index(length), to.index(length));
                let piece = bytes[from.min(to)..from.max(to)].to_vec();
                bytes.splice(to..to, piece);
            }
        }
    }
    bytes
}

fn texts() -> Vec<String> {
    vec![
        presented(&device(), NOW),
        presented(&p256_device(), NOW),
        signed(&server_made()).text().unwrap(),
        signed(&paper()).text().unwrap(),
    ]
}

/// Judges a text; an error must have words.
fn judge(text: &str) -> Result<Seen, VerifyError> {
    verify(text, &ring(), NOW).inspect_err(|error| assert!(!error.to_string().is_empty()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn a_changed_text_is_never_believed(which in 0..4usize, changes in vec(change(), 1..4)) {
        let text = &texts()[which];
        let changed = changed(text.as_bytes(), &changes);
        let changed = String::from_utf8_lossy(&changed);
        prop_assume!(changed != *text);
        prop_assert!(judge(&changed).is_err());
    }

    #[test]
    fn changed_bytes_are_never_believed(which in 0..4usize, changes in vec(change(), 1..4)) {
        let bytes = bytes_of(&texts()[which]);
        let changed = changed(&bytes, &changes);
        // A lost tag is no change of the code: it may be read untagged.
        prop_assume!(changed != bytes && changed != bytes[1..]);
        prop_assert!(judge(&text_of(&changed)).is_err());
    }

    #[test]
    fn whatever_an_issuer_signs_is_a_lawful_code_or_a_named_error(which in 2..4usize, changes in vec(change(), 0..6)) {
        let bytes = bytes_of(&texts()[which]);
        let payload = changed(Sign1::read(&bytes).unwrap().payload, &changes);
        let keys = issuer_keys();
        let bytes = cose_sign1(&payload, None, &keys.signer(NOW).unwrap().key).unwrap();
        if let Ok(seen) = judge(&text_of(&bytes)) {
            let life = seen.code.expires - seen.code.issued;
            prop_assert!(life > Span::ZERO && life <= seen.code.kind.longest_life());
            prop_assert!(seen.code.face.name.as_str().len() <= 32);
        }
    }

    #[test]
    fn random_bytes_are_a_named_error(bytes in vec(any::<u8>(), 0..600)) {
        prop_assert!(judge(&text_of(&bytes)).is_err());
        prop_assert!(Sign1::read(&bytes).is_err() || !bytes.is_empty());
        prop_assert!(StatusListToken::verify(&bytes, &ring(), NOW).is_err());
        prop_assert!(StatusList::from_cbor(&bytes).is_err() || bytes.len() > 8);
        prop_assert!(HolderKey::from_raw(&bytes).is_err() || bytes.len() == 32);
    }

    #[test]
    fn a_random_text_is_a_named_error(text in "(KM1:)?\\PC{0,300}") {
        prop_assert!(judge(&text).is_err());
    }

    #[test]
    fn changed_status_lists_are_a_named_error(changes in vec(change(), 1..4)) {
        let mut list = StatusList::new(Bits::Four, 100);
        list.set(StatusIndex(3), 12);
        let token = StatusListToken { uri: "https://hz.example/s".to_owned(), issued: NOW, expires: None, keep: None, list };
        let bytes = token.sign(&issuer_keys().signer(NOW).unwrap().key).unwrap();
        let changed_whole = changed(&bytes, &changes);
        prop_assume!(changed_whole != bytes && changed_whole != bytes[1..]);
        prop_assert!(StatusListToken::verify(&changed_whole, &ring(), NOW).is_err());
        let payload = changed(Sign1::read(&bytes).unwrap().payload, &changes);
        if let Err(error) = StatusListToken::from_claims(&payload) {
            prop_assert_eq!(error.part, Part::StatusList);
        }
    }

    #[test]
    fn base45_gives_back_what_it_was_given(bytes in vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(base45::decode(&base45::encode(&bytes)).unwrap(), bytes);
    }

    #[test]
    fn every_code_comes_back_as_it_was_issued(
        standing in proptest::sample::select(vec![Standing::Green, Standing::Yellow, Standing::Red, Standing::Unknown]),
        cti in any::<[u8; 16]>(), index in any::<u32>(), seed in any::<[u8; 32]>(), name in "\\PC{1,20}",
        number in "[0-9A-Za-z-]{0,20}", life in 1..86_400i64, age in 0..4_000_000_000i64, policy in any::<Option<[u8; 8]>>(),
    ) {
        let device = SecretKey::ed25519(seed);
        let key = HolderKey::of(&device.public_key()).unwrap();
        let shown = Shown { standing, as_of: Time::from_seconds(age), policy: policy.map(PolicyDigest) };
        let mut code = code(CodeKind::DeviceBound { key, shown }, seconds(life));
        code.cti = Cti(cti);
        code.status = StatusIndex(index);
        code.face.name = MaskedName::mask(&name);
        code.face.last = LastDigits::of(&number);
        let text = present(&signed(&code), NOW, &device).unwrap();
        prop_assert_eq!(judge(&text).unwrap().code, code);
    }
}
