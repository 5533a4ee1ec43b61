//! The portfolio: each seed has the strategy of one of its members.
//!
//! No strategy is good at everything: what one finds in three schedules another may never find. In turn, all of them need about as many times
//! the schedules of the best as there are members, whichever that is. Which member has a seed is told by the seed alone.

use super::builtin::Builtin;

/// The members, in turn. Two have more than one turn, for they are the best, or near it, at most programs.
pub(crate) const MEMBERS: [Builtin; 6] = [
    Builtin::Random,
    Builtin::Surw,
    Builtin::Pct { depth: 3 },
    Builtin::Urw,
    Builtin::Pos,
    Builtin::Pct { depth: 10 },
];

/// Which member has this seed.
pub(crate) fn member(seed: u64) -> Builtin {
    MEMBERS[(seed % MEMBERS.len() as u64) as usize]
}
