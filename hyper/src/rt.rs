//! Tasks and timers of Reweave as hyper asks for them.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt::{Executor, Sleep, Timer};
use pin_project_lite::pin_project;
use reweave::task::{Builder, JoinHandle};
use reweave::time;

/// Spawns hyper's futures as tasks of the run, on the host of the task that asks for them; as `hyper_util::rt::TokioExecutor` is
/// for tokio. They are called `hyper`.
///
/// ```
/// use hyper::rt::Executor;
/// use reweave_hyper::ReweaveExecutor;
///
/// # reweave::Sim::new().run(async {
/// let (sender, receiver) = reweave::sync::oneshot::channel();
/// ReweaveExecutor::new().execute(async move { sender.send(1) });
/// assert_eq!(receiver.await, Ok(1));
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// `execute` panics outside a simulation.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct ReweaveExecutor {}

impl ReweaveExecutor {
    /// The executor: there is nothing to choose.
    pub fn new() -> ReweaveExecutor {
        ReweaveExecutor {}
    }
}

impl<F> Executor<F> for ReweaveExecutor
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    #[track_caller]
    fn execute(&self, future: F) {
        drop(spawn_named("hyper", future));
    }
}

/// Spawns a task of this name.
#[track_caller]
pub(crate) fn spawn_named<F>(name: &str, future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let spawned = Builder::new().name(name).spawn(future);
    spawned.expect("a simulation has room for a task")
}

/// Virtual time as hyper asks for it; as `hyper_util::rt::TokioTimer` is for tokio's.
///
/// It goes to every builder that takes a timer: hyper measures nothing without one, and panics where it has to.
///
/// ```
/// use std::time::Duration;
/// use hyper::rt::Timer;
/// use reweave_hyper::ReweaveTimer;
///
/// # reweave::Sim::new().run(async {
/// let timer = ReweaveTimer::new();
/// let start = timer.now();
/// timer.sleep(Duration::from_secs(3600)).await;
/// assert_eq!(timer.now() - start, Duration::from_secs(3600));
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// Its methods panic outside a simulation.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct ReweaveTimer {}

impl ReweaveTimer {
    /// The timer: there is nothing to choose.
    pub fn new() -> ReweaveTimer {
        ReweaveTimer {}
    }
}

impl Timer for ReweaveTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        Box::pin(ReweaveSleep {
            inner: time::sleep(duration),
        })
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(ReweaveSleep {
            inner: time::sleep_until(deadline.into()),
        })
    }

    fn now(&self) -> Instant {
        time::Instant::now().into_std()
    }

    fn reset(&self, sleep: &mut Pin<Box<dyn Sleep>>, deadline: Instant) {
        match sleep.as_mut().downcast_mut_pin::<ReweaveSleep>() {
            Some(ours) => ours.project().inner.reset(deadline.into()),
            None => *sleep = self.sleep_until(deadline),
        }
    }
}

pin_project! {
    /// A timer that hyper set.
    struct ReweaveSleep {
        #[pin]
        inner: time::Sleep,
    }
}

impl Future for ReweaveSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().inner.poll(cx)
    }
}

impl Sleep for ReweaveSleep {}
