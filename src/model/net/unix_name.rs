//! Names of Unix sockets.

use std::path::PathBuf;

/// Under which name a socket is found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum UnixName {
    Unnamed,
    Path(PathBuf),
    /// Of no file: it is free when its socket is gone.
    Abstract(Vec<u8>),
}
