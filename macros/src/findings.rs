//! The names of findings, as `deny(…)`, `warn(…)` and `allow(…)` take them.
//!
//! A second list beside `reweave`'s own, because `reweave` depends on this crate and not the other
//! way round. A test in `tests/api/macros` compares the two.

/// Every name, in the order in which an error lists them.
pub(crate) const FINDINGS: [&str; 21] = [
    "panic",
    "unobserved_panic",
    "deadlock",
    "livelock",
    "limit",
    "stuck_task",
    "unawaited_task",
    "never_awaited",
    "polled_after_completion",
    "blocking",
    "lost_waker",
    "futurelock",
    "nondeterminism",
    "long_hold",
    "leak",
    "abandoned_receiver",
    "dropped_messages",
    "starvation",
    "no_progress",
    "foreign_instant",
    "property",
];
