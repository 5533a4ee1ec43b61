//! Names of Unix sockets.

use std::fmt;
use std::io::{self, ErrorKind};
#[cfg(target_os = "android")]
use std::os::android::net::SocketAddrExt;
#[cfg(target_os = "linux")]
use std::os::linux::net::SocketAddrExt;
#[cfg(unix)]
use std::os::unix::net;
use std::path::{Path, PathBuf};

use super::waiting::{Answer, in_run};
use crate::model::net::unix_name::UnixName;

/// The longest name, in bytes (`sockaddr_un`).
const LONGEST: usize = 107;

/// The name of a Unix socket; shaped as `tokio::net::unix::SocketAddr`.
///
/// ```
/// use reweave::net::UnixListener;
///
/// # reweave::Sim::new().run(async {
/// let listener = UnixListener::bind("/run/db.sock")?;
/// assert_eq!(listener.local_addr()?.as_pathname(), Some("/run/db.sock".as_ref()));
/// # std::io::Result::Ok(())
/// # }).unwrap().unwrap();
/// ```
#[derive(Clone)]
pub struct SocketAddr(pub(super) UnixName);

impl SocketAddr {
    /// Whether it has no name: who only connects has none.
    pub fn is_unnamed(&self) -> bool {
        self.0 == UnixName::Unnamed
    }

    /// The path, if it is one.
    pub fn as_pathname(&self) -> Option<&Path> {
        match &self.0 {
            UnixName::Path(path) => Some(path),
            UnixName::Unnamed | UnixName::Abstract(_) => None,
        }
    }

    /// The name, if it is one that stands for no file.
    pub fn as_abstract_name(&self) -> Option<&[u8]> {
        match &self.0 {
            UnixName::Abstract(name) => Some(name),
            UnixName::Unnamed | UnixName::Path(_) => None,
        }
    }
}

impl fmt::Debug for SocketAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            UnixName::Unnamed => f.write_str("(unnamed)"),
            UnixName::Path(path) => write!(f, "{path:?} (pathname)"),
            UnixName::Abstract(name) => write!(f, "\"{}\" (abstract)", name.escape_ascii()),
        }
    }
}

/// Real names are taken as they are: a path stands for the socket that is bound there in the simulation.
#[cfg(unix)]
impl From<net::SocketAddr> for SocketAddr {
    fn from(address: net::SocketAddr) -> SocketAddr {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        if let Some(name) = address.as_abstract_name() {
            return SocketAddr(UnixName::Abstract(name.to_vec()));
        }
        SocketAddr(match address.as_pathname() {
            Some(path) => UnixName::Path(path.to_owned()),
            None => UnixName::Unnamed,
        })
    }
}

/// For code that asks a name of the standard library's questions: no real socket has it.
#[cfg(unix)]
impl From<SocketAddr> for net::SocketAddr {
    fn from(address: SocketAddr) -> net::SocketAddr {
        let real = match &address.0 {
            #[cfg(any(target_os = "linux", target_os = "android"))]
            UnixName::Abstract(name) => net::SocketAddr::from_abstract_name(name),
            // Other systems know no such names.
            #[cfg(not(any(target_os = "linux", target_os = "android")))]
            UnixName::Abstract(_) => net::SocketAddr::from_pathname(""),
            UnixName::Unnamed => net::SocketAddr::from_pathname(""),
            UnixName::Path(path) => net::SocketAddr::from_pathname(path),
        };
        // Whoever was bound has a name that fits: see `name_of`.
        real.expect("a name that fits")
    }
}

/// The name that a path stands for: after a leading zero byte, one of no file.
pub(super) fn name_of(path: &Path) -> io::Result<UnixName> {
    let bytes = path.as_os_str().as_encoded_bytes();
    let invalid = |why| Err(io::Error::new(ErrorKind::InvalidInput, why));
    match bytes {
        [] => invalid("a socket without a name cannot be found: give it a path"),
        _ if bytes.len() > LONGEST => invalid("path must be shorter than SUN_LEN"),
        [0, name @ ..] => Ok(UnixName::Abstract(name.to_vec())),
        _ if bytes.contains(&0) => invalid("paths must not contain interior null bytes"),
        _ => Ok(UnixName::Path(PathBuf::from(path))),
    }
}

/// What a resource of a socket is called.
pub(super) fn words(name: &UnixName) -> String {
    match name {
        UnixName::Unnamed => "unnamed".to_owned(),
        UnixName::Path(path) => path.display().to_string(),
        UnixName::Abstract(name) => format!("@{}", name.escape_ascii()),
    }
}

/// Removes the path of a Unix socket on the host of the running task, as `std::fs::remove_file` does it on a real machine.
///
/// As on a real machine a path stays when the socket is gone that was bound there, and to bind it again is `AddrInUse`; also after the
/// host was restarted. Servers remove it beforehand for that reason. What `std::fs::remove_file` does the simulation cannot see, and until it has a
/// disk, this stands for it.
///
/// ```
/// use reweave::net::{UnixListener, unix};
/// use std::io::ErrorKind;
///
/// # reweave::Sim::new().run(async {
/// drop(UnixListener::bind("/run/db.sock")?);
/// assert_eq!(UnixListener::bind("/run/db.sock").unwrap_err().kind(), ErrorKind::AddrInUse);
/// unix::remove_path("/run/db.sock")?;
/// let listener = UnixListener::bind("/run/db.sock")?;
/// # drop(listener);
/// # std::io::Result::Ok(())
/// # }).unwrap().unwrap();
/// ```
///
/// # Errors
///
/// `NotFound` if no socket was bound there. Outside a simulation, an error that says so.
pub fn remove_path<P: AsRef<Path>>(path: P) -> io::Result<()> {
    in_run(|here| {
        let host = here.run.current_host();
        let (network, _) = here.run.network();
        Answer::new(match network.remove_path(host, path.as_ref()) {
            true => Ok(()),
            false => Err(ErrorKind::NotFound.into()),
        })
    })
}
