//! Layer **base**: what the rest is written in.
//!
//! Plain data without a run around it: [seeded generators](prng), [task numbers and paths](ids), virtual
//! [durations](span), the [hash] of a run.

pub mod hash;
pub mod ids;
pub mod prng;
pub mod span;
