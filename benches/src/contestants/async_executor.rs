//! `async_executor::LocalExecutor`: FIFO, neither time nor seed.

use std::rc::Rc;

use async_executor::LocalExecutor;
use futures_lite::future::block_on;

use super::Contestant;

/// An executor shared by its tasks' spawners.
#[derive(Clone, Debug)]
pub struct AsyncExecutor(Rc<LocalExecutor<'static>>);

impl Contestant for AsyncExecutor {
    fn run<F>(runs: usize, program: impl Fn(Self) -> F + Send + Sync + 'static)
    where
        F: Future<Output = ()> + 'static,
    {
        for _ in 0..runs {
            let executor = Rc::new(LocalExecutor::new());
            block_on(executor.run(program(AsyncExecutor(executor.clone()))));
        }
    }

    fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = T> {
        self.0.spawn(task)
    }

    fn detach(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(task).detach();
    }
}
