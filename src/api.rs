//! Layer **api**: what user code calls, shaped as tokio shapes it.
//!
//! Handles hold ids; the state behind them lives in the run. They are `Send` and `Sync` wherever tokio's are.

pub mod counting;
pub mod faults;
pub mod future;
pub mod host;
mod idle;
#[macro_use]
pub mod io;
#[cfg(feature = "tracing")]
pub mod log;
pub mod macros;
pub mod net;
pub mod output;
pub(crate) mod point;
pub mod preempt;
pub mod process;
pub mod property;
pub mod rng;
pub mod runtime;
pub mod signal;
pub mod std_sync;
pub mod stream;
pub mod sync;
pub mod target;
pub mod task;
pub mod thread;
pub mod time;
pub mod watched;
pub mod workload;
