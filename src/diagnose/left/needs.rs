//! What must happen for a wait to end, and who could do it.
//!
//! What is needed is kept before the first task is dropped; who owned what is learnt as they are dropped ([`Owners`]). Both together
//! give the tasks that must go on for the wait to end.

use std::collections::BTreeSet;

use crate::base::ids::TaskNo;
use crate::base::resource::{ResourceKind, ResourceNo, Want};
use crate::base::span::FAR;
use crate::diagnose::look::Look;
use crate::observe::graph::Graph;
use crate::observe::owners::{Owners, Ownership};
use crate::observe::waits::{Awaits, OpenWait};
use crate::record::fact::Hold;

pub(super) struct LeftWait {
    pub(super) awaits: Awaits,
    pub(super) needs: Needs,
    /// The semaphore that it is for, if that can be closed, which ends the wait, too.
    pub(super) closable: Option<ResourceNo>,
}

impl LeftWait {
    pub(super) fn new(look: Look<'_>, graph: &Graph<'_>, wait: &OpenWait) -> LeftWait {
        LeftWait {
            awaits: wait.awaits,
            needs: needs(look, graph, wait),
            closable: closable(look, wait),
        }
    }
}

/// What must happen for a wait to end.
pub(super) enum Needs {
    /// What idle tasks wait for, or what anybody could do.
    Anybody,
    /// A timer that never fires.
    Never,
    /// This task ends.
    End(TaskNo),
    /// This task, which is ahead in line, is served or gives up. What it waits for itself is its own affair.
    Ahead(TaskNo),
    /// All of these let go.
    All(Vec<HoldOf>),
    /// One of these lets go.
    Any(Vec<HoldOf>),
    /// Who has the other end of this channel goes on, or one of these lets go.
    OtherEnd(ResourceNo, Vec<HoldOf>),
}

/// What is held, and the task that took it.
pub(super) type HoldOf = (Hold, TaskNo);

/// Who could end a wait.
pub(super) enum Givers {
    Anybody,
    /// Each of these must go on.
    All(Vec<TaskNo>),
    /// One of these must.
    Any(Vec<TaskNo>),
    /// Something stands in the way that nobody can take away, and these besides.
    Never(Vec<TaskNo>),
}

impl Givers {
    pub(super) fn tasks(&self) -> &[TaskNo] {
        match self {
            Givers::Anybody => &[],
            Givers::All(tasks) | Givers::Any(tasks) | Givers::Never(tasks) => tasks,
        }
    }

    /// Whether the wait may end if these tasks never go on.
    pub(super) fn may_give(&self, stuck: &BTreeSet<TaskNo>) -> bool {
        match self {
            Givers::Anybody => true,
            Givers::All(tasks) => !tasks.iter().any(|task| stuck.contains(task)),
            Givers::Any(tasks) => tasks.iter().any(|task| !stuck.contains(task)),
            Givers::Never(_) => false,
        }
    }
}

/// One that is older than the run lies in a static, where whoever closes it would close it for all runs.
fn closable(look: Look<'_>, wait: &OpenWait) -> Option<ResourceNo> {
    let Awaits::Resource(resource, Want::Itself) = wait.awaits else {
        return None;
    };
    let semaphore = look.resource(resource).kind == ResourceKind::Semaphore;
    let older = look.observer.resources.is_older(resource);
    (semaphore && !older).then_some(resource)
}

fn needs(look: Look<'_>, graph: &Graph<'_>, wait: &OpenWait) -> Needs {
    let (resource, want) = match wait.awaits {
        Awaits::Timer(FAR) => return Needs::Never,
        Awaits::Timer(_) | Awaits::AnyTask(_) => return Needs::Anybody,
        Awaits::Task(task) => return Needs::End(task),
        Awaits::Resource(resource, want) => (resource, want),
    };
    if wait.granted.is_some() {
        return Needs::Anybody;
    }
    let resources = &look.observer.resources;
    let kind = look.resource(resource).kind;
    let holds = || {
        let holders = resources.holders(resource).iter();
        holders.map(|held| (held.hold, held.task)).collect()
    };
    match (want, kind) {
        (Want::Itself, ResourceKind::Semaphore)
            if !resources.has_fixed_permits(resource) || resources.has_unseen_holders(resource) =>
        {
            Needs::Anybody
        }
        (Want::Itself, _) => match (graph.ahead_of(wait), kind) {
            (Some(ahead), _) => Needs::Ahead(ahead),
            (None, ResourceKind::Semaphore) => Needs::Any(holds()),
            (None, _) => Needs::All(holds()),
        },
        (Want::Room, ResourceKind::Mpsc) | (Want::Value, ResourceKind::Oneshot) => {
            Needs::OtherEnd(resource, holds())
        }
        (Want::Close, ResourceKind::Mpsc | ResourceKind::UnboundedMpsc) => {
            Needs::OtherEnd(resource, Vec::new())
        }
        (
            Want::Room
            | Want::Value
            | Want::Close
            | Want::Message
            | Want::Change
            | Want::Notification
            | Want::Peers
            | Want::Bytes
            | Want::Connection
            | Want::Handshake
            | Want::Datagram
            | Want::Signal,
            _,
        ) => Needs::Anybody,
    }
}

pub(super) fn givers(needs: &Needs, owners: &Owners) -> Givers {
    let owner = |&(hold, taker): &HoldOf| owners.of_hold(hold, taker);
    match needs {
        Needs::Anybody => Givers::Anybody,
        Needs::Never => Givers::Never(Vec::new()),
        Needs::End(task) | Needs::Ahead(task) => Givers::All(vec![*task]),
        Needs::All(holds) => {
            let known = holds.iter().filter_map(|taken| match owner(taken) {
                Ownership::Task(task) => Some(task),
                Ownership::Anybody | Ownership::Nobody => None,
            });
            let tasks = known.collect();
            match holds.iter().any(|taken| owner(taken) == Ownership::Nobody) {
                true => Givers::Never(tasks),
                false => Givers::All(tasks),
            }
        }
        Needs::Any(holds) if holds.is_empty() => Givers::Anybody,
        Needs::Any(holds) => any_of(holds.iter().map(owner)),
        Needs::OtherEnd(resource, kept) => {
            any_of(kept.iter().map(owner).chain([owners.of_end(*resource)]))
        }
    }
}

/// Any of several is enough.
pub(super) fn any_of(owners: impl Iterator<Item = Ownership>) -> Givers {
    let mut tasks = Vec::new();
    for owner in owners {
        match owner {
            Ownership::Task(task) => tasks.push(task),
            Ownership::Anybody => return Givers::Anybody,
            Ownership::Nobody => {}
        }
    }
    Givers::Any(tasks)
}
