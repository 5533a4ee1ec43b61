//! W4, spawning: trivial tasks, spawned in batches and joined one after the other. A unit is a task's whole life.

use crate::contestants::async_executor::AsyncExecutor;
use crate::contestants::floor::Floor;
use crate::contestants::local_pool::LocalPool;
use crate::contestants::recorded::Recorded;
use crate::contestants::reweave::Reweave;
use crate::contestants::shuttle::Shuttle;
use crate::contestants::tokio::{Tokio, TokioLocal};
use crate::workloads::{Entrant, Latch, Workload};
use crate::{Contestant, Done, Size};

/// The workload.
pub const WORKLOAD: Workload = Workload {
    name: "w4",
    unit: "task",
    units: |size| (size.tasks * size.rounds) as u64,
    entrants: &[
        Entrant::new("reweave", run::<Reweave>),
        Entrant::new("recorded", run::<Recorded>).handicapped(4),
        Entrant::new("floor", run::<Floor>),
        Entrant::new("tokio", run::<Tokio>),
        Entrant::new("tokio-local", run::<TokioLocal>),
        Entrant::new("local-pool", run::<LocalPool>),
        Entrant::new("async-executor", run::<AsyncExecutor>),
        Entrant::new("shuttle", run::<Shuttle>).handicapped(20),
    ],
};

/// `size.rounds` batches of `size.tasks` tasks.
fn run<C: Contestant>(size: Size) -> Done {
    let latch = Latch::new(1);
    let joined = latch.clone();
    C::run(1, move |contestant| {
        let latch = latch.clone();
        async move {
            let mut joined = 0;
            let mut batch = Vec::with_capacity(size.tasks);
            for _ in 0..size.rounds {
                batch.extend((0..size.tasks).map(|_| contestant.spawn(async { 1 })));
                for task in batch.drain(..) {
                    joined += task.await;
                }
            }
            latch.arrive(joined);
        }
    });
    Done::units(joined.units())
}
