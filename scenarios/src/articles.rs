//! Gallery A: the programs with which five articles teach coroutines.
//!
//! | article | programs |
//! | --- | --- |
//! | blocking by accident | [`blocking_call`], [`nonblocking_call`], [`completion_blocking`], [`completion_async`] |
//! | the baker who does not stare at the oven | [`bake_cake`], [`async_with_for`] |
//! | functions and futures | [`sequential`], [`concurrent`], [`never_awaited`], [`awaited_twice`], [`not_a_future`], [`is_awaitable`] |
//! | how coroutines work inside | [`event_loop`], [`event_state_machine`], [`event_coroutines`], [`exchange_rates`] |
//! | tasks and awaits | [`sync_vs_async`], [`unawaited_task`], [`awaited_task`], [`fetch_and_print`], [`value_unawaited`] |
//! | asyncio's debug mode | [`exception_never_retrieved`] |
//!
//! What each prints, and when it ends, was checked against the originals on asyncio.

pub mod async_with_for;
pub mod awaited_task;
pub mod awaited_twice;
pub mod bake_cake;
pub mod blocking_call;
pub mod completion_async;
pub mod completion_blocking;
pub mod concurrent;
pub mod event_coroutines;
pub mod event_loop;
pub mod event_state_machine;
pub mod exception_never_retrieved;
pub mod exchange_rates;
pub mod fetch_and_print;
pub mod is_awaitable;
pub mod never_awaited;
pub mod nonblocking_call;
pub mod not_a_future;
mod prompt;
pub mod sequential;
pub mod sync_vs_async;
pub mod unawaited_task;
pub mod value_unawaited;
