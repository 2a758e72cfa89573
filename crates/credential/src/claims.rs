//! The claims of a code, written and read (`spec/code.md` §2).

use crate::{
    BadField, Code, CodeKind, Cti, Face, HolderKey, Issuer, LastDigits, Malformed, MaskedName, Part,
    PolicyDigest, PublicKey, Region, Shown, Status, StatusIndex,
    cbor::{Label, Reader, Writer},
};
use kangma_core::{Standing, Time};

const ISS: i64 = 1;
const EXP: i64 = 4;
const IAT: i64 = 6;
const CTI: i64 = 7;
const CNF: i64 = 8;
const CERTIFICATE: i64 = -260;
const HEALTH_CODE: i64 = -77;

const KIND: i64 = 0;
const STANDING: i64 = 1;
const REGION: i64 = 2;
const NAME: i64 = 3;
const LAST: i64 = 4;
const STATUS: i64 = 5;
const AS_OF: i64 = 6;
const POLICY: i64 = 7;

const DEVICE_BOUND: i64 = 0;
const SERVER_MADE: i64 = 1;
const PAPER: i64 = 2;

/// The last second of the year 9999: no time of ours is later.
const LAST_SECOND: u64 = 253_402_300_799;

type Read<T> = Result<T, Malformed>;

pub(crate) fn write(code: &Code) -> Vec<u8> {
    let mut writer = Writer::with_capacity(192);
    let key = match &code.kind {
        CodeKind::DeviceBound { key, .. } => Some(key),
        _ => None,
    };
    writer.map(if key.is_some() { 6 } else { 5 });
    writer.number(ISS).text(code.issuer.as_str());
    writer.number(EXP).number(code.expires.seconds());
    writer.number(IAT).number(code.issued.seconds());
    writer.number(CTI).bytes(&code.cti.0);
    if let Some(key) = key {
        write_key(writer.number(CNF), key);
    }
    write_health(writer.number(CERTIFICATE).map(1).number(HEALTH_CODE), code);
    writer.finish()
}

fn write_key(writer: &mut Writer, key: &HolderKey) {
    writer.map(1).number(1);
    match key {
        HolderKey::Ed25519(x) => writer.map(3).number(1).number(1).number(-1).number(6).number(-2).bytes(x),
        HolderKey::P256(short) => {
            writer.map(4).number(1).number(2).number(-1).number(1).number(-2).bytes(&short[1..]);
            writer.number(-3).boolean(short[0] == 3)
        }
    };
}

fn write_health(writer: &mut Writer, code: &Code) {
    let shown = code.kind.shown();
    let policy = shown.and_then(|shown| shown.policy);
    writer.map(5 + if shown.is_some() { 2 } else { 0 } + u64::from(policy.is_some()));
    writer.number(KIND).number(match code.kind {
        CodeKind::DeviceBound { .. } => DEVICE_BOUND,
        CodeKind::ServerMade { .. } => SERVER_MADE,
        CodeKind::Paper => PAPER,
    });
    if let Some(shown) = shown {
        writer.number(STANDING).number(i64::from(Status::from(shown.standing).value()));
    }
    writer.number(REGION).text(code.face.region.as_str());
    writer.number(NAME).text(code.face.name.as_str());
    writer.number(LAST).text(code.face.last.as_str());
    writer.number(STATUS).number(i64::from(code.status.0));
    if let Some(shown) = shown {
        writer.number(AS_OF).number(shown.as_of.seconds());
    }
    if let Some(policy) = policy {
        writer.number(POLICY).bytes(&policy.0);
    }
}

#[derive(Default)]
struct Claims {
    issuer: Option<Issuer>,
    expires: Option<Time>,
    issued: Option<Time>,
    cti: Option<Cti>,
    key: Option<HolderKey>,
    health: Option<Health>,
}

#[derive(Default)]
struct Health {
    kind: Option<i64>,
    standing: Option<Standing>,
    region: Option<Region>,
    name: Option<MaskedName>,
    last: Option<LastDigits>,
    status: Option<StatusIndex>,
    as_of: Option<Time>,
    policy: Option<PolicyDigest>,
}

pub(crate) fn read(payload: &[u8]) -> Read<Code> {
    let mut reader = Reader::new(Part::Claims, payload);
    let mut claims = Claims::default();
    reader.map(|label, reader| claims.read(label, reader))?;
    reader.end()?;
    claims.finish(&reader)
}

impl Claims {
    fn read(&mut self, label: Label<'_>, reader: &mut Reader<'_>) -> Read<bool> {
        let Label::Number(number) = label else { return Ok(false) };
        match number {
            ISS => self.issuer = Some(read_text(reader, Issuer::read)?),
            EXP => self.expires = Some(read_time(reader)?),
            IAT => self.issued = Some(read_time(reader)?),
            CTI => self.cti = Some(Cti(reader.fixed("a code's name is 16 bytes")?)),
            CNF => self.key = Some(read_confirmation(reader)?),
            CERTIFICATE => self.health = read_certificate(reader)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn finish(self, reader: &Reader<'_>) -> Read<Code> {
        let health = self.health.ok_or_else(|| reader.wrong("there are no health claims"))?;
        let kind = health.kind(self.key, reader)?;
        let code = Code {
            issuer: self.issuer.ok_or_else(|| reader.wrong("the issuer's name is missing"))?,
            issued: self.issued.ok_or_else(|| reader.wrong("the time of issue is missing"))?,
            expires: self.expires.ok_or_else(|| reader.wrong("the end is missing"))?,
            cti: self.cti.ok_or_else(|| reader.wrong("the code's name is missing"))?,
            status: health.status.ok_or_else(|| reader.wrong("the status index is missing"))?,
            face: Face {
                region: health.region.ok_or_else(|| reader.wrong("the region is missing"))?,
                name: health.name.ok_or_else(|| reader.wrong("the masked name is missing"))?,
                last: health.last.ok_or_else(|| reader.wrong("the last characters are missing"))?,
            },
            kind,
        };
        if code.has_a_lawful_life() {
            Ok(code)
        } else {
            Err(reader.wrong("the code lives longer than its kind may"))
        }
    }
}

impl Health {
    fn read(&mut self, label: Label<'_>, reader: &mut Reader<'_>) -> Read<bool> {
        let Label::Number(number) = label else { return Ok(false) };
        match number {
            KIND => self.kind = Some(reader.number()?),
            STANDING => self.standing = Some(read_standing(reader)?),
            REGION => self.region = Some(read_text(reader, Region::read)?),
            NAME => self.name = Some(read_text(reader, MaskedName::read)?),
            LAST => self.last = Some(read_text(reader, LastDigits::read)?),
            STATUS => self.status = Some(read_index(reader)?),
            AS_OF => self.as_of = Some(read_time(reader)?),
            POLICY => self.policy = Some(PolicyDigest(reader.fixed("a policy's digest is 8 bytes")?)),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn kind(&self, key: Option<HolderKey>, reader: &Reader<'_>) -> Read<CodeKind> {
        match (self.kind, key) {
            (Some(DEVICE_BOUND), Some(key)) => Ok(CodeKind::DeviceBound { key, shown: self.shown(reader)? }),
            (Some(DEVICE_BOUND), None) => Err(reader.wrong("a device-bound code has no holder's key")),
            (Some(SERVER_MADE), None) => Ok(CodeKind::ServerMade { shown: self.shown(reader)? }),
            (Some(PAPER), None) => self.paper(reader),
            (Some(SERVER_MADE | PAPER), Some(_)) => {
                Err(reader.wrong("only a device-bound code has a holder's key"))
            }
            (Some(_), _) => Err(reader.wrong("the kind of code is not known")),
            (None, _) => Err(reader.wrong("the kind of code is missing")),
        }
    }

    fn shown(&self, reader: &Reader<'_>) -> Read<Shown> {
        Ok(Shown {
            standing: self.standing.ok_or_else(|| reader.wrong("the standing is missing"))?,
            as_of: self.as_of.ok_or_else(|| reader.wrong("the time of the sources is missing"))?,
            policy: self.policy,
        })
    }

    fn paper(&self, reader: &Reader<'_>) -> Read<CodeKind> {
        match (self.standing, self.as_of, self.policy) {
            (None, None, None) => Ok(CodeKind::Paper),
            _ => Err(reader.wrong("a paper code says no standing")),
        }
    }
}

fn read_certificate(reader: &mut Reader<'_>) -> Read<Option<Health>> {
    let mut found = None;
    reader.map(|label, reader| {
        if label != Label::Number(HEALTH_CODE) {
            return Ok(false);
        }
        let mut health = Health::default();
        reader.map(|label, reader| health.read(label, reader))?;
        found = Some(health);
        Ok(true)
    })?;
    Ok(found)
}

fn read_text<T>(reader: &mut Reader<'_>, read: impl FnOnce(&str) -> Result<T, BadField>) -> Read<T> {
    let at = reader.position();
    read(reader.text()?).map_err(|_| reader.wrong_at(at, "a text is empty, too long, or not printable"))
}

pub(crate) fn read_time(reader: &mut Reader<'_>) -> Read<Time> {
    let at = reader.position();
    let seconds = reader.unsigned()?;
    match i64::try_from(seconds) {
        Ok(whole) if seconds <= LAST_SECOND => Ok(Time::from_seconds(whole)),
        _ => Err(reader.wrong_at(at, "a time lies beyond the year 9999")),
    }
}

fn read_index(reader: &mut Reader<'_>) -> Read<StatusIndex> {
    let at = reader.position();
    let index = u32::try_from(reader.unsigned()?);
    index.map(StatusIndex).map_err(|_| reader.wrong_at(at, "a status index is below 2^32"))
}

fn read_standing(reader: &mut Reader<'_>) -> Read<Standing> {
    let at = reader.position();
    let value = reader.unsigned()?;
    match u8::try_from(value).map(Status::of) {
        Ok(Status::Standing(standing)) => Ok(standing),
        _ => Err(reader.wrong_at(at, "the standing is not known")),
    }
}

fn read_confirmation(reader: &mut Reader<'_>) -> Read<HolderKey> {
    let start = reader.position();
    let mut key = None;
    reader.map(|label, reader| {
        if label == Label::Number(1) {
            key = Some(read_key(reader)?);
        }
        Ok(key.is_some() && label == Label::Number(1))
    })?;
    key.ok_or_else(|| reader.wrong_at(start, "the holder's key is missing"))
}

#[derive(Default)]
struct CoseKey<'b> {
    kty: Option<i64>,
    crv: Option<i64>,
    x: Option<[u8; 32]>,
    odd: Option<bool>,
    y: Option<&'b [u8]>,
}

fn read_key(reader: &mut Reader<'_>) -> Read<HolderKey> {
    let start = reader.position();
    let mut key = CoseKey::default();
    reader.map(|label, reader| {
        match label {
            Label::Number(1) => key.kty = Some(reader.number()?),
            Label::Number(-1) => key.crv = Some(reader.number()?),
            Label::Number(-2) => key.x = Some(reader.fixed("a coordinate is 32 bytes")?),
            Label::Number(-3) => match reader.boolean() {
                Some(odd) => key.odd = Some(odd),
                None => key.y = Some(reader.bytes()?),
            },
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    key.finish().ok_or_else(|| reader.wrong_at(start, "the holder's key is none of Ed25519 or P-256"))
}

impl CoseKey<'_> {
    fn finish(&self) -> Option<HolderKey> {
        let x = self.x?;
        match (self.kty?, self.crv?, self.odd, self.y) {
            (1, 6, None, None) => Some(HolderKey::Ed25519(x)),
            (2, 1, Some(odd), None) => {
                let mut short = [2 | u8::from(odd); 33];
                short[1..].copy_from_slice(&x);
                Some(HolderKey::P256(short))
            }
            (2, 1, None, Some(y)) => whole_point(&x, y),
            _ => None,
        }
    }
}

/// A point given whole: its y is checked here, since only its parity is kept.
fn whole_point(x: &[u8; 32], y: &[u8]) -> Option<HolderKey> {
    let mut raw = Vec::with_capacity(65);
    raw.push(4);
    raw.extend_from_slice(x);
    raw.extend_from_slice(y);
    HolderKey::of(&PublicKey::from_raw(&raw).ok()?).ok()
}
