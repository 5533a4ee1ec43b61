//! Faults of the plan strike and are healed: what runs the user's functions and destructors, with nothing borrowed.

use super::context::Context;
use super::state::Act;

/// What the plan has for now, happens.
pub(super) fn happen(cx: &Context) {
    let act = cx.run().take_fault();
    act.into_iter().for_each(|act| perform(cx, act));
}

/// The fault that strikes amid the steps of tasks happens, before the step that is next.
#[cold]
pub(super) fn strike_amid(cx: &Context) {
    let act = cx.run().take_armed_fault();
    act.into_iter().for_each(|act| perform(cx, act));
}

fn perform(cx: &Context, act: Act) {
    match act {
        Act::Crash(host, death, strike) => {
            cx.crash_host(host, death);
            cx.run().struck(strike);
        }
        Act::Restart(host) => cx.restart_host(host),
    }
}
