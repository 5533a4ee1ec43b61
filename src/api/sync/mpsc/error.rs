//! What can go wrong on a channel.

use std::fmt;

/// The receiver is gone or closed. Gives the value back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SendError<T>(pub T);

says!(SendError<T>, _ => "channel closed");
shows_no_value!(SendError);

/// Implements `into_inner`, and a `Debug` that shows no value, for an error that gives it back in every case.
macro_rules! gives_back {
    ($Error:ident, $($Case:ident)|+) => {
        impl<T> $Error<T> {
            /// The value that was not sent.
            pub fn into_inner(self) -> T {
                match self {
                    $($Error::$Case(value))|+ => value,
                }
            }
        }

        impl<T> fmt::Debug for $Error<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                // In quotes, as tokio's.
                fmt::Debug::fmt(
                    match self {
                        $($Error::$Case(_) => concat!(stringify!($Case), "(..)")),+
                    },
                    f,
                )
            }
        }
    };
}

/// Why a value could not be sent at once. Gives it back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TrySendError<T> {
    /// There is no room.
    Full(T),
    /// The receiver is gone or closed.
    Closed(T),
}

says!(
    TrySendError<T>,
    TrySendError::Full(_) => "no available capacity",
    TrySendError::Closed(_) => "channel closed",
);
gives_back!(TrySendError, Full | Closed);

impl<T> From<SendError<T>> for TrySendError<T> {
    fn from(error: SendError<T>) -> TrySendError<T> {
        TrySendError::Closed(error.0)
    }
}

/// Why there is no message now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryRecvError {
    /// None has come yet.
    Empty,
    /// None will come any more.
    Disconnected,
}

says!(
    TryRecvError,
    TryRecvError::Empty => "receiving on an empty channel",
    TryRecvError::Disconnected => "receiving on a closed channel",
);

/// No message will come any more.
#[derive(Clone, Debug)]
pub struct RecvError(());

says!(RecvError, _ => "channel closed");

/// Why a value was not sent in time. Gives it back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SendTimeoutError<T> {
    /// There was no room in time.
    Timeout(T),
    /// The receiver is gone or closed.
    Closed(T),
}

says!(
    SendTimeoutError<T>,
    SendTimeoutError::Timeout(_) => "timed out waiting on send operation",
    SendTimeoutError::Closed(_) => "channel closed",
);
gives_back!(SendTimeoutError, Timeout | Closed);
