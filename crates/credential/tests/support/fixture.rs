//! An issuer, two devices, and codes of every kind, all at one invented time.

#![allow(dead_code)]

use kangma_core::{Span, Standing, Time, Window};
use kangma_credential::*;

pub const NOW: Time = Time::from_seconds(1_800_000_000);

pub fn seconds(n: i64) -> Span {
    Span::from_seconds(n)
}

pub fn issuer_keys() -> SigningKeys {
    let issuer = Issuer::new("hz.example").unwrap();
    let key = |seed: u8, from, until| IssuerSecret {
        issuer: issuer.clone(),
        window: Window { from: NOW + Span::from_24_hours(from), until: NOW + Span::from_24_hours(until) },
        key: SecretKey::ed25519([seed; 32]),
    };
    SigningKeys::new(vec![key(1, -80, 10), key(2, 5, 95)])
}

pub fn es256_issuer() -> IssuerSecret {
    IssuerSecret {
        issuer: Issuer::new("nb.example").unwrap(),
        window: Window { from: NOW - Span::from_24_hours(1), until: NOW + Span::from_24_hours(90) },
        key: SecretKey::p256([3; 32]).unwrap(),
    }
}

pub fn ring() -> KeyRing {
    let mut ring = issuer_keys().ring();
    let es256 = es256_issuer();
    ring.add(IssuerKey { issuer: es256.issuer, key: es256.key.public_key(), window: es256.window });
    ring
}

pub fn device() -> SecretKey {
    SecretKey::ed25519([11; 32])
}

pub fn p256_device() -> SecretKey {
    SecretKey::p256([12; 32]).unwrap()
}

pub fn shown(standing: Standing) -> Shown {
    Shown { standing, as_of: NOW - Span::from_minutes(3), policy: None }
}

pub fn code(kind: CodeKind, life: Span) -> Code {
    Code {
        issuer: Issuer::new("hz.example").unwrap(),
        issued: NOW,
        expires: NOW + life,
        cti: Cti([0x5a; 16]),
        face: Face {
            region: Region::new("330106").unwrap(),
            name: MaskedName::mask("李小明"),
            last: LastDigits::of("33010619900101123X"),
        },
        status: StatusIndex(9_876_543),
        kind,
    }
}

pub fn device_bound(device: &SecretKey) -> Code {
    let key = HolderKey::of(&device.public_key()).unwrap();
    code(CodeKind::DeviceBound { key, shown: shown(Standing::Green) }, Span::from_minutes(30))
}

pub fn server_made() -> Code {
    code(CodeKind::ServerMade { shown: shown(Standing::Yellow) }, Span::from_minutes(2))
}

pub fn paper() -> Code {
    code(CodeKind::Paper, Span::from_24_hours(180))
}

/// Signed with the key that is in force.
pub fn signed(code: &Code) -> IssuedCode {
    issue(code, &issuer_keys().signer(NOW).unwrap().key).unwrap()
}

/// A device-bound code as its holder presents it at `at`.
pub fn presented(device: &SecretKey, at: Time) -> String {
    present(&signed(&device_bound(device)), at, device).unwrap()
}

pub fn text_of(bytes: &[u8]) -> String {
    format!("KM1:{}", base45::encode(bytes))
}

pub fn bytes_of(text: &str) -> Vec<u8> {
    base45::decode(text.strip_prefix("KM1:").unwrap()).unwrap()
}

pub fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}
