//! `kangma staff`.

use super::{DataDirectory, Output, import};
use crate::{data::DataDir, policies};
use anyhow::bail;
use clap::{Args, Subcommand};
use kangma_service::{Actor, Refused};

/// Let a member of staff in again whose password is lost.
#[derive(Debug, Args)]
pub struct StaffArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: StaffCommand,
}

/// What can be done for staff beside the pages.
#[derive(Debug, Subcommand)]
pub enum StaffCommand {
    /// Draw a new password for an account, and show it once
    ///
    /// Every session of the account ends. A server that holds the store has to be stopped first. Nobody else can do this: an
    /// officer who set another's password could confirm their own orders. An authority who can sign in closes the lost
    /// account and makes a new one instead, in the pages or through the API.
    NewPassword {
        /// What they sign in with
        #[arg(value_name = "LOGIN")]
        login: String,
        /// Where the store and the keys lie.
        #[command(flatten)]
        data: DataDirectory,
        /// How the answer is written.
        #[command(flatten)]
        output: Output,
    },
}

pub(super) fn run(args: &StaffArgs) -> anyhow::Result<()> {
    let StaffCommand::NewPassword { login, data, output } = &args.command;
    // Where there is no store, none is made.
    drop(DataDir::at(&data.data).open_to_read()?);
    let service = import::open(data, policies::DEFAULT)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let password = match runtime.block_on(service.renew_password(&Actor::System, login)) {
        Ok(password) => password,
        Err(Refused::NotFound) => bail!("nobody signs in as `{login}` here"),
        Err(Refused::WrongState) => {
            bail!("the account `{login}` is closed for good; an authority makes a new one")
        }
        Err(refused) => return Err(refused.into()),
    };
    if output.json {
        println!("{}", serde_json::json!({ "login": login, "password": password }));
    } else {
        println!("{login}  {password}   shown this once");
    }
    Ok(())
}
