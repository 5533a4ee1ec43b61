//! Who was busy when a run reached a limit.

use std::cmp::Reverse;

use super::look::Look;
use crate::record::detail::{Busiest, BusyTask};

/// Tasks that are named, at the most.
const MOST: usize = 5;

/// The tasks that took the most steps.
pub(crate) fn busiest(look: Look<'_>) -> Busiest {
    let tasks = &look.kernel.tasks;
    let mut slots = tasks.living();
    slots.sort_by_key(|&slot| Reverse(tasks.row(slot).steps));
    let more = slots.len().saturating_sub(MOST);
    slots.truncate(MOST);
    let graph = look.graph(false);
    let busy = |slot: u32| BusyTask {
        waiting: look.waiting_task(&graph, slot),
        steps: tasks.row(slot).steps,
    };
    Busiest {
        tasks: slots.into_iter().map(busy).collect(),
        more,
    }
}
