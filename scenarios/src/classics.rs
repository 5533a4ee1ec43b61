//! Gallery B: the bugs that every async code base meets sooner or later, each with its fixed twin.
//!
//! | what goes wrong | scenarios |
//! | --- | --- |
//! | something happens between two lines that an await keeps apart | [`lost_update`], [`check_then_act`], [`double_spend`], [`stale_cache`], [`thundering_herd`], [`lost_wakeup`] |
//! | everybody waits for somebody, in a circle | [`deadlock_ab_ba`], [`dining_philosophers`], [`rwlock_upgrade`], [`bounded_channel_deadlock`], [`connection_pool_starvation`] |
//! | a future is dropped in the midst of its work | [`cancel_unsafe_select`], [`drop_order`] |
//! | a future is kept and not polled | [`futurelock`], [`futurelock_held`], [`abandoned_receiver`] |
//! | a task is nobody's | [`shutdown_drops_work`], [`spawn_and_forget_error`] |
//! | a task is never woken | [`missed_waker`] |
//! | something is kept too long, or for good | [`long_hold`], [`permit_leak`] |
//! | somebody elsewhere knows more, or less | [`timeout_retry_duplicate`], [`lost_ack`], [`read_your_writes`], [`split_brain`] |
//! | somebody is too slow | [`slow_consumer`], [`broadcast_lag`] |
//! | two clocks differ | [`clock_skew_lease`] |
//!
//! Most are right in the plain run, where everybody is quick and comes in order, and show their bug only
//! under some schedules: that is what makes them classics.

pub mod abandoned_receiver;
pub mod bounded_channel_deadlock;
pub mod broadcast_lag;
pub mod cancel_unsafe_select;
pub mod check_then_act;
pub mod clock_skew_lease;
pub mod connection_pool_starvation;
pub mod deadlock_ab_ba;
pub mod dining_philosophers;
pub mod double_spend;
pub mod drop_order;
pub mod futurelock;
pub mod futurelock_held;
pub mod long_hold;
pub mod lost_ack;
pub mod lost_update;
pub mod lost_wakeup;
pub mod missed_waker;
pub mod permit_leak;
pub mod read_your_writes;
pub mod rwlock_upgrade;
pub mod shutdown_drops_work;
pub mod slow_consumer;
pub mod spawn_and_forget_error;
pub mod split_brain;
pub mod stale_cache;
pub mod thundering_herd;
pub mod timeout_retry_duplicate;
