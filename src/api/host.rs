//! Hosts: machines of the simulated world, that crash, come back, and stand still.
//!
//! ```
//! use std::sync::{Arc, Mutex};
//! use reweave::time::{Duration, sleep};
//!
//! # reweave::Sim::new().run(async {
//! // What outlives a crash lies outside of the host.
//! let log = Arc::new(Mutex::new(Vec::new()));
//! let db = reweave::host("db").start({
//!     let log = log.clone();
//!     move || {
//!         let log = log.clone();
//!         async move {
//!             log.lock().unwrap().push("starts");
//!             std::future::pending::<()>().await;
//!         }
//!     }
//! });
//! sleep(Duration::from_secs(1)).await;
//! db.crash();
//! assert!(!db.is_running());
//! db.restart();
//! sleep(Duration::from_secs(1)).await;
//! assert_eq!(*log.lock().unwrap(), ["starts", "starts"]);
//! # }).unwrap();
//! ```
//!
//! Code that knows nothing of hosts runs on the default one: `main`, and what it spawns. A task that is spawned by a task of a
//! host belongs to that host. Paths say so: `db:main/worker#2` is a child of the start function of `db`; tapes, traces and
//! findings use the same names.
//!
//! # What a crash is
//!
//! From the moment of [`Host::crash`] no task of the host is polled any more. Their futures are dropped before it returns, in
//! the order of their spawns; guards of locks, permits and ends of channels that they held are given back with them, for the
//! sake of other hosts that share them in memory. Who awaits one of the tasks gets a [`JoinError`] whose
//! [`is_host_crash`](crate::task::JoinError::is_host_crash) holds.
//!
//! No process runs destructors when it dies so. Ours do nothing in them: nothing is printed, noted, blocked, spawned or aborted; a
//! panic of one is passed over. **A limit:** what a destructor does outside of Reweave's types still happens, such as a
//! change of a variable that is shared with another host.
//!
//! Nothing that is dropped by a crash is evidence for a finding: not a future that was never awaited, not messages that nobody received,
//! not a lock that was held for long.
//!
//! A task that crashes its own host unwinds from there, and no panic hook hears of it. Where the code under test catches that, it goes on
//! to the end of its poll, with every call into Reweave ignored; what the poll returns is dropped. Where it unwinds already, the
//! crash takes effect at the end of the poll, too.
//!
//! # What a panic does
//!
//! | where | [`OnPanic::Fail`] | [`OnPanic::Crash`] | [`OnPanic::Restart`] |
//! | --- | --- | --- | --- |
//! | `main` | the run fails: finding `panic` | the same: `main` is on no such host | the same |
//! | the start function | nobody has its handle: finding `unobserved_panic` | the host crashes | the host crashes, and starts again at once |
//! | a spawned task, somebody awaits it | its [`JoinError`] | the host crashes, with who awaits it if that is on the host, else [`is_host_crash`](crate::task::JoinError::is_host_crash) | as with `Crash`, then it starts again |
//! | a spawned task, nobody does | finding `unobserved_panic` | the host crashes | the host crashes, and starts again |
//! | a destructor, at a crash | passed over | passed over | passed over |
//!
//! A host that restarts on panics, and panics again at the same virtual instant, stays down: it would do so for ever.
//!
//! # The end of the run
//!
//! When `main` ends, hosts are cut off as all else is. Tasks of a host with a [start function](Host::start) are then no
//! `unawaited_task`: such a host is a server, which nobody awaits. If they wait for each other for ever, that is a finding
//! all the same.

mod clock;
mod group;
mod handle;

pub use clock::Clock;
pub use group::Group;
pub use handle::{Host, host};

pub use crate::model::hosts::{Death, OnPanic};
#[cfg(doc)]
use crate::task::JoinError;
