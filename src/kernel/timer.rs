//! A timer as the kernel keeps it.

use std::task::Waker;

/// See the top of this file.
pub(crate) struct Timer {
    /// The timer's number, in the order in which timers are set.
    pub(crate) number: u32,
    /// The slot of the task that set it.
    pub(crate) slot: u32,
    pub(crate) waker: Waker,
}
