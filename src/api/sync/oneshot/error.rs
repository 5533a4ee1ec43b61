//! What can go wrong on a oneshot channel.

/// The sender is gone, and sent nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecvError(pub(super) ());

says!(RecvError, _ => "channel closed");

/// Why there is no value now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TryRecvError {
    /// None was sent yet.
    Empty,
    /// None will come: the sender is gone, or the value was taken before.
    Closed,
}

says!(
    TryRecvError,
    TryRecvError::Empty => "channel empty",
    TryRecvError::Closed => "channel closed",
);
