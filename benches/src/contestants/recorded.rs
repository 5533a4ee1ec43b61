//! Reweave, as one run that keeps everything: the same draws and the same hash as an exploration's run of that seed, and
//! beside them the trace, the tape, who waits for what and who holds what. So runs every `Sim`, every replay and every
//! snapshot.

use std::time::Duration;

use super::reweave::{Reweave, unlimited};
use super::{Contestant, Sleep};

/// [`Reweave`] under `reweave::Sim`, one seed after the other.
#[derive(Clone, Copy, Debug)]
pub struct Recorded;

impl Contestant for Recorded {
    fn run<F>(runs: usize, program: impl Fn(Self) -> F + Send + Sync + 'static)
    where
        F: Future<Output = ()> + 'static,
    {
        for seed in 0..runs as u64 {
            let run = unlimited().seed(seed).run(program(Recorded));
            assert!(
                run.findings().is_empty(),
                "a measured program shows nothing: {:?}",
                run.findings()
            );
        }
    }

    fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = T> {
        Reweave.spawn(task)
    }

    fn detach(&self, task: impl Future<Output = ()> + Send + 'static) {
        Reweave.detach(task);
    }
}

impl Sleep for Recorded {
    fn sleep(nanos: u64) -> impl Future<Output = ()> + Send {
        reweave::time::sleep(Duration::from_nanos(nanos))
    }
}
