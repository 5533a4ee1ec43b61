//! Where a debugger is to stop: at an event of a recorded run, on the stack of what caused it.

use std::fmt;

use super::event::EventNo;

/// See the top of this file.
#[derive(Clone, Copy)]
pub(crate) struct StopAt {
    pub(crate) event: EventNo,
    /// Called when the event is on the trace, before the code that caused it goes on. The run is borrowed meanwhile.
    pub(crate) stop: fn(EventNo),
}

impl StopAt {
    /// This event is on the trace.
    pub(super) fn kept(self, event: EventNo) {
        if event == self.event {
            (self.stop)(event);
        }
    }
}

impl fmt::Debug for StopAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StopAt(#e{})", self.event.get())
    }
}
