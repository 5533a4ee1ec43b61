//! Reweave, as an exploration runs it: picks drawn from the seed, virtual time, a hash of all events, default findings.

use std::time::Duration;

use futures::FutureExt;
use reweave::strategies::Builtin;
use reweave::{Figures, FindingKind, Level, Sim};

use super::{Contestant, Sleep};

/// `reweave::spawn` under `reweave::explore`, on one thread.
#[derive(Clone, Copy, Debug)]
pub struct Reweave;

/// A run whose size nothing limits.
pub(super) fn unlimited() -> Sim {
    let sim = Sim::new()
        .max_steps(u64::MAX)
        .max_steps_at_once(u64::MAX)
        .max_virtual_time(Duration::MAX)
        .max_tasks(usize::MAX);
    // The tasks of the memory workload are meant to be left waiting, and are not to be judged. No other workload leaves any,
    // so this costs them nothing and saves them nothing.
    [
        FindingKind::UnawaitedTask,
        FindingKind::StuckTask,
        FindingKind::Deadlock,
    ]
    .into_iter()
    .fold(sim, |sim, kind| sim.level(kind, Level::Allow))
}

/// Explores so many seeds with this strategy.
pub(crate) fn explore_by<F>(
    strategy: Builtin,
    runs: usize,
    program: impl Fn() -> F + Sync + 'static,
) -> Figures
where
    F: Future<Output = ()> + 'static,
{
    let found = reweave::explore(program)
        .sim(unlimited())
        .builtin(strategy)
        .seeds(0..runs as u64)
        // Of the default, which runs one seed in 64 twice, the first run would be twice as dear.
        .verify_every(0)
        .run();
    let clean = found.failures().is_empty() && found.warnings().is_empty();
    assert!(clean, "a measured program shows nothing: {found}");
    *found.figures()
}

impl Contestant for Reweave {
    fn run<F>(runs: usize, program: impl Fn(Self) -> F + Send + Sync + 'static)
    where
        F: Future<Output = ()> + 'static,
    {
        explore_by(Builtin::Random, runs, move || program(Reweave));
    }

    fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = T> {
        reweave::spawn(task).map(|joined| joined.expect("a measured task does not panic"))
    }

    fn detach(&self, task: impl Future<Output = ()> + Send + 'static) {
        drop(reweave::spawn(task));
    }
}

impl Sleep for Reweave {
    fn sleep(nanos: u64) -> impl Future<Output = ()> + Send {
        reweave::time::sleep(Duration::from_nanos(nanos))
    }
}
