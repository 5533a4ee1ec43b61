//! What is known of a panic that was caught.

use crate::base::place::SourcePlace;
use crate::kernel::moment::Moment;

/// What the panic hook saw.
#[derive(Clone, Debug)]
pub(super) struct Caught {
    pub(super) message: String,
    pub(super) place: Option<SourcePlace>,
    /// When it panicked, if the run could be asked.
    pub(super) moment: Option<Moment>,
    /// Whether it stands on the trace already, before what unwinding does.
    pub(super) kept: bool,
}
