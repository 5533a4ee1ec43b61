//! A server that stops, and finishes what it has begun.

use bytes::Bytes;
use hyper::{StatusCode, Version};
use reweave::net::{TcpListener, TcpStream};
use reweave::sync::oneshot;
use reweave::time::{Instant, sleep};
use reweave::{host, spawn};
use reweave_hyper::serve;

use crate::common::{Client, MS, Orders, SECOND, SEEDS, holds, request, shop};

/// The answer that is under way comes, the idle connection is closed, new ones are refused, and the server ends.
async fn a_server_stops(version: Version) {
    let (stop, stopped) = oneshot::channel::<()>();
    let server = host("shop").spawn(async move {
        let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
        let server = serve(listener, shop(Orders::default()));
        server
            .with_graceful_shutdown(async move { drop(stopped.await) })
            .await;
        Instant::now()
    });
    sleep(MS).await;
    let mut idle = Client::connect(version).await.unwrap();
    idle.get("/orders").await.unwrap();
    let mut busy = Client::connect(version).await.unwrap();
    let asked = Instant::now();
    let under_way = spawn(async move { busy.get("/slow").await });
    sleep(SECOND / 2).await;

    stop.send(()).unwrap();
    sleep(10 * MS).await;
    TcpStream::connect("shop:80")
        .await
        .expect_err("nobody listens any more");
    let late = idle.ask(request("GET", "/orders", Bytes::new())).await;
    late.expect_err("the idle connection is closed");
    let (status, body) = under_way.await.unwrap().unwrap();
    assert_eq!((status, &body[..]), (StatusCode::OK, &b"at last"[..]));
    let took = server.await.unwrap() - asked;
    assert!((SECOND..SECOND + 100 * MS).contains(&took), "{took:?}");
}

#[test]
fn a_server_stops_gracefully_over_http1() {
    holds(SEEDS, || a_server_stops(Version::HTTP_11));
}

#[test]
fn a_server_stops_gracefully_over_http2() {
    holds(SEEDS, || a_server_stops(Version::HTTP_2));
}

/// A connection that has said nothing yet does not keep the server.
#[test]
fn a_connection_that_has_said_nothing_is_closed() {
    holds(SEEDS, || async {
        let listener = TcpListener::bind("127.0.0.1:80").await.unwrap();
        let an_hour = sleep(3600 * SECOND);
        let server = serve(listener, shop(Orders::default())).with_graceful_shutdown(an_hour);
        let server = spawn(server.into_future());
        let silent = TcpStream::connect("127.0.0.1:80").await.unwrap();
        server.await.unwrap();
        drop(silent);
    });
}
