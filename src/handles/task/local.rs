//! Tasks that need not be `Send`.
//!
//! A simulation is one thread, so every task may be local, and [`spawn_local`] works anywhere in it.
//! A [`LocalSet`] adds what tokio's adds: it can be awaited until its tasks are over, and dropping it
//! aborts them.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::{AbortHandle, JoinHandle, spawn_named};
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
    spawn_named(
        future,
        Name::OfType(std::any::type_name::<F>()),
        "task::spawn_local",
    )
}

/// A set of local tasks. Awaited, it is ready once all of them are over; dropped, it aborts them.
///
/// Its tasks run as all others do, whether the set is polled or not. Tasks spawned with the free
/// function [`spawn_local`] belong to no set.
#[derive(Default)]
pub struct LocalSet {
    shared: Rc<Shared>,
    tasks: RefCell<Vec<AbortHandle>>,
}

/// What the tasks of a set tell it.
#[derive(Default)]
struct Shared {
    alive: Cell<usize>,
    waker: Cell<Option<Waker>>,
}

/// Held by a task of a set for as long as it lives.
struct Member(Rc<Shared>);

impl Drop for Member {
    fn drop(&mut self) {
        let Shared { alive, waker } = &*self.0;
        alive.set(alive.get() - 1);
        if alive.get() == 0 {
            waker.take().into_iter().for_each(Waker::wake);
        }
    }
}

impl LocalSet {
    /// An empty set.
    pub fn new() -> LocalSet {
        LocalSet::default()
    }

    /// Spawns a task of this set, whose future need not be `Send`.
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
        self.shared.alive.set(self.shared.alive.get() + 1);
        let member = Member(self.shared.clone());
        let task = async move {
            let _member = member;
            future.await
        };
        let name = Name::OfType(std::any::type_name::<F>());
        let handle = spawn_named(task, name, "LocalSet::spawn_local");
        let mut tasks = self.tasks.borrow_mut();
        tasks.retain(|task| !task.is_finished());
        tasks.push(handle.abort_handle());
        handle
    }

    /// Runs a future to its end, beside the tasks of the set.
    pub async fn run_until<F: Future>(&self, future: F) -> F::Output {
        future.await
    }
}

impl Future for LocalSet {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.shared.alive.get() == 0 {
            return Poll::Ready(());
        }
        drop(self.shared.waker.replace(Some(cx.waker().clone())));
        Poll::Pending
    }
}

impl Drop for LocalSet {
    fn drop(&mut self) {
        self.tasks.get_mut().iter().for_each(AbortHandle::abort);
    }
}

impl fmt::Debug for LocalSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalSet")
            .field("alive", &self.shared.alive.get())
            .finish()
    }
}
