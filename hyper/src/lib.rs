//! hyper, tower and axum on the simulated network of [`reweave`].
//!
//! hyper asks nothing of tokio's runtime: tasks, timers and streams come to it by traits. This crate has them for Reweave, and what is
//! written by hand elsewhere around them.
//!
//! | | |
//! | --- | --- |
//! | [`serve()`] | serves a tower service, such as a `Router` of axum, on a listener |
//! | [`http1()`], [`http2()`] | a connection of hyper's own client |
//! | [`ReweaveConnector`] | connects by URI, for the client of hyper-util |
//! | [`ReweaveIo`] | a stream as hyper's `Read` and `Write` |
//! | [`ReweaveExecutor`], [`ReweaveTimer`] | tasks and virtual time, for hyper's builders |
//!
//! ```
//! use axum::{Json, Router, routing::get};
//! use http_body_util::{BodyExt, Empty};
//! use hyper::Request;
//! use reweave::net::TcpListener;
//!
//! async fn price() -> Json<u32> {
//!     Json(42)
//! }
//!
//! # reweave::Sim::new().run(async {
//! let _shop = reweave::host("shop").start(async || {
//!     let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
//!     let app = Router::new().route("/price", get(price));
//!     reweave_hyper::serve(listener, app).await;
//! });
//! # reweave::task::yield_now().await;
//! let mut shop = reweave_hyper::http1("shop:80").await?;
//! let request = Request::get("/price").header("host", "shop").body(Empty::<bytes::Bytes>::new())?;
//! let answer = shop.send_request(request).await?;
//! assert_eq!(answer.into_body().collect().await?.to_bytes(), "42");
//! # Ok::<(), reweave_hyper::BoxError>(())
//! # }).unwrap().unwrap();
//! ```
//!
//! axum is asked for without its feature `tokio`, which brings `axum::serve` and needs tokio's runtime.
//!
//! # What a run must not depend on
//!
//! A run repeats if all that it sees is drawn or virtual. Where these crates look elsewhere, and what to do:
//!
//! | where | what | here |
//! | --- | --- | --- |
//! | hyper's server | sends the real time as `Date` | off in [`builder()`]; `auto_date_header(false)` on a builder of your own |
//! | hyper's builders | without a timer ask the real clock, or panic | [`builder()`] and [`http2()`] set one; `timer(ReweaveTimer::new())` on your own, and `pool_timer` on the client of hyper-util |
//! | h2 | forgets streams that it reset after a second of real time | a day in [`http2()`]; `reset_stream_duration` on your own. A server's cannot be set: frames for a stream that is reset should come sooner than a second of real time |
//! | hyper-util's client | keeps idle connections of several servers in a `HashMap`, and closes those that are too old, or all when it is dropped, in its order | one client for each server, or [`http1()`] |
//! | hyper-util's `GracefulShutdown` | a `watch` of tokio, which picks with a generator that nobody seeds | [`Serve::with_graceful_shutdown`] |
//! | axum's `Router` | applies a `layer` to its routes in the order of a `HashMap` | a layer that counts what it is applied to |
//! | your handlers | `HashMap`s that are iterated or serialized; `SystemTime::now`, `rand::random` | a `BTreeMap`; [`reweave::time`], [`reweave::rng()`] |
//! | tokio's `sync` | hyper's channels are of it; they need no runtime, and wake in order | nothing to do |
//!
//! What escapes all of these is found: Reweave repeats runs, and reports those that differ as `nondeterminism`.

#![deny(unsafe_code)]

mod client;
mod connector;
mod io;
mod rt;
mod serve;

pub use client::{BoxError, http1, http2};
pub use connector::ReweaveConnector;
pub use io::ReweaveIo;
pub use rt::{ReweaveExecutor, ReweaveTimer};
pub use serve::{Serve, builder, serve};
