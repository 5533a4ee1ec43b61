//! Notify: tells tasks that something happened, and says nothing about what.
//!
//! ```text
//!   notify_one      the first in line, else the next to come: one permit is kept, not two
//!   notify_last     the last in line, else as above
//!   notify_waiters  all whose `notified()` was called before, even if it was never polled; keeps nothing
//! ```
//!
//! That last rule is kept with a count of `notify_waiters` calls: a [`Notified`] knows the count at its birth.
//!
//! A future that got the notification of a `notify_one` or `notify_last`, and is dropped before it was polled again, passes
//! it on to the next, so that no notification is lost.

mod listeners;

use std::future::{Future, poll_fn};
use std::marker::PhantomPinned;
use std::ops::Deref;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use self::listeners::{Begin, Served, Stage, State};
use super::guarded::Guarded;
use super::op::Op;
use super::queue::WaitQueue;
use super::resource::Tag;
use super::wakers::Wakers;
use crate::api::preempt;
use crate::base::place::{Place, caller};
use crate::base::resource::{Action, ResourceKind, Want};
use crate::record::fact::Fact;
use crate::run::context::look;

/// Tells tasks that wait that something happened.
///
/// ```
/// use reweave::sync::Notify;
/// use std::sync::Arc;
///
/// # reweave::Sim::new().run(async {
/// let changed = Arc::new(Notify::new());
/// let listener = reweave::spawn({
///     let changed = changed.clone();
///     async move { changed.notified().await }
/// });
/// changed.notify_one();
/// listener.await.unwrap();
/// # }).unwrap();
/// ```
pub struct Notify {
    state: Guarded<State>,
}

/// What is known of a wait whose look found nothing.
#[derive(Clone, Copy, Default)]
pub(super) struct Missing {
    /// Whether it is a receiver's that has had nothing yet.
    pub(super) fresh: bool,
}

impl Notify {
    /// Without a notification.
    #[track_caller]
    pub fn new() -> Notify {
        Notify::with(Tag::made_here(ResourceKind::Notify), None).numbered()
    }

    /// [`Notify::new`] for a `static`.
    pub const fn const_new() -> Notify {
        Notify::with(Tag::new(ResourceKind::Notify), None)
    }

    /// One that is a part of another primitive, bears its name, and puts nothing onto the trace. Those who wait
    /// wait for `part` of it.
    pub(super) const fn part(tag: Tag, part: Want) -> Notify {
        Notify::with(tag, Some(part))
    }

    /// It is made by the running code, and by no constant.
    pub(super) fn numbered(self) -> Notify {
        Notify {
            state: self.state.numbered(),
        }
    }

    /// What it is a part of is looked at or changed.
    #[inline(always)]
    pub(super) fn touch(&self) {
        self.state.touch();
    }

    const fn with(tag: Tag, part: Option<Want>) -> Notify {
        let state = State {
            line: WaitQueue::new(),
            kept: false,
            rounds: 0,
            tag,
            part,
        };
        Notify {
            state: Guarded::new(state),
        }
    }

    /// Waits for a notification.
    ///
    /// It takes part in [`Notify::notify_waiters`] from now on, in [`Notify::notify_one`] once it is polled, or
    /// [enabled](Notified::enable).
    ///
    /// ```
    /// use reweave::sync::Notify;
    ///
    /// # reweave::Sim::new().run(async {
    /// let done = Notify::new();
    /// done.notify_one();
    /// // One notification is kept for the next to come.
    /// done.notified().await;
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a notification of [`Notify::notify_one`] or [`Notify::notify_last`] that it got and did not return is passed on
    /// to another who waits, or kept for the next to come. Dropped, it has lost its place in line; and a
    /// [`Notify::notify_waiters`] that it has not returned is lost to its task.
    #[track_caller]
    pub fn notified(&self) -> Notified<'_> {
        preempt::here();
        Notified {
            inner: Listen::new(self, Op::at(caller(), Action::Await)),
            pinned: PhantomPinned,
        }
    }

    /// An operation of the primitive that this is a part of: waits until `look` finds something. It looks at first, and again
    /// after each notification, and may lock what it likes.
    pub(super) fn wait_until<R>(
        &self,
        place: Place,
        action: Action,
        mut look: impl FnMut() -> Option<R>,
    ) -> impl Future<Output = R> {
        self.wait_for(place, action, move || look().ok_or(Missing::default()))
    }

    /// [`Notify::wait_until`] that also says of what kind the wait is.
    pub(super) async fn wait_for<R>(
        &self,
        place: Place,
        action: Action,
        mut look: impl FnMut() -> Result<R, Missing>,
    ) -> R {
        let mut op = Op::at(place, action);
        poll_fn(|cx| op.poll(cx, &self.state, &mut Begin)).await;
        loop {
            // Made before the look, so that a notification in between is not missed.
            let mut notified = Listen::new(self, Op::after_point(place, action));
            match look() {
                Ok(found) => return found,
                Err(Missing { fresh }) => notified.op.set_fresh(fresh),
            }
            poll_fn(|cx| notified.poll(cx)).await;
        }
    }

    /// [`Notify::notified`] with a future that owns its `Notify`.
    ///
    /// ```
    /// use reweave::sync::Notify;
    /// use std::sync::Arc;
    ///
    /// # reweave::Sim::new().run(async {
    /// let done = Arc::new(Notify::new());
    /// let waiting = reweave::spawn(done.clone().notified_owned());
    /// done.notify_one();
    /// waiting.await.unwrap();
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// As [`Notify::notified`].
    #[track_caller]
    pub fn notified_owned(self: Arc<Self>) -> OwnedNotified {
        preempt::here();
        OwnedNotified {
            inner: Listen::new(self, Op::at(caller(), Action::Await)),
            pinned: PhantomPinned,
        }
    }

    /// Notifies the one that has waited longest; if there is none, the next that comes.
    #[track_caller]
    pub fn notify_one(&self) {
        let _point = preempt::around();
        self.notify(Served::First);
    }

    /// Notifies the one that came last; if there is none, the next that comes.
    #[track_caller]
    pub fn notify_last(&self) {
        let _point = preempt::around();
        self.notify(Served::Last);
    }

    fn notify(&self, whom: Served) {
        let mut woken = Wakers::new();
        look!(here => {
            let mut state = self.state.lock();
            state.emit(here.as_deref_mut(), |resource| Fact::Notified { resource });
            state.serve(whom, &mut woken);
            state.tell_granted(here, &woken);
        });
        woken.wake();
    }

    /// Notifies all that wait now, first come first, and nobody who comes later.
    #[track_caller]
    pub fn notify_waiters(&self) {
        let _point = preempt::around();
        self.notify_all();
    }

    /// [`Notify::notify_waiters`] as a part of another call, which has its own points.
    pub(super) fn notify_all(&self) {
        self.serve_all().wake();
    }

    /// Notifies all that wait now; whose task is woken first is drawn.
    pub(super) fn notify_waiters_in_any_order(&self) {
        self.serve_all().wake_in_any_order();
    }

    fn serve_all(&self) -> Wakers {
        let mut woken = Wakers::new();
        look!(here => {
            let mut state = self.state.lock();
            let heard = !state.line.is_empty();
            let fact = |resource| Fact::NotifiedAll { resource, heard };
            state.emit(here.as_deref_mut(), fact);
            state.rounds += 1;
            while let Some(front) = state.line.front() {
                let waiter = state.line.unlink(front);
                waiter.served = Some(Served::WithAll);
                woken.grant(waiter.waker.take(), waiter.wait);
            }
            state.tell_granted(here, &woken);
        });
        woken
    }
}

impl Default for Notify {
    #[track_caller]
    fn default() -> Notify {
        Notify::new()
    }
}

impl UnwindSafe for Notify {}
impl RefUnwindSafe for Notify {}

impl std::fmt::Debug for Notify {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = self.state.lock();
        let (waiters, notified) = (!state.line.is_empty(), state.kept);
        f.debug_struct("Notify")
            .field("has_waiters", &waiters)
            .field("notified", &notified)
            .finish()
    }
}

/// What both kinds of future do.
#[derive(Debug)]
struct Listen<N: Deref<Target = Notify>> {
    notify: N,
    op: Op,
    stage: Stage,
}

impl<N: Deref<Target = Notify>> Listen<N> {
    fn new(notify: N, op: Op) -> Listen<N> {
        let rounds = notify.state.lock().rounds;
        Listen {
            notify,
            op,
            stage: Stage::New { rounds },
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.op.poll(cx, &self.notify.state, &mut self.stage)
    }

    /// Gets into the queue as one whom nobody wakes, unless it is notified. Says whether it is.
    fn enable(&mut self) -> bool {
        self.op.pass_point();
        let state = &mut *self.notify.state.lock();
        let notified = self.stage.is_notified(state);
        match notified {
            true => self.stage.take(state),
            false => _ = self.stage.queue(state),
        }
        notified
    }
}

impl<N: Deref<Target = Notify>> Drop for Listen<N> {
    fn drop(&mut self) {
        let Stage::Queued(key) = self.stage else {
            return;
        };
        let mut woken = Wakers::new();
        let waiter = look!(here => {
            let mut state = self.notify.state.lock();
            let waiter = state.line.remove(key);
            if let Some(whom @ (Served::First | Served::Last)) = waiter.served {
                state.serve(whom, &mut woken);
                state.tell_granted(here, &woken);
            }
            waiter
        });
        drop(waiter);
        woken.wake();
    }
}

pin_project_lite::pin_project! {
    /// Waits for a notification; made by [`Notify::notified`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Notified<'a> {
        inner: Listen<&'a Notify>,
        // As tokio's, so that code written against this compiles against that.
        #[pin]
        pinned: PhantomPinned,
    }
}

pin_project_lite::pin_project! {
    /// Waits for a notification, and owns its [`Notify`]; made by [`Notify::notified_owned`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct OwnedNotified {
        inner: Listen<Arc<Notify>>,
        #[pin]
        pinned: PhantomPinned,
    }
}

/// Both futures are the same but for how they hold on to their `Notify`.
macro_rules! notified {
    ($Notified:ty) => {
        impl $Notified {
            /// Gets in line without being polled, so that a [`Notify::notify_one`] from now on is not missed. Says
            /// whether there is a notification already; then the future is done.
            pub fn enable(self: Pin<&mut Self>) -> bool {
                self.project().inner.enable()
            }
        }

        impl Future for $Notified {
            type Output = ();

            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
                self.project().inner.poll(cx)
            }
        }
    };
}

notified!(Notified<'_>);
notified!(OwnedNotified);
