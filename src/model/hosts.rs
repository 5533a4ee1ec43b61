//! The table of hosts: their names, whether they run, and what a panic of theirs does.
//!
//! ```text
//!            add ──► Running ──pause──► Paused
//!                    │  ▲  ◄──resume──   │
//!       crash, power │  │ restart        │ crash, power off
//!                off ▼  │                ▼
//!                    Down ◄──────────────┘
//! ```
//!
//! The default host stands outside of it: it always runs.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::base::ids::HostNo;

/// How a host dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// Its process dies, as of a signal or an abort; the machine goes on, and clears up behind it.
    Process,
    /// The machine loses its power: nothing of it says anything more.
    PowerLoss,
}

/// How the process of a host ends once no task is polled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fate {
    /// By a signal.
    Killed,
    /// By itself.
    Exits,
}

/// What a panic of a task does to its host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnPanic {
    /// Nothing: a panic is the task's [`JoinError`](crate::task::JoinError), as anywhere; one that nobody observes is a
    /// finding.
    #[default]
    Fail,
    /// The process dies, as with `panic = "abort"`. The panic is no finding.
    Crash,
    /// The process dies, and is restarted at once. The panic is no finding. If it panics again at the same virtual instant it
    /// stays down: it would do so for ever.
    Restart,
}

/// Whether a host runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    Running,
    /// Its tasks are not polled.
    Paused,
    /// It died so, at that time.
    Down(Death, u64),
}

/// One host.
#[derive(Debug)]
struct Host {
    name: Box<str>,
    life: Life,
    last_death: Option<Death>,
    /// How often it was restarted. Tells handles of an earlier life apart.
    restarts: u32,
    on_panic: OnPanic,
    /// When its policy restarted it last.
    restarted_itself: Option<u64>,
    /// Whether it has a function that is run when it starts.
    is_server: bool,
    /// Its process was asked to end: it does when its start function is over.
    ending: bool,
    /// It stands still, and dies when it goes on, of a signal.
    killed: bool,
    /// Its last process ended by itself, as it was asked to.
    exited: bool,
}

/// See the top of this file.
#[derive(Debug, Default)]
pub(crate) struct Hosts {
    /// By number, from 1.
    list: Vec<Host>,
    numbers: BTreeMap<Box<str>, HostNo>,
    paused: usize,
}

/// As many hosts as have numbers.
const MOST: usize = u16::MAX as usize;

/// Why a host cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// A name must have a character at least.
    Empty,
    /// There is a host of this name.
    Taken,
    /// It is the name of the default host, or of each for itself.
    Reserved,
    /// It is an address, or ends in a dot: the network would not find the host by it.
    Address,
    TooMany,
}

/// Names of the default host, and of each for itself.
const RESERVED: [&str; 2] = ["main", "localhost"];

impl Hosts {
    /// A host that runs.
    pub(crate) fn add(&mut self, name: &str) -> Result<HostNo, Refused> {
        if name.is_empty() {
            return Err(Refused::Empty);
        }
        // As the network has it: names differ by more than the case of letters.
        let lower = name.to_ascii_lowercase();
        if RESERVED.contains(&&*lower) {
            return Err(Refused::Reserved);
        }
        let address = lower.trim_start_matches('[').trim_end_matches(']');
        if lower.ends_with('.') || address.parse::<IpAddr>().is_ok() {
            return Err(Refused::Address);
        }
        if self.numbers.contains_key(&*lower) {
            return Err(Refused::Taken);
        }
        if self.list.len() >= MOST {
            return Err(Refused::TooMany);
        }
        self.list.push(Host {
            name: name.into(),
            life: Life::Running,
            last_death: None,
            restarts: 0,
            on_panic: OnPanic::Fail,
            restarted_itself: None,
            is_server: false,
            ending: false,
            killed: false,
            exited: false,
        });
        let number = HostNo(self.list.len() as u16);
        self.numbers.insert(lower.into(), number);
        Ok(number)
    }

    /// All of them but the default one, in the order in which they were made.
    pub(crate) fn numbers(&self) -> impl ExactSizeIterator<Item = HostNo> + use<> {
        (0..self.list.len()).map(|nth| HostNo(nth as u16 + 1))
    }

    /// The host of this name; `main` is the default one.
    pub(crate) fn named(&self, name: &str) -> Option<HostNo> {
        let lower = name.to_ascii_lowercase();
        match lower == RESERVED[0] {
            true => Some(HostNo::DEFAULT),
            false => self.numbers.get(&*lower).copied(),
        }
    }

    fn get(&self, host: HostNo) -> Option<&Host> {
        self.list.get(usize::from(host.0).checked_sub(1)?)
    }

    fn get_mut(&mut self, host: HostNo) -> Option<&mut Host> {
        self.list.get_mut(usize::from(host.0).checked_sub(1)?)
    }

    /// The name of a host; `None` for the default one, which has none.
    pub(crate) fn name(&self, host: HostNo) -> Option<&str> {
        self.get(host).map(|host| &*host.name)
    }

    pub(crate) fn life(&self, host: HostNo) -> Life {
        self.get(host).map_or(Life::Running, |host| host.life)
    }

    /// How often a host was restarted.
    pub(crate) fn restarts(&self, host: HostNo) -> u32 {
        self.get(host).map_or(0, |host| host.restarts)
    }

    pub(crate) fn on_panic(&self, host: HostNo) -> OnPanic {
        self.get(host).map_or(OnPanic::Fail, |host| host.on_panic)
    }

    pub(crate) fn set_on_panic(&mut self, host: HostNo, policy: OnPanic) {
        if let Some(host) = self.get_mut(host) {
            host.on_panic = policy;
        }
    }

    /// Whether a host has a function that is run when it starts.
    pub(crate) fn is_server(&self, host: HostNo) -> bool {
        self.get(host).is_some_and(|host| host.is_server)
    }

    pub(crate) fn set_server(&mut self, host: HostNo) {
        if let Some(host) = self.get_mut(host) {
            host.is_server = true;
        }
    }

    /// Lets a host live on in another way. Says whether it lived differently before.
    fn set_life(&mut self, number: HostNo, life: Life) -> bool {
        let Some(host) = self.get_mut(number) else {
            return false;
        };
        let before = std::mem::replace(&mut host.life, life);
        self.paused -= usize::from(before == Life::Paused);
        self.paused += usize::from(life == Life::Paused);
        before != life
    }

    /// A host dies.
    pub(crate) fn die(&mut self, host: HostNo, death: Death, now: u64) {
        self.set_life(host, Life::Down(death, now));
        if let Some(host) = self.get_mut(host) {
            host.last_death = Some(death);
            (host.ending, host.killed, host.exited) = (false, false, false);
        }
    }

    /// The process of a host that has just died ended by itself.
    pub(crate) fn set_exited(&mut self, host: HostNo) {
        if let Some(host) = self.get_mut(host) {
            host.exited = true;
        }
    }

    /// Whether the last process of a host ended by itself.
    pub(crate) fn has_exited(&self, host: HostNo) -> bool {
        self.get(host).is_some_and(|host| host.exited)
    }

    /// The process of a host is asked to end.
    pub(crate) fn ask_to_end(&mut self, host: HostNo) {
        if let Some(host) = self.get_mut(host) {
            host.ending = true;
        }
    }

    /// Whether the process of a host was asked to end.
    pub(crate) fn is_ending(&self, host: HostNo) -> bool {
        self.get(host).is_some_and(|host| host.ending)
    }

    /// A host that stands still dies as soon as it goes on.
    pub(crate) fn kill_when_resumed(&mut self, host: HostNo) {
        if let Some(host) = self.get_mut(host) {
            host.killed = true;
        }
    }

    /// Whether a host that goes on now dies of that.
    pub(crate) fn is_killed(&self, host: HostNo) -> bool {
        self.get(host).is_some_and(|host| host.killed)
    }

    /// How a host died last, if it ever did.
    pub(crate) fn last_death(&self, host: HostNo) -> Option<Death> {
        self.get(host)?.last_death
    }

    /// A host that is down runs again.
    pub(crate) fn restart(&mut self, host: HostNo) {
        self.set_life(host, Life::Running);
        if let Some(host) = self.get_mut(host) {
            host.restarts += 1;
        }
    }

    /// A host's policy restarts it, unless it did at this instant already. Says whether it does.
    pub(crate) fn restarts_itself(&mut self, host: HostNo, now: u64) -> bool {
        let last = self
            .get_mut(host)
            .map(|host| host.restarted_itself.replace(now));
        last.is_some_and(|last| last != Some(now))
    }

    /// A running host stands still. Says whether it ran.
    pub(crate) fn pause(&mut self, host: HostNo) -> bool {
        self.life(host) == Life::Running && self.set_life(host, Life::Paused)
    }

    /// A host that stands still goes on. Says whether it stood still.
    pub(crate) fn resume(&mut self, host: HostNo) -> bool {
        self.life(host) == Life::Paused && self.set_life(host, Life::Running)
    }

    /// Whether a host stands still.
    #[inline(always)]
    pub(crate) fn is_any_paused(&self) -> bool {
        self.paused > 0
    }

    /// The names of hosts that stand still, in the order in which they were made.
    pub(crate) fn paused(&self) -> impl Iterator<Item = &str> {
        let paused = self.list.iter().filter(|host| host.life == Life::Paused);
        paused.map(|host| &*host.name)
    }

    /// Forgets all hosts.
    pub(crate) fn clear(&mut self) {
        if !self.list.is_empty() {
            *self = Hosts::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_never_empty() {
        let mut hosts = Hosts::default();
        let db = hosts.add("db").unwrap();
        assert_eq!(db, HostNo(1));
        for taken in ["db", "DB"] {
            assert_eq!(hosts.add(taken), Err(Refused::Taken));
        }
        for address in ["10.0.0.2", "::1", "[::1]", "db."] {
            assert_eq!(hosts.add(address), Err(Refused::Address));
        }
        for reserved in ["main", "Localhost"] {
            assert_eq!(hosts.add(reserved), Err(Refused::Reserved));
        }
        assert_eq!(hosts.add(""), Err(Refused::Empty));
        assert_eq!(hosts.add("shop"), Ok(HostNo(2)));
        assert_eq!(
            (hosts.name(db), hosts.name(HostNo::DEFAULT)),
            (Some("db"), None)
        );
    }

    #[test]
    fn a_host_has_a_number_only_if_there_is_one_left() {
        let mut hosts = Hosts::default();
        for number in 1..=MOST {
            assert_eq!(hosts.add(&number.to_string()), Ok(HostNo(number as u16)));
        }
        assert_eq!(hosts.add("one more"), Err(Refused::TooMany));
    }

    #[test]
    fn paused_hosts_are_counted_whichever_way_they_end() {
        let mut hosts = Hosts::default();
        let (a, b) = (hosts.add("a").unwrap(), hosts.add("b").unwrap());
        assert!(hosts.pause(a) && !hosts.pause(a) && hosts.pause(b));
        assert_eq!(hosts.paused().collect::<Vec<_>>(), ["a", "b"]);
        hosts.die(a, Death::Process, 7);
        assert!(!hosts.resume(a) && hosts.is_any_paused());
        assert_eq!(hosts.life(a), Life::Down(Death::Process, 7));
        assert!(hosts.resume(b) && !hosts.is_any_paused());
        hosts.restart(a);
        assert_eq!((hosts.life(a), hosts.restarts(a)), (Life::Running, 1));
    }
}
