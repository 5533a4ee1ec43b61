//! Layer **report**: what people read.
//!
//! [`prose`] tells each finding in sentences, [`report`] the whole run, [`schedule`] how it deviates from the plain one, [`explained`] what is known of it
//! beyond itself, [`progress`] how far its shrinking is, [`hints`] what was set up wrong, [`rehearsed`] what came of trying its replay line.

mod canvas;
mod causes;
mod columns;
mod deadlock;
mod deviations;
mod explained;
mod exports;
mod faults;
mod figures;
mod hints;
mod json;
mod lanes;
mod matters;
mod overwritten;
mod parts;
mod places;
mod previews;
mod progress;
mod prose;
pub(crate) mod rehearsed;
mod repeats;
#[allow(
    clippy::module_inception,
    reason = "the layer is called after its main type"
)]
pub mod report;
mod rows;
mod schedule;
mod screen;
mod searched;
mod span;
mod spin;
mod story;
mod terminal;
mod timeline;

/// A tape of more characters is not printed: it would not fit into a line that people paste.
pub(crate) const LONGEST_TAPE: usize = 200;
