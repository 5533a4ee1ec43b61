//! Signals by their kinds; shaped as `tokio::signal::unix`. They are there on every system: a simulated host has Linux.

use std::future::Future;
use std::io;
use std::task::{Context, Poll};

use super::listener::Listener;
use crate::base::place::caller;
use crate::base::signal::SignalNo;

/// A kind of signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SignalKind(i32);

macro_rules! kinds {
    ($($name:ident = $signal:ident, $text:literal;)*) => {
        impl SignalKind {
            $(
                #[doc = $text]
                pub const fn $name() -> SignalKind {
                    SignalKind(SignalNo::$signal.get() as i32)
                }
            )*
        }
    };
}

kinds! {
    alarm = ALRM, "SIGALRM: a timer of the system is due. A process dies of it, unless it handles it.";
    child = CHLD, "SIGCHLD: a child process has changed. It is ignored, unless it is handled.";
    hangup = HUP, "SIGHUP: the terminal is gone, or the configuration is to be read again. A process dies of it, unless it handles it.";
    interrupt = INT, "SIGINT: Ctrl-C. A process dies of it, unless it handles it.";
    io = IO, "SIGIO: a file is ready. A process dies of it, unless it handles it.";
    pipe = PIPE, "SIGPIPE: nobody reads what is written. A process dies of it, unless it handles it.";
    quit = QUIT, "SIGQUIT: the process is to end, and leave a dump. It dies of it, unless it handles it.";
    terminate = TERM, "SIGTERM: the process is to end. It dies of it, unless it handles it.";
    user_defined1 = USR1, "SIGUSR1: what the program says. A process dies of it, unless it handles it.";
    user_defined2 = USR2, "SIGUSR2: what the program says. A process dies of it, unless it handles it.";
    window_change = WINCH, "SIGWINCH: the terminal has another size. It is ignored, unless it is handled.";
}

impl SignalKind {
    /// The signal of this number on Linux, if there is one; if not, it is refused where it is used.
    ///
    /// ```
    /// use reweave::signal::unix::SignalKind;
    ///
    /// assert_eq!(SignalKind::from_raw(15), SignalKind::terminate());
    /// ```
    pub const fn from_raw(signum: i32) -> SignalKind {
        SignalKind(signum)
    }

    /// Its number on Linux.
    pub const fn as_raw_value(&self) -> i32 {
        self.0
    }

    /// The signal.
    ///
    /// # Panics
    ///
    /// If there is none of this number.
    #[track_caller]
    pub(crate) fn known(self, called: &str) -> SignalNo {
        match SignalNo::new(self.0) {
            Some(signal) => signal,
            None => panic!(
                "`{called}`: there is no signal {}: they go from 1 to 64",
                self.0
            ),
        }
    }
}

impl From<i32> for SignalKind {
    fn from(signum: i32) -> SignalKind {
        SignalKind::from_raw(signum)
    }
}

impl From<SignalKind> for i32 {
    fn from(kind: SignalKind) -> i32 {
        kind.as_raw_value()
    }
}

/// Listens for a signal that the process of the running task gets: its host.
///
/// Any number may listen for one signal, and each hears it.
///
/// ```
/// use reweave::signal::{raise, unix::{SignalKind, signal}};
///
/// # reweave::Sim::new().run(async {
/// let mut reload = signal(SignalKind::hangup()).unwrap();
/// raise(SignalKind::hangup());
/// assert_eq!(reload.recv().await, Some(()));
/// # }).unwrap();
/// ```
///
/// # Errors
///
/// If there is no signal of this number, or it is one that a process cannot handle (SIGKILL, SIGSTOP) or that only the code which
/// fails could (SIGILL, SIGFPE, SIGSEGV). In a destructor of a host that has crashed.
///
/// # Panics
///
/// Outside a simulation.
#[track_caller]
pub fn signal(kind: SignalKind) -> io::Result<Signal> {
    let place = caller();
    let refused = |why: String| Err(io::Error::other(why));
    let Some(known) = SignalNo::new(kind.0) else {
        return refused(format!(
            "there is no signal {}: they go from 1 to 64",
            kind.0
        ));
    };
    if !known.can_be_handled() {
        return refused(format!("{known} cannot be listened for"));
    }
    let listener = Listener::new("signal::unix::signal", known, place)?;
    Ok(Signal { listener })
}

/// What [`signal`] gives: one who hears a signal, each time it comes.
///
/// Several that come before it is asked again are one to it, as on Unix. It hears none that came before it was made. Handed to a task of another
/// host it goes on hearing what its own host gets, and nothing any more once that has died.
#[derive(Debug)]
#[must_use = "who does not ask it hears nothing"]
pub struct Signal {
    listener: Listener,
}

impl Signal {
    /// Waits until the signal comes. Never gives `None`; the signature is tokio's.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a signal is heard in the poll that returns it.
    ///
    /// # Panics
    ///
    /// When polled outside a simulation.
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Option<()>> {
        let place = caller();
        let listener = &mut self.listener;
        async move {
            listener.heard(place).await;
            Some(())
        }
    }

    /// [`Signal::recv`] as a method to be polled.
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    #[track_caller]
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<()>> {
        self.listener.poll_heard(cx).map(Some)
    }
}
