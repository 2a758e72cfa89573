//! The messenger: a program that is called for each message, or nobody.

use kangma_service::ports::{Message, Notifier, Undelivered};
use std::{
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
};

/// Calls a program with the address as its argument; the text is on its standard input. Exit status 0 means taken.
#[derive(Debug, Clone)]
pub struct NotifyCommand(pub PathBuf);

impl Notifier for NotifyCommand {
    fn delivers(&self) -> bool {
        true
    }

    fn deliver(&self, message: &Message) -> Result<(), Undelivered> {
        let failed = |error: std::io::Error| Undelivered(error.to_string());
        let mut child = Command::new(&self.0)
            .arg(&message.to)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        if let Some(mut input) = child.stdin.take() {
            // A program that takes the address alone may close its input before the text has arrived.
            let _written = input.write_all(message.text.as_bytes());
        }
        let status = child.wait().map_err(failed)?;
        if status.success() { Ok(()) } else { Err(Undelivered(status.to_string())) }
    }
}

/// Nobody delivers: notices wait in the outbox.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nobody;

impl Notifier for Nobody {
    fn delivers(&self) -> bool {
        false
    }

    fn deliver(&self, _: &Message) -> Result<(), Undelivered> {
        Err(Undelivered("no messenger is configured".to_owned()))
    }
}
