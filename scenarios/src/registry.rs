//! The list of all scenarios.
//!
//! [`not_a_future`] is not on it: it does not compile, and that is its
//! point.

use crate::Scenario;
use crate::articles::*;
use crate::classics::*;

/// All scenarios that can be run, gallery by gallery.
pub const ALL: &[Scenario] = &[
    blocking_call::SCENARIO,
    nonblocking_call::SCENARIO,
    completion_blocking::SCENARIO,
    bake_cake::SCENARIO,
    async_with_for::SCENARIO,
    sequential::SCENARIO,
    concurrent::SCENARIO,
    never_awaited::SCENARIO,
    awaited_twice::SCENARIO,
    is_awaitable::SCENARIO,
    event_loop::SCENARIO,
    event_state_machine::SCENARIO,
    event_coroutines::SCENARIO,
    sync_vs_async::SCENARIO,
    unawaited_task::SCENARIO,
    awaited_task::SCENARIO,
    fetch_and_print::SCENARIO,
    value_unawaited::SCENARIO,
    exception_never_retrieved::SCENARIO,
    lost_update::SCENARIO,
    check_then_act::SCENARIO,
    double_spend::SCENARIO,
    missed_waker::SCENARIO,
    cancel_unsafe_select::SCENARIO,
    timeout_retry_duplicate::SCENARIO,
    stale_cache::SCENARIO,
    shutdown_drops_work::SCENARIO,
    spawn_and_forget_error::SCENARIO,
    thundering_herd::SCENARIO,
    drop_order::SCENARIO,
];

/// The scenario of this name.
pub fn find(name: &str) -> Option<&'static Scenario> {
    ALL.iter().find(|scenario| scenario.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_a_bug_has_a_fixed_twin() {
        for (at, scenario) in ALL.iter().enumerate() {
            let name = scenario.name;
            assert!(
                ALL[..at].iter().all(|before| before.name != name),
                "two are called {name}"
            );
            assert_eq!(scenario.bug.is_some(), scenario.fixed.is_some(), "{name}");
        }
    }
}
