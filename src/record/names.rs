//! What tasks, resources and hosts are called: kept in recorded runs, for whoever reads them.

use std::collections::BTreeMap;

use super::paths::Paths;
use crate::base::ids::{HostNo, TaskNo};
use crate::base::place::Place;
use crate::base::resource::{ResourceKind, ResourceNo};

/// What tasks and resources are called.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// The path of each task, by number from 1.
    paths: Paths,
    resources: Resources,
    /// Each host but the default one, by number from 1.
    hosts: Vec<String>,
}

/// What is known of each resource, by number from 1. A run may make hundreds of thousands: their names lie in one text.
#[derive(Clone, Debug, Default)]
struct Resources {
    /// Its kind, where it was made, and where its name begins.
    rows: Vec<(ResourceKind, Option<Place>, usize)>,
    names: String,
}

/// What is known of a resource whatever happens to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ResourceName<'n> {
    pub(crate) kind: ResourceKind,
    /// The user's, or the kind's with a number.
    pub(crate) name: &'n str,
    /// Where it was made.
    pub(crate) made: Option<Place>,
}

impl Names {
    /// None yet, with room for so many tasks.
    pub(super) fn for_tasks(count: usize) -> Names {
        Names {
            paths: Paths::with_capacity(count),
            ..Names::default()
        }
    }

    /// The path of a task; `·` for the runtime.
    pub(crate) fn path(&self, task: TaskNo) -> &str {
        self.paths.get(task.get()).unwrap_or("·")
    }

    /// The resource with this number.
    pub(crate) fn resource(&self, number: ResourceNo) -> Option<ResourceName<'_>> {
        let nth = (number.get() as usize).checked_sub(1)?;
        let Resources { rows, names } = &self.resources;
        let &(kind, made, start) = rows.get(nth)?;
        let end = rows.get(nth + 1).map_or(names.len(), |next| next.2);
        let name = names.get(start..end)?;
        Some(ResourceName { kind, name, made })
    }

    /// The names of all hosts but the default one, by number from 1.
    pub(crate) fn hosts(&self) -> &[String] {
        &self.hosts
    }

    /// The name of a host; empty for the default one.
    pub(crate) fn host(&self, host: HostNo) -> &str {
        self.hosts
            .get(usize::from(host.get()).wrapping_sub(1))
            .map_or("", String::as_str)
    }

    /// The next task.
    pub(super) fn add_task(&mut self, path: &str) {
        self.paths.push(path);
    }

    pub(crate) fn add_host(&mut self, name: String) {
        self.hosts.push(name);
    }

    /// Gives these resources, of those that nobody named, numbers in this order.
    pub(super) fn number_anew(&mut self, order: &[ResourceNo]) {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        let mut new: BTreeMap<ResourceNo, String> = BTreeMap::new();
        for &number in order {
            let Some(ResourceName { kind, name, .. }) = self.resource(number) else {
                continue;
            };
            let nth = name
                .strip_prefix(kind.name())
                .and_then(|rest| rest.strip_prefix('#'));
            if nth.is_some_and(|nth| nth.parse::<u32>().is_ok()) && !new.contains_key(&number) {
                let count = counts
                    .entry(counted_by(kind.name()).to_owned())
                    .or_default();
                *count += 1;
                new.insert(number, format!("{kind}#{count}"));
            }
        }
        let old = self.clone();
        self.resources = Resources::default();
        for nth in 1..=old.resources.rows.len() {
            let number = ResourceNo(nth as u32);
            if let Some(resource) = old.resource(number) {
                let name = new.get(&number).map_or(resource.name, String::as_str);
                self.add_resource(ResourceName { name, ..resource });
            }
        }
    }

    pub(crate) fn add_resource(&mut self, resource: ResourceName<'_>) {
        let ResourceName { kind, name, made } = resource;
        let Resources { rows, names } = &mut self.resources;
        rows.push((kind, made, names.len()));
        names.push_str(name);
    }
}

/// The name by which those of this name are counted. `mpsc#1` beside `unbounded mpsc#1` would be told apart by few: the kinds that share
/// their last word share their numbers.
pub(crate) fn counted_by(base: &str) -> &str {
    let is_kind = ResourceKind::ALL.iter().any(|kind| kind.name() == base);
    match base.rsplit_once(' ') {
        Some((_, last)) if is_kind => last,
        Some(_) | None => base,
    }
}
