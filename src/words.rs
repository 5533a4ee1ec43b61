//! Floor 6, **words**: what people read.

pub mod diff;
pub mod report;
