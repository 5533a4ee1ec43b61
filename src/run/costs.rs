//! How much virtual time polls and operations take in a run.

/// What polls and operations of the run that is under way cost.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Costs {
    /// The most that one takes, in ns.
    pub(super) most: u64,
    /// With a probability of so many in 2³² one takes any time; 0 in a run without costs.
    pub(super) ones: u32,
}
