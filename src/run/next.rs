//! What happens where no task is ready: the clock moves to the first of what models, timers and the plan of faults have in store.

use std::task::Waker;

use super::state::Run;
use crate::base::span::FAR;

/// What comes next where no task is ready.
pub(super) enum NextEvent {
    /// It happened, and somebody may wait for it.
    Happened(Option<Waker>),
    /// It lies behind the limit of virtual time, which the clock shows now.
    PastTheLimit,
    /// The plan of faults has something for now.
    Fault,
    /// A promise of progress is broken, it seems.
    Broken,
    Never,
}

/// Moves the clock to what happens next, and lets it happen.
pub(super) fn next(run: &mut Run) -> NextEvent {
    let mut deadline = run.next_deadline();
    if deadline == FAR {
        return NextEvent::Never;
    }
    // What is late is due now.
    let now = run.now();
    let planned = run.next_planned();
    let mut next = None;
    if planned <= deadline.max(now) {
        (next, deadline) = planned_before(run, deadline.max(now));
    }
    if deadline > now {
        run.tell_passed();
        let latest = run.watch.latest();
        run.move_clock(deadline.min(latest));
        if deadline > latest {
            // The loop looks at the limits before it comes here again.
            run.watch.look_next();
            return NextEvent::PastTheLimit;
        }
    }
    next.unwrap_or_else(|| NextEvent::Happened(run.take_due()))
}

/// What the plan of faults, or a promise, has before something that is due then, if anything; and when that is. A fault strikes
/// before what comes at the same time, a promise is broken after that.
#[cold]
fn planned_before(run: &Run, due: u64) -> (Option<NextEvent>, u64) {
    let (fault, broken) = (run.next_fault(), run.next_broken().max(run.now()));
    if fault != FAR && fault.max(run.now()) <= due.min(broken) {
        (Some(NextEvent::Fault), fault)
    } else if broken < due {
        (Some(NextEvent::Broken), broken)
    } else {
        (None, due)
    }
}
