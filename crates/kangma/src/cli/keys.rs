//! `kangma keys`.

use clap::{Args, Subcommand};
use kangma_service::ports::Clock;
use serde::Serialize;

use super::{DataDirectory, Output};
use crate::{keys::local_authority, machine::WallClock};

/// Make keys and certificates.
#[derive(Debug, Args)]
pub struct KeysArgs {
    /// Which.
    #[command(subcommand)]
    pub command: KeysCommand,
}

/// Which keys to make.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a certificate authority of your own and a certificate for this server
    ///
    /// A phone's camera and its key store work over HTTPS only. This makes an authority that you install on the
    /// phones you try kangma with, and a certificate signed by it. Run it again to renew the certificate: the
    /// authority stays, and the phones need nothing new.
    LocalAuthority(LocalAuthorityArgs),
}

/// What the certificate is for.
#[derive(Debug, Args)]
pub struct LocalAuthorityArgs {
    #[command(flatten)]
    data: DataDirectory,
    /// A name or address that the server is reached by, besides localhost; may be given several times
    #[arg(long = "name", value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    output: Output,
}

#[derive(Serialize)]
struct Made<'a> {
    authority: &'a std::path::Path,
    certificate: &'a std::path::Path,
    key: &'a std::path::Path,
    names: &'a [String],
    until: String,
}

pub(super) fn run(args: &KeysArgs) -> anyhow::Result<()> {
    match &args.command {
        KeysCommand::LocalAuthority(args) => run_local_authority(args),
    }
}

fn run_local_authority(args: &LocalAuthorityArgs) -> anyhow::Result<()> {
    let files = local_authority::Files::below(&args.data.data);
    let names = local_authority::names(&args.names);
    let until = local_authority::issue(&files, &names, WallClock.now())?;
    let made = Made {
        authority: &files.authority,
        certificate: &files.certificate,
        key: &files.key,
        names: &names,
        until: until.to_string(),
    };
    if args.output.json {
        println!("{}", serde_json::to_string(&made)?);
    } else {
        say(&made);
    }
    Ok(())
}

fn say(made: &Made<'_>) {
    println!("A certificate for {}, valid until {}.", made.names.join(", "), made.until);
    println!("Install this authority on each phone you try with: {}", made.authority.display());
    println!(
        "Then:  kangma serve --listen 0.0.0.0:8443 --tls-cert {} --tls-key {}",
        made.certificate.display(),
        made.key.display()
    );
}
