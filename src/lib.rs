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
//! # With code that is written for tokio
//!
//! With a dev-dependency on this crate, `#[cfg(test)] extern crate reweave as tokio;` at the top of lib.rs makes each path `tokio::…`, and each
//! `#[tokio::test]`, mean this crate while the tests are compiled. The README says what that cannot do, and how it is done for `tests/`.
//!
//! # Where to look
//!
//! * [`test`](macro@test): the attribute for tests. [`Sim`]: one run. [`explore()`]: many.
//! * [`task`], [`time`], [`sync`], [`io`], [`runtime`], [`thread`], [`select!`], [`join!`]: what the code under test calls,
//!   shaped as tokio's, so that `use reweave as tokio` compiles.
//! * [`std_sync`], [`preempt()`]: for code that shares state with std's locks and atomics, and is to be interrupted between two
//!   statements; see [`Sim::threads`].
//! * [`host`](mod@host): machines that crash, come back and stand still; [`host()`] makes one.
//! * [`faults`]: crashes, pauses and other misfortune that seeds draw from a plan; [`progress()`] after it, [`buggify!`].
//! * [`stream`]: receivers and intervals as `futures::Stream`. What [`io`] has implements `futures::io`'s traits, too, senders
//!   `futures::Sink`, and a [`runtime::Handle`] is an executor for `futures::task::SpawnExt`.
//! * [`rng`], [`choose`], [`flip`]: random values and free choices that replay.
//! * [`any`], [`workload`]: random inputs that shrink with the schedule; [`derive@Any`] for types of your own.
//! * [`always!`], [`unreachable!`], [`sometimes!`], [`reachable!`]: properties, with findings of their own. [`target()`]: a number that a guided search
//!   makes large.
//! * [`note!`], [`watched()`]: what the trace is to say beside calls of this crate: notes, and who read and wrote what.
//! * [`Run`], [`Finding`], [`Trace`], [`Tape`]: what a run gives back. [`Strategy`]: who answers draws.
//!
//! # Features
//!
//! None is on unless asked for.
//!
//! | feature | what it adds |
//! | --- | --- |
//! | `arbitrary` | [`workload`] has `arbitrary`: a value of any type that is `arbitrary::Arbitrary`, drawn |
//! | `proptest` | [`workload`] has `proptest`: a value of any `proptest::strategy::Strategy`, drawn |
//! | `tokio` | the traits of the real `tokio::io` on what [`io`] has, for other crates; of tokio it takes the traits alone, no runtime |
//! | `tracing` | `TraceLayer`: events and spans of the code under test on the trace |
//!
//! # How the source is laid out
//!
//! In layers; a file imports only from its own layer and those before it in this list, and a test holds that.
//!
//! | layer | what is there |
//! | --- | --- |
//! | `base` | seeded generators, ids, the hash, virtual durations |
//! | `choice` | draws, strategies, tapes |
//! | `record` | events, the trace and its forms, findings |
//! | `model` | plain state machines: the timer queue, the queue of ready tasks, the network |
//! | `kernel` | time, the table of tasks, who is ready, who is polled |
//! | `observe` | who waits for what, who holds what, in recorded runs |
//! | `diagnose` | what a run showed to be wrong, one file a finding |
//! | `run` | the state of a run, the task cell, the loop, the only thread-local |
//! | `api` | what user code calls |
//! | `explore` | one run, many runs |
//! | `report` | what people read |
//! | `entry` | the test attribute, environment variables |

#![deny(unsafe_code)]

mod api;
mod base;
mod choice;
mod diagnose;
mod entry;
mod explore;
mod kernel;
mod model;
mod observe;
mod record;
mod report;
mod run;

pub use api::faults::{Faults, progress};
pub use api::future::{MustAwait, must_await};
pub use api::host::host;
#[cfg(feature = "tracing")]
pub use api::log::TraceLayer;
pub use api::preempt::preempt;
pub use api::rng::{TaskRng, choose, flip, rng};
pub use api::target::{Measure, target};
pub use api::task::spawn;
pub use api::watched::{Watched, watched};
pub use api::workload::{Any, any};
pub use api::{
    faults, host, io, net, process, runtime, signal, std_sync, stream, sync, task, thread, time,
    workload,
};
pub use choice::strategy::Strategy;
pub use choice::tape::Tape;
pub use entry::attributes::{Any, main, must_await, test};
pub use explore::exploration::Exploration;
pub use explore::explore::{Explore, explore};
pub use explore::figures::Figures;
pub use explore::merge::MergeError;
pub use explore::outcome::Run;
pub use explore::progress::Progress;
pub use explore::properties::Property;
pub use explore::schedules::Count;
pub use explore::sim::Sim;
pub use explore::targets::Target;
pub use record::finding::Finding;
pub use record::kind::{FindingKind, Level};
pub use record::trace::Trace;
pub use report::report::Report;

pub mod draw {
    //! Draws: the choices of a run, and who answers them.

    pub use crate::base::ids::{HostNo, TaskNo};
    pub use crate::base::place::Place;
    pub use crate::base::prng::Prng;
    pub use crate::base::resource::{Action, Operation, ResourceKind, ResourceNo, Want};
    pub use crate::base::touched::Shared;
    pub use crate::choice::calibration::{Calibration, Summary};
    pub use crate::choice::draw::{Candidate, Draw, Kind};
    pub use crate::choice::strategy::{Detail, Observation, Strategy};
}

pub mod strategies {
    //! The strategies that come with Reweave.

    pub use crate::choice::strategies::builtin::Builtin;
    pub use crate::choice::strategies::grammar::StrategyError;
    pub use crate::choice::strategies::plain::Plain;
    pub use crate::choice::strategies::walk::RandomWalk;
    pub use crate::explore::searched::{Ending, Searched};
}

pub mod tape {
    //! Tapes: the draws of a run, to replay it.

    pub use crate::choice::passes::Passes;
    pub use crate::choice::tape::{Choice, Deviation, Match, Tape, TapeError, VERSION};
}

pub mod trace {
    //! Traces: what happened in a run.

    pub use crate::base::ids::{HostNo, TaskNo};
    pub use crate::base::place::Place;
    pub use crate::base::resource::{ResourceNo, Want};
    pub use crate::record::diff::Diff;
    pub use crate::record::event::{
        ClockVerb, Entry, Event, EventNo, Flow, HostVerb, LinkVerb, Nanos, NetworkCall, PacketFate,
        PlaceNo, TextNo, Verb,
    };
    pub use crate::record::excerpt::Excerpt;
    pub use crate::record::json::VERSION as JSON_VERSION;
    pub use crate::record::trace::Trace;
}

pub mod finding {
    //! Findings: what a run showed to be wrong, as data.

    pub use crate::base::place::SourcePlace;
    pub use crate::base::resource::{Action, ResourceKind, Want};
    pub use crate::explore::explanation::Explanation;
    pub use crate::explore::outcome::Shown;
    pub use crate::explore::shrinking::{Shrinking, Stage};
    pub use crate::record::detail::*;
    pub use crate::record::finding::Finding;
    pub use crate::record::kind::{FindingKind, Level};
    pub use crate::record::resource::Resource;
    pub use crate::record::signature::Signature;
    pub use crate::record::spin::{Closed, Closing, Spin};
}

#[doc(hidden)]
pub mod __private {
    //! What macros expand to. Not for direct use.

    pub use reweave_macros::{join_internal, select_internal, try_join_internal};

    pub use crate::api::counting::poll_counted;
    pub use crate::api::faults::buggify;
    pub use crate::api::future::Discard;
    pub use crate::api::macros::{SelectPoint, coop_ready, polls_several, select_start};
    pub use crate::api::output::{note, print};
    pub use crate::api::property::{sometimes, unreachable, violated};
    pub use crate::api::workload::parts::{field, variant, within_variant};
    pub use crate::entry::built::Built;
    pub use crate::entry::interrupt::Exploring;
    pub use crate::entry::options::TestOptions;
    pub use crate::entry::returned::TestOutput;
    pub use crate::entry::test::{run_main, run_seeds, run_test};
    pub use crate::entry::witness::watched;
    pub use crate::record::kind::Level;
}
