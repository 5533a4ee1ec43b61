//! Signals are sent: what calls wakers and ends hosts, with nothing borrowed.

use std::task::Waker;

use super::context::Context;
use super::state::Effect;
use crate::base::ids::HostNo;
use crate::base::signal::SignalNo;
use crate::model::hosts::Death;

impl Context {
    /// A signal is sent to the process of a host that is up. Does not return if that is the host of the running task, and it dies.
    pub(crate) fn signal_host(&self, host: HostNo, signal: SignalNo) {
        let mut run = self.run();
        if run.is_cutting_off() {
            return;
        }
        match run.send_signal(host, signal) {
            Effect::Heard(wakers) => {
                drop(run);
                wakers.into_iter().for_each(Waker::wake);
            }
            Effect::Ignored => {}
            Effect::Dies => {
                let now = run.dies_of(host, signal);
                drop(run);
                if now {
                    self.crash_host(host, Death::Process);
                }
            }
            Effect::Stops => run.pause_host(host),
            Effect::GoesOn => run.resume_host(host),
        }
    }
}
