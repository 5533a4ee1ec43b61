//! The tasks that are left when `main` has ended: which of them could still go on, and which are stuck for ever.
//!
//! What each waits for, and who stands between, is kept before the first is dropped; who owned what is learnt as they are
//! dropped ([`Owners`]). Then:
//!
//! ```text
//!   could go on    it is ready; or somebody who could go on, or anybody, may give it what it waits for; or more wakers of it are
//!                  left than waits are seen; or another has a handle to abort it, or could close the semaphore that it waits for
//!   idle           it waits for a message, a change, a notification, a signal, as servers do; or for one who is idle
//!   stuck          all others: in a cycle, each for what only the next could give    deadlock
//!                                           hanging from such a cycle                named with the deadlock
//!                                           for what nobody can give any more        stuck_task
//! ```
//!
//! Whether a task could go on or is idle makes no difference here: it is no more than an `unawaited_task`.

mod knot;
mod needs;

use std::collections::{BTreeMap, BTreeSet};

use self::knot::{Knot, leave_out_ends};
use self::needs::{Givers, LeftWait, any_of, givers};
use super::look::Look;
use super::unawaited_task;
use crate::base::ids::TaskNo;
use crate::base::place::SourcePlace;
use crate::kernel::task::wakers;
use crate::observe::graph::{Edge, Graph};
use crate::observe::owners::{Owners, Ownership};
use crate::observe::waits::{Awaits, OpenWait};
use crate::record::detail::{
    Deadlock, Detail, Doing, Holding, StuckTask, UnawaitedTask, WaitingTask,
};
use crate::record::fact::Hold;
use crate::record::kind::FindingKind;

/// The tasks that are left, as they stood before the first was dropped.
pub(crate) struct Left {
    tasks: BTreeMap<TaskNo, LeftTask>,
    /// What is held and waited for, and who took it.
    holds: Vec<(Hold, TaskNo, Holding)>,
}

struct LeftTask {
    /// It is ready, or may wait for something that is not seen.
    could_go_on: bool,
    /// How many handles of it there are, if nobody awaits it by one of them.
    handles: u32,
    waits: Vec<LeftWait>,
    told: WaitingTask,
    place: SourcePlace,
    /// What it was doing, which is told if it is not stuck; nothing of a server's, which nobody awaits.
    unawaited: Option<Doing>,
}

/// A judgement of one task or several.
pub(crate) struct Judged {
    pub(crate) detail: Detail,
    /// The path of the task it is about.
    pub(crate) task: Option<String>,
    pub(crate) place: Option<SourcePlace>,
}

impl Left {
    /// What the tasks in these slots wait for.
    pub(crate) fn new(look: Look<'_>, slots: &[u32]) -> Left {
        let graph = look.graph(false);
        let awaited = awaited(look, slots);
        let task = |&slot: &u32| {
            let number = look.kernel.tasks.row(slot).number;
            (number, left_task(look, &graph, slot, &awaited))
        };
        Left {
            tasks: slots.iter().map(task).collect(),
            holds: look.wanted_holds(),
        }
    }

    /// What is to be told of them, once all are dropped.
    pub(crate) fn judge(&self, look: Look<'_>) -> Vec<Judged> {
        let stuck = self.stuck(&look.observer.owners);
        let idle = self
            .tasks
            .iter()
            .filter(|(task, _)| !stuck.contains_key(task));
        let owners = &look.observer.owners;
        let idle = idle.filter_map(|(&task, left)| left.judged_unawaited(self.holds(owners, task)));
        let mut judged: Vec<Judged> = idle.collect();
        let (alone, mut rest) = leave_out_ends(stuck);
        while let Some(knot) = Knot::first(&rest) {
            judged.push(self.deadlock(look, &knot));
            rest.retain(|task, _| !knot.members.contains(task) && !knot.hanging.contains(task));
        }
        let alone = alone
            .iter()
            .filter_map(|task| Some((*task, self.tasks.get(task)?)));
        judged.extend(alone.map(|(task, left)| {
            let (waits, holds) = (left.told.waits.clone(), self.holds(owners, task));
            left.judged(StuckTask { waits, holds }.into())
        }));
        judged
    }

    /// All of them as tasks that nobody awaited.
    pub(crate) fn unawaited(&self, look: Look<'_>) -> Vec<Judged> {
        let owners = &look.observer.owners;
        let left = self.tasks.iter();
        left.filter_map(|(&task, left)| left.judged_unawaited(self.holds(owners, task)))
            .collect()
    }

    /// What this task alone had, and others waited for.
    fn holds(&self, owners: &Owners, task: TaskNo) -> Vec<Holding> {
        let its_own = |(hold, taker, _): &&(Hold, TaskNo, Holding)| {
            owners.of_hold(*hold, *taker) == Ownership::Task(task)
        };
        let holds = self.holds.iter().filter(its_own);
        holds.map(|(_, _, holding)| holding.clone()).collect()
    }

    /// Those that can never go on, and for whom of them each waits.
    fn stuck(&self, owners: &Owners) -> BTreeMap<TaskNo, Vec<Edge>> {
        // An abort and the close of a semaphore are ways out, too, but nothing that a task waits for.
        let with_givers = |task: TaskNo, left: &LeftTask| -> Vec<(Option<Awaits>, Givers)> {
            let waits = left.waits.iter();
            let waits = waits.map(|wait| (Some(wait.awaits), givers(&wait.needs, owners)));
            let handles = owners.of_handles(task, left.handles).into_iter();
            let abort = (left.handles > 0).then(|| (None, any_of(handles)));
            let closable = left.waits.iter().filter_map(|wait| wait.closable);
            let closings =
                closable.map(|semaphore| (None, any_of([owners.of_end(semaphore)].into_iter())));
            waits.chain(abort).chain(closings).collect()
        };
        let waits: BTreeMap<TaskNo, Vec<(Option<Awaits>, Givers)>> = self
            .tasks
            .iter()
            .map(|(&task, left)| (task, with_givers(task, left)))
            .collect();
        let mut behind: BTreeMap<TaskNo, Vec<TaskNo>> = BTreeMap::new();
        for (&task, waits) in &waits {
            for giver in waits.iter().flat_map(|(_, givers)| givers.tasks()) {
                behind.entry(*giver).or_default().push(task);
            }
        }
        let mut stuck: BTreeSet<TaskNo> = waits.keys().copied().collect();
        let mut to_look_at: Vec<TaskNo> = waits.keys().copied().collect();
        while let Some(task) = to_look_at.pop() {
            let goes_on = self.tasks[&task].could_go_on
                || waits[&task]
                    .iter()
                    .any(|(_, givers)| givers.may_give(&stuck));
            if goes_on && stuck.remove(&task) {
                to_look_at.extend(behind.get(&task).into_iter().flatten());
            }
        }
        let edges = |from: TaskNo| {
            let waits = waits[&from].iter();
            let edges = waits.flat_map(|&(awaits, ref givers)| {
                let tasks = givers.tasks().iter().filter(|to| stuck.contains(to));
                tasks.filter_map(move |&to| {
                    let awaits = awaits?;
                    Some(Edge { from, awaits, to })
                })
            });
            edges.collect()
        };
        stuck.iter().map(|&task| (task, edges(task))).collect()
    }

    fn deadlock(&self, look: Look<'_>, knot: &Knot) -> Judged {
        let members = knot.members.iter().chain(&knot.hanging);
        let waiting = members.filter_map(|task| Some(self.tasks.get(task)?.told.clone()));
        let deadlock = Deadlock {
            others_go_on: false,
            main_ended: true,
            waiting: waiting.collect(),
            cycle: look.edges(&knot.cycle),
            unreceived: Vec::new(),
            left_alone: Vec::new(),
            paused: look.paused_hosts(),
        };
        Judged {
            detail: deadlock.into(),
            task: None,
            place: None,
        }
    }
}

impl LeftTask {
    fn judged_unawaited(&self, holds: Vec<Holding>) -> Option<Judged> {
        let doing = self.unawaited.clone()?;
        Some(self.judged(UnawaitedTask { doing, holds }.into()))
    }

    fn judged(&self, detail: Detail) -> Judged {
        Judged {
            detail,
            task: Some(self.told.task.clone()),
            place: Some(self.place.clone()),
        }
    }
}

/// How many tasks wait for the end of each.
fn awaited(look: Look<'_>, slots: &[u32]) -> BTreeMap<TaskNo, u32> {
    let mut awaited = BTreeMap::new();
    for slot in slots {
        for wait in look.observer.waits.of(look.kernel, *slot) {
            if let Awaits::Task(task) = wait.awaits {
                *awaited.entry(task).or_default() += 1;
            }
        }
    }
    awaited
}

fn left_task(
    look: Look<'_>,
    graph: &Graph<'_>,
    slot: u32,
    awaited: &BTreeMap<TaskNo, u32>,
) -> LeftTask {
    let waits = look.observer.waits.of(look.kernel, slot);
    let wait = |wait: &OpenWait| LeftWait::new(look, graph, wait);
    let server = look
        .kernel
        .hosts
        .is_server(look.kernel.tasks.row(slot).host);
    LeftTask {
        could_go_on: may_be_woken_unseen(look, slot),
        handles: spare_handles(look, slot, awaited),
        waits: waits.map(wait).collect(),
        told: look.waiting_task(graph, slot),
        place: look.kernel.tasks.place(slot).into(),
        unawaited: (!server).then(|| unawaited_task::doing(look, graph, slot)),
    }
}

/// How many handles of the task in this slot there are, if by one of them at least nobody awaits it: it may be there to abort it.
fn spare_handles(look: Look<'_>, slot: u32, awaited: &BTreeMap<TaskNo, u32>) -> u32 {
    let number = look.kernel.tasks.row(slot).number;
    let cell = look.kernel.tasks.cell(slot);
    let handles = cell.map_or(0, |cell| cell.header().handles());
    match handles > awaited.get(&number).copied().unwrap_or_default() {
        true => handles,
        false => 0,
    }
}

/// Whether the task in this slot is ready; or somebody may have its waker whom the run does not see.
fn may_be_woken_unseen(look: Look<'_>, slot: u32) -> bool {
    let number = look.kernel.tasks.row(slot).number;
    let Some(cell) = look.kernel.tasks.cell(slot) else {
        return false;
    };
    let mut known = look.observer.waits.known(number);
    // A combinator has the task's waker, and gives others to its futures: who has those is not known.
    let kept = look.observer.resources.kept_wakers(number);
    let count = known.clone().count();
    let seen = known.all(|wait| wait.own) && wakers(cell) <= count + kept;
    count == 0 || cell.header().is_queued() || !seen
}

/// What may be told of tasks that are left.
pub(crate) const KINDS: &[FindingKind] = &[
    FindingKind::Deadlock,
    FindingKind::StuckTask,
    FindingKind::UnawaitedTask,
];
