//! A key-value server with a protocol of lines, written for tokio.
//!
//! | asked | answered |
//! | --- | --- |
//! | `GET key` | `VALUE value`, or `NONE` |
//! | `SET key value` | `OK` |
//! | `DEL key` | `OK`, or `NONE` |
//! | `INCR key` | `VALUE` and the number, one more than it was; `ERROR` if it is no number |
//!
//! Anything else is answered with `ERROR` and what is wrong.
//!
//! These two lines are all that it knows of Reweave: its unit tests run there, and so does the rest with the feature `sim`.

#[cfg(any(test, feature = "sim"))]
extern crate reweave as tokio;

mod request;
mod server;
mod store;

pub use server::serve;
