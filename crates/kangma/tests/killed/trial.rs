//! One act, killed at one write point after another.

use crate::{act::Act, base::Base, server::Server, state::State};
use kangma::fault::{JOURNAL, KILL_AT};
use std::{
    fs,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

pub const SIGKILL: i32 = 9;
/// After so long without a write, a server that has answered writes no more of an act. A job has no longer pause.
const AT_REST: Duration = Duration::from_secs(20);
/// Where the seeded points come from; any number will do.
pub const SEED: u64 = 2020;

/// An act, and what an undisturbed server makes of it.
pub struct Trials<'b> {
    base: &'b Base,
    act: Act,
    /// The write points that it passes.
    points: u64,
    /// The states between its commits, from before it to after it.
    pub states: Vec<State>,
}

impl<'b> Trials<'b> {
    /// Does it undisturbed, then kills the server right after each commit. What the background writes in one of these runs
    /// and not in another would move its points: then all of them are done again.
    pub fn of(base: &'b Base, act: Act) -> Self {
        let mut disturbed = 0;
        loop {
            let (moments, after) = moments_of(base, &act);
            let points = u64::try_from(moments.len()).expect("small");
            let mut trials = Self { base, act: act.clone(), points, states: vec![State::of(&base.dir())] };
            let commits = (1..).zip(&moments).filter(|(_, moment)| *moment == "AfterCommit");
            let borders: Option<Vec<State>> =
                commits.map(|(point, _)| trials.state_when_killed_at(point, &moments)).collect();
            let Some(borders) = borders else {
                disturbed += 1;
                assert!(disturbed < 5, "the background writes each time");
                continue;
            };
            trials.states.extend(borders);
            // The end of a job changes nothing that is counted here.
            trials.states.dedup();
            assert_eq!(trials.after(), &after, "the last commit leaves what an undisturbed server leaves");
            return trials;
        }
    }

    /// What was there before.
    pub fn before(&self) -> &State {
        self.states.first().expect("a state")
    }

    /// What an undisturbed server leaves.
    pub fn after(&self) -> &State {
        self.states.last().expect("a state")
    }

    /// Kills the server at as many points as `KANGMA_KILLS` says, the first and the last among them.
    pub fn kill_at_seeded_points(&self) {
        let kills = kills();
        let mut chance = SEED;
        let mut at = |kill| match kill {
            0 => 1,
            1 => self.points,
            _ => 1 + next(&mut chance) % self.points,
        };
        let (begun, mut held) = (Instant::now(), vec![0; self.states.len()]);
        for kill in 0..kills {
            held[self.kill_at(at(kill))] += 1;
        }
        let seconds = begun.elapsed().as_secs();
        println!("{kills} kills at {} write points, by state then held: {held:?}, {seconds} s", self.points);
    }

    /// Kills the server at that point, starts it again, does the act again. Which state the kill left.
    fn kill_at(&self, point: u64) -> usize {
        let dir = self.base.copy();
        let killed = self.kill(&dir, point);
        let commits = killed.moments.iter().filter(|moment| *moment == "AfterCommit").count();
        let state = State::of(&dir);
        let place = self.states.iter().position(|known| *known == state);
        let place =
            place.unwrap_or_else(|| panic!("killed at {point}, it holds half of something: {state:?}"));
        // The journal may tell of a commit that the background made, never of fewer than are there.
        assert!(place <= commits, "point {point}: state {place} after {commits} commits");
        let least = if self.makes_a_job() { 1 } else { self.states.len() - 1 };
        assert!(!killed.answered || place >= least, "point {point}: answered, and not there");

        let server = self.base.server(&dir, &[]);
        let expected = if self.act.carried_on && place > 0 { self.after() } else { &self.states[place] };
        let settled = State::settled_as(&dir, expected);
        assert_eq!(&settled, expected, "point {point}: after the next start");
        let again = self.act.ask(&server, &self.base.token).expect("an answer");
        let done = place > 0 && (self.makes_a_job() || place + 1 == self.states.len());
        let right = if done { self.act.done_already.contains(&again.status) } else { again.status < 300 };
        assert!(
            right,
            "point {point}, state {place}: done again, it answers {} {}",
            again.status, again.body
        );
        let (end, after) = (State::settled(&dir).but_for_the_log(), self.after().clone().but_for_the_log());
        assert_eq!(end, after, "point {point}: done again, it ends elsewhere");
        assert!(server.stop().success());
        forget(&dir);
        place
    }

    /// Whether the act leaves work behind that the server carries on by itself.
    fn makes_a_job(&self) -> bool {
        self.after().rows["job"] > self.before().rows["job"]
    }

    /// Nothing where this run passed other points than the undisturbed one.
    fn state_when_killed_at(&self, point: u64, undisturbed: &[String]) -> Option<State> {
        let dir = self.base.copy();
        let killed = self.kill(&dir, point);
        let state = State::of(&dir);
        forget(&dir);
        undisturbed.starts_with(&killed.moments).then_some(state)
    }

    fn kill(&self, dir: &Path, point: u64) -> Killed {
        let (journal, number) = (journal(dir), PathBuf::from(point.to_string()));
        let mut server: Server = self.base.server(dir, &[(JOURNAL, &journal), (KILL_AT, &number)]);
        fs::write(&journal, "").expect("armed");
        let answered = self.act.ask(&server, &self.base.token).is_some();
        // What the background writes may come before the act in one run and not in another: the last points may lie beyond
        // the end of this one, and then the server is killed when it is at rest.
        let status = server.wait_or_kill(AT_REST);
        assert_eq!(status.signal(), Some(SIGKILL), "point {point} of {}: {status}", self.points);
        Killed { answered, moments: read(&journal) }
    }
}

struct Killed {
    answered: bool,
    /// The write points that it passed.
    moments: Vec<String>,
}

/// The write points that an undisturbed server passes, and what it leaves.
fn moments_of(base: &Base, act: &Act) -> (Vec<String>, State) {
    let dir = base.copy();
    let journal = journal(&dir);
    let server = base.server(&dir, &[(JOURNAL, &journal)]);
    fs::write(&journal, "").expect("armed");
    let answer = act.ask(&server, &base.token).expect("an answer");
    assert!(answer.status < 300, "{}", answer.body);
    let after = State::settled(&dir);
    assert!(server.stop().success());
    let moments = read(&journal);
    forget(&dir);
    (moments, after)
}

pub fn read(journal: &Path) -> Vec<String> {
    let moments = fs::read_to_string(journal).expect("the journal");
    moments.lines().map(str::to_owned).collect()
}

/// How many kills of each act: few as a rule.
pub fn kills() -> usize {
    let asked = std::env::var_os("KANGMA_KILLS").and_then(|kills| kills.into_string().ok());
    asked.map_or(3, |kills| kills.parse().expect("KANGMA_KILLS is a number"))
}

pub fn journal(dir: &Path) -> PathBuf {
    dir.with_extension("write-points")
}

pub fn forget(dir: &Path) {
    fs::remove_dir_all(dir).expect("a directory");
}

/// The next number of a sequence that looks random (SplitMix64).
pub fn next(chance: &mut u64) -> u64 {
    *chance = chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*chance ^ (*chance >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
