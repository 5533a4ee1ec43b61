//! What names are said to stand for, beside those that hosts have by themselves.

use std::collections::BTreeMap;
use std::net::IpAddr;

/// Why a name is not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotFound {
    /// No host bears it, and nothing is said of it.
    NoHost,
    /// It is said that nobody knows it (`EAI_NONAME`).
    Unknown,
    /// It is known, and has no address (`EAI_NODATA`).
    NoAddress,
    /// Nobody can be asked now (`EAI_AGAIN`).
    TryAgain,
    /// Who is asked cannot answer (`EAI_FAIL`).
    Fails,
}

/// What is said of a name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    /// What it stands for, or why it is not found; if nothing is said, it is as without this.
    pub(crate) answer: Option<Result<Vec<IpAddr>, NotFound>>,
    /// How long the answer takes, in ns.
    pub(crate) delay: u64,
}

/// By name, in lower case and without a dot at the end.
#[derive(Debug, Default)]
pub(super) struct Dns {
    names: BTreeMap<String, Said>,
}

/// A name as it is known: upper and lower case are the same, and it may end with a dot.
pub(super) fn known_as(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

impl Dns {
    pub(super) fn get(&self, name: &str) -> Option<&Said> {
        match self.names.is_empty() {
            true => None,
            false => self.names.get(&known_as(name)),
        }
    }

    pub(super) fn of(&mut self, name: &str) -> &mut Said {
        self.names.entry(known_as(name)).or_default()
    }

    /// Nothing is said of it any more.
    pub(super) fn forget(&mut self, name: &str) {
        self.names.remove(&known_as(name));
    }
}
