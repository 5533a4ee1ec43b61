//! Deterministic simulation testing for async Rust. (map to come)

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
pub use reweave_macros::{main, must_await, test};
pub use handles::rng::{TaskRng, choose, flip, rng};
pub use handles::task::spawn;
pub use handles::{io, task, thread, time};
pub use record::event::{Entry, Event};
pub use hands::environment::{Environment, EnvironmentError};
pub use record::finding::{Finding, FindingKind, Level};
pub use record::trace::Trace;
pub use search::explore::{Exploration, Explore, explore};
pub use search::run::Run;
pub use search::sim::Sim;
pub use values::draw::{Draw, Kind, Plain, RandomWalk, Strategy};
pub use values::ids::TaskNo;
pub use values::tape::{Deviation, Match, Tape, TapeError};
pub use words::diff::Diff;
pub use words::report::Report;

#[doc(hidden)]
pub mod __private {
    //! What macros expand to. Not for direct use.
    pub use reweave_macros::{join_internal, select_internal, try_join_internal};

    pub use crate::handles::future::Discard;
    pub use crate::handles::macros::{coop_ready, select_start};
    pub use crate::handles::output::{note, print};
    pub use crate::hands::test::{TestOptions, TestOutput, run_main, run_test};
    pub use crate::record::finding::Level;
}
