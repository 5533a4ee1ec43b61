//! `REWEAVE_STOP_AT`: a debugger stops a replay at an event, on the stack of the code that caused it.
//!
//! [`reached`] is there to set a breakpoint on. Where a debugger is attached none is needed: the signal SIGTRAP stops it, as a breakpoint
//! would. Whether one is, Linux says in `/proc/self/status` (proc_pid_status(5), `TracerPid`); elsewhere it is not known, and the
//! breakpoint is what stops.
//!
//! Virtual time does not go on meanwhile, however long somebody looks: it is moved by events of the run and by nothing else.

use std::io::{self, Write};

use super::environment::STOP_AT;
use crate::explore::outcome::Run;
use crate::explore::sim::Sim;
use crate::record::event::EventNo;
use crate::record::stop::StopAt;

/// The function as a debugger knows it.
const REACHED: &str = "reweave::entry::debugger::reached";

/// A run that stops at this event.
pub(super) fn stopping(sim: Sim, at: Option<EventNo>) -> Sim {
    sim.stop_at(at.map(|event| StopAt {
        event,
        stop: reached,
    }))
}

/// # Errors
///
/// If a stop is asked for and no run is chosen: events have numbers in one run, and mean nothing in another.
pub(super) fn wants_one_run(at: Option<EventNo>, is_one: bool) -> Result<(), String> {
    match at {
        Some(event) if !is_one => Err(format!(
            "{STOP_AT}: event #e{} is one of a run, and no run is chosen: set REWEAVE_TAPE as the replay line of the report does \
             (the `shrunk` line, if the event is of a timeline), or REWEAVE_SEED",
            event.get()
        )),
        Some(_) | None => Ok(()),
    }
}

/// The event at which the debugger is to stop is on the trace; the frames above are what led to it.
#[inline(never)]
pub(super) fn reached(event: EventNo) {
    let event = event.get();
    match is_attached() {
        Some(true) => {
            say(&format!("the run is at #e{event}"));
            trap::spring();
        }
        Some(false) => say(&format!(
            "the run is at #e{event}, no debugger is attached, and the run goes on: start this binary in one, as `gdb --args`"
        )),
        None => say(&format!(
            "the run is at #e{event}, and goes on unless a debugger has a breakpoint on {REACHED}"
        )),
    }
    // Something comes after the call above in any build, so that this frame is there to be seen.
    std::hint::black_box(event);
}

/// Says that the run, which is over, never came to the event.
pub(super) fn tell_missed<T>(run: &Run<T>, at: Option<EventNo>) {
    let trace = run.trace();
    let events = trace.entries().len() + trace.left_out().0 as usize;
    if let Some(event) = at
        && event.get() as usize >= events
    {
        let last = events.saturating_sub(1);
        say(&format!(
            "the run never came to #e{}: its events are #e0 to #e{last}",
            event.get()
        ));
    }
}

/// Past the harness, which would keep it until the test is over. Nothing can be done if it is closed.
fn say(words: &str) {
    let _ = writeln!(io::stderr(), "reweave: {STOP_AT}: {words}");
}

/// Whether a debugger is attached to this process; `None` where that cannot be known.
fn is_attached() -> Option<bool> {
    is_traced(&std::fs::read_to_string("/proc/self/status").ok()?)
}

/// Whether the process with this status has a tracer.
fn is_traced(status: &str) -> Option<bool> {
    let mut lines = status.lines();
    let tracer = lines.find_map(|line| line.strip_prefix("TracerPid:"))?;
    Some(tracer.trim() != "0")
}

#[cfg(all(unix, not(miri)))]
mod trap {
    use std::ffi::c_int;

    /// The number of the signal, on every Unix.
    const SIGTRAP: c_int = 5;
    /// The handler that stands for what the signal does by default, and the one for nothing.
    const SIG_DFL: usize = 0;
    const SIG_IGN: usize = 1;

    unsafe extern "C" {
        fn signal(signal: c_int, handler: usize) -> usize;
        fn raise(signal: c_int) -> c_int;
    }

    /// Stops in the debugger. A tracer that is none, such as strace, passes the signal on: if nobody handles it, it is ignored meanwhile, for
    /// the whole process; ptrace(2) reports ignored signals, too. A handler of the program's own is left as it is.
    pub(super) fn spring() {
        // SAFETY: `signal` and `raise` are those of the C library, with its types; a handler is one of two constants, or what stood
        // there before.
        unsafe {
            let before = signal(SIGTRAP, SIG_IGN);
            if before != SIG_DFL {
                signal(SIGTRAP, before);
            }
            raise(SIGTRAP);
            if before == SIG_DFL {
                signal(SIGTRAP, SIG_DFL);
            }
        }
    }
}

#[cfg(not(all(unix, not(miri))))]
mod trap {
    /// There is none: a breakpoint stops.
    pub(super) fn spring() {}
}

#[cfg(test)]
mod tests {
    use super::is_traced;

    #[test]
    fn a_tracer_is_one_that_has_a_number() {
        let status = |pid| format!("Name:\tapi\nTracerPid:\t{pid}\nUid:\t0\n");
        assert_eq!(is_traced(&status("0")), Some(false));
        assert_eq!(is_traced(&status("4711")), Some(true));
        assert_eq!(is_traced("Name:\tapi\n"), None);
    }
}
