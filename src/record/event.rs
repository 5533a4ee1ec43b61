//! Events: the smallest things that happen in a run.
//!
//! Each knows its virtual time, the task that was running (none when the runtime itself acts), and what caused it. An event is 16
//! bytes, an [`Entry`] of the journal 32, whatever it tells of: texts, places and names are numbers, which [`Trace`](super::trace::Trace) resolves.
//!
//! An event's [fingerprint] goes into the hash of the run.

mod code;
mod fingerprint;
mod host;
mod link;
mod nanos;
mod network_call;
pub(crate) mod subject;

use std::io;
use std::num::NonZeroU32;

use code::Code;

use super::kind::FindingKind;
use crate::base::fault::FaultKind;
use crate::base::ids::{HostNo, TaskNo};
use crate::base::resource::{ResourceNo, Want};
use crate::base::signal::SignalNo;
use crate::choice::draw::Kind;

pub use host::{ClockVerb, HostVerb};
pub use link::{LinkVerb, PacketFate};
pub use nanos::Nanos;
pub use network_call::NetworkCall;

/// A text of a trace; [`Trace::text`](super::trace::Trace::text) gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextNo(pub(crate) u32);

impl TextNo {
    /// Of no text: [`Trace::text`](super::trace::Trace::text) gives an empty one.
    pub(crate) const NONE: TextNo = TextNo(u32::MAX);
}

/// A place in the source; [`Trace::place`](super::trace::Trace::place) gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceNo(NonZeroU32);

impl PlaceNo {
    /// Where events are not kept, nor are places.
    pub(crate) const NONE: PlaceNo = PlaceNo(NonZeroU32::MAX);

    /// The number of the place that is the n-th of its run, from 0.
    pub(super) fn nth(nth: usize) -> PlaceNo {
        let number = u32::try_from(nth + 1).ok().and_then(NonZeroU32::new);
        number.map_or(PlaceNo::NONE, PlaceNo)
    }

    /// The number from 0.
    pub(super) fn get(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// An event's number in its run, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventNo(pub(crate) u32);

impl EventNo {
    /// The number, from 0.
    pub fn get(self) -> u32 {
        self.0
    }
}

macro_rules! verbs {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $words:literal;)*) => {
        /// What happened to a resource.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Verb {
            $($(#[$doc])* $variant,)*
        }

        impl Verb {
            /// All of them, in the order of their declaration.
            pub const ALL: &'static [Verb] = &[$(Verb::$variant),*];

            /// The verb's name in JSON.
            pub const fn name(self) -> &'static str {
                match self { $(Verb::$variant => $name,)* }
            }

            /// The verb as traces write it.
            pub const fn words(self) -> &'static str {
                match self { $(Verb::$variant => $words,)* }
            }

            #[inline(always)]
            const fn code(self) -> Code {
                match self { $(Verb::$variant => Code::$variant,)* }
            }
        }
    };
}

verbs! {
    /// The running task has it now: a lock, a permit.
    Takes = "takes", "takes";
    /// It has it no more.
    GivesBack = "gives_back", "gives back";
    /// What was given back, or added, goes to one who waits; whose task will see it when it is next polled.
    Grants = "grants", "grants";
    /// A value goes into a channel.
    Sends = "sends", "sends";
    /// A value comes out of a channel.
    Receives = "receives", "receives";
    /// Nothing more goes in, or is given out: that was asked for.
    Closes = "closes", "closes";
    /// Nothing more goes in, for nobody is left who could send. It may have been dropped together with what it was in.
    DropsLastSender = "drops_last_sender", "drops the last sender of";
    /// Nothing more goes in, for nobody is left who could receive.
    DropsReceiver = "drops_receiver", "drops the receiver of";
    /// Room in a channel is kept for what is sent later.
    Reserves = "reserves", "keeps room in";
    /// A send is refused, for there is no room.
    RefusedFull = "refused_full", "cannot send into the full";
    /// A send is refused, for nothing more goes in.
    RefusedClosed = "refused_closed", "cannot send into the closed";
    /// A send is refused, for nobody receives now.
    RefusedAlone = "refused_alone", "cannot send without a receiver of";
    /// One who waits is told, or the next who comes.
    Notifies = "notifies", "notifies";
    /// All who wait are told.
    NotifiesAll = "notifies_all", "notifies all";
    /// A listener is made.
    Listens = "listens", "opens";
    /// A connection is asked for, in this direction.
    Connects = "connects", "connects";
    /// That came to nothing.
    CannotConnect = "cannot_connect", "cannot connect";
    /// It is accepted.
    Accepts = "accepts", "accepts";
    /// A connection is cut off.
    Resets = "resets", "resets";
}

macro_rules! flows {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $words:literal;)*) => {
        /// What happened to bytes of a connection.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Flow {
            $($(#[$doc])* $variant,)*
        }

        impl Flow {
            /// All of them, in the order of their declaration.
            pub const ALL: &'static [Flow] = &[$(Flow::$variant),*];

            /// Its name in JSON.
            pub const fn name(self) -> &'static str {
                match self { $(Flow::$variant => $name,)* }
            }

            /// The verb as traces write it.
            pub const fn words(self) -> &'static str {
                match self { $(Flow::$variant => $words,)* }
            }
        }
    };
}

flows! {
    /// The running task sends them.
    Sent = "bytes_sent", "sends";
    /// They come to another host, which has received what no task did yet.
    Arrived = "bytes_arrived", "delivers";
    /// The running task receives them.
    Received = "bytes_received", "receives";
}

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The running task spawned another.
    Spawned {
        /// The new task.
        task: TaskNo,
        /// The `spawn` in the source.
        place: PlaceNo,
    },
    /// The running task is polled.
    Polled,
    /// Its poll ended, and it waits for somebody to wake it.
    Parked,
    /// Its poll ended, and it had been woken meanwhile: it is ready again, at the end of the queue. Its cause is the draw by
    /// which another task goes first, if there was one in this poll.
    Yielded,
    /// Its future is done.
    Completed,
    /// It panicked.
    Panicked {
        /// The message of the panic.
        message: TextNo,
        /// Where it panicked, as `file:line:column`, if known.
        place: Option<TextNo>,
    },
    /// It was aborted: its future was dropped before it was done.
    Cancelled,
    /// The run ended, or the task's host crashed: its future was dropped before it was done.
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
    /// The running task cannot go on without something that a resource gives. Waits are kept in recorded runs only.
    Waits {
        /// What it wants of it.
        want: Want,
        /// The resource.
        resource: ResourceNo,
        /// Where in the source, if known.
        place: Option<PlaceNo>,
    },
    /// It cannot go on before another task's end.
    WaitsForTask {
        /// The other task.
        task: TaskNo,
        /// Where in the source, if known.
        place: Option<PlaceNo>,
    },
    /// It cannot go on before the end of any of several tasks.
    WaitsForAnyTask {
        /// How many tasks.
        tasks: u32,
        /// Where in the source, if known.
        place: Option<PlaceNo>,
    },
    /// It cannot go on before a timer is due.
    WaitsForTimer {
        /// When, from the start of the run.
        deadline: Nanos,
    },
    /// The running task set a timer.
    TimerSet {
        /// The timer's number, in the order in which timers are set.
        timer: u32,
        /// When it is due, from the start of the run.
        deadline: Nanos,
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
    /// A draw among tasks did not take its default. Not part of the hash: it is a cause, and its effects are.
    DrewTask {
        /// What was drawn.
        kind: Kind,
        /// The task that was chosen.
        task: TaskNo,
        /// Where in the source, if the running task was preempted between two statements.
        place: Option<PlaceNo>,
    },
    /// Any other draw did not take its default.
    Drew {
        /// What was drawn.
        kind: Kind,
        /// What came of it: the branch, the item, the side of the coin (1 is `true`), counted from 0; of other draws the number of the candidate.
        choice: u32,
        /// How many candidates there were.
        of: u32,
        /// Where in the source, if the code under test asked for it there, as by [`choose`](crate::choose()).
        place: Option<PlaceNo>,
    },
    /// The running task held up everything for a while.
    Blocked {
        /// For how long.
        nanos: Nanos,
    },
    /// What the running task does takes time: see [`Sim::costs`](crate::Sim::costs).
    Took {
        /// How much.
        nanos: Nanos,
    },
    /// The clock was moved by hand.
    Advanced {
        /// By how much.
        nanos: Nanos,
    },
    /// A line (or a part of one) printed by the code under test.
    Output(TextNo),
    /// A line that the code under test read from its standard input.
    Input(TextNo),
    /// It read the end of its standard input.
    InputEnded,
    /// A note by the user: [`reweave::note!`](crate::note).
    Note(TextNo),
    /// Something happened to a resource: a lock, a channel, a semaphore.
    Resource {
        /// What happened.
        verb: Verb,
        /// The resource.
        resource: ResourceNo,
    },
    /// A receiver of a channel was too slow, and so many values are lost to it.
    Missed {
        /// The channel.
        resource: ResourceNo,
        /// How many; `u32::MAX` for more.
        values: u32,
    },
    /// The running task reads a watched value: [`reweave::watched`](crate::watched()). Its cause is the last write, if there was one.
    Read {
        /// The value.
        resource: ResourceNo,
        /// What it is, as `Debug` shows it, cut to what fits on a line.
        value: TextNo,
        /// Where in the source.
        place: PlaceNo,
    },
    /// The running task writes a watched value.
    Wrote {
        /// The value.
        resource: ResourceNo,
        /// What it is from now on, as `Debug` shows it, cut to what fits on a line.
        value: TextNo,
        /// Where in the source.
        place: PlaceNo,
    },
    /// Bytes go over a connection.
    Bytes {
        /// What happened to them.
        flow: Flow,
        /// The direction of the connection.
        resource: ResourceNo,
        /// How many; `u32::MAX` for more.
        bytes: u32,
        /// The first of those that are sent, as text in which what is no printable ASCII is escaped. Not part of the hash.
        preview: TextNo,
    },
    /// What the running task asked of the network failed before there was a socket or a connection to tell of. Kept in recorded runs
    /// only.
    Failed {
        /// What it asked for.
        call: NetworkCall,
        /// The kind of the error.
        error: io::ErrorKind,
        /// For what: the kind of socket, and the address.
        what: TextNo,
        /// The error in words.
        why: TextNo,
        /// Where in the source, if known.
        place: Option<PlaceNo>,
    },
    /// An event or span of the `tracing` crate.
    Log(TextNo),
    /// Something happened to a host.
    Host {
        /// What happened.
        verb: HostVerb,
        /// The host.
        host: HostNo,
    },
    /// A signal is sent to a host whose process does not handle it.
    UnhandledSignal {
        /// The signal.
        signal: SignalNo,
        /// The host.
        host: HostNo,
    },
    /// The clock of a host is set.
    Clock {
        /// What it does.
        verb: ClockVerb,
        /// The host.
        host: HostNo,
        /// By how many nanoseconds it jumps, or how many millionths of the time it gains or loses.
        amount: Nanos,
    },
    /// Something is done to the link from one host to another.
    Link {
        /// What is done.
        verb: LinkVerb,
        /// The host from which packets go.
        from: HostNo,
        /// The host to which they go.
        to: HostNo,
    },
    /// Something is done to all links that nothing was done to by name.
    Links(LinkVerb),
    /// A packet does not simply arrive.
    Packet {
        /// What becomes of it.
        fate: PacketFate,
        /// The host that sent it.
        from: HostNo,
        /// The host to which it goes.
        to: HostNo,
        /// How many bytes of the user's it has.
        bytes: u32,
    },
    /// A fault of the plan strikes a host.
    FaultBegan {
        /// What it is.
        fault: FaultKind,
        /// The host.
        host: HostNo,
        /// For how long it is to last.
        lasts: Nanos,
    },
    /// It is in force no more.
    FaultEnded {
        /// What it was.
        fault: FaultKind,
        /// The host.
        host: HostNo,
    },
    /// The calm phase begins: no fault of the plan strikes any more.
    Calm,
    /// A place that is marked with [`buggify!`](crate::buggify) does what it is there for.
    Buggified {
        /// The place.
        place: PlaceNo,
    },
    /// Something was found to be wrong.
    Found {
        /// The finding's number among those of the run, from 0, as [`Run::findings`](crate::Run::findings) has them.
        finding: u32,
        /// Its kind.
        kind: FindingKind,
    },
}

/// An event with its circumstances.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Virtual time since the start of the run, in ns.
    pub at: u64,
    /// The task that was running; [`TaskNo::RUNTIME`] when none was.
    pub task: TaskNo,
    cause: u32,
    /// What happened.
    pub event: Event,
}

const _: () = assert!(size_of::<Entry>() == 32);

impl Entry {
    pub(crate) fn new(at: u64, task: TaskNo, cause: Option<EventNo>, event: Event) -> Entry {
        let cause = cause.map_or(NO_CAUSE, |cause| cause.0);
        Entry {
            at,
            task,
            cause,
            event,
        }
    }

    pub(crate) fn caused_by(self, cause: Option<EventNo>) -> Entry {
        Entry::new(self.at, self.task, cause, self.event)
    }

    /// The event without which this one would not have happened here: the wake that led to a poll, what the waker did
    /// last before a wake, the release behind a grant, the send of a message that is received.
    pub fn cause(&self) -> Option<EventNo> {
        (self.cause != NO_CAUSE).then_some(EventNo(self.cause))
    }
}

const NO_CAUSE: u32 = u32::MAX;
