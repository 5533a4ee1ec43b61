//! Signals of Unix, which ask a process to end, or tell it something; shaped as `tokio::signal`.
//!
//! A host is a process: [`Host::stop`](crate::host::Host::stop) asks it to end, and [`Host::signal`](crate::host::Host::signal)
//! sends it any signal. Its tasks that listen hear it; code that runs on the default host, such as a plain test, hears what one
//! of its tasks [raises](raise).
//!
//! ```
//! use reweave::signal::unix::{SignalKind, signal};
//! use reweave::time::{Duration, sleep};
//!
//! # reweave::Sim::new().run(async {
//! let db = reweave::host("db").start(|| async {
//!     let mut stop = signal(SignalKind::terminate()).unwrap();
//!     stop.recv().await;
//!     sleep(Duration::from_secs(2)).await; // writes down what it has
//! });
//! sleep(Duration::from_secs(1)).await;
//! db.stop();
//! sleep(Duration::from_secs(1)).await;
//! assert!(db.is_running());
//! sleep(Duration::from_secs(2)).await;
//! assert!(!db.is_running());
//! # }).unwrap();
//! ```
//!
//! # What a signal does
//!
//! | signal | where the process handles it | where it does not |
//! | --- | --- | --- |
//! | SIGTERM, SIGINT, SIGQUIT | who listens hears it; the process ends when its start function does | the process dies, as of [`Host::crash`](crate::host::Host::crash) |
//! | SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGPIPE, SIGIO, real-time signals, and others | who listens hears it | the process dies |
//! | SIGCHLD, SIGURG, SIGWINCH | who listens hears it | nothing |
//! | SIGTSTP, SIGTTIN, SIGTTOU | who listens hears it | as [`Host::pause`](crate::host::Host::pause) |
//! | SIGCONT | it goes on, and who listens hears it | as [`Host::resume`](crate::host::Host::resume) |
//! | SIGKILL, SIGSTOP | cannot be handled | the process dies; as [`Host::pause`](crate::host::Host::pause) |
//!
//! As on Unix, a signal is handled from the first time that somebody listens for it until the process dies, also when nobody
//! listens any more. A host that is restarted is another process, in which nothing is handled yet. A host that is paused hears what came
//! meanwhile when it is resumed, and dies then if it was to die, unless of SIGKILL.
//!
//! That a host ends when its start function does is so only after it was asked to by a signal that it handles. It can then be
//! [restarted](crate::host::Host::restart). Its other tasks are cut off, as they are when `main` returns in a program of tokio's.
//!
//! Numbers are those of Linux, whatever machine the simulation runs on. No signal of the real system is heard.
//!
//! A task that waits for a signal is idle, as one that waits for a connection: who could send it is anybody.

mod ctrl_c;
mod listener;
pub mod unix;

pub use ctrl_c::ctrl_c;

use unix::SignalKind;

use crate::base::ids::HostNo;
use crate::base::signal::Disposition;
use crate::run::context;

/// Sends a signal to the process of the running task: to its host, which may be the default one. As `raise` of the C library.
///
/// ```
/// use reweave::signal::{ctrl_c, raise, unix::SignalKind};
/// use reweave::task::yield_now;
///
/// # reweave::Sim::new().run(async {
/// let stopped = reweave::spawn(async { ctrl_c().await.unwrap() });
/// yield_now().await;
/// raise(SignalKind::interrupt());
/// stopped.await.unwrap();
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// If there is no such signal; outside a simulation. On the default host, if the process would die or stop of it, for nothing has
/// listened: the test cannot go on without its `main`. On another host that dies of it, it unwinds as
/// [`Host::crash`](crate::host::Host::crash) does.
#[track_caller]
pub fn raise(kind: SignalKind) {
    let signal = kind.known("signal::raise");
    let host = context::with("signal::raise", |cx| {
        let mut run = cx.run();
        let host = run.current_host();
        let ends = match signal.disposition() {
            Disposition::Dies | Disposition::Stops => true,
            Disposition::Ignored | Disposition::GoesOn => false,
        };
        let deaf = host == HostNo::DEFAULT && ends && !run.is_cutting_off();
        (!deaf || run.handles(host, signal)).then_some(host)
    });
    let Some(host) = host else {
        panic!(
            "`signal::raise`: nothing listens for {signal} on the default host, where `main` runs, and a process would not \
             survive that: make a listener first, such as `signal::unix::signal` or a polled `signal::ctrl_c`, or send it to a host"
        );
    };
    context::with("signal::raise", |cx| cx.signal_host(host, signal));
}
