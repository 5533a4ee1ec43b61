//! Signals: who handles them, and what one that is sent does.

use std::task::Waker;

use super::Run;
use crate::base::ids::HostNo;
use crate::base::place::Place;
use crate::base::resource::{ResourceKind, ResourceNo};
use crate::base::signal::{Disposition, SignalNo};
use crate::model::hosts::{Fate, Life};
use crate::model::signals::{Handler, Signals};
use crate::record::event::Event;
use crate::record::fact::Fact;

/// What a signal does that was sent, to be done by the caller with nothing borrowed.
pub(in crate::run) enum Effect {
    /// These are to be woken.
    Heard(Vec<Waker>),
    Ignored,
    /// The process dies.
    Dies,
    Stops,
    GoesOn,
}

impl Run {
    /// Which signals hosts handle.
    pub(crate) fn signals(&mut self) -> &mut Signals {
        self.models.signals()
    }

    /// The handler that a signal of the process of this host has, if it has one.
    fn handler(&self, host: HostNo, signal: SignalNo) -> Handler {
        let life = self.host_restarts(host);
        Handler { host, life, signal }
    }

    /// Whether the process of a host handles a signal.
    pub(crate) fn handles(&mut self, host: HostNo, signal: SignalNo) -> bool {
        let handler = self.handler(host, signal);
        self.signals().resource(handler).is_some()
    }

    /// The process of the running task's host handles a signal from now on. Gives the handler, its resource, and how often the signal has come.
    pub(crate) fn handle_signal(
        &mut self,
        signal: SignalNo,
        place: Place,
    ) -> (Handler, ResourceNo, u64) {
        let handler = self.handler(self.kernel.current_host(), signal);
        let resource = match self.signals().resource(handler) {
            Some(resource) => resource,
            None => {
                let name = |run: &mut Run| match run.host_name(handler.host) {
                    "" => format!("{signal} to main"),
                    host => format!("{signal} to {host}"),
                };
                let resource = self.register_as(ResourceKind::Signal, name, place);
                self.signals().catch(handler, resource);
                resource
            }
        };
        (handler, resource, self.signals().times(handler))
    }

    /// A signal is sent to the process of a host that is up.
    pub(in crate::run) fn send_signal(&mut self, host: HostNo, signal: SignalNo) -> Effect {
        let handler = self.handler(host, signal);
        let disposition = signal.disposition();
        let heard = match self.signals().resource(handler) {
            Some(resource) => {
                self.emit(Fact::Published { resource });
                self.signals().send(handler)
            }
            None => None,
        };
        let Some(wakers) = heard else {
            self.record(Event::UnhandledSignal { signal, host });
            return match disposition {
                Disposition::Dies => Effect::Dies,
                Disposition::Ignored => Effect::Ignored,
                Disposition::Stops => Effect::Stops,
                Disposition::GoesOn => Effect::GoesOn,
            };
        };
        if [SignalNo::TERM, SignalNo::INT, SignalNo::QUIT].contains(&signal) {
            self.kernel.hosts.ask_to_end(host);
        }
        if disposition == Disposition::GoesOn {
            // It does so whoever handles it.
            self.resume_host(host);
        }
        Effect::Heard(wakers)
    }

    /// A process dies of a signal: later, if it stands still. Says whether it does now.
    pub(in crate::run) fn dies_of(&mut self, host: HostNo, signal: SignalNo) -> bool {
        let later = self.host_life(host) == Life::Paused && signal != SignalNo::KILL;
        if later {
            self.kernel.hosts.kill_when_resumed(host);
        }
        !later
    }

    /// The start function of a host is over. If its process was asked to end, it does.
    pub(in crate::run) fn start_function_ends(&mut self, host: HostNo) {
        if !self.is_cutting_off() && self.kernel.hosts.is_ending(host) {
            self.condemn(host, Fate::Exits);
        }
    }

    /// A host ends once no task is polled.
    pub(super) fn condemn(&mut self, host: HostNo, fate: Fate) {
        self.condemned.push((host, fate));
        self.watch.look_next();
    }

    #[inline(always)]
    pub(in crate::run) fn has_condemned(&self) -> bool {
        !self.condemned.is_empty()
    }

    pub(in crate::run) fn take_condemned(&mut self) -> Option<(HostNo, Fate)> {
        match self.condemned.is_empty() {
            true => None,
            false => Some(self.condemned.remove(0)),
        }
    }
}
