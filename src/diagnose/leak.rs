//! Leak: locks and permits that nobody gave back, although nobody is left who could.

use std::time::Duration;

use super::look::{Look, Seen};
use crate::base::ids::TaskNo;
use crate::base::resource::{ResourceNo, Want};
use crate::kernel::phase::Stop;
use crate::observe::held::Held;
use crate::observe::permits::{Forgotten, Permits};
use crate::observe::waits::{Awaits, OpenWait};
use crate::record::detail::{Leak, Leaked};

/// What is held when all tasks are gone.
pub(crate) fn kept(look: Look<'_>) -> Vec<Seen> {
    let held = look.observer.resources.all_held();
    held.map(|(resource, held)| seen(look, resource, held, Leaked::Kept))
        .collect()
}

/// Permits that were forgotten and are missed; asked while the tasks that are left still stand.
pub(crate) fn forgotten(look: Look<'_>, stop: Stop) -> Vec<Seen> {
    let mut leaks = Vec::new();
    for (resource, permits) in look.observer.resources.short() {
        let are_gone = are_gone(look, resource, permits, stop);
        let leaked =
            |all: &&Forgotten| are_gone || permits.others_add(all) && !is_living(look, all.by.task);
        let of = |all: &Forgotten| seen(look, resource, &all.by, Leaked::Forgotten);
        leaks.extend(permits.missing().iter().filter(leaked).map(of));
    }
    leaks
}

/// Whether nobody has a permit, somebody waited for one in vain, and nobody is left who would add any. One who still waits when
/// `main` has ended may wait for work.
fn are_gone(look: Look<'_>, resource: ResourceNo, permits: &Permits, stop: Stop) -> bool {
    let waits = |wait: &OpenWait| {
        wait.awaits == Awaits::Resource(resource, Want::Itself) && wait.granted.is_none()
    };
    let stuck = stop == Stop::Stuck && look.observer.waits.all().any(waits);
    let missed = permits.are_lent() && (permits.in_vain || stuck);
    let held = !look.observer.resources.holders(resource).is_empty();
    let may_come =
        stop != Stop::Stuck && permits.adders().iter().any(|&task| is_living(look, task));
    missed && !held && !may_come
}

fn is_living(look: Look<'_>, task: TaskNo) -> bool {
    let tasks = &look.kernel.tasks;
    let mut slots = tasks.living().into_iter();
    slots.any(|slot| tasks.row(slot).number == task)
}

fn seen(look: Look<'_>, resource: ResourceNo, held: &Held, how: Leaked) -> Seen {
    let detail = Leak {
        resource: look.resource(resource),
        task: look.path(held.task),
        since: Duration::from_nanos(held.since),
        how,
    };
    Seen::new(detail, None, Some(held.place))
}
