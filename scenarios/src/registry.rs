//! The list of all scenarios.
//!
//! [`not_a_future`] is not on it: it does not compile, and that is its
//! point.

use crate::articles::*;
use crate::classics::*;
use crate::field::*;
use crate::{Scenario, Twin};

/// All scenarios that can be run, gallery by gallery. A static, so that the programs are compiled here, and not again in
/// every binary that names the list.
pub static ALL: &[Scenario] = &[
    blocking_call::SCENARIO,
    nonblocking_call::SCENARIO,
    completion_blocking::SCENARIO,
    completion_async::SCENARIO,
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
    exchange_rates::SCENARIO,
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
    deadlock_ab_ba::SCENARIO,
    dining_philosophers::THREE,
    dining_philosophers::FIVE,
    dining_philosophers::SEVEN,
    bounded_channel_deadlock::SCENARIO,
    rwlock_upgrade::SCENARIO,
    connection_pool_starvation::SCENARIO,
    lost_wakeup::SCENARIO,
    futurelock::SCENARIO,
    futurelock_held::SCENARIO,
    abandoned_receiver::SCENARIO,
    long_hold::SCENARIO,
    permit_leak::SCENARIO,
    broadcast_lag::SCENARIO,
    slow_consumer::SCENARIO,
    lost_ack::SCENARIO,
    read_your_writes::SCENARIO,
    split_brain::SCENARIO,
    clock_skew_lease::SCENARIO,
    futurelock_select::SCENARIO,
    full_channel_select::SCENARIO,
    buffered_permits::SCENARIO,
    recursive_read::SCENARIO,
    argument_guard::SCENARIO,
    full_mailboxes::SCENARIO,
    retry_keeps_sender::SCENARIO,
    idle_reservations::SCENARIO,
    first_waker_only::SCENARIO,
    shutdown_unheard::SCENARIO,
    stopped_router::SCENARIO,
    lagged_means_closed::SCENARIO,
    dequeued_and_dropped::SCENARIO,
    half_done_state::SCENARIO,
    forgotten_permit::SCENARIO,
    guard_outlived::SCENARIO,
    barrier_alone::SCENARIO,
    slow_proxy::SCENARIO,
    release_ping::SCENARIO,
    slow_handler::SCENARIO,
    swallowed_panic::SCENARIO,
    cache_write_cut_off::SCENARIO,
    closed_arm_spins::SCENARIO,
    ticks_in_a_burst::SCENARIO,
    keep_alive_race::SCENARIO,
    silent_connection::SCENARIO,
    missing_flush::SCENARIO,
    unopened_streams::SCENARIO,
    reordered_is_lost::SCENARIO,
];

/// The scenario of this name.
pub fn find(name: &str) -> Option<&'static Scenario> {
    ALL.iter().find(|scenario| scenario.name == name)
}

/// Every program there is: each scenario with each of its twins.
pub fn programs() -> impl Iterator<Item = (&'static Scenario, Twin)> {
    ALL.iter()
        .flat_map(|scenario| scenario.twins().map(move |twin| (scenario, twin)))
}
