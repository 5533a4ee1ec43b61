//! A handle to the run, for code that spawns from elsewhere than a task's own body.
//!
//! ```
//! use reweave::runtime::Handle;
//!
//! /// Serves each request in a task of its own, wherever it is called.
//! struct Server {
//!     runtime: Handle,
//! }
//!
//! impl Server {
//!     fn serve(&self, request: u32) -> reweave::task::JoinHandle<u32> {
//!         self.runtime.spawn(async move { request + 1 })
//!     }
//! }
//!
//! # reweave::Sim::new().run(async {
//! let server = Server { runtime: Handle::current() };
//! assert_eq!(server.serve(1).await.unwrap(), 2);
//! # }).unwrap();
//! ```
//!
//! A [`Handle`] is also an executor for code that is written for any: it implements
//! [`Spawn`](futures::task::Spawn) and [`LocalSpawn`](futures::task::LocalSpawn), and so has the methods of
//! [`SpawnExt`](futures::task::SpawnExt):
//!
//! ```
//! use futures::task::{Spawn, SpawnExt};
//!
//! /// Any executor will do.
//! async fn twice(executor: &impl Spawn) -> u32 {
//!     let half = executor.spawn_with_handle(async { 21 }).unwrap();
//!     2 * half.await
//! }
//!
//! # reweave::Sim::new().run(async {
//! assert_eq!(twice(&reweave::runtime::Handle::current()).await, 42);
//! # }).unwrap();
//! ```

mod block_on;
pub(in crate::api) mod error;
mod handle;
mod metrics;
mod spawn;

pub use error::{TryCurrentError, is_rt_shutdown_err};
pub use handle::{EnterGuard, Handle, Id, RuntimeFlavor, worker_index};
pub use metrics::RuntimeMetrics;
