//! Keys of sockets of every kind, and of what is due.

use std::marker::PhantomData;

/// A listener's key.
pub(crate) type ListenerNo = Key<Listeners>;

/// A stream's key.
pub(crate) type StreamNo = Key<Streams>;

/// A UDP socket's key.
pub(crate) type UdpNo = Key<UdpSockets>;

/// Keys of Unix sockets.
pub(crate) type UnixListenerNo = Key<UnixListeners>;
pub(crate) type UnixStreamNo = Key<UnixStreams>;
pub(crate) type UnixDatagramNo = Key<UnixDatagrams>;

/// When something is due; the number tells those of one instant apart, first come first served.
pub(super) type DueKey = (u64, u64);

/// The table of listeners.
#[derive(Debug)]
pub(crate) enum Listeners {}

/// The table of streams.
#[derive(Debug)]
pub(crate) enum Streams {}

/// The table of UDP sockets.
#[derive(Debug)]
pub(crate) enum UdpSockets {}

/// The table of Unix listeners.
#[derive(Debug)]
pub(crate) enum UnixListeners {}

/// The table of Unix streams.
#[derive(Debug)]
pub(crate) enum UnixStreams {}

/// The table of Unix sockets for datagrams.
#[derive(Debug)]
pub(crate) enum UnixDatagrams {}

/// The key of a row of a table.
pub(crate) struct Key<T> {
    pub(super) at: u32,
    pub(super) generation: u32,
    pub(super) of: PhantomData<fn() -> T>,
}

// Derived, they would ask the same of `T`.
impl<T> Clone for Key<T> {
    fn clone(&self) -> Key<T> {
        *self
    }
}

impl<T> Copy for Key<T> {}

impl<T> PartialEq for Key<T> {
    fn eq(&self, other: &Key<T>) -> bool {
        (self.at, self.generation) == (other.at, other.generation)
    }
}

impl<T> Eq for Key<T> {}

impl<T> std::fmt::Debug for Key<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.at, self.generation)
    }
}
