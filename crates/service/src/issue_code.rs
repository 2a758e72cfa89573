//! Codes: bound to a holder's device, made by the server for a browser that cannot sign, or printed on paper.

use crate::{
    Actor, Refused, Service,
    access::Right,
    act::{Act, Target},
    quotas::Quota,
};
use kangma_core::{PersonId, Span, Time, Verdict};
use kangma_credential as credential;
use kangma_credential::{Face, HolderKey, IssuedCode, PublicKey, Shown, SigningKeys};
use kangma_store::{Code, CodeKind, Cti, Device, DeviceId};
use serde::Serialize;

/// How long a device-bound code can be shown without the network.
const DEVICE_CODE: Span = Span::from_minutes(30);
/// How long a code of the server's making can be shown: nothing renews it.
const SERVER_CODE: Span = Span::from_minutes(2);
/// How many days a paper code holds.
const PAPER_CODE: Span = Span::from_24_hours(180);

/// A code for a holder's device, which signs the time over it every few seconds.
pub struct DeviceCode {
    /// The signed code; [`credential::presentation_template`] says how the device completes it.
    pub issued: IssuedCode,
    /// When a new one has to be fetched.
    pub expires_at: Time,
    /// What it shows.
    pub verdict: Verdict,
}

/// A code as a text for a QR.
#[derive(Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct TextCode {
    /// What the QR carries.
    pub text: String,
    /// When it ends.
    pub expires_at: Time,
    /// Its own number, for a loss report.
    pub number: String,
}

impl Service {
    /// Enrols a holder's device by its public key: 32 bytes of Ed25519 or 65 of P-256. The person's other devices
    /// are revoked when `replace` says so: a lost phone.
    ///
    /// # Errors
    /// [`Refused::BadDeviceKey`]; [`Refused::NotAllowed`]; [`Refused::TooManyTries`].
    pub async fn enrol_device(
        &self,
        actor: &Actor,
        person: PersonId,
        public_key: Vec<u8>,
        replace: bool,
    ) -> Result<DeviceId, Refused> {
        let key = HolderKey::from_raw(&public_key).map_err(|_| Refused::BadDeviceKey)?;
        let algorithm = key.algorithm().as_str().to_owned();
        self.count(actor, Quota::Device, 1)?;
        self.act(actor, move |act| {
            holds(act, person)?;
            if replace {
                for device in act.writer.devices_of(person)? {
                    act.writer.revoke_device(device.id, act.now)?;
                }
            } else if let Some(known) = act.writer.device_by_key(person, &public_key)?
                && known.revoked_at.is_none()
            {
                return Ok(known.id);
            }
            let enrolled_at = act.now;
            let device = act.writer.add_device(|id| Device {
                id,
                person,
                public_key,
                algorithm,
                enrolled_at,
                revoked_at: None,
            })?;
            act.log("enrol-device", Target::person(person))?;
            Ok(device.id)
        })
        .await
    }

    /// Issues a code to an enrolled device.
    ///
    /// # Errors
    /// [`Refused::UnknownDevice`]; [`Refused::NotIdentified`]; [`Refused::NotAllowed`]; [`Refused::TooManyTries`].
    pub async fn issue_code(
        &self,
        actor: &Actor,
        person: PersonId,
        device: DeviceId,
    ) -> Result<DeviceCode, Refused> {
        self.count(actor, Quota::Code, 1)?;
        let forge = self.forge();
        self.act(actor, move |act| {
            holds(act, person)?;
            let device = act
                .writer
                .device(device)?
                .filter(|device| device.person == person && device.revoked_at.is_none())
                .ok_or(Refused::UnknownDevice)?;
            let key = PublicKey::from_raw(&device.public_key).map_err(|_| Refused::BadDeviceKey)?;
            let key = HolderKey::of(&key).map_err(|_| Refused::BadDeviceKey)?;
            let verdict = act.verdict(person)?;
            let shown = shown(&verdict, act.now);
            let kind = credential::CodeKind::DeviceBound { key, shown };
            let issued = forge.issue(act, person, kind, Some(device.id), None)?;
            Ok(DeviceCode { issued: issued.code, expires_at: issued.expires_at, verdict })
        })
        .await
    }

    /// Makes a code of two minutes for a browser without a device key. Its lower assurance is named in it.
    ///
    /// # Errors
    /// [`Refused::NotIdentified`]; [`Refused::NotAllowed`]; [`Refused::TooManyTries`].
    pub async fn server_code(&self, actor: &Actor, person: PersonId) -> Result<(TextCode, Verdict), Refused> {
        self.count(actor, Quota::Code, 1)?;
        let forge = self.forge();
        self.act(actor, move |act| {
            holds(act, person)?;
            let verdict = act.verdict(person)?;
            let kind = credential::CodeKind::ServerMade { shown: shown(&verdict, act.now) };
            let issued = forge.issue(act, person, kind, None, None)?;
            Ok((issued.text()?, verdict))
        })
        .await
    }

    /// Prints a paper code for somebody without a phone: no colour in it, 180 days, revocable.
    ///
    /// # Errors
    /// [`Refused::Duplicate`] while another paper code of theirs holds: report that one lost first;
    /// [`Refused::NotIdentified`]; [`Refused::NotAllowed`].
    pub async fn print_paper_code(&self, actor: &Actor, person: PersonId) -> Result<TextCode, Refused> {
        let forge = self.forge();
        self.act(actor, move |act| {
            act.may_act_for(person, Right::HelpPerson)?;
            if !papers(act, person)?.is_empty() {
                return Err(Refused::Duplicate);
            }
            let issued = forge.issue(act, person, credential::CodeKind::Paper, None, None)?;
            act.log("print-paper-code", Target::person(person))?;
            issued.text()
        })
        .await
    }

    /// Revokes a person's lost paper codes and prints a new one.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when there is none; [`Refused::NotIdentified`]; [`Refused::NotAllowed`].
    pub async fn reprint_paper_code(&self, actor: &Actor, person: PersonId) -> Result<TextCode, Refused> {
        let forge = self.forge();
        self.act(actor, move |act| {
            act.may_act_for(person, Right::HelpPerson)?;
            let lost = revoke_papers(act, person)?.ok_or(Refused::NotFound)?;
            let issued = forge.issue(act, person, credential::CodeKind::Paper, None, Some(lost))?;
            act.log("reprint-paper-code", Target::person(person))?;
            issued.text()
        })
        .await
    }

    /// Revokes a person's paper codes: the loss report.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when there is none; [`Refused::NotAllowed`].
    pub async fn report_paper_lost(&self, actor: &Actor, person: PersonId) -> Result<(), Refused> {
        self.act(actor, move |act| {
            act.may_act_for(person, Right::HelpPerson)?;
            revoke_papers(act, person)?.ok_or(Refused::NotFound)?;
            act.log("report-paper-lost", Target::person(person))
        })
        .await
    }

    /// What is needed to make codes, for an act that runs on the writer's thread.
    fn forge(&self) -> Forge {
        let mut cti = [0; 16];
        self.chance.fill(&mut cti);
        Forge { keys: std::sync::Arc::clone(&self.keys), region: self.region.clone(), cti }
    }
}

/// What a code shows of a verdict.
fn shown(verdict: &Verdict, now: Time) -> Shown {
    Shown { standing: verdict.standing, as_of: now, policy: None }
}

fn papers(act: &Act<'_, '_>, person: PersonId) -> Result<Vec<Code>, Refused> {
    let codes = act.writer.codes_of(person, act.now)?;
    Ok(codes.into_iter().filter(|code| code.kind == CodeKind::Paper && code.revoked_at.is_none()).collect())
}

fn revoke_papers(act: &mut Act<'_, '_>, person: PersonId) -> Result<Option<Cti>, Refused> {
    let mut last = None;
    for code in papers(act, person)? {
        act.writer.revoke_code(code.cti, act.now)?;
        last = Some(code.cti);
    }
    Ok(last)
}

struct Forge {
    keys: std::sync::Arc<SigningKeys>,
    region: String,
    cti: [u8; 16],
}

struct Forged {
    code: IssuedCode,
    expires_at: Time,
    cti: Cti,
}

impl Forged {
    /// Only a device-bound code is not a text yet, and none comes here.
    fn text(&self) -> Result<TextCode, Refused> {
        let number = self.cti.0.iter().map(|byte| format!("{byte:02x}")).collect();
        let text = self.code.text().ok_or(Refused::UnknownDevice)?;
        Ok(TextCode { text, expires_at: self.expires_at, number })
    }
}

impl Forge {
    fn issue(
        &self,
        act: &mut Act<'_, '_>,
        person: PersonId,
        kind: credential::CodeKind,
        device: Option<DeviceId>,
        reprint_of: Option<Cti>,
    ) -> Result<Forged, Refused> {
        let now = act.now;
        let known = act.writer.person(person)?.ok_or(Refused::NotFound)?;
        let (Some(name), Some(document)) = (&known.name, &known.document_number) else {
            return Err(Refused::NotIdentified);
        };
        let (kept, lasts) = match kind {
            credential::CodeKind::DeviceBound { .. } => (CodeKind::Device, DEVICE_CODE),
            credential::CodeKind::ServerMade { .. } => (CodeKind::Server, SERVER_CODE),
            credential::CodeKind::Paper => (CodeKind::Paper, PAPER_CODE),
        };
        let signer = self.keys.signer(now).ok_or(Refused::NoSigningKey)?;
        let expires_at = now + lasts;
        let status = act.writer.take_status_index(now, expires_at)?;
        let region = credential::Region::new(&self.region).map_err(|_| Refused::NoSigningKey)?;
        let code = credential::Code {
            issuer: signer.issuer.clone(),
            issued: now,
            expires: expires_at,
            cti: credential::Cti(self.cti),
            face: Face {
                region,
                name: credential::MaskedName::mask(&name.0),
                last: credential::LastDigits::of(&document.0),
            },
            status: credential::StatusIndex(status.0),
            kind,
        };
        let issued = credential::issue(&code, &signer.key).map_err(|_| Refused::NoSigningKey)?;
        let cti = Cti(self.cti);
        act.writer.add_code(&Code {
            cti,
            person,
            kind: kept,
            device,
            status_index: Some(status),
            issued_at: now,
            expires_at,
            revoked_at: None,
            reprint_of,
        })?;
        Ok(Forged { code: issued, expires_at, cti })
    }
}

/// A code is for whoever holds the phone: the person, or somebody who looks after them. Staff print paper, which is on
/// record; no officer carries a living code of somebody else.
fn holds(act: &Act<'_, '_>, person: PersonId) -> Result<(), Refused> {
    if matches!(act.actor, Actor::Officer(_)) {
        return Err(Refused::NotAllowed);
    }
    act.may_act_for(person, Right::HelpPerson)
}
