//! Tasks: spawn them, await them, abort them.
//!
//! ```
//! # reweave::Sim::new().run(async {
//! let handle = reweave::task::spawn(async { 6 * 7 });
//! assert_eq!(handle.await.unwrap(), 42);
//! # }).unwrap();
//! ```
//!
//! Every task has a path that is the same in every run: `main/fetch#2` is the second task that `main`
//! spawned from the `async fn` called `fetch`. [`Builder`] gives a name of your own.

#[macro_use]
mod task_local;

mod abort;
mod blocking;
mod builder;
pub mod coop;
mod error;
mod handle;
mod id;
mod join_set;
mod local;
mod rounds;
mod yield_now;

pub use abort::AbortHandle;
pub(crate) use blocking::spawn_blocking_on;
pub use blocking::{block_in_place, spawn_blocking};
pub use builder::Builder;
pub use coop::{consume_budget, unconstrained};
pub use error::JoinError;
pub use handle::JoinHandle;
pub use id::{Id, id, try_id};
pub use join_set::JoinSet;
pub use local::{LocalEnterGuard, LocalSet, spawn_local};
pub use task_local::{AccessError, LocalKey};

/// Futures with a name of their own.
pub mod futures {
    pub use super::task_local::TaskLocalFuture;
}
pub use yield_now::yield_now;

use std::future::Future;

use crate::api::preempt;
use crate::base::ids::HostNo;
use crate::base::place::caller;
use crate::kernel::tasks::Name;
use crate::run::context;

/// Spawns a task, which starts to run as soon as it is drawn from the ready queue, awaited or not.
///
/// Dropping the handle detaches the task. When `main` ends, tasks that still live are cut off: their futures are dropped
/// where they are, which is the finding [`unawaited_task`](crate::FindingKind::UnawaitedTask).
///
/// ```
/// # reweave::Sim::new().run(async {
/// let sum = reweave::spawn(async { (1..=4).sum::<u32>() });
/// assert_eq!(sum.await.unwrap(), 10);
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// Dropping the [`JoinHandle`] while it is awaited does not end the task; its output is lost. Awaited by reference
/// (`&mut handle`) it is cancel safe.
///
/// # Panics
///
/// Outside a simulation.
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let _point = preempt::after();
    spawn_named(
        future,
        Name::OfType(std::any::type_name::<F>()),
        "task::spawn",
    )
}

/// Every kind of spawn but those on other hosts ends here.
#[track_caller]
pub(crate) fn spawn_named<F>(future: F, name: Name<'_>, called: &str) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    spawn_named_on(None, future, name, called)
}

/// A host in one of its lives: its number, and how often it had been restarted.
pub(crate) type Life = (HostNo, u32);

/// Spawns a task that is nobody's child on a host; without one, a child of the running task.
#[track_caller]
pub(crate) fn spawn_named_on<F>(
    host: Option<Life>,
    future: F,
    name: Name<'_>,
    called: &str,
) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let place = caller();
    context::with(called, |cx| match host {
        None => JoinHandle::new(cx.spawn(future, name, place)),
        Some((host, restarts)) => {
            JoinHandle::new(cx.spawn_on(host, future, name, Some(restarts), place))
        }
    })
}
