//! A barrier: nobody goes on until all are there.

use std::fmt;
use std::future::Future;

use super::guarded::Guarded;
use super::notify::Notify;
use super::resource::Tag;
use crate::base::place::Place;
use crate::base::place::caller;
use crate::base::resource::{Action, ResourceKind, Want};
use crate::record::fact::Amount;

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
    state: Guarded<State>,
    meeting: Notify,
}

struct State {
    /// How many rounds are over.
    rounds: u64,
    /// How many have come in this one.
    arrived: usize,
    tag: Tag,
}

impl Barrier {
    /// A barrier for `n` tasks; 0 counts as 1.
    #[track_caller]
    pub fn new(n: usize) -> Barrier {
        let mut tag = Tag::made_here(ResourceKind::Barrier);
        let state = State {
            rounds: 0,
            arrived: 0,
            tag: tag.share(),
        };
        Barrier {
            tasks: n.max(1),
            state: Guarded::made(state),
            meeting: Notify::part(tag, Want::Peers).numbered(),
        }
    }

    /// Waits until all have come. The last to come is the leader of the round.
    ///
    /// ```
    /// use reweave::sync::Barrier;
    /// use std::sync::Arc;
    ///
    /// # reweave::Sim::new().run(async {
    /// let start = Arc::new(Barrier::new(3));
    /// let runners: Vec<_> = (0..3)
    ///     .map(|_| {
    ///         let start = start.clone();
    ///         reweave::spawn(async move { start.wait().await.is_leader() })
    ///     })
    ///     .collect();
    /// let mut leaders = 0;
    /// for runner in runners {
    ///     leaders += u32::from(runner.await.unwrap());
    /// }
    /// assert_eq!(leaders, 1);
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: one that was polled counts as one that has come, also if it is dropped. To call `wait` again then counts
    /// twice.
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = BarrierWaitResult> {
        self.wait_at(caller())
    }

    async fn wait_at(&self, place: Place) -> BarrierWaitResult {
        let mut round = None;
        let leader = self.meeting.wait_until(place, Action::Meet, || {
            let mut state = self.state.lock();
            match round {
                None => {
                    round = Some(state.rounds);
                    state.arrive(self.tasks).then_some(true)
                }
                Some(round) => (round != state.rounds).then_some(false),
            }
        });
        let leader = leader.await;
        if leader {
            self.meeting.notify_waiters_in_any_order();
        }
        BarrierWaitResult(leader)
    }
}

impl State {
    /// Counts one that came. Says whether it was the last of the round.
    fn arrive(&mut self, tasks: usize) -> bool {
        self.arrived += 1;
        let last = self.arrived == tasks;
        if last {
            self.arrived = 0;
            self.rounds += 1;
        }
        let (there, of) = (self.arrived as u64, tasks as u64);
        self.tag.set_level(|| Amount::There { there, of });
        last
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arrived = self.state.lock().arrived;
        f.debug_struct("Barrier")
            .field("tasks", &self.tasks)
            .field("arrived", &arrived)
            .finish()
    }
}

/// What a wait at a [`Barrier`] found.
#[derive(Clone, Debug)]
pub struct BarrierWaitResult(bool);

impl BarrierWaitResult {
    /// Whether this task is the one in its round that came last.
    pub fn is_leader(&self) -> bool {
        self.0
    }
}
