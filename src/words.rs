//! Floor 6, **words**: what people read.

pub mod report;
