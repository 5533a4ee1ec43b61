//! Unix sockets on hosts: whose they are, and what becomes of them when a host dies.

use std::io::ErrorKind;
use std::time::Duration;

use reweave::host::Death;
use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::net::{UnixDatagram, UnixListener, UnixStream, unix};
use reweave::time::sleep;
use reweave::{FindingKind, Sim, host, spawn};

const SECOND: Duration = Duration::from_secs(1);
const PATH: &str = "/run/db.sock";

#[test]
fn a_path_is_that_of_one_host() {
    let run = Sim::new().run(async {
        let _listener = UnixListener::bind(PATH).unwrap();
        let shop = host("shop").spawn(async {
            let nothing = UnixStream::connect(PATH).await.unwrap_err();
            assert_eq!(nothing.kind(), ErrorKind::NotFound);
            drop(UnixListener::bind(PATH).unwrap());
            unix::remove_path(PATH).unwrap();
        });
        shop.await.unwrap();
        UnixStream::connect(PATH).await.unwrap();
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

/// As on a real machine the file is there after the restart, also if the power went.
#[test]
fn a_path_outlives_its_host_and_the_sockets_do_not() {
    for death in [Death::Process, Death::PowerLoss] {
        let run = Sim::new().run(async move {
            let db = host("db");
            db.spawn(async {
                let listener = UnixListener::bind(PATH).unwrap();
                let _client = UnixStream::connect(PATH).await.unwrap();
                let _server = listener.accept().await.unwrap();
                let _datagrams = UnixDatagram::bind("/run/log.sock").unwrap();
                std::future::pending::<()>().await;
            });
            sleep(SECOND).await;
            db.crash_with(death);
            db.restart();
            let later = db.spawn(async {
                let refused = UnixStream::connect(PATH).await.unwrap_err();
                assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
                let taken = UnixListener::bind(PATH).unwrap_err();
                assert_eq!(taken.kind(), ErrorKind::AddrInUse);
                unix::remove_path(PATH).unwrap();
                UnixListener::bind(PATH).unwrap();
                unix::remove_path("/run/log.sock").unwrap();
                UnixDatagram::bind("/run/log.sock").unwrap();
            });
            later.await.unwrap();
        });
        assert!(run.findings().is_empty(), "{run:?}");
    }
}

#[test]
fn a_socket_of_another_host_is_refused_with_both_names() {
    let run = Sim::new().run(async {
        let (mut stream, _other) = UnixStream::pair().unwrap();
        let (datagram, _peer) = UnixDatagram::pair().unwrap();
        let listener = UnixListener::bind(PATH).unwrap();
        let shop = host("shop").spawn(async move {
            [
                stream.write(b"x").await.unwrap_err(),
                datagram.send(b"x").await.unwrap_err(),
                datagram.connect(PATH).unwrap_err(),
                datagram.shutdown(std::net::Shutdown::Both).unwrap_err(),
                listener.accept().await.unwrap_err(),
            ]
        });
        for told in shop.await.unwrap() {
            let told = told.to_string();
            assert!(told.contains("`main`") && told.contains("`shop`"), "{told}");
        }
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

#[test]
fn outside_a_simulation_there_are_none() {
    assert!(UnixStream::pair().is_err() && UnixDatagram::unbound().is_err());
    assert!(UnixListener::bind(PATH).is_err() && unix::remove_path(PATH).is_err());
}

#[cfg(unix)]
#[test]
fn real_sockets_are_refused() {
    use std::os::unix::net;
    Sim::new()
        .run(async {
            let (one, other) = net::UnixStream::pair().unwrap();
            let refused = UnixStream::from_std(one).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Unsupported);
            assert!(UnixStream::try_from(other).is_err());
            let datagram = net::UnixDatagram::unbound().unwrap();
            assert!(UnixDatagram::from_std(datagram).is_err());
            let (one, _other) = UnixStream::pair().unwrap();
            assert_eq!(one.peer_cred().unwrap().uid(), 0);
            assert!(one.into_std().is_err());
            assert!(UnixDatagram::unbound().unwrap().into_std().is_err());
            assert!(UnixListener::bind(PATH).unwrap().into_std().is_err());
        })
        .unwrap();
}

#[test]
fn two_who_read_from_each_other_are_a_deadlock() {
    let run = Sim::new().run(async {
        let (mut one, mut other) = UnixStream::pair().unwrap();
        let task = spawn(async move { other.read_u8().await });
        one.read_u8().await.unwrap();
        task.await.unwrap().unwrap();
    });
    let finding = &run.findings()[0];
    assert_eq!(finding.kind(), FindingKind::Deadlock);
    let words = finding.details().join("\n");
    assert!(
        words.contains("main waits for bytes in unix from pair"),
        "{words}"
    );
}

#[test]
fn who_waits_for_room_for_a_datagram_is_told() {
    let run = Sim::new().run(async {
        let _receiver = UnixDatagram::bind(PATH).unwrap();
        let sender = UnixDatagram::unbound().unwrap();
        loop {
            sender.send_to(b"x", PATH).await.unwrap();
        }
    });
    let finding = &run.findings()[0];
    assert_eq!(finding.kind(), FindingKind::Deadlock);
    let words = finding.details().join("\n");
    assert!(words.contains("main waits for room"), "{words}");
}

#[test]
fn a_seed_is_one_run() {
    let hash = |seed| {
        let run = Sim::new().seed(seed).run(async {
            let listener = UnixListener::bind(PATH).unwrap();
            let server = spawn(async move {
                for _ in 0..3 {
                    let (mut client, _) = listener.accept().await.unwrap();
                    drop(spawn(async move {
                        while let Ok(byte) = client.read_u8().await {
                            client.write_u8(byte + 1).await.unwrap();
                        }
                    }));
                }
            });
            let clients = [1, 2, 3].map(|byte| {
                spawn(async move {
                    let mut stream = UnixStream::connect(PATH).await.unwrap();
                    stream.write_u8(byte).await.unwrap();
                    stream.read_u8().await.unwrap()
                })
            });
            for client in clients {
                client.await.unwrap();
            }
            server.await.unwrap();
        });
        run.hash()
    };
    for seed in 0..20 {
        assert_eq!(hash(seed), hash(seed));
    }
}
