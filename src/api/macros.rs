//! `select!`, `join!`, `try_join!` and `pin!`: their front doors. The parsing is in `reweave-macros`.

use std::task::{Context, Poll};

use crate::api::task::coop;
use crate::choice::draw::Kind;
use crate::run::context::{self, look};

/// Waits on several futures, and goes on with the first that is ready; drops the others.
///
/// Grammar and meaning are those of `tokio::select!`. Which branch is looked at first is a draw;
/// `biased;` makes it the first as written.
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
#[macro_export]
macro_rules! select {
    ($($t:tt)*) => { $crate::__private::select_internal! { $crate; $($t)* } };
}

/// Waits for all of several futures, in one task; gives their outputs as a tuple.
#[macro_export]
macro_rules! join {
    ($($t:tt)*) => { $crate::__private::join_internal! { $crate; $($t)* } };
}

/// Waits for all of several futures, or for the first error.
#[macro_export]
macro_rules! try_join {
    ($($t:tt)*) => { $crate::__private::try_join_internal! { $crate; $($t)* } };
}

/// Pins values to the stack: `pin!(a, b)`, or `pin! { let a = make(); }`.
#[macro_export]
macro_rules! pin {
    ($($name:ident),* $(,)?) => {
        $(let mut $name = ::core::pin::pin!($name);)*
    };
    ($(let $name:ident = $value:expr;)*) => {
        $(let mut $name = ::core::pin::pin!($value);)*
    };
}

/// The scheduling point of a `select!`, before it looks at any branch.
#[derive(Debug, Default)]
pub struct SelectPoint {
    passed: bool,
}

impl SelectPoint {
    /// Not passed yet.
    pub fn new() -> SelectPoint {
        SelectPoint::default()
    }

    /// `Pending` once if others go first. Then the branches are looked at, and while they are, none has a point of its
    /// own: it would be passed over for the next although it is ready.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<WithoutPoints> {
        let first = !std::mem::replace(&mut self.passed, true);
        let others = first
            && look!(here => here.is_some_and(|here| {
                here.has_point(cx.waker()) && here.run.at_point(|_| None)
            }));
        if others {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(WithoutPoints(context::try_with(|cx| {
            cx.run().set_points(false)
        })))
    }
}

/// Until this is dropped, operations are no scheduling points.
#[derive(Debug)]
pub struct WithoutPoints(Option<bool>);

impl Drop for WithoutPoints {
    fn drop(&mut self) {
        if let Some(before) = self.0 {
            context::try_with(|cx| cx.run().set_points(before));
        }
    }
}

/// Which of `n` branches `select!` looks at first.
pub fn select_start(n: u32) -> u32 {
    let drawn = context::try_with(|cx| cx.run().draw(Kind::Select, n as usize));
    drawn.unwrap_or(0) as u32
}

/// Whether the task may complete another operation; charges nothing.
pub fn coop_ready(cx: &mut Context<'_>) -> Poll<()> {
    coop::poll_proceed(cx).map(drop)
}
