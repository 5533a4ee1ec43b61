//! The wait-for graph: which task does not go on without which.
//!
//! Read off the waits, the holders, and who a channel's receiver is, in a recorded run:
//!
//! ```text
//!   main/a ── right ──► main/b ── left ──► main/a
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::observer::Observer;
use super::waits::{Awaits, OpenWait};
use crate::base::ids::TaskNo;
use crate::base::place::Place;
use crate::base::resource::{Action, ResourceNo, Want};
use crate::kernel::kernel::Kernel;
use crate::record::detail::Role;
use crate::record::names::Names;

/// See the top of this file.
pub(crate) struct Graph<'r> {
    pub(crate) kernel: &'r Kernel,
    pub(crate) observer: &'r Observer,
    names: &'r Names,
    /// Whether only such edges count as nobody else could cut.
    pub(crate) certain: bool,
    /// The slots of living tasks.
    pub(crate) living: BTreeMap<TaskNo, u32>,
    /// Waits that were given what they are for and have not seen it, by resource.
    granted: BTreeMap<ResourceNo, Vec<&'r OpenWait>>,
    /// Those that stand in line, by what they are for, in the order in which they came.
    lines: BTreeMap<(ResourceNo, Want), Vec<&'r OpenWait>>,
    /// Who waits for the bytes of each direction of a connection; of several, the last.
    readers: BTreeMap<ResourceNo, &'r OpenWait>,
    /// Waits whose tasks poll them no more.
    pub(crate) abandoned: Vec<&'r OpenWait>,
}

/// Who stands between a wait and what it is for.
pub(crate) struct Blocker {
    pub(crate) task: TaskNo,
    pub(crate) role: Role,
    pub(crate) place: Place,
}

/// One task does not go on without another.
#[derive(Clone, Copy)]
pub(crate) struct Edge {
    pub(crate) from: TaskNo,
    pub(crate) awaits: Awaits,
    pub(crate) to: TaskNo,
}

impl Edge {
    fn is_for_bytes(&self) -> bool {
        matches!(self.awaits, Awaits::Resource(_, Want::Bytes))
    }
}

/// Whether who waits for this of a resource stands in line for it.
fn has_line(want: Want) -> bool {
    match want {
        Want::Itself | Want::Room => true,
        Want::Message
        | Want::Value
        | Want::Change
        | Want::Close
        | Want::Notification
        | Want::Peers
        | Want::Bytes
        | Want::Connection
        | Want::Handshake
        | Want::Datagram
        | Want::Signal => false,
    }
}

impl<'r> Graph<'r> {
    pub(crate) fn new(
        kernel: &'r Kernel,
        observer: &'r Observer,
        names: &'r Names,
        certain: bool,
    ) -> Graph<'r> {
        let slots = kernel.tasks.living().into_iter();
        let living = slots.map(|slot| (kernel.tasks.row(slot).number, slot));
        let mut granted: BTreeMap<ResourceNo, Vec<&OpenWait>> = BTreeMap::new();
        let mut lines: BTreeMap<(ResourceNo, Want), Vec<&OpenWait>> = BTreeMap::new();
        let mut readers: BTreeMap<ResourceNo, &OpenWait> = BTreeMap::new();
        for wait in observer.waits.all() {
            let Awaits::Resource(resource, want) = wait.awaits else {
                continue;
            };
            if want == Want::Bytes {
                readers.insert(resource, wait);
            }
            if wait.granted.is_some() {
                granted.entry(resource).or_default().push(wait);
            } else if has_line(want) {
                lines.entry((resource, want)).or_default().push(wait);
            }
        }
        lines
            .values_mut()
            .for_each(|line| line.sort_by_key(|wait| wait.number));
        let abandoned = |wait: &&OpenWait| wait.is_left_alone(kernel, certain);
        Graph {
            kernel,
            observer,
            names,
            certain,
            living: living.collect(),
            granted,
            lines,
            readers,
            abandoned: observer.waits.all().filter(abandoned).collect(),
        }
    }

    /// Who has what a wait is for: whoever stands in line just before it, else holders, grantees, and the receiver who
    /// could make room.
    pub(crate) fn owners(&self, wait: &OpenWait) -> Vec<Blocker> {
        let Awaits::Resource(resource, want) = wait.awaits else {
            return Vec::new();
        };
        if let Some(ahead) = self.ahead(resource, want, wait) {
            return vec![ahead];
        }
        if want == Want::Bytes {
            return self.other_end(resource).into_iter().collect();
        }
        if !has_line(want) {
            return Vec::new();
        }
        let resources = &self.observer.resources;
        let receiver = resources
            .receiver(resource)
            .filter(|_| want == Want::Room)
            .map(|(task, place)| Blocker {
                task,
                role: Role::Receiver,
                place,
            });
        let held = resources.holders(resource).iter().map(|held| Blocker {
            task: held.task,
            role: match held.action {
                Action::Read => Role::Reader,
                Action::Write => Role::Writer,
                Action::Lock
                | Action::Acquire(_)
                | Action::Release
                | Action::Adjust
                | Action::Reserve(_)
                | Action::Send
                | Action::Receive
                | Action::Await
                | Action::NotifyOne
                | Action::NotifyAll
                | Action::Observe
                | Action::Meet
                | Action::Close
                | Action::Bind
                | Action::Connect
                | Action::Accept => Role::Holder,
            },
            place: held.place,
        });
        let granted = self.granted.get(&resource).into_iter().flatten();
        let granted = granted.filter_map(|other| {
            Some(Blocker {
                task: other.polled.task,
                role: Role::Grantee,
                place: other.place?,
            })
        });
        held.chain(granted).chain(receiver).collect()
    }

    /// Who has the other end of a connection, from which bytes of this direction would come: whoever waits there to read, as one
    /// does who will answer; else whoever last used it.
    fn other_end(&self, direction: ResourceNo) -> Option<Blocker> {
        let resources = &self.observer.resources;
        let back = resources.back(direction)?;
        let reader = self.readers.get(&back);
        let reader = reader.and_then(|wait| Some((wait.polled.task, wait.place?)));
        let (task, place) = reader.or_else(|| resources.user(direction))?;
        let role = Role::OtherEnd;
        Some(Blocker { task, role, place })
    }

    /// The task that stands in line just before a wait.
    pub(crate) fn ahead_of(&self, wait: &OpenWait) -> Option<TaskNo> {
        let Awaits::Resource(resource, want) = wait.awaits else {
            return None;
        };
        Some(self.ahead(resource, want, wait)?.task)
    }

    /// Who stands in line just before a wait: first come, first served.
    fn ahead(&self, resource: ResourceNo, want: Want, wait: &OpenWait) -> Option<Blocker> {
        let line = self.lines.get(&(resource, want))?;
        let at = line
            .binary_search_by_key(&wait.number, |wait| wait.number)
            .ok()?;
        let ahead = line[..at].last()?;
        if ahead.polled.task == wait.polled.task {
            return None;
        }
        Some(Blocker {
            task: ahead.polled.task,
            role: Role::Ahead,
            place: ahead.place?,
        })
    }

    /// The tasks without whom this one does not go on, and for want of what.
    pub(crate) fn next(&self, slot: u32) -> Vec<Edge> {
        let tasks = &self.kernel.tasks;
        let from = tasks.row(slot).number;
        // One that is ready goes on by itself: it may have been granted what its wait is for.
        if tasks.is_ready(slot) {
            return Vec::new();
        }
        let waits: Vec<&OpenWait> = self.observer.waits.of(self.kernel, slot).collect();
        if self.certain && waits.len() != 1 {
            return Vec::new();
        }
        let mut next = Vec::new();
        for wait in waits {
            let awaits = wait.awaits;
            let edge = |to: TaskNo| Edge { from, awaits, to };
            match awaits {
                Awaits::Task(task) => next.push(edge(task)),
                Awaits::Resource(resource, _) => {
                    let owners = self.owners(wait);
                    let lock = self.names.resource(resource);
                    let lock = lock.is_some_and(|resource| resource.kind.is_lock());
                    let sure = || match &owners[..] {
                        [owner] => lock || self.is_unflushed_between(wait, owner.task),
                        _ => false,
                    };
                    if !self.certain || sure() {
                        next.extend(owners.iter().map(|owner| edge(owner.task)));
                    }
                }
                Awaits::Timer(_) | Awaits::AnyTask(_) => {}
            }
        }
        // They are kept along a way, which may lead through all tasks there are.
        next.shrink_to_fit();
        next
    }

    /// Whether this waits for bytes, and the other end of the connection for bytes of this side, while nothing is on its way between them, and what
    /// one of them wrote lies unflushed. Where nothing does, they are idle.
    fn is_unflushed_between(&self, wait: &OpenWait, other: TaskNo) -> bool {
        let Awaits::Resource(direction, Want::Bytes) = wait.awaits else {
            return false;
        };
        let resources = &self.observer.resources;
        let Some(back) = resources.back(direction) else {
            return false;
        };
        let reader = self.readers.get(&back);
        let reads = reader.is_some_and(|reader| reader.polled.task == other);
        let all_came = [direction, back].map(|direction| resources.bytes(direction).1) == [0, 0];
        let mut tasks = [wait.polled.task, other].into_iter();
        reads && all_came && tasks.any(|task| self.observer.unflushed.of(task).next().is_some())
    }

    /// The first cycle of tasks that wait for each other; empty if there is none.
    ///
    /// One in which nobody waits for bytes comes first: who has the other end of a connection need not be the one who would send,
    /// and two who both read may be an idle connection.
    pub(crate) fn cycle(&self) -> Vec<Edge> {
        let known = self.cycle_along(|edge| !edge.is_for_bytes());
        match known.is_empty() {
            true => self.cycle_along(|_| true),
            false => known,
        }
    }

    /// The first cycle of such edges.
    fn cycle_along(&self, counts: impl Fn(&Edge) -> bool) -> Vec<Edge> {
        let next = |task: TaskNo| {
            let slot = self.living.get(&task);
            let mut next = slot.map_or_else(Vec::new, |&slot| self.next(slot));
            next.retain(&counts);
            next
        };
        first_cycle(self.living.keys().copied(), next)
    }
}

/// The first cycle of tasks that a way from these leads to, where `next` says who does not go on without whom; empty if there is
/// none.
pub(crate) fn first_cycle(
    from: impl Iterator<Item = TaskNo>,
    next: impl Fn(TaskNo) -> Vec<Edge>,
) -> Vec<Edge> {
    let mut seen = BTreeSet::new();
    // At which step of the way each task is that is on it.
    let mut steps: BTreeMap<TaskNo, usize> = BTreeMap::new();
    for task in from {
        // What was seen leads to no cycle.
        if !seen.insert(task) {
            continue;
        }
        // The way from `task`: where one is, where else one could go from there, and along which edge one went.
        let mut way: Vec<(TaskNo, Vec<Edge>, Option<Edge>)> = vec![(task, next(task), None)];
        steps.insert(task, 0);
        while let Some((at, choices, along)) = way.last_mut() {
            let Some(edge) = choices.pop() else {
                steps.remove(at);
                way.pop();
                continue;
            };
            *along = Some(edge);
            if edge.from == edge.to {
                return within(edge.to, next(edge.to));
            }
            if let Some(&first) = steps.get(&edge.to) {
                return way[first..].iter().filter_map(|step| step.2).collect();
            }
            if seen.insert(edge.to) {
                steps.insert(edge.to, way.len());
                way.push((edge.to, next(edge.to), None));
            }
        }
    }
    Vec::new()
}

/// The cycle among the futures of one task, each of which waits for what another has.
fn within(task: TaskNo, next: Vec<Edge>) -> Vec<Edge> {
    let itself = |edge: &Edge| edge.to == task;
    let mut edges: Vec<Edge> = Vec::new();
    for edge in next.into_iter().filter(itself) {
        // Two futures may wait for the same.
        if !edges.iter().any(|known| known.awaits == edge.awaits) {
            edges.push(edge);
        }
    }
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(from: u32, to: u32) -> Edge {
        let [from, to] = [from, to].map(TaskNo);
        let awaits = Awaits::Task(to);
        Edge { from, awaits, to }
    }

    /// Each waits for the next; one task waits for another in front of it. A walk that looked along its way at each step would
    /// take minutes.
    #[test]
    fn a_cycle_at_the_end_of_a_long_way_is_found() {
        const TASKS: u32 = 200_000;
        let next = |task: TaskNo| match task.get() {
            TASKS => vec![edge(TASKS, TASKS - 1)],
            number => vec![edge(number, number + 1)],
        };
        let cycle = first_cycle((1..=TASKS).map(TaskNo), next);
        let tasks: Vec<u32> = cycle.iter().map(|edge| edge.from.get()).collect();
        assert_eq!(tasks, [TASKS - 1, TASKS]);
    }

    #[test]
    fn what_was_left_on_the_way_is_no_part_of_a_cycle() {
        // 1 leads to a dead end and to 3, and from 3 one comes back to 2, which leads to 3.
        let next = |task: TaskNo| match task.get() {
            1 => vec![edge(1, 3), edge(1, 4)],
            2 => vec![edge(2, 3)],
            3 => vec![edge(3, 2)],
            _ => Vec::new(),
        };
        let cycle = first_cycle((1..=4).map(TaskNo), next);
        let tasks: Vec<u32> = cycle.iter().map(|edge| edge.from.get()).collect();
        assert_eq!(tasks, [3, 2]);
        assert!(first_cycle((4..=5).map(TaskNo), next).is_empty());
    }
}
