//! How often a secret may be tried, by what it opens and from where. Wrong tries cost something, right ones nothing.
//!
//! Kept in memory: a restart forgets it, and what has to outlast one is counted in the store. Networks are kept as digests
//! beside what was tried, and for no longer than they matter.

use crate::{Refused, refused::Wait};
use kangma_core::{Span, Time};
use kangma_store::Digest;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// So many keys are kept before those that matter no longer are dropped.
const MOST_REMEMBERED: usize = 50_000;
/// How long a network counts as one from which somebody signed in.
const AT_HOME: Span = Span::from_24_hours(30);
/// How long a network counts as the one that asked for a code: as long as the code can be used.
const ASKED: Span = Span::from_minutes(10);

/// So many at once, and one more every so often.
#[derive(Debug)]
pub(crate) struct Allowance {
    most: u32,
    within: Span,
    /// When each will have everything at hand again.
    spent: Mutex<HashMap<Digest, Time>>,
}

impl Allowance {
    pub(crate) fn new(most: u32, within: Span) -> Self {
        Self { most: most.max(1), within, spent: Mutex::default() }
    }

    fn each(&self, count: u32) -> i64 {
        self.within.0 / i64::from(self.most) * i64::from(count)
    }

    /// Takes so many.
    ///
    /// # Errors
    /// [`Refused::TooManyTries`] says when they will be there.
    pub(crate) fn take(&self, who: Digest, count: u32, now: Time) -> Result<(), Refused> {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if spent.len() > MOST_REMEMBERED {
            spent.retain(|_, full| *full > now);
        }
        let after = spent.get(&who).map_or(now, |full| now.max(*full)) + Span(self.each(count));
        let late = after.0 - (now + self.within).0;
        if late > 0 {
            return Err(Refused::TooManyTries(Wait(Span(late))));
        }
        spent.insert(who, after);
        Ok(())
    }

    /// Gives one back that was taken.
    fn give_back(&self, who: Digest) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(full) = spent.get_mut(&who) {
            *full = *full - Span(self.each(1));
        }
    }

    fn forget(&self, who: Digest) {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner).remove(&who);
    }
}

/// What is true until a time.
#[derive(Debug, Default)]
struct Until(Mutex<HashMap<Digest, Time>>);

impl Until {
    fn remember(&self, what: Digest, until: Time, now: Time) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() > MOST_REMEMBERED {
            kept.retain(|_, end| *end > now);
        }
        let end = kept.entry(what).or_insert(until);
        *end = until.max(*end);
    }

    fn holds(&self, what: Digest, now: Time) -> bool {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&what).is_some_and(|end| *end > now)
    }
}

/// The tries at everything that a secret opens.
#[derive(Debug)]
pub(crate) struct Tries {
    password_from: Allowance,
    password: Allowance,
    old_password: Allowance,
    code_from: Allowance,
    pause: Allowance,
    sent_from: Allowance,
    sent: Allowance,
    asked: Until,
    at_home: Until,
}

impl Default for Tries {
    fn default() -> Self {
        let (minutes, hour) = (Span::from_minutes(10), Span::from_hours(1));
        Self {
            password_from: Allowance::new(10, minutes),
            password: Allowance::new(100, minutes),
            old_password: Allowance::new(10, minutes),
            code_from: Allowance::new(5, minutes),
            pause: Allowance::new(1, Span::from_seconds(60)),
            sent_from: Allowance::new(5, hour),
            sent: Allowance::new(12, hour),
            asked: Until::default(),
            at_home: Until::default(),
        }
    }
}

/// What is tried: a login or a telephone, and the network from which.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Door {
    what: Digest,
    from: Digest,
}

impl Door {
    pub(crate) fn of_login(login: &str, network: &str) -> Self {
        Self::of("login", login, network)
    }

    pub(crate) fn of_phone(phone: &str, network: &str) -> Self {
        Self::of("phone", phone, network)
    }

    fn of(kind: &str, what: &str, network: &str) -> Self {
        let digest = |text: String| Digest::of(text.as_bytes());
        Self { what: digest(format!("{kind}\n{what}")), from: digest(format!("{kind}\n{network}\n{what}")) }
    }
}

impl Tries {
    /// Counts a try of a password, which is taken as a wrong one until [`Tries::opened_by_password`].
    ///
    /// A network has tries of its own, so that a stranger elsewhere keeps nobody out. All networks together have ten times
    /// as many; whoever has signed in from theirs before is not held by that, so that many strangers do not either.
    pub(crate) fn password(&self, door: Door, now: Time) -> Result<(), Refused> {
        self.password_from.take(door.from, 1, now)?;
        if self.at_home.holds(door.from, now) {
            return Ok(());
        }
        self.password.take(door.what, 1, now).inspect_err(|_| self.password_from.give_back(door.from))
    }

    /// The password was right.
    pub(crate) fn opened_by_password(&self, door: Door, now: Time) {
        if !self.at_home.holds(door.from, now) {
            self.password.give_back(door.what);
        }
        self.password_from.forget(door.from);
        self.at_home.remember(door.from, now + AT_HOME, now);
    }

    /// Counts a try of the old password of somebody who is signed in.
    pub(crate) fn old_password(&self, account: impl std::fmt::Display, now: Time) -> Result<(), Refused> {
        self.old_password.take(Self::account(account), 1, now)
    }

    /// The old password was right.
    pub(crate) fn opened_by_old_password(&self, account: impl std::fmt::Display) {
        self.old_password.forget(Self::account(account));
    }

    fn account(account: impl std::fmt::Display) -> Digest {
        Digest::of(format!("account\n{account}").as_bytes())
    }

    /// Counts a one-time code that is asked for. Networks pause each for itself: who asks first keeps nobody from asking.
    pub(crate) fn ask_code(&self, door: Door, now: Time) -> Result<(), Refused> {
        self.pause.take(door.from, 1, now)?;
        let rest = self.sent_from.take(door.from, 1, now).and_then(|()| {
            // A network from which the code was right before may ask even where strangers asked too often.
            let known = self.at_home.holds(door.from, now);
            let all = if known { Ok(()) } else { self.sent.take(door.what, 1, now) };
            all.inspect_err(|_| self.sent_from.give_back(door.from))
        });
        rest.inspect_err(|_| self.pause.forget(door.from))?;
        self.asked.remember(door.from, now + ASKED, now);
        Ok(())
    }

    /// Counts a try of a one-time code. Whether it is also one of the few that all strangers have together.
    ///
    /// Only a network that asked, or signed in before, has tries that no stranger uses up. For it a guess at six digits
    /// stays one in 10⁶ five times in ten minutes; a new network has to ask, and twelve codes an hour are sent to one
    /// telephone. With five tries of strangers at each code: at most some 120 guesses an hour, however many addresses.
    pub(crate) fn code(&self, door: Door, now: Time) -> Result<bool, Refused> {
        self.code_from.take(door.from, 1, now)?;
        Ok(!self.asked.holds(door.from, now) && !self.at_home.holds(door.from, now))
    }

    /// The code was right: whoever holds the telephone begins anew.
    pub(crate) fn opened_by_code(&self, door: Door, now: Time) {
        for allowance in [&self.code_from, &self.pause, &self.sent_from] {
            allowance.forget(door.from);
        }
        self.sent.forget(door.what);
        self.at_home.remember(door.from, now + AT_HOME, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time(1_000_000);

    fn wait(refused: Result<(), Refused>) -> Span {
        match refused {
            Err(Refused::TooManyTries(Wait(wait))) => wait,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_was_spent_comes_back_one_by_one_and_it_is_said_when() {
        let (allowance, who) = (Allowance::new(2, Span::from_seconds(60)), Digest::of(b"who"));
        allowance.take(who, 2, NOW).unwrap();
        assert_eq!(wait(allowance.take(who, 1, NOW)), Span::from_seconds(30));
        allowance.take(Digest::of(b"another"), 1, NOW).unwrap();
        let later = NOW + Span::from_seconds(30);
        allowance.take(who, 1, later).unwrap();
        assert_eq!(wait(allowance.take(who, 2, later)), Span::from_seconds(60));
        allowance.give_back(who);
        allowance.take(who, 1, later).unwrap();
    }

    #[test]
    fn strangers_from_everywhere_hold_up_each_other_and_not_whoever_signed_in_from_there_before() {
        let tries = Tries::default();
        let home = Door::of_login("lin", "192.0.2.1");
        tries.password(home, NOW).unwrap();
        tries.opened_by_password(home, NOW);
        let stranger = |n: u32| tries.password(Door::of_login("lin", &format!("198.51.100.{}", n % 50)), NOW);
        assert_eq!((0..400).filter(|n| stranger(*n).is_ok()).count(), 100);
        assert!(tries.password(home, NOW).is_ok());
        assert!(tries.password(Door::of_login("sun", "198.51.100.1"), NOW).is_ok());
        assert!(stranger(0).is_err());
        assert!(tries.password(Door::of_login("lin", "203.0.113.1"), NOW + Span::from_minutes(1)).is_ok());
    }

    #[test]
    fn however_many_addresses_ask_and_guess_few_guesses_are_made_at_a_telephones_codes() {
        let tries = Tries::default();
        let (mut sent, mut own, mut strange) = (0, 0, 0);
        for minute in 0..60 {
            let now = NOW + Span::from_minutes(minute);
            let mut left = 0;
            for address in 0..200 {
                let door = Door::of_phone("10000000001", &format!("{minute}.{address}"));
                if tries.ask_code(door, now).is_ok() {
                    sent += 1;
                    left = 5;
                }
                for _ in 0..10 {
                    match tries.code(door, now) {
                        Ok(true) if left > 0 => (strange, left) = (strange + 1, left - 1),
                        Ok(false) => own += 1,
                        _ => {}
                    }
                }
            }
        }
        // What is at hand at once, and what comes back within the hour.
        assert!(sent <= 24, "{sent} codes were sent");
        assert!(own + strange <= 240, "{own} and {strange} guesses");
    }
}
