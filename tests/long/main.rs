//! What takes minutes: it builds crates of its own.
//!
//! `cargo test` leaves it out; the gate runs it: `cargo test -p reweave-tests --test long`.

#[cfg(unix)]
mod own_tokio_code;
#[cfg(unix)]
mod replay_line;
#[cfg(unix)]
mod scratch;
