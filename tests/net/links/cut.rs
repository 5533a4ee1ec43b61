//! Cut links: when which operation fails, and what goes on when they are healed. The times are those of Linux 6.1 with its defaults
//! (Documentation/networking/ip-sysctl.rst).

use std::io::ErrorKind;

use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::net::{self, TcpListener, TcpStream};
use reweave::time::{Duration, sleep, timeout};

use super::{about, connected, plain, timed};

const SECOND: Duration = Duration::from_secs(1);

/// `tcp_syn_retries` 6: 1 + 2 + 4 + 8 + 16 + 32 + 64 s.
#[test]
fn connect_gives_up_after_127_seconds() {
    let run = plain(async {
        let _db = reweave::host("db").start(|| async {
            let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
            listener.accept().await.unwrap()
        });
        sleep(SECOND).await;
        net::partition("main", "db");
        timed(TcpStream::connect("db:80")).await
    });
    let (connected, took) = run.unwrap();
    assert_eq!(connected.unwrap_err().kind(), ErrorKind::TimedOut);
    about(took, 2.0 * 127.0);
}

#[test]
fn connect_is_late_when_the_answer_is_lost() {
    let run = plain(async {
        let db = reweave::host("db");
        let server = db.spawn(async {
            let listener = TcpListener::bind("10.0.0.2:80").await.unwrap();
            let (stream, _) = listener.accept().await.unwrap();
            stream.peer_addr().unwrap()
        });
        sleep(SECOND).await;
        net::partition_one_way(&db, "main");
        reweave::spawn(async {
            sleep(SECOND * 10).await;
            net::heal();
        });
        let (client, took) = timed(TcpStream::connect("10.0.0.2:80")).await;
        let client = client.unwrap();
        assert_eq!(server.await.unwrap(), client.local_addr().unwrap());
        took
    });
    // Asked again after 1, 3, 7 and 15 s.
    about(run.unwrap(), 15.0);
}

/// `tcp_retries2` 15, from 200 ms to 120 s: 924.6 s.
#[test]
fn a_writer_gives_up_after_a_quarter_of_an_hour() {
    let run = plain(async {
        let mut pair = connected().await;
        let _server = pair.server.await.unwrap();
        net::partition("main", &pair.db);
        pair.client.write_all(b"hello").await.unwrap();
        timed(async {
            let mut answer = [0; 5];
            pair.client
                .read_exact(&mut answer)
                .await
                .unwrap_err()
                .kind()
        })
        .await
    });
    let (error, took) = run.unwrap();
    assert_eq!(error, ErrorKind::TimedOut);
    about(took, 924.6);
}

#[test]
fn one_who_only_reads_hears_of_nothing() {
    let run = plain(async {
        let mut pair = connected().await;
        let _server = pair.server.await.unwrap();
        net::partition("main", &pair.db);
        let read = timeout(SECOND * 10_000, pair.client.read_u8()).await;
        assert!(read.is_err());
    });
    run.unwrap();
}

#[test]
fn what_was_written_meanwhile_arrives_in_order_after_the_partition() {
    let run = plain(async {
        let mut pair = connected().await;
        let mut server = pair.server.await.unwrap();
        let reader = pair.db.spawn(async move {
            let mut text = String::new();
            server.read_to_string(&mut text).await.unwrap();
            text
        });
        pair.client.write_all(b"before, ").await.unwrap();
        net::partition("main", &pair.db);
        for part in [&b"meanwhile, "[..], b"and again, "] {
            sleep(SECOND * 5).await;
            pair.client.write_all(part).await.unwrap();
        }
        net::heal();
        pair.client.write_all(b"after").await.unwrap();
        pair.client.shutdown().await.unwrap();
        timed(reader).await
    });
    let (text, took) = run.unwrap();
    assert_eq!(text.unwrap(), "before, meanwhile, and again, after");
    // Sent again after 0.2, 0.6, 1.4, 3 and 6.2 s, then after 12.6 s: 7.6 s from the healing.
    assert!(took > SECOND && took < SECOND * 10, "{took:?}");
}

#[test]
fn acknowledgements_that_are_lost_block_nobody_for_ever() {
    let run = plain(async {
        let mut pair = connected().await;
        let mut server = pair.server.await.unwrap();
        let reader = pair.db.spawn(async move {
            let mut bytes = vec![0; 1_000_000];
            server.read_exact(&mut bytes).await.unwrap();
        });
        net::partition_one_way(&pair.db, "main");
        reweave::spawn(async {
            sleep(SECOND * 100).await;
            net::heal();
        });
        let (written, took) = timed(pair.client.write_all(&vec![7; 1_000_000])).await;
        written.unwrap();
        reader.await.unwrap();
        took
    });
    assert!(run.unwrap() > SECOND * 99);
}

#[test]
fn one_who_came_back_from_a_crash_knows_of_no_connection() {
    let run = plain(async {
        let mut pair = connected().await;
        let _server = pair.server.await.unwrap();
        net::partition("main", &pair.db);
        pair.client.write_all(b"lost").await.unwrap();
        pair.db.power_off();
        net::heal();
        sleep(SECOND).await;
        pair.db.restart();
        let mut answer = [0; 1];
        pair.client
            .read_exact(&mut answer)
            .await
            .unwrap_err()
            .kind()
    });
    assert_eq!(run.unwrap(), ErrorKind::ConnectionReset);
}

#[test]
fn halves_are_one_whole_in_the_plain_run_and_differ_by_seed() {
    let program = || async {
        let _hosts = ["a", "b", "c"].map(reweave::host);
        net::partition_halves()
    };
    assert!(plain(program()).unwrap().is_empty());
    let sides: std::collections::BTreeSet<_> = (0..64)
        .map(|seed| reweave::Sim::new().seed(seed).run(program()).unwrap())
        .collect();
    assert!(sides.len() > 8, "{sides:?}");
}
