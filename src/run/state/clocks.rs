//! The clocks of hosts: what time it is for the code that runs, and when its deadlines are.

use super::Run;
use crate::base::ids::HostNo;
use crate::base::place::Place;
use crate::model::clocks::ReadBy;
use crate::record::detail::ForeignInstant;
use crate::record::event::{ClockVerb, Event};
use crate::record::kind::FindingKind;

impl Run {
    /// What time it is for the code that runs now, by the clock of its host.
    #[inline(always)]
    pub(crate) fn time_here(&self) -> u64 {
        match self.models.clocks() {
            None => self.true_time_here(),
            Some(_) => self.shown_here(),
        }
    }

    #[cold]
    #[inline(never)]
    fn shown_here(&self) -> u64 {
        let now = self.true_time_here();
        match self.models.clocks() {
            Some(clocks) => clocks.shown(self.kernel.current_host(), now),
            None => now,
        }
    }

    /// What time it is for the code that runs now, and by what it is read.
    #[inline(always)]
    pub(crate) fn read_clock_here(&self) -> (u64, ReadBy) {
        match self.models.clocks() {
            None => (self.true_time_here(), ReadBy::ANY),
            Some(clocks) => (
                self.shown_here(),
                clocks.read_by(self.kernel.current_host()),
            ),
        }
    }

    /// When that is on the clock of the run, for the code that runs now.
    #[inline(always)]
    pub(crate) fn when(&self, read_by: ReadBy, shown: u64) -> u64 {
        match self.models.clocks() {
            None => shown,
            Some(clocks) => clocks.when(self.kernel.current_host(), read_by, shown),
        }
    }

    /// When that is on the clock of the run, for the code that runs now; an error with the names of the host by whose clock it was
    /// read, and of that of the running task, if their clocks differ.
    #[inline(always)]
    pub(crate) fn when_here(&self, read_by: ReadBy, shown: u64) -> Result<u64, [String; 2]> {
        match self.models.clocks() {
            None => Ok(shown),
            Some(_) => self.when_unless_strange(read_by, shown),
        }
    }

    #[cold]
    #[inline(never)]
    fn when_unless_strange(&self, read_by: ReadBy, shown: u64) -> Result<u64, [String; 2]> {
        match self.stranger(read_by) {
            Some(hosts) => Err(hosts),
            None => Ok(self.when(read_by, shown)),
        }
    }

    fn stranger(&self, read_by: ReadBy) -> Option<[String; 2]> {
        let here = self.kernel.current_host();
        let stranger = self.models.clocks()?.stranger(here, read_by, self.now())?;
        let name = |host| match self.host_name(host) {
            "" => "main".to_owned(),
            name => name.to_owned(),
        };
        Some([name(stranger), name(here)])
    }

    /// The running task is about to panic, for it waits by the clock of another host.
    pub(crate) fn found_foreign_instant(&mut self, read_on: &str, awaited_on: &str, place: Place) {
        let kind = FindingKind::ForeignInstant;
        if self.verdict.is_allowed(kind) {
            return;
        }
        self.panic_told = Some(self.kernel.steps());
        let slot = Some(self.kernel.current());
        let (read_on, awaited_on) = (read_on.to_owned(), awaited_on.to_owned());
        self.find(kind, slot, Some(place), |_| {
            ForeignInstant {
                read_on,
                awaited_on,
            }
            .into()
        });
    }

    /// Whether the panic of the running poll was told as what it is.
    pub(in crate::run) fn take_panic_told(&mut self) -> bool {
        self.panic_told.take() == Some(self.kernel.steps())
    }

    /// What the system clock of the host of the running task shows, in ns since the Unix epoch.
    pub(crate) fn system_time_here(&self) -> u64 {
        let shown = self.epoch().saturating_add(self.time_here());
        match self.models.clocks() {
            None => shown,
            Some(clocks) => shown.saturating_add_signed(clocks.offset(self.kernel.current_host())),
        }
    }

    /// The clock of a host drifts so from now on; `false` if the host has tasks.
    pub(crate) fn set_drift(&mut self, host: HostNo, gains_ppm: i32) -> bool {
        if self.is_cutting_off() {
            return true;
        }
        let tasks = &self.kernel.tasks;
        if !tasks.living_on(host).is_empty() {
            return false;
        }
        let verb = match gains_ppm < 0 {
            true => ClockVerb::Loses,
            false => ClockVerb::Gains,
        };
        let amount = u64::from(gains_ppm.unsigned_abs()).into();
        self.record(Event::Clock { verb, host, amount });
        let now = self.now();
        self.models.make_clocks().set_drift(host, gains_ppm, now);
        true
    }

    /// The system clock of a host jumps; `false` if that leads out of its range.
    pub(crate) fn jump_clock(&mut self, host: HostNo, nanos: u64, ahead: bool) -> bool {
        if self.is_cutting_off() {
            return true;
        }
        let Ok(by) = i64::try_from(nanos) else {
            return false;
        };
        let (now, epoch) = (self.now(), self.epoch());
        let clocks = self.models.make_clocks();
        let shown = i128::from(epoch)
            + i128::from(clocks.shown(host, now))
            + i128::from(clocks.offset(host));
        let (verb, by) = match ahead {
            true => (ClockVerb::JumpsAhead, by),
            false => (ClockVerb::JumpsBack, -by),
        };
        if u64::try_from(shown + i128::from(by)).is_err() {
            return false;
        }
        clocks.jump(host, by);
        let amount = nanos.into();
        self.record(Event::Clock { verb, host, amount });
        true
    }
}
