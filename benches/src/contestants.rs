//! The runtimes that are compared, each behind the same small trait.
//!
//! | file | runtime | picks | time | records |
//! | --- | --- | --- | --- | --- |
//! | [`reweave`] | an exploration | seeded random | virtual | a hash of all events |
//! | [`recorded`] | one run after the other | seeded random | virtual | everything |
//! | [`floor`] | a hand-written loop | seeded random | virtual | nothing |
//! | [`tokio`] | current-thread runtime; `LocalSet` on it | FIFO | paused | nothing |
//! | [`local_pool`] | `futures::executor::LocalPool` | FIFO | – | nothing |
//! | [`async_executor`] | `async_executor::LocalExecutor` | FIFO | – | nothing |
//! | [`shuttle`] | random scheduler | seeded random | – | the schedule |

pub mod async_executor;
pub mod floor;
pub mod local_pool;
pub mod recorded;
pub mod reweave;
pub mod shuttle;
pub mod strategies;
pub mod tokio;

/// A runtime that runs a main future and the tasks it spawns, on one thread.
///
/// The value is the spawner that user code holds; it costs nothing where the runtime keeps it in a thread-local. Tasks
/// are `Send` because some peers insist on it; no contestant moves them to another thread.
pub trait Contestant: Clone + 'static {
    /// Runs the program `runs` times to the end of its main future, each time on a fresh runtime. Runtimes that draw
    /// use the seeds `0..runs`.
    fn run<F>(runs: usize, program: impl Fn(Self) -> F + Send + Sync + 'static)
    where
        F: Future<Output = ()> + 'static;

    /// Spawns a task and hands back a future of its output, as the runtime's users would join it.
    fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = T>;

    /// Spawns a task that nobody joins, in the way that the runtime does it cheapest.
    fn detach(&self, task: impl Future<Output = ()> + Send + 'static);
}

/// A contestant that knows virtual time.
pub trait Sleep {
    /// Ready once `nanos` nanoseconds of virtual time have passed.
    fn sleep(nanos: u64) -> impl Future<Output = ()> + Send;
}
