//! Connections of hyper's own client, one at a time.

use std::error::Error;

use hyper::body::Body;
use hyper::client::conn::{http1, http2};
use reweave::net::{TcpStream, ToSocketAddrs};

use crate::rt::spawn_named;
use crate::{ReweaveExecutor, ReweaveIo, ReweaveTimer};

/// What went wrong with a request, as hyper and the network say it.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Connects, and speaks HTTP/1: the connection is a task of its own, called `http1`, until the server closes it or the sender is dropped.
///
/// ```
/// use axum::{Router, routing::get};
/// use http_body_util::{BodyExt, Empty};
/// use hyper::Request;
/// use reweave::net::TcpListener;
///
/// # reweave::Sim::new().run(async {
/// let listener = TcpListener::bind("127.0.0.1:80").await?;
/// let app = Router::new().route("/", get(async || "hello"));
/// let server = reweave::spawn(reweave_hyper::serve(listener, app).into_future());
///
/// let mut sender = reweave_hyper::http1("127.0.0.1:80").await?;
/// let request = Request::get("/").header("host", "localhost").body(Empty::<bytes::Bytes>::new())?;
/// let answer = sender.send_request(request).await?;
/// assert_eq!(answer.into_body().collect().await?.to_bytes(), "hello");
/// # server.abort();
/// # Ok::<(), reweave_hyper::BoxError>(())
/// # }).unwrap().unwrap();
/// ```
///
/// # Cancel safety
///
/// Dropping the future gives up the connection.
///
/// # Errors
///
/// Those of [`TcpStream::connect`]. What goes wrong later is told to who sent a request.
#[track_caller]
pub fn http1<A, B>(
    address: A,
) -> impl Future<Output = Result<http1::SendRequest<B>, BoxError>> + use<A, B>
where
    A: ToSocketAddrs,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let connecting = TcpStream::connect(address);
    async move {
        let io = ReweaveIo::new(connecting.await?);
        let (sender, connection) = http1::handshake(io).await?;
        drop(spawn_named("http1", connection));
        Ok(sender)
    }
}

/// Connects, and speaks HTTP/2, without asking first: the connection is a task of its own, called `http2`. The sender is cloned for requests that
/// are under way at the same time.
///
/// ```
/// use axum::{Router, routing::get};
/// use http_body_util::Empty;
/// use hyper::{Request, Version};
/// use reweave::net::TcpListener;
///
/// # reweave::Sim::new().run(async {
/// let listener = TcpListener::bind("127.0.0.1:80").await?;
/// let app = Router::new().route("/", get(async || "hello"));
/// let server = reweave::spawn(reweave_hyper::serve(listener, app).into_future());
///
/// let mut sender = reweave_hyper::http2("127.0.0.1:80").await?;
/// let request = Request::get("http://localhost/").body(Empty::<bytes::Bytes>::new())?;
/// assert_eq!(sender.send_request(request).await?.version(), Version::HTTP_2);
/// # server.abort();
/// # Ok::<(), reweave_hyper::BoxError>(())
/// # }).unwrap().unwrap();
/// ```
///
/// # Cancel safety
///
/// Dropping the future gives up the connection.
///
/// # Errors
///
/// Those of [`TcpStream::connect`], and hyper's if the connection ends before it began.
#[track_caller]
pub fn http2<A, B>(
    address: A,
) -> impl Future<Output = Result<http2::SendRequest<B>, BoxError>> + use<A, B>
where
    A: ToSocketAddrs,
    B: Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let connecting = TcpStream::connect(address);
    async move {
        let io = ReweaveIo::new(connecting.await?);
        let mut builder = http2::Builder::new(ReweaveExecutor::new());
        builder.timer(ReweaveTimer::new());
        // h2 looks at the real clock to forget streams that were reset; so long no run takes.
        builder.reset_stream_duration(FOR_EVER);
        let (sender, connection) = builder.handshake(io).await?;
        drop(spawn_named("http2", connection));
        Ok(sender)
    }
}

/// A day of real time.
const FOR_EVER: std::time::Duration = std::time::Duration::from_secs(86_400);
