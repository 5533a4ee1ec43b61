//! W9, connections that are open and seldom used: client hosts have a connection each to a server host, and every ten seconds of virtual time send
//! 16 bytes, which are answered. A unit is a host for ten seconds.
//!
//! `size.tasks` is the number of clients, `size.rounds` that of messages. What it costs is for messages, and not for time or hosts that have
//! nothing to do: that is [`w10`](super::w10).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crate::contestants::recorded::Recorded;
use crate::contestants::reweave::Reweave;
use crate::workloads::{Entrant, Workload, turmoil_with_latency};
use crate::{Contestant, Done, Size};

/// The workload.
pub const WORKLOAD: Workload = Workload {
    name: "w9",
    unit: "host for 10 s",
    units: |size| (size.tasks * size.rounds) as u64,
    entrants: &[
        Entrant::new("reweave", reweave::<Reweave>),
        Entrant::new("recorded", reweave::<Recorded>).handicapped(4),
        Entrant::new("turmoil", turmoil).handicapped(100),
    ],
};

const LATENCY: Duration = Duration::from_millis(1);
const PAUSE: Duration = Duration::from_secs(10);
const MESSAGE: [u8; 16] = [7; 16];
const OPEN: &str = "the network of this program loses nothing";

fn reweave<C: Contestant>(size: Size) -> Done {
    use reweave::io::{AsyncReadExt, AsyncWriteExt};
    use reweave::net::{TcpListener, TcpStream};

    let answered = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&answered);
    C::run(1, move |_| {
        let answered = Arc::clone(&counted);
        async move {
            let _server = reweave::host("server").start(|| async {
                let listener = TcpListener::bind("0.0.0.0:80").await.expect(OPEN);
                loop {
                    let (mut stream, _) = listener.accept().await.expect(OPEN);
                    drop(reweave::spawn(async move {
                        let mut bytes = [0; 16];
                        while stream.read_exact(&mut bytes).await.is_ok() {
                            stream.write_all(&bytes).await.expect(OPEN);
                        }
                    }));
                }
            });
            // A client that came first would be refused.
            reweave::time::sleep(LATENCY).await;
            let asking: Vec<_> = (0..size.tasks)
                .map(|number| {
                    let answered = Arc::clone(&answered);
                    reweave::host(format!("client-{number}")).spawn(async move {
                        let mut stream = TcpStream::connect("server:80").await.expect(OPEN);
                        let mut bytes = [0; 16];
                        for _ in 0..size.rounds {
                            reweave::time::sleep(PAUSE).await;
                            stream.write_all(&MESSAGE).await.expect(OPEN);
                            stream.read_exact(&mut bytes).await.expect(OPEN);
                            answered.fetch_add(1, Relaxed);
                        }
                    })
                })
                .collect();
            for asked in asking {
                asked.await.expect(OPEN);
            }
        }
    });
    Done::units(answered.load(Relaxed))
}

fn turmoil(size: Size) -> Done {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use turmoil::net::{TcpListener, TcpStream};

    let answered = Arc::new(AtomicU64::new(0));
    let mut sim = turmoil_with_latency(LATENCY, size.tasks);
    sim.host("server", move || async move {
        let listener = TcpListener::bind("0.0.0.0:80").await?;
        loop {
            let (mut stream, _) = listener.accept().await?;
            tokio::spawn(async move {
                let mut bytes = [0; 16];
                while stream.read_exact(&mut bytes).await.is_ok() {
                    stream.write_all(&bytes).await.expect(OPEN);
                }
            });
        }
    });
    for number in 0..size.tasks {
        let answered = Arc::clone(&answered);
        sim.client(format!("client-{number}"), async move {
            let mut stream = TcpStream::connect("server:80").await?;
            let mut bytes = [0; 16];
            for _ in 0..size.rounds {
                tokio::time::sleep(PAUSE).await;
                stream.write_all(&MESSAGE).await?;
                stream.read_exact(&mut bytes).await?;
                answered.fetch_add(1, Relaxed);
            }
            Ok(())
        });
    }
    sim.run().expect(OPEN);
    Done::units(answered.load(Relaxed))
}
