//! The vectors in `spec/vectors` are what this implementation makes and says. To write them anew after a change of the
//! format: `KANGMA_WRITE_VECTORS=1 cargo test -p kangma-credential --test spec_vectors`.
//!
//! An ES256 signature differs each time it is made; the one in the file is kept as long as it is a signature of the same
//! bytes by the same key.

#![allow(clippy::unwrap_used, clippy::panic, clippy::let_underscore_must_use)]

#[path = "support/fixture.rs"]
mod fixture;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use fixture::*;
use kangma_core::{Assurance, Span, Time};
use kangma_credential::*;
use serde_json::{Value, json};
use std::{cell::RefCell, path::PathBuf};

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../spec/vectors").join(name)
}

fn on_file(name: &str) -> Value {
    let text = std::fs::read_to_string(path(name)).unwrap_or_else(|_| "null".to_owned());
    serde_json::from_str(&text).unwrap()
}

fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Signs anew only what it finds no signature for among those on file, and keeps what it used.
struct Recorded {
    key: SecretKey,
    on_file: Vec<Signature>,
    used: RefCell<Vec<Signature>>,
}

impl Recorded {
    fn new(key: SecretKey) -> Self {
        let kid = key.kid().to_string();
        let file = on_file("keys.json");
        let list = file["es256_signatures"][&kid].as_array().cloned().unwrap_or_default();
        let signature = |text: &Value| {
            let bytes = URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap();
            Signature::try_from(&bytes[..]).unwrap()
        };
        Self { key, on_file: list.iter().map(signature).collect(), used: RefCell::default() }
    }

    fn entry(&self) -> (String, Value) {
        let used: Vec<String> = self.used.borrow().iter().map(|signature| base64url(&signature.0)).collect();
        (self.key.kid().to_string(), json!(used))
    }
}

impl Signer for Recorded {
    fn public_key(&self) -> PublicKey {
        self.key.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        let holds = |signature: &&Signature| self.key.public_key().verifies(message, signature);
        let known = self.used.borrow().iter().chain(&self.on_file).find(holds).copied();
        let signature = known.map_or_else(|| self.key.sign(message), Ok)?;
        if !self.used.borrow().contains(&signature) {
            self.used.borrow_mut().push(signature);
        }
        Ok(signature)
    }
}

/// Everything that signs with ES256.
struct Es256 {
    issuer: Recorded,
    device: Recorded,
}

fn es256_code(es256: &Es256) -> Code {
    let key = HolderKey::of(&es256.device.public_key()).unwrap();
    Code {
        issuer: Issuer::new("nb.example").unwrap(),
        ..code(
            CodeKind::DeviceBound { key, shown: shown(kangma_core::Standing::Red) },
            Span::from_minutes(30),
        )
    }
}

fn claims(code: &Code) -> Value {
    let key = match &code.kind {
        CodeKind::DeviceBound { key: HolderKey::Ed25519(x), .. } => to_hex(x),
        CodeKind::DeviceBound { key: HolderKey::P256(short), .. } => to_hex(short),
        _ => String::new(),
    };
    json!({
        "iss": code.issuer.as_str(), "exp": code.expires.seconds(), "iat": code.issued.seconds(),
        "cti": code.cti.to_string(), "holder_key": key, "region": code.face.region.as_str(),
        "name": code.face.name.as_str(), "last": code.face.last.as_str(), "status_index": code.status.0,
        "standing": code.kind.shown().map(|shown| shown.standing.as_str()),
        "as_of": code.kind.shown().map(|shown| shown.as_of.seconds()),
    })
}

/// The text's verdict at `now`, which must be what is expected.
fn judged(name: &str, text: &str, now: Time, expected: Result<Assurance, &str>) -> Value {
    let verdict = verify(text, &ring(), now);
    assert_eq!(verdict.as_ref().map(|seen| seen.assurance).map_err(VerifyError::code), expected, "{name}");
    let mut case = json!({ "name": name, "text": text, "now": now.seconds() });
    match verdict {
        Ok(seen) => {
            case["assurance"] = json!(seen.assurance.as_str());
            case["claims"] = claims(&seen.code);
            case["presented_at"] = json!(seen.presented_at.map(Time::seconds));
            case["cose"] = json!(to_hex(&bytes_of(text)));
        }
        Err(error) => case["error"] = json!(error.code()),
    }
    case
}

fn valid(es256: &Es256) -> Value {
    let of_p256_device = signed(&Code { cti: Cti([2; 16]), ..device_bound_to(&es256.device) });
    let all_es256 = issue(&es256_code(es256), &es256.issuer).unwrap();
    let untagged = text_of(&bytes_of(&presented(&device(), NOW))[1..]);
    let bound = Ok(Assurance::DeviceBound);
    json!([
        judged("device-bound, Ed25519 twice", &presented(&device(), NOW), NOW, bound),
        judged(
            "device-bound, Ed25519 issuer, P-256 holder",
            &present(&of_p256_device, NOW, &es256.device).unwrap(),
            NOW,
            bound
        ),
        judged("device-bound, ES256 twice", &present(&all_es256, NOW, &es256.device).unwrap(), NOW, bound),
        judged("device-bound, untagged", &untagged, NOW, bound),
        judged("device-bound, ninety seconds old", &presented(&device(), NOW), NOW + seconds(90), bound),
        judged("server-made", &signed(&server_made()).text().unwrap(), NOW, Ok(Assurance::ServerMade)),
        judged(
            "paper",
            &signed(&paper()).text().unwrap(),
            NOW + Span::from_24_hours(100),
            Ok(Assurance::Paper)
        ),
    ])
}

fn device_bound_to(device: &dyn Signer) -> Code {
    let key = HolderKey::of(&device.public_key()).unwrap();
    code(CodeKind::DeviceBound { key, shown: shown(kangma_core::Standing::Green) }, Span::from_minutes(30))
}

fn invalid() -> Value {
    let live = presented(&device(), NOW);
    let bytes = bytes_of(&live);
    let with = |at: usize, bits: u8| {
        let mut bytes = bytes.clone();
        bytes[at] ^= bits;
        text_of(&bytes)
    };
    let payload_at = bytes.len() - 66 - 30;
    let holder_signature_at = 2 + 15 + 3 + 12 + 3 + 10;
    let bare = cose_sign1(Sign1::read(&bytes).unwrap().payload, None, &issuer_keys().all()[0].key).unwrap();
    let server = signed(&server_made()).text().unwrap();
    let stranger = issue(&server_made(), &SecretKey::ed25519([42; 32])).unwrap().text().unwrap();
    let other = issue(&server_made(), &issuer_keys_of_another()).unwrap().text().unwrap();
    let late = NOW + Span::from_24_hours(10);
    let retired = Code { issued: late, expires: late + seconds(60), ..server_made() };
    let retired = issue(&retired, &issuer_keys().all()[0].key).unwrap().text().unwrap();
    let thief = present(&signed(&device_bound(&device())), NOW, &SecretKey::ed25519([99; 32])).unwrap();
    json!([
        judged("an EU certificate", "HC1:6BFOXN", NOW, Err("foreign-code")),
        judged("lower case", &live.to_lowercase().replace("km1:", "KM1:"), NOW, Err("malformed-code")),
        judged("cut off", &live[..live.len() - 3], NOW, Err("malformed-code")),
        judged("a byte behind the end", &text_of(&[&bytes[..], &[0]].concat()), NOW, Err("malformed-code")),
        judged("another tag", &with(0, 1), NOW, Err("malformed-code")),
        judged("a changed claim", &with(payload_at, 1), NOW, Err("forged-code")),
        judged("a changed issuer's signature", &with(bytes.len() - 40, 1), NOW, Err("forged-code")),
        judged(
            "a changed holder's signature",
            &with(holder_signature_at, 1),
            NOW,
            Err("forged-presentation")
        ),
        judged("another device's signature", &thief, NOW, Err("forged-presentation")),
        judged("no presentation", &text_of(&bare), NOW, Err("no-presentation")),
        judged("a screenshot", &live, NOW + seconds(91), Err("stale-presentation")),
        judged("a wrong clock", &presented(&device(), NOW + seconds(91)), NOW, Err("wrong-clock")),
        judged("expired", &server, NOW + seconds(120), Err("expired-code")),
        judged("not yet valid", &server, NOW - seconds(91), Err("code-not-yet-valid")),
        judged("an unknown issuer", &stranger, NOW, Err("unknown-issuer")),
        judged("another issuer's name", &other, NOW, Err("other-issuer")),
        judged("issued with a retired key", &retired, late, Err("outside-key-window")),
    ])
}

/// An Ed25519 key that the ring holds for another issuer.
fn issuer_keys_of_another() -> SecretKey {
    SecretKey::ed25519([4; 32])
}

fn ring() -> KeyRing {
    let mut ring = fixture::ring();
    ring.add(IssuerKey {
        issuer: Issuer::new("sx.example").unwrap(),
        key: issuer_keys_of_another().public_key(),
        window: issuer_keys().all()[0].window,
    });
    ring
}

fn template(name: &str, device: &dyn Signer) -> Value {
    let issued = signed(&Code { cti: Cti([2; 16]), ..device_bound_to(device) });
    let template = presentation_template(&issued).unwrap();
    let message = template.to_sign(NOW).unwrap();
    let signature = device.sign(&message).unwrap();
    json!({
        "name": name, "template": template, "time": NOW.seconds(), "to_sign": base64url(&message),
        "signature": base64url(&signature.0), "text": template.text(NOW, &signature).unwrap(),
    })
}

fn status_list() -> Value {
    let mut list = StatusList::new(Bits::Four, 32);
    let set = [(0, 0u8), (1, 1), (2, 3), (3, 12), (4, 13), (5, 14), (6, 15), (31, 12)];
    for (index, value) in set {
        assert!(list.set(StatusIndex(index), value));
    }
    let token = StatusListToken {
        uri: "https://hz.example/status/1".to_owned(),
        issued: NOW,
        expires: Some(NOW + Span::from_hours(1)),
        keep: Some(Span::from_minutes(10)),
        list,
    };
    let bytes = token.sign(&issuer_keys().signer(NOW).unwrap().key).unwrap();
    json!({ "token": to_hex(&bytes), "values": set, "now": NOW.seconds() })
}

fn keys(es256: &Es256) -> Value {
    let published: Vec<PublishedKey> = ring().published().collect();
    let signatures: serde_json::Map<String, Value> =
        [es256.issuer.entry(), es256.device.entry()].into_iter().collect();
    json!({
        "about": "Invented keys. The secrets are those of the test devices, so that a second implementation can present.",
        "issuers": published,
        "devices": [SecretJwk::from(&device()), SecretJwk::from(&es256.device.key)],
        "es256_signatures": signatures,
    })
}

#[test]
fn the_vectors_of_the_specification_are_what_this_implementation_makes() {
    let es256 = Es256 { issuer: Recorded::new(es256_issuer().key), device: Recorded::new(p256_device()) };
    let templates = json!([template("Ed25519", &device()), template("ES256", &es256.device)]);
    let files = [
        ("valid.json", valid(&es256)),
        ("invalid.json", invalid()),
        ("template.json", templates),
        ("status-list.json", status_list()),
        ("keys.json", keys(&es256)),
    ];
    for (name, made) in files {
        if std::env::var_os("KANGMA_WRITE_VECTORS").is_some() {
            std::fs::create_dir_all(path("")).unwrap();
            std::fs::write(path(name), serde_json::to_string_pretty(&made).unwrap() + "\n").unwrap();
        }
        assert_eq!(on_file(name), made, "spec/vectors/{name} differs: read the head of this test");
    }
}
