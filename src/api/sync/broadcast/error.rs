//! What can go wrong on a broadcast channel.

use std::fmt;

/// There is no receiver. Gives the value back.
#[derive(Debug)]
pub struct SendError<T>(pub T);

says!(SendError<T: fmt::Debug>, _ => "channel closed");

/// Why a value could not be received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecvError {
    /// All senders are gone, and it has had all values.
    Closed,
    /// So many values were lost. The next is the oldest that is left.
    Lagged(u64),
}

says!(
    RecvError,
    RecvError::Closed => "channel closed",
    RecvError::Lagged(lost) => "channel lagged by {lost}",
);

/// Why there is no value now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TryRecvError {
    /// It has had all values so far.
    Empty,
    /// All senders are gone, and it has had all values.
    Closed,
    /// So many values were lost. The next is the oldest that is left.
    Lagged(u64),
}

says!(
    TryRecvError,
    TryRecvError::Empty => "channel empty",
    TryRecvError::Closed => "channel closed",
    TryRecvError::Lagged(lost) => "channel lagged by {lost}",
);
