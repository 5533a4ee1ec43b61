//! A clog keeps the order of a stream, also at the instant at which it ends, and where the link is cut meanwhile.

use std::time::Duration;

use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::net::{self, TcpListener, TcpStream};
use reweave::time::sleep;
use reweave::{Sim, host};

const SECOND: Duration = Duration::from_secs(1);

/// A connection of `main` to host `db`, which reads to the end.
async fn connected() -> (TcpStream, reweave::task::JoinHandle<String>) {
    let db = host("db").spawn(async {
        let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        text
    });
    sleep(SECOND).await;
    (TcpStream::connect("db:80").await.unwrap(), db)
}

#[test]
fn what_is_written_as_it_ends_comes_last() {
    for seed in 0..50 {
        let run = Sim::new().seed(seed).run(async {
            let (mut stream, db) = connected().await;
            net::clog("main", "db", 5 * SECOND);
            stream.write_all(b"one ").await.unwrap();
            sleep(5 * SECOND).await;
            stream.write_all(b"two").await.unwrap();
            drop(stream);
            assert_eq!(db.await.unwrap(), "one two");
        });
        assert!(!run.failed(), "{run}");
    }
}

#[test]
fn what_is_written_once_it_is_cut_comes_last() {
    for heals_late in [false, true] {
        let run = Sim::new().run(async move {
            let (mut stream, db) = connected().await;
            net::clog("main", "db", 60 * SECOND);
            stream.write_all(b"one ").await.unwrap();
            sleep(SECOND).await;
            net::partition("main", "db");
            stream.write_all(b"two ").await.unwrap();
            sleep(if heals_late { 90 } else { 10 } * SECOND).await;
            net::heal();
            stream.write_all(b"three").await.unwrap();
            drop(stream);
            assert_eq!(db.await.unwrap(), "one two three");
        });
        assert!(!run.failed(), "{run}");
    }
}
