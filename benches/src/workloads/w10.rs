//! W10, hosts with nothing to do: servers that wait for somebody to connect, while the test sleeps for ten seconds of virtual time, again and again. A
//! unit is a host for ten seconds.
//!
//! `size.tasks` is the number of hosts, `size.rounds` that of sleeps.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crate::contestants::recorded::Recorded;
use crate::contestants::reweave::Reweave;
use crate::workloads::{Entrant, Workload};
use crate::{Contestant, Done, Size};

/// The workload.
pub const WORKLOAD: Workload = Workload {
    name: "w10",
    unit: "host for 10 s",
    units: |size| (size.tasks * size.rounds) as u64,
    entrants: &[
        Entrant::new("reweave", reweave::<Reweave>),
        Entrant::new("recorded", reweave::<Recorded>),
        Entrant::new("turmoil", turmoil).handicapped(300),
    ],
};

/// Ten times as long as where something is sent: turmoil goes to every host at each.
const TICK: Duration = Duration::from_millis(10);
const PAUSE: Duration = Duration::from_secs(10);
const OPEN: &str = "the network of this program loses nothing";

fn reweave<C: Contestant>(size: Size) -> Done {
    use reweave::net::TcpListener;

    let slept = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&slept);
    C::run(1, move |_| {
        let slept = Arc::clone(&counted);
        async move {
            for number in 0..size.tasks {
                drop(reweave::host(format!("server-{number}")).start(|| async {
                    let listener = TcpListener::bind("0.0.0.0:80").await.expect(OPEN);
                    drop(listener.accept().await);
                }));
            }
            for _ in 0..size.rounds {
                reweave::time::sleep(PAUSE).await;
                slept.fetch_add(size.tasks as u64, Relaxed);
            }
        }
    });
    Done::units(slept.load(Relaxed))
}

fn turmoil(size: Size) -> Done {
    use turmoil::net::TcpListener;

    let slept = Arc::new(AtomicU64::new(0));
    let mut sim = turmoil::Builder::new()
        .tick_duration(TICK)
        .simulation_duration(Duration::from_secs(1_000_000))
        .rng_seed(0)
        .build();
    for number in 0..size.tasks {
        sim.host(format!("server-{number}"), || async {
            let listener = TcpListener::bind("0.0.0.0:80").await?;
            drop(listener.accept().await);
            Ok(())
        });
    }
    let counted = Arc::clone(&slept);
    sim.client("test", async move {
        for _ in 0..size.rounds {
            tokio::time::sleep(PAUSE).await;
            counted.fetch_add(size.tasks as u64, Relaxed);
        }
        Ok(())
    });
    sim.run().expect(OPEN);
    Done::units(slept.load(Relaxed))
}
