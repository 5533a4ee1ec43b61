//! W13, HTTP: client hosts ask an axum router on a server host, on one kept-alive connection of HTTP/1 each. A unit is a request and its
//! answer.
//!
//! The router, hyper's server and hyper's client are the same for all, and cost the same. What they cost shows at `duplex`: the same
//! over a stream in memory, without a network or hosts, on tokio's current-thread runtime. It is to be taken off what the others
//! cost. `size.tasks` is the number of clients.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use axum::extract::Path;
use axum::routing::get;
use axum::{Json, Router};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use serde::Serialize;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::contestants::recorded::Recorded;
use crate::contestants::reweave::Reweave;
use crate::workloads::{Entrant, Workload, turmoil_with_latency};
use crate::{Contestant, Done, Size};

/// The workload.
pub const WORKLOAD: Workload = Workload {
    name: "w13",
    unit: "request",
    units: |size| (size.tasks * size.rounds) as u64,
    entrants: &[
        Entrant::new("reweave", reweave::<Reweave>),
        Entrant::new("recorded", reweave::<Recorded>).handicapped(4),
        Entrant::new("duplex", duplex),
        Entrant::new("turmoil", turmoil).handicapped(10).up_to(100),
    ],
};

const LATENCY: Duration = Duration::from_millis(1);
const OPEN: &str = "the network of this program loses nothing";

#[derive(Serialize)]
struct Price {
    item: u64,
    cents: u64,
}

async fn price(Path(item): Path<u64>) -> Json<Price> {
    Json(Price {
        item,
        cents: 100 * item,
    })
}

fn router() -> Router {
    Router::new().route("/prices/{item}", get(price))
}

/// Asks so often, one request after the other.
async fn ask(mut server: SendRequest<Empty<Bytes>>, rounds: usize, answered: &AtomicU64) {
    for round in 0..rounds {
        let request = Request::get(format!("/prices/{round}"))
            .header("host", "server")
            .body(Empty::new())
            .expect("a request");
        server.ready().await.expect(OPEN);
        let answer = server.send_request(request).await.expect(OPEN);
        let body = answer.into_body().collect().await.expect(OPEN).to_bytes();
        assert!(body.ends_with(format!("{}}}", 100 * round).as_bytes()));
        answered.fetch_add(1, Relaxed);
    }
}

fn reweave<C: Contestant>(size: Size) -> Done {
    use reweave::net::TcpListener;

    let answered = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&answered);
    C::run(1, move |_| {
        let answered = Arc::clone(&counted);
        async move {
            let _server = reweave::host("server").spawn(async move {
                let listener = TcpListener::bind("0.0.0.0:80").await.expect(OPEN);
                reweave_hyper::serve(listener, router()).await;
            });
            // A client that came first would be refused.
            reweave::time::sleep(LATENCY).await;
            let asking: Vec<_> = (0..size.tasks)
                .map(|number| {
                    let answered = Arc::clone(&answered);
                    reweave::host(format!("client-{number}")).spawn(async move {
                        let server = reweave_hyper::http1("server:80").await.expect(OPEN);
                        ask(server, size.rounds, &answered).await;
                    })
                })
                .collect();
            for asked in asking {
                asked.await.expect(OPEN);
            }
        }
    });
    Done::units(answered.load(Relaxed))
}

/// The server's end of a connection, on whatever runtime of tokio's is here.
async fn serve<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(stream: S) {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().auto_date_header(false);
    let served = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router()));
    served.await.expect(OPEN);
}

/// The client's end of it.
async fn connected<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
) -> SendRequest<Empty<Bytes>> {
    let (sender, connection) = handshake(TokioIo::new(stream)).await.expect(OPEN);
    tokio::spawn(connection);
    sender
}

fn duplex(size: Size) -> Done {
    let answered = Arc::new(AtomicU64::new(0));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without drivers of the system's");
    runtime.block_on(async {
        let asking: Vec<_> = (0..size.tasks)
            .map(|_| {
                let answered = Arc::clone(&answered);
                let (client, server) = tokio::io::duplex(64 * 1024);
                tokio::spawn(serve(server));
                tokio::spawn(async move {
                    ask(connected(client).await, size.rounds, &answered).await;
                })
            })
            .collect();
        for asked in asking {
            asked.await.expect(OPEN);
        }
    });
    Done::units(answered.load(Relaxed))
}

fn turmoil(size: Size) -> Done {
    use turmoil::net::{TcpListener, TcpStream};

    let answered = Arc::new(AtomicU64::new(0));
    let mut sim = turmoil_with_latency(LATENCY, size.tasks);
    sim.host("server", || async {
        let listener = TcpListener::bind("0.0.0.0:80").await?;
        loop {
            let (stream, _) = listener.accept().await?;
            tokio::spawn(serve(stream));
        }
    });
    for number in 0..size.tasks {
        let answered = Arc::clone(&answered);
        sim.client(format!("client-{number}"), async move {
            let stream = TcpStream::connect("server:80").await?;
            ask(connected(stream).await, size.rounds, &answered).await;
            Ok(())
        });
    }
    sim.run().expect(OPEN);
    Done::units(answered.load(Relaxed))
}
