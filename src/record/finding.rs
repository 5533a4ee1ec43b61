//! Findings: what a run showed to be wrong.
//!
//! They are governed as rustc governs lints: a finding is **deny** (the run fails), **warn** (it is
//! reported) or **allow** (it is not looked for).

use std::fmt;

use super::event::Place;
use crate::base::span::Seconds;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $level:ident;)*) => {
        /// The kinds of findings.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum FindingKind {
            $($(#[$doc])* $variant,)*
        }

        impl FindingKind {
            /// All kinds, in the order of their declaration.
            pub const ALL: &'static [FindingKind] = &[$(FindingKind::$variant),*];

            /// The kind's name, as `deny(…)` and reports write it.
            pub const fn name(self) -> &'static str {
                match self { $(FindingKind::$variant => $name,)* }
            }

            /// The level it has unless the user says otherwise.
            pub const fn default_level(self) -> Level {
                match self { $(FindingKind::$variant => Level::$level,)* }
            }
        }
    };
}

kinds! {
    /// `main` panicked.
    Panic = "panic", Deny;
    /// A spawned task panicked, and nobody looked at its `JoinHandle`.
    UnobservedPanic = "unobserved_panic", Deny;
    /// No task is ready, no timer is set, and `main` is not done.
    Deadlock = "deadlock", Deny;
    /// Tasks keep running, and virtual time stands still.
    Livelock = "livelock", Deny;
    /// The run reached one of its limits.
    Limit = "limit", Deny;
    /// A task nobody awaited was cut off when `main` ended.
    UnawaitedTask = "unawaited_task", Warn;
    /// A future was made and dropped, and never polled.
    NeverAwaited = "never_awaited", Warn;
    /// A future was polled after it was done.
    PolledAfterCompletion = "polled_after_completion", Deny;
    /// A task blocked the thread, and with it every other task.
    Blocking = "blocking", Deny;
    /// A task waits, and no clone of its waker is left that could wake it: its future kept none, or whoever had it dropped
    /// it. Told when nothing moves any more, or `main` cannot go on without the task. What is not seen: a waker that
    /// something keeps and never calls, such as that of a combinator around the future.
    LostWaker = "lost_waker", Deny;
    /// What a task waits for was handed to a future, or is held by one, that its own task has stopped polling: a
    /// future that `select!` left behind by reference, for instance. Named in Oxide's RFD 609, *Futurelock* (2025).
    Futurelock = "futurelock", Deny;
    /// Two runs with the same draws went different ways.
    Nondeterminism = "nondeterminism", Deny;
    /// A property stated by the user does not hold.
    ///
    /// Named ahead: this release does not look for it.
    Property = "property", Deny;
    /// A mutex or a read-write lock was held for long while another task waited for it as long; see
    /// [`Sim::long_hold`](crate::Sim::long_hold).
    LongHold = "long_hold", Warn;
    /// When the run ended, and all tasks with it, a lock or a permit had not been given back; or a semaphore from which
    /// permits are forgotten and to which they are added again, or for which somebody waits, has fewer than it began with.
    Leak = "leak", Warn;
    /// Messages were sent into a channel whose receiver had waited for them in a future that its task then left alone, and
    /// were never received.
    AbandonedReceiver = "abandoned_receiver", Warn;
    /// A task was ready for 10,000 steps of others, and 100 for each task that was ready with it, and not polled.
    Starvation = "starvation", Warn;
}

impl FindingKind {
    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<FindingKind> {
        FindingKind::ALL
            .iter()
            .copied()
            .find(|kind| kind.name() == name)
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a finding does to the run that shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// It is not reported.
    Allow,
    /// It is reported.
    Warn,
    /// It is reported, and the run counts as failed.
    Deny,
}

/// The level of every kind of finding.
#[derive(Clone, Copy, Debug)]
pub struct Levels([Level; FindingKind::ALL.len()]);

impl Levels {
    /// The level of this kind.
    pub fn get(&self, kind: FindingKind) -> Level {
        self.0[kind as usize]
    }

    /// Sets the level of this kind.
    pub fn set(&mut self, kind: FindingKind, level: Level) {
        self.0[kind as usize] = level;
    }
}

impl Default for Levels {
    fn default() -> Self {
        let mut levels = Levels([Level::Allow; FindingKind::ALL.len()]);
        for &kind in FindingKind::ALL {
            levels.set(kind, kind.default_level());
        }
        levels
    }
}

/// Something wrong that a run showed; given by [`Run::findings`](crate::Run::findings).
///
/// ```
/// use reweave::{FindingKind, Level};
/// use reweave::time::{Duration, sleep};
///
/// let run = reweave::Sim::new().run(async {
///     sleep(Duration::from_secs(1)).await;
///     reweave::spawn(async { panic!("no disk") });
///     sleep(Duration::from_secs(1)).await;
/// });
/// let [finding] = run.findings() else { panic!("{run}") };
/// assert_eq!((finding.kind(), finding.level()), (FindingKind::UnobservedPanic, Level::Deny));
/// assert_eq!(finding.at(), Duration::from_secs(1));
/// assert!(finding.message().contains("no disk"));
/// ```
#[derive(Clone, Debug)]
pub struct Finding {
    pub(crate) kind: FindingKind,
    pub(crate) level: Level,
    pub(crate) task: Option<String>,
    pub(crate) at: u64,
    pub(crate) place: Option<String>,
    pub(crate) message: String,
    pub(crate) details: Vec<String>,
    /// [`Finding::details`] without source places.
    pub(crate) plain: Vec<String>,
}

impl Finding {
    /// What kind of wrong it is.
    pub fn kind(&self) -> FindingKind {
        self.kind
    }

    /// Whether it fails the run.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The path of the task it is about; `None` when it is about the whole run.
    pub fn task(&self) -> Option<&str> {
        self.task.as_deref()
    }

    /// The virtual time at which it showed, from the start of the run.
    pub fn at(&self) -> std::time::Duration {
        std::time::Duration::from_nanos(self.at)
    }

    /// The place in the source, as `file:line:column`.
    pub fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }

    /// What is wrong, in one sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// More lines: each waiting task of a deadlock, the busy tasks of a livelock.
    pub fn details(&self) -> &[String] {
        &self.details
    }

    /// What makes two findings the same bug: their kind and their place, or else their message.
    pub fn signature(&self) -> String {
        match &self.place {
            Some(place) => format!("{} at {place}", self.kind),
            None => format!("{}: {}", self.kind, self.message),
        }
    }

    /// The finding without source places, for snapshots that should survive a moved line.
    pub fn summary(&self) -> String {
        self.write(false)
    }

    fn write(&self, with_place: bool) -> String {
        let mut text = format!("{}", self.kind);
        if let Some(task) = &self.task {
            text += &format!(" in {task}");
        }
        text += &format!(" at {}: {}", Seconds(self.at), self.message);
        if let Some(place) = self.place.as_ref().filter(|_| with_place) {
            text += &format!("\n  --> {place}");
        }
        let details = if with_place {
            &self.details
        } else {
            &self.plain
        };
        for line in details {
            text += &format!("\n  {line}");
        }
        text
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.write(true))
    }
}

/// `lead` and a place, in details of a finding: told in reports, and left out of [summaries](Finding::summary).
pub(crate) fn at_place(lead: &str, place: Place) -> String {
    format!("{PLACE_BEGINS}{lead} {}{PLACE_ENDS}", show_place(place))
}

const PLACE_BEGINS: char = '\u{1}';
const PLACE_ENDS: char = '\u{2}';

/// A text with places, and the same without.
pub(crate) fn with_and_without_places(marked: &str) -> (String, String) {
    let (mut with, mut without, mut in_place) = (String::new(), String::new(), false);
    for c in marked.chars() {
        match c {
            PLACE_BEGINS => in_place = true,
            PLACE_ENDS => in_place = false,
            c => {
                with.push(c);
                if !in_place {
                    without.push(c);
                }
            }
        }
    }
    (with, without)
}

/// A place as reports write it.
pub(crate) fn show_place(place: Place) -> String {
    format!("{}:{}:{}", place.file(), place.line(), place.column())
}
