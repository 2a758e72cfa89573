//! `kangma staff`.

use super::{DataDirectory, Output, import};
use anyhow::bail;
use clap::{Args, Subcommand};
use kangma_service::{
    Actor, Refused,
    access::{Role, Scope},
    staff::StaffForm,
};

/// Make accounts of staff, and let those in again whose password is lost.
#[derive(Debug, Args)]
pub struct StaffArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: StaffCommand,
}

/// What can be done for staff beside the pages.
#[derive(Debug, Subcommand)]
pub enum StaffCommand {
    /// Make an account, and show its password once
    ///
    /// A server that holds the store has to be stopped first: in the pages and through the API an authority makes accounts
    /// while it runs, and two of them one that can order.
    New {
        /// What they sign in with: lower-case letters, digits and hyphens
        #[arg(value_name = "LOGIN")]
        login: String,
        /// Their name
        #[arg(long)]
        name: String,
        /// What they may do; may be given again
        #[arg(long = "role", value_name = "ROLE", required = true, value_parser = role)]
        roles: Vec<Role>,
        /// The district that they are limited to; everywhere without one
        #[arg(long)]
        district: Option<String>,
        /// Where the store and the keys lie.
        #[command(flatten)]
        data: DataDirectory,
        /// How the answer is written.
        #[command(flatten)]
        output: Output,
    },
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

fn role(word: &str) -> Result<Role, String> {
    let roles = [Role::Checker, Role::Tracer, Role::Authority];
    let found = roles.into_iter().find(|role| role.as_str() == word);
    found.ok_or_else(|| format!("the roles are {}", roles.map(Role::as_str).join(", ")))
}

pub(super) fn run(args: &StaffArgs) -> anyhow::Result<()> {
    let (StaffCommand::New { login, data, output, .. } | StaffCommand::NewPassword { login, data, output }) =
        &args.command;
    let service = import::open_existing(data)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let drawn = match &args.command {
        StaffCommand::New { name, roles, district, .. } => {
            let scope =
                district.as_deref().map_or(Scope::Everywhere, |district| Scope::District(district.into()));
            let form = StaffForm { login: login.clone(), name: name.clone(), roles: roles.clone(), scope };
            runtime.block_on(service.make_account(&Actor::System, form)).map(|made| made.password)
        }
        StaffCommand::NewPassword { .. } => runtime.block_on(service.renew_password(&Actor::System, login)),
    };
    let password = match drawn {
        Ok(password) => password,
        Err(Refused::NotFound) => bail!("nobody signs in as `{login}` here"),
        Err(Refused::Duplicate) => bail!("somebody signs in as `{login}` already"),
        Err(Refused::WrongState) => {
            bail!("the account `{login}` is closed for good; make a new one")
        }
        Err(Refused::Invalid(_)) => {
            bail!("`{login}` is no login: use lower-case letters, digits and hyphens")
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
