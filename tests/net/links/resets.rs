//! Resets: who must hear of one although it is lost, or although the other end knows nothing any more.

use std::io::ErrorKind;

use reweave::Sim;
use reweave::host::Host;
use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::net::{self, Latency, TcpListener, TcpStream};
use reweave::time::{Duration, Instant, sleep, timeout};

use super::{about, connected, plain, timed};

const SECOND: Duration = Duration::from_secs(1);

/// Resets the connection of which this is the end on the host.
async fn reset(db: &Host, server: TcpStream) {
    let resets = db.spawn(async move {
        server.set_zero_linger().unwrap();
    });
    resets.await.unwrap();
}

/// A request to connect is sent again if nobody answers, also if the answer was that nobody listens.
#[test]
fn a_refusal_that_is_lost_comes_with_the_next_request() {
    let run = plain(async {
        let _db = reweave::host("db");
        net::partition_one_way("db", "main");
        let connects = reweave::spawn(timed(TcpStream::connect("10.0.0.2:80")));
        sleep(SECOND / 2).await;
        net::heal();
        connects.await.unwrap()
    });
    let (connected, took) = run.unwrap();
    assert_eq!(connected.unwrap_err().kind(), ErrorKind::ConnectionRefused);
    about(took, 1.002);
}

/// While every refusal is lost, `connect` gives up in its time.
#[test]
fn who_never_hears_that_it_is_refused_gives_up() {
    let run = plain(async {
        let _db = reweave::host("db");
        net::partition_one_way("db", "main");
        timed(TcpStream::connect("10.0.0.2:80")).await
    });
    let (connected, took) = run.unwrap();
    assert_eq!(connected.unwrap_err().kind(), ErrorKind::TimedOut);
    about(took, 127.0);
}

/// Bytes, or the end, that are answered with a reset that is lost are sent again, and so is the reset.
#[test]
fn who_sent_something_hears_of_a_reset_although_it_was_lost() {
    for ends in [false, true] {
        let run = plain(async move {
            let mut pair = connected().await;
            let server = pair.server.await.unwrap();
            net::partition_one_way(&pair.db, "main");
            // The first reset: nobody who only reads is told again of it.
            reset(&pair.db, server).await;
            sleep(SECOND).await;
            match ends {
                false => pair.client.write_all(b"question").await.unwrap(),
                true => pair.client.shutdown().await.unwrap(),
            }
            sleep(SECOND).await;
            net::heal();
            timed(pair.client.read_u8()).await
        });
        let (read, took) = run.unwrap();
        let error = read.unwrap_err().kind();
        assert_eq!(error, ErrorKind::ConnectionReset, "ends: {ends}");
        assert!(took < SECOND, "ends: {ends}, {took:?}");
    }
}

/// Nothing is sent by one who only reads, and so nothing is answered.
#[test]
fn who_only_reads_never_hears_of_a_reset_that_was_lost() {
    let run = plain(async {
        let mut pair = connected().await;
        let server = pair.server.await.unwrap();
        net::partition_one_way(&pair.db, "main");
        reset(&pair.db, server).await;
        sleep(SECOND).await;
        net::heal();
        timeout(SECOND * 10_000, pair.client.read_u8()).await
    });
    assert!(run.unwrap().is_err());
}

/// One whose every reset is lost gives up as if nobody was there.
#[test]
fn who_sent_something_and_never_hears_of_the_reset_gives_up() {
    let run = plain(async {
        let mut pair = connected().await;
        let server = pair.server.await.unwrap();
        net::partition_one_way(&pair.db, "main");
        reset(&pair.db, server).await;
        sleep(SECOND).await;
        pair.client.write_all(b"question").await.unwrap();
        timed(pair.client.read_u8()).await
    });
    let (read, took) = run.unwrap();
    assert_eq!(read.unwrap_err().kind(), ErrorKind::TimedOut);
    about(took, 924.6);
}

/// A request without a timeout is answered or fails, whatever is lost, when a server is gone for good in the midst of it.
#[test]
fn no_request_waits_for_ever_for_a_process_that_died() {
    for seed in 0..200 {
        let run = Sim::new().seed(seed).run(async {
            net::all_links().loss(0.4);
            let serve = || async {
                let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
                while let Ok((mut stream, _)) = listener.accept().await {
                    drop(reweave::spawn(async move {
                        while let Ok(byte) = stream.read_u8().await {
                            stream.write_u8(byte).await?;
                        }
                        std::io::Result::Ok(())
                    }));
                }
            };
            let db = reweave::host("db").start(serve);
            sleep(SECOND).await;
            let crash = reweave::spawn(async move {
                // At no time at which something arrives: what it had not read would be a reset, of which nobody is told twice.
                sleep(Duration::from_micros(3_000_500)).await;
                db.crash();
            });
            let asked = timeout(SECOND * 3_000, async {
                let mut stream = TcpStream::connect("10.0.0.2:80").await?;
                loop {
                    stream.write_u8(1).await?;
                    stream.read_u8().await?;
                }
                #[allow(unreachable_code)]
                std::io::Result::Ok(())
            });
            let error = asked.await.expect("it hears of it").unwrap_err();
            crash.await.unwrap();
            error.kind()
        });
        run.unwrap();
    }
}

/// What says that bytes came is answered by a host that lost its power and has it again, and knows nothing of them.
#[test]
fn an_acknowledgement_that_nobody_expects_is_answered_with_a_reset() {
    for back in [false, true] {
        let run = plain(async move {
            let mut pair = connected().await;
            net::link("main", &pair.db).latency(Latency::constant(SECOND));
            let mut server = pair.server.await.unwrap();
            pair.db
                .spawn(async move {
                    server.write_all(b"data").await.unwrap();
                    std::mem::forget(server);
                })
                .await
                .unwrap();
            pair.db.power_off();
            if back {
                pair.db.restart();
            }
            pair.client.read_exact(&mut [0; 4]).await.unwrap();
            timeout(SECOND * 60, pair.client.read_u8()).await
        });
        match run.unwrap() {
            Ok(read) => {
                assert!(back);
                assert_eq!(read.unwrap_err().kind(), ErrorKind::ConnectionReset);
            }
            Err(_) => assert!(!back, "nobody was there to reset it"),
        }
    }
}

/// Who waits for room at a host that lost its power asks for it: nobody answers, or it is reset (`tcp_retries2`).
#[test]
fn one_who_waits_for_room_notices_that_the_power_is_gone() {
    for back in [None, Some(SECOND * 10)] {
        let run = plain(async move {
            let pair = connected().await;
            let _server = pair.server.await.unwrap();
            let began = Instant::now();
            let mut client = pair.client;
            let writes = reweave::spawn(async move { client.write_all(&[0; 10_000_000]).await });
            sleep(SECOND).await;
            assert!(!writes.is_finished());
            pair.db.power_off();
            if let Some(back) = back {
                sleep(back).await;
                pair.db.restart();
            }
            (writes.await.unwrap(), began.elapsed())
        });
        let (wrote, took) = run.unwrap();
        let error = wrote.unwrap_err().kind();
        match back {
            None => {
                assert_eq!(error, ErrorKind::TimedOut);
                about(took, 925.6);
            }
            Some(back) => {
                assert_eq!(error, ErrorKind::ConnectionReset);
                assert!(took < back * 3, "{took:?}");
            }
        }
    }
}

/// The power goes while the answer to a request to connect is on its way: `connect` succeeds, and what is written gets no answer, or a reset.
#[test]
fn a_connection_to_a_host_that_lost_its_power_meanwhile() {
    for back in [false, true] {
        let run = plain(async move {
            let db = reweave::host("db");
            net::link("main", &db).latency(Latency::constant(SECOND));
            let server = db.spawn(async {
                let _listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
                std::future::pending::<()>().await;
            });
            let connects = reweave::spawn(TcpStream::connect("10.0.0.2:80"));
            sleep(SECOND * 3 / 2).await;
            db.power_off();
            if back {
                db.restart();
            }
            server.await.unwrap_err();
            let mut stream = connects.await.unwrap().unwrap();
            // Who is reset may hear of it before it writes.
            let asks = async {
                stream.write_all(b"question").await?;
                stream.read_u8().await
            };
            timed(asks).await
        });
        let (asked, took) = run.unwrap();
        let error = asked.unwrap_err().kind();
        match back {
            false => {
                assert_eq!(error, ErrorKind::TimedOut);
                about(took, 924.6);
            }
            true => {
                assert_eq!(error, ErrorKind::ConnectionReset);
                about(took, 2.0);
            }
        }
    }
}
