//! UDP between hosts, and what is told of it.

use std::io::ErrorKind;
use std::time::Duration;

use reweave::host::{Death, Host};
use reweave::net::UdpSocket;
use reweave::time::{Instant, sleep, timeout};
use reweave::trace::{Event, Flow};
use reweave::{FindingKind, Sim, host};

const SECOND: Duration = Duration::from_secs(1);

/// A host that sends each datagram back.
fn echo(name: &str) -> Host {
    host(name).start(|| async {
        let socket = UdpSocket::bind("0.0.0.0:7").await.unwrap();
        let mut buffer = [0; 64];
        loop {
            let (count, from) = socket.recv_from(&mut buffer).await.unwrap();
            socket.send_to(&buffer[..count], from).await.unwrap();
        }
    })
}

async fn client() -> UdpSocket {
    sleep(SECOND).await;
    let socket = UdpSocket::bind("0.0.0.0:0").await.unwrap();
    socket.connect("echo:7").await.unwrap();
    socket
}

#[test]
fn one_host_asks_another_by_name() {
    let run = Sim::new().run(async {
        echo("echo");
        let client = client().await;
        assert_eq!(client.local_addr().unwrap().ip().to_string(), "10.0.0.1");
        let began = Instant::now();
        client.send(b"x").await.unwrap();
        assert_eq!(client.recv(&mut [0; 9]).await.unwrap(), 1);
        assert_eq!(began.elapsed(), Duration::from_millis(2));
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

#[test]
fn a_loopback_address_is_each_hosts_own() {
    let run = Sim::new().run(async {
        echo("echo");
        let client = client().await;
        client.connect("127.0.0.1:7").await.unwrap();
        client.send(b"x").await.unwrap();
        let refused = client.recv(&mut [0; 9]).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

/// The system of a process that died answers for it; after the restart there is a socket again.
#[test]
fn who_sends_to_a_process_that_died_is_refused() {
    let run = Sim::new().run(async {
        let echo = echo("echo");
        let client = client().await;
        echo.crash();
        client.send(b"x").await.unwrap();
        let refused = client.recv(&mut [0; 9]).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
        echo.restart();
        sleep(SECOND).await;
        client.send(b"x").await.unwrap();
        assert_eq!(client.recv(&mut [0; 9]).await.unwrap(), 1);
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

#[test]
fn a_host_without_power_is_silent() {
    let run = Sim::new().run(async {
        let echo = echo("echo");
        let client = client().await;
        client.send(b"x").await.unwrap();
        echo.crash_with(Death::PowerLoss);
        client.send(b"x").await.unwrap();
        assert!(
            timeout(60 * SECOND, client.recv(&mut [0; 9]))
                .await
                .is_err()
        );
        echo.restart();
        sleep(SECOND).await;
        client.send(b"x").await.unwrap();
        assert_eq!(client.recv(&mut [0; 9]).await.unwrap(), 1);
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

#[test]
fn a_socket_of_another_host_is_refused_with_both_names() {
    let run = Sim::new().run(async {
        let socket = UdpSocket::bind("0.0.0.0:0").await.unwrap();
        let shop = host("shop").spawn(async move {
            let told = [
                socket.send_to(b"x", "127.0.0.1:7").await.unwrap_err(),
                socket.connect("127.0.0.1:7").await.unwrap_err(),
                socket.try_recv(&mut [0; 9]).unwrap_err(),
                socket.local_addr().unwrap_err(),
            ];
            told.map(|error| error.to_string())
        });
        for told in shop.await.unwrap() {
            assert!(told.contains("`main`") && told.contains("`shop`"), "{told}");
        }
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

#[test]
fn no_host_has_every_address() {
    let run = Sim::new().run(async {
        let socket = UdpSocket::bind("0.0.0.0:0").await.unwrap();
        let sent = socket.send_to(b"x", "10.0.0.9:7").await.unwrap_err();
        assert_eq!(sent.kind(), ErrorKind::NetworkUnreachable);
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

#[test]
fn a_socket_outlives_no_run_and_no_host() {
    let kept = Sim::new().run(async { UdpSocket::bind("127.0.0.1:7").await.unwrap() });
    let kept = kept.unwrap();
    assert!(kept.local_addr().is_err());
    let run = Sim::new().run(async move {
        let told = kept.send_to(b"x", "127.0.0.1:7").await.unwrap_err();
        assert!(told.to_string().contains("another simulation"), "{told}");
        UdpSocket::bind("127.0.0.1:7").await.unwrap();
        drop(kept);
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

#[test]
fn real_sockets_are_refused() {
    let real = || std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    Sim::new()
        .run(async move {
            let refused = UdpSocket::from_std(real()).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Unsupported);
            assert!(UdpSocket::try_from(real()).is_err());
            let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            assert_eq!(
                socket.into_std().unwrap_err().kind(),
                ErrorKind::Unsupported
            );
        })
        .unwrap();
}

/// What is received says which send it is of, also where others were lost between.
#[test]
fn the_trace_says_who_sent_what_was_received() {
    let run = Sim::new().run(async {
        let one = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let other = UdpSocket::bind("127.0.0.1:7").await.unwrap();
        one.send_to(b"nobody hears it", "127.0.0.1:8")
            .await
            .unwrap();
        one.send_to(b"x", "127.0.0.1:7").await.unwrap();
        other.recv(&mut [0; 9]).await.unwrap();
    });
    let trace = run.trace();
    let flows = trace.entries().iter().enumerate();
    let flows = flows.filter_map(|(at, entry)| match entry.event {
        Event::Bytes { flow, bytes, .. } => Some((trace.number(at), entry.cause(), flow, bytes)),
        _ => None,
    });
    let flows: Vec<_> = flows.collect();
    let told: Vec<_> = flows.iter().map(|told| (told.2, told.3)).collect();
    let expected = [(Flow::Sent, 15), (Flow::Sent, 1), (Flow::Received, 1)];
    assert_eq!(told, expected);
    assert_eq!(flows[2].1, Some(flows[1].0));
}

#[test]
fn who_waits_for_a_datagram_that_nobody_sends_is_told() {
    let run = Sim::new().run(async {
        let socket = UdpSocket::bind("127.0.0.1:7").await.unwrap();
        socket.recv(&mut [0; 9]).await.unwrap();
    });
    let finding = &run.findings()[0];
    assert_eq!(finding.kind(), FindingKind::Deadlock);
    let words = finding.details().join("\n");
    assert!(
        words.contains("main waits for a datagram to udp main:7"),
        "{words}"
    );
}

/// The run is the same each time, datagrams and deaths included.
#[test]
fn a_seed_is_one_run() {
    let hash = |seed| {
        let run = Sim::new().seed(seed).run(async {
            let echo = echo("echo");
            let clients = ["one", "other"].map(|name| {
                host(name).spawn(async {
                    let client = client().await;
                    for byte in 0..9 {
                        drop(client.send(&[byte]).await);
                        drop(timeout(SECOND / 10, client.recv(&mut [0; 9])).await);
                    }
                })
            });
            sleep(SECOND + SECOND / 200).await;
            echo.crash_with(reweave::choose([Death::Process, Death::PowerLoss]));
            sleep(SECOND / 4).await;
            echo.restart();
            for client in clients {
                client.await.unwrap();
            }
        });
        run.hash()
    };
    for seed in 0..20 {
        assert_eq!(hash(seed), hash(seed));
    }
}
