//! HTTP/1: connections that are kept, and bodies that are streamed.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::routing::{get, post};
use bytes::Bytes;
use futures::{StreamExt, stream};
use http_body_util::{BodyExt, Full};
use hyper::StatusCode;
use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::net::{TcpListener, TcpStream};
use reweave::spawn;
use reweave::time::{Instant, sleep, timeout};
use reweave_hyper::{builder, http1, serve};

use crate::common::{MS, SECOND, SEEDS, holds, request};

/// Serves on the port 80 of a host `shop`, and counts the connections.
fn serving(app: Router) {
    let shop = reweave::host("shop").start(move || {
        let app = app.clone();
        async move {
            let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
            serve(listener, app).await;
        }
    });
    drop(shop);
}

fn hello() -> Router {
    Router::new().route("/", get(async || "hello"))
}

/// Ten requests on one connection; then one that asks for its end.
#[test]
fn a_connection_is_kept_until_somebody_says_close() {
    holds(SEEDS, || async {
        serving(hello());
        sleep(MS).await;
        let mut sender = http1("shop:80").await.unwrap();
        for _ in 0..10 {
            sender.ready().await.unwrap();
            let answer = sender.send_request(request("GET", "/", Bytes::new()));
            let body = answer.await.unwrap().into_body().collect().await;
            assert_eq!(body.unwrap().to_bytes(), "hello");
        }
        sender.ready().await.unwrap();
        let mut last = request("GET", "/", Bytes::new());
        last.headers_mut()
            .insert("connection", "close".parse().unwrap());
        let answer = sender.send_request(last).await.unwrap();
        assert_eq!(answer.headers()["connection"], "close");
        drop(answer);
        sender.ready().await.expect_err("the connection is closed");
    });
}

/// A connection on which nothing is asked for is given up by a server that has a limit, in virtual time.
#[test]
fn a_server_gives_up_a_connection_that_says_nothing() {
    holds(SEEDS, || async {
        let listener = TcpListener::bind("127.0.0.1:80").await.unwrap();
        let mut builder = builder();
        builder.http1().header_read_timeout(30 * SECOND);
        let server = spawn(serve(listener, hello()).with_builder(builder).into_future());
        let began = Instant::now();
        let mut silent = TcpStream::connect("127.0.0.1:80").await.unwrap();
        // As much as tells HTTP/1 from HTTP/2: with nothing sent hyper-util waits for ever.
        silent.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
        let mut heard = Vec::new();
        silent.read_to_end(&mut heard).await.unwrap();
        assert_eq!(began.elapsed(), 30 * SECOND);
        server.abort();
    });
}

/// Bytes that a reader takes slowly hold up who sends them: a body of 10 MB is never in memory as a whole.
#[test]
fn a_body_is_streamed_no_faster_than_it_is_read() {
    const CHUNK: usize = 64 * 1024;
    const CHUNKS: usize = 160;
    holds(2, || async {
        let made = Arc::new(Mutex::new(0));
        let counted = made.clone();
        let app = Router::new().route(
            "/",
            get(async move || {
                let chunks = stream::iter(0..CHUNKS).map(move |n| {
                    *counted.lock().unwrap() += 1;
                    Ok::<_, std::io::Error>(Bytes::from(vec![n as u8; CHUNK]))
                });
                Body::from_stream(chunks)
            }),
        );
        serving(app);
        sleep(MS).await;
        let mut sender = http1("shop:80").await.unwrap();
        let answer = sender.send_request(request("GET", "/", Bytes::new())).await;
        let mut body = answer.unwrap().into_body();
        sleep(10 * SECOND).await;
        let ahead = *made.lock().unwrap();
        assert!(
            ahead < CHUNKS / 4,
            "{ahead} of {CHUNKS} were made for nobody"
        );
        let mut read = 0;
        while let Some(frame) = body.frame().await {
            let data = frame.unwrap().into_data().unwrap();
            for byte in &data {
                assert_eq!(usize::from(*byte), (read / CHUNK) & 0xff);
                read += 1;
            }
        }
        assert_eq!(read, CHUNK * CHUNKS);
    });
}

/// What a client streams arrives as it is sent, not at the end.
#[test]
fn a_request_is_streamed_as_well() {
    holds(SEEDS, || async {
        let app = Router::new().route(
            "/",
            post(async |body: Body| {
                let began = Instant::now();
                let mut body = body.into_data_stream();
                let mut heard = Vec::new();
                while let Some(chunk) = body.next().await {
                    heard.push((chunk.unwrap(), began.elapsed().as_secs()));
                }
                format!("{heard:?}")
            }),
        );
        serving(app);
        sleep(MS).await;
        let mut sender = http1("shop:80").await.unwrap();
        let (mut chunks, body) = http_body_util::channel::Channel::<Bytes>::new(1);
        let request = request("POST", "/", Bytes::new()).map(|_| body);
        let sending = spawn(async move {
            for chunk in ["a", "b", "c"] {
                chunks.send_data(Bytes::from(chunk)).await.unwrap();
                sleep(SECOND).await;
            }
        });
        let answer = sender.send_request(request).await.unwrap();
        let heard = answer.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(heard, r#"[(b"a", 0), (b"b", 1), (b"c", 2)]"#);
        sending.await.unwrap();
    });
}

/// A client that goes away in the midst of an answer costs the server that connection, and nothing else.
#[test]
fn a_client_that_goes_away_is_no_trouble() {
    holds(SEEDS, || async {
        let app = hello().route("/slow", get(async || sleep(SECOND).await));
        serving(app);
        sleep(MS).await;
        let mut gone = http1::<_, Full<Bytes>>("shop:80").await.unwrap();
        let asked = gone.send_request(request("GET", "/slow", Bytes::new()));
        timeout(SECOND / 2, asked)
            .await
            .expect_err("it takes a second");
        drop(gone);
        let mut other = http1("shop:80").await.unwrap();
        let answer = other.send_request(request("GET", "/", Bytes::new())).await;
        assert_eq!(answer.unwrap().status(), StatusCode::OK);
        sleep(SECOND).await;
    });
}
