//! Signals: who hears them, and what they do to who does not. Each test file of tokio's for signals has its row here:
//!
//! | tokio | here |
//! | --- | --- |
//! | `signal_ctrl_c` | `hearing::an_interrupt_ends_ctrl_c` |
//! | `signal_drop_recv` | `hearing::a_signal_stays_handled_when_nobody_listens_any_more` |
//! | `signal_drop_rt`, `signal_multi_rt` | `hearing::each_host_hears_its_own` (a run has no second runtime) |
//! | `signal_drop_signal` | `hearing::one_who_is_dropped_takes_nothing_from_the_others` |
//! | `signal_no_rt`, `signal_panic` | `refused::outside_a_simulation` |
//! | `signal_notify_both`, `signal_usr1` | `hearing::each_listener_hears_it_once` |
//! | `signal_twice` | `hearing::it_is_heard_each_time` |
//! | `signal_realtime` | `hearing::real_time_signals_are_heard` |
//! | `signal_info` | left out: Linux has no SIGINFO |

mod findings;
mod hearing;
mod refused;
mod unhandled;
