//! Spawning under a name.

use std::future::Future;
use std::io;

use super::blocking::{BLOCKING, spawn_blocking_named};
use super::local::spawn_local_named;
use super::{JoinHandle, LocalSet, spawn_named};
use crate::api::preempt;
use crate::kernel::tasks::Name;

/// Spawns tasks with names, which then stand in paths: `main/worker#2`.
///
/// ```
/// # reweave::Sim::new().run(async {
/// let worker = reweave::task::Builder::new().name("worker").spawn(async { 1 })?;
/// assert_eq!(worker.await?, 1);
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Builder<'a> {
    name: Option<&'a str>,
}

impl<'a> Builder<'a> {
    /// A builder without a name.
    pub fn new() -> Builder<'a> {
        Builder::default()
    }

    /// The name of the task to be spawned. Siblings may share one: they are numbered.
    ///
    /// ```
    /// let run = reweave::Sim::new().run(async {
    ///     let worker = || reweave::task::Builder::new().name("worker").spawn(async {});
    ///     worker().unwrap().await.unwrap();
    ///     worker().unwrap().await.unwrap();
    /// });
    /// assert!(run.trace().to_string().contains("spawns main/worker#2"));
    /// ```
    pub fn name(self, name: &'a str) -> Builder<'a> {
        Builder { name: Some(name) }
    }

    /// Spawns a task; see [`task::spawn`](super::spawn).
    ///
    /// # Errors
    ///
    /// None at present; the signature is tokio's.
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    #[track_caller]
    pub fn spawn<F>(self, future: F) -> io::Result<JoinHandle<F::Output>>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let _point = preempt::after();
        Ok(spawn_named(
            future,
            self.name_of::<F>(),
            "task::Builder::spawn",
        ))
    }

    /// Spawns a task that need not be `Send`; see [`task::spawn_local`](super::spawn_local).
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let shared = std::rc::Rc::new(3);
    /// let worker = reweave::task::Builder::new().name("local").spawn_local(async move { *shared })?;
    /// assert_eq!(worker.await?, 3);
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// None at present; the signature is tokio's.
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    #[track_caller]
    pub fn spawn_local<F>(self, future: F) -> io::Result<JoinHandle<F::Output>>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let _point = preempt::after();
        Ok(spawn_local_named(
            future,
            self.name_of::<F>(),
            "task::Builder::spawn_local",
        ))
    }

    /// Spawns a task of a [`LocalSet`]; see [`LocalSet::spawn_local`].
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let set = reweave::task::LocalSet::new();
    /// let worker = reweave::task::Builder::new().name("local").spawn_local_on(async { 3 }, &set)?;
    /// set.await;
    /// assert_eq!(worker.await?, 3);
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// None at present; the signature is tokio's.
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    #[track_caller]
    pub fn spawn_local_on<F>(self, future: F, local: &LocalSet) -> io::Result<JoinHandle<F::Output>>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let _point = preempt::after();
        let name = self.name_of::<F>();
        Ok(local.spawn_named(future, name, "task::Builder::spawn_local_on"))
    }

    /// Runs a closure that may block; see [`task::spawn_blocking`](super::spawn_blocking).
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let read = reweave::task::Builder::new().name("read").spawn_blocking(|| "the file")?;
    /// assert_eq!(read.await?, "the file");
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// None at present; the signature is tokio's.
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    #[track_caller]
    pub fn spawn_blocking<F, R>(self, f: F) -> io::Result<JoinHandle<R>>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        let _point = preempt::after();
        let name = self.name.unwrap_or(BLOCKING);
        Ok(spawn_blocking_named(
            f,
            name,
            "task::Builder::spawn_blocking",
        ))
    }

    fn name_of<F>(self) -> Name<'a> {
        match self.name {
            Some(name) => Name::Given(name),
            None => Name::OfType(std::any::type_name::<F>()),
        }
    }
}
