//! Points between two statements of a task: where, with [`threads`](crate::Sim::threads), another task may run on top of it, as on
//! another thread.
//!
//! Calls of ours that are no `.await` are (`net`, `io`, and clones of ends of channels are not). Before one the code may have looked at something, which others change; after it
//! others may know of something, for which the code is not ready:
//!
//! ```text
//!   if !done.load() {            spawn(worker);
//!                     ◄── here                    ◄── and here
//!       done.notified().await    worker_started.store(true);
//! ```
//!
//! A call that only looks, or creates a future, is a point before it ([`here`]); one that others hear of is one [`around`] it. The
//! drop of a guard, a permit, or an end of a channel is one [`after`] it.

use std::marker::PhantomData;
use std::sync::MutexGuard;
use std::task::Waker;

use crate::base::ids::RunId;
use crate::base::place::{Place, caller};
use crate::base::touched::{self, Shared};
use crate::run::context;
use crate::run::overtake::at_point;

/// A point between two statements, where the code under test calls nothing else of this crate.
///
/// With [`Sim::threads`](crate::Sim::threads), whether other tasks run here is drawn, as it is at calls of [`task`](crate::task) and [`sync`](crate::sync). For code that
/// shares state by other means than [`sync`](crate::sync) and [`std_sync`](crate::std_sync). Without `threads`, and outside a simulation, it does
/// nothing.
///
/// ```
/// use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
/// use std::sync::Arc;
///
/// // A lost update, of which no `.await` and no lock tells.
/// async fn add(sum: Arc<AtomicU32>) {
///     let read = sum.load(SeqCst);
///     reweave::preempt();
///     sum.store(read + 1, SeqCst);
/// }
///
/// let explore = |threads| {
///     let found = reweave::explore(|| async {
///         let sum = Arc::new(AtomicU32::new(0));
///         let adding = [reweave::spawn(add(sum.clone())), reweave::spawn(add(sum.clone()))];
///         for task in adding {
///             task.await.unwrap();
///         }
///         assert_eq!(sum.load(SeqCst), 2);
///     });
///     found.sim(reweave::Sim::new().threads(threads)).seeds(0..1000).run().failed()
/// };
/// assert!(explore(true) && !explore(false));
/// ```
#[track_caller]
#[inline]
pub fn preempt() {
    at_shared();
}

/// The code under test is about to call something of ours: others may run first.
#[track_caller]
#[inline(always)]
pub(in crate::api) fn here() {
    if context::has_threads() {
        at_point(caller());
    }
}

/// [`here`], of a call on state that only its address tells apart from others: that of [`std_sync`](crate::std_sync), or one that is not ours.
#[track_caller]
#[inline(always)]
pub(in crate::api) fn at_shared() {
    here();
    touched::touch(Shared::Elsewhere);
}

/// Others may run first, and once more when the guard is dropped, at the end of the call.
#[track_caller]
#[inline(always)]
pub(in crate::api) fn around() -> After {
    let after = after();
    if let Some(place) = after.0 {
        at_point(place);
    }
    after
}

/// Others may run when the guard is dropped, at the end of the call.
#[track_caller]
#[inline(always)]
pub(in crate::api) fn after() -> After {
    After(context::has_threads().then(caller))
}

/// See [`after`].
#[derive(Debug)]
#[must_use]
pub(in crate::api) struct After(Option<Place>);

impl Drop for After {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(place) = self.0 {
            at_point(place);
        }
    }
}

/// As long as it lives, in the poll that made it, nothing runs on top of that: it has what the others would wait for, and one thread cannot
/// wait for itself.
#[derive(Debug)]
#[must_use]
pub(in crate::api) struct PreemptionDisabled {
    /// The run and its step.
    since: Option<(RunId, u64)>,
    /// It belongs to the poll that made it.
    of_this_thread: PhantomData<MutexGuard<'static, ()>>,
}

impl PreemptionDisabled {
    #[inline(always)]
    pub(in crate::api) fn begin() -> PreemptionDisabled {
        let since = match context::has_threads() {
            true => bar(),
            false => None,
        };
        PreemptionDisabled {
            since,
            of_this_thread: PhantomData,
        }
    }
}

impl Drop for PreemptionDisabled {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(since) = self.since {
            unbar(since);
        }
    }
}

/// Calls a waker, which may be code of the user's: nothing runs on top of that, for the call on whose way it is called is not over.
#[inline(always)]
pub(in crate::api) fn wake(waker: Waker) {
    match context::has_threads() {
        true => wake_alone(waker),
        false => waker.wake(),
    }
}

#[cold]
#[inline(never)]
fn wake_alone(waker: Waker) {
    let _barred = PreemptionDisabled::begin();
    waker.wake();
}

#[cold]
#[inline(never)]
fn bar() -> Option<(RunId, u64)> {
    context::try_with(|cx| {
        let step = cx.run().steps();
        cx.scope().preemption.bar(step);
        (cx.id(), step)
    })
}

#[cold]
#[inline(never)]
fn unbar((run, step): (RunId, u64)) {
    context::try_with(|cx| {
        if cx.id() == run {
            cx.scope().preemption.unbar(step);
        }
    });
}
