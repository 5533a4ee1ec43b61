//! Hosts: which there are, whether they run, and what is to be done when one starts.
//!
//! What drops futures or calls the user's functions is in [`hosts`](crate::run::hosts), where nothing is borrowed.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Run, Starter};
use crate::base::ids::{HostNo, TaskNo};
use crate::base::place::Place;
use crate::base::touched;
use crate::kernel::task::{CRASHED, Failure};
use crate::kernel::tasks::Name;
use crate::model::hosts::{Death, Fate, Life, OnPanic, Refused};
use crate::record::event::{Event, HostVerb};

impl Run {
    /// A host with this name, which runs from now on.
    pub(crate) fn add_host(&mut self, name: &str) -> Result<HostNo, Refused> {
        let host = self.kernel.hosts.add(name)?;
        // Hosts reach each other by more than what is told of touches.
        touched::no_longer_apart();
        self.kernel.tasks.add_host(name);
        if let Some(names) = self.journal.names_mut() {
            names.add_host(name.to_owned());
        }
        self.record_text(
            |_| Event::Host {
                verb: HostVerb::Starts,
                host,
            },
            name,
        );
        let free = self.models.network().add_host(host, name);
        debug_assert!(free, "names that are free here are free in the network");
        Ok(host)
    }

    /// The name of a host, as it was given; empty for the default one.
    pub(crate) fn host_name(&self, host: HostNo) -> &str {
        self.kernel.hosts.name(host).unwrap_or_default()
    }

    pub(crate) fn host_life(&self, host: HostNo) -> Life {
        self.kernel.hosts.life(host)
    }

    /// Whether the last process of a host ended by itself.
    pub(crate) fn host_has_exited(&self, host: HostNo) -> bool {
        self.kernel.hosts.has_exited(host)
    }

    /// How often a host was restarted.
    pub(crate) fn host_restarts(&self, host: HostNo) -> u32 {
        self.kernel.hosts.restarts(host)
    }

    pub(crate) fn on_panic(&self, host: HostNo) -> OnPanic {
        self.kernel.hosts.on_panic(host)
    }

    pub(crate) fn set_on_panic(&mut self, host: HostNo, policy: OnPanic) {
        self.kernel.hosts.set_on_panic(host, policy);
    }

    /// Whether the code that runs now is that of a host that has crashed: every call into Reweave that it makes is ignored.
    #[inline(always)]
    pub(crate) fn is_dead(&self) -> bool {
        self.kernel.is_dead()
    }

    /// Whether a host is down, or was restarted since it had been so often.
    pub(in crate::run) fn is_gone(&self, host: HostNo, restarts: Option<u32>) -> bool {
        let other_life = restarts.is_some_and(|restarts| restarts != self.host_restarts(host));
        other_life || matches!(self.host_life(host), Life::Down(..))
    }

    /// Why a task of this host has no output that was not polled to its end.
    #[cold]
    pub(in crate::run) fn refusal(&self, host: HostNo) -> Failure {
        match self.kernel.hosts.last_death(host) {
            Some(death) if !self.is_closing() => Failure::crashed(self.host_name(host), death),
            Some(_) | None => Failure::Cancelled,
        }
    }

    /// Makes a row for a task that is nobody's child on its host.
    pub(in crate::run) fn add_root(
        &mut self,
        host: HostNo,
        name: Name<'_>,
        place: Place,
    ) -> (u32, TaskNo) {
        let (slot, task) = self.kernel.tasks.add_root(host, name, place);
        self.added(slot, task, place);
        (slot, task)
    }

    /// What is to be done when a host starts; gives what was said before, to be dropped by the caller.
    pub(in crate::run) fn set_starter(
        &mut self,
        host: HostNo,
        starter: Starter,
    ) -> Option<Starter> {
        self.kernel.hosts.set_server(host);
        self.starters.insert(host, starter)
    }

    /// Whether a host was told what to do when it starts.
    pub(crate) fn has_starter(&self, host: HostNo) -> bool {
        self.kernel.hosts.is_server(host)
    }

    pub(in crate::run) fn starter(&self, host: HostNo) -> Option<Starter> {
        self.starters.get(&host).map(Rc::clone)
    }

    /// All that was said of starts, if anything was; to be dropped by the caller.
    pub(in crate::run) fn take_starters(&mut self) -> Option<BTreeMap<HostNo, Starter>> {
        (!self.starters.is_empty()).then(|| std::mem::take(&mut self.starters))
    }

    fn record_host(&mut self, verb: HostVerb, host: HostNo) {
        self.record(Event::Host { verb, host });
    }

    /// A host dies. Its tasks are not polled any more; the caller drops them.
    pub(in crate::run) fn host_dies(&mut self, host: HostNo, death: Death) {
        let verb = match death {
            Death::Process => HostVerb::Crashes,
            Death::PowerLoss => HostVerb::LosesPower,
        };
        self.host_ends(host, verb, death);
    }

    /// The process of a host ends by itself, as it was asked to; otherwise as [`Run::host_dies`].
    pub(in crate::run) fn host_exits(&mut self, host: HostNo) {
        self.host_ends(host, HostVerb::Exits, Death::Process);
        self.kernel.hosts.set_exited(host);
    }

    fn host_ends(&mut self, host: HostNo, verb: HostVerb, death: Death) {
        self.lives_on(host);
        self.record_host(verb, host);
        self.condemned.retain(|condemned| condemned.0 != host);
        self.kernel.hosts.die(host, death, self.kernel.now());
        drop(
            self.kernel
                .take_out(|tasks, slot| tasks.row(slot).host != host),
        );
        let tasks = &self.kernel.tasks;
        self.held.retain(|&slot| tasks.row(slot).host != host);
        let (network, now) = self.network();
        network.host_died(now, host, death);
    }

    /// The host of the running task dies, which is still being polled.
    pub(in crate::run) fn begin_own_crash(&mut self, host: HostNo, death: Death) {
        self.host_dies(host, death);
        self.dying = Some(host);
        self.kernel.set_dead(true);
        if let Some(cell) = self.kernel.tasks.cell(self.kernel.current()) {
            cell.header().add(CRASHED);
        }
        self.watch.look_next();
    }

    /// Whether a host died in the last poll, or is to end once no task is polled.
    #[inline(always)]
    pub(in crate::run) fn is_host_ending(&self) -> bool {
        self.dying.is_some() || self.has_condemned()
    }

    /// The host that died in the last poll.
    pub(in crate::run) fn take_dying(&mut self) -> Option<HostNo> {
        self.dying.take()
    }

    /// The host that dies is restarted by its own policy, once that has taken effect.
    pub(in crate::run) fn restart_after_death(&mut self, host: HostNo) {
        self.own_restart = Some(host);
    }

    /// The host that is, if that was said.
    pub(in crate::run) fn take_own_restart(&mut self) -> Option<HostNo> {
        self.own_restart.take()
    }

    /// Notes that a host is restarted by its own policy; `false` if it was at this instant already.
    pub(in crate::run) fn note_own_restart(&mut self, host: HostNo) -> bool {
        let now = self.now();
        self.kernel.hosts.restarts_itself(host, now)
    }

    /// A host that was down runs.
    pub(in crate::run) fn host_restarts_now(&mut self, host: HostNo) {
        self.lives_on(host);
        self.kernel.hosts.restart(host);
        self.record_host(HostVerb::Restarts, host);
        self.network().0.host_restarted(host);
    }

    /// The tasks of a host are polled no more. Nothing happens if it does not run.
    pub(crate) fn pause_host(&mut self, host: HostNo) {
        if !self.is_cutting_off() && self.kernel.hosts.pause(host) {
            self.record_host(HostVerb::Pauses, host);
            self.watch.look_up();
        }
    }

    /// The tasks of a host are polled again: those that are ready, in the order in which they became so. Nothing happens if it
    /// is not paused.
    pub(crate) fn resume_host(&mut self, host: HostNo) {
        if self.is_cutting_off() || !self.kernel.hosts.resume(host) {
            return;
        }
        self.lives_on(host);
        self.record_host(HostVerb::Resumes, host);
        if self.kernel.hosts.is_killed(host) {
            self.condemn(host, Fate::Killed);
        }
        let tasks = &self.kernel.tasks;
        let on_host = |slot: &u32| tasks.row(*slot).host == host;
        let (ready, held): (Vec<u32>, Vec<u32>) = self.held.iter().partition(|slot| on_host(slot));
        self.held = held;
        ready
            .into_iter()
            .for_each(|slot| self.kernel.ready.push(slot));
    }

    /// Puts ready tasks of paused hosts aside.
    #[cold]
    pub(in crate::run) fn hold_paused(&mut self) {
        let kernel = &mut self.kernel;
        let hosts = std::mem::take(&mut kernel.hosts);
        let runs = |host| hosts.life(host) != Life::Paused;
        let out = kernel.take_out(|tasks, slot| runs(tasks.row(slot).host));
        kernel.hosts = hosts;
        self.held.extend(out);
    }
}
