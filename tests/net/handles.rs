//! Handles outside their run, what is refused, and what the trace says.

use std::io;

use reweave::Sim;
use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::net::tcp::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, WriteHalf};
use reweave::net::{TcpListener, TcpSocket, TcpStream, lookup_host};
use reweave::time::{Duration, Instant};
use reweave::trace::{Event, Flow};
use static_assertions::assert_impl_all as yes;

yes!(TcpListener: Send, Sync, Unpin, std::fmt::Debug, std::panic::UnwindSafe);
yes!(TcpStream: Send, Sync, Unpin, std::fmt::Debug, std::panic::UnwindSafe);
yes!(TcpSocket: Send, Sync, Unpin, std::fmt::Debug);
yes!(OwnedReadHalf: Send, Sync, Unpin, std::fmt::Debug);
yes!(OwnedWriteHalf: Send, Sync, Unpin, std::fmt::Debug);
yes!(ReadHalf<'static>: Send, Sync, Unpin, std::fmt::Debug);
yes!(WriteHalf<'static>: Send, Sync, Unpin, std::fmt::Debug);
yes!(TcpStream: futures::io::AsyncRead, futures::io::AsyncWrite);

async fn pair() -> io::Result<(TcpStream, TcpStream, TcpListener)> {
    let listener = TcpListener::bind("127.0.0.1:80").await?;
    let client = TcpStream::connect("127.0.0.1:80").await?;
    let (server, _) = listener.accept().await?;
    Ok((client, server, listener))
}

/// Whether futures are sent from thread to thread as tokio's are.
#[test]
fn futures_are_send() {
    fn is_send<F: Future + Send>(_: F) {}
    Sim::new()
        .run(async {
            let (client, _server, listener) = pair().await.unwrap();
            is_send(TcpStream::connect("127.0.0.1:80"));
            is_send(TcpListener::bind("127.0.0.1:80"));
            is_send(listener.accept());
            is_send(client.readable());
            is_send(client.peek(&mut [0]));
            is_send(lookup_host("main:80"));
        })
        .unwrap();
}

#[test]
fn a_socket_of_another_run_says_so_and_nothing_panics() {
    let (mut client, server, listener) = Sim::new().run(pair()).unwrap().unwrap();
    let says = |error: io::Error, what: &str| assert!(error.to_string().contains(what), "{error}");
    says(
        client.try_read(&mut [0]).unwrap_err(),
        "outside a simulation",
    );
    says(client.local_addr().unwrap_err(), "outside a simulation");
    let read = futures::executor::block_on(client.read(&mut [0]));
    says(read.unwrap_err(), "outside a simulation");
    drop(server);
    let run = Sim::new().run(async move {
        let (others, _server, _listener) = pair().await.unwrap();
        says(
            client.read(&mut [0]).await.unwrap_err(),
            "another simulation",
        );
        says(client.write(&[0]).await.unwrap_err(), "another simulation");
        says(client.shutdown().await.unwrap_err(), "another simulation");
        says(client.readable().await.unwrap_err(), "another simulation");
        says(listener.accept().await.unwrap_err(), "another simulation");
        drop((client, listener));
        // Those of this run have the same numbers, and are not touched.
        others.writable().await.unwrap();
        assert!(others.peer_addr().is_ok());
    });
    run.unwrap();
}

#[test]
fn outside_a_simulation_there_is_no_network() {
    let connect = futures::executor::block_on(TcpStream::connect("127.0.0.1:80"));
    let bind = futures::executor::block_on(TcpListener::bind("127.0.0.1:80"));
    let listen = TcpSocket::new_v4().unwrap().listen(1);
    for error in [connect.unwrap_err(), bind.unwrap_err(), listen.unwrap_err()] {
        assert!(
            error.to_string().contains("outside a simulation"),
            "{error}"
        );
    }
}

#[test]
fn real_sockets_are_refused() {
    let real = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let error = TcpListener::from_std(real).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::Unsupported);
    assert!(error.to_string().contains("no seed decides"), "{error}");
    Sim::new()
        .run(async {
            let (client, _server, listener) = pair().await.unwrap();
            assert_eq!(
                client.into_std().unwrap_err().kind(),
                io::ErrorKind::Unsupported
            );
            assert_eq!(
                listener.into_std().unwrap_err().kind(),
                io::ErrorKind::Unsupported
            );
        })
        .unwrap();
}

#[test]
fn an_address_that_nobody_has_is_named() {
    Sim::new()
        .run(async {
            let error = TcpStream::connect("8.8.8.8:80").await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::NetworkUnreachable);
            assert!(error.to_string().contains("8.8.8.8"), "{error}");
        })
        .unwrap();
}

#[test]
fn who_finds_nobody_gives_up_after_127_seconds() {
    Sim::new()
        .run(async {
            let listener = TcpSocket::new_v4().unwrap().listen(0).unwrap();
            let address = ("127.0.0.1", listener.local_addr().unwrap().port());
            let _first = TcpStream::connect(address).await.unwrap();
            let began = Instant::now();
            let error = TcpStream::connect(address).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
            assert_eq!(began.elapsed(), Duration::from_secs(127));
        })
        .unwrap();
}

#[test]
fn the_trace_tells_who_sent_what_is_received() {
    let run = Sim::new().run(async {
        let (mut client, mut server, _listener) = pair().await.unwrap();
        client.write_all(b"one").await.unwrap();
        client.write_all(b"three").await.unwrap();
        server.read_exact(&mut [0; 2]).await.unwrap();
        server.read_exact(&mut [0; 4]).await.unwrap();
    });
    let trace = run.trace();
    let text = trace.to_string();
    let words: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split_once("main  ").map(|(_, words)| words))
        .filter(|words| words.contains("tcp"))
        .collect();
    assert_eq!(
        words,
        [
            "opens tcp listener main:80",
            "connects tcp main:32768 → main:80",
            "accepts tcp main:32768 → main:80",
            "sends 3 bytes of tcp main:32768 → main:80",
            "sends 5 bytes of tcp main:32768 → main:80",
            "receives 2 bytes of tcp main:32768 → main:80",
            "receives 4 bytes of tcp main:32768 → main:80",
            "closes tcp listener main:80",
            "resets tcp main:80 → main:32768",
        ]
    );
    let causes = trace
        .entries()
        .iter()
        .filter_map(|entry| match entry.event {
            Event::Bytes {
                flow: Flow::Received,
                bytes,
                ..
            } => {
                let cause = trace.entry(entry.cause()?)?;
                Some((bytes, trace.describe(cause)))
            }
            _ => None,
        });
    let causes: Vec<_> = causes.collect();
    assert_eq!(causes.len(), 2);
    assert!(causes[0].1.starts_with("sends 3 bytes") && causes[1].1.starts_with("sends 5 bytes"));
}

#[test]
fn runs_repeat_and_are_hashed_the_same_recorded_or_not() {
    let program = || async {
        let (mut client, mut server, _listener) = pair().await.unwrap();
        let echo = reweave::spawn(async move {
            let byte = server.read_u8().await.unwrap();
            server.write_u8(byte).await.unwrap();
        });
        client.write_u8(7).await.unwrap();
        client.read_u8().await.unwrap();
        echo.await.unwrap();
    };
    for seed in 0..20 {
        let hashes = [(); 2].map(|()| Sim::new().seed(seed).run(program()).hash());
        assert_eq!(hashes[0], hashes[1]);
    }
    reweave::explore(program).seeds(0..100).run().unwrap();
}
