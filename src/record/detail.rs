//! What was seen, a type for every kind of finding. What several of them tell of tasks that wait stands in [`waiting`](super::waiting).
//!
//! All names are owned, so that a finding outlives its run. Fields are public to be read and matched on; more may be added.

use std::time::Duration;

pub use super::waiting::{
    Awaited, Edge, Holding, Keeper, Kept, LivingSender, MissedCall, Owner, PendingFuture, Role,
    Supply, Unflushed, Unreceived, Wait, WaitingTask,
};

use super::kind::FindingKind;
use super::resource::Resource;
use super::signature::Signature;
use super::spin::Spin;
use crate::base::fault::FaultKind;
use crate::base::place::SourcePlace;

macro_rules! details {
    ($($(#[$doc:meta])* $variant:ident($detail:ident);)*) => {
        /// What a [`Finding`](crate::Finding) saw, by its kind.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Detail {
            $(#[doc = concat!("[`FindingKind::", stringify!($variant), "`].")] $variant($detail),)*
        }

        impl Detail {
            /// The kind of finding that it is a detail of.
            pub const fn kind(&self) -> FindingKind {
                match self { $(Detail::$variant(_) => FindingKind::$variant,)* }
            }
        }

        $(impl From<$detail> for Detail {
            fn from(detail: $detail) -> Detail {
                Detail::$variant(detail)
            }
        })*
    };
}

details! {
    Panic(Panic);
    UnobservedPanic(UnobservedPanic);
    Deadlock(Deadlock);
    Livelock(Livelock);
    Limit(Limit);
    StuckTask(StuckTask);
    UnawaitedTask(UnawaitedTask);
    NeverAwaited(NeverAwaited);
    PolledAfterCompletion(PolledAfterCompletion);
    Blocking(Blocking);
    LostWaker(LostWaker);
    Futurelock(Futurelock);
    Nondeterminism(Nondeterminism);
    LongHold(LongHold);
    Leak(Leak);
    AbandonedReceiver(AbandonedReceiver);
    DroppedMessages(DroppedMessages);
    Starvation(Starvation);
    NoProgress(NoProgress);
    ForeignInstant(ForeignInstant);
    Property(Property);
}

/// Detail of [`FindingKind::Panic`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Panic {
    /// The words of the panic.
    pub message: String,
    /// Whether it came from a destructor while the task was cut off at the end of the run.
    pub while_cut_off: bool,
    /// The path of the task from whose panic it follows: its output was seen in the same step.
    pub follows: Option<String>,
    /// The words of that panic, which is told by itself.
    pub(crate) told: Option<String>,
}

/// Detail of [`FindingKind::UnobservedPanic`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UnobservedPanic {
    /// The words of the panic.
    pub message: String,
    /// Where the task was spawned.
    pub spawned: SourcePlace,
    /// Whether `main` had ended when it panicked: what was ready then still ran.
    pub main_ended: bool,
}

/// Detail of [`FindingKind::Deadlock`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Deadlock {
    /// Whether other tasks still go on, or did when the run ended.
    pub others_go_on: bool,
    /// Whether `main` had ended, and left these tasks behind.
    pub main_ended: bool,
    /// The parked tasks, in the order of their spawns.
    pub waiting: Vec<WaitingTask>,
    /// The cycle in which tasks wait for each other, if there is one among what is seen: each edge begins where the one
    /// before ends.
    pub cycle: Vec<Edge>,
    /// Messages that nobody received.
    pub unreceived: Vec<Unreceived>,
    /// Futures that were woken, and that their tasks poll no more.
    pub left_alone: Vec<PendingFuture>,
    /// The names of hosts that are paused, whose tasks could go on if they were resumed.
    pub paused: Vec<String>,
}

/// A task that took many steps.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct BusyTask {
    /// Its path, where it was spawned, and what it waits for.
    pub waiting: WaitingTask,
    /// How many steps it took.
    pub steps: u32,
}

/// The tasks that took the most steps.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Busiest {
    /// The first few.
    pub tasks: Vec<BusyTask>,
    /// How many more there are.
    pub more: usize,
}

/// Detail of [`FindingKind::Livelock`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Livelock {
    /// How many polls there were while virtual time stood still.
    pub polls: u64,
    /// How many operations, counted when a task has used up its budget of 128; and bytes that streams moved: 384 are one.
    pub operations: u64,
    /// How many tasks began meanwhile.
    pub begun: u64,
    /// How many ended.
    pub ended: u64,
    /// What was done again and again, the most frequent first.
    pub spins: Vec<Spin>,
    /// Who was polled.
    pub busiest: Busiest,
}

/// Detail of [`FindingKind::Limit`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Limit {
    /// The limit, and what came.
    pub reached: Reached,
    /// Who was busy.
    pub busiest: Busiest,
}

/// A limit that a run reached.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reached {
    /// More tasks live than may.
    Tasks {
        /// How many live.
        alive: usize,
        /// How many may.
        limit: usize,
    },
    /// Virtual time went past this.
    VirtualTime {
        /// How far it may go.
        limit: Duration,
    },
    /// There were as many polls as there may be.
    Steps {
        /// How many.
        limit: u64,
    },
    /// More real time went by than may.
    WallTime {
        /// How much went by.
        elapsed: Duration,
        /// How much may.
        limit: Duration,
    },
}

/// Detail of [`FindingKind::StuckTask`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StuckTask {
    /// What it waits for, and nobody can give any more.
    pub waits: Vec<Wait>,
    /// What it alone had, and others waited for.
    pub holds: Vec<Holding>,
}

/// Detail of [`FindingKind::UnawaitedTask`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UnawaitedTask {
    /// What it was doing when `main` ended.
    pub doing: Doing,
    /// What it alone had, and others waited for.
    pub holds: Vec<Holding>,
}

/// What a task was doing when it was cut off.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Doing {
    /// It had not begun.
    NotStarted,
    /// It was ready to run.
    Ready,
    /// It waited.
    Waiting {
        /// For what.
        waits: Vec<Wait>,
        /// No clone of its waker was left.
        lost: bool,
    },
}

/// Detail of [`FindingKind::NeverAwaited`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NeverAwaited {
    /// The function that made the future.
    pub made_by: &'static str,
}

/// Detail of [`FindingKind::PolledAfterCompletion`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PolledAfterCompletion {
    /// The words of the panic.
    pub message: String,
}

/// Detail of [`FindingKind::ForeignInstant`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ForeignInstant {
    /// The host by whose clock the deadline was read; `main` for the default one.
    pub read_on: String,
    /// The host on which it was waited for.
    pub awaited_on: String,
}

/// Detail of [`FindingKind::Property`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Property {
    /// What was claimed.
    pub claim: Claim,
    /// Its words: those that were given, or the condition as it is written.
    pub message: String,
}

/// What a property claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Claim {
    /// That a condition holds: [`always!`](crate::always).
    Always,
    /// That a place is never come to: [`unreachable!`](crate::unreachable).
    Unreachable,
}

impl Claim {
    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Claim::Always => "always",
            Claim::Unreachable => "unreachable",
        }
    }

    /// That it is not so, in words.
    pub(crate) fn words(self, message: &str) -> String {
        match self {
            Claim::Always => format!("does not always hold: {message}"),
            Claim::Unreachable => format!("is reachable: {message}"),
        }
    }
}

/// Detail of [`FindingKind::Blocking`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Blocking {
    /// For how long, in virtual time.
    pub duration: Duration,
    /// How many tasks were ready and could not run.
    pub ready: usize,
}

/// Detail of [`FindingKind::LostWaker`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LostWaker {
    /// All tasks that wait.
    pub waiting: Vec<WaitingTask>,
    /// Messages that nobody received.
    pub unreceived: Vec<Unreceived>,
}

/// Detail of [`FindingKind::Futurelock`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Futurelock {
    /// What is waited for.
    pub awaited: Awaited,
    /// How the future that is polled no more has it.
    pub has: Has,
    /// The future that is polled no more.
    pub abandoned: Box<PendingFuture>,
    /// The future that waits.
    pub waiter: Box<PendingFuture>,
    /// Whether it gave up in the end.
    pub given_up: bool,
    /// All tasks that wait, if nothing moves any more.
    pub waiting: Vec<WaitingTask>,
    /// Messages that nobody received.
    pub unreceived: Vec<Unreceived>,
}

/// How a future has what another waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Has {
    /// It was granted it.
    Granted,
    /// It is the first in line, and what is free is kept for it.
    First,
    /// It holds it.
    Holds,
}

/// Detail of [`FindingKind::Nondeterminism`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Nondeterminism {
    /// A task was woken from another thread.
    WokenFromOutside,
    /// A task was aborted from another thread.
    AbortedFromOutside,
    /// Two runs with the same draws went different ways: where they part, line by line.
    RunsDiffer(Vec<String>),
    /// Recorded runs agree with each other, and not with the one that kept the hash only.
    RecordingDiffers,
    /// Two runs had different hashes, and those made after them to see why had not.
    DifferenceNotSeenAgain,
    /// A finding with this signature showed in one run and not in the next.
    NotSeenAgain(Signature),
}

/// Detail of [`FindingKind::LongHold`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LongHold {
    /// The lock.
    pub resource: Resource,
    /// The path of the task that held it.
    pub holder: String,
    /// For how long, in virtual time.
    pub held: Duration,
    /// The paths of the tasks that waited.
    pub waiting: Vec<String>,
    /// Since when the first of them did.
    pub first_since: Duration,
}

/// Detail of [`FindingKind::Leak`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Leak {
    /// The lock or semaphore.
    pub resource: Resource,
    /// The path of the task that took it, or forgot it.
    pub task: String,
    /// When, in virtual time.
    pub since: Duration,
    /// How it was leaked.
    pub how: Leaked,
}

/// How a lock or a permit was leaked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Leaked {
    /// Its guard still exists, and no task does.
    Kept,
    /// It was forgotten, and never added again.
    Forgotten,
}

/// Detail of [`FindingKind::AbandonedReceiver`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AbandonedReceiver {
    /// The channel.
    pub channel: Resource,
    /// How many messages were never received.
    pub messages: usize,
}

/// Detail of [`FindingKind::DroppedMessages`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DroppedMessages {
    /// The channel.
    pub channel: Resource,
    /// How many messages were never received.
    pub messages: usize,
}

/// Detail of [`FindingKind::Starvation`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Starvation {
    /// How many steps others took while it was ready.
    pub steps: u64,
}

/// Detail of [`FindingKind::NoProgress`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NoProgress {
    /// What was promised.
    pub what: String,
    /// Within which time it was to be done again.
    pub within: Duration,
    /// How often it was done before.
    pub times: u64,
    /// When it was done last, or since when it is counted: from the promise, or from the beginning of the calm phase.
    pub since: Duration,
    /// When the calm phase began, if faults struck in this run.
    pub calm_since: Option<Duration>,
    /// The last faults that there were, and those that are in force.
    pub faults: Vec<PastFault>,
    /// How many there were before those.
    pub faults_before: u32,
}

/// A fault of the plan that there was.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PastFault {
    /// What it was.
    pub fault: FaultKind,
    /// The name of the host.
    pub host: String,
    /// When it struck.
    pub since: Duration,
    /// When it was over; `None` if it was in force.
    pub until: Option<Duration>,
}
