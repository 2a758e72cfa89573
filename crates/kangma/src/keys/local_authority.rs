//! An authority of one's own, for trying kangma with a phone in one's own network.

use std::{
    fs, io,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use kangma_core::{Day, Time, Zone};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};

/// How long the authority lives: phones need installing again only after that.
const AUTHORITY_DAYS: i32 = 3_650;
/// How long a certificate lives: browsers refuse one of more than 398 days.
const CERTIFICATE_DAYS: i32 = 397;
/// What every certificate is for, so that it can be tried on this machine first.
const THIS_MACHINE: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

const ONLY_OWNER: u32 = 0o600;
const EVERYBODY_READS: u32 = 0o644;

/// Where the files lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The authority's certificate, to be installed on phones.
    pub authority: PathBuf,
    /// The authority's key.
    pub authority_key: PathBuf,
    /// The server's certificate, with the authority's after it.
    pub certificate: PathBuf,
    /// The server's key.
    pub key: PathBuf,
}

/// Why no certificate was made.
#[derive(Debug, thiserror::Error)]
pub enum NotIssued {
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A name is not one that a certificate can carry.
    #[error(
        "no certificate can be made for these names: {0}; use host names such as kangma.local, or addresses"
    )]
    Names(rcgen::Error),
    /// The authority's key is there and cannot be read as one.
    #[error("{} is not a private key ({source}); move it away to have a new authority made", path.display())]
    AuthorityKey {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: rcgen::Error,
    },
    /// A key or a signature could not be made.
    #[error("the certificate could not be made: {0}")]
    Making(rcgen::Error),
    /// The machine's clock is not set.
    #[error("the clock says {0}: set it first, a certificate carries its dates")]
    Clock(Time),
}

impl Files {
    /// The files in `tls` below a data directory.
    #[must_use]
    pub fn below(data: &Path) -> Self {
        let tls = data.join("tls");
        Self {
            authority: tls.join("authority.pem"),
            authority_key: tls.join("authority.key"),
            certificate: tls.join("server.pem"),
            key: tls.join("server.key"),
        }
    }
}

/// This machine's own names, and the others.
#[must_use]
pub fn names(others: &[String]) -> Vec<String> {
    let mut names: Vec<String> = THIS_MACHINE.map(str::to_owned).into();
    names.extend(others.iter().filter(|name| !THIS_MACHINE.contains(&name.as_str())).cloned());
    names
}

/// Makes the authority if there is none, and a new certificate signed by it. Gives the certificate's last day.
///
/// # Errors
/// A file cannot be read or written, a name cannot be carried, or the clock is not set.
pub fn issue(files: &Files, names: &[String], now: Time) -> Result<Day, NotIssued> {
    let today = Zone::named("UTC").map_err(|_| NotIssued::Clock(now))?.day(now);
    let until = today.plus(CERTIFICATE_DAYS);
    let issuer = authority(files, today)?;
    let key = KeyPair::generate().map_err(NotIssued::Making)?;
    let certificate = server_params(names, today)?.signed_by(&key, &issuer).map_err(NotIssued::Making)?;
    let chain = certificate.pem() + &read(&files.authority)?;
    write(&files.key, &key.serialize_pem(), ONLY_OWNER)?;
    write(&files.certificate, &chain, EVERYBODY_READS)?;
    Ok(until)
}

fn authority(files: &Files, today: Day) -> Result<Issuer<'static, KeyPair>, NotIssued> {
    if files.authority.exists() && files.authority_key.exists() {
        let path = files.authority_key.clone();
        let key =
            KeyPair::from_pem(&read(&path)?).map_err(|source| NotIssued::AuthorityKey { path, source })?;
        return Ok(Issuer::new(authority_params(today)?, key));
    }
    let key = KeyPair::generate().map_err(NotIssued::Making)?;
    let params = authority_params(today)?;
    let certificate = params.self_signed(&key).map_err(NotIssued::Making)?;
    write(&files.authority_key, &key.serialize_pem(), ONLY_OWNER)?;
    write(&files.authority, &certificate.pem(), EVERYBODY_READS)?;
    Ok(Issuer::new(params, key))
}

fn authority_params(today: Day) -> Result<CertificateParams, NotIssued> {
    let mut params = params(Vec::new(), "kangma local authority", (today, AUTHORITY_DAYS))?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

fn server_params(names: &[String], today: Day) -> Result<CertificateParams, NotIssued> {
    let mut params = params(names.to_vec(), "kangma", (today, CERTIFICATE_DAYS))?;
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params)
}

/// Valid from yesterday, for clocks that run a little behind.
fn params(
    names: Vec<String>,
    common_name: &str,
    (today, days): (Day, i32),
) -> Result<CertificateParams, NotIssued> {
    let mut params = CertificateParams::new(names).map_err(NotIssued::Names)?;
    params.distinguished_name.push(DnType::CommonName, common_name);
    let (from, until) = (today.plus(-1).date(), today.plus(days).date());
    params.not_before =
        rcgen::date_time_ymd(from.year().into(), from.month().unsigned_abs(), from.day().unsigned_abs());
    params.not_after =
        rcgen::date_time_ymd(until.year().into(), until.month().unsigned_abs(), until.day().unsigned_abs());
    Ok(params)
}

fn read(path: &Path) -> Result<String, NotIssued> {
    fs::read_to_string(path).map_err(|source| NotIssued::File { path: path.to_owned(), source })
}

/// Whole or not at all: a server that watches the file never sees half of it.
fn write(path: &Path, text: &str, mode: u32) -> Result<(), NotIssued> {
    let write = || {
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)?;
        }
        let beside = path.with_extension("new");
        let mut file =
            fs::OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    write().map_err(|source| NotIssued::File { path: path.to_owned(), source })
}
