//! Layer **report**: what people read.

pub mod report;
