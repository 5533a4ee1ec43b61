//! Connections on which nothing goes any more, and whose other end is out of reach: when they end. With `SO_KEEPALIVE` all do, without it those that
//! have something to send.

use std::io::ErrorKind;

use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::net::{self, TcpListener, TcpSocket, TcpStream};
use reweave::time::{Duration, sleep, timeout};

use super::{about, plain, timed};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// Connects to a server that answers each byte with the same, and hands its host back.
async fn connected(keepalive: bool) -> (TcpStream, reweave::host::Host) {
    let db = reweave::host("db").start(|| async {
        let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            reweave::spawn(async move {
                while let Ok(byte) = stream.read_u8().await {
                    stream.write_u8(byte).await.unwrap();
                }
            });
        }
    });
    sleep(SECOND).await;
    let address = net::lookup_host("db:80").await.unwrap().next().unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_keepalive(keepalive).unwrap();
    (socket.connect(address).await.unwrap(), db)
}

/// How a read ends, and when; `None` if it does not within a day.
async fn ends(stream: &mut TcpStream) -> (Option<ErrorKind>, Duration) {
    let (read, took) = timed(timeout(24 * HOUR, stream.read_u8())).await;
    (read.ok().map(|read| read.unwrap_err().kind()), took)
}

#[test]
fn nobody_answers_nine_times() {
    let cut = plain(async {
        let (mut stream, _db) = connected(true).await;
        net::partition("main", "db");
        ends(&mut stream).await
    });
    let (error, took) = cut.unwrap();
    assert_eq!(error, Some(ErrorKind::TimedOut));
    about(took, 7_875.0);
    assert!(took.as_secs_f64() > 7_870.0, "{took:?}");

    let silent = plain(async {
        let (mut stream, db) = connected(true).await;
        db.power_off();
        ends(&mut stream).await
    });
    assert_eq!(
        silent.unwrap(),
        (error, took),
        "a host without power does not answer"
    );
}

#[test]
fn one_direction_is_enough_not_to_be_answered() {
    for (from, to) in [("main", "db"), ("db", "main")] {
        let cut = plain(async move {
            let (mut stream, _db) = connected(true).await;
            net::partition_one_way(from, to);
            ends(&mut stream).await.0
        });
        assert_eq!(cut.unwrap(), Some(ErrorKind::TimedOut), "{from} to {to}");
    }
}

#[test]
fn without_it_who_only_reads_waits() {
    let cut = plain(async {
        let (mut stream, _db) = connected(false).await;
        net::partition("main", "db");
        ends(&mut stream).await.0
    });
    assert_eq!(cut.unwrap(), None);
}

#[test]
fn a_connection_that_is_answered_stays() {
    let idle = plain(async {
        let (mut stream, _db) = connected(true).await;
        sleep(10 * HOUR).await;
        stream.write_u8(7).await.unwrap();
        stream.read_u8().await.unwrap()
    });
    assert_eq!(idle.unwrap(), 7);
}

#[test]
fn a_partition_that_ends_in_time_leaves_no_trace() {
    for (cut_for, stays) in [
        (2 * HOUR + 500 * SECOND, true),
        (2 * HOUR + 700 * SECOND, false),
    ] {
        let healed = plain(async move {
            let (mut stream, _db) = connected(true).await;
            net::partition("main", "db");
            sleep(cut_for).await;
            net::heal();
            sleep(HOUR).await;
            stream.write_u8(7).await?;
            stream.read_u8().await
        });
        let read = healed.unwrap().map_err(|error| error.kind());
        let expected = if stays {
            Ok(7)
        } else {
            Err(ErrorKind::TimedOut)
        };
        assert_eq!(read, expected, "after {cut_for:?}");
    }
}

#[test]
fn silence_counts_from_the_last_that_came() {
    let cut = plain(async {
        let (mut stream, _db) = connected(true).await;
        sleep(HOUR).await;
        stream.write_u8(7).await.unwrap();
        stream.read_u8().await.unwrap();
        sleep(HOUR).await;
        net::partition("main", "db");
        ends(&mut stream).await
    });
    let (error, took) = cut.unwrap();
    assert_eq!(error, Some(ErrorKind::TimedOut));
    about(took, 7_875.0 - 3_600.0);
}

#[test]
fn silence_before_was_answered() {
    // The last of the questions before was an hour ago.
    let cut = plain(async {
        let (mut stream, _db) = connected(true).await;
        sleep(5 * HOUR).await;
        net::partition("main", "db");
        ends(&mut stream).await
    });
    let (error, took) = cut.unwrap();
    assert_eq!(error, Some(ErrorKind::TimedOut));
    about(took, 7_875.0 - 3_600.0);
}

#[test]
fn a_host_that_forgot_the_connection_resets_it() {
    let restarted = plain(async {
        let (mut stream, db) = connected(true).await;
        db.power_off();
        sleep(SECOND).await;
        db.restart();
        ends(&mut stream).await
    });
    let (error, took) = restarted.unwrap();
    assert_eq!(error, Some(ErrorKind::ConnectionReset));
    about(took, 7_200.0);
}

#[test]
fn an_accepted_connection_has_it_from_its_listener() {
    let cut = plain(async {
        let db = reweave::host("db");
        let server = db.spawn(async {
            let socket = TcpSocket::new_v4().unwrap();
            socket.set_keepalive(true).unwrap();
            socket.bind("0.0.0.0:80".parse().unwrap()).unwrap();
            let (mut stream, _) = socket.listen(16).unwrap().accept().await.unwrap();
            ends(&mut stream).await
        });
        sleep(SECOND).await;
        let client = TcpStream::connect("db:80").await.unwrap();
        net::partition("main", "db");
        let ended = server.await.unwrap();
        drop(client);
        ended
    });
    let (error, took) = cut.unwrap();
    assert_eq!(error, Some(ErrorKind::TimedOut));
    about(took, 7_875.0);
}

/// A writer that fills a connection to a host that stands still, and is cut off from it for so long. How the write ends, and when.
async fn full_and_cut_off(cut_for: Duration) -> (Result<(), ErrorKind>, Duration) {
    let db = reweave::host("db");
    let server = db.spawn(async {
        let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_to_end(&mut Vec::new()).await
    });
    sleep(SECOND).await;
    let mut client = TcpStream::connect("db:80").await.unwrap();
    db.pause();
    let writer = reweave::spawn(async move { timed(client.write_all(&vec![7; 1 << 20])).await });
    sleep(SECOND).await;
    net::partition("main", "db");
    sleep(cut_for).await;
    net::heal();
    db.resume();
    let (written, took) = writer.await.unwrap();
    drop(server);
    (written.map_err(|error| error.kind()), took)
}

#[test]
fn a_writer_without_room_gives_up_as_one_whose_bytes_are_lost() {
    let run = plain(full_and_cut_off(HOUR));
    let (written, took) = run.unwrap();
    assert_eq!(written, Err(ErrorKind::TimedOut));
    about(took, 924.6);
}

#[test]
fn a_writer_without_room_goes_on_if_the_link_is_healed_before() {
    let run = plain(full_and_cut_off(600 * SECOND));
    let (written, took) = run.unwrap();
    assert_eq!(written, Ok(()));
    about(took, 601.0);
}
