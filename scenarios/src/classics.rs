//! Gallery B: the bugs that every async code base meets sooner or later, each with its fixed twin.
//!
//! | what goes wrong | scenarios |
//! | --- | --- |
//! | something happens between two lines that an await keeps apart | [`lost_update`], [`check_then_act`], [`double_spend`], [`stale_cache`], [`thundering_herd`] |
//! | a future is dropped in the midst of its work | [`cancel_unsafe_select`], [`drop_order`], [`timeout_retry_duplicate`] |
//! | a task is nobody's | [`shutdown_drops_work`], [`spawn_and_forget_error`] |
//! | a task is never woken | [`missed_waker`] |
//!
//! Most are right in the plain run, where everybody is quick and comes in order, and show their bug only
//! under some schedules: that is what makes them classics.

pub mod cancel_unsafe_select;
pub mod check_then_act;
pub mod double_spend;
pub mod drop_order;
pub mod lost_update;
pub mod missed_waker;
pub mod shutdown_drops_work;
pub mod spawn_and_forget_error;
pub mod stale_cache;
pub mod thundering_herd;
pub mod timeout_retry_duplicate;
