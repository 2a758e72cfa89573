//! The binary as a server, on a data directory and a port of the test's own.

#![allow(dead_code, reason = "two test programs share this, and each uses its own part")]

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

/// The header of a JSON document.
pub const JSON: (&str, &str) = ("content-type", "application/json");
/// How long anything may take on a busy machine before the test gives up.
pub const PATIENCE: Duration = Duration::from_secs(180);

/// `kangma` with these words after it.
pub fn kangma<'w>(words: impl IntoIterator<Item = &'w str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kangma"));
    command.args(words);
    command
}

/// `kangma serve` on a free port, on that data directory.
pub fn serve<'w>(data: &Path, words: impl IntoIterator<Item = &'w str>) -> Command {
    let mut command = kangma(["serve", "--listen", "127.0.0.1:0", "--data"]);
    command.arg(data).args(words);
    command
}

/// A running server. Dropping it ends it.
pub struct Server {
    /// Where it listens, as in `127.0.0.1:41234`.
    pub address: String,
    passwords: BTreeMap<String, String>,
    process: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Server {
    /// Starts it, and waits until it has said where it is and which accounts it made.
    pub fn start(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().expect("kangma starts");
        let lines = lines_of(process.stdout.take().expect("its output"));
        let (mut address, mut passwords, mut said) = (None, BTreeMap::new(), Vec::new());
        // An empty line ends the addresses, and another one the accounts where some were made.
        let begun = Instant::now();
        while let Some(line) = next(&lines, if address.is_some() { 300 } else { 180_000 }) {
            address = address.or_else(|| address_in(&line));
            passwords.extend(account_in(&line));
            if line.is_empty() && !passwords.is_empty() {
                break;
            }
            said.push(line);
            assert!(begun.elapsed() < PATIENCE, "kangma says too much: {said:?}");
        }
        let Some(address) = address else {
            process.kill().ok();
            panic!("kangma did not say where it is, but:\n{}", said.join("\n"));
        };
        // What it says later is read and dropped, so that it never waits for a reader.
        std::thread::spawn(move || lines.into_iter().for_each(drop));
        Self { address, passwords, process }
    }

    /// The password that was made for an account at this start.
    pub fn password(&self, login: &str) -> &str {
        self.passwords.get(login).unwrap_or_else(|| panic!("no account {login} was made"))
    }

    /// Signs an account of the staff in, for `Authorization: Bearer`.
    pub fn sign_in(&self, login: &str) -> String {
        let form = serde_json::json!({ "login": login, "password": self.password(login) });
        let answer = self.post("/api/v1/sessions/staff", "", &form).expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["token"].as_str().expect("a token").to_owned()
    }

    /// Asks with a JSON document. Nothing when the server ended before it had answered.
    pub fn post(&self, path: &str, token: &str, form: &serde_json::Value) -> Option<Answer> {
        self.ask("POST", path, token, &[JSON], form.to_string().as_bytes())
    }

    /// Asks for an address.
    pub fn look(&self, path: &str, token: &str) -> Option<Answer> {
        self.ask("GET", path, token, &[JSON], b"")
    }

    /// One request with these headers. Nothing when the server ended before it had answered.
    pub fn ask(
        &self,
        method: &str,
        path: &str,
        token: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<Answer> {
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let mut socket = TcpStream::connect(&self.address).ok()?;
        socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
             {headers}content-length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        socket.write_all(head.as_bytes()).ok()?;
        socket.write_all(body).ok()?;
        let mut text = String::new();
        socket.read_to_string(&mut text).ok()?;
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split_whitespace().nth(1)?.parse().ok()?;
        Some(Answer { status, body: body.to_owned() })
    }

    /// Waits so long for the server to end by itself, then kills it.
    pub fn wait_or_kill(&mut self, patience: Duration) -> ExitStatus {
        ended(&mut self.process, patience).unwrap_or_else(|| {
            self.process.kill().expect("a process");
            self.process.wait().expect("a process")
        })
    }

    /// Waits until the server has ended by itself.
    pub fn wait(&mut self) -> ExitStatus {
        ended(&mut self.process, PATIENCE).expect("the server ends")
    }

    /// Tells it to stop, and waits until it has.
    pub fn stop(mut self) -> ExitStatus {
        let kill = format!("kill -TERM {}", self.process.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().expect("a shell").success());
        self.wait()
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }
}

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The document.
    pub body: String,
}

impl Answer {
    /// The document as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

/// Waits for a process. Nothing when it still runs.
pub fn ended(process: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let begun = Instant::now();
    loop {
        if let Some(status) = process.try_wait().expect("a process") {
            return Some(status);
        }
        if begun.elapsed() > patience {
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A copy of a directory with everything in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("a directory").map(|entry| entry.expect("an entry")) {
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

fn lines_of(output: impl Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        BufReader::new(output).lines().map_while(Result::ok).all(|line| send.send(line).is_ok());
    });
    receive
}

fn next(lines: &Receiver<String>, milliseconds: u64) -> Option<String> {
    lines.recv_timeout(Duration::from_millis(milliseconds)).ok()
}

/// `  resident   http://127.0.0.1:41234/`
fn address_in(line: &str) -> Option<String> {
    let url = line.trim().strip_prefix("resident")?.trim();
    Some(url.split_once("://")?.1.trim_end_matches('/').to_owned())
}

/// `  login      password   what it is for`: a line of words that are no address.
fn account_in(line: &str) -> Option<(String, String)> {
    let mut words = line.strip_prefix("  ")?.split_whitespace();
    let (login, password) = (words.next()?, words.next()?);
    let is_one = !line.contains("://") && password.len() >= 12 && words.next().is_some();
    is_one.then(|| (login.to_owned(), password.to_owned()))
}
