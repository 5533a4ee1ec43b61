//! W5, a whole small test: what one more seed costs. Three tasks read a shared counter, yield, and write it back plus
//! one; the end checks whether an update was lost. A unit is a run, everything included: building the runtime, seeding,
//! spawning, about a dozen polls, dropping.
//!
//! Losing an update is no failure here: reporting one costs what it may, and no peer goes on to the next seed after it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use reweave::strategies::Builtin;

use crate::contestants::async_executor::AsyncExecutor;
use crate::contestants::floor::Floor;
use crate::contestants::local_pool::LocalPool;
use crate::contestants::recorded::Recorded;
use crate::contestants::reweave::{Reweave, explore_by};
use crate::contestants::shuttle::Shuttle;
use crate::contestants::strategies::{Pct, Portfolio, Pos, Surw, Urw};
use crate::contestants::tokio::{Tokio, TokioLocal};
use crate::workloads::{Entrant, Workload, yield_once};
use crate::{Contestant, Done, Size};

/// The workload.
pub const WORKLOAD: Workload = Workload {
    name: "w5",
    unit: "run",
    units: |size| size.rounds as u64,
    entrants: &[
        Entrant::new("reweave", run::<Reweave>),
        Entrant::new("recorded", run::<Recorded>).handicapped(4),
        Entrant::new("portfolio", run::<Portfolio>),
        Entrant::new("pct", run::<Pct>),
        Entrant::new("pos", run::<Pos>),
        Entrant::new("urw", run::<Urw>),
        Entrant::new("surw", run::<Surw>),
        Entrant::new("floor", run::<Floor>),
        Entrant::new("tokio", run::<Tokio>),
        Entrant::new("tokio-local", run::<TokioLocal>),
        Entrant::new("local-pool", run::<LocalPool>),
        Entrant::new("async-executor", run::<AsyncExecutor>),
        Entrant::new("shuttle", run::<Shuttle>).handicapped(10),
    ],
};

/// `size.rounds` runs of a test with `size.tasks` tasks.
fn run<C: Contestant>(size: Size) -> Done {
    let ends = Arc::new(Ends::default());
    let seen = ends.clone();
    C::run(size.rounds, move |contestant| {
        program(contestant, size.tasks, ends.clone())
    });
    Done::units(seen.kept.load(Relaxed) + seen.lost.load(Relaxed))
}

async fn program<C: Contestant>(contestant: C, tasks: usize, ends: Arc<Ends>) {
    let counter = Arc::new(AtomicU64::new(0));
    let joined: Vec<_> = (0..tasks)
        .map(|_| {
            let counter = counter.clone();
            contestant.spawn(async move {
                let read = counter.load(Relaxed);
                yield_once().await;
                counter.store(read + 1, Relaxed);
            })
        })
        .collect();
    for task in joined {
        task.await;
    }
    ends.count(counter.load(Relaxed) == tasks as u64);
}

/// How many draws a run of a test with so many tasks makes, on average.
pub fn draws_a_run(tasks: usize) -> f64 {
    let program = move || program(Reweave, tasks, Arc::default());
    let figures = explore_by(Builtin::Random, 1_000, program);
    figures.draws as f64 / figures.runs as f64
}

/// How the runs ended.
#[derive(Debug, Default)]
struct Ends {
    kept: AtomicU64,
    lost: AtomicU64,
}

impl Ends {
    fn count(&self, kept: bool) {
        let end = if kept { &self.kept } else { &self.lost };
        end.fetch_add(1, Relaxed);
    }
}
