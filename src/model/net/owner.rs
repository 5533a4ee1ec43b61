//! Whose a socket is.

/// Why a task cannot have a socket.
#[derive(Debug)]
pub(crate) enum NotHere {
    /// Its host took it away when it died.
    TakenAway,
    /// It is that of the first host, and not of the second, which are named.
    Foreign(String, String),
}
