//! What is told of tasks that wait: for what, who has it, who could give it, and which futures are polled no more.
//!
//! Several kinds of finding show it; their own [details](super::detail) are made of it.

use std::time::Duration;

use super::resource::Resource;
use crate::base::place::SourcePlace;
use crate::base::resource::{Action, ResourceNo, Want};

/// What a task waits for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Awaited {
    /// Something that a resource gives.
    Resource {
        /// The resource.
        resource: Resource,
        /// What is wanted of it.
        want: Want,
    },
    /// The end of the task with this path.
    Task(String),
    /// The end of any of so many tasks.
    AnyTask(u32),
    /// A timer that is due at this virtual time; `None` if it never will be.
    Timer(Option<Duration>),
}

/// A wait of a task.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Wait {
    /// What is waited for.
    pub awaited: Awaited,
    /// Where in the source, if known.
    pub place: Option<SourcePlace>,
    /// Who stands between the wait and what it is for.
    pub owners: Vec<Owner>,
    /// All who waited were notified before it came.
    pub missed_call: Option<MissedCall>,
    /// How much there was of it.
    pub supply: Option<Supply>,
    /// The senders that there still were, if it waits for what one sends. Those that were made before the run are not known.
    pub senders: Vec<LivingSender>,
    /// Who had them, as was seen when the tasks were dropped afterwards.
    pub keepers: Vec<Keeper>,
    /// The channel that they are of.
    pub(crate) channel: Option<ResourceNo>,
}

/// How much there is of what a task waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Supply {
    /// Of the tasks that a barrier waits for.
    There {
        /// So many have come.
        there: u64,
        /// So many are waited for.
        of: u64,
    },
    /// Of the permits of a semaphore.
    Free {
        /// So many are wanted.
        wanted: u64,
        /// So many are with nobody.
        free: u64,
        /// So many there are.
        of: u64,
        /// So many more there were, whose holders forgot them, and nobody added them again.
        forgotten: u64,
    },
    /// Of the slots of a channel none is free.
    Full {
        /// So many there are.
        slots: u64,
    },
    /// Of the values that were sent to all receivers none is left for this one.
    Sent {
        /// So many were sent.
        sends: u64,
        /// Whether the receiver subscribed after the last of them.
        subscribed_after: bool,
    },
    /// Of the bytes of a stream none has come that was not received.
    Bytes {
        /// So many were sent.
        sent: u64,
        /// So many of them were not received yet.
        unreceived: u64,
    },
}

/// A sender that is there.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LivingSender {
    /// Where it was made, or cloned.
    pub made: SourcePlace,
    /// The path of the task that made it.
    pub by: String,
}

/// Somebody who had senders when tasks waited for what one sends.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Keeper {
    /// Who, and in which way.
    pub kept: Kept,
    /// So many of the senders.
    pub senders: usize,
}

/// Who had a sender.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Kept {
    /// It lay in the future of the task with this path, so that no other task could send with it.
    Alone(String),
    /// It lay elsewhere in memory, and went with this task. Tasks that were dropped before may have shared it.
    Last(String),
    /// It lay in a message that nobody received.
    Message {
        /// The channel of that message.
        channel: Resource,
        /// The task that alone had the receiver, if one had.
        receiver: Option<String>,
    },
    /// No task had it: it may lie in a static, or be forgotten.
    NoTask,
}

/// Somebody who has what another waits for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Owner {
    /// In which way.
    pub role: Role,
    /// The path of the task.
    pub task: String,
    /// Where it took it, asked for it, or last received.
    pub place: SourcePlace,
    /// Whether the task is over, so that it will never let go.
    pub over: bool,
}

/// How a task owns what another waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// It holds the lock, or permits.
    Holder,
    /// It holds the lock for reading.
    Reader,
    /// It holds the lock for writing.
    Writer,
    /// It was granted it, and has not been polled since.
    Grantee,
    /// It waits for the same, and came before.
    Ahead,
    /// It is the receiver of the channel.
    Receiver,
    /// It has the other end of the connection, as far as is known.
    OtherEnd,
}

/// A notification of all that nobody heard.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MissedCall {
    /// Who notified.
    pub task: String,
    /// When, in virtual time.
    pub at: Duration,
}

/// A task that waits.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WaitingTask {
    /// Its path.
    pub task: String,
    /// Where it was spawned; `None` for `main`.
    pub spawned: Option<SourcePlace>,
    /// What it waits for, as far as Reweave sees. Each wakes it; whether it goes on with any of them, as in a `select!`, or
    /// needs them all, as in a `join!`, is not seen.
    pub waits: Vec<Wait>,
    /// No clone of its waker is left: it waits for nobody.
    pub lost: bool,
    /// Branches of a `select!` that it polls and that wait for nothing: their futures never left its waker anywhere.
    pub idle: Vec<SourcePlace>,
    /// What it wrote into buffers, and did not flush.
    pub unflushed: Vec<Unflushed>,
}

/// Bytes that lie in the buffer of a [`BufWriter`](crate::io::BufWriter).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Unflushed {
    /// How many.
    pub bytes: u64,
    /// Where the last of them were written, if known.
    pub place: Option<SourcePlace>,
}

/// Something that a task had and that others waited for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Holding {
    /// What it is, or is a part of.
    pub resource: Resource,
    /// How it was taken.
    pub action: Action,
    /// The path of the task that took it, which may have passed it on.
    pub taken_by: String,
    /// Where.
    pub place: SourcePlace,
    /// When, in virtual time.
    pub since: Duration,
    /// The path of the task that waited for it last.
    pub wanted_by: String,
    /// Since when.
    pub wanted_since: Duration,
    /// When that one gave up, unless it still waited.
    pub given_up: Option<Duration>,
}

/// Messages that nobody received.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Unreceived {
    /// The channel.
    pub channel: Resource,
    /// How many.
    pub messages: u64,
    /// Whether the receiver is there, which nobody polls then.
    pub receiver_alive: bool,
    /// Whether a task waits for a message of it.
    pub awaited: bool,
    /// Who last received from it, and where.
    pub last_receiver: Option<(String, SourcePlace)>,
}

/// One task does not go on without another.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Edge {
    /// The one that waits.
    pub from: String,
    /// What it waits for.
    pub awaited: Awaited,
    /// The one that has it.
    pub to: String,
}

/// A future that returned `Pending`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PendingFuture {
    /// The path of its task.
    pub task: String,
    /// What it waits for.
    pub awaited: Awaited,
    /// Where in the source, if known.
    pub place: Option<SourcePlace>,
    /// Since when it waits, in virtual time.
    pub since: Duration,
    /// When it was last polled.
    pub last_polled: Duration,
    /// When it was granted what it waits for, or the timer that it waits for was due.
    pub granted: Option<Duration>,
}
