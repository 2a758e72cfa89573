//! The data directory: the store, the keys of its fields, and the keys that sign codes.
//!
//! ```text
//! DIR/kangma.sqlite     everything, with personal data sealed field by field
//! DIR/keys/fields.json  what opens the sealed fields: without it they are lost
//! DIR/keys/issuer.json  what signs codes, every key with its window
//! DIR/presences         who was where, packed and sealed: it saves reading the log at the next start, and may be deleted
//! DIR/keys/presences.key  what opens it
//! ```

use anyhow::{Context as _, anyhow, bail};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use kangma_core::{Span, Time, Window};
use kangma_credential::{Issuer, IssuerSecret, SecretKey, SigningKeys, StoredKey};
use kangma_service::{ports::Chance, presence::SnapshotFile};
use kangma_store::{FieldKeys, Options, Store};
use std::{
    fs,
    io::Write as _,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

const FIELD_KEYS: &str = "keys/fields.json";
const ISSUER_KEYS: &str = "keys/issuer.json";
const PRESENCES: &str = "presences";
const PRESENCES_KEY: &str = "keys/presences.key";
/// How long a signing key signs.
const KEY_LIFE: Span = Span::from_24_hours(365);
/// How long before its end the next key takes over: no code is ever signed by a key about to end.
const TAKE_OVER: Span = Span::from_24_hours(30);

/// A data directory.
#[derive(Debug, Clone)]
pub struct DataDir {
    dir: PathBuf,
}

impl DataDir {
    /// The directory, which need not be there yet.
    #[must_use]
    pub fn at(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }

    /// Opens the store for writing, with keys made on the first start.
    ///
    /// # Errors
    /// Another process holds it, it comes from a newer program, or a file cannot be used.
    pub fn open(&self, options: Options) -> anyhow::Result<Store> {
        let keys = match self.field_keys()? {
            Some(keys) => keys,
            None => self.make_field_keys()?,
        };
        Ok(Store::open(&self.dir, keys, options)?)
    }

    /// Opens the store for reading alone, also while a server holds it.
    ///
    /// # Errors
    /// There is none, or its keys are missing.
    pub fn open_to_read(&self) -> anyhow::Result<Store> {
        let keys = match self.field_keys()? {
            Some(keys) => keys,
            None if Store::is_in(&self.dir) => return Err(self.keys_are_missing()),
            None => bail!("there is no store in {}: start a server there first", self.dir.display()),
        };
        Ok(Store::open_to_read(&self.dir, keys, &Options::default())?)
    }

    fn field_keys(&self) -> anyhow::Result<Option<FieldKeys>> {
        let path = self.dir.join(FIELD_KEYS);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(FieldKeys::from_text(&text).with_context(|| path.display().to_string())?)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| path.display().to_string()),
        }
    }

    fn keys_are_missing(&self) -> anyhow::Error {
        anyhow!(
            "there is a store in {} and no {FIELD_KEYS} beside it: bring back the key file that was made with the \
             store, nothing was changed",
            self.dir.display()
        )
    }

    /// The first keys of a store that is not there yet. Where two servers start at once, both use the first one's.
    fn make_field_keys(&self) -> anyhow::Result<FieldKeys> {
        if Store::is_in(&self.dir) {
            return Err(self.keys_are_missing());
        }
        let path = self.dir.join(FIELD_KEYS);
        let fresh = self.write_beside(&path, &FieldKeys::generate()?.to_text()?)?;
        let linked = fs::hard_link(&fresh, &path);
        fs::remove_file(&fresh).with_context(|| fresh.display().to_string())?;
        match linked {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(error).with_context(|| path.display().to_string());
            }
            _ => sync_folder(&path)?,
        }
        self.field_keys()?.with_context(|| path.display().to_string())
    }

    /// The signing keys. The first is made on the first start; the next one is made and takes over thirty days before the
    /// last one ends, and codes signed by the old one verify until their own end.
    ///
    /// # Errors
    /// The key file cannot be read or written.
    pub fn signing_keys(&self, issuer: &str, now: Time, chance: &dyn Chance) -> anyhow::Result<SigningKeys> {
        let mut secrets = self.stored_signing_keys()?;
        let ends = secrets.iter().map(|secret| secret.window.until).max().unwrap_or(Time::MIN);
        if ends < now + TAKE_OVER {
            self.add_key(&mut secrets, issuer, now, chance)?;
        }
        Ok(SigningKeys::new(secrets))
    }

    /// Makes a new signing key that takes over now. Returns how many keys there are.
    ///
    /// # Errors
    /// The key file cannot be read or written.
    pub fn rotate_signing_key(&self, issuer: &str, now: Time, chance: &dyn Chance) -> anyhow::Result<usize> {
        let mut secrets = self.stored_signing_keys()?;
        self.add_key(&mut secrets, issuer, now, chance)?;
        Ok(secrets.len())
    }

    /// Where the presence index is kept between two starts, with its key, which is made on the first start. A key that is
    /// lost or cannot be read is made anew: the index is then built from the log.
    ///
    /// # Errors
    /// The key file cannot be written.
    pub fn presence_file(&self, chance: &dyn Chance) -> anyhow::Result<SnapshotFile> {
        let path = self.dir.join(PRESENCES);
        let kept = fs::read_to_string(self.dir.join(PRESENCES_KEY)).ok();
        if let Some(Ok(bytes)) = kept.map(|text| BASE64_STANDARD.decode(text.trim()))
            && let Ok(key) = bytes.try_into()
        {
            return Ok(SnapshotFile { path, key });
        }
        let mut key = [0; 32];
        chance.fill(&mut key);
        self.write_secret(PRESENCES_KEY, &BASE64_STANDARD.encode(key))?;
        Ok(SnapshotFile { path, key })
    }

    fn add_key(
        &self,
        secrets: &mut Vec<IssuerSecret>,
        issuer: &str,
        now: Time,
        chance: &dyn Chance,
    ) -> anyhow::Result<()> {
        let mut seed = [0; 32];
        chance.fill(&mut seed);
        let window = Window::new(now, now + KEY_LIFE).context("the clock is out of range")?;
        secrets.push(IssuerSecret { issuer: Issuer::new(issuer)?, window, key: SecretKey::ed25519(seed) });
        let stored: Vec<StoredKey> = secrets.iter().map(StoredKey::from).collect();
        self.write_secret(ISSUER_KEYS, &serde_json::to_string_pretty(&stored)?)
    }

    fn stored_signing_keys(&self) -> anyhow::Result<Vec<IssuerSecret>> {
        let path = self.dir.join(ISSUER_KEYS);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        };
        let stored: Vec<StoredKey> =
            serde_json::from_str(&text).with_context(|| path.display().to_string())?;
        stored.iter().map(|key| Ok(IssuerSecret::try_from(key)?)).collect()
    }

    /// Writes a file that only its owner reads; whole or not at all.
    fn write_secret(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let path = self.dir.join(name);
        let fresh = self.write_beside(&path, text)?;
        fs::rename(&fresh, &path).with_context(|| path.display().to_string())?;
        sync_folder(&path)
    }

    /// Writes what is to become `path` into a file of this process' own beside it.
    fn write_beside(&self, path: &Path, text: &str) -> anyhow::Result<PathBuf> {
        let fresh = path.with_extension(format!("new-{}", std::process::id()));
        let folder = path.parent().unwrap_or(&self.dir);
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .with_context(|| folder.display().to_string())?;
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&fresh)
            .with_context(|| fresh.display().to_string())?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        Ok(fresh)
    }
}

/// Makes the name of a new file as durable as the file.
fn sync_folder(path: &Path) -> anyhow::Result<()> {
    let folder = path.parent().context("a file lies in a folder")?;
    fs::File::open(folder).and_then(|folder| folder.sync_all()).with_context(|| folder.display().to_string())
}
