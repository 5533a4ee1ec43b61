//! What the engine promises: a run is determined by its draws, is told truthfully, and survives whatever code it runs.
//!
//! ```text
//!   fence      what the `unsafe` of the task cell allows others to do to it, small enough for Miri
//!   findings   every kind of finding: when it is reported, in which words, and when it is not
//!   hostile    code under test that does its worst
//!   log        `tracing` events on the trace (feature `tracing`)
//!   replay     same draws, same run
//!   trace      the trace as text and JSON, differences, the terminal
//! ```

mod fence;
mod findings;
mod hostile;
#[cfg(feature = "tracing")]
mod log;
mod replay;
mod trace;
