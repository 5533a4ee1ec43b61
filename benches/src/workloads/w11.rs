//! W11, a long stream: a host sends to another as fast as it can, in writes of 64 KiB. A unit is 64 KiB.
//!
//! `size.tasks` is the number of streams, one after the other. As much as fits into buffers is under way at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crate::contestants::recorded::Recorded;
use crate::contestants::reweave::Reweave;
use crate::workloads::{Entrant, Workload, turmoil_with_latency};
use crate::{Contestant, Done, Size};

/// The workload.
pub const WORKLOAD: Workload = Workload {
    name: "w11",
    unit: "64 KiB",
    units: |size| (size.tasks * size.rounds) as u64,
    entrants: &[
        Entrant::new("reweave", reweave::<Reweave>),
        Entrant::new("recorded", reweave::<Recorded>).handicapped(4),
        Entrant::new("turmoil", turmoil).handicapped(20),
    ],
};

const LATENCY: Duration = Duration::from_millis(1);
const CHUNK: usize = 64 * 1024;
const OPEN: &str = "the network of this program loses nothing";

fn reweave<C: Contestant>(size: Size) -> Done {
    use reweave::io::{AsyncReadExt, AsyncWriteExt};
    use reweave::net::{TcpListener, TcpStream};

    let read = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&read);
    C::run(1, move |_| {
        let read = Arc::clone(&counted);
        async move {
            let _sender = reweave::host("sender").start(move || async move {
                let listener = TcpListener::bind("0.0.0.0:80").await.expect(OPEN);
                let chunk = vec![7; CHUNK];
                loop {
                    let (mut stream, _) = listener.accept().await.expect(OPEN);
                    for _ in 0..size.rounds {
                        stream.write_all(&chunk).await.expect(OPEN);
                    }
                }
            });
            // A client that came first would be refused.
            reweave::time::sleep(LATENCY).await;
            let mut chunk = vec![0; CHUNK];
            for _ in 0..size.tasks {
                let mut stream = TcpStream::connect("sender:80").await.expect(OPEN);
                for _ in 0..size.rounds {
                    stream.read_exact(&mut chunk).await.expect(OPEN);
                    read.fetch_add(1, Relaxed);
                }
            }
        }
    });
    Done::units(read.load(Relaxed))
}

fn turmoil(size: Size) -> Done {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use turmoil::net::{TcpListener, TcpStream};

    let read = Arc::new(AtomicU64::new(0));
    let mut sim = turmoil_with_latency(LATENCY, size.rounds);
    sim.host("sender", move || async move {
        let listener = TcpListener::bind("0.0.0.0:80").await?;
        let chunk = vec![7; CHUNK];
        loop {
            let (mut stream, _) = listener.accept().await?;
            for _ in 0..size.rounds {
                stream.write_all(&chunk).await?;
            }
        }
    });
    let counted = Arc::clone(&read);
    sim.client("receiver", async move {
        let mut chunk = vec![0; CHUNK];
        for _ in 0..size.tasks {
            let mut stream = TcpStream::connect("sender:80").await?;
            for _ in 0..size.rounds {
                stream.read_exact(&mut chunk).await?;
                counted.fetch_add(1, Relaxed);
            }
        }
        Ok(())
    });
    sim.run().expect(OPEN);
    Done::units(read.load(Relaxed))
}
