//! The network's part of a plan of faults.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use reweave::faults::progress;
use reweave::host;
use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::net::{self, TcpListener, TcpStream, UdpSocket};
use reweave::time::{Duration, sleep, timeout};
use reweave::trace::{Event, PacketFate};
use reweave::{Run, Sim, explore};

const SECOND: Duration = Duration::from_secs(1);

async fn serve(listener: TcpListener, orders: Arc<AtomicU32>) -> io::Result<()> {
    loop {
        let (mut stream, _) = listener.accept().await?;
        let orders = orders.clone();
        reweave::spawn(async move {
            // An order has a number, so one that comes twice counts once.
            while let Ok(number) = stream.read_u32().await {
                orders.fetch_max(number, Relaxed);
                if stream.write_u32(number).await.is_err() {
                    return;
                }
            }
        });
    }
}

async fn ask(number: u32) -> io::Result<u32> {
    let mut stream = TcpStream::connect("db:5432").await?;
    stream.write_u32(number).await?;
    stream.read_u32().await
}

async fn place_orders(count: u32) -> u32 {
    for number in 1..=count {
        while !matches!(timeout(SECOND, ask(number)).await, Ok(Ok(answer)) if answer == number) {
            sleep(SECOND / 10).await;
        }
    }
    count
}

async fn orders_survive_a_partition() -> io::Result<()> {
    let orders = Arc::new(AtomicU32::new(0));
    let placed = orders.clone();
    let db = host("db").start(move || {
        let orders = orders.clone();
        async move { serve(TcpListener::bind("0.0.0.0:5432").await?, orders).await }
    });
    let shop = host("shop").spawn(place_orders(100));
    sleep(5 * SECOND).await;
    net::partition("shop", "db");
    sleep(30 * SECOND).await;
    net::heal();
    if db.is_running() {
        db.crash();
    }
    sleep(SECOND).await;
    if !db.is_running() {
        db.restart();
    }
    assert_eq!(shop.await.unwrap(), 100);
    assert_eq!(placed.load(Relaxed), 100);
    Ok(())
}

#[test]
fn correct_code_survives_all_of_them() {
    for faults in ["none", "network", "network(loss = 0.05, partition)", "all"] {
        let found = explore(orders_survive_a_partition)
            .faults(faults)
            .seeds(0..60)
            .run();
        assert!(!found.failed(), "{faults}: {found}");
    }
}

fn count(run: &Run<u32>, is: impl Fn(Event) -> bool) -> usize {
    run.trace()
        .entries()
        .iter()
        .filter(|entry| is(entry.event))
        .count()
}

/// Datagrams and a stream for a minute and a half; gives how many datagrams came.
async fn traffic() -> u32 {
    let db = host("db");
    let datagrams = db.spawn(async {
        let socket = UdpSocket::bind("0.0.0.0:53").await.unwrap();
        let mut got = 0;
        while timeout(20 * SECOND, socket.recv(&mut [0; 8])).await.is_ok() {
            got += 1;
        }
        got
    });
    let stream = db.spawn(async {
        let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        assert!(bytes.chunks(2).all(|pair| pair[0] == pair[1]));
        bytes.len()
    });
    sleep(SECOND).await;
    let socket = UdpSocket::bind("0.0.0.0:0").await.unwrap();
    let mut client = TcpStream::connect("db:80").await.unwrap();
    for number in 0..90_u8 {
        sleep(SECOND).await;
        socket.send_to(&[number], "db:53").await.unwrap();
        client.write_all(&[number, number]).await.unwrap();
    }
    drop(client);
    assert_eq!(stream.await.unwrap(), 180);
    datagrams.await.unwrap()
}

#[test]
fn each_kind_shows_and_ends_with_the_calm_phase() {
    let calm = 60 * 1_000_000_000;
    type Is = fn(Event) -> bool;
    let kinds: [(&str, Is); 5] = [
        ("network(partition = 5s)", |event| {
            matches!(
                event,
                Event::Packet {
                    fate: PacketFate::Cut,
                    ..
                }
            )
        }),
        ("network(loss = 0.3)", |event| {
            matches!(
                event,
                Event::Packet {
                    fate: PacketFate::Lost,
                    ..
                }
            )
        }),
        ("network(duplicate = 0.3)", |event| {
            matches!(
                event,
                Event::Packet {
                    fate: PacketFate::Doubled,
                    ..
                }
            )
        }),
        ("network(reorder = 0.3)", |event| {
            matches!(
                event,
                Event::Packet {
                    fate: PacketFate::Late,
                    ..
                }
            )
        }),
        ("network(segments = 0.3)", |event| {
            matches!(
                event,
                Event::Packet {
                    fate: PacketFate::Split,
                    ..
                }
            )
        }),
    ];
    for (faults, is) in kinds {
        let runs: Vec<Run<u32>> = (0..6)
            .map(|seed| Sim::new().faults(faults).seed(seed).run(traffic()))
            .collect();
        assert!(runs.iter().all(|run| !run.failed()), "{faults}");
        assert!(runs.iter().any(|run| count(run, is) > 0), "{faults}");
        for run in &runs {
            let late = run.trace().entries().iter();
            assert!(
                late.filter(|entry| is(entry.event))
                    .all(|entry| entry.at <= calm),
                "{faults}"
            );
        }
        let plain = Sim::new().faults(faults).run(traffic());
        assert_eq!(count(&plain, is), 0);
        assert_eq!(plain.hash(), Sim::new().run(traffic()).hash());
        assert_eq!(plain.unwrap(), 90);
    }
}

#[test]
fn a_run_with_all_of_them_is_the_same_by_its_seed_and_its_tape() {
    for seed in 0..10 {
        let sim = || Sim::new().faults("all");
        let run = sim().seed(seed).run(traffic());
        assert_eq!(run.hash(), sim().seed(seed).run(traffic()).hash());
        assert_eq!(run.hash(), sim().tape(run.tape()).run(traffic()).hash());
    }
}

#[test]
fn progress_is_demanded_when_the_partitions_are_healed() {
    let program = || async {
        let orders = Arc::new(AtomicU32::new(0));
        let _db = host("db").start(move || {
            let orders = orders.clone();
            async move { serve(TcpListener::bind("0.0.0.0:5432").await?, orders).await }
        });
        let placed = progress("orders", 20 * SECOND);
        // It gives up for good when it is not answered once.
        for number in 1..100 {
            sleep(SECOND).await;
            let Ok(Ok(_)) = timeout(SECOND, ask(number)).await else {
                break;
            };
            placed.made();
        }
        sleep(200 * SECOND).await;
    };
    let found = explore(program)
        .faults("network(partition = 20s)")
        .seeds(0..50)
        .run();
    let kinds: Vec<_> = found
        .failures()
        .iter()
        .map(|failure| failure.to_string())
        .collect();
    assert!(found.failed());
    assert!(
        format!("{found}").contains("partition of host"),
        "{kinds:?} {found}"
    );
}

/// Ten datagrams, one a second, from a host that is made now to one that hears them; after the test healed what it has cut, which is
/// nothing.
async fn ten_from_a_late_host() -> u32 {
    let db = host("db").spawn(async {
        let socket = UdpSocket::bind("0.0.0.0:53").await.unwrap();
        let mut got = 0;
        while timeout(700 * SECOND, socket.recv(&mut [0; 8]))
            .await
            .is_ok()
        {
            got += 1;
        }
        got
    });
    sleep(600 * SECOND).await;
    net::heal();
    let late = host("late").spawn(async {
        let socket = UdpSocket::bind("0.0.0.0:0").await.unwrap();
        for _ in 0..10 {
            socket.send_to(&[1], "db:53").await.unwrap();
            sleep(SECOND).await;
        }
    });
    late.await.unwrap();
    db.await.unwrap()
}

/// A host is cut off, from those that are made later, too, and the test heals nothing that the plan has cut.
#[test]
fn a_host_is_cut_off_from_all_until_the_fault_is_over() {
    let (mut heard, mut cut_off) = (0, 0);
    for seed in 0..400 {
        let faults = "network(partition = 20m), calm = 1h";
        let run = Sim::new()
            .faults(faults)
            .seed(seed)
            .run(ten_from_a_late_host());
        let entries = run.trace().entries().iter();
        let at = |second: u64| {
            entries
                .clone()
                .take_while(move |it| it.at < second * 1_000_000_000)
        };
        let in_force = |second| {
            at(second).fold(0, |in_force, entry| match entry.event {
                Event::FaultBegan { .. } => in_force + 1,
                Event::FaultEnded { .. } => in_force - 1,
                _ => in_force,
            })
        };
        let (before, after) = (in_force(600), in_force(612));
        let got = run.clone().unwrap();
        // Those of which one began or ended meanwhile are left out.
        if before > 0 && after > 0 {
            assert_eq!(got, 0, "seed {seed}: {run}");
            cut_off += 1;
        } else if before == 0 && after == 0 {
            assert_eq!(got, 10, "seed {seed}: {run}");
            heard += 1;
        }
    }
    assert!(heard >= 100 && cut_off >= 4, "{heard} and {cut_off}");
}

/// What the test has cut stays cut when a fault that cut it as well is over.
#[test]
fn the_end_of_a_partition_leaves_the_tests_own() {
    for seed in 0..40 {
        let faults = "network(partition = 10m), calm = 30m";
        let run = Sim::new().faults(faults).seed(seed).run(async {
            let _late = host("late");
            sleep(600 * SECOND).await;
            net::partition("main", "late");
            sleep(1800 * SECOND).await;
            let socket = UdpSocket::bind("0.0.0.0:0").await.unwrap();
            socket.send_to(&[1], "late:53").await.unwrap();
            sleep(SECOND).await;
        });
        let lost = run.trace().entries().iter().any(|entry| {
            let cut = PacketFate::Cut;
            entry.at >= 2400 * 1_000_000_000
                && matches!(entry.event, Event::Packet { fate, .. } if fate == cut)
        });
        assert!(lost && !run.failed(), "{run}");
    }
}
