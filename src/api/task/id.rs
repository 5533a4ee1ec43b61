//! Ids of tasks.

use std::fmt;

use crate::base::ids::TaskNo;
use crate::run::context;

/// The id of a task: its number in the order of spawns within its run, so the same in every run with
/// the same draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u64);

impl Id {
    pub(crate) fn new(number: TaskNo) -> Id {
        Id(u64::from(number.get()))
    }
}

task_local! {
    /// Set while the destructor of an output runs in another task: the task whose output it is, which is over.
    static LENT: Id;
}

impl Id {
    /// Runs `f` as code of this task.
    pub(super) fn lend<R>(self, f: impl FnOnce() -> R) -> R {
        LENT.sync_scope(self, f)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The id of the running task.
///
/// ```
/// # reweave::Sim::new().run(async {
/// let task = reweave::spawn(async { reweave::task::id() });
/// let id = task.id();
/// assert_eq!(task.await.unwrap(), id);
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// Outside a task that was spawned: also in `main`, as in tokio. [`try_id`] asks first.
#[track_caller]
pub fn id() -> Id {
    try_id().expect("`task::id` called outside a task that was spawned in a simulation")
}

/// The id of the running task; `None` outside a task that was spawned.
///
/// The future that a run is given, `main`, was not spawned and has no id, as in tokio.
///
/// ```
/// # reweave::Sim::new().run(async {
/// assert_eq!(reweave::task::try_id(), None);
/// assert!(reweave::spawn(async { reweave::task::try_id() }).await.unwrap().is_some());
/// # }).unwrap();
/// ```
pub fn try_id() -> Option<Id> {
    if let Ok(lent) = LENT.try_get() {
        return Some(lent);
    }
    let number = context::try_with(|cx| {
        let run = cx.run();
        run.running_slot().map(|_| run.current_task())
    });
    let spawned = number.flatten().filter(|&number| number != TaskNo::MAIN);
    spawned.map(Id::new)
}
