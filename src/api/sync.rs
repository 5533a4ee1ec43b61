//! Sync: locks, semaphores and channels between tasks, shaped as tokio shapes them.
//!
//! ```
//! use reweave::sync::{Mutex, mpsc};
//! use std::sync::Arc;
//!
//! # reweave::Sim::new().run(async {
//! let (jobs, mut inbox) = mpsc::channel(8);
//! let total = Arc::new(Mutex::new(0));
//! let sum = total.clone();
//! let worker = reweave::spawn(async move {
//!     while let Some(job) = inbox.recv().await {
//!         *sum.lock().await += job;
//!     }
//! });
//! for job in 1..=3 {
//!     jobs.send(job).await.unwrap();
//! }
//! drop(jobs);
//! worker.await.unwrap();
//! assert_eq!(*total.lock().await, 6);
//! # }).unwrap();
//! ```
//!
//! What is different from tokio is what can be seen. An operation may let other tasks go first, as threads
//! would ([`Sim::points`](crate::Sim::points)); waits, grants and messages stand on the trace under the
//! name of their resource (`mutex#1`, or a name given with [`named`]); and a task that is stuck says what it waits
//! for and who holds it.
//!
//! ```text
//!   Semaphore  Mutex  RwLock  OnceCell   mpsc (bounded)      Notify  Barrier  SetOnce  watch
//!        └───────┴──────┴───────┴──────────┘                   └───────┴────────┴───────┘
//!            pool: permits, first come first served               queue: waiters in line
//! ```
//!
//! Outside a simulation everything works that need not wait: construction (also in a `static`), the `try_`
//! operations, drops.

#[macro_use]
mod errors;
#[macro_use]
mod guards;

#[allow(unsafe_code)]
mod cell;
#[allow(unsafe_code)]
pub(super) mod guarded;

mod acquire;
mod barrier;
pub(super) mod blocking;
pub mod broadcast;
mod ends;
mod lease;
pub mod mpsc;
mod mutex;
mod notify;
mod once_cell;
pub mod oneshot;
pub(super) mod op;
mod permits;
mod pool;
mod queue;
pub(super) mod resource;
mod rwlock;
mod semaphore;
mod set_once;
mod slot;
mod wakers;
pub mod watch;

pub use acquire::{AcquireError, TryAcquireError};
pub use barrier::{Barrier, BarrierWaitResult};
pub use mutex::{
    MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard, TryLockError,
};
pub use notify::Notify;
pub use once_cell::{OnceCell, SetError};
pub use resource::named;
pub use rwlock::{
    OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock,
    RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard,
};
pub use semaphore::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
pub use set_once::{SetOnce, SetOnceError};

/// Futures with a name of their own.
pub mod futures {
    pub use super::notify::{Notified, OwnedNotified};
}
