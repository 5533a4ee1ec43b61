//! Hosts that fail together.

use super::{Death, Host};

/// Hosts that fail together: a rack, a zone. What is done to it is done to each, in the order in which they were given.
///
/// ```
/// use reweave::host::Group;
///
/// # reweave::Sim::new().run(async {
/// let zone: Group = (0..3).map(|n| reweave::host(format!("db{n}"))).collect();
/// zone.power_off();
/// assert!(zone.hosts().iter().all(|host| !host.is_running()));
/// zone.restart();
/// assert!(zone.hosts().iter().all(|host| host.is_running()));
/// # }).unwrap();
/// ```
#[derive(Clone, Debug, Default)]
pub struct Group {
    hosts: Vec<Host>,
}

impl Group {
    /// The hosts of the group.
    pub fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// The processes of all that are up die; see [`Host::crash`].
    ///
    /// # Panics
    ///
    /// If the run of its hosts is not under way on this thread. Called by a task of one of the hosts it unwinds, once the
    /// others are down.
    #[track_caller]
    pub fn crash(&self) {
        self.crash_with(Death::Process);
    }

    /// All that are up lose their power; see [`Host::power_off`].
    ///
    /// # Panics
    ///
    /// As [`Group::crash`].
    #[track_caller]
    pub fn power_off(&self) {
        self.crash_with(Death::PowerLoss);
    }

    /// All that are up die in the way that is given; see [`Host::crash_with`].
    ///
    /// # Panics
    ///
    /// As [`Group::crash`].
    #[track_caller]
    pub fn crash_with(&self, death: Death) {
        self.others_first(|host| host.crash_with(death));
    }

    /// Does this with each that is up, and with the own host last: that may unwind.
    #[track_caller]
    fn others_first(&self, act: impl Fn(&Host)) {
        let (own, others): (Vec<&Host>, Vec<&Host>) = self
            .hosts
            .iter()
            .partition(|host| host.is_of_running_task());
        for host in others.into_iter().chain(own) {
            if host.is_running() {
                act(host);
            }
        }
    }

    /// All that are up are asked to end; see [`Host::stop`].
    ///
    /// # Panics
    ///
    /// As [`Group::crash`].
    #[track_caller]
    pub fn stop(&self) {
        self.others_first(Host::stop);
    }

    /// All that are down run again; see [`Host::restart`].
    ///
    /// # Panics
    ///
    /// If the run of its hosts is not under way on this thread.
    #[track_caller]
    pub fn restart(&self) {
        for host in &self.hosts {
            if !host.is_running() {
                host.restart();
            }
        }
    }

    /// All that are up stand still; see [`Host::pause`].
    ///
    /// # Panics
    ///
    /// If the run of its hosts is not under way on this thread.
    #[track_caller]
    pub fn pause(&self) {
        for host in self.hosts.iter().filter(|host| host.is_running()) {
            host.pause();
        }
    }

    /// All that are paused go on; see [`Host::resume`].
    ///
    /// # Panics
    ///
    /// If the run of its hosts is not under way on this thread.
    #[track_caller]
    pub fn resume(&self) {
        for host in self.hosts.iter().filter(|host| host.is_running()) {
            host.resume();
        }
    }
}

impl FromIterator<Host> for Group {
    fn from_iter<I: IntoIterator<Item = Host>>(hosts: I) -> Group {
        Group {
            hosts: hosts.into_iter().collect(),
        }
    }
}
