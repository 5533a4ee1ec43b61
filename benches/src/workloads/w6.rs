//! W6, TCP: client hosts ask a server host over a simulated network, 64 bytes each way, on one connection each. A unit is a
//! round trip.
//!
//! Each contestant uses the network that comes with it, with a constant latency of 1 ms where it has one. `size.tasks` is the
//! number of clients.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use moonpool_sim::executor::{Executor, spawn, until_stalled};
use moonpool_sim::{
    ChaosConfiguration, LatencyDistribution, NetworkConfiguration, NetworkProvider as _, SimWorld,
    TcpListenerTrait as _,
};

use crate::contestants::recorded::Recorded;
use crate::contestants::reweave::Reweave;
use crate::workloads::{Entrant, Workload, turmoil_with_latency};
use crate::{Contestant, Done, Size};

/// The workload.
pub const WORKLOAD: Workload = Workload {
    name: "w6",
    unit: "round trip",
    units: |size| (size.tasks * size.rounds) as u64,
    entrants: &[
        Entrant::new("reweave", reweave::<Reweave>),
        Entrant::new("recorded", reweave::<Recorded>).handicapped(4),
        Entrant::new("moonpool", moonpool).handicapped(4),
        Entrant::new("turmoil", turmoil).handicapped(20).up_to(100),
    ],
};

const LATENCY: Duration = Duration::from_millis(1);
const REQUEST: [u8; 64] = [7; 64];
const OPEN: &str = "the network of this program loses nothing";

fn reweave<C: Contestant>(size: Size) -> Done {
    use reweave::io::{AsyncReadExt, AsyncWriteExt};
    use reweave::net::{TcpListener, TcpStream};

    let trips = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&trips);
    C::run(1, move |_| {
        let trips = Arc::clone(&counted);
        async move {
            let server = reweave::host("server").spawn(async move {
                let listener = TcpListener::bind("0.0.0.0:80").await.expect(OPEN);
                let mut serving = Vec::with_capacity(size.tasks);
                for _ in 0..size.tasks {
                    let (mut stream, _) = listener.accept().await.expect(OPEN);
                    serving.push(reweave::spawn(async move {
                        let mut bytes = [0; 64];
                        for _ in 0..size.rounds {
                            stream.read_exact(&mut bytes).await.expect(OPEN);
                            stream.write_all(&bytes).await.expect(OPEN);
                        }
                    }));
                }
                for served in serving {
                    served.await.expect(OPEN);
                }
            });
            // A client that came first would be refused.
            reweave::time::sleep(LATENCY).await;
            let asking: Vec<_> = (0..size.tasks)
                .map(|number| {
                    let trips = Arc::clone(&trips);
                    reweave::host(format!("client-{number}")).spawn(async move {
                        let mut stream = TcpStream::connect("server:80").await.expect(OPEN);
                        let mut bytes = [0; 64];
                        for _ in 0..size.rounds {
                            stream.write_all(&REQUEST).await.expect(OPEN);
                            stream.read_exact(&mut bytes).await.expect(OPEN);
                            trips.fetch_add(1, Relaxed);
                        }
                    })
                })
                .collect();
            for asked in asking {
                asked.await.expect(OPEN);
            }
            server.await.expect(OPEN);
        }
    });
    Done::units(trips.load(Relaxed))
}

/// turmoil delivers once a tick, of a millisecond as here and by default.
fn turmoil(size: Size) -> Done {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use turmoil::net::{TcpListener, TcpStream};

    let trips = Arc::new(AtomicU64::new(0));
    let mut sim = turmoil_with_latency(LATENCY, size.tasks);
    sim.host("server", move || async move {
        let listener = TcpListener::bind("0.0.0.0:80").await?;
        loop {
            let (mut stream, _) = listener.accept().await?;
            tokio::spawn(async move {
                let mut bytes = [0; 64];
                while stream.read_exact(&mut bytes).await.is_ok() {
                    stream.write_all(&bytes).await.expect(OPEN);
                }
            });
        }
    });
    for number in 0..size.tasks {
        let trips = Arc::clone(&trips);
        sim.client(format!("client-{number}"), async move {
            let mut stream = TcpStream::connect("server:80").await?;
            let mut bytes = [0; 64];
            for _ in 0..size.rounds {
                stream.write_all(&REQUEST).await?;
                stream.read_exact(&mut bytes).await?;
                trips.fetch_add(1, Relaxed);
            }
            Ok(())
        });
    }
    sim.run().expect(OPEN);
    Done::units(trips.load(Relaxed))
}

/// moonpool's scheduler over its network, driven as its own runner drives them, without its runner.
fn moonpool(size: Size) -> Done {
    use futures::{AsyncReadExt, AsyncWriteExt};

    let constant = |latency| LatencyDistribution::Uniform {
        start: latency,
        end: latency,
    };
    let network = NetworkConfiguration {
        bind_latency: constant(Duration::ZERO),
        accept_latency: constant(Duration::ZERO),
        connect_latency: constant(LATENCY),
        read_latency: constant(Duration::ZERO),
        write_latency: constant(LATENCY),
        chaos: ChaosConfiguration::disabled(),
    };
    let (trips, accepted) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicUsize::new(0)));
    let counting = Arc::clone(&trips);
    Executor::new(0).block_on(async move {
        let mut sim = SimWorld::new_with_network_config_and_seed(network, 0);
        let provider = sim.network_provider();
        let (serving, accepting) = (provider.clone(), Arc::clone(&accepted));
        let server = spawn("server", async move {
            let listener = serving.bind("server:80").await.expect(OPEN);
            let mut streams = Vec::with_capacity(size.tasks);
            for _ in 0..size.tasks {
                let (mut stream, _) = listener.accept().await.expect(OPEN);
                accepting.fetch_add(1, Relaxed);
                streams.push(spawn("connection", async move {
                    let mut bytes = [0; 64];
                    for _ in 0..size.rounds {
                        stream.read_exact(&mut bytes).await.expect(OPEN);
                        stream.write_all(&bytes).await.expect(OPEN);
                    }
                }));
            }
            for stream in streams {
                stream.await.expect(OPEN);
            }
        });
        let mut clients = Vec::with_capacity(size.tasks);
        for number in 0..size.tasks {
            // It knows one connection at a time that is not accepted yet.
            while accepted.load(Relaxed) < number {
                sim.step();
                until_stalled().await;
            }
            let (asking, trips) = (provider.clone(), Arc::clone(&counting));
            clients.push(spawn("client", async move {
                let mut stream = asking.connect("server:80").await.expect(OPEN);
                let mut bytes = [0; 64];
                for _ in 0..size.rounds {
                    stream.write_all(&REQUEST).await.expect(OPEN);
                    stream.read_exact(&mut bytes).await.expect(OPEN);
                    trips.fetch_add(1, Relaxed);
                }
            }));
            until_stalled().await;
        }
        while !(server.is_finished() && clients.iter().all(|client| client.is_finished())) {
            sim.step();
            until_stalled().await;
        }
    });
    Done::units(trips.load(Relaxed))
}
