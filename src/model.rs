//! Layer **model**: plain state machines.
//!
//! No futures, no wakers called, no context: `&mut self` in, answers out. So each is tested alone.

pub(crate) mod clocks;
pub mod faults;
pub(crate) mod hosts;
pub(crate) mod net;
pub(crate) mod ready;
pub(crate) mod signals;
pub(crate) mod stdin;
pub(crate) mod timers;
