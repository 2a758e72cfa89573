//! A command that is typed, and what it says.

use crate::server::{PATIENCE, ended, kangma, serve};
use std::{
    io::Read,
    path::Path,
    process::{Command, Stdio},
    thread::JoinHandle,
};

/// What a command said before it ended.
#[derive(Debug)]
pub struct Said {
    /// Its exit status.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Said {
    /// The one line of a refusal: exit status 1, and a single sentence that holds all of these.
    pub fn refuses_with(&self, parts: &[&str]) {
        assert_eq!(self.code, Some(1), "{self:?}");
        let lines: Vec<_> = self.err.lines().filter(|line| !line.trim().is_empty()).collect();
        assert_eq!(lines.len(), 1, "one clear error, not {self:?}");
        for part in parts {
            assert!(lines[0].contains(part), "no `{part}` in {self:?}");
        }
    }

    /// Standard output, of a command that went well.
    pub fn well(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }
}

/// Runs a command to its end.
pub fn ask(mut command: Command) -> Said {
    let mut process =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("kangma can be started");
    let out = read(process.stdout.take().expect("its output"));
    let err = read(process.stderr.take().expect("its errors"));
    let status = ended(&mut process, PATIENCE);
    if status.is_none() {
        process.kill().ok();
    }
    let (out, err) = (out.join().expect("text"), err.join().expect("text"));
    let status = status.unwrap_or_else(|| panic!("it goes on and on: {out}{err}"));
    Said { code: status.code(), out, err }
}

fn read(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut text = String::new();
        from.read_to_string(&mut text).expect("text");
        text
    })
}

/// Runs `kangma` with these words to its end.
pub fn asked<'w>(words: impl IntoIterator<Item = &'w str>) -> Said {
    ask(kangma(words))
}

/// Runs `kangma …  --data DIR` to its end.
pub fn asked_of<'w>(data: &Path, words: impl IntoIterator<Item = &'w str>) -> Said {
    let mut command = kangma(words);
    command.arg("--data").arg(data);
    ask(command)
}

/// Runs `kangma serve` where it is expected to end by itself.
pub fn asked_to_serve<'w>(data: &Path, words: impl IntoIterator<Item = &'w str>) -> Said {
    ask(serve(data, words))
}
