//! What is known of a failing run beyond the run itself: how it was shrunk, where it was lost, which run is near and passes.

use crate::choice::tape::Tape;
use crate::record::event::EventNo;
use crate::record::finding::Finding;
use crate::record::trace::Trace;

/// How a failing run was shrunk, from which step on it was lost, and which passing run is near.
///
/// [`Run::explanation`](crate::Run::explanation) gives it.
///
/// ```
/// use reweave::{spawn, task::yield_now};
///
/// let found = reweave::explore(|| async {
///     let late = spawn(async {});
///     yield_now().await;
///     assert!(late.is_finished());
/// })
/// .shrink(true)
/// .run();
/// let failure = found.failure().unwrap();
/// let explanation = failure.explanation().unwrap();
/// assert!(explanation.is_minimal());
/// assert_eq!(failure.tape().deviations().len(), 1);
/// // Without that one deviation it passes.
/// assert_eq!(explanation.nearest_passing().unwrap().deviations().len(), 0);
/// ```
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The tape of the run that was found, and its seed if it had one.
    pub(crate) found: Tape,
    pub(crate) seed: Option<u64>,
    pub(crate) minimality: Minimality,
    /// How many runs were made to shrink it, and how many steps they had.
    pub(crate) runs: u64,
    pub(crate) steps: u64,
    pub(crate) turning: Turning,
    /// The events that happened between the draw of the turning point and the next.
    pub(crate) turned: Option<(EventNo, EventNo)>,
    pub(crate) nearest: Option<Nearest>,
    pub(crate) others: Vec<Other>,
}

/// What is known of a tape that was shrunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Minimality {
    /// The plain run fails.
    Plain,
    /// No single deviation can go, and no tape of fewer deviations, nor any of at most two, fails in the same way.
    Minimal,
    /// No single deviation can go.
    OneMinimal,
    /// Too much would have had to be tried.
    CutShort,
}

/// How many continuations are tried at a draw.
pub(crate) const CONTINUATIONS: u32 = 64;

/// What continuations say of a failing run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turning {
    /// All fail that are drawn at random from the start.
    Start,
    /// All fail after this draw, by its place from 0; of those that begin before it so many do.
    Draw { place: usize, before: u32 },
    /// Too much would have had to be tried.
    Unknown,
}

/// Another failure that was met.
#[derive(Clone, Debug)]
pub(crate) struct Other {
    pub(crate) finding: Finding,
    pub(crate) tape: Tape,
}

/// A run that passes, and differs from the failing one in one deviation.
#[derive(Clone, Debug)]
pub(crate) struct Nearest {
    pub(crate) tape: Tape,
    pub(crate) edit: Edit,
    /// What happens in it.
    pub(crate) trace: Trace,
}

/// How a tape becomes that of the nearest passing run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edit {
    /// Without the deviation in this place.
    Without(usize),
    /// With one more, at its end.
    With,
}

impl Explanation {
    /// The tape of the run as it was found.
    pub fn found(&self) -> &Tape {
        &self.found
    }

    /// The seed of the run as it was found, if it had one.
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// Whether no run with fewer deviations fails in the same way, as far as was tried: none of the shrunk run's can go, and no tape of
    /// one deviation, nor of two where it has more, does it.
    pub fn is_minimal(&self) -> bool {
        matches!(self.minimality, Minimality::Plain | Minimality::Minimal)
    }

    /// Whether shrinking ended before it was done: the run may have deviations that can go.
    pub fn is_cut_short(&self) -> bool {
        self.minimality == Minimality::CutShort
    }

    /// How many runs were made to shrink it.
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// How many steps those runs had.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The tape of a run that passes, and differs in one deviation; if one was found.
    pub fn nearest_passing(&self) -> Option<&Tape> {
        self.nearest.as_ref().map(|nearest| &nearest.tape)
    }

    /// What happens in the nearest passing run, to be looked at beside the failing one; if one was found.
    pub fn nearest_passing_trace(&self) -> Option<&Trace> {
        self.nearest.as_ref().map(|nearest| &nearest.trace)
    }

    /// The tapes of runs that failed in other ways and were met meanwhile.
    pub fn other_failures(&self) -> impl Iterator<Item = &Tape> {
        self.others.iter().map(|other| &other.tape)
    }
}
