//! The kinds of faults that a plan can bring about.

use std::fmt;

/// What a value beside a kind says, as in `loss = 0.05`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// About once in so much time, for each host.
    Every,
    /// With this probability.
    Chance,
}

macro_rules! faults {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $group:ident, $measure:ident;)*) => {
        /// The kinds of faults.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum FaultKind {
            $($(#[$doc])* $variant,)*
        }

        impl FaultKind {
            /// All kinds, in the order of their declaration.
            pub const ALL: &'static [FaultKind] = &[$(FaultKind::$variant),*];

            /// The kind's name, as the grammar of [`Faults`](crate::faults::Faults) writes it.
            pub const fn name(self) -> &'static str {
                match self { $(FaultKind::$variant => $name,)* }
            }

            pub(crate) const fn group(self) -> FaultGroup {
                match self { $(FaultKind::$variant => FaultGroup::$group,)* }
            }

            pub(crate) const fn measure(self) -> Measure {
                match self { $(FaultKind::$variant => Measure::$measure,)* }
            }
        }
    };
}

faults! {
    /// The process of a host dies, and is restarted some time later.
    Crash = "crash", Hosts, Every;
    /// A host loses its power, and has it again some time later.
    Power = "power", Hosts, Every;
    /// A host stands still for some time.
    Pause = "pause", Hosts, Every;
    /// A host is cut off from all others for some time.
    Partition = "partition", Network, Every;
    /// Packets are lost.
    Loss = "loss", Network, Chance;
    /// Packets take a hundred times as long as others.
    Latency = "latency", Network, Chance;
    /// Datagrams arrive twice.
    Duplicate = "duplicate", Network, Chance;
    /// Datagrams are late, so that others overtake them.
    Reorder = "reorder", Network, Chance;
    /// What is written to a stream at once arrives in two parts.
    Segments = "segments", Network, Chance;
    /// A place that is marked with [`buggify!`](crate::buggify) does what it is there for.
    Buggify = "buggify", Buggify, Chance;
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Kinds that are asked for together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FaultGroup {
    Hosts,
    Network,
    Buggify,
}

impl FaultGroup {
    pub(crate) const ALL: [FaultGroup; 3] =
        [FaultGroup::Hosts, FaultGroup::Network, FaultGroup::Buggify];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            FaultGroup::Hosts => "hosts",
            FaultGroup::Network => "network",
            FaultGroup::Buggify => "buggify",
        }
    }

    /// The kinds of the group, in the order of their declaration.
    pub(crate) fn kinds(self) -> impl Iterator<Item = FaultKind> {
        let kinds = FaultKind::ALL.iter().copied();
        kinds.filter(move |kind| kind.group() == self)
    }
}
