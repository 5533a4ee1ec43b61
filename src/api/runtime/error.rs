//! Why there is no handle.

use std::error::Error;
use std::fmt;

/// No run is under way on this thread.
#[derive(Debug)]
pub struct TryCurrentError(pub(super) ());

impl TryCurrentError {
    /// Whether no run is under way on this thread: `true`, for there is no other reason here.
    pub fn is_missing_context(&self) -> bool {
        true
    }

    /// Whether the thread is about to end, which tokio cannot look past: `false`.
    pub fn is_thread_local_destroyed(&self) -> bool {
        false
    }
}

impl fmt::Display for TryCurrentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no simulation is under way on this thread")
    }
}

impl Error for TryCurrentError {}
