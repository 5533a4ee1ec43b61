//! shuttle under its random scheduler: each task a coroutine with a stack, every schedule recorded; no time.

use futures::FutureExt;
use shuttle::scheduler::RandomScheduler;
use shuttle::{Config, MaxSteps, Runner};

use super::Contestant;

/// `shuttle::future::spawn` in a `shuttle::Runner` that draws its schedules from a seed.
#[derive(Clone, Copy, Debug)]
pub struct Shuttle;

impl Contestant for Shuttle {
    fn run<F>(runs: usize, program: impl Fn(Self) -> F + Send + Sync + 'static)
    where
        F: Future<Output = ()> + 'static,
    {
        run_closure(runs, move || shuttle::future::block_on(program(Shuttle)));
    }

    fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = T> {
        shuttle::future::spawn(task).map(|joined| joined.expect("a measured task is not aborted"))
    }

    fn detach(&self, task: impl Future<Output = ()> + Send + 'static) {
        shuttle::future::spawn(task);
    }
}

/// Runs a program that blocks, as shuttle's own channels want it, `runs` times on shuttle.
pub fn run_closure(runs: usize, program: impl Fn() + Send + Sync + 'static) {
    let mut config = Config::new();
    // The default of a million steps is fewer than a workload takes.
    config.max_steps = MaxSteps::None;
    let scheduler = RandomScheduler::new_from_seed(0, runs);
    Runner::new(scheduler, config).run(program);
}
