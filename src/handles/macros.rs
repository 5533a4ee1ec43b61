//! `select!`, `join!`, `try_join!` and `pin!`: their front doors. The parsing is in `reweave-macros`.

use std::task::{Context, Poll};

use crate::engine::context;
use crate::handles::task::coop;
use crate::values::draw::Kind;

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

/// Which of `n` branches `select!` looks at first.
pub fn select_start(n: u32) -> u32 {
    let drawn = context::try_with(|cx| cx.world().draw(Kind::Select, n as usize));
    drawn.unwrap_or(0) as u32
}

/// Whether the task may complete another operation; charges nothing.
pub fn coop_ready(cx: &mut Context<'_>) -> Poll<()> {
    coop::poll_proceed(cx).map(drop)
}
