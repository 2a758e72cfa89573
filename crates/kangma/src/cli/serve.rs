//! The arguments of `kangma serve`.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;

use super::DataDirectory;
use crate::listen::{Demonstration, ListenRefused, Transport};

/// Serve the resident's, the gate's and the authority's pages, and the API.
#[derive(Debug, Clone, Args)]
#[command(args_override_self = true)]
pub struct ServeArgs {
    /// Where the store and the keys lie.
    #[command(flatten)]
    pub data: DataDirectory,
    /// The address and port to listen on; port 0 takes any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Load a sample city and keep one-time codes in an outbox that everybody can read
    #[arg(long)]
    pub demo: bool,
    /// Let a demonstration be reached from other machines: whoever reaches it can sign in as anybody
    #[arg(long, requires = "demo")]
    pub demo_beyond_this_machine: bool,
    /// The certificate chain in PEM, read again when the file changes
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Speak plain HTTP to other machines: only behind a proxy that speaks HTTPS
    #[arg(long, conflicts_with = "tls_cert")]
    pub insecure_plain_http: bool,
    /// The policy of a new store: the name of a shipped one, or a policy's directory. A store that has one keeps it
    #[arg(long, value_name = "NAME|DIR", default_value = crate::policies::DEFAULT)]
    pub policy: String,
    /// Who issues the codes, by the name that they carry
    #[arg(long, value_name = "NAME", default_value = "kangma.local")]
    pub issuer: String,
    /// The division code of the city, as its codes carry it
    #[arg(long, value_name = "CODE", default_value = "990100")]
    pub region: String,
    /// How many people the sample city has
    #[arg(long, value_name = "N", default_value_t = 10_000, requires = "demo")]
    pub demo_people: u32,
    /// The telephone of the community desk, which a red page offers before anything else
    #[arg(long, value_name = "NUMBER")]
    pub desk_phone: Option<String>,
    /// A program that delivers one-time codes: it is called with the address as its argument and reads the text from
    /// its standard input
    #[arg(long, value_name = "PROGRAM")]
    pub notify_command: Option<PathBuf>,
}

impl ServeArgs {
    /// How the server speaks, if it may speak so where it was told to listen.
    ///
    /// # Errors
    /// Plain HTTP, or a demonstration, would be reachable from other machines without having been told so.
    pub fn transport(&self) -> Result<Transport, ListenRefused> {
        let transport = match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => {
                Transport::Tls { certificate: certificate.clone(), key: key.clone() }
            }
            _ => Transport::Plain { beyond_this_machine: self.insecure_plain_http },
        };
        transport.may_listen(self.listen, self.demonstration())?;
        Ok(transport)
    }

    /// Whether this is a demonstration, and for whom.
    #[must_use]
    pub fn demonstration(&self) -> Demonstration {
        match (self.demo, self.demo_beyond_this_machine) {
            (false, _) => Demonstration::No,
            (true, false) => Demonstration::OnThisMachine,
            (true, true) => Demonstration::BeyondThisMachine,
        }
    }
}
