//! What must hold over bad links whatever is lost, changed or given up meanwhile.

use std::io::ErrorKind;

use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::net::{self, Latency, TcpListener, TcpSocket, TcpStream, UdpSocket};
use reweave::time::{Duration, sleep, timeout};
use reweave::trace::{Event, PacketFate};
use reweave::{Run, Sim};

use super::{connected, plain, timed};

const SECOND: Duration = Duration::from_secs(1);

fn packets<T>(run: &Run<T>, wanted: PacketFate) -> usize {
    let is = |event: &Event| matches!(event, Event::Packet { fate, .. } if *fate == wanted);
    let entries = run.trace().entries().iter();
    entries.filter(|entry| is(&entry.event)).count()
}

/// Of what tells that bytes came, and that there is room, some is lost, and some that is sent later is not.
#[test]
fn much_goes_both_ways_however_much_is_lost() {
    for seed in 0..24 {
        let run = Sim::new()
            .seed(seed)
            .max_virtual_time(SECOND * 1_000_000)
            .max_steps(u64::MAX)
            .run(async {
                let mut pair = connected().await;
                let mut server = pair.server.await.unwrap();
                net::link("main", &pair.db)
                    .latency(Latency::bimodal(
                        Duration::from_millis(1),
                        Duration::from_millis(40),
                        0.1,
                    ))
                    .loss(0.2);
                let sent: Vec<u8> = (0..400_000_u32)
                    .map(|number| (number % 251) as u8)
                    .collect();
                let expected = sent.clone();
                let echo = pair.db.spawn(async move {
                    let mut got = Vec::new();
                    let mut bytes = [0; 9_000];
                    loop {
                        sleep(Duration::from_millis(2)).await;
                        match server.read(&mut bytes).await.unwrap() {
                            0 => break,
                            count => got.extend_from_slice(&bytes[..count]),
                        }
                    }
                    server.write_all(&got).await.unwrap();
                });
                pair.client.write_all(&sent).await.unwrap();
                pair.client.shutdown().await.unwrap();
                let mut back = Vec::new();
                let mut bytes = [0; 7_000];
                loop {
                    sleep(Duration::from_millis(1)).await;
                    match pair.client.read(&mut bytes).await.unwrap() {
                        0 => break,
                        count => back.extend_from_slice(&bytes[..count]),
                    }
                }
                echo.await.unwrap();
                assert!(back == expected);
            });
        run.unwrap();
    }
}

#[test]
fn what_is_clogged_leaves_when_all_is_healed() {
    let run = plain(async {
        let mut pair = connected().await;
        let mut server = pair.server.await.unwrap();
        net::clog("main", &pair.db, SECOND * 3_600);
        pair.client.write_all(b"x").await.unwrap();
        let arrives = pair
            .db
            .spawn(async move { server.read_u8().await.unwrap() });
        sleep(SECOND).await;
        net::heal();
        timed(arrives).await
    });
    let (byte, took) = run.unwrap();
    assert_eq!(byte.unwrap(), b'x');
    assert_eq!(took, Duration::from_millis(1));
}

#[test]
fn a_clog_over_which_nothing_goes_delays_nothing() {
    let run = plain(async {
        let mut pair = connected().await;
        let mut server = pair.server.await.unwrap();
        net::clog("main", &pair.db, Duration::MAX);
        sleep(SECOND).await;
        net::heal();
        pair.client.write_all(b"x").await.unwrap();
        let arrives = async move { server.read_u8().await.unwrap() };
        timed(pair.db.spawn(arrives)).await.1
    });
    assert_eq!(run.unwrap(), Duration::from_millis(1));
}

#[test]
fn a_clog_is_over_in_its_time_and_what_leaves_then_is_in_order() {
    let run = plain(async {
        let mut pair = connected().await;
        let mut server = pair.server.await.unwrap();
        net::clog("main", &pair.db, SECOND * 5);
        let reader = pair.db.spawn(async move {
            let mut text = [0; 9];
            server.read_exact(&mut text).await.unwrap();
            text
        });
        pair.client.write_all(b"one").await.unwrap();
        sleep(SECOND * 2).await;
        // Longer than the first, and then one that is not.
        net::clog("main", &pair.db, SECOND * 8);
        net::clog("main", &pair.db, SECOND);
        pair.client.write_all(b"two").await.unwrap();
        net::hold("main", &pair.db);
        pair.client.write_all(b"six").await.unwrap();
        net::release("main", &pair.db);
        timed(reader).await
    });
    let (text, took) = run.unwrap();
    assert_eq!(&text.unwrap(), b"onetwosix");
    assert_eq!(took, Duration::from_millis(8_001));
}

#[test]
fn a_link_that_becomes_faster_overtakes_nothing() {
    let run = plain(async {
        let mut pair = connected().await;
        let mut server = pair.server.await.unwrap();
        pair.client.write_all(b"a").await.unwrap();
        net::link("main", &pair.db).latency(Latency::constant(Duration::ZERO));
        pair.client.write_all(b"b").await.unwrap();
        let reads = async move {
            let mut text = [0; 2];
            server.read_exact(&mut text).await.unwrap();
            text
        };
        pair.db.spawn(reads).await.unwrap()
    });
    assert_eq!(&run.unwrap(), b"ab");
}

/// What tells that there is room is lost, but nothing waits for it.
#[test]
fn one_who_was_not_told_of_room_and_needs_none_does_not_give_up() {
    let run = plain(async {
        let mut pair = connected().await;
        let mut server = pair.server.await.unwrap();
        pair.client.write_all(&[7; 100_000]).await.unwrap();
        sleep(SECOND).await;
        net::partition("main", &pair.db);
        let read = pair.db.spawn(async move {
            let mut bytes = vec![0; 100_000];
            server.read_exact(&mut bytes).await.unwrap();
            server
        });
        let _server = read.await.unwrap();
        timeout(SECOND * 10_000, pair.client.read_u8())
            .await
            .is_err()
    });
    assert!(run.unwrap(), "it gave up");
}

/// A backlog is not full for ever of those who never heard that they were connected (`tcp_synack_retries` 5: 63 s).
#[test]
fn those_who_gave_up_before_they_were_answered_leave_the_backlog() {
    let run = plain(async {
        let db = reweave::host("db");
        let _server = db.spawn(async {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind("0.0.0.0:80".parse().unwrap()).unwrap();
            let listener = socket.listen(1).unwrap();
            loop {
                drop(listener.accept().await.unwrap());
            }
        });
        sleep(SECOND).await;
        net::partition_one_way(&db, "main");
        for _ in 0..3 {
            let connected = timeout(SECOND, TcpStream::connect("10.0.0.2:80")).await;
            assert!(connected.is_err());
        }
        net::heal();
        sleep(SECOND * 64).await;
        timed(TcpStream::connect("10.0.0.2:80")).await
    });
    let (connected, took) = run.unwrap();
    connected.unwrap();
    assert_eq!(took, Duration::from_millis(2));
}

/// What says that nobody hears a datagram comes once, or it is said that it was doubled and it was.
#[test]
fn only_what_is_a_datagram_is_doubled() {
    let run = plain(async {
        let db = reweave::host("db");
        net::link_one_way(&db, "main").duplication(1.0);
        let socket = UdpSocket::bind("0.0.0.0:0").await.unwrap();
        socket.connect("db:53").await.unwrap();
        socket.send(b"x").await.unwrap();
        sleep(SECOND).await;
        let error = socket.recv(&mut [0]).await.unwrap_err().kind();
        let again = timeout(SECOND, socket.recv(&mut [0])).await.is_err();
        (error, again)
    });
    assert_eq!(packets(&run, PacketFate::Doubled), 0);
    assert_eq!(run.unwrap(), (ErrorKind::ConnectionRefused, true));
}

#[test]
fn a_thousand_hosts_of_which_few_talk() {
    let program = || async {
        let hosts: Vec<_> = (0..1_000)
            .map(|number| reweave::host(format!("h{number}")))
            .collect();
        net::all_links()
            .latency(Latency::uniform(
                Duration::from_millis(1)..Duration::from_millis(5),
            ))
            .loss(0.05);
        let server = hosts[0].spawn(async {
            let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
            for _ in 0..20 {
                let (mut stream, _) = listener.accept().await.unwrap();
                let byte = stream.read_u8().await.unwrap();
                stream.write_u8(byte).await.unwrap();
            }
        });
        sleep(SECOND).await;
        net::partition("h0", "h999");
        let clients: Vec<_> = (1..=20_u8)
            .map(|number| {
                hosts[usize::from(number)].spawn(async move {
                    let mut stream = TcpStream::connect("h0:80").await.unwrap();
                    stream.write_u8(number).await.unwrap();
                    stream.read_u8().await.unwrap()
                })
            })
            .collect();
        let mut got = Vec::new();
        for client in clients {
            got.push(client.await.unwrap());
        }
        server.await.unwrap();
        net::partition_halves();
        net::heal();
        got
    };
    let run = Sim::new().seed(7).run(program());
    let again = Sim::new().seed(7).run(program());
    assert_eq!(run.hash(), again.hash());
    assert_eq!(run.unwrap(), (1..=20).collect::<Vec<u8>>());
}
