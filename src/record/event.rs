//! Events: the smallest things that happen in a run.
//!
//! Each knows its virtual time and the task that was running, or none when the runtime itself acts
//! (a timer fires, the clock jumps). Its [fingerprint](Event::fold) goes into the hash of the run;
//! source lines do not, so that a hash survives a reformatting.

use std::fmt;
use std::panic::Location;

use crate::base::hash::Hash;
use crate::base::ids::TaskNo;
use crate::choice::draw::Kind;

/// A place in the user's source.
pub type Place = &'static Location<'static>;

/// What is done with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verb {
    /// The running task has it now: a lock, a permit.
    Takes,
    /// It has it no more.
    GivesBack,
    /// What was given back, or added, goes to one who waits; whose task will see it when it is next polled.
    Grants,
    /// A value goes into a channel.
    Sends,
    /// A value comes out of a channel.
    Receives,
    /// Nothing more goes in, or is given out.
    Closes,
    /// One who waits is told, or the next who comes.
    Notifies,
    /// All who wait are told.
    NotifiesAll,
}

impl Verb {
    /// The verb as traces write it.
    pub const fn name(self) -> &'static str {
        match self {
            Verb::Takes => "takes",
            Verb::GivesBack => "gives back",
            Verb::Grants => "grants",
            Verb::Sends => "sends",
            Verb::Receives => "receives",
            Verb::Closes => "closes",
            Verb::Notifies => "notifies",
            Verb::NotifiesAll => "notifies all",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// The running task spawned another.
    Spawned {
        /// The new task.
        task: TaskNo,
        /// The `spawn` in the source.
        place: Place,
    },
    /// The running task is polled.
    Polled,
    /// Its poll ended, and it waits for somebody to wake it.
    Parked,
    /// Its poll ended, and it had been woken meanwhile: it is ready again, at the end of the queue.
    Yielded,
    /// Its future is done.
    Completed,
    /// It panicked.
    Panicked {
        /// The message of the panic.
        message: String,
        /// Where it panicked, if known.
        place: Option<String>,
    },
    /// It was aborted: its future was dropped before it was done.
    Cancelled,
    /// The run ended, and this task's future was dropped before it was done.
    CutOff {
        /// The task.
        task: TaskNo,
    },
    /// A parked task became ready.
    Woke {
        /// The task that became ready.
        task: TaskNo,
    },
    /// Somebody asked for this task's end.
    AbortAsked {
        /// The task that is to end.
        task: TaskNo,
    },
    /// The running task cannot go on without something. Kept only in full traces.
    Waits {
        /// What it waits for, in words.
        what: String,
        /// Where in the source, if known.
        place: Option<Place>,
    },
    /// The running task set a timer.
    TimerSet {
        /// The timer's number, in the order in which timers are set.
        timer: u32,
        /// When it is due, in ns.
        deadline: u64,
    },
    /// A timer is due.
    TimerFired {
        /// The timer's number.
        timer: u32,
    },
    /// A timer was dropped before it was due.
    TimerCancelled {
        /// The timer's number.
        timer: u32,
    },
    /// A draw did not take its default. Not part of the hash: it is a cause, and its effects are.
    Drew {
        /// What was drawn.
        kind: Kind,
        /// What a tape calls the chosen candidate.
        choice: String,
    },
    /// The running task held up everything for a while.
    Blocked {
        /// For how long, in ns.
        nanos: u64,
    },
    /// The clock was moved by hand.
    Advanced {
        /// By how much, in ns.
        nanos: u64,
    },
    /// A line (or a part of one) printed by the code under test.
    Output(String),
    /// A line that the code under test read from its standard input; `None` at the end of input.
    Input(Option<String>),
    /// A note by the user: [`reweave::note!`](crate::note).
    Note(String),
    /// An operation on a resource: a lock, a channel, a semaphore.
    Resource {
        /// What was done.
        verb: Verb,
        /// The resource's number within the run; [`Trace::resource`](crate::Trace::resource) gives its name.
        resource: u32,
    },
    /// An event or span of the `tracing` crate.
    Log(String),
    /// Something was found to be wrong.
    Found(String),
}

impl Event {
    /// Folds the event's fingerprint into the hash of the run.
    #[inline(always)]
    pub(crate) fn fold(&self, hash: &mut Hash, by: TaskNo) {
        // One word for most events: kind in the low byte, the running task above it, a second task
        // in the upper half.
        let mut one = |kind: u64, other: u32| {
            hash.fold(kind | u64::from(by.0) << 8 | u64::from(other) << 40);
        };
        match self {
            Event::Parked => one(2, 0),
            Event::Yielded => one(3, 0),
            Event::Completed => one(4, 0),
            Event::Woke { task } => one(5, task.0),
            Event::Spawned { task, .. } => one(6, task.0),
            Event::Cancelled => one(7, 0),
            Event::CutOff { task } => one(8, task.0),
            Event::AbortAsked { task } => one(9, task.0),
            Event::TimerSet { deadline, .. } => {
                one(10, 0);
                hash.fold(*deadline);
            }
            Event::TimerFired { timer } => one(11, *timer),
            Event::TimerCancelled { timer } => one(12, *timer),
            Event::Resource { verb, resource } => one(64 + *verb as u64, *resource),
            _ => self.fold_rare(hash, by),
        }
    }

    /// Drops an event that is not kept. The compiler sees that most have nothing to drop only if told so.
    #[inline(always)]
    pub(crate) fn discard(self) {
        match self {
            Event::Panicked { .. }
            | Event::Waits { .. }
            | Event::Drew { .. }
            | Event::Output(_)
            | Event::Input(_)
            | Event::Note(_)
            | Event::Log(_)
            | Event::Found(_) => drop(self),
            light => std::mem::forget(light),
        }
    }

    #[cold]
    #[inline(never)]
    fn fold_rare(&self, hash: &mut Hash, by: TaskNo) {
        let mut text = |kind: u64, text: &str| {
            hash.fold(kind | u64::from(by.0) << 8);
            hash.fold_str(text);
        };
        match self {
            Event::Panicked { message, .. } => text(32, message),
            Event::Output(line) => text(33, line),
            Event::Input(Some(line)) => text(34, line),
            Event::Input(None) => text(35, ""),
            Event::Note(note) => text(36, note),
            Event::Log(log) => text(37, log),
            Event::Blocked { nanos } => text(38, &nanos.to_string()),
            Event::Advanced { nanos } => text(39, &nanos.to_string()),
            // Every poll ends in an event that is hashed; the others are causes, and words about events that
            // are hashed themselves.
            Event::Polled | Event::Drew { .. } | Event::Waits { .. } | Event::Found(_) => {}
            _ => unreachable!("folded on the short way"),
        }
    }
}

/// An event with its circumstances.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Virtual time since the start of the run, in ns.
    pub at: u64,
    /// The task that was running; [`TaskNo::RUNTIME`] when none was.
    pub task: TaskNo,
    /// What happened.
    pub event: Event,
}
