//! What tasks share: the kinds of resource, what can be done with one, and what can be waited for.
//!
//! A *resource* is anything of `sync`, `io`, `net` or `signal` that tasks meet at: a lock, a channel, a pipe, a connection, a signal. The run numbers them in the
//! order in which they are made or first used.

use std::fmt;

macro_rules! resource_kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// The kinds of resource.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ResourceKind {
            $($(#[$doc])* $variant,)*
        }

        impl ResourceKind {
            /// All kinds, in the order of their declaration.
            pub const ALL: &'static [ResourceKind] = &[$(ResourceKind::$variant),*];

            /// The kind's name, which a resource bears with a number if the user gave it no name: `mutex#1`.
            pub const fn name(self) -> &'static str {
                match self { $(ResourceKind::$variant => $name,)* }
            }
        }
    };
}

resource_kinds! {
    /// [`sync::Mutex`](crate::sync::Mutex).
    Mutex = "mutex";
    /// [`sync::RwLock`](crate::sync::RwLock).
    RwLock = "rwlock";
    /// [`sync::Semaphore`](crate::sync::Semaphore).
    Semaphore = "semaphore";
    /// [`sync::Notify`](crate::sync::Notify).
    Notify = "notify";
    /// [`sync::Barrier`](crate::sync::Barrier).
    Barrier = "barrier";
    /// [`sync::OnceCell`](crate::sync::OnceCell).
    OnceCell = "once_cell";
    /// [`sync::SetOnce`](crate::sync::SetOnce).
    SetOnce = "set_once";
    /// [`sync::oneshot`](crate::sync::oneshot).
    Oneshot = "oneshot";
    /// [`sync::mpsc::channel`](crate::sync::mpsc::channel).
    Mpsc = "mpsc";
    /// [`sync::mpsc::unbounded_channel`](crate::sync::mpsc::unbounded_channel).
    UnboundedMpsc = "unbounded mpsc";
    /// [`sync::watch`](crate::sync::watch).
    Watch = "watch";
    /// [`sync::broadcast`](crate::sync::broadcast).
    Broadcast = "broadcast";
    /// One direction of [`io::duplex`](crate::io::duplex) or [`io::simplex`](crate::io::simplex).
    Pipe = "pipe";
    /// [`net::TcpListener`](crate::net::TcpListener).
    TcpListener = "tcp listener";
    /// One direction of a TCP connection.
    Tcp = "tcp";
    /// [`net::UdpSocket`](crate::net::UdpSocket).
    Udp = "udp";
    /// [`net::UnixListener`](crate::net::UnixListener).
    UnixListener = "unix listener";
    /// One direction of a [`net::UnixStream`](crate::net::UnixStream).
    Unix = "unix";
    /// [`net::UnixDatagram`](crate::net::UnixDatagram).
    UnixDatagram = "unix datagram";
    /// A signal that the process of a host handles.
    Signal = "signal";
    /// [`watched`](crate::watched()).
    Watched = "watched";
}

impl ResourceKind {
    /// Whether it is a lock: only who holds it can let others have it.
    pub const fn is_lock(self) -> bool {
        matches!(self, ResourceKind::Mutex | ResourceKind::RwLock)
    }
}

impl fmt::Display for ResourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A resource's number within its run, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceNo(pub(crate) u32);

impl ResourceNo {
    /// The number, from 1.
    pub fn get(self) -> u32 {
        self.0
    }
}

macro_rules! wants {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $lead:literal;)*) => {
        /// What is wanted of a resource by an operation that must wait.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Want {
            $($(#[$doc])* $variant,)*
        }

        impl Want {
            /// All of them, in the order of their declaration.
            pub const ALL: &'static [Want] = &[$(Want::$variant),*];

            /// The want's name in JSON.
            pub const fn name(self) -> &'static str {
                match self { $(Want::$variant => $name,)* }
            }

            /// How the want is written before the resource's name: `room in `, and nothing for the resource itself.
            pub const fn lead(self) -> &'static str {
                match self { $(Want::$variant => $lead,)* }
            }
        }
    };
}

wants! {
    /// To have it: a lock, permits.
    Itself = "itself", "";
    /// A free slot to send into.
    Room = "room", "room in ";
    /// The next message of a queue.
    Message = "message", "a message of ";
    /// A value that is set once, or sent to all.
    Value = "value", "the value of ";
    /// A value that was not seen yet.
    Change = "change", "a change of ";
    /// The end of the other side.
    Close = "close", "the close of ";
    /// To be notified.
    Notification = "notification", "a notification of ";
    /// That the others come, too.
    Peers = "peers", "the others at ";
    /// Bytes to read.
    Bytes = "bytes", "bytes in ";
    /// A connection that nobody has accepted.
    Connection = "connection", "a connection of ";
    /// The other side's answer to a request to connect.
    Handshake = "handshake", "the handshake of ";
    /// A datagram that was sent to a socket.
    Datagram = "datagram", "a datagram to ";
    /// A signal of Unix, which anybody may send.
    Signal = "signal", "";
}

/// What is done with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Action {
    /// Takes a mutex.
    Lock,
    /// Takes a read-write lock for reading, or reads a watched value.
    Read,
    /// Takes a read-write lock for writing, or writes a watched value.
    Write,
    /// Takes so many permits.
    Acquire(u32),
    /// Gives a lock or permits back.
    Release,
    /// Adds permits, or forgets some.
    Adjust,
    /// Reserves slots of a channel.
    Reserve(u32),
    /// Sends a message or a value, or writes bytes.
    Send,
    /// Receives one, or reads bytes.
    Receive,
    /// Waits for a notification.
    Await,
    /// Notifies one.
    NotifyOne,
    /// Notifies all who wait.
    NotifyAll,
    /// Waits for a change, or looks at the present value.
    Observe,
    /// Waits at a barrier.
    Meet,
    /// Closes, or drops the last end of one side.
    Close,
    /// Binds an address.
    Bind,
    /// Connects.
    Connect,
    /// Accepts a connection.
    Accept,
}

impl Action {
    /// Whether it may change the resource. Two that do not may come in any order.
    pub const fn writes(self) -> bool {
        !matches!(self, Action::Read | Action::Observe)
    }

    /// The action in one word, as schedules write it.
    pub const fn name(self) -> &'static str {
        match self {
            Action::Lock => "lock",
            Action::Read => "read",
            Action::Write => "write",
            Action::Acquire(_) => "acquire",
            Action::Release => "release",
            Action::Adjust => "adjust",
            Action::Reserve(_) => "reserve",
            Action::Send => "send",
            Action::Receive => "receive",
            Action::Await => "await",
            Action::NotifyOne => "notify_one",
            Action::NotifyAll => "notify_all",
            Action::Observe => "observe",
            Action::Meet => "meet",
            Action::Close => "close",
            Action::Bind => "bind",
            Action::Connect => "connect",
            Action::Accept => "accept",
        }
    }
}

/// An operation on a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Operation {
    /// What it is on.
    pub resource: ResourceNo,
    /// What it does.
    pub action: Action,
}

impl Operation {
    /// Whether the order of the two may matter: they are on the same resource, and one of them may change it.
    pub fn conflicts(self, other: Operation) -> bool {
        self.resource == other.resource && (self.action.writes() || other.action.writes())
    }
}
