//! Floor 0, **values**: what the rest is written in.
//!
//! Plain data without a run around it: [draws](draw) and the strategies that answer them, the
//! [tape] that remembers the answers, the [seeded streams](stream), [task numbers and
//! names](ids), and virtual [durations](span).

pub mod draw;
pub mod hash;
pub mod ids;
pub mod span;
pub mod stream;
pub mod tape;
