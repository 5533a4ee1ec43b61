//! Gallery C, the field: bugs that were met in the wild, each written anew from a public report of it.
//!
//! | what goes wrong | scenarios |
//! | --- | --- |
//! | a future is handed something, and is not polled | [`futurelock_select`], [`full_channel_select`], [`buffered_permits`] |
//! | tasks wait in a ring, of one or more | [`recursive_read`], [`argument_guard`], [`full_mailboxes`], [`retry_keeps_sender`], [`idle_reservations`] |
//! | a wake or a message has no hearer | [`first_waker_only`], [`shutdown_unheard`], [`stopped_router`], [`lagged_means_closed`] |
//! | a future is dropped in the midst of its work | [`dequeued_and_dropped`], [`half_done_state`], [`forgotten_permit`], [`guard_outlived`], [`barrier_alone`] |
//! | something is held for too long | [`slow_proxy`], [`release_ping`], [`slow_handler`] |
//! | a task is nobody's | [`swallowed_panic`], [`cache_write_cut_off`] |
//! | the other side of a connection is not as it seems | [`keep_alive_race`], [`silent_connection`], [`missing_flush`], [`unopened_streams`], [`reordered_is_lost`] |
//! | time and again | [`closed_arm_spins`], [`ticks_in_a_burst`] |
//!
//! They were written before anybody knew what Reweave would say of them, as if against tokio: each file has
//! `use reweave as tokio`. The header of each says where the bug was met.

pub mod argument_guard;
pub mod barrier_alone;
pub mod buffered_permits;
pub mod cache_write_cut_off;
pub mod closed_arm_spins;
pub mod dequeued_and_dropped;
pub mod first_waker_only;
pub mod forgotten_permit;
pub mod full_channel_select;
pub mod full_mailboxes;
pub mod futurelock_select;
pub mod guard_outlived;
pub mod half_done_state;
pub mod idle_reservations;
pub mod keep_alive_race;
pub mod lagged_means_closed;
pub mod missing_flush;
pub mod recursive_read;
pub mod release_ping;
pub mod reordered_is_lost;
pub mod retry_keeps_sender;
pub mod shutdown_unheard;
pub mod silent_connection;
pub mod slow_handler;
pub mod slow_proxy;
pub mod stopped_router;
pub mod swallowed_panic;
pub mod ticks_in_a_burst;
pub mod unopened_streams;
