//! W3, timers: tasks that sleep so many times, pseudo-random durations in [1 ms, 100 s), at nanosecond grain. A unit is
//! a timer that fires.
//!
//! As many timers are set at any moment as there are tasks, so the number of tasks shows how a timer queue grows; and
//! as nothing else is alive, the peak memory of a run is that of a sleeping task.

use crate::contestants::Sleep;
use crate::contestants::floor::Floor;
use crate::contestants::recorded::Recorded;
use crate::contestants::reweave::Reweave;
use crate::contestants::tokio::Tokio;
use crate::workloads::{Entrant, Latch, Workload};
use crate::{Contestant, Done, Size};

/// The workload.
pub const WORKLOAD: Workload = Workload {
    name: "w3",
    unit: "timer",
    units: |size| (size.tasks * size.rounds) as u64,
    entrants: &[
        Entrant::new("reweave", run::<Reweave>),
        Entrant::new("recorded", run::<Recorded>)
            .handicapped(4)
            .up_to(100_000),
        Entrant::new("floor", run::<Floor>),
        Entrant::new("tokio", run::<Tokio>),
    ],
};

/// `size.tasks` tasks sleep `size.rounds` times each.
fn run<C: Contestant + Sleep>(size: Size) -> Done {
    let latch = Latch::new(size.tasks);
    let timers = latch.clone();
    C::run(1, move |contestant| {
        let latch = latch.clone();
        async move {
            for task in 0..size.tasks as u64 {
                let latch = latch.clone();
                contestant.detach(async move {
                    for round in 0..size.rounds as u64 {
                        C::sleep(nap(task, round)).await;
                    }
                    latch.arrive(size.rounds as u64);
                });
            }
            latch.opened().await;
        }
    });
    Done::units(timers.units())
}

const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000 * MILLISECOND;

/// How long that task sleeps in that round, in nanoseconds: a hash of the two (the finaliser of SplitMix64) scaled to
/// the range.
fn nap(task: u64, round: u64) -> u64 {
    let mut hash = (task << 20 | round).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^= hash >> 31;
    let range = 100 * SECOND - MILLISECOND;
    MILLISECOND + ((u128::from(hash) * u128::from(range)) >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn naps_cover_their_range_evenly() {
        let naps = (0..100).flat_map(|task| (0..100).map(move |round| nap(task, round)));
        let mut deciles = [0; 10];
        for nap in naps {
            assert!((MILLISECOND..100 * SECOND).contains(&nap));
            deciles[(nap / (10 * SECOND)) as usize] += 1;
        }
        for decile in deciles {
            assert!((900..1_100).contains(&decile), "{deciles:?}");
        }
    }
}
