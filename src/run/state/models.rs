//! Models: what happens when nothing is ready, and what handles ask of each.

use std::net::SocketAddr;
use std::task::Waker;

use super::Run;
use crate::base::ids::HostNo;
use crate::base::touched::{self, Shared};
use crate::model::net::{Arrived, Network};
use crate::model::stdin::{Next, ReaderNo};
use crate::observe::waits::Awaits;
use crate::record::event::{Event, Flow, TextNo};
use crate::run::models::Due;
use crate::run::terminal::Output;

impl Run {
    /// When something happens next although no task is ready; [`FAR`](crate::base::span::FAR) if nothing does. The first of several at the
    /// same time is the timer.
    #[inline(always)]
    pub(in crate::run) fn next_deadline(&mut self) -> u64 {
        self.kernel.next_deadline().min(self.models.next_deadline())
    }

    /// What is due now happens: gives the waker of who waits for it.
    #[inline(always)]
    pub(crate) fn take_due(&mut self) -> Option<Waker> {
        if self.kernel.may_be_due()
            && let Some(waker) = self.fire_timer()
        {
            return Some(waker);
        }
        self.take_due_of_models()
    }

    #[inline(never)]
    fn take_due_of_models(&mut self) -> Option<Waker> {
        if self.models.has_to_dispatch() {
            self.dispatch();
        }
        match self.models.take_due(self.kernel.now()) {
            Due::Woken(waker) => waker,
            Due::Arrived(Arrived { resource, bytes }) => {
                let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
                let flow = Flow::Arrived;
                self.record(Event::Bytes {
                    flow,
                    resource,
                    bytes,
                    preview: TextNo::NONE,
                });
                self.models.network().next_woken()
            }
        }
    }

    /// The network, and the time.
    pub(crate) fn network(&mut self) -> (&mut Network, u64) {
        touched::touch(Shared::Everything);
        (self.models.network(), self.kernel.now())
    }

    /// An address of the network in words, seen from a host.
    pub(crate) fn name_of(&mut self, from: HostNo, address: SocketAddr) -> String {
        self.models.network().name(from, address)
    }

    /// Takes the next line of standard input, if it is there. A line is typed as it is read.
    pub(crate) fn read_stdin(&mut self) -> Result<Option<String>, u64> {
        touched::touch(Shared::Everything);
        match self
            .models
            .terminal
            .next_line(&self.setup.stdin, self.kernel.now())
        {
            Next::End => {
                self.record(Event::InputEnded);
                Ok(None)
            }
            Next::At(at) => Err(at),
            Next::Line(number) => {
                let line = self.setup.stdin[number].1.clone();
                self.record_text(Event::Input, &line);
                if self.is_recorded() {
                    self.models.terminal.type_line(&line);
                }
                Ok(Some(line))
            }
        }
    }

    /// Waits for the line that comes then, and gives the reader's number; and a waker to be dropped by the caller.
    pub(crate) fn wait_for_stdin(
        &mut self,
        known: Option<ReaderNo>,
        at: u64,
        waker: Waker,
    ) -> (ReaderNo, Option<Waker>) {
        let place = self.called_at();
        self.waits(false, None, || true, Awaits::Timer(at), place);
        self.models.terminal.wait(known, at, waker)
    }

    /// A reader waits for a line no more; gives a waker to be dropped by the caller.
    pub(crate) fn stop_waiting_for_stdin(&mut self, reader: ReaderNo) -> Option<Waker> {
        self.models.terminal.stop_waiting(reader)
    }

    /// The running task prints a text with its end, to standard output or only to the terminal. Says whether that is to be
    /// shown on the real one.
    pub(crate) fn print(&mut self, text: &str, end: &str, to_stdout: bool) -> bool {
        touched::touch(Shared::Everything);
        self.record_text(Event::Output, text);
        if self.is_recorded() {
            for shown in [text, end] {
                self.models.terminal.print(shown, to_stdout);
            }
        }
        self.setup.echo
    }

    pub(crate) fn take_output(&mut self) -> Output {
        self.models.terminal.take_output()
    }
}
