//! `select!`, `join!`, `try_join!` and `pin!`, as users call them, and what the first needs at run time. They are parsed in
//! `reweave-macros`.

use std::task::{Context, Poll};

use crate::api::idle::Idle;
use crate::api::point::Point;
use crate::api::task::coop;
use crate::base::place::{Place, caller};
use crate::base::touched;
use crate::observe::waits::Wakes;
use crate::run::context::{self, look};

/// Waits on several futures in one task, and goes on with the first that is ready; drops the others.
///
/// Grammar and meaning are those of `tokio::select!`. Each branch is `pattern = future, if precondition => handler`. A
/// branch whose precondition is `false`, or whose output does not match its pattern, is disabled; when all are, `else`
/// runs. Handlers run in the task, after the other futures were dropped, and may use `?`, `break` and `return`. Which
/// branch is polled first is a draw; `biased;` at the beginning polls them in the order in which they are written.
///
/// ```
/// use reweave::time::{Duration, sleep};
///
/// # reweave::Sim::new().run(async {
/// let first = reweave::select! {
///     _ = sleep(Duration::from_secs(2)) => "slow",
///     _ = sleep(Duration::from_secs(1)) => "fast",
/// };
/// assert_eq!(first, "fast");
/// # }).unwrap();
/// ```
///
/// In a loop, a future that should go on is polled by reference:
///
/// ```
/// use reweave::sync::mpsc;
/// use reweave::time::{Duration, sleep};
///
/// # reweave::Sim::new().run(async {
/// let (sender, mut orders) = mpsc::channel(4);
/// sender.send("tea").await.unwrap();
/// let mut closing = std::pin::pin!(sleep(Duration::from_secs(1)));
/// let mut served = 0;
/// loop {
///     reweave::select! {
///         biased;
///         Some(_) = orders.recv() => served += 1,
///         () = &mut closing => break,
///     }
/// }
/// assert_eq!(served, 1);
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// When one branch is ready, the futures of all others are dropped wherever they are. Progress that such a future made and
/// kept in itself is lost; so each must be cancel safe, or be polled by reference (`&mut future`). What is safe is said
/// in the section of this name in the docs of each operation. A dropped branch that was never polled is no finding; a
/// future polled by reference that is given a lock or a permit, and is then polled no more while others wait for it, is one
/// ([`futurelock`](crate::FindingKind::Futurelock)).
///
/// A `select!` itself is dropped with the futures of all its branches.
///
/// # Panics
///
/// If all branches are disabled and there is no `else`.
#[macro_export]
macro_rules! select {
    ($($t:tt)*) => { $crate::__private::select_internal! { $crate; $($t)* } };
}

/// Waits for all of several futures, in one task; gives their outputs as a tuple.
///
/// Which future is polled first moves on by one with every poll; `biased;` at the beginning makes it always the first.
/// Futures that should run as tasks of their own go into a [`JoinSet`](crate::task::JoinSet).
///
/// ```
/// use reweave::time::{Duration, Instant, sleep};
///
/// # reweave::Sim::new().run(async {
/// let start = Instant::now();
/// let (one, two) = reweave::join!(
///     async { sleep(Duration::from_secs(2)).await; "one" },
///     async { sleep(Duration::from_secs(3)).await; "two" },
/// );
/// assert_eq!((one, two), ("one", "two"));
/// assert_eq!(start.elapsed(), Duration::from_secs(3));
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// Dropped before all are done, it drops all futures and the outputs that it has: not cancel safe, unless nothing is lost
/// with them.
#[macro_export]
macro_rules! join {
    ($($t:tt)*) => { $crate::__private::join_internal! { $crate; $($t)* } };
}

/// Waits for all of several futures, or for the first error.
///
/// Gives `Ok` with a tuple of the values, or the error that came first; then the other futures are dropped where they are.
/// The order of polls is that of [`join!`](crate::join).
///
/// ```
/// use reweave::time::{Duration, sleep};
///
/// # reweave::Sim::new().run(async {
/// let both = reweave::try_join!(async { Ok::<_, &str>(1) }, async { Ok(2) });
/// assert_eq!(both, Ok((1, 2)));
/// let failed = reweave::try_join!(
///     async { sleep(Duration::from_secs(60)).await; Ok(1) },
///     async { Err::<i32, _>("no disk") },
/// );
/// assert_eq!(failed, Err("no disk"));
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// As for [`join!`](crate::join). An error also cuts the other futures off, so each of them must be cancel safe for a caller
/// that goes on after an error.
#[macro_export]
macro_rules! try_join {
    ($($t:tt)*) => { $crate::__private::try_join_internal! { $crate; $($t)* } };
}

/// Pins values to the stack: `pin!(a, b)`, or `pin! { let a = make(); }`.
///
/// ```
/// # reweave::Sim::new().run(async {
/// let ready = std::future::ready(1);
/// reweave::pin!(ready);
/// assert_eq!(ready.as_mut().await, 1);
/// reweave::pin! { let later = async { 2 }; }
/// assert_eq!(later.await, 2);
/// # }).unwrap();
/// ```
#[macro_export]
macro_rules! pin {
    ($($name:ident),* $(,)?) => {
        $(let mut $name = ::core::pin::pin!($name);)*
    };
    ($(let $name:ident = $value:expr;)*) => {
        $(let mut $name = ::core::pin::pin!($value);)*
    };
}

/// The scheduling point of a `select!`, before it polls any branch.
#[derive(Debug)]
pub struct SelectPoint {
    point: Point,
    biased: bool,
    idle: Idle,
}

impl SelectPoint {
    /// Not passed yet.
    #[track_caller]
    pub fn new(biased: bool) -> SelectPoint {
        SelectPoint {
            point: Point::at(caller()),
            biased,
            idle: Idle::default(),
        }
    }

    /// A branch is about to be polled: gives what [`SelectPoint::pending`] asks for, in a recorded run.
    #[inline(always)]
    pub fn before(&self, branch: u32, cx: &Context<'_>) -> Option<Wakes> {
        self.idle.before(branch, cx)
    }

    /// It returned `Pending`. The place is that of its future.
    #[inline(always)]
    pub fn pending(
        &mut self,
        branch: u32,
        before: Option<Wakes>,
        cx: &Context<'_>,
        place: impl FnOnce(WhereItStands) -> Place,
    ) {
        if let Some(before) = before {
            let place = place(WhereItStands(()));
            self.idle.pending(branch, before, cx, place);
        }
    }

    /// `Pending` once if another task is drawn to run first. Then the branches are polled, and until the result is dropped
    /// the operations in those of a `biased` one have no scheduling points of their own: with one, a branch that is ready
    /// would answer `Pending`, and the next would be taken instead.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<WithoutPoints> {
        let others = !self.point.is_passed()
            && look!(here => {
                if let Some(here) = here.as_deref_mut() {
                    self.idle.watch(here.run.is_recorded());
                }
                self.point.others_go_first(here, cx.waker(), |_| None)
            });
        if others {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        touched::several();
        let before = match self.biased {
            true => context::try_with(|cx| cx.run().set_points(false)),
            false => None,
        };
        Poll::Ready(WithoutPoints(before))
    }
}

/// Until this is dropped, operations have no scheduling points; then it is as before.
#[derive(Debug)]
pub struct WithoutPoints(Option<bool>);

impl Drop for WithoutPoints {
    fn drop(&mut self) {
        if let Some(before) = self.0 {
            context::try_with(|cx| cx.run().set_points(before));
        }
    }
}

/// For the place of a branch of a `select!`.
#[derive(Debug)]
pub struct WhereItStands(());

impl WhereItStands {
    /// The place where this is called.
    #[track_caller]
    pub fn here(&self) -> Place {
        caller()
    }
}

/// Which of the `n` branches of the calling `select!` is polled first.
#[track_caller]
pub fn select_start(n: u32) -> u32 {
    let place = caller();
    context::try_with(|cx| cx.run().draw_branch(n, place)).unwrap_or(0)
}

/// A task polls several futures in one poll.
pub fn polls_several() {
    touched::several();
}

/// Whether the task may complete another operation; charges nothing.
pub fn coop_ready(cx: &mut Context<'_>) -> Poll<()> {
    coop::poll_proceed(cx).map(drop)
}

/// Whether a misfortune that the code under test has prepared is to happen here, now: with probability `p`, in the runs in which this
/// place is enabled.
///
/// Named and made after FoundationDB's macro: code under test knows best where it hurts, and marks the places. Which of them are enabled is
/// drawn once a run, so that a run has a few that happen again and again, and not all of them now and then. `false` always: where no
/// [faults](crate::faults) with `buggify` are asked for, and then nothing is drawn; in the calm phase; and outside a simulation, so
/// that the line may stay in production code.
///
/// ```
/// use reweave::{Sim, explore};
///
/// async fn send() -> bool {
///     // One in ten messages is lost, in some runs.
///     !reweave::buggify!(0.1)
/// }
///
/// assert!(Sim::new().seed(1).run(send()).unwrap(), "no faults were asked for");
/// let found = explore(|| async {
///     for _ in 0..100 {
///         assert!(send().await, "lost");
///     }
/// });
/// assert!(found.faults("buggify").seeds(0..20).run().failed());
/// ```
///
/// # Panics
///
/// If `p` is not in 0 ..= 1.
#[macro_export]
macro_rules! buggify {
    ($p:expr $(,)?) => {
        $crate::__private::buggify($p)
    };
}
