//! The kinds of findings, and the levels that govern them, as rustc governs lints: a finding is **deny** (the run fails),
//! **warn** (it is reported) or **allow** (it is not looked for).

use std::fmt;

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
    /// `main` panicked; or a task did, and the panic of whoever looked at its output followed.
    Panic = "panic", Deny;
    /// A spawned task panicked, and nobody looked at its `JoinHandle`.
    UnobservedPanic = "unobserved_panic", Deny;
    /// Tasks wait for each other in a cycle, whether `main` waits, too, or has ended; or no task is ready, no timer is set, and
    /// `main` is not done.
    Deadlock = "deadlock", Deny;
    /// Tasks keep running, and virtual time stands still.
    Livelock = "livelock", Deny;
    /// The run reached one of its limits.
    Limit = "limit", Deny;
    /// When `main` had ended, a task waited for what nobody could give any more: a lock whose guard was forgotten, say.
    StuckTask = "stuck_task", Warn;
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
    /// A mutex or a read-write lock was held for long while another task waited for it as long; see
    /// [`Sim::long_hold`](crate::Sim::long_hold).
    LongHold = "long_hold", Warn;
    /// When the run ended, and all tasks with it, a lock or a permit had not been given back; or a semaphore from which
    /// permits are forgotten and to which they are added again, or for which somebody waits, has fewer than it began with.
    Leak = "leak", Warn;
    /// Several messages were sent into a channel whose receiver had waited for them in a future that its task then left alone,
    /// and were never received. A single one, or ones that are no more than signals, may have come too late to matter.
    AbandonedReceiver = "abandoned_receiver", Warn;
    /// Messages that were sent were dropped unread with their receiver: a shutdown that loses its queue. Often meant, and so
    /// looked for only if asked for.
    DroppedMessages = "dropped_messages", Allow;
    /// A task was ready for 10,000 steps of others, and 100 for each task that was ready with it, and not polled.
    Starvation = "starvation", Warn;
    /// What was promised with [`progress`](crate::faults::progress) did not come in its time, although no fault was in the way: no
    /// plan of faults strikes in this run, or its calm phase has begun.
    NoProgress = "no_progress", Deny;
    /// A deadline was read by the clock of one host and waited for on another, whose clock differs.
    ForeignInstant = "foreign_instant", Deny;
    /// What [`always!`](crate::always) was given did not hold, or [`unreachable!`](crate::unreachable) was come to.
    Property = "property", Deny;
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

impl Level {
    /// The level's name, as the attribute writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Allow => "allow",
            Level::Warn => "warn",
            Level::Deny => "deny",
        }
    }
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
