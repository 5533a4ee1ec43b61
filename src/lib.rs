//! Deterministic simulation testing for async Rust.
//!
//! Ordinary futures run on a seeded, virtual-time, single-threaded executor in which everything that could
//! go differently is *drawn*: which ready task is polled next, which `select!` branch is looked at first, which of two
//! timers due at the same instant fires first. So a run is fully determined by its draws: a seed is a run, a
//! failing run can be had again exactly, and a thousand seeds are a thousand interleavings.
//!
//! ```
//! use std::{cell::Cell, rc::Rc};
//!
//! // Two tasks add one to a counter: read, give way, write.
//! let found = reweave::explore(|| async {
//!     let counter = Rc::new(Cell::new(0));
//!     let add = |counter: Rc<Cell<u32>>| async move {
//!         let read = counter.get();
//!         reweave::task::yield_now().await;
//!         counter.set(read + 1);
//!     };
//!     let one = reweave::task::spawn_local(add(counter.clone()));
//!     let two = reweave::task::spawn_local(add(counter.clone()));
//!     one.await.unwrap();
//!     two.await.unwrap();
//!     assert_eq!(counter.get(), 2, "an update was lost");
//! })
//! .seeds(0..100)
//! .run();
//!
//! let run = found.failure().expect("some seed interleaves them");
//! println!("{run}");
//! // The same draws give the same run.
//! let tape = run.tape();
//! # let _ = tape;
//! ```
//!
//! # Where to look
//!
//! * [`test`](macro@test): the attribute for tests. [`Sim`]: one run. [`explore`]: many.
//! * [`task`], [`time`], [`sync`], [`io`], [`runtime`], [`thread`], [`select!`], [`join!`]: what the code under test calls,
//!   shaped as tokio's, so that `use reweave as tokio` compiles.
//! * [`stream`]: receivers and intervals as `futures::Stream`. Byte streams implement `futures::io`'s traits, senders
//!   `futures::Sink`, and a [`runtime::Handle`] is an executor for `futures::task::SpawnExt`.
//! * [`rng`], [`choose`], [`flip`]: random values and free choices that replay.
//! * [`Run`], [`Finding`], [`Trace`], [`Tape`]: what a run gives back. [`Strategy`]: who answers draws.
//!
//! # Features
//!
//! None is on unless asked for.
//!
//! | feature | what it adds |
//! | --- | --- |
//! | `tokio` | the traits of `tokio::io` on the byte streams of [`io`]; of tokio it takes the traits alone, no runtime |
//! | `tracing` | `TraceLayer`: events and spans of the code under test on the trace |
//!
//! # How the source is laid out
//!
//! In floors; a file imports only from the floors above it in this list, and a test holds that.
//!
//! | floor | what is there |
//! | --- | --- |
//! | `values` | draws, tapes, seeded streams, ids, the hash |
//! | `record` | events, the trace and its forms, findings |
//! | `models` | plain state machines: the timer queue, the queue of ready tasks |
//! | `engine` | the task cell, the table of tasks, the world, the loop, the only thread-local |
//! | `handles` | what user code calls |
//! | `search` | one run, many runs |
//! | `words` | the report |
//! | `hands` | the test attribute, environment variables |

#![deny(unsafe_code)]

mod engine;
mod handles;
mod hands;
mod models;
mod record;
mod search;
mod values;
mod words;

pub use handles::future::{MustAwait, must_await};
#[cfg(feature = "tracing")]
pub use handles::log::TraceLayer;
pub use handles::rng::{TaskRng, choose, flip, rng};
pub use handles::task::spawn;
pub use handles::{io, runtime, stream, sync, task, thread, time};
pub use hands::environment::{Environment, EnvironmentError};
pub use record::diff::Diff;
pub use record::event::{Entry, Event, Verb};
pub use record::finding::{Finding, FindingKind, Level};
pub use record::trace::Trace;
pub use reweave_macros::{main, must_await, test};
pub use search::explore::{Exploration, Explore, explore};
pub use search::run::Run;
pub use search::sim::Sim;
pub use values::draw::{Access, Draw, Footprint, Kind, Plain, RandomWalk, Strategy};
pub use values::ids::TaskNo;
pub use values::stream::Stream;
pub use values::tape::{Deviation, Match, Tape, TapeError};
pub use words::report::Report;

#[doc(hidden)]
pub mod __private {
    //! What macros expand to. Not for direct use.

    pub use reweave_macros::{join_internal, select_internal, try_join_internal};

    pub use crate::handles::future::Discard;
    pub use crate::handles::macros::{SelectPoint, coop_ready, select_start};
    pub use crate::handles::output::{note, print};
    pub use crate::hands::test::{TestOptions, TestOutput, run_main, run_seeds, run_test};
    pub use crate::record::finding::Level;
}
