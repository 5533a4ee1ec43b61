//! A channel in which every receiver gets every value.
//!
//! ```text
//!   Sender ──► [3][4][5][6]      the last `capacity` values, rounded up to a power of two
//!                 ▲     ▲
//!                 │     └ Receiver, next is 5
//!                 └ Receiver, next is 3; one more value, and 3 is gone: it gets Lagged(1), then 4
//! ```
//!
//! Senders never wait: who is slow loses the oldest values, and is told how many.
//!
//! ```
//! use reweave::sync::broadcast;
//!
//! # reweave::Sim::new().run(async {
//! let (weather, mut one) = broadcast::channel(16);
//! let mut other = weather.subscribe();
//! weather.send("rain").unwrap();
//! assert_eq!(one.recv().await, Ok("rain"));
//! assert_eq!(other.recv().await, Ok("rain"));
//! # }).unwrap();
//! ```

pub mod error;
mod receiver;
mod sender;
mod shared;

pub use receiver::Receiver;
pub use sender::{Sender, WeakSender};

/// Makes a channel that keeps the last `capacity` values, rounded up to a power of two.
///
/// # Panics
///
/// If the capacity is 0, or more than `usize::MAX / 2`.
#[track_caller]
pub fn channel<T: Clone>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let sender = Sender::new(capacity);
    let receiver = sender.subscribe();
    (sender, receiver)
}
