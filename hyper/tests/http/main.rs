//! Real hyper and axum on the simulated network.

mod axum_api;
mod common;
mod connector;
mod faults;
mod http1;
mod http2;
mod io;
mod repeats;
mod shop;
mod shutdown;
mod storm;

/// Seeds for which `storm` explores each version of HTTP.
const STORMS: u64 = 20;
