//! Faults of the plan, and promises of progress: what is drawn of them, and what is noted.
//!
//! What drops futures or calls the user's functions is in [`faults`](crate::run::faults), where nothing is borrowed.

use std::time::Duration;

use super::Run;
use crate::base::chance::Chance;
use crate::base::fault::FaultKind;
use crate::base::ids::{HostNo, push_name};
use crate::base::place::Place;
use crate::base::span::FAR;
use crate::choice::draw::{Candidates, Kind};
use crate::kernel::phase::{Phase, Stop};
use crate::model::faults::promises::Promise;
use crate::model::faults::storm::{Due, Force, Past, Storm, Strike};
use crate::model::hosts::{Death, Hosts, Life};
use crate::record::detail::{NoProgress, PastFault};
use crate::record::event::Event;
use crate::record::kind::{FindingKind, Level};

/// What is to be done for a fault, with nothing borrowed.
pub(in crate::run) enum Act {
    /// A host dies; then the fault is in force.
    Crash(HostNo, Death, Strike),
    Restart(HostNo),
}

impl Run {
    /// At the beginning of a run: which kinds strike in it, and how strongly.
    pub(super) fn begin_faults(&mut self) {
        let faults = self.setup.faults.clone();
        let mut storm = Storm::new(&faults);
        for &kind in FaultKind::ALL {
            let wanted = faults.wanted(kind);
            let Some(strengths) = Storm::strengths(kind, wanted) else {
                continue;
            };
            match self.draw_fault(strengths, |_| kind.name().to_owned(), 1) {
                0 => {}
                strength => storm.add(kind, wanted, strength),
            }
        }
        // Of a run that meets none nothing is different.
        if storm.is_any() {
            if storm.has_packets() {
                self.models.network().look_at_packets();
            }
            self.models.set_storm(storm);
        }
    }

    /// Draws a fault. The label is made only if the strategy or the tape needs it; `nth` counts the draws with that label.
    pub(super) fn draw_fault(
        &mut self,
        candidates: Candidates<'_>,
        label: impl FnOnce(&Hosts) -> String,
        nth: u32,
    ) -> usize {
        let hosts = &self.kernel.hosts;
        let label = || label(hosts);
        let (chosen, event) = self
            .draws
            .draw_labelled(Kind::Fault, candidates, label, nth);
        self.made_draw();
        self.record_draw(event);
        chosen
    }

    /// When the plan changes something, or a promise is broken, whatever is first.
    #[inline(always)]
    pub(in crate::run) fn next_planned(&self) -> u64 {
        match self.models.is_anything_planned() {
            true => self.next_fault().min(self.next_broken()),
            false => FAR,
        }
    }

    /// When the plan changes something.
    pub(in crate::run) fn next_fault(&self) -> u64 {
        self.models.next_fault()
    }

    /// When a promise is broken.
    pub(in crate::run) fn next_broken(&self) -> u64 {
        self.models.next_broken()
    }

    /// What the plan has for now, happens; as far as it can be done here.
    pub(in crate::run) fn take_fault(&mut self) -> Option<Act> {
        let now = self.now();
        match self.models.storm()?.take_due(now)? {
            Due::Period(kind, nth) => {
                self.draw_period(kind, nth);
                None
            }
            Due::Strike(strike) => {
                let steps = self.steps();
                let storm = self.models.storm()?;
                if storm.arm(strike, steps) {
                    self.watch.strike_at(storm.next_armed());
                    return None;
                }
                self.strike(strike)
            }
            Due::Heal(force) => self.heal(force),
            Due::Calm => {
                self.begin_calm();
                None
            }
        }
    }

    /// Whether a fault strikes before this step.
    pub(in crate::run) fn has_armed_fault(&self) -> bool {
        self.watch.strikes(self.steps()) && self.kernel.phase() == Phase::Running
    }

    /// The fault that strikes before this step happens; as far as it can be done here.
    pub(in crate::run) fn take_armed_fault(&mut self) -> Option<Act> {
        let steps = self.steps();
        let storm = self.models.storm()?;
        let strike = storm.take_armed(steps);
        self.watch.strike_at(storm.next_armed());
        self.strike(strike?)
    }

    /// A period of this kind begins: it is drawn for each host whether it is struck.
    fn draw_period(&mut self, kind: FaultKind, nth: u32) {
        for host in self.kernel.hosts.numbers() {
            if !self.can_strike(kind, host) {
                continue;
            }
            let label = |hosts: &Hosts| {
                let mut label = format!("{kind}@");
                push_name(&mut label, hosts.name(host).unwrap_or_default());
                label
            };
            let chosen = self.draw_fault(Storm::CANDIDATES, label, nth);
            if let (Some(storm), 1..) = (self.models.storm(), chosen) {
                storm.will_strike(kind, host, chosen);
            }
        }
    }

    /// Whether a fault can strike this host now. What was only spawned on a host does not come back, so only servers die.
    fn can_strike(&self, kind: FaultKind, host: HostNo) -> bool {
        let runs = self.host_life(host) == Life::Running;
        match kind {
            FaultKind::Crash | FaultKind::Power => runs && self.kernel.hosts.is_server(host),
            FaultKind::Pause => runs,
            FaultKind::Partition => true,
            FaultKind::Loss
            | FaultKind::Latency
            | FaultKind::Duplicate
            | FaultKind::Reorder
            | FaultKind::Segments
            | FaultKind::Buggify => false,
        }
    }

    fn strike(&mut self, strike: Strike) -> Option<Act> {
        let Strike { kind, host, .. } = strike;
        if !self.can_strike(kind, host) {
            return None;
        }
        match kind {
            FaultKind::Crash => Some(Act::Crash(host, Death::Process, strike)),
            FaultKind::Power => Some(Act::Crash(host, Death::PowerLoss, strike)),
            FaultKind::Pause => {
                self.pause_host(host);
                self.struck(strike);
                None
            }
            FaultKind::Partition => {
                // Once is enough.
                if !self.models.storm()?.is_in_force(kind, host) {
                    self.struck(strike);
                    self.models.network().set_cut_off(host, true);
                }
                None
            }
            FaultKind::Loss
            | FaultKind::Latency
            | FaultKind::Duplicate
            | FaultKind::Reorder
            | FaultKind::Segments
            | FaultKind::Buggify => None,
        }
    }

    /// A fault is in force.
    pub(in crate::run) fn struck(&mut self, strike: Strike) {
        let now = self.now();
        if let Some(storm) = self.models.storm() {
            let until = storm.struck(strike, now);
            let Strike { kind, host, .. } = strike;
            self.record(Event::FaultBegan {
                fault: kind,
                host,
                lasts: (until - now).into(),
            });
        }
    }

    fn heal(&mut self, force: Force) -> Option<Act> {
        self.record_end(force);
        match force.kind {
            FaultKind::Crash | FaultKind::Power => Some(Act::Restart(force.host)),
            FaultKind::Pause => {
                self.resume_host(force.host);
                None
            }
            FaultKind::Partition => {
                self.models.network().set_cut_off(force.host, false);
                None
            }
            FaultKind::Loss
            | FaultKind::Latency
            | FaultKind::Duplicate
            | FaultKind::Reorder
            | FaultKind::Segments
            | FaultKind::Buggify => None,
        }
    }

    fn record_end(&mut self, force: Force) {
        self.record(Event::FaultEnded {
            fault: force.kind,
            host: force.host,
        });
    }

    /// A host lives on in another way: what the plan did to it is over.
    pub(super) fn lives_on(&mut self, host: HostNo) {
        let now = self.now();
        let over = self
            .models
            .storm()
            .and_then(|storm| storm.take_over(host, now));
        over.into_iter().for_each(|force| self.record_end(force));
    }

    /// The calm phase begins: all is healed but what is left out of the core.
    fn begin_calm(&mut self) {
        self.record(Event::Calm);
        let now = self.now();
        self.models.promises().count_all_from(now);
        self.watch.strike_at(u64::MAX);
        let mut hosts: Vec<HostNo> = self.kernel.hosts.numbers().collect();
        let core = self.models.storm().map(|storm| storm.core());
        let most = core.map_or(0, |core| core.left_out(hosts.len()));
        let mut left_out = Vec::new();
        for nth in 1..=most {
            let candidates = Candidates::Count(hosts.len() + 1);
            match self.draw_fault(candidates, |_| "core".to_owned(), nth as u32) {
                0 => {}
                chosen => left_out.push(hosts.remove(chosen - 1)),
            }
        }
        if let Some(storm) = self.models.storm() {
            storm.heal_all_but(&left_out, now);
        }
    }

    /// Whether a place that is marked with `buggify!` does what it is there for.
    pub(crate) fn buggify(&mut self, p: f64, place: Place) -> bool {
        let now = self.now();
        let chance = self.models.storm().and_then(|storm| storm.buggify(now));
        let Some(chance) = chance.filter(|_| !self.is_cutting_off()) else {
            return false;
        };
        let known = self.models.storm().and_then(|storm| storm.site(place));
        let enabled = known.unwrap_or_else(|| self.draw_site(chance, place));
        let fires = enabled
            && match Chance::of(p) {
                Chance::Never => false,
                Chance::Always => true,
                Chance::Ones(ones) => self.strikes_here(ones, place),
            };
        if fires {
            let place = self.journal.place(place);
            self.record(Event::Buggified { place });
        }
        fires
    }

    fn draw_site(&mut self, chance: u64, place: Place) -> bool {
        let label = |_: &Hosts| {
            let mut label = "buggify@".to_owned();
            // Slashes and colons stay, blanks must not.
            let file = place.file().replace([' ', ';', '\t'], "_");
            label.push_str(&format!("{file}:{}:{}", place.line(), place.column()));
            label
        };
        let enabled = match u32::try_from(chance) {
            Ok(0) => false,
            Ok(ones) => self.draw_fault(Candidates::Coin { ones }, label, 1) == 1,
            // So that it can be taken away all the same.
            Err(_) => self.draw_fault(Candidates::Coin { ones: u32::MAX }, label, 1) == 1,
        };
        if let Some(storm) = self.models.storm() {
            storm.set_site(place, enabled);
        }
        enabled
    }

    /// The running task promises progress; gives the number of the promise.
    pub(crate) fn promise(&mut self, what: &str, within: u64, place: Place) -> u32 {
        let (since, host) = (self.now(), self.current_host());
        let slot = self.running_slot().filter(|_| self.is_recorded());
        let task = slot.map(|slot| self.kernel.tasks.path(slot));
        self.models.promises().add(Promise {
            what: what.to_owned(),
            within,
            since,
            times: 0,
            host,
            task,
            place,
        })
    }

    /// What was promised was done.
    pub(crate) fn keep_promise(&mut self, number: u32) {
        let now = self.now();
        if !self.is_dead() {
            self.models.promises().done(number, now);
        }
    }

    /// A promise is over.
    pub(crate) fn end_promise(&mut self, number: u32) {
        self.models.promises().remove(number);
    }

    /// A promise may be broken: a finding, which ends the run if it fails it.
    pub(in crate::run) fn judge_promise(&mut self) -> Result<(), Stop> {
        let now = self.now();
        let broken = self.models.promises().broken(now);
        let Some((number, promise)) = broken.map(|(number, promise)| (number, promise.clone()))
        else {
            return Ok(());
        };
        // Whatever comes of it, it is told once for each time that it was promised to be within.
        self.models.promises().count_from(number, now);
        let level = self.verdict.levels().get(FindingKind::NoProgress);
        // A host that is down, or stands still, promises nothing.
        if level == Level::Allow || self.host_life(promise.host) != Life::Running {
            return Ok(());
        }
        if self.is_recorded() {
            let place = Some(promise.place.into());
            let task = promise.task.clone();
            let detail = self.no_progress(promise);
            self.report_as(detail.into(), task, now, place);
        } else {
            let place = Some(promise.place);
            self.verdict.mark(FindingKind::NoProgress, place);
        }
        if level == Level::Deny {
            self.watch.end();
            return Err(Stop::Limit);
        }
        Ok(())
    }

    fn no_progress(&mut self, promise: Promise) -> NoProgress {
        let (calm_since, (past, faults_before)) = match self.models.storm() {
            Some(storm) => (storm.calm_since(), storm.past()),
            None => (None, Default::default()),
        };
        let told = |past: Past| PastFault {
            fault: past.kind,
            host: self.host_name(past.host).to_owned(),
            since: Duration::from_nanos(past.since),
            until: past.until.map(Duration::from_nanos),
        };
        NoProgress {
            what: promise.what,
            within: Duration::from_nanos(promise.within),
            times: promise.times,
            since: Duration::from_nanos(promise.since),
            calm_since: calm_since.map(Duration::from_nanos),
            faults: past.into_iter().map(told).collect(),
            faults_before,
        }
    }
}
