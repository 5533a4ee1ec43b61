//! Leak: locks and permits that nobody gave back, although nobody is left who could.

use std::time::Duration;

use super::look::{Look, Seen};
use crate::base::resource::ResourceNo;
use crate::observe::resources::Held;
use crate::record::detail::{Leak, Leaked};

/// What is held when all tasks are gone, and who forgot the permits of which there are too few.
pub(crate) fn all(look: Look<'_>, short: &[(ResourceNo, usize)]) -> Vec<Seen> {
    let resources = &look.observer.resources;
    let held = resources
        .all_held()
        .map(|(resource, held)| (resource, held, Leaked::Kept));
    let forgotten = short.iter().flat_map(|&(resource, missing)| {
        let by = resources.forgetters(resource, missing).iter();
        by.map(move |held| (resource, held, Leaked::Forgotten))
    });
    let seen = |(resource, held, how): (ResourceNo, &Held, Leaked)| {
        let detail = Leak {
            resource: look.resource(resource),
            task: look.path(held.task),
            since: Duration::from_nanos(held.since),
            how,
        };
        Seen::new(detail, None, Some(held.place))
    };
    held.chain(forgotten).map(seen).collect()
}
