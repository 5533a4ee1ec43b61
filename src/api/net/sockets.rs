//! The sockets of a host: how many it may have open, and connections that are gone when they are accepted.

use std::io;

use super::links::{chance, host_called};
use crate::base::ids::{HostNo, RunId};
use crate::model::net::Network;
use crate::run::context::{self, Here};

/// `EMFILE`.
const TOO_MANY_OPEN_FILES: i32 = 24;

/// The sockets of a host, to be limited or to be disturbed; see [`sockets()`].
#[derive(Debug)]
pub struct Sockets {
    run: RunId,
    host: HostNo,
}

/// The sockets of a host, which is called by its name, `main` being that of the test, or by its [`Host`](crate::host::Host).
///
/// ```
/// use reweave::net::{self, TcpListener, TcpStream};
///
/// # reweave::Sim::new().run(async {
/// net::sockets("main").at_most(2);
/// let listener = TcpListener::bind("127.0.0.1:80").await?;
/// let client = TcpStream::connect("127.0.0.1:80").await?;
/// let error = listener.accept().await.unwrap_err();
/// assert_eq!(error.raw_os_error(), Some(24), "EMFILE");
/// net::sockets("main").at_most(3);
/// let (server, _) = listener.accept().await?;
/// # drop((client, server));
/// # std::io::Result::Ok(())
/// # }).unwrap().unwrap();
/// ```
///
/// # Panics
///
/// If there is no host of that name; outside a simulation.
#[must_use = "it changes nothing by itself"]
#[track_caller]
pub fn sockets(host: impl AsRef<str>) -> Sockets {
    let name = host.as_ref();
    let call = || format!("net::sockets({name:?})");
    let found = context::with("net::sockets", |cx| {
        let run = cx.id();
        host_called(call, &cx.run(), name).map(|host| Sockets { run, host })
    });
    match found {
        Ok(sockets) => sockets,
        Err(wrong) => panic!("{wrong}"),
    }
}

impl Sockets {
    /// How many sockets the host may have open at a time, listeners and both kinds of Unix sockets included (`RLIMIT_NOFILE`); as many as it
    /// likes unless set. One more fails with the error `EMFILE`, whose `raw_os_error()` is 24, as on Linux; a connection that cannot be
    /// accepted for that reason stays in line. A [`TcpSocket`](super::TcpSocket) or [`UnixSocket`](super::UnixSocket) counts as soon as it
    /// connects or listens. What is open already stays so.
    ///
    /// It outlives a restart of the host. In another run than that in which it was asked for it changes nothing.
    pub fn at_most(self, count: usize) -> Sockets {
        self.change(|network, host| network.set_most_sockets(host, count))
    }

    /// The probability that a TCP connection is gone when the host accepts it: `accept` fails with `ConnectionAborted` (`ECONNABORTED`), and
    /// the other side is reset; 0 unless set. On the tape it is `abort@` and the name of the host.
    ///
    /// A loop that accepts connections is to go on after that error, as accept(2) asks of it.
    ///
    /// ```
    /// use reweave::net::{self, TcpListener, TcpStream};
    /// use std::io::ErrorKind;
    ///
    /// # reweave::Sim::new().run(async {
    /// net::sockets("main").aborted_accepts(1.0);
    /// let listener = TcpListener::bind("127.0.0.1:80").await?;
    /// let _client = TcpStream::connect("127.0.0.1:80").await?;
    /// assert_eq!(listener.accept().await.unwrap_err().kind(), ErrorKind::ConnectionAborted);
    /// # std::io::Result::Ok(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// If it is not from 0 to 1.
    #[track_caller]
    pub fn aborted_accepts(self, p: f64) -> Sockets {
        let aborted = chance("Sockets::aborted_accepts", p);
        self.change(|network, host| network.set_aborted_accepts(host, aborted))
    }

    fn change(self, change: impl FnOnce(&mut Network, HostNo)) -> Sockets {
        let _ = context::try_with(|cx| {
            let mut run = cx.run();
            if cx.id() == self.run && !run.is_dead() {
                change(run.network().0, self.host);
            }
        });
        self
    }
}

/// Whether the host of the running task may open so many sockets more.
///
/// # Errors
///
/// `EMFILE` if it may not.
pub(super) fn may_open(here: &mut Here<'_>, count: usize) -> io::Result<()> {
    let host = here.run.current_host();
    match here.run.network().0.may_open(host, count) {
        true => Ok(()),
        false => Err(io::Error::from_raw_os_error(TOO_MANY_OPEN_FILES)),
    }
}
