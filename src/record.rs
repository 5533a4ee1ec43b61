//! Layer **record**: what happened.
//!
//! A run is a list of [events](event), kept in a [trace] that is hashed as it grows, shown as
//! [text](trace::Trace) for snapshots or as [JSON lines](json); and what was wrong with it, as
//! [findings](finding). A [diff] shows where two runs part.

pub mod diff;
pub mod event;
pub mod finding;
pub mod json;
pub mod trace;
