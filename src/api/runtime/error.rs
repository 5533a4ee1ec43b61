//! Why there is no handle.

use std::error::Error;
use std::fmt;

/// No run is under way on this thread; given by [`Handle::try_current`](super::Handle::try_current).
///
/// ```
/// let error = reweave::runtime::Handle::try_current().unwrap_err();
/// assert!(error.is_missing_context());
/// ```
#[derive(Debug)]
pub struct TryCurrentError(pub(super) ());

impl TryCurrentError {
    /// Whether no run is under way on this thread: `true`, for there is no other reason here.
    pub fn is_missing_context(&self) -> bool {
        true
    }

    /// Whether the thread's locals are destroyed already: `false`, for that is not told apart here. The method is there for
    /// code that is written for tokio.
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
