//! Stuck: why tasks that wait will wait for ever.
//!
//! Asked at the end of a recorded run, when nothing moves any more, or when a limit is reached while others still stand in
//! line; and of futurelocks when `main` is done. The most telling cause is the finding:
//!
//! ```text
//!   futurelock   what a task waits for was handed to a future, or is held by one, that its own task polls no more
//!   deadlock     tasks that wait for each other in a cycle
//!   lost_waker   a task waits, and no clone of its waker is left
//!   deadlock     all others: tasks that wait for somebody who is gone
//! ```

use super::look::{Look, Seen};
use super::{deadlock, futurelock, lost_waker};
use crate::kernel::phase::Stop;
use crate::record::kind::{FindingKind, Level, Levels};

/// The findings that say why tasks are stuck.
pub(crate) const CAUSES: &[FindingKind] = &[
    FindingKind::LostWaker,
    FindingKind::Futurelock,
    FindingKind::Deadlock,
];

/// Finds what keeps the tasks that are left from ever going on.
///
/// While others still move, only what is certain is told: of tasks that wait for one thing, which one task has.
pub(crate) fn examine(look: Look<'_>, levels: &Levels, stop: Stop) -> Vec<Seen> {
    let certain = stop != Stop::Stuck;
    let graph = look.graph(certain);
    let allowed = |kind| levels.get(kind) == Level::Allow;
    let futurelocks = futurelock::all(look, &graph);
    if !futurelocks.is_empty() && !allowed(FindingKind::Futurelock) {
        return futurelocks;
    }
    // Of tasks that are left when `main` has ended more is known once they are dropped.
    if stop == Stop::Done {
        return Vec::new();
    }
    let cycle = graph.cycle();
    if !cycle.is_empty() {
        return vec![deadlock::seen(look, &graph, &cycle)];
    }
    let lost = lost_waker::all(look, &graph);
    if !lost.is_empty() && !allowed(FindingKind::LostWaker) {
        return lost;
    }
    if certain {
        return Vec::new();
    }
    vec![deadlock::seen(look, &graph, &[])]
}
