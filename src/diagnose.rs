//! Layer **diagnose**: what a run showed to be wrong: a file for each finding that must be looked for. What the verb that meets it
//! sees at once is made there.
//!
//! Each is a [look] at kernel and observer of a recorded run, and returns data. Which of several causes of tasks that
//! wait for ever is told is decided by [`stuck`].

pub(crate) mod abandoned_receiver;
pub(crate) mod busiest;
pub(crate) mod deadlock;
pub(crate) mod futurelock;
pub(crate) mod leak;
pub(crate) mod left;
pub(crate) mod long_hold;
pub(crate) mod look;
pub(crate) mod lost_waker;
pub(crate) mod senders;
pub(crate) mod spinning;
pub(crate) mod starvation;
pub(crate) mod stuck;
pub(crate) mod unawaited_task;
