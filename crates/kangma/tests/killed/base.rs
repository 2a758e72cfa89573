//! What every trial begins with: the data directory of a small demonstration that has settled in.

use crate::{
    act::Act,
    server::{Server, copy, serve},
    state::State,
};
use std::{
    cell::{Cell, RefCell},
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// How many people the demonstration has.
const PEOPLE: &str = "300";

/// A data directory that nobody changes while trials run.
pub struct Base {
    dir: RefCell<PathBuf>,
    home: TempDir,
    copies: Cell<u32>,
    policy: &'static str,
    /// An officer's session, which every copy knows.
    pub token: String,
}

impl Base {
    /// Lets a demonstration settle in.
    pub fn found(name: &str, policy: &'static str) -> Self {
        let home = TempDir::with_prefix(name).expect("a directory");
        let dir = home.path().join("base");
        let server = Server::start(serve(&dir, ["--demo", "--demo-people", PEOPLE, "--policy", policy]));
        let token = server.sign_in("authority");
        State::settled(&dir);
        assert!(server.stop().success(), "a server that is told to stop ends well");
        Self { dir: RefCell::new(dir), home, copies: Cell::new(0), policy, token }
    }

    /// Where it lies.
    pub fn dir(&self) -> PathBuf {
        self.dir.borrow().clone()
    }

    /// A fresh copy.
    pub fn copy(&self) -> PathBuf {
        self.copies.set(self.copies.get() + 1);
        let to = self.home.path().join(format!("copy-{}", self.copies.get()));
        copy(&self.dir(), &to);
        to
    }

    /// A server on a copy, with these variables in its environment.
    pub fn server(&self, dir: &Path, environment: &[(&str, &Path)]) -> Server {
        let mut command = serve(dir, ["--demo", "--demo-people", PEOPLE, "--policy", self.policy]);
        command.envs(environment.iter().copied());
        Server::start(command)
    }

    /// Does an act for good: what trials begin with is what it leaves. Gives the answer.
    pub fn after(&self, act: &Act) -> serde_json::Value {
        let dir = self.copy();
        let server = self.server(&dir, &[]);
        let answer = act.ask(&server, &self.token).expect("an answer");
        assert!(answer.status < 300, "{}", answer.body);
        State::settled(&dir);
        assert!(server.stop().success());
        self.dir.replace(dir);
        answer.json()
    }
}
