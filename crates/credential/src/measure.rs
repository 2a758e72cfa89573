//! How long a gate needs for a code, beside the signature verifications alone.
//!
//! Every code has a holder's key of its own and nothing is remembered between codes. Both sides run in turns, round by
//! round; the median of the rounds counts.

use crate::{
    Algorithm, BadField, BadKey, Code, CodeKind, Cti, Face, HolderKey, IssueError, Issuer, IssuerSecret,
    LastDigits, MaskedName, PresentError, PublicKey, Region, SecretKey, Shown, SignError, Signature,
    Signer as _, SigningKeys, StatusIndex, issue, present, verify,
};
use kangma_core::{Span, Standing, Time, Window};
use serde::Serialize;
use std::{hint::black_box, time::Instant};

const NOW: Time = Time::from_seconds(1_800_000_000);
const ISSUERS: u8 = 4;

/// One line of the benchmark's table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// What was measured.
    pub name: &'static str,
    /// Microseconds for a code, from the text to the verdict.
    pub figure: f64,
    /// The unit.
    pub unit: &'static str,
    /// Microseconds for the two signature verifications alone; the issuer's key is parsed before, the holder's is not.
    pub beside: f64,
    /// How many times as long the whole takes.
    pub ratio: f64,
}

/// A benchmark that could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("the benchmark could not make its codes: {0}")]
pub struct MeasureError(String);

macro_rules! from_errors {
    ($($error:ty),*) => {
        $(impl From<$error> for MeasureError {
            fn from(error: $error) -> Self { Self(error.to_string()) }
        })*
    };
}
from_errors!(BadField, BadKey, IssueError, PresentError, SignError, crate::VerifyError);

/// A code with what it takes to verify its two signatures alone.
struct Specimen {
    text: String,
    issuer: PublicKey,
    issuer_message: Vec<u8>,
    issuer_signature: Signature,
    holder_raw: Vec<u8>,
    holder_message: Vec<u8>,
    holder_signature: Signature,
}

/// Measures `verify-code-ed25519` or `verify-code-es256` on `codes` codes in `rounds` rounds.
///
/// # Errors
/// The codes could not be made, or one of them does not verify.
pub fn verify_code(algorithm: Algorithm, codes: u32, rounds: u32) -> Result<Figure, MeasureError> {
    let keys = issuer_keys(algorithm)?;
    let ring = keys.ring();
    let specimens: Vec<Specimen> =
        (0..codes).map(|number| specimen(algorithm, &keys, number)).collect::<Result<_, _>>()?;
    let (mut whole, mut bare, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds.max(1) {
        let ours = microseconds_each(&specimens, |specimen| verify(&specimen.text, &ring, NOW).is_ok())?;
        let alone = microseconds_each(&specimens, Specimen::both_signatures_hold)?;
        whole.push(ours);
        bare.push(alone);
        ratios.push(ours / alone);
    }
    let name = match algorithm {
        Algorithm::Ed25519 => "verify-code-ed25519",
        Algorithm::Es256 => "verify-code-es256",
    };
    let (figure, beside, ratio) = (median(whole), median(bare), median(ratios));
    Ok(Figure { name, figure, unit: "µs", beside, ratio })
}

fn microseconds_each(specimens: &[Specimen], run: impl Fn(&Specimen) -> bool) -> Result<f64, MeasureError> {
    let start = Instant::now();
    let all = specimens.iter().all(|specimen| black_box(run(black_box(specimen))));
    let elapsed = start.elapsed().as_secs_f64();
    if !all {
        return Err(MeasureError("a code does not verify".to_owned()));
    }
    let count = u32::try_from(specimens.len()).unwrap_or(u32::MAX);
    Ok(elapsed * 1e6 / f64::from(count.max(1)))
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

impl Specimen {
    fn both_signatures_hold(&self) -> bool {
        let holder = PublicKey::from_raw(&self.holder_raw);
        self.issuer.verifies(&self.issuer_message, &self.issuer_signature)
            && holder.is_ok_and(|key| key.verifies(&self.holder_message, &self.holder_signature))
    }
}

fn key(algorithm: Algorithm, seed: [u8; 32]) -> Result<SecretKey, BadKey> {
    match algorithm {
        Algorithm::Ed25519 => Ok(SecretKey::ed25519(seed)),
        Algorithm::Es256 => SecretKey::p256(seed),
    }
}

fn issuer_keys(algorithm: Algorithm) -> Result<SigningKeys, MeasureError> {
    let mut keys = SigningKeys::default();
    for number in 0..ISSUERS {
        let window = Window { from: NOW - Span::from_24_hours(1), until: NOW + Span::from_24_hours(1) };
        keys.add(IssuerSecret {
            issuer: Issuer::new("hz.example")?,
            window,
            key: key(algorithm, [number + 1; 32])?,
        });
    }
    Ok(keys)
}

fn specimen(algorithm: Algorithm, keys: &SigningKeys, number: u32) -> Result<Specimen, MeasureError> {
    let mut seed = [0x55; 32];
    seed[..4].copy_from_slice(&number.to_be_bytes());
    let device = key(algorithm, seed)?;
    let index = usize::try_from(number).unwrap_or(0) % keys.all().len();
    let signer = &keys.all()[index];
    let issued = issue(&code(signer, &device, number)?, &signer.key)?;
    let template = crate::presentation_template(&issued).ok_or(PresentError::NotDeviceBound)?;
    let holder_message = template.to_sign(NOW)?;
    Ok(Specimen {
        text: present(&issued, NOW, &device)?,
        issuer: signer.key.public_key(),
        issuer_message: crate::cose::to_be_signed(&issued.protected, &[], &issued.payload),
        issuer_signature: issued.signature,
        holder_raw: device.public_key().raw().to_vec(),
        holder_signature: device.sign(&holder_message)?,
        holder_message,
    })
}

fn code(signer: &IssuerSecret, device: &SecretKey, number: u32) -> Result<Code, MeasureError> {
    let mut cti = [0; 16];
    cti[..4].copy_from_slice(&number.to_be_bytes());
    let shown = Shown { standing: Standing::Green, as_of: NOW - Span::from_minutes(2), policy: None };
    Ok(Code {
        issuer: signer.issuer.clone(),
        issued: NOW - Span::from_minutes(1),
        expires: NOW + Span::from_minutes(29),
        cti: Cti(cti),
        face: Face {
            region: Region::new("330106")?,
            name: MaskedName::mask("李小明"),
            last: LastDigits::of(&number.to_string()),
        },
        status: StatusIndex(number),
        kind: CodeKind::DeviceBound { key: HolderKey::of(&device.public_key())?, shown },
    })
}
