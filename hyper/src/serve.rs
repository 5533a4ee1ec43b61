//! A server of HTTP/1 and HTTP/2.

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, IntoFuture, pending, poll_fn};
use std::io::ErrorKind;
use std::pin::{Pin, pin};
use std::task::Poll;

use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use reweave::net::{TcpListener, TcpStream};
use reweave::sync::{mpsc, watch};
use reweave::time::{Duration, sleep};
use tower_service::Service;

use crate::rt::spawn_named;
use crate::{BoxError, ReweaveExecutor, ReweaveIo, ReweaveTimer};

/// Serves a tower service, such as a `Router` of axum, on a listener: what `axum::serve` does on tokio's.
///
/// ```
/// use axum::{Router, routing::get};
/// use reweave::net::TcpListener;
///
/// # reweave::Sim::new().run(async {
/// let web = reweave::host("web").start(async || {
///     let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
///     let app = Router::new().route("/", get(async || "hello"));
///     reweave_hyper::serve(listener, app).await;
/// });
/// # }).unwrap();
/// ```
///
/// Each connection is a task of its own, called `connection`, with a clone of the service. A client that begins with HTTP/2's preface is spoken to
/// in that, others in HTTP/1. [`builder`] says how hyper is set up; [`Serve::with_builder`] takes another.
///
/// The future never ends, unless [`Serve::with_graceful_shutdown`] says when. If `accept` fails it goes on, as axum's does: at once
/// if the client is to blame, else after a second.
///
/// A service that panics takes its connection's task with it: nobody looks at that task, so the run has a finding `unobserved_panic`, where
/// tokio would only close the connection. A layer that catches panics makes an answer of them.
///
/// # Cancel safety
///
/// Dropping the future closes the listener. Connections that were accepted go on.
pub fn serve<S>(listener: TcpListener, service: S) -> Serve<S> {
    Serve {
        listener,
        service,
        builder: builder(),
        shutdown: Box::pin(pending()),
    }
}

/// How [`serve`] sets up hyper: its tasks and timers are the run's, and no `Date` goes out, for it would be that of the real clock.
///
/// ```
/// let mut builder = reweave_hyper::builder();
/// builder.http1().keep_alive(false);
/// builder.http2().max_concurrent_streams(10);
/// ```
pub fn builder() -> auto::Builder<ReweaveExecutor> {
    let mut builder = auto::Builder::new(ReweaveExecutor::new());
    builder
        .http1()
        .timer(ReweaveTimer::new())
        .auto_date_header(false)
        .http2()
        .timer(ReweaveTimer::new())
        .auto_date_header(false);
    builder
}

/// A server that is about to run; made by [`serve`], and run by `.await`.
#[must_use = "it serves when it is awaited"]
pub struct Serve<S> {
    listener: TcpListener,
    service: S,
    builder: auto::Builder<ReweaveExecutor>,
    shutdown: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl<S> Serve<S> {
    /// Sets hyper up otherwise than [`builder`] does, from where it is best to begin. Connections may be upgraded, so
    /// `http1_only` and `http2_only` change nothing: hyper-util says so.
    ///
    /// ```
    /// # use axum::Router;
    /// # use reweave::net::TcpListener;
    /// # reweave::Sim::new().run(async {
    /// # let listener = TcpListener::bind("127.0.0.1:80").await.unwrap();
    /// let mut builder = reweave_hyper::builder();
    /// builder.http1().keep_alive(false);
    /// let app: Router = Router::new();
    /// let server = reweave_hyper::serve(listener, app).with_builder(builder);
    /// # drop(server);
    /// # }).unwrap();
    /// ```
    pub fn with_builder(self, builder: auto::Builder<ReweaveExecutor>) -> Serve<S> {
        Serve { builder, ..self }
    }

    /// When `signal` ends, the listener is closed and each connection finishes what it has begun: an answer that is under way in HTTP/1, all open
    /// streams in HTTP/2. The future ends when all have.
    ///
    /// ```
    /// use axum::Router;
    /// use reweave::net::TcpListener;
    /// use reweave::time::{Duration, sleep};
    ///
    /// # reweave::Sim::new().run(async {
    /// let listener = TcpListener::bind("127.0.0.1:80").await.unwrap();
    /// let an_hour = sleep(Duration::from_secs(3600));
    /// reweave_hyper::serve(listener, Router::new()).with_graceful_shutdown(an_hour).await;
    /// # }).unwrap();
    /// ```
    ///
    /// Connections hear of it by a [`watch`] of Reweave. The `GracefulShutdown` of hyper-util does the same with a `watch` of
    /// tokio, which picks the place where a waiter stands in line with a generator that nobody seeds: runs with it do not repeat.
    pub fn with_graceful_shutdown(
        self,
        signal: impl Future<Output = ()> + Send + 'static,
    ) -> Serve<S> {
        Serve {
            shutdown: Box::pin(signal),
            ..self
        }
    }
}

impl<S> fmt::Debug for Serve<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve")
            .field("listener", &self.listener)
            .finish_non_exhaustive()
    }
}

impl<S, B> IntoFuture for Serve<S>
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    type Output = ();
    type IntoFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(run(self))
    }
}

async fn run<S, B>(server: Serve<S>)
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let Serve {
        listener,
        service,
        builder,
        mut shutdown,
    } = server;
    let (stop, stopped) = watch::channel(false);
    // Each connection has a sender, and sends nothing: when all are gone, `recv` says so.
    let (open, mut all_closed) = mpsc::channel::<Infallible>(1);
    loop {
        let accepted = accept_or(&listener, &mut shutdown).await;
        let Some(stream) = accepted else { break };
        let (service, builder) = (service.clone(), builder.clone());
        let (stopped, open) = (stopped.clone(), open.clone());
        drop(spawn_named("connection", async move {
            connection(stream, service, builder, stopped).await;
            drop(open);
        }));
    }
    drop(listener);
    // No connection is open if nobody hears it.
    let _heard = stop.send(true);
    drop(open);
    all_closed.recv().await;
}

/// The next connection; `None` once the signal to stop has come.
async fn accept_or(
    listener: &TcpListener,
    shutdown: &mut (impl Future<Output = ()> + Unpin),
) -> Option<TcpStream> {
    loop {
        let accepted = reweave::select! {
            () = &mut *shutdown => return None,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => return Some(stream),
            Err(error) if is_of_the_client(error.kind()) => {}
            // No socket is left, for instance: one may be soon.
            Err(_) => sleep(Duration::from_secs(1)).await,
        }
    }
}

fn is_of_the_client(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    )
}

/// Serves one connection to its end.
async fn connection<S, B>(
    stream: TcpStream,
    service: S,
    builder: auto::Builder<ReweaveExecutor>,
    mut stopped: watch::Receiver<bool>,
) where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let service = TowerToHyperService::new(service);
    let served = builder.serve_connection_with_upgrades(ReweaveIo::new(stream), service);
    let mut served = pin!(served);
    let mut stopping = pin!(async move { stopped.wait_for(|stop| *stop).await.is_ok() });
    let mut told = false;
    // What goes wrong on a connection is told to the client, as far as it can be.
    let _result = poll_fn(|cx| {
        if !told && let Poll::Ready(stop) = stopping.as_mut().poll(cx) {
            told = true;
            // Not if the server was dropped: connections go on then.
            if stop {
                served.as_mut().graceful_shutdown();
            }
        }
        served.as_mut().poll(cx)
    })
    .await;
}
