//! What happens to hosts, and to their clocks.

/// What happened to a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HostVerb {
    /// It is there from now on, and runs.
    Starts,
    /// Its process dies.
    Crashes,
    /// It loses its power.
    LosesPower,
    /// It runs again.
    Restarts,
    /// Its tasks are polled no more, for now.
    Pauses,
    /// They are polled again.
    Resumes,
    /// Its process ends by itself, as it was asked to.
    Exits,
}

impl HostVerb {
    /// All of them, in the order of their declaration.
    pub const ALL: &'static [HostVerb] = &[
        HostVerb::Starts,
        HostVerb::Crashes,
        HostVerb::LosesPower,
        HostVerb::Restarts,
        HostVerb::Pauses,
        HostVerb::Resumes,
        HostVerb::Exits,
    ];

    /// The event's name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            HostVerb::Starts => "host_started",
            HostVerb::Crashes => "host_crashed",
            HostVerb::LosesPower => "host_lost_power",
            HostVerb::Restarts => "host_restarted",
            HostVerb::Pauses => "host_paused",
            HostVerb::Resumes => "host_resumed",
            HostVerb::Exits => "host_exited",
        }
    }

    /// The event as traces write it.
    pub const fn words(self) -> &'static str {
        match self {
            HostVerb::Starts => "starts host",
            HostVerb::Crashes => "crashes host",
            HostVerb::LosesPower => "powers off host",
            HostVerb::Restarts => "restarts host",
            HostVerb::Pauses => "pauses host",
            HostVerb::Resumes => "resumes host",
            HostVerb::Exits => "ends the process of host",
        }
    }
}

/// What the clock of a host does from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[repr(u8)]
pub enum ClockVerb {
    /// The system clock jumps ahead.
    JumpsAhead,
    /// It jumps back.
    JumpsBack,
    /// It goes faster than the time of the run.
    Gains,
    /// It goes slower.
    Loses,
}

impl ClockVerb {
    /// The event's name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            ClockVerb::JumpsAhead => "clock_jumped_ahead",
            ClockVerb::JumpsBack => "clock_jumped_back",
            ClockVerb::Gains => "clock_gains",
            ClockVerb::Loses => "clock_loses",
        }
    }
}
