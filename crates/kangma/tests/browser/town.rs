//! A town with kangma in it: the binary itself, with a demonstration city, on a free port, in a directory of its own.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};
use tempfile::TempDir;

/// How long a start with a small city may take on a busy machine.
const START: Duration = Duration::from_secs(120);
/// The zone of the policy that a demonstration begins with.
const ZONE: &str = "Asia/Shanghai";

/// A running server. Dropping it ends it.
pub struct Town {
    /// Where every path begins, as in `http://127.0.0.1:8080`.
    pub home: String,
    passwords: BTreeMap<String, String>,
    process: Child,
    _data: TempDir,
}

impl Drop for Town {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Town {
    /// Starts a new demonstration with this many people, and waits until it says where it is.
    pub fn found(people: u32) -> Self {
        let data = TempDir::new().expect("a directory for the store");
        let mut process = Command::new(env!("CARGO_BIN_EXE_kangma"))
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--demo",
                "--demo-people",
                &people.to_string(),
                "--data",
            ])
            .arg(data.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("kangma starts");
        let said = announcement(process.stdout.take().expect("its output"));
        let Some(home) = said.iter().find_map(|line| address(line)) else {
            process.kill().ok();
            panic!("kangma did not say where it is, but:\n{}", said.join("\n"));
        };
        let passwords = said.iter().filter_map(|line| account(line)).collect();
        Self { home, passwords, process, _data: data }
    }

    /// The password that was made for an account of the staff.
    pub fn password(&self, login: &str) -> &str {
        let made = self.passwords.get(login);
        made.unwrap_or_else(|| panic!("no account '{login}' was made, but {:?}", self.passwords.keys()))
    }

    /// Puts the server's clock forward, and says what it shows then, where the policy's days begin.
    pub fn wait(&self, span: Duration) -> DateTime {
        let answer = self.post("/demo/clock", &format!("{{\"seconds\":{}}}", span.as_secs()));
        let shown = answer.split_once("\"now\":\"").and_then(|(_, rest)| rest.split('"').next());
        let now = shown.and_then(|now| now.parse::<Timestamp>().ok());
        let now = now.unwrap_or_else(|| panic!("the clock was not put forward: {answer}"));
        now.in_tz(ZONE).expect("a known zone").datetime()
    }

    /// What the server's clock shows, where the policy's days begin.
    pub fn now(&self) -> DateTime {
        self.wait(Duration::ZERO)
    }

    /// Waits until nine in the morning of the next day, when nobody of the city is under way any more, and gives that
    /// day.
    pub fn sleep(&self) -> Date {
        let now = self.now();
        let morning = now.date().tomorrow().expect("a day").at(9, 0, 0, 0);
        let span = now.until(morning).and_then(|span| Duration::try_from(span.to_duration(now)?));
        self.wait(span.expect("less than two days")).date()
    }

    /// Takes the server's breath away: it takes connections and answers none, until it goes on.
    pub fn stands_still(&self) {
        self.signal("STOP");
    }

    /// Lets a server that stands still go on.
    pub fn goes_on(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let command = format!("kill -{name} {}", self.process.id());
        let sent = Command::new("sh").args(["-c", &command]).status();
        assert!(sent.is_ok_and(|status| status.success()), "{command}");
    }

    fn post(&self, path: &str, json: &str) -> String {
        let host = self.home.trim_start_matches("http://");
        let mut socket = TcpStream::connect(host).expect("the server is there");
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{json}",
            json.len()
        );
        socket.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("answered");
        answer
    }
}

/// What the server says at its start, until it has named its accounts. What it says later is read and dropped, so that
/// it never waits for a reader.
fn announcement(output: impl Read + Send + 'static) -> Vec<String> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        BufReader::new(output).lines().map_while(Result::ok).for_each(|line| {
            send.send(line).ok();
        });
    });
    let mut said = Vec::new();
    let mut accounts = false;
    while let Ok(line) = receive.recv_timeout(START) {
        accounts |= account(&line).is_some();
        let over = accounts && line.trim().is_empty();
        said.push(line);
        if over {
            break;
        }
    }
    said
}

/// `  resident   http://127.0.0.1:41234/`
fn address(line: &str) -> Option<String> {
    let url = line.trim().strip_prefix("resident")?.trim();
    Some(url.trim_end_matches('/').to_owned())
}

/// `  login      password   what it is for`: a line of words that are no address.
fn account(line: &str) -> Option<(String, String)> {
    let mut words = line.strip_prefix("  ")?.split_whitespace();
    let (login, password) = (words.next()?, words.next()?);
    let is_one = !line.contains("://") && password.len() >= 12 && words.next().is_some();
    is_one.then(|| (login.to_owned(), password.to_owned()))
}
