//! What a terminal would show, and the lines that are typed there.

use std::task::Waker;

use crate::model::stdin::{Next, ReaderNo, Stdin};

/// See the top of this file.
#[derive(Default)]
pub(super) struct Terminal {
    stdin: Stdin,
    output: Output,
    /// Whether it may differ from a new one. Most runs leave it as it is, and then it need not be made anew.
    used: bool,
}

/// What the run printed.
#[derive(Default)]
pub(crate) struct Output {
    /// What a terminal would show: output, and the input as it was typed.
    pub(crate) terminal: String,
    /// Output alone.
    pub(crate) stdout: String,
}

impl Terminal {
    /// Begins a run in place of the one before.
    pub(super) fn begin(&mut self) {
        if self.used {
            *self = Terminal::default();
        }
    }

    /// Takes the next line of standard input, if it is there.
    pub(super) fn next_line(&mut self, lines: &[(u64, String)], now: u64) -> Next {
        self.used = true;
        self.stdin.next(lines, now)
    }

    /// Waits for the line that comes then; see [`Stdin::wait`].
    pub(super) fn wait(
        &mut self,
        known: Option<ReaderNo>,
        at: u64,
        waker: Waker,
    ) -> (ReaderNo, Option<Waker>) {
        self.used = true;
        self.stdin.wait(known, at, waker)
    }

    /// A reader waits no more; its waker is for the caller to drop.
    pub(super) fn stop_waiting(&mut self, reader: ReaderNo) -> Option<Waker> {
        self.stdin.stop_waiting(reader)
    }

    /// When a line comes that somebody waits for; [`FAR`](crate::base::span::FAR) if nobody does.
    #[inline(always)]
    pub(super) fn next_deadline(&self) -> u64 {
        self.stdin.next_deadline()
    }

    /// Takes the waker of one for whom a line is there.
    pub(super) fn take_due(&mut self, now: u64) -> Option<Waker> {
        self.stdin.take_due(now)
    }

    /// A line is typed.
    pub(super) fn type_line(&mut self, line: &str) {
        self.used = true;
        self.output.terminal.push_str(line);
        self.output.terminal.push('\n');
    }

    /// A text is printed, to standard output or only to the terminal.
    pub(super) fn print(&mut self, text: &str, to_stdout: bool) {
        self.used = true;
        if to_stdout {
            self.output.stdout.push_str(text);
        }
        self.output.terminal.push_str(text);
    }

    pub(super) fn take_output(&mut self) -> Output {
        std::mem::take(&mut self.output)
    }
}
