//! HTTP/2: many requests on one connection.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Path;
use axum::routing::{get, post};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::Version;
use reweave::net::TcpListener;
use reweave::spawn;
use reweave::time::{Instant, sleep, timeout};
use reweave_hyper::{builder, http2, serve};

use crate::common::{MS, SECOND, SEEDS, holds, request};

fn serving(app: Router) {
    let shop = reweave::host("shop").start(move || {
        let app = app.clone();
        async move {
            let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
            let mut builder = builder();
            builder.http2().max_concurrent_streams(200);
            serve(listener, app).with_builder(builder).await;
        }
    });
    drop(shop);
}

/// A hundred requests at once, on one connection, take as long as one.
#[test]
fn a_hundred_requests_share_a_connection() {
    holds(5, || async {
        let app = Router::new().route(
            "/{n}",
            get(async |Path(n): Path<u32>| {
                sleep(SECOND).await;
                (2 * n).to_string()
            }),
        );
        serving(app);
        sleep(MS).await;
        let sender = http2("shop:80").await.unwrap();
        let began = Instant::now();
        let asked: Vec<_> = (0..100)
            .map(|n| {
                let mut sender = sender.clone();
                spawn(async move {
                    let answer =
                        sender.send_request(request("GET", &format!("/{n}"), Bytes::new()));
                    let answer = answer.await.unwrap();
                    assert_eq!(answer.version(), Version::HTTP_2);
                    let body = answer.into_body().collect().await;
                    assert_eq!(body.unwrap().to_bytes(), (2 * n).to_string());
                })
            })
            .collect();
        for asked in asked {
            asked.await.unwrap();
        }
        assert!(began.elapsed() < SECOND + 100 * MS, "{:?}", began.elapsed());
    });
}

/// A body larger than any window, there and back.
#[test]
fn a_large_body_goes_through_flow_control() {
    const SIZE: usize = 1 << 20;
    holds(5, || async {
        let app = Router::new().route(
            "/",
            post(async |body: Body| to_bytes(body, SIZE).await.unwrap()),
        );
        serving(app);
        sleep(MS).await;
        let mut sender = http2("shop:80").await.unwrap();
        let sent: Bytes = (0..SIZE).map(|n| (n % 251) as u8).collect();
        let answer = sender
            .send_request(request("POST", "/", sent.clone()))
            .await;
        let body = answer.unwrap().into_body().collect().await.unwrap();
        assert!(body.to_bytes() == sent, "other bytes came back");
    });
}

/// A request that nobody waits for any longer is cut off at the server, and its neighbour is not.
#[test]
fn a_request_is_given_up_alone() {
    holds(SEEDS, || async {
        let done = Arc::new(Mutex::new(Vec::new()));
        let told = done.clone();
        let app = Router::new().route(
            "/{n}",
            get(async move |Path(n): Path<u32>| {
                sleep(SECOND).await;
                told.lock().unwrap().push(n);
                "done"
            }),
        );
        serving(app);
        sleep(MS).await;
        let sender = http2("shop:80").await.unwrap();
        let mut other = sender.clone();
        let kept =
            spawn(async move { other.send_request(request("GET", "/1", Bytes::new())).await });
        let mut impatient = sender.clone();
        let given_up = impatient.send_request(request("GET", "/2", Bytes::new()));
        timeout(SECOND / 2, given_up)
            .await
            .expect_err("it takes a second");
        assert!(kept.await.unwrap().is_ok());
        sleep(SECOND).await;
        assert_eq!(*done.lock().unwrap(), [1]);
    });
}
