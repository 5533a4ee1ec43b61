//! Receivers and intervals as streams, under the names that tokio-stream gives them.
//!
//! ```
//! use futures::StreamExt;
//! use reweave::stream::wrappers::WatchStream;
//! use reweave::sync::watch;
//!
//! # reweave::Sim::new().run(async {
//! let (speed, gauge) = watch::channel(0);
//! let mut readings = WatchStream::new(gauge);
//! assert_eq!(readings.next().await, Some(0), "the value that is there");
//! speed.send(50).unwrap();
//! assert_eq!(readings.next().await, Some(50));
//! drop(speed);
//! assert_eq!(readings.next().await, None);
//! # }).unwrap();
//! ```
//!
//! All of them are [`FusedStream`](futures::stream::FusedStream)s: after the end they stay at the end.
//!
//! # Cancel safety
//!
//! `StreamExt::next` on any of them is cancel safe: an item is taken in the poll that returns it. Where a wait has a place
//! in a queue, the stream keeps it, so that the next call goes on with it.

mod boxed;
mod broadcast;
mod interval;
mod mpsc;
mod watch;

pub use broadcast::BroadcastStream;
pub use interval::IntervalStream;
pub use mpsc::{ReceiverStream, UnboundedReceiverStream};
pub use watch::WatchStream;

/// Errors that take the place of an item.
pub mod errors {
    pub use super::broadcast::BroadcastStreamRecvError;
}
