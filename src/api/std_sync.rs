//! `std::sync` for code under test: the same names and signatures, and each operation is a point at which other tasks may run.
//!
//! Code that shares state without tokio is run as it is; but it has no points of its own, so nothing comes between two of its
//! statements. With an import swapped, and [`Sim::threads`](crate::Sim::threads), other tasks can run at each of their operations:
//!
//! ```
//! # mod sync { pub use reweave::std_sync::*; }
//! // In the code under test: #[cfg(test)] use reweave::std_sync as sync; #[cfg(not(test))] use std::sync;
//! use sync::Arc;
//! use sync::atomic::{AtomicU32, Ordering};
//!
//! /// Gives out numbers; each was to be given once.
//! struct Numbers(AtomicU32);
//!
//! impl Numbers {
//!     fn next(&self) -> u32 {
//!         let number = self.0.load(Ordering::SeqCst);
//!         self.0.store(number + 1, Ordering::SeqCst);
//!         number
//!     }
//! }
//!
//! let found = reweave::explore(|| async {
//!     let numbers = Arc::new(Numbers(AtomicU32::new(0)));
//!     let other = numbers.clone();
//!     let other = reweave::spawn(async move { other.next() });
//!     assert_ne!(numbers.next(), other.await.unwrap());
//! });
//! let found = found.sim(reweave::Sim::new().threads(true)).seeds(0..1000).run();
//! assert!(found.failed());
//! ```
//!
//! Outside a simulation they are std's: a thread that wants a lock waits for it. In one, with `threads` or without, what would block
//! the thread for ever is a panic; and without `threads` nothing runs at their operations.
//!
//! # One thread cannot wait for itself
//!
//! While a paused task holds one of these locks, or is within an `init` closure, nothing runs on top of it. So what is found is
//! what happens between two critical sections, and not who waits for one. A lock that is held over an `.await` can be met by another
//! task; std's would block the thread of that one until the first goes on. Here that is a panic which says so.
//! [`Condvar`] waits for what others do meanwhile, so waiting is refused in a simulation.
//!
//! In a simulation, which has one thread, all operations are sequentially consistent, whatever [`Ordering`](atomic::Ordering) they are
//! given. Outside they are std's, with that ordering.
//!
//! # What is missing
//!
//! `Once`, `Barrier` and `mpsc`, which wait for other threads; and of the atomics `from_ptr`, by which an atomic of std's is
//! made of other memory, and `fmt::Pointer`.

pub mod atomic;
mod condvar;
mod holders;
mod lazy_lock;
mod mutex;
mod once_lock;
mod rwlock;

pub use std::sync::{
    Arc, LockResult, PoisonError, TryLockError, TryLockResult, WaitTimeoutResult, Weak,
};

pub use condvar::Condvar;
pub use lazy_lock::LazyLock;
pub use mutex::{Mutex, MutexGuard};
pub use once_lock::OnceLock;
pub use rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard};
