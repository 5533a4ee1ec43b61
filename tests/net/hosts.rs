//! Hosts on the network: names and addresses, and what becomes of connections when one dies.

use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reweave::host::{Death, Host};
use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::net::{TcpListener, TcpSocket, TcpStream, lookup_host};
use reweave::time::{Instant, sleep, timeout};
use reweave::{Sim, explore, host};

const SECOND: Duration = Duration::from_secs(1);

/// A host that answers each byte with the next.
fn server(name: &str) -> Host {
    host(name).start(|| async {
        let listener = TcpListener::bind("0.0.0.0:5432").await.unwrap();
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            drop(reweave::spawn(async move {
                while let Ok(byte) = client.read_u8().await {
                    if client.write_u8(byte + 1).await.is_err() {
                        break;
                    }
                }
            }));
        }
    })
}

async fn ask(stream: &mut TcpStream, byte: u8) -> io::Result<u8> {
    stream.write_u8(byte).await?;
    stream.read_u8().await
}

/// A connection by name from another host, over a link of a millisecond; the client's address is its host's.
#[test]
fn one_host_asks_another_by_name() {
    let run = Sim::new().run(async {
        server("db");
        let shop = host("shop").spawn(async {
            sleep(SECOND).await;
            let began = Instant::now();
            let mut db = TcpStream::connect("db:5432").await.unwrap();
            let connected = began.elapsed();
            assert_eq!(ask(&mut db, 1).await.unwrap(), 2);
            (
                db.local_addr().unwrap(),
                db.peer_addr().unwrap(),
                connected,
                began.elapsed(),
            )
        });
        let (shop, db, connected, answered) = shop.await.unwrap();
        assert_eq!(
            lookup_host("shop:0").await.unwrap().next().unwrap().ip(),
            shop.ip()
        );
        assert_eq!(lookup_host("db:5432").await.unwrap().next().unwrap(), db);
        let ms = Duration::from_millis(1);
        assert_eq!((connected, answered), (2 * ms, 4 * ms));
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

/// A loopback address is each host's own.
#[test]
fn a_loopback_address_is_that_of_the_host_itself() {
    let run = Sim::new().run(async {
        server("db");
        sleep(SECOND).await;
        let elsewhere = TcpStream::connect("127.0.0.1:5432").await.unwrap_err();
        assert_eq!(elsewhere.kind(), ErrorKind::ConnectionRefused);
        drop(TcpStream::connect("db:5432").await.unwrap());
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

/// A process that dies closes its sockets: the peer reads the end, and a connection is refused until the restart.
#[test]
fn a_process_that_dies_closes_its_connections() {
    let found = explore(|| async {
        let db = server("db");
        sleep(SECOND).await;
        let mut stream = TcpStream::connect("db:5432").await.unwrap();
        assert_eq!(ask(&mut stream, 1).await.unwrap(), 2);
        db.crash();
        assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
        let refused = TcpStream::connect("db:5432").await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
        db.restart();
        sleep(SECOND).await;
        let mut stream = TcpStream::connect("db:5432").await.unwrap();
        assert_eq!(ask(&mut stream, 3).await.unwrap(), 4);
    })
    .seeds(0..50)
    .run();
    assert!(!found.failed(), "{found}");
}

/// What lay unread when the process died is a reset.
#[test]
fn a_process_that_dies_with_bytes_unread_resets() {
    let run = Sim::new().run(async {
        let db = host("db").start(|| async {
            let listener = TcpListener::bind("0.0.0.0:1").await.unwrap();
            let _stream = listener.accept().await.unwrap();
            std::future::pending::<()>().await;
        });
        sleep(SECOND).await;
        let mut stream = TcpStream::connect("db:1").await.unwrap();
        stream.write_all(b"unread").await.unwrap();
        sleep(SECOND).await;
        db.crash();
        let reset = stream.read(&mut [0]).await.unwrap_err();
        assert_eq!(reset.kind(), ErrorKind::ConnectionReset);
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

/// A host without power says nothing: a read waits, and once it is back it answers what it does not know with a reset.
#[test]
fn a_host_that_loses_its_power_is_silent() {
    let run = Sim::new().run(async {
        let db = server("db");
        sleep(SECOND).await;
        let mut stream = TcpStream::connect("db:5432").await.unwrap();
        db.crash_with(Death::PowerLoss);
        assert!(timeout(60 * SECOND, stream.read(&mut [0])).await.is_err());
        db.restart();
        sleep(SECOND).await;
        stream.write_u8(1).await.unwrap();
        let reset = stream.read(&mut [0]).await.unwrap_err();
        assert_eq!(reset.kind(), ErrorKind::ConnectionReset);
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

#[test]
fn a_socket_of_another_host_is_refused_with_both_names() {
    let run = Sim::new().run(async {
        server("db");
        sleep(SECOND).await;
        let mut stream = TcpStream::connect("db:5432").await.unwrap();
        let shop = host("shop").spawn(async move { ask(&mut stream, 1).await });
        let told = shop.await.unwrap().unwrap_err().to_string();
        assert!(told.contains("`main`") && told.contains("`shop`"), "{told}");
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

/// Names that differ by the case of letters alone are one name to the network.
#[test]
fn names_of_hosts_are_those_of_the_network() {
    for (name, why) in [
        ("DB", "already"),
        ("main", "choose"),
        ("localhost", "choose"),
        ("10.0.0.7", "choose"),
    ] {
        let run = Sim::new().run(async move {
            drop((host("db"), host(name)));
        });
        assert!(run.findings()[0].message().contains(why), "{run:?}");
    }
}

/// The run is the same each time, connections and deaths included.
#[test]
fn a_seed_is_one_run() {
    let hash = |seed| {
        let run = Sim::new().seed(seed).run(async {
            let db = server("db");
            let shops = ["shop", "other"].map(|name| {
                host(name).spawn(async {
                    for byte in 0..9 {
                        sleep(SECOND / 10).await;
                        let Ok(mut db) = TcpStream::connect("db:5432").await else {
                            continue;
                        };
                        drop(ask(&mut db, byte).await);
                    }
                })
            });
            sleep(SECOND / 2).await;
            db.crash_with(reweave::choose([Death::Process, Death::PowerLoss]));
            sleep(SECOND / 4).await;
            db.restart();
            for shop in shops {
                shop.await.unwrap();
            }
        });
        run.hash()
    };
    for seed in 0..20 {
        assert_eq!(hash(seed), hash(seed));
    }
}

/// Neither another host nor a later life of its own can go on with a socket that was bound.
#[test]
fn a_socket_that_is_bound_belongs_to_one_life_of_its_host() {
    let run = Sim::new().run(async {
        let (hand, mut over) = reweave::sync::mpsc::channel(2);
        let db = host("db");
        db.spawn(async move {
            for address in ["0.0.0.0:80", "0.0.0.0:81"] {
                let socket = TcpSocket::new_v4().unwrap();
                socket.bind(address.parse().unwrap()).unwrap();
                hand.send(socket).await.unwrap();
            }
        });
        let socket = over.recv().await.unwrap();
        let told = socket.listen(4).unwrap_err().to_string();
        assert!(told.contains("`db`") && told.contains("`main`"), "{told}");
        let socket = over.recv().await.unwrap();
        db.crash();
        db.restart();
        let later = db.spawn(async move {
            let free = TcpListener::bind("0.0.0.0:81").await.is_ok();
            (free, socket.listen(4).unwrap_err().kind())
        });
        assert_eq!(later.await.unwrap(), (true, ErrorKind::NotConnected));
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

/// What a closed connection leaves behind is kept by the system: it outlives the process, and not the power.
#[test]
fn the_port_of_a_closed_connection_outlives_the_process_and_not_the_power() {
    for (death, is_kept) in [(Death::Process, true), (Death::PowerLoss, false)] {
        let run = Sim::new().run(async move {
            let bound = Arc::new(Mutex::new(Vec::new()));
            let db = host("db").start({
                let bound = bound.clone();
                move || {
                    let bound = bound.clone();
                    async move {
                        // Without `SO_REUSEADDR`, which `TcpListener::bind` sets.
                        let socket = TcpSocket::new_v4().unwrap();
                        let alone = socket.bind("0.0.0.0:80".parse().unwrap());
                        bound
                            .lock()
                            .unwrap()
                            .push(alone.map_err(|error| error.kind()));
                        drop(socket);
                        let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
                        // It closes first.
                        while let Ok((client, _)) = listener.accept().await {
                            drop(client);
                        }
                    }
                }
            });
            sleep(SECOND).await;
            let mut stream = TcpStream::connect("db:80").await.unwrap();
            assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
            drop(stream);
            sleep(SECOND).await;
            db.crash_with(death);
            db.restart();
            sleep(SECOND).await;
            let again = match is_kept {
                true => Err(ErrorKind::AddrInUse),
                false => Ok(()),
            };
            assert_eq!(*bound.lock().unwrap(), [Ok(()), again]);
            // With it the port is to be had in either case.
            TcpStream::connect("db:80").await.unwrap();
        });
        assert!(run.findings().is_empty(), "{run:?}");
    }
}

/// The kernel of a host that stands still goes on: it takes connections and bytes, and nobody who waits for an answer gives up.
#[test]
fn a_host_that_stands_still_acknowledges_what_comes() {
    let run = Sim::new().run(async {
        let db = server("db");
        sleep(SECOND).await;
        db.pause();
        let mut stream = TcpStream::connect("db:5432").await.unwrap();
        stream.write_u8(1).await.unwrap();
        // Longer than bytes are sent again that nobody acknowledges.
        sleep(3600 * SECOND).await;
        stream.write_u8(2).await.unwrap();
        assert!(
            timeout(3600 * SECOND, stream.read(&mut [0])).await.is_err(),
            "nobody reads what came"
        );
        db.resume();
        assert_eq!(stream.read_u8().await.unwrap(), 2);
        assert_eq!(stream.read_u8().await.unwrap(), 3);
    });
    assert!(run.findings().is_empty(), "{run:?}");
}
