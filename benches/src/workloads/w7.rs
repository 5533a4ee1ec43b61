//! W7, memory: tasks that await something that never comes. What is looked at is the memory resident while all of them
//! are parked; the difference of two numbers of tasks, less the future's own size, is what a task costs its runtime.

use std::cell::Cell;
use std::sync::{Arc, OnceLock};

use crate::contestants::async_executor::AsyncExecutor;
use crate::contestants::floor::Floor;
use crate::contestants::local_pool::LocalPool;
use crate::contestants::reweave::Reweave;
use crate::contestants::tokio::{Tokio, TokioLocal};
use crate::memory;
use crate::workloads::{Entrant, Workload, yield_once};
use crate::{Contestant, Done, Size};

/// The workload.
pub const WORKLOAD: Workload = Workload {
    name: "w7",
    unit: "idle task",
    units: |size| size.tasks as u64,
    entrants: &[
        Entrant::new("reweave", run::<Reweave>),
        Entrant::new("floor", run::<Floor>),
        Entrant::new("tokio", run::<Tokio>),
        Entrant::new("tokio-local", run::<TokioLocal>),
        Entrant::new("local-pool", run::<LocalPool>),
        Entrant::new("async-executor", run::<AsyncExecutor>),
    ],
};

thread_local! {
    /// How many tasks were polled. Not in the task, which is to be as small as a future can be.
    static PARKED: Cell<u64> = const { Cell::new(0) };
}

/// The size in bytes of the future that each task is made of.
pub fn future_bytes() -> usize {
    size_of_val(&idle())
}

/// `size.tasks` tasks park; the rounds mean nothing here.
fn run<C: Contestant>(size: Size) -> Done {
    let done = Arc::new(OnceLock::new());
    let seen = done.clone();
    C::run(1, move |contestant| {
        let done = done.clone();
        async move {
            PARKED.set(0);
            for _ in 0..size.tasks {
                contestant.detach(idle());
            }
            while PARKED.get() < size.tasks as u64 {
                yield_once().await;
            }
            let units = PARKED.get();
            let resident = memory::resident();
            done.set(Done { units, resident })
                .expect("a program runs once");
        }
    });
    *seen.get().expect("a run ends with its program")
}

async fn idle() {
    PARKED.set(PARKED.get() + 1);
    std::future::pending().await
}
