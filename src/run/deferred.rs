//! Findings that hold only if nothing speaks against them later in the run: told at its end.

use std::num::NonZeroU32;

use crate::base::place::{Place, SourcePlace};
use crate::observe::observer::Observer;
use crate::record::detail::Detail;

/// See the top of this file.
pub(super) struct Deferred {
    pub(super) detail: Detail,
    pub(super) task: Option<String>,
    pub(super) at: u64,
    pub(super) place: Option<SourcePlace>,
    pub(super) unless: Unless,
}

/// What speaks against a finding.
pub(super) enum Unless {
    /// The future of the wait with this number is polled again.
    PolledAgain(NonZeroU32),
    /// A future that was made at this place is polled, before or after.
    PolledFrom(Place),
}

impl Unless {
    /// Whether it came to pass.
    pub(super) fn holds(&self, observer: &Observer) -> bool {
        match self {
            Unless::PolledAgain(wait) => observer.waits.was_polled_again(*wait),
            Unless::PolledFrom(place) => observer.polled_from.contains(place),
        }
    }
}
