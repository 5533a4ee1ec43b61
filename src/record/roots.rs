//! What tasks that wait for ever wait for in the end.
//!
//! Most of them only follow from another:
//!
//! ```text
//!   main ── its end ──► main/a ── lock#1, which it holds ──► main/b ── a message of mpsc#1     the root
//!   main/c ── a notification of notify#1                                                       a bystander
//! ```
//!
//! A wait for the end of a task, or for what a task holds or stands before, says nothing that the wait of that task does not
//! say. A wait for a message or for bytes does: who has the sender or the other end need not be the one who would send. So it is
//! a root, and so is what those wait for in their turn.

use std::collections::BTreeSet;

use super::waiting::{Awaited, Keeper, Kept, Owner, Role, Wait, WaitingTask};

/// The roots of what `main` waits for, or, without `main`, the task that was spawned first.
pub(super) fn roots(waiting: &[WaitingTask]) -> Vec<&Wait> {
    let main = waiting.iter().position(|task| task.task == "main");
    let Some(first) = waiting.get(main.unwrap_or(0)) else {
        return Vec::new();
    };
    let mut reached = vec![first];
    let mut seen = BTreeSet::from([first.task.as_str()]);
    let mut roots = Vec::new();
    let mut at = 0;
    while let Some(&task) = reached.get(at) {
        at += 1;
        for wait in &task.waits {
            let next: Vec<_> = next(task, wait, waiting).collect();
            if next.is_empty() || !is_consequence(wait) {
                roots.push(wait);
            }
            let new = next.into_iter().filter(|task| seen.insert(&task.task));
            reached.extend(new);
        }
    }
    match roots.is_empty() {
        // In a circle.
        true => reached.iter().flat_map(|task| &task.waits).collect(),
        false => roots,
    }
}

/// Whether this is no more than that those do not go on without whom it does not.
fn is_consequence(wait: &Wait) -> bool {
    match &wait.awaited {
        Awaited::Task(_) | Awaited::AnyTask(_) => true,
        Awaited::Resource { .. } => wait.keepers.is_empty() && !wait.owners.iter().any(is_unsure),
        Awaited::Timer(_) => false,
    }
}

fn is_unsure(owner: &Owner) -> bool {
    match owner.role {
        Role::OtherEnd => true,
        Role::Holder
        | Role::Reader
        | Role::Writer
        | Role::Grantee
        | Role::Ahead
        | Role::Receiver => false,
    }
}

/// Those of the tasks that wait without whom this wait of a task does not end.
fn next<'w>(
    task: &'w WaitingTask,
    wait: &'w Wait,
    waiting: &'w [WaitingTask],
) -> impl Iterator<Item = &'w WaitingTask> {
    let is_next = move |other: &&WaitingTask| match &wait.awaited {
        Awaited::Task(path) => other.task == *path,
        // It is not told which they are; as a rule, the task spawned them.
        Awaited::AnyTask(_) => is_below(&other.task, &task.task),
        Awaited::Resource { .. } | Awaited::Timer(_) => {
            wait.owners.iter().any(|owner| owner.task == other.task)
                || wait.keepers.iter().any(|keeper| has(keeper, &other.task))
        }
    };
    waiting.iter().filter(is_next)
}

fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// Whether this task alone could send with the sender that was kept so.
fn has(keeper: &Keeper, task: &str) -> bool {
    match &keeper.kept {
        Kept::Alone(alone) => alone == task,
        Kept::Message { receiver, .. } => receiver.as_deref() == Some(task),
        Kept::Last(_) | Kept::NoTask => false,
    }
}
