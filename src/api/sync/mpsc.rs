//! Channels from many senders to one receiver.
//!
//! ```text
//!   Sender ──┐  room: permits            ┌──► Receiver
//!   Sender ──┼─►[ ][ ][m][m][m]──────────┘
//!   Permit ──┘   one free slot that is promised to its owner
//! ```
//!
//! A bounded [`channel`] makes senders wait for room, in the order in which they came; an [`unbounded_channel`] never
//! does. The channel ends in two ways: all senders are gone, and the receiver gets what is left and then `None`; or the
//! receiver [closes](Receiver::close) it, and senders get their values back.
//!
//! ```
//! use reweave::sync::mpsc;
//!
//! # reweave::Sim::new().run(async {
//! let (sender, mut receiver) = mpsc::channel(1);
//! reweave::spawn(async move {
//!     for n in 0..3 {
//!         sender.send(n).await.unwrap();
//!     }
//! });
//! while let Some(n) = receiver.recv().await {
//!     reweave::println!("{n}");
//! }
//! # }).unwrap();
//! ```

mod bounded;
mod chan;
mod ends;
pub mod error;
mod permit;
mod rx;
mod sink;
mod tx;
mod unbounded;

pub use bounded::{Receiver, Sender, WeakSender, channel};
pub use permit::{OwnedPermit, Permit, PermitIterator};
pub use sink::{PollSendError, PollSender};
pub use unbounded::{UnboundedReceiver, UnboundedSender, WeakUnboundedSender, unbounded_channel};
