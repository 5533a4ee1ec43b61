//! The programs that are measured, each written once for all contestants.
//!
//! | file | the work | a unit |
//! | --- | --- | --- |
//! | [`w1`] | tasks that yield, all ready all the time | poll |
//! | [`w2`] | two tasks pass a number to and fro over two channels of capacity 1 | round trip |
//! | [`w3`] | tasks that sleep, between 1 ms and 100 s at a time | timer |
//! | [`w4`] | trivial tasks spawned in batches and joined | task |
//! | [`w5`] | a typical small test, built and torn down for every seed | run |
//! | [`w6`] | hosts that ask another over TCP | round trip |
//! | [`w7`] | tasks that await what never comes | idle task |
//! | [`w8`] | a task that locks and unlocks a mutex | lock and unlock |
//! | [`w9`] | connections that are open and seldom used | host for 10 s |
//! | [`w10`] | hosts with nothing to do | host for 10 s |
//! | [`w11`] | a long stream over TCP | 64 KiB |
//! | [`w12`] | hosts that tell others something by UDP | datagram |
//! | [`w13`] | hosts that ask an axum router over HTTP/1 | request |
//! | [`idle`] | a small test that joins its tasks, and one that leaves them waiting | run |
//!
//! The numbers are those of the project's tables.

pub mod idle;
pub mod w1;
pub mod w10;
pub mod w11;
pub mod w12;
pub mod w13;
pub mod w2;
pub mod w3;
pub mod w4;
pub mod w5;
pub mod w6;
pub mod w7;
pub mod w8;
pub mod w9;

mod gate;
mod latch;

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::{Done, Size};
pub use gate::Gate;
pub use latch::Latch;

/// A workload, and who can do it.
#[derive(Debug)]
pub struct Workload {
    /// `w1` …
    pub name: &'static str,
    /// What one unit of it is: `poll` …
    pub unit: &'static str,
    /// How many units a run of that size is; what [`Done::units`] has to be.
    pub units: fn(Size) -> u64,
    /// Who can do it, Reweave first.
    pub entrants: &'static [Entrant],
}

/// A contestant at one workload.
#[derive(Clone, Copy, Debug)]
pub struct Entrant {
    /// The contestant's name: `tokio` …
    pub name: &'static str,
    /// Does the work once.
    pub run: fn(Size) -> Done,
    /// When its wall time is taken it goes so many times fewer rounds, being so much slower than the others; 1 for most.
    /// Costs are per unit, so this changes how long the measuring takes, not what it finds.
    pub handicap: usize,
    /// The most tasks that it is asked to carry.
    pub most_tasks: usize,
}

impl Entrant {
    /// One that goes all the rounds with any number of tasks.
    pub const fn new(name: &'static str, run: fn(Size) -> Done) -> Self {
        Self {
            name,
            run,
            handicap: 1,
            most_tasks: usize::MAX,
        }
    }

    /// The same, timed over so many times fewer rounds.
    pub const fn handicapped(self, handicap: usize) -> Self {
        Self { handicap, ..self }
    }

    /// The same, with no more tasks than that.
    pub const fn up_to(self, most_tasks: usize) -> Self {
        Self { most_tasks, ..self }
    }
}

impl Workload {
    /// The entrant of that name.
    pub fn entrant(&self, name: &str) -> Option<&'static Entrant> {
        self.entrants.iter().find(|entrant| entrant.name == name)
    }
}

/// All workloads.
pub const ALL: &[&Workload] = &[
    &w1::WORKLOAD,
    &w2::WORKLOAD,
    &w3::WORKLOAD,
    &w4::WORKLOAD,
    &w5::WORKLOAD,
    &w6::WORKLOAD,
    &w7::WORKLOAD,
    &w8::WORKLOAD,
    &w9::WORKLOAD,
    &w10::WORKLOAD,
    &w11::WORKLOAD,
    &w12::WORKLOAD,
    &w13::WORKLOAD,
    &idle::WORKLOAD,
];

/// turmoil with this latency on all links, which holds so many connections or segments. It delivers once a tick, of the same length.
pub fn turmoil_with_latency(latency: Duration, capacity: usize) -> turmoil::Sim<'static> {
    turmoil::Builder::new()
        .tick_duration(latency)
        .min_message_latency(latency)
        .max_message_latency(latency)
        .tcp_capacity(capacity.max(64))
        .simulation_duration(Duration::from_secs(1_000_000))
        .rng_seed(0)
        .build()
}

/// Wakes its own waker, is pending once, then ready: the same yield for everybody, as runtimes' own differ in kind
/// (tokio's wakes the task only after all others had their turn).
pub fn yield_once() -> impl Future<Output = ()> + Send {
    Yield { yielded: false }
}

struct Yield {
    yielded: bool,
}

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.yielded {
            return Poll::Ready(());
        }
        self.yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entrant_does_all_the_work_it_is_asked_to_do() {
        for workload in ALL {
            for entrant in workload.entrants {
                for size in [Size::new(2, 3), Size::new(4, 7)] {
                    let done = (entrant.run)(size);
                    assert_eq!(
                        done.units,
                        (workload.units)(size),
                        "{} at {}, size {size}",
                        entrant.name,
                        workload.name
                    );
                }
            }
        }
    }

    #[test]
    fn names_are_unique() {
        for workload in ALL {
            assert_eq!(
                ALL.iter()
                    .filter(|other| other.name == workload.name)
                    .count(),
                1
            );
            for entrant in workload.entrants {
                let named = workload
                    .entrants
                    .iter()
                    .filter(|other| other.name == entrant.name);
                assert_eq!(named.count(), 1, "{} at {}", entrant.name, workload.name);
            }
        }
    }
}
