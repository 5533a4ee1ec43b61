//! Layer **report**: what people read.
//!
//! [`prose`] tells each finding in sentences, [`report`] the whole run, [`rehearsed`] what came of trying its replay line.

mod prose;
pub(crate) mod rehearsed;
#[allow(
    clippy::module_inception,
    reason = "the layer is called after its main type"
)]
pub mod report;
