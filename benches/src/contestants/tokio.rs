//! tokio's current-thread runtime: FIFO, no seed; its clock paused, and moving on by itself when nothing is ready.

use std::time::Duration;

use futures::FutureExt;
use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;

use super::{Contestant, Sleep};

/// `tokio::spawn` on a current-thread runtime, as `#[tokio::test(start_paused = true)]` sets it up.
#[derive(Clone, Copy, Debug)]
pub struct Tokio;

impl Contestant for Tokio {
    fn run<F>(runs: usize, program: impl Fn(Self) -> F + Send + Sync + 'static)
    where
        F: Future<Output = ()> + 'static,
    {
        for _ in 0..runs {
            runtime().block_on(program(Tokio));
        }
    }

    fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = T> {
        tokio::spawn(task).map(|joined| joined.expect("a measured task does not panic"))
    }

    fn detach(&self, task: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(task);
    }
}

impl Sleep for Tokio {
    fn sleep(nanos: u64) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(Duration::from_nanos(nanos))
    }
}

/// `tokio::task::spawn_local` in a `LocalSet`.
#[derive(Clone, Copy, Debug)]
pub struct TokioLocal;

impl Contestant for TokioLocal {
    fn run<F>(runs: usize, program: impl Fn(Self) -> F + Send + Sync + 'static)
    where
        F: Future<Output = ()> + 'static,
    {
        for _ in 0..runs {
            LocalSet::new().block_on(&runtime(), program(TokioLocal));
        }
    }

    fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = T> {
        tokio::task::spawn_local(task).map(|joined| joined.expect("a measured task does not panic"))
    }

    fn detach(&self, task: impl Future<Output = ()> + Send + 'static) {
        tokio::task::spawn_local(task);
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without I/O has nothing that could fail")
}
