//! What tasks repeat while virtual time stands still.

use std::cmp::Reverse;
use std::time::Duration;

use super::look::Look;
use crate::base::ids::TaskNo;
use crate::base::resource::{Operation, ResourceNo};
use crate::observe::busy::{Done, What};
use crate::record::resource::Resource;
use crate::record::spin::{Closed, Spin};

/// Operations that are named, at the most.
const MOST: usize = 4;

/// The operations that were begun most often at this instant: those that came at least half as often as the first.
pub(crate) fn spins(look: Look<'_>) -> Vec<Spin> {
    let (kernel, busy) = (look.kernel, &look.observer.busy);
    let tasks = kernel.tasks.living().into_iter();
    let done = tasks.flat_map(|slot| {
        let task = kernel.tasks.row(slot).number;
        busy.of(kernel.now(), task)
            .iter()
            .map(move |done| (task, done))
    });
    let mut done: Vec<(TaskNo, &Done)> = done.collect();
    done.sort_by_key(|(_, done)| Reverse(done.times));
    let most = done.first().map_or(0, |(_, done)| done.times);
    done.retain(|(_, done)| done.times > 1 && done.times * 2 >= most);
    done.truncate(MOST);
    let spin = |(task, done): (TaskNo, &Done)| {
        let (action, resource, closed, failed) = match &done.what {
            What::Operation(Operation { action, resource }) => {
                let closed = closed(look, *resource);
                (*action, look.resource(*resource), closed, None)
            }
            What::Failed(failed) => {
                let resource = Resource {
                    kind: failed.kind,
                    name: failed.name.clone(),
                    made: None,
                };
                (failed.action, resource, None, Some(failed.why.clone()))
            }
        };
        Spin {
            task: look.path(task),
            action,
            resource,
            place: done.place.into(),
            times: done.times,
            closed,
            failed,
        }
    };
    done.into_iter().map(spin).collect()
}

fn closed(look: Look<'_>, resource: ResourceNo) -> Option<Closed> {
    let (task, at, how) = look.observer.resources.closed(resource)?;
    Some(Closed {
        by: (task != TaskNo::RUNTIME).then(|| look.path(task)),
        at: Duration::from_nanos(at),
        how,
    })
}
