//! Closures on threads of their own, as far as virtual time is concerned.
//!
//! A closure given to [`spawn_blocking`] runs in one go when it is drawn. Time that it spends in
//! [`reweave::thread::sleep`](crate::thread::sleep) passes for itself alone: the others run on, and
//! its handle completes that much later.

use super::{JoinHandle, Life, coop, spawn_named_on};
use crate::api::preempt;
use crate::api::time::{Instant, sleep_until};
use crate::kernel::tasks::Name;
use crate::run::context;

/// Runs a closure that may block where it holds nobody up.
///
/// The closure is a task of its own and runs in one go when it is drawn. Virtual time that it spends in
/// [`reweave::thread::sleep`](crate::thread::sleep) passes beside the other tasks; the handle is ready that much later.
///
/// ```
/// use reweave::time::{Duration, Instant};
///
/// # reweave::Sim::new().run(async {
/// let start = Instant::now();
/// let read = reweave::task::spawn_blocking(|| {
///     reweave::thread::sleep(Duration::from_millis(8));
///     "the file"
/// });
/// assert_eq!(read.await.unwrap(), "the file");
/// assert_eq!(start.elapsed(), Duration::from_millis(8));
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// Dropping the handle does not stop the closure; its output is lost. Awaited by reference it is cancel safe. An abort
/// before the closure was drawn keeps it from running; after that it comes too late, as in tokio: the handle gives the output
/// once the virtual time of the closure has passed.
///
/// # Panics
///
/// Outside a simulation.
#[track_caller]
pub fn spawn_blocking<F, R>(f: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    let _point = preempt::after();
    spawn_blocking_named(f, BLOCKING, "task::spawn_blocking")
}

/// What a closure without a name of its own is called.
pub(super) const BLOCKING: &str = "blocking";

#[track_caller]
pub(super) fn spawn_blocking_named<F, R>(f: F, name: &str, called: &'static str) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    spawn_closure(None, f, name, called)
}

/// Runs a closure on a host; see [`spawn_named_on`].
#[track_caller]
pub(crate) fn spawn_blocking_on<F, R>(
    host: Option<Life>,
    f: F,
    called: &'static str,
) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    spawn_closure(host, f, BLOCKING, called)
}

#[track_caller]
fn spawn_closure<F, R>(host: Option<Life>, f: F, name: &str, called: &'static str) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    let future = async move {
        context::with(called, |cx| cx.run().begin_closure());
        let (output, until) = on_own_thread(f);
        if until > Instant::now() {
            sleep_until(until).await;
        }
        output
    };
    let handle = spawn_named_on(host, future, Name::Given(name), called);
    handle.set_apart();
    handle
}

/// Runs the closure with a clock of its own; also says what that clock shows at the end.
fn on_own_thread<R>(f: impl FnOnce() -> R) -> (R, Instant) {
    /// Gives the running code back the clock it had, also when the closure unwinds.
    struct Restore(Option<u64>);
    impl Drop for Restore {
        fn drop(&mut self) {
            context::try_with(|cx| cx.run().set_blocking_pool(self.0));
        }
    }
    let _restore = context::with("task::spawn_blocking", |cx| {
        let mut run = cx.run();
        let now = run.true_time_here();
        Restore(run.set_blocking_pool(Some(now)))
    });
    // Without a budget: the closure holds up no other task, so its operations need not yield.
    let _budget = coop::Budget::replace(None);
    let output = f();
    (output, Instant::now())
}

/// Runs a closure that may block on the running task's own thread.
///
/// In tokio other tasks move to another thread meanwhile. Here the closure runs in place, and time it spends in
/// [`reweave::thread::sleep`](crate::thread::sleep) is no finding: the running task sleeps, the
/// others do not notice, because no virtual time passes for them.
///
/// ```
/// # reweave::Sim::new().run(async {
/// let mut text = String::from("bor");
/// reweave::task::block_in_place(|| text.push_str("row"));
/// assert_eq!(text, "borrow");
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// Outside a simulation, and in code of a [`LocalSet`](super::LocalSet): its tasks are bound to the thread that
/// the closure would block.
#[track_caller]
pub fn block_in_place<F, R>(f: F) -> R
where
    F: FnOnce() -> R,
{
    assert!(
        !super::local::is_in_set(),
        "`block_in_place` was called by code of a `LocalSet`: can call blocking only when running on the \
         multi-threaded runtime"
    );
    on_own_thread(f).0
}
