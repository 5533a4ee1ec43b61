//! How many sockets a host may have open, and connections that are gone when they are accepted.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};

use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::net::{
    self, TcpListener, TcpSocket, TcpStream, UdpSocket, UnixDatagram, UnixListener, UnixStream,
};
use reweave::time::{Duration, sleep, timeout};
use reweave::{Sim, explore};

const SECOND: Duration = Duration::from_secs(1);

/// `EMFILE`.
const TOO_MANY: Option<i32> = Some(24);

fn too_many<T>(opened: io::Result<T>) -> bool {
    opened.is_err_and(|error| error.raw_os_error() == TOO_MANY)
}

#[test]
fn each_kind_of_socket_counts_and_is_refused() {
    let run = Sim::new().run(async {
        let listener = TcpListener::bind("127.0.0.1:80").await.unwrap();
        let unix = UnixListener::bind("/run/s").unwrap();
        net::sockets("main").at_most(2);
        assert!(too_many(TcpListener::bind("127.0.0.1:81").await));
        assert!(too_many(TcpStream::connect("127.0.0.1:80").await));
        assert!(too_many(UdpSocket::bind("127.0.0.1:0").await));
        assert!(too_many(UnixListener::bind("/run/t")));
        assert!(too_many(UnixStream::connect("/run/s").await));
        assert!(too_many(UnixDatagram::unbound()));
        drop(unix);
        assert!(too_many(UnixStream::pair()), "a pair is two");
        drop(listener);
        drop(UnixStream::pair().unwrap());
        // What was refused has left nothing behind.
        let _again = TcpListener::bind("127.0.0.1:81").await.unwrap();
        let _udp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        assert!(too_many(UdpSocket::bind("127.0.0.1:0").await));
    });
    run.unwrap();
}

#[test]
fn what_is_bound_counts_when_it_listens() {
    let run = Sim::new().run(async {
        net::sockets("main").at_most(1);
        let one = TcpSocket::new_v4().unwrap();
        one.bind("127.0.0.1:80".parse().unwrap()).unwrap();
        let other = TcpSocket::new_v4().unwrap();
        other.bind("127.0.0.1:81".parse().unwrap()).unwrap();
        let _listener = one.listen(1).unwrap();
        assert!(too_many(other.listen(1)));
    });
    run.unwrap();
}

#[test]
fn a_connection_that_cannot_be_accepted_stays_in_line() {
    let run = Sim::new().run(async {
        let db = reweave::host("db");
        net::sockets(&db).at_most(2);
        let server = db.spawn(async {
            let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
            let (first, _) = listener.accept().await.unwrap();
            assert!(too_many(listener.accept().await));
            drop(first);
            let (mut second, _) = listener.accept().await.unwrap();
            second.read_u8().await.unwrap()
        });
        sleep(SECOND).await;
        // The host of the clients is not limited.
        let _first = TcpStream::connect("db:80").await.unwrap();
        let mut second = TcpStream::connect("db:80").await.unwrap();
        second.write_u8(7).await.unwrap();
        assert_eq!(server.await.unwrap(), 7);
    });
    run.unwrap();
}

#[test]
fn the_limit_outlives_a_restart_and_what_died_is_closed() {
    let run = Sim::new().run(async {
        let db = reweave::host("db").start(|| async {
            net::sockets("db").at_most(1);
            let _listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
            assert!(too_many(UdpSocket::bind("0.0.0.0:0").await));
            std::future::pending::<()>().await;
        });
        sleep(SECOND).await;
        db.crash();
        db.restart();
        sleep(SECOND).await;
        assert!(db.is_running());
    });
    run.unwrap();
}

/// Accepts three connections, past those that are gone, and answers each; clients connect until they are answered. Gives how many were gone.
async fn served_in_the_end() -> usize {
    let db = reweave::host("db");
    let server = db.spawn(async {
        let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
        let (mut gone, mut served) = (0, 0);
        while served < 3 {
            match listener.accept().await {
                Ok((mut stream, _)) => {
                    stream.write_u8(7).await.unwrap();
                    served += 1;
                }
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::ConnectionAborted);
                    gone += 1;
                }
            }
        }
        gone
    });
    sleep(SECOND).await;
    net::sockets(&db).aborted_accepts(0.5);
    for _ in 0..3 {
        loop {
            let mut stream = TcpStream::connect("db:80").await.unwrap();
            match stream.read_u8().await {
                Ok(answer) => break assert_eq!(answer, 7),
                Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
            }
        }
    }
    server.await.unwrap()
}

#[test]
fn a_connection_is_gone_when_the_seed_says_so() {
    assert_eq!(
        Sim::new().run(served_in_the_end()).unwrap(),
        0,
        "the plain run"
    );
    let mut seen = BTreeSet::new();
    for seed in 0..40 {
        let run = Sim::new().seed(seed).run(served_in_the_end());
        let tape = run.tape().to_string();
        let gone = run.unwrap();
        assert_eq!(tape.contains("abort@db"), gone > 0, "{tape}");
        seen.insert(gone);
    }
    assert!(seen.len() > 2, "{seen:?}");
}

#[test]
fn a_loop_that_ends_at_the_first_error_is_found() {
    let found = explore(|| async {
        let db = reweave::host("db").spawn(async {
            let listener = TcpListener::bind("0.0.0.0:80").await?;
            let (mut stream, _) = listener.accept().await?;
            stream.write_u8(7).await
        });
        net::sockets("db").aborted_accepts(0.1);
        sleep(SECOND).await;
        let mut stream = TcpStream::connect("db:80").await.unwrap();
        let answer = timeout(SECOND, stream.read_u8()).await;
        assert!(answer.is_ok_and(|read| read.is_ok()), "nobody answers");
        db.await.unwrap().unwrap();
    })
    .seeds(0..200)
    .run();
    let failure = found
        .failure()
        .expect("one connection in ten is gone")
        .to_string();
    assert!(
        failure.contains("nobody answers")
            && failure.contains("the 1st connection that db would have accepted was gone"),
        "{failure}"
    );
}

#[test]
fn sockets_of_another_run_are_left_alone() {
    let kept = Sim::new().run(async {
        let _db = reweave::host("db");
        net::sockets("db")
    });
    let sockets = kept.unwrap();
    let run = Sim::new().run(async {
        sockets.at_most(0).aborted_accepts(1.0);
        TcpListener::bind("0.0.0.0:80").await.map(drop)
    });
    run.unwrap().unwrap();
}

#[test]
fn bad_input_is_named() {
    let message = |act: fn()| {
        let run = Sim::new().run(async move { act() });
        run.failure().expect("it panics").to_string()
    };
    let unknown = message(|| {
        let _ = net::sockets("shop");
    });
    assert!(
        unknown.contains(
            r#"`net::sockets("shop")`: there is no host "shop" in this run; its hosts are main"#
        ),
        "{unknown}"
    );
    let chance = message(|| {
        net::sockets("main").aborted_accepts(1.5);
    });
    assert!(
        chance.contains("`Sockets::aborted_accepts` needs a probability from 0 to 1, got 1.5"),
        "{chance}"
    );
}
