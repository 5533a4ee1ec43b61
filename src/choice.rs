//! Layer **choice**: every choice of a run.
//!
//! A [draw] is one choice to be made; a [strategy] answers it, and the [tape] remembers the answers. The [chooser] is the one
//! place where all of a run are answered.

pub mod calibration;
pub(crate) mod chooser;
pub mod draw;
pub(crate) mod interest;
mod labels;
pub mod passes;
pub mod strategies;
pub mod strategy;
pub mod tape;
