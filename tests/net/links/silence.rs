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
fn silence_counts_from_the_last_that_came_or_was_answered() {
    // A byte and its answer an hour before the cut; and the second of two questions, which were answered while nobody sent anything.
    for (bytes, silent) in [(true, HOUR), (false, 5 * HOUR)] {
        let cut = plain(async move {
            let (mut stream, _db) = connected(true).await;
            if bytes {
                sleep(HOUR).await;
                stream.write_u8(7).await.unwrap();
                stream.read_u8().await.unwrap();
            }
            sleep(silent).await;
            net::partition("main", "db");
            ends(&mut stream).await
        });
        let (error, took) = cut.unwrap();
        assert_eq!(error, Some(ErrorKind::TimedOut));
        about(took, 7_875.0 - 3_600.0);
    }
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

#[test]
fn a_write_that_comes_after_the_cut_gives_up_as_well() {
    // Both buffers are full to the byte, so nothing is left to be sent when the link is cut.
    let run = plain(async {
        let db = reweave::host("db");
        let _server = db.spawn(async {
            let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
            let _stream = listener.accept().await.unwrap();
            std::future::pending::<()>().await;
        });
        sleep(SECOND).await;
        let mut client = TcpStream::connect("db:80").await.unwrap();
        client.write_all(&vec![7; 128 * 1024]).await.unwrap();
        sleep(SECOND).await;
        net::partition("main", "db");
        sleep(SECOND).await;
        timed(client.write_all(&vec![7; 1 << 20])).await
    });
    let (written, took) = run.unwrap();
    assert_eq!(written.unwrap_err().kind(), ErrorKind::TimedOut);
    about(took, 924.6);
}

#[test]
fn a_connection_that_opens_behind_a_cut_is_asked_about() {
    let cut = plain(async {
        let db = reweave::host("db").spawn(async {
            let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
            listener.accept().await.map(drop)
        });
        sleep(SECOND).await;
        let address = net::lookup_host("db:80").await.unwrap().next().unwrap();
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_keepalive(true).unwrap();
        let client = reweave::spawn(async move {
            let mut stream = socket.connect(address).await.unwrap();
            ends(&mut stream).await.0
        });
        // The answer to the request is on its way.
        sleep(Duration::from_micros(1_500)).await;
        net::partition("main", "db");
        let ended = client.await.unwrap();
        drop(db);
        ended
    });
    assert_eq!(cut.unwrap(), Some(ErrorKind::TimedOut));
}

#[test]
fn a_reset_that_is_lost_is_found_out() {
    let lost = plain(async {
        let db = reweave::host("db").spawn(async {
            let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
            let (stream, _) = listener.accept().await.unwrap();
            sleep(SECOND).await;
            net::all_links().loss(1.0);
            stream.set_zero_linger().unwrap();
            drop(stream);
            sleep(SECOND).await;
            net::all_links().loss(0.0);
        });
        sleep(SECOND).await;
        let address = net::lookup_host("db:80").await.unwrap().next().unwrap();
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_keepalive(true).unwrap();
        let mut stream = socket.connect(address).await.unwrap();
        let ended = ends(&mut stream).await;
        db.await.unwrap();
        ended
    });
    let (error, took) = lost.unwrap();
    assert_eq!(error, Some(ErrorKind::ConnectionReset));
    about(took, 7_200.0);
}

#[test]
fn a_connection_that_is_closed_meanwhile_is_not_asked_about() {
    let closed = plain(async {
        let (mut stream, _db) = connected(true).await;
        stream.shutdown().await.unwrap();
        // The end of the other side is on its way.
        sleep(Duration::from_micros(1_500)).await;
        net::partition("main", "db");
        let read = timeout(24 * HOUR, stream.read_u8()).await.unwrap();
        sleep(24 * HOUR).await;
        let error = stream.take_error().unwrap();
        (read.unwrap_err().kind(), error.map(|error| error.kind()))
    });
    assert_eq!(closed.unwrap(), (ErrorKind::UnexpectedEof, None));
}
