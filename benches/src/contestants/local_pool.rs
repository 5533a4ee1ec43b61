//! `futures::executor::LocalPool`: FIFO, neither time nor seed.

use futures::executor::LocalSpawner;
use futures::task::LocalSpawnExt;

use super::Contestant;

/// A pool's spawner, as its users hand it around.
#[derive(Clone, Debug)]
pub struct LocalPool(LocalSpawner);

impl Contestant for LocalPool {
    fn run<F>(runs: usize, program: impl Fn(Self) -> F + Send + Sync + 'static)
    where
        F: Future<Output = ()> + 'static,
    {
        for _ in 0..runs {
            let mut pool = futures::executor::LocalPool::new();
            let main = program(LocalPool(pool.spawner()));
            pool.run_until(main);
        }
    }

    fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = T> {
        self.0.spawn_local_with_handle(task).expect(ALIVE)
    }

    fn detach(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn_local(task).expect(ALIVE);
    }
}

const ALIVE: &str = "the pool lives as long as its main future";
