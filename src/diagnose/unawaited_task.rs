//! Unawaited task: one that is cut off because `main` is done.

use super::look::{Look, is_lost};
use crate::kernel::kernel::Kernel;
use crate::observe::graph::Graph;
use crate::record::detail::Doing;

/// The tasks that are left, but for those whose end was asked for.
pub(crate) fn slots(kernel: &Kernel) -> impl Iterator<Item = u32> {
    let asked = |slot: &u32| {
        let cell = kernel.tasks.cell(*slot);
        cell.is_some_and(|cell| cell.header().is_asked_to_cancel())
    };
    let living = kernel.tasks.living().into_iter();
    living.filter(move |slot| !asked(slot))
}

/// What the task in this slot was doing.
pub(crate) fn doing(look: Look<'_>, graph: &Graph<'_>, slot: u32) -> Doing {
    let tasks = &look.kernel.tasks;
    let woken = tasks.is_ready(slot);
    match tasks.row(slot).steps {
        0 => Doing::NotStarted,
        _ if woken => Doing::Ready,
        _ => Doing::Waiting {
            waits: look.waits(graph, slot),
            lost: is_lost(look.kernel, slot),
        },
    }
}
