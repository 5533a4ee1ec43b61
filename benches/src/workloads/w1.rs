//! W1, polling: tasks that are all ready all the time, each yielding so many times. A unit is a poll.
//!
//! With 1,000 tasks it is the price of one step of a scheduler; with 100,000 (W1L) its ready queue no longer fits the
//! caches; and between the two shows whether a pick costs more when there is more to pick from.
//!
//! They start together: where spawning is itself a scheduling point (shuttle), the first tasks would otherwise be done
//! before the last are born, and the queue would never be full.

use crate::contestants::async_executor::AsyncExecutor;
use crate::contestants::floor::Floor;
use crate::contestants::local_pool::LocalPool;
use crate::contestants::recorded::Recorded;
use crate::contestants::reweave::Reweave;
use crate::contestants::shuttle::Shuttle;
use crate::contestants::tokio::{Tokio, TokioLocal};
use crate::workloads::{Entrant, Gate, Latch, Workload, yield_once};
use crate::{Contestant, Done, Size};

/// The workload.
pub const WORKLOAD: Workload = Workload {
    name: "w1",
    unit: "poll",
    units: |size| (size.tasks * size.rounds) as u64,
    entrants: &[
        Entrant::new("reweave", run::<Reweave>),
        Entrant::new("recorded", run::<Recorded>).handicapped(4),
        Entrant::new("floor", run::<Floor>),
        Entrant::new("tokio", run::<Tokio>),
        Entrant::new("tokio-local", run::<TokioLocal>),
        Entrant::new("local-pool", run::<LocalPool>),
        Entrant::new("async-executor", run::<AsyncExecutor>),
        Entrant::new("shuttle", run::<Shuttle>)
            .handicapped(20)
            .up_to(1_000),
    ],
};

/// `size.tasks` tasks yield `size.rounds` times each.
fn run<C: Contestant>(size: Size) -> Done {
    let latch = Latch::new(size.tasks);
    let polls = latch.clone();
    C::run(1, move |contestant| {
        let latch = latch.clone();
        async move {
            let gate = Gate::default();
            for _ in 0..size.tasks {
                let (gate, latch) = (gate.clone(), latch.clone());
                contestant.detach(async move {
                    gate.opened().await;
                    for _ in 0..size.rounds {
                        yield_once().await;
                    }
                    latch.arrive(size.rounds as u64);
                });
            }
            gate.open();
            latch.opened().await;
        }
    });
    Done::units(polls.units())
}
