//! Layer **report**: what people read.
//!
//! [`prose`] tells each finding in sentences, [`report`] the whole run.

mod parts;
mod places;
mod prose;
mod repeats;
#[allow(
    clippy::module_inception,
    reason = "the layer is called after its main type"
)]
pub mod report;
mod spin;
