//! Figures of the runtime.

use super::Handle;
use crate::base::touched::{self, Shared};
use crate::run::context;

/// Figures of the runtime, counted as tokio counts them; made by [`Handle::metrics`].
///
/// Of tokio's there are those that are the same on every run with the same draws. None is of time that a processor spent.
///
/// ```
/// # reweave::Sim::new().run(async {
/// let metrics = reweave::runtime::Handle::current().metrics();
/// assert_eq!(metrics.num_workers(), 1);
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct RuntimeMetrics {
    handle: Handle,
}

impl Handle {
    /// Figures of the runtime; see [`RuntimeMetrics`].
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let metrics = reweave::runtime::Handle::current().metrics();
    /// let task = reweave::spawn(async {});
    /// assert_eq!(metrics.num_alive_tasks(), 1);
    /// task.await.unwrap();
    /// assert_eq!(metrics.num_alive_tasks(), 0);
    /// # }).unwrap();
    /// ```
    pub fn metrics(&self) -> RuntimeMetrics {
        RuntimeMetrics {
            handle: self.clone(),
        }
    }
}

impl RuntimeMetrics {
    /// How many threads poll tasks: one.
    pub fn num_workers(&self) -> usize {
        1
    }

    /// How many tasks are not over. As in tokio, `main` is none of them, nor are closures of
    /// [`spawn_blocking`](crate::task::spawn_blocking) and tasks of a [`LocalSet`](crate::task::LocalSet).
    ///
    /// # Panics
    ///
    /// If the handle's run is not under way on this thread.
    #[track_caller]
    pub fn num_alive_tasks(&self) -> usize {
        let called = "runtime::RuntimeMetrics::num_alive_tasks";
        self.handle.must_reach(called);
        touched::touch(Shared::Everything);
        context::with(called, |cx| cx.run().alive_tasks())
    }

    /// How many ready tasks wait in the queue that all threads share: none, for there is one thread, and it has a queue of its
    /// own.
    pub fn global_queue_depth(&self) -> usize {
        0
    }
}
