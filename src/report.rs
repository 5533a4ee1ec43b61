//! Layer **report**: what people read.
//!
//! [`prose`] tells each finding in sentences, [`report`] the whole run, [`hints`] what was set up wrong, [`rehearsed`] what came of trying its replay line.

mod faults;
mod hints;
mod lanes;
mod parts;
mod places;
mod prose;
pub(crate) mod rehearsed;
mod repeats;
#[allow(
    clippy::module_inception,
    reason = "the layer is called after its main type"
)]
pub mod report;
mod screen;
mod span;
mod spin;
