//! Futures that were made and never polled: asyncio's "coroutine was never awaited".
//!
//! Our own futures know the line that made them, and say so when they are dropped unpolled. A user's
//! future does with [`must_await`], or with `#[reweave::must_await]` on its `async fn`.
//!
//! A branch that `select!` did not take because another was ready first is in order; `select!` says so with
//! [`Discard`].

use std::cell::Cell;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::api::counting::poll_counted;
use crate::base::place::Place;
use crate::base::place::caller;
use crate::kernel::moment::Moment;
use crate::run::context;

/// Reports a future that is dropped before its first poll.
///
/// Told is only what nothing else explains. A future that was there while others were polled may have lost to them in a
/// combinator, or may have been offered to one by reference; one on the heap may have been dropped with a collection. So a
/// future is told of that is dropped where it stood as a variable, with nothing polled since it was made; and if none that was
/// made at the same place was polled in this run, for where one is, the way to it may only have ended early this time.
#[derive(Debug)]
pub(crate) struct Unpolled {
    /// `None` once polled.
    made: Option<Place>,
    when: Moment,
    what: &'static str,
}

impl Unpolled {
    pub(crate) fn new(place: Place, what: &'static str) -> Unpolled {
        let now = context::try_with(|cx| cx.moment());
        Unpolled::made_now(place, what, now.unwrap_or_default())
    }

    /// One that is made at this moment.
    #[inline]
    pub(crate) fn made_now(place: Place, what: &'static str, now: Moment) -> Unpolled {
        Unpolled {
            made: Some(place),
            when: now,
            what,
        }
    }

    /// The future was polled.
    #[inline(always)]
    pub(crate) fn polled(&mut self) {
        if let Some(place) = self.made.take() {
            context::try_with(|cx| {
                if cx.scope().is_recorded() {
                    cx.run().polled_from(place);
                }
            });
        }
    }
}

impl Unpolled {
    #[cold]
    fn report(&self, place: Place) {
        // A panic, or the end of the run, drops whatever a task holds: that a future was unpolled is then no mistake.
        if std::thread::panicking() {
            return;
        }
        context::try_with(|cx| {
            let explained =
                self.when != cx.moment() || !cx.is_a_variable(std::ptr::from_ref(self).addr());
            let mut run = cx.run();
            if !explained && !cx.scope().discards.is_discarding() && !run.is_cutting_off() {
                run.found_unpolled(self.what, place);
            }
        });
    }
}

impl Drop for Unpolled {
    #[inline]
    fn drop(&mut self) {
        if let Some(place) = self.made {
            self.report(place);
        }
    }
}

pin_project! {
    /// The future of [`must_await`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct MustAwait<F> {
        #[pin]
        future: F,
        unpolled: Unpolled,
    }
}

/// Makes it a finding ([`never_awaited`](crate::FindingKind::NeverAwaited), level warn unless set otherwise) when this
/// future is dropped and was never polled.
///
/// No finding is made where something explains it: another operation was done, or another future with this mark polled,
/// since it was made, to which it may have lost in a combinator; it lay on the heap, in a collection; it was the branch of a
/// `select!`, or the future of a [`timeout`](crate::time::timeout) that has elapsed; a panic unwinds, or the run ends. Outside
/// a simulation the wrapper only passes polls on.
///
/// For an `async fn`, the attribute [`must_await`](macro@crate::must_await) does the same at every call.
///
/// ```
/// let run = reweave::Sim::new().run(async {
///     let forgotten = reweave::must_await(async { unreachable!("nobody polls it") });
///     drop(forgotten);
/// });
/// assert_eq!(run.findings()[0].kind(), reweave::FindingKind::NeverAwaited);
/// ```
///
/// # Cancel safety
///
/// As cancel safe as the wrapped future: the wrapper keeps nothing but whether it was polled. Dropping it after its first
/// poll is no finding.
#[track_caller]
pub fn must_await<F: IntoFuture>(future: F) -> MustAwait<F::IntoFuture> {
    let unpolled = Unpolled::new(caller(), short_name(std::any::type_name::<F::IntoFuture>()));
    MustAwait {
        future: future.into_future(),
        unpolled,
    }
}

/// `fetch` for the future of `async fn fetch`.
fn short_name(type_name: &'static str) -> &'static str {
    match crate::base::ids::name_of_type(type_name) {
        "task" => "must_await",
        name => name,
    }
}

impl<F: Future> Future for MustAwait<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.unpolled.polled();
        context::try_with(|cx| cx.scope().discards.count_other());
        poll_counted(cx, |cx| this.future.poll(cx))
    }
}

/// Once begun and until dropped, futures that are dropped have lost in a `select!`: to be unpolled is no finding, and to
/// stand at a scheduling point no mistake.
#[derive(Debug, Default)]
pub struct Discard {
    begun: Cell<bool>,
}

impl Discard {
    /// A guard that has not begun.
    pub fn new() -> Discard {
        Discard::default()
    }

    /// Futures dropped unpolled from now on, until this guard is dropped, are no finding.
    pub fn begin(&self) {
        if !self.begun.replace(true) {
            context::try_with(|cx| {
                cx.scope().discards.count_other();
                std::mem::forget(cx.scope().discards.discard());
                cx.scope().discards.begin_losing();
            });
        }
    }
}

impl Drop for Discard {
    fn drop(&mut self) {
        if self.begun.get() {
            context::try_with(|cx| {
                cx.scope().discards.end_discard();
                cx.scope().discards.end_losing();
            });
        }
    }
}

/// Placed before a field, with a [`DiscardUntil`] after it: fields are dropped in order of declaration, so while that field
/// is dropped, futures in it that were never polled are no finding, provided that both are armed.
#[derive(Debug, Default)]
pub(crate) struct DiscardFrom {
    pub(crate) armed: bool,
}

impl Drop for DiscardFrom {
    fn drop(&mut self) {
        if self.armed {
            context::try_with(|cx| std::mem::forget(cx.scope().discards.discard()));
        }
    }
}

/// See [`DiscardFrom`].
#[derive(Debug, Default)]
pub(crate) struct DiscardUntil {
    pub(crate) armed: bool,
}

impl Drop for DiscardUntil {
    fn drop(&mut self) {
        if self.armed {
            context::try_with(|cx| cx.scope().discards.end_discard());
        }
    }
}
