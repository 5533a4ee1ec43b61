//! Layer **choice**: every choice of a run.
//!
//! A [draw] is one choice to be made; a strategy answers it, and the [tape] remembers the answers.

pub mod draw;
pub mod tape;
