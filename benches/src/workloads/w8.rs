//! W8, an uncontended lock: each task locks and unlocks a mutex of its own. A unit is a lock with its unlock.
//!
//! Nobody ever waits, so what is measured is the way through the lock: with Reweave its scheduling point, two events on the
//! hash and the count of what is held. With one task nobody else is ready, and a point draws nothing.

use std::sync::Arc;

use crate::contestants::local_pool::LocalPool;
use crate::contestants::recorded::Recorded;
use crate::contestants::reweave::Reweave;
use crate::contestants::tokio::{Tokio, TokioLocal};
use crate::workloads::{Entrant, Latch, Workload};
use crate::{Contestant, Done, Size};

/// The workload.
pub const WORKLOAD: Workload = Workload {
    name: "w8",
    unit: "lock and unlock",
    units: |size| (size.tasks * size.rounds) as u64,
    entrants: &[
        Entrant::new("reweave", run::<Reweave, reweave::sync::Mutex<u64>>),
        Entrant::new("recorded", run::<Recorded, reweave::sync::Mutex<u64>>).handicapped(4),
        Entrant::new("tokio", run::<Tokio, tokio::sync::Mutex<u64>>),
        Entrant::new("tokio-local", run::<TokioLocal, tokio::sync::Mutex<u64>>),
        Entrant::new("local-pool", run::<LocalPool, futures::lock::Mutex<u64>>),
    ],
};

/// A mutex around a number.
trait Lock: Send + Sync + 'static {
    fn zero() -> Self;
    fn add_one(&self) -> impl Future<Output = u64> + Send;
}

/// The three are written alike, and have no trait in common.
macro_rules! lock {
    ($Mutex:ty) => {
        impl Lock for $Mutex {
            fn zero() -> Self {
                Self::new(0)
            }

            async fn add_one(&self) -> u64 {
                let mut number = self.lock().await;
                *number += 1;
                *number
            }
        }
    };
}

lock!(reweave::sync::Mutex<u64>);
lock!(tokio::sync::Mutex<u64>);
lock!(futures::lock::Mutex<u64>);

fn run<C: Contestant, L: Lock>(size: Size) -> Done {
    let latch = Latch::new(size.tasks);
    let locked = latch.clone();
    C::run(1, move |contestant| {
        let latch = latch.clone();
        async move {
            for _ in 0..size.tasks {
                let (latch, lock) = (latch.clone(), Arc::new(L::zero()));
                contestant.detach(async move {
                    let mut number = 0;
                    for _ in 0..size.rounds {
                        number = lock.add_one().await;
                    }
                    latch.arrive(number);
                });
            }
            latch.opened().await;
        }
    });
    Done::units(locked.units())
}
