//! What can go wrong on a watch channel.

/// There is no receiver. Gives the value back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SendError<T>(pub T);

says!(SendError<T>, _ => "channel closed");
shows_no_value!(SendError);

/// All senders are gone.
#[derive(Clone, Debug)]
pub struct RecvError(pub(super) ());

says!(RecvError, _ => "channel closed");
