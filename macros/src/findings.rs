//! The names of findings, as `deny(…)`, `warn(…)` and `allow(…)` take them.
//!
//! `reweave` knows them too and in more depth; this crate is one of its dependencies and cannot ask
//! it. A test of `reweave`'s holds the two lists together.

/// Every name, in the order in which an error lists them.
pub(crate) const FINDINGS: [&str; 17] = [
    "panic",
    "unobserved_panic",
    "deadlock",
    "livelock",
    "limit",
    "unawaited_task",
    "never_awaited",
    "polled_after_completion",
    "blocking",
    "lost_waker",
    "futurelock",
    "nondeterminism",
    "property",
    "long_hold",
    "leak",
    "abandoned_receiver",
    "starvation",
];
