//! The strategies that come with Reweave, one file each.

pub(crate) mod builtin;
pub(crate) mod by_task;
pub(crate) mod grammar;
mod pct;
pub mod plain;
mod pos;
mod remaining;
pub(crate) mod seeded;
mod surw;
mod urw;
pub mod walk;
