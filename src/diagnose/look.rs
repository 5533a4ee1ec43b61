//! A look at a recorded run, with names for everything: what the diagnoses see.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::base::ids::TaskNo;
use crate::base::place::{Place, SourcePlace};
use crate::base::resource::{ResourceKind, ResourceNo, Want};
use crate::base::span::FAR;
use crate::kernel::kernel::Kernel;
use crate::kernel::task::has_no_waker;
use crate::kernel::tasks::MAIN_SLOT;
use crate::observe::graph::{self, Graph};
use crate::observe::observer::Observer;
use crate::observe::waits::{Awaits, OpenWait};
use crate::record::detail::{
    self, Awaited, Detail, Edge, Holding, LivingSender, MissedCall, Owner, PendingFuture, Supply,
    Unflushed, Unreceived, WaitingTask,
};

use crate::record::fact::{Amount, Hold};
use crate::record::names::Names;
use crate::record::resource::Resource;

/// Something wrong that a diagnosis saw.
pub(crate) struct Seen {
    pub(crate) detail: Detail,
    /// The slot of the task that it is about.
    pub(crate) slot: Option<u32>,
    pub(crate) place: Option<SourcePlace>,
}

impl Seen {
    pub(crate) fn new(detail: impl Into<Detail>, slot: Option<u32>, place: Option<Place>) -> Seen {
        Seen {
            detail: detail.into(),
            slot,
            place: place.map(SourcePlace::from),
        }
    }
}

/// See the top of this file.
#[derive(Clone, Copy)]
pub(crate) struct Look<'r> {
    pub(crate) kernel: &'r Kernel,
    pub(crate) observer: &'r Observer,
    pub(crate) names: &'r Names,
}

impl<'r> Look<'r> {
    pub(crate) fn graph(self, certain: bool) -> Graph<'r> {
        Graph::new(self.kernel, self.observer, self.names, certain)
    }

    /// The names of hosts that are paused.
    pub(crate) fn paused_hosts(self) -> Vec<String> {
        self.kernel.hosts.paused().map(str::to_owned).collect()
    }

    pub(crate) fn path(self, task: TaskNo) -> String {
        self.names.path(task).to_owned()
    }

    pub(crate) fn resource(self, number: ResourceNo) -> Resource {
        let known = self
            .names
            .resource(number)
            .expect("a recorded run names its resources");
        Resource {
            kind: known.kind,
            name: known.name.to_owned(),
            made: known.made.map(SourcePlace::from),
        }
    }

    pub(crate) fn awaited(self, awaits: Awaits) -> Awaited {
        match awaits {
            Awaits::Resource(number, want) => Awaited::Resource {
                resource: self.resource(number),
                want,
            },
            Awaits::Task(task) => Awaited::Task(self.path(task)),
            Awaits::AnyTask(tasks) => Awaited::AnyTask(tasks),
            Awaits::Timer(FAR) => Awaited::Timer(None),
            Awaits::Timer(at) => Awaited::Timer(Some(Duration::from_nanos(at))),
        }
    }

    fn wait(self, graph: &Graph<'_>, wait: &OpenWait) -> detail::Wait {
        let owners: Vec<Owner> = graph
            .owners(wait)
            .into_iter()
            .map(|owner| Owner {
                role: owner.role,
                task: self.path(owner.task),
                place: owner.place.into(),
                over: !graph.living.contains_key(&owner.task),
            })
            .collect();
        let missed_call = match wait.awaits {
            Awaits::Resource(number, _) => self.observer.resources.missed_call(number),
            Awaits::Task(_) | Awaits::AnyTask(_) | Awaits::Timer(_) => None,
        };
        let missed_call = missed_call.filter(|_| owners.is_empty());
        detail::Wait {
            awaited: self.awaited(wait.awaits),
            place: wait.place.map(SourcePlace::from),
            owners,
            missed_call: missed_call.map(|(task, at)| MissedCall {
                task: self.path(task),
                at: Duration::from_nanos(at),
            }),
            supply: self.supply(wait),
            senders: self.senders(wait),
            // Known later.
            keepers: Vec::new(),
            channel: sender_channel(wait.awaits),
        }
    }

    /// How much there is of what a wait is for.
    fn supply(self, wait: &OpenWait) -> Option<Supply> {
        let Awaits::Resource(number, want) = wait.awaits else {
            return None;
        };
        let resources = &self.observer.resources;
        let level = resources.level(number);
        match (want, level) {
            (Want::Peers, Some(Amount::There { there, of })) => Some(Supply::There { there, of }),
            (Want::Itself, Some(Amount::Free { free, of })) => {
                let counted = self.names.resource(number)?.kind == ResourceKind::Semaphore;
                counted.then_some(Supply::Free {
                    wanted: wait.wanted,
                    free,
                    of,
                    forgotten: resources.forgotten(number),
                })
            }
            (Want::Room, Some(Amount::Slots { of })) => Some(Supply::Full { slots: of }),
            (Want::Message | Want::Change, _) => {
                let sends = resources.sends(number);
                let queue = matches!(
                    self.names.resource(number)?.kind,
                    ResourceKind::Mpsc | ResourceKind::UnboundedMpsc
                );
                (!queue).then_some(Supply::Sent {
                    sends,
                    subscribed_after: wait.fresh && sends > 0,
                })
            }
            (Want::Bytes, _) => {
                let (sent, unreceived) = resources.bytes(number);
                Some(Supply::Bytes { sent, unreceived })
            }
            (
                Want::Itself
                | Want::Room
                | Want::Value
                | Want::Close
                | Want::Notification
                | Want::Peers
                | Want::Connection
                | Want::Handshake
                | Want::Datagram
                | Want::Signal,
                _,
            ) => None,
        }
    }

    /// The senders of the channel that a wait is for a message of.
    fn senders(self, wait: &OpenWait) -> Vec<LivingSender> {
        let Some(channel) = sender_channel(wait.awaits) else {
            return Vec::new();
        };
        let senders = self.observer.resources.senders(channel).iter();
        senders
            .map(|&(made, by)| LivingSender {
                made: made.into(),
                by: self.path(by),
            })
            .collect()
    }

    pub(crate) fn pending(self, wait: &OpenWait) -> PendingFuture {
        let due = match wait.awaits {
            Awaits::Timer(at) => Some(at).filter(|&at| at <= self.kernel.now()),
            Awaits::Resource(..) | Awaits::Task(_) | Awaits::AnyTask(_) => None,
        };
        PendingFuture {
            task: self.path(wait.polled.task),
            awaited: self.awaited(wait.awaits),
            place: wait.place.map(SourcePlace::from),
            since: Duration::from_nanos(wait.since),
            last_polled: Duration::from_nanos(wait.seen),
            granted: wait.granted.or(due).map(Duration::from_nanos),
        }
    }

    /// Futures that were woken, and that their tasks poll no more.
    pub(crate) fn left_alone(self, graph: &Graph<'_>) -> Vec<PendingFuture> {
        let waiting_messages = |resource: ResourceNo| {
            let mut unreceived = self.observer.resources.unreceived();
            unreceived.any(|(number, _)| number == resource)
        };
        let woken = |wait: &&&OpenWait| {
            wait.is_called(self.kernel)
                || matches!(wait.awaits, Awaits::Resource(resource, Want::Message) if waiting_messages(resource))
        };
        let left = graph.abandoned.iter().filter(woken);
        left.map(|wait| self.pending(wait)).collect()
    }

    /// What the task in this slot waits for.
    pub(crate) fn waits(self, graph: &Graph<'_>, slot: u32) -> Vec<detail::Wait> {
        let waits = self.observer.waits.of(self.kernel, slot);
        waits.map(|wait| self.wait(graph, wait)).collect()
    }

    pub(crate) fn waiting_task(self, graph: &Graph<'_>, slot: u32) -> WaitingTask {
        let tasks = &self.kernel.tasks;
        WaitingTask {
            task: tasks.path(slot),
            // `main` is spawned by whoever runs it.
            spawned: (slot != MAIN_SLOT).then(|| tasks.place(slot).into()),
            waits: self.waits(graph, slot),
            lost: is_lost(self.kernel, slot),
            idle: {
                let idle = self.observer.waits.idle(tasks.row(slot).number);
                idle.map(SourcePlace::from).collect()
            },
            unflushed: {
                let lying = self.observer.unflushed.of(tasks.row(slot).number);
                let told = lying.map(|lying| Unflushed {
                    bytes: lying.bytes,
                    place: lying.place.map(SourcePlace::from),
                });
                told.collect()
            },
        }
    }

    /// Every task that waits.
    pub(crate) fn waiting(self, graph: &Graph<'_>) -> Vec<WaitingTask> {
        let tasks = &self.kernel.tasks;
        let living = tasks.living().into_iter();
        let slots = living.filter(|&slot| tasks.is_parked(slot));
        slots.map(|slot| self.waiting_task(graph, slot)).collect()
    }

    /// Channels with messages in them that nobody receives.
    pub(crate) fn unreceived(self) -> Vec<Unreceived> {
        let resources = &self.observer.resources;
        let channels = resources.unreceived();
        let waits = self.observer.waits.all();
        let awaited = waits.filter_map(|wait| match wait.awaits {
            Awaits::Resource(channel, Want::Message | Want::Value) => Some(channel),
            Awaits::Resource(..) | Awaits::Task(_) | Awaits::AnyTask(_) | Awaits::Timer(_) => None,
        });
        let awaited: BTreeSet<ResourceNo> = awaited.collect();
        channels
            .map(|(number, messages)| Unreceived {
                channel: self.resource(number),
                messages,
                receiver_alive: resources.has_receiver(number),
                awaited: awaited.contains(&number),
                last_receiver: resources
                    .receiver(number)
                    .map(|(task, place)| (self.path(task), place.into())),
            })
            .collect()
    }

    /// What is held and waited for, or was until somebody gave up: with the number of the hold, and who took it.
    pub(crate) fn wanted_holds(self) -> Vec<(Hold, TaskNo, Holding)> {
        let resources = &self.observer.resources;
        let mut waiting: BTreeMap<ResourceNo, &OpenWait> = BTreeMap::new();
        for wait in self.observer.waits.all() {
            if let Awaits::Resource(number, Want::Itself | Want::Room) = wait.awaits {
                waiting.entry(number).or_insert(wait);
            }
        }
        let wanted = |number: ResourceNo| match waiting.get(&number) {
            Some(wait) => Some((wait.polled.task, wait.since, None)),
            None => resources
                .gave_up(number)
                .map(|(task, since, at)| (task, since, Some(at))),
        };
        let held = resources.all_held();
        let told = held.filter_map(|(number, held)| {
            let (task, since, given_up) = wanted(number)?;
            let holding = Holding {
                resource: self.resource(number),
                action: held.action,
                taken_by: self.path(held.task),
                place: held.place.into(),
                since: Duration::from_nanos(held.since),
                wanted_by: self.path(task),
                wanted_since: Duration::from_nanos(since),
                given_up: given_up.map(Duration::from_nanos),
            };
            Some((held.hold, held.task, holding))
        });
        told.collect()
    }

    pub(crate) fn edges(self, edges: &[graph::Edge]) -> Vec<Edge> {
        let edge = |edge: &graph::Edge| Edge {
            from: self.path(edge.from),
            awaited: self.awaited(edge.awaits),
            to: self.path(edge.to),
        };
        edges.iter().map(edge).collect()
    }
}

/// The channel of what is awaited, if a sender sends that.
pub(crate) fn sender_channel(awaits: Awaits) -> Option<ResourceNo> {
    match awaits {
        Awaits::Resource(channel, Want::Message | Want::Change | Want::Value) => Some(channel),
        Awaits::Resource(..) | Awaits::Task(_) | Awaits::AnyTask(_) | Awaits::Timer(_) => None,
    }
}

/// Whether a task waits that nobody can wake.
pub(crate) fn is_lost(kernel: &Kernel, slot: u32) -> bool {
    kernel.tasks.cell(slot).is_some_and(|cell| {
        let header = cell.header();
        !header.is_queued() && !header.is_asked_to_cancel() && has_no_waker(cell)
    })
}
