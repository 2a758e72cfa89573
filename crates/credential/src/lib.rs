//! The signed code: what a QR carries, who signed it, and what a reader may believe of it. Pure: the clock and all
//! randomness are arguments. The wire format is written down in `spec/code.md`.
//!
//! ```
//! use kangma_core::{Span, Standing, Time, Window};
//! use kangma_credential::*;
//!
//! let now = Time::from_seconds(1_800_000_000);
//! let issuer = Issuer::new("hz.example")?;
//! let window = Window::new(now, now + Span::from_24_hours(90)).ok_or("an empty window")?;
//! let keys = SigningKeys::new(vec![IssuerSecret { issuer, window, key: SecretKey::ed25519([7; 32]) }]);
//! let device = SecretKey::ed25519([9; 32]);
//!
//! // The server issues a code and hands the page a template of it.
//! let signer = keys.signer(now).ok_or("no key is in force")?;
//! let code = Code {
//!     issuer: signer.issuer.clone(),
//!     issued: now,
//!     expires: now + Span::from_minutes(30),
//!     cti: Cti([1; 16]),
//!     face: Face { region: Region::new("330106")?, name: MaskedName::mask("李小明"), last: LastDigits::of("33010619900101123X") },
//!     status: StatusIndex(4711),
//!     kind: CodeKind::DeviceBound {
//!         key: HolderKey::of(&device.public_key())?,
//!         shown: Shown { standing: Standing::Green, as_of: now, policy: None },
//!     },
//! };
//! let issued = issue(&code, &signer.key)?;
//! let text = present(&issued, now, &device)?;
//!
//! // A gate reads it.
//! let seen = verify(&text, &keys.ring(), now + Span::from_seconds(5))?;
//! assert_eq!(seen.code, code);
//! assert!(verify(&text, &keys.ring(), now + Span::from_seconds(120)).is_err()); // a screenshot
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod base45;
mod cbor;
mod claims;
mod code;
mod cose;
mod face;
mod issue;
mod key;
mod malformed;
#[cfg(feature = "measure")]
pub mod measure;
mod presentation;
mod qr;
mod replay;
mod ring;
mod status_list;
mod verify;

pub use code::{Code, CodeKind, Cti, PolicyDigest, Shown, StatusIndex};
pub use cose::{Sign1, cose_sign1};
pub use face::{BadField, Face, Issuer, LastDigits, MaskedName, Region};
pub use issue::{IssueError, IssuedCode, issue};
pub use key::{
    Algorithm, BadKey, HolderKey, Kid, PublicJwk, PublicKey, SecretJwk, SecretKey, SignError, Signature,
    Signer,
};
pub use malformed::{Malformed, Part};
pub use presentation::{PresentError, Template, present, presentation_template};
pub use qr::{Symbol, TooLong, symbol};
pub use replay::{Replay, ReplayGuard};
pub use ring::{IssuerKey, IssuerSecret, KeyRing, PublishedKey, SigningKeys, StoredKey};
pub use status_list::{Bits, Status, StatusList, StatusListError, StatusListToken};
pub use verify::{Foreign, SKEW, Seen, VerifyError, verify};
