//! The models of a run but its timers, which are the kernel's: their state, made and dropped with the run, and their say in
//! what happens next when no task is ready.

use std::task::Waker;

use super::terminal::Terminal;

/// See the top of this file.
#[derive(Default)]
pub(super) struct Models {
    pub(super) terminal: Terminal,
}

// Here each model is taken out by name, and none is passed over with `..`: the compiler asks for the say of a new one.
impl Models {
    /// Begins a run in place of the one before.
    pub(super) fn begin(&mut self) {
        let Models { terminal } = self;
        terminal.begin();
    }

    /// When something happens next although no task is ready.
    pub(super) fn next_deadline(&self) -> Option<u64> {
        let Models { terminal } = self;
        [terminal.next_deadline()].into_iter().flatten().min()
    }

    /// Takes the waker of one for whom it is time. Of several at one instant the model that stands first is asked first.
    pub(super) fn take_due(&mut self, now: u64) -> Option<Waker> {
        let Models { terminal } = self;
        terminal.take_due(now)
    }
}
