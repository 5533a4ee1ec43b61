//! Why there is no handle; and that what a handle belongs to is over.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};

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

/// What a handle belongs to is over, its run or its host: the inner error of an [`io::Error`].
pub(in crate::api) struct Over(&'static str);

impl Over {
    /// An error that says what is over.
    pub(in crate::api) fn error(kind: ErrorKind, what: &'static str) -> io::Error {
        io::Error::new(kind, Over(what))
    }
}

impl fmt::Debug for Over {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0, f)
    }
}

impl fmt::Display for Over {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Over {}

/// Whether an operation failed because the runtime of its handle is gone: the simulation in which a socket was made is over, or its host died.
///
/// ```
/// use reweave::net::UdpSocket;
/// use reweave::runtime::is_rt_shutdown_err;
///
/// let simulation = reweave::Sim::new().run(async { UdpSocket::bind("127.0.0.1:0").await.unwrap() });
/// let socket = simulation.into_output().unwrap();
/// reweave::Sim::new().run(async move {
///     let error = socket.recv(&mut [0; 8]).await.unwrap_err();
///     assert!(is_rt_shutdown_err(&error));
/// }).unwrap();
/// ```
pub fn is_rt_shutdown_err(err: &io::Error) -> bool {
    err.get_ref().is_some_and(|inner| inner.is::<Over>())
}
