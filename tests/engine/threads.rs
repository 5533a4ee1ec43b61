//! Other tasks between two statements: with `threads`, as on a runtime with several threads.
//!
//! ```text
//!   planted    bugs without an await in their window: found with `threads`, and not without
//!   points     how many a call is
//!   put_aside  all that belongs to the paused poll is brought back, and nobody else sees it
//!   who        who runs on top of whom, and where nobody does
//!   told       such a run replays, shrinks, and is told in plain words
//!   outside    `std_sync` outside a simulation is std's
//!   correct    correct programs, in which nothing is found
//! ```

mod correct;
mod outside;
mod planted;
mod points;
mod programs;
mod put_aside;
mod told;
mod who;

use std::ops::Range;

use reweave::{Exploration, Sim, explore};

/// Explores a program, whose tasks may run between any two statements of each other.
#[track_caller]
fn explore_threads<F>(seeds: Range<u64>, program: impl Fn() -> F + Sync) -> Exploration
where
    F: Future<Output = ()> + 'static,
{
    let sim = Sim::new().threads(true);
    explore(program).sim(sim).seeds(seeds).run()
}

/// What a program does in one run after the other, until a run says so; in how many that was looked for.
fn some_run(mut holds: impl FnMut(Sim) -> bool) -> bool {
    (0..200).any(|seed| holds(Sim::new().threads(true).seed(seed)))
}
