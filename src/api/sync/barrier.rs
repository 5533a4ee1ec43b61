//! A barrier: nobody goes on until all are there.

use std::fmt;
use std::future::Future;

use super::guarded::Guarded;
use super::notify::Notify;
use super::resource::Tag;
use crate::base::place::Place;
use crate::base::place::caller;
use crate::base::resource::{Action, ResourceKind, Want};

/// Lets `n` tasks wait for each other, again and again.
///
/// Whose task goes on first is drawn. A wait that is dropped still counts as one that came.
///
/// ```
/// use reweave::sync::Barrier;
/// use std::sync::Arc;
///
/// # reweave::Sim::new().run(async {
/// let start = Arc::new(Barrier::new(2));
/// let other = reweave::spawn({
///     let start = start.clone();
///     async move { start.wait().await.is_leader() }
/// });
/// let leads = start.wait().await.is_leader();
/// assert_ne!(leads, other.await.unwrap());
/// # }).unwrap();
/// ```
pub struct Barrier {
    tasks: usize,
    /// How many have come in this round.
    arrived: Guarded<usize>,
    all_here: Notify,
}

impl Barrier {
    /// A barrier for `n` tasks; 0 counts as 1.
    pub fn new(n: usize) -> Barrier {
        let all_here = Notify::part(Tag::made_here(ResourceKind::Barrier), Want::Peers);
        Barrier {
            tasks: n.max(1),
            arrived: Guarded::new(0),
            all_here,
        }
    }

    /// Waits until all have come. The last to come is the leader of the round.
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = BarrierWaitResult> {
        self.wait_at(caller())
    }

    async fn wait_at(&self, place: Place) -> BarrierWaitResult {
        self.all_here.begin(place, Action::Meet).await;
        let Some(all_here) = self.arrive(place) else {
            self.all_here.notify_waiters_in_any_order();
            return BarrierWaitResult { leader: true };
        };
        all_here.await;
        BarrierWaitResult { leader: false }
    }

    /// Counts one that came; gives what it waits for, unless it is the last.
    fn arrive(&self, place: Place) -> Option<impl Future<Output = ()>> {
        let mut arrived = self.arrived.lock();
        *arrived += 1;
        if *arrived == self.tasks {
            *arrived = 0;
            return None;
        }
        Some(self.all_here.notified_at(place))
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arrived = *self.arrived.lock();
        f.debug_struct("Barrier")
            .field("tasks", &self.tasks)
            .field("arrived", &arrived)
            .finish()
    }
}

/// What a wait at a [`Barrier`] found.
#[derive(Clone, Debug)]
pub struct BarrierWaitResult {
    leader: bool,
}

impl BarrierWaitResult {
    /// Whether this task is the one in its round that came last.
    pub fn is_leader(&self) -> bool {
        self.leader
    }
}
