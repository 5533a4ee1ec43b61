//! Lost waker: a task waits, and no clone of its waker is left that could wake it.

use std::collections::BTreeSet;

use super::look::{Look, Seen, is_lost};
use crate::base::place::is_users;
use crate::kernel::tasks::MAIN_SLOT;
use crate::observe::graph::Graph;
use crate::record::detail::LostWaker;

/// Every task that nobody can wake; while others move, only such as `main` cannot go on without.
pub(crate) fn all(look: Look<'_>, graph: &Graph<'_>) -> Vec<Seen> {
    let slots = slots(graph);
    if slots.is_empty() {
        return Vec::new();
    }
    let detail = LostWaker {
        waiting: look.waiting(graph),
        unreceived: look.unreceived(),
    };
    let seen = |slot: u32| {
        // `main` is spawned where the run is begun, which code of ours may do.
        let place = Some(look.kernel.tasks.place(slot));
        let place = place.filter(|place| slot != MAIN_SLOT || is_users(place));
        Seen::new(detail.clone(), Some(slot), place)
    };
    slots.into_iter().map(seen).collect()
}

fn slots(graph: &Graph<'_>) -> Vec<u32> {
    let all = graph.living.values().copied();
    let lost = all.filter(|&slot| is_lost(graph.kernel, slot));
    if !graph.certain {
        return lost.collect();
    }
    let mut needed = BTreeSet::from([MAIN_SLOT]);
    let mut ahead = vec![MAIN_SLOT];
    while let Some(slot) = ahead.pop() {
        let next = graph.next(slot);
        let slots = next.iter().filter_map(|edge| graph.living.get(&edge.to));
        ahead.extend(slots.filter(|&&slot| needed.insert(slot)));
    }
    lost.filter(|slot| needed.contains(slot)).collect()
}
