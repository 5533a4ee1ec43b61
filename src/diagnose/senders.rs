//! Who has the senders of what tasks wait for: known once all tasks are dropped, and then written into the findings that were
//! made before.
//!
//! With it a cycle can be seen that goes through a message. It is told if `main` waits for it, in a run in which nothing moves:
//! elsewhere, tasks that could send each other something are idle servers.
//!
//! ```text
//!   main ── its end ──► main/worker ── mpsc#1, whose sender main alone has ──► main
//! ```

use std::collections::BTreeMap;

use super::look::{Look, sender_channel};
use crate::base::ids::TaskNo;
use crate::base::resource::ResourceNo;
use crate::observe::graph::{Edge, Graph, first_cycle};
use crate::observe::keepers::Keeper;
use crate::observe::owners::Ownership;
use crate::observe::waits::Awaits;
use crate::record::detail::{self, Detail, Doing, Kept, Wait, WaitingTask};

/// The tasks that wait when nothing moves any more, before the first is dropped.
pub(crate) struct Standing {
    tasks: BTreeMap<TaskNo, Waiting>,
}

struct Waiting {
    /// For whom it is known to wait.
    edges: Vec<Edge>,
    /// The channels of which it waits for what a sender sends, and how many senders there are.
    channels: Vec<(Awaits, ResourceNo, usize)>,
}

impl Standing {
    pub(crate) fn new(look: Look<'_>, graph: &Graph<'_>) -> Standing {
        let resources = &look.observer.resources;
        let waiting = |slot: u32| {
            let waits = look.observer.waits.of(look.kernel, slot);
            let channels = waits.filter_map(|wait| {
                let channel = sender_channel(wait.awaits)?;
                Some((wait.awaits, channel, resources.senders(channel).len()))
            });
            Waiting {
                channels: channels.collect(),
                edges: graph.next(slot),
            }
        };
        let living = graph.living.iter();
        Standing {
            tasks: living.map(|(&task, &slot)| (task, waiting(slot))).collect(),
        }
    }

    /// The cycle that `main` waits for, once it is known who had the senders.
    pub(crate) fn cycle(&self, look: Look<'_>) -> Vec<Edge> {
        first_cycle([TaskNo::MAIN].into_iter(), |task| self.next(look, task))
    }

    fn next(&self, look: Look<'_>, from: TaskNo) -> Vec<Edge> {
        let Some(waiting) = self.tasks.get(&from) else {
            return Vec::new();
        };
        let through_messages = waiting
            .channels
            .iter()
            .flat_map(|&(awaits, channel, senders)| {
                let keepers = look.observer.keepers.of(channel).iter();
                let mut tasks: Vec<TaskNo> =
                    keepers.filter_map(|keeper| alone(look, *keeper)).collect();
                // One that is not known may be with somebody who is in no cycle.
                if tasks.len() != senders {
                    tasks.clear();
                }
                tasks.sort();
                tasks.dedup();
                let edge = move |to| Edge { from, awaits, to };
                tasks.into_iter().map(edge)
            });
        waiting
            .edges
            .iter()
            .copied()
            .chain(through_messages)
            .collect()
    }
}

/// The task without which nobody could send with a sender that was kept so.
fn alone(look: Look<'_>, keeper: Keeper) -> Option<TaskNo> {
    match keeper {
        Keeper::Alone(task) => Some(task),
        Keeper::Last(_) => None,
        Keeper::Message(channel) => match look.observer.owners.of_end(channel) {
            Ownership::Task(task) => Some(task),
            Ownership::Anybody | Ownership::Nobody => None,
        },
    }
}

/// Writes who had the senders into what was found.
pub(crate) fn name_keepers(look: Look<'_>, detail: &mut Detail) {
    for wait in waits(detail) {
        if let Some(channel) = wait.channel {
            wait.keepers = keepers(look, channel, wait.senders.len());
        }
    }
}

fn keepers(look: Look<'_>, channel: ResourceNo, senders: usize) -> Vec<detail::Keeper> {
    let mut known: BTreeMap<Keeper, usize> = BTreeMap::new();
    let all = look.observer.keepers.of(channel);
    for keeper in all.iter().take(senders) {
        *known.entry(*keeper).or_default() += 1;
    }
    let no_task = senders.saturating_sub(all.len());
    let kept = |keeper: Keeper| match keeper {
        Keeper::Alone(task) => Kept::Alone(look.path(task)),
        Keeper::Last(task) => Kept::Last(look.path(task)),
        Keeper::Message(channel) => Kept::Message {
            channel: look.resource(channel),
            receiver: alone(look, keeper).map(|task| look.path(task)),
        },
    };
    let known = known.into_iter().map(|(keeper, senders)| detail::Keeper {
        kept: kept(keeper),
        senders,
    });
    let no_task = (no_task > 0).then_some(detail::Keeper {
        kept: Kept::NoTask,
        senders: no_task,
    });
    known.chain(no_task).collect()
}

/// The waits that a finding tells of.
fn waits(detail: &mut Detail) -> Vec<&mut Wait> {
    fn of(tasks: &mut [WaitingTask]) -> Vec<&mut Wait> {
        tasks.iter_mut().flat_map(|task| &mut task.waits).collect()
    }
    match detail {
        Detail::Deadlock(deadlock) => of(&mut deadlock.waiting),
        Detail::LostWaker(lost) => of(&mut lost.waiting),
        Detail::Futurelock(lock) => of(&mut lock.waiting),
        Detail::StuckTask(task) => task.waits.iter_mut().collect(),
        Detail::UnawaitedTask(task) => match &mut task.doing {
            Doing::Waiting { waits, .. } => waits.iter_mut().collect(),
            Doing::NotStarted | Doing::Ready => Vec::new(),
        },
        Detail::Livelock(livelock) => {
            let tasks = livelock.busiest.tasks.iter_mut();
            tasks.flat_map(|task| &mut task.waiting.waits).collect()
        }
        Detail::Limit(limit) => {
            let tasks = limit.busiest.tasks.iter_mut();
            tasks.flat_map(|task| &mut task.waiting.waits).collect()
        }
        Detail::Panic(_)
        | Detail::UnobservedPanic(_)
        | Detail::NeverAwaited(_)
        | Detail::PolledAfterCompletion(_)
        | Detail::Blocking(_)
        | Detail::Nondeterminism(_)
        | Detail::LongHold(_)
        | Detail::Leak(_)
        | Detail::AbandonedReceiver(_)
        | Detail::DroppedMessages(_)
        | Detail::Starvation(_)
        | Detail::NoProgress(_)
        | Detail::ForeignInstant(_)
        | Detail::Property(_) => Vec::new(),
    }
}
