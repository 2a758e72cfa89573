//! Certificate files: read at the start, and again when they change.

use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use axum_server::tls_rustls::RustlsConfig;

/// The certificate or its key cannot be used.
#[derive(Debug, thiserror::Error)]
#[error(
    "the certificate {} with the key {} cannot be used: {source}; both must be PEM, and the key must be the \
     certificate's own",
    certificate.display(), key.display()
)]
pub struct BadCertificates {
    certificate: PathBuf,
    key: PathBuf,
    source: io::Error,
}

/// Reads a certificate chain and its key.
///
/// # Errors
/// A file is missing, is not PEM, or the two do not belong together.
pub async fn load(certificate: &Path, key: &Path) -> Result<RustlsConfig, BadCertificates> {
    // Somebody else in this process may have chosen the provider already; there is only one to choose.
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    RustlsConfig::from_pem_file(certificate, key).await.map_err(|source| BadCertificates {
        certificate: certificate.to_owned(),
        key: key.to_owned(),
        source,
    })
}

/// Reads the files again whenever one of them has changed. What cannot be used (half written, say) leaves the old
/// certificate in place and is tried again at the next look. Never returns.
pub async fn watch(config: RustlsConfig, certificate: PathBuf, key: PathBuf, every: Duration) {
    let mut seen = look(&certificate, &key).await;
    loop {
        tokio::time::sleep(every).await;
        let now = look(&certificate, &key).await;
        if now == seen || now.is_none() {
            continue;
        }
        match config.reload_from_pem_file(&certificate, &key).await {
            Ok(()) => {
                tracing::info!(certificate = %certificate.display(), "the certificate was read again");
                seen = now;
            }
            Err(error) => {
                tracing::warn!(%error, "a changed certificate cannot be used yet; the old one stays")
            }
        }
    }
}

type Seen = ((SystemTime, u64), (SystemTime, u64));

async fn look(certificate: &Path, key: &Path) -> Option<Seen> {
    Some((look_at(certificate).await?, look_at(key).await?))
}

async fn look_at(path: &Path) -> Option<(SystemTime, u64)> {
    let metadata = tokio::fs::metadata(path).await.ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
