//! Where on a trace the deviations of the schedule are: the draws on it are those of the tape, in the same order.

use crate::record::event::{Entry, Event};
use crate::record::trace::Trace;

/// Where the events end before which none is left out.
pub(super) fn known_to(trace: &Trace) -> usize {
    match trace.left_out() {
        (0, _) => trace.entries().len(),
        (_, before) => before,
    }
}

/// The places of the draws on a trace that did not take their default.
pub(super) fn draws(trace: &Trace) -> impl Iterator<Item = usize> {
    // What was left out may have been a draw.
    let end = known_to(trace);
    let drew = |entry: &Entry| matches!(entry.event, Event::Drew { .. } | Event::DrewTask { .. });
    (0..end).filter(move |&at| drew(&trace.entries()[at]))
}
