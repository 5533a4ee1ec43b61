//! Deadlock: tasks that wait for each other, or for somebody who is gone.

use super::look::{Look, Seen};
use crate::observe::graph::{Edge, Graph};
use crate::record::detail::Deadlock;

/// The deadlock with this cycle, or with none that is seen.
pub(crate) fn seen(look: Look<'_>, graph: &Graph<'_>, cycle: &[Edge]) -> Seen {
    let deadlock = Deadlock {
        others_go_on: graph.certain,
        main_ended: false,
        waiting: look.waiting(graph),
        cycle: look.edges(cycle),
        unreceived: look.unreceived(),
        left_alone: look.left_alone(graph),
        paused: look.paused_hosts(),
    };
    Seen::new(deadlock, None, None)
}
