//! Layer **observe**: who waits for what, who holds what, who could still be woken.
//!
//! [`counters`] are kept in every run, and only say "look again, recorded". The [`observer`] exists in recorded runs: it keeps
//! the [`waits`] of operations, what tasks are [`busy`] with, and what is known of [`resources`], and the [`graph`] reads off who stands in whose way.

pub(crate) mod busy;
pub(crate) mod counters;
pub(crate) mod elsewhere;
pub(crate) mod graph;
pub(crate) mod held;
pub(crate) mod holders;
pub(crate) mod keepers;
pub(crate) mod observer;
pub(crate) mod owners;
pub(crate) mod permits;
mod resource_row;
pub(crate) mod resources;
pub(crate) mod unflushed;
pub(crate) mod waits;
