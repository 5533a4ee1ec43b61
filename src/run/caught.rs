//! What is known of a panic that was caught.

use crate::base::place::SourcePlace;

/// What the panic hook saw.
#[derive(Clone, Debug)]
pub(super) struct Caught {
    pub(super) message: String,
    pub(super) place: Option<SourcePlace>,
}
