//! Which faults there may be, as the user describes it, and how that is written.

use std::fmt;
use std::time::Duration;

use crate::base::fault::{FaultGroup, FaultKind};
use crate::base::span::{Span, nanos};

/// Which faults runs may meet; see the [module](crate::faults) for what each is, and for the grammar that
/// [`parse`](str::parse) reads and [`Display`](fmt::Display) writes.
///
/// ```
/// use reweave::faults::Faults;
/// use std::time::Duration;
///
/// let faults: Faults = "hosts(crash, pause = 5s), buggify".parse()?;
/// let faults = faults.calm_after(Duration::from_secs(30));
/// assert_eq!(faults.to_string(), "hosts(crash, pause = 5s), buggify, calm = 30s");
/// assert!(Faults::none().is_none());
/// # Ok::<(), reweave::faults::FaultsError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Faults {
    /// By the number of the kind.
    pub(super) kinds: [Wanted; FaultKind::ALL.len()],
    /// No fault strikes before, in ns.
    pub(super) start: u64,
    /// From then on none does.
    pub(super) calm: u64,
    pub(super) core: Core,
}

/// Whether a kind may strike, and how strongly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Wanted {
    No,
    /// As strongly as is drawn, or not at all.
    Drawn,
    /// About once in so many ns, or not at all.
    Every(u64),
    /// With this probability, or not at all.
    Chance(f64),
}

/// How many hosts are healed when the calm phase begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Core {
    #[default]
    All,
    Majority,
    Hosts(u16),
}

impl Core {
    /// How many of so many hosts may be left as the faults left them.
    pub(crate) fn left_out(self, hosts: usize) -> usize {
        match self {
            Core::All => 0,
            Core::Majority => hosts.saturating_sub(hosts / 2 + 1),
            Core::Hosts(core) => hosts.saturating_sub(usize::from(core)),
        }
    }
}

/// When the calm phase begins unless it is said.
const CALM: u64 = 60 * 1_000_000_000;

impl Faults {
    /// No faults.
    pub const fn none() -> Faults {
        Faults {
            kinds: [Wanted::No; FaultKind::ALL.len()],
            start: 0,
            calm: CALM,
            core: Core::All,
        }
    }

    /// Faults of all kinds, each as strong as the seed draws it.
    pub const fn all() -> Faults {
        Faults {
            kinds: [Wanted::Drawn; FaultKind::ALL.len()],
            ..Faults::none()
        }
    }

    /// Whether no fault can strike.
    pub fn is_none(&self) -> bool {
        self.kinds.iter().all(|&wanted| wanted == Wanted::No)
    }

    /// Whether there is time for them between the start and the calm phase.
    pub(crate) fn strike_before_calm(&self) -> bool {
        self.start < self.calm
    }

    /// Whether faults of this kind may strike.
    pub fn has(&self, kind: FaultKind) -> bool {
        self.wanted(kind) != Wanted::No
    }

    /// No fault strikes before this virtual time; at once unless set.
    pub fn start_after(self, start: Duration) -> Faults {
        Faults {
            start: nanos(start),
            ..self
        }
    }

    /// At this virtual time what is in force is healed, and from then on no fault strikes: the calm phase begins. 60 s unless set.
    pub fn calm_after(self, calm: Duration) -> Faults {
        Faults {
            calm: nanos(calm),
            ..self
        }
    }

    pub(crate) fn wanted(&self, kind: FaultKind) -> Wanted {
        self.kinds[kind as usize]
    }

    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    pub(crate) fn calm(&self) -> u64 {
        self.calm
    }

    pub(crate) fn core(&self) -> Core {
        self.core
    }
}

impl Default for Faults {
    fn default() -> Faults {
        Faults::none()
    }
}

/// In the grammar that is parsed.
impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut items = Vec::new();
        for group in FaultGroup::ALL {
            items.extend(self.group(group));
        }
        if items.is_empty() {
            items.push("none".to_owned());
        }
        if self.start != 0 {
            items.push(format!("start = {}", Span(self.start)));
        }
        if self.calm != CALM {
            items.push(format!("calm = {}", Span(self.calm)));
        }
        match self.core {
            Core::All => {}
            Core::Majority => items.push("core = majority".to_owned()),
            Core::Hosts(hosts) => items.push(format!("core = {hosts}")),
        }
        f.write_str(&items.join(", "))
    }
}

impl Faults {
    /// A group as it is written; `None` if nothing of it is wanted.
    fn group(&self, group: FaultGroup) -> Option<String> {
        let setting = |kind: FaultKind| match self.wanted(kind) {
            Wanted::No => None,
            Wanted::Drawn => Some(kind.to_string()),
            Wanted::Every(time) => Some(format!("{kind} = {}", Span(time))),
            Wanted::Chance(chance) => Some(format!("{kind} = {chance}")),
        };
        let settings: Vec<String> = group.kinds().filter_map(setting).collect();
        let whole = group.kinds().all(|kind| self.wanted(kind) == Wanted::Drawn);
        let name = group.name();
        match (settings.is_empty(), group) {
            (true, _) => None,
            (false, FaultGroup::Buggify) => Some(settings.join(", ")),
            (false, _) if whole => Some(name.to_owned()),
            (false, _) => Some(format!("{name}({})", settings.join(", "))),
        }
    }
}
