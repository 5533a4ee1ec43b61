//! Tasks that need not be `Send`.
//!
//! A simulation is one thread, so every task may be local, and [`spawn_local`] works anywhere in it.
//! [`LocalSet`] is here so that code written for tokio compiles and means the same.

use std::future::Future;

use super::{JoinHandle, spawn_named};
use crate::engine::tasks::Name;

/// Spawns a task whose future need not be `Send`.
///
/// # Panics
///
/// Outside a simulation.
#[track_caller]
pub fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    spawn_named(future, Name::OfType(std::any::type_name::<F>()), "task::spawn_local")
}

/// A set of local tasks.
#[derive(Debug, Default)]
pub struct LocalSet {
    not_send: std::marker::PhantomData<std::rc::Rc<()>>,
}

impl LocalSet {
    /// An empty set.
    pub fn new() -> LocalSet {
        LocalSet::default()
    }

    /// Spawns a task whose future need not be `Send`.
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        spawn_local(future)
    }

    /// Runs a future to its end, beside the tasks of the set.
    pub async fn run_until<F: Future>(&self, future: F) -> F::Output {
        future.await
    }
}
