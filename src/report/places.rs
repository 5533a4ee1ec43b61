//! Places and times, as sentences have them.

use std::time::Duration;

use crate::base::place::SourcePlace;
use crate::base::span::{Seconds, nanos};

/// Whether places in the source are told.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Places {
    Told,
    LeftOut,
}

impl Places {
    /// `lead` and a place.
    pub(super) fn at(self, lead: &str, place: &SourcePlace) -> String {
        match self {
            Places::Told => format!("{lead} {place}"),
            Places::LeftOut => String::new(),
        }
    }

    pub(super) fn maybe_at(self, lead: &str, place: Option<&SourcePlace>) -> String {
        place.map_or_else(String::new, |place| self.at(lead, place))
    }
}

/// The virtual time at which the limit of it was passed: the limit, if the clock stands at the instant after it, which nobody
/// asked for. It may have been moved further.
pub(super) fn limited(at: Duration, limit: Duration) -> Duration {
    match at.saturating_sub(limit) <= Duration::from_nanos(1) {
        true => at.min(limit),
        false => at,
    }
}

pub(super) fn seconds(duration: Duration) -> Seconds {
    Seconds(nanos(duration))
}
