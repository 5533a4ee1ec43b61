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
//! A future that was served by `notify_one` and is dropped before it sees that hands it on, so that no
//! notification is lost.

use std::future::{Future, poll_fn};
use std::marker::PhantomPinned;
use std::ops::Deref;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use super::guarded::Guarded;
use super::op::Op;
use super::queue::{Key, WaitQueue};
use super::resource::Tag;
use super::wakers::{Wakers, store};
use crate::base::place::Place;
use crate::base::place::caller;
use crate::base::resource::{Action, ResourceKind, ResourceNo, Want};
use crate::observe::waits::WaitKey;
use crate::record::fact::Fact;
use crate::run::context::{Here, look};

/// Wakes tasks that wait for news.
///
/// ```
/// use reweave::sync::Notify;
/// use std::sync::Arc;
///
/// # reweave::Sim::new().run(async {
/// let news = Arc::new(Notify::new());
/// let listener = reweave::spawn({
///     let news = news.clone();
///     async move { news.notified().await }
/// });
/// news.notify_one();
/// listener.await.unwrap();
/// # }).unwrap();
/// ```
pub struct Notify {
    state: Guarded<State>,
}

struct State {
    line: WaitQueue<Waiter>,
    /// A `notify_one` that found nobody in line.
    kept: bool,
    /// How often all were notified.
    rounds: u64,
    tag: Tag,
    /// What those who wait want, if it is a part of another primitive.
    part: Option<Want>,
}

struct Waiter {
    waker: Option<Waker>,
    served: Option<Served>,
    wait: Option<WaitKey>,
}

/// By what a waiter was served, and so whom its notification goes to if it is dropped unseen.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Served {
    First,
    Last,
    WithAll,
}

impl Notify {
    /// Without a notification.
    pub fn new() -> Notify {
        Notify::with(Tag::made_here(ResourceKind::Notify), None)
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
    #[track_caller]
    pub fn notified(&self) -> Notified<'_> {
        Notified {
            inner: Listen::new(self, Op::at(caller(), Action::Await)),
            pinned: PhantomPinned,
        }
    }

    /// The part of another primitive's operation that waits. The operation has had its [point](Notify::begin).
    pub(super) fn notified_at(&self, place: Place) -> Notified<'_> {
        Notified {
            inner: Listen::new(self, Op::after_point(place, Action::Await)),
            pinned: PhantomPinned,
        }
    }

    /// The scheduling point of another primitive's operation.
    pub(super) async fn begin(&self, place: Place, action: Action) {
        let mut op = Op::at(place, action);
        poll_fn(|cx| op.poll_begin(cx, &self.state, |state| &mut state.tag)).await;
    }

    /// [`Notify::notified`] with a future that owns its `Notify`.
    #[track_caller]
    pub fn notified_owned(self: Arc<Self>) -> OwnedNotified {
        OwnedNotified {
            inner: Listen::new(self, Op::at(caller(), Action::Await)),
            pinned: PhantomPinned,
        }
    }

    /// Notifies the one that has waited longest; if there is none, the next that comes.
    pub fn notify_one(&self) {
        self.notify(Served::First);
    }

    /// Notifies the one that came last; if there is none, the next that comes.
    pub fn notify_last(&self) {
        self.notify(Served::Last);
    }

    fn notify(&self, whom: Served) {
        let mut woken = Wakers::new();
        look!(here => {
            let mut state = self.state.lock();
            state.emit(here.as_deref_mut(), |resource| Fact::Notified { resource });
            state.serve(whom, &mut woken);
            state.granted(here, &woken);
        });
        woken.wake();
    }

    /// Notifies all that wait now, first come first, and nobody who comes later.
    pub fn notify_waiters(&self) {
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
            state.granted(here, &woken);
        });
        woken
    }
}

impl State {
    #[inline]
    fn emit(&mut self, here: Option<&mut Here<'_>>, fact: impl FnOnce(ResourceNo) -> Fact) {
        if self.part.is_none() {
            self.tag.emit(here, fact);
        }
    }

    /// Notes who was served. That is no event of its own: that somebody notifies, and who wakes, stands on the trace.
    fn granted(&self, here: Option<&mut Here<'_>>, woken: &Wakers) {
        if let Some(here) = here {
            for &wait in woken.granted() {
                here.run.grant_wait(wait);
            }
        }
    }

    fn serve(&mut self, whom: Served, woken: &mut Wakers) {
        let next = if whom == Served::Last {
            self.line.back()
        } else {
            self.line.front()
        };
        let Some(next) = next else {
            self.kept = true;
            return;
        };
        let waiter = self.line.unlink(next);
        waiter.served = Some(whom);
        woken.grant(waiter.waker.take(), waiter.wait);
    }
}

impl Default for Notify {
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

#[derive(Clone, Copy, Debug)]
enum Stage {
    /// Not in line. All were notified so often when it was made.
    New {
        rounds: u64,
    },
    InLine(Key),
    Done,
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

    /// Gets in line, or finds a notification. Without a waker it gets in line as one nobody wakes.
    fn poll(&mut self, waker: Option<&Waker>) -> Poll<()> {
        let mut state = self.notify.state.lock();
        let old = match self.stage {
            Stage::Done => return Poll::Ready(()),
            Stage::New { rounds } if rounds != state.rounds || std::mem::take(&mut state.kept) => {
                self.stage = Stage::Done;
                return Poll::Ready(());
            }
            Stage::New { .. } => {
                let waiter = Waiter {
                    waker: waker.cloned(),
                    served: None,
                    wait: None,
                };
                self.stage = Stage::InLine(state.line.push_back(waiter));
                None
            }
            Stage::InLine(key) => {
                let waiter = state.line.get_mut(key);
                if waiter.served.is_some() {
                    self.stage = Stage::Done;
                    let old = state.line.remove(key);
                    drop(state);
                    drop(old);
                    return Poll::Ready(());
                }
                waker.and_then(|waker| store(&mut waiter.waker, waker))
            }
        };
        if waker.is_some() {
            let want = state.part.unwrap_or(Want::Notification);
            self.op.waits(&mut state.tag, want);
            if let (Stage::InLine(key), Some(wait)) = (self.stage, self.op.wait()) {
                state.line.get_mut(key).wait = Some(wait);
            }
        }
        drop(state);
        drop(old);
        Poll::Pending
    }

    fn poll_with(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Stage::New { .. } = self.stage {
            let state = &self.notify.state;
            let point = self.op.poll_begin(cx, state, |state| &mut state.tag);
            ready!(point);
        }
        self.poll(Some(cx.waker()))
    }
}

impl<N: Deref<Target = Notify>> Drop for Listen<N> {
    fn drop(&mut self) {
        let Stage::InLine(key) = self.stage else {
            return;
        };
        let mut woken = Wakers::new();
        let mut state = self.notify.state.lock();
        let waiter = state.line.remove(key);
        if let Some(whom @ (Served::First | Served::Last)) = waiter.served {
            state.serve(whom, &mut woken);
            look!(here => state.granted(here, &woken));
        }
        drop(state);
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
                self.project().inner.poll(None).is_ready()
            }
        }

        impl Future for $Notified {
            type Output = ();

            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
                self.project().inner.poll_with(cx)
            }
        }
    };
}

notified!(Notified<'_>);
notified!(OwnedNotified);
