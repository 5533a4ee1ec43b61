//! How far a search got, and what it left out.

use crate::choice::draw::Kind;
use crate::choice::strategies::builtin::Builtin;

/// How far a [search](Builtin::is_search) got; from [`Exploration::searched`](crate::Exploration::searched).
///
/// Its `Display` form says it in words: "all 34 schedules pass" where all there are were tried.
///
/// ```
/// use reweave::strategies::Builtin;
/// use reweave::{explore, spawn};
///
/// let two_tasks = || async {
///     let one = spawn(async {});
///     let other = spawn(async {});
///     one.await.unwrap();
///     other.await.unwrap();
/// };
/// let found = explore(two_tasks).builtin(Builtin::Exhaustive).run();
/// let searched = found.searched().unwrap();
/// assert!(searched.is_complete());
/// assert!(searched.to_string().starts_with("all "));
/// // Two runs are not enough.
/// let found = explore(two_tasks).builtin(Builtin::Exhaustive).seeds(0..2).run();
/// assert!(!found.searched().unwrap().is_complete());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Searched {
    /// The search.
    pub strategy: Builtin,
    /// How many runs were made, which are counted from the beginning where the search [began anew](Searched::restarts).
    pub runs: u64,
    /// How many of them failed.
    pub failed: u64,
    /// Why it ended.
    pub ending: Ending,
    /// Draws of which not all candidates were tried, but [the plainest](Builtin::is_systematic): their kind, and how many candidates there were at the
    /// most.
    pub clamped: Vec<(Kind, usize)>,
    /// Whether tasks ran between two statements of others ([`Sim::threads`](crate::Sim::threads)): these are not all schedules that threads could
    /// bring about.
    pub threads: bool,
    /// How many of the runs of [`Builtin::Dpor`] did what another had done, as turned out on the way.
    pub redundant: u64,
    /// Whether a task polled several futures in one poll, as `select!` and `join!` do, in a search by [`Builtin::Dpor`]: in which orders they may go on is
    /// tried, but it is not proven that none is missed.
    pub several_futures: bool,
    /// If [`Builtin::Dpor`] left out schedules in which a ready task is passed over more often in a row than so often, how often that is: as those are of a
    /// loop that goes on until another task has run.
    pub passed_over: Option<u32>,
    /// Whether an instant of a systematic search went on for so long that a due timer [fired](Kind::Fire), or a task was [overtaken](Kind::Preempt), without a
    /// draw: what else might have happened there was not tried.
    pub forced: bool,
    /// How often it began anew because the `Pending` of a scheduling point was taken for an answer: that point is passed over in all
    /// runs.
    pub restarts: u64,
    /// Of a guided search how many runs showed something new, so that others were made from them.
    pub kept: u64,
}

/// Why a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// All runs were made that it makes. A guided search knows no end.
    Complete,
    /// A run failed, and it does not [go on](crate::Explore::collect).
    Failed,
    /// It made as many runs as it may.
    Budget,
    /// More runs brought [next to nothing new](crate::Explore::until_flat).
    Flat,
    /// It was [ended from outside](crate::Explore::until).
    Ended,
    /// The program drew something else after the same answers, so that there is nothing to enumerate.
    Nondeterministic,
}

impl Ending {
    /// Whether all runs were made that were asked for.
    pub(super) fn is_whole(self, strategy: Builtin) -> bool {
        match self {
            Ending::Complete | Ending::Flat => true,
            // Of a systematic search some are left.
            Ending::Budget => !strategy.is_systematic(),
            Ending::Failed | Ending::Ended | Ending::Nondeterministic => false,
        }
    }

    /// Whether the runs that were made are always the same, and none of them ended it.
    pub(super) fn repeats(self) -> bool {
        match self {
            Ending::Complete | Ending::Flat | Ending::Budget => true,
            Ending::Failed | Ending::Ended | Ending::Nondeterministic => false,
        }
    }
}

impl Searched {
    /// A search that made so many runs, of which none failed, and left nothing out.
    pub(super) fn new(strategy: Builtin, runs: u64, ending: Ending) -> Searched {
        Searched {
            strategy,
            runs,
            failed: 0,
            ending,
            clamped: Vec::new(),
            threads: false,
            redundant: 0,
            several_futures: false,
            passed_over: None,
            forced: false,
            restarts: 0,
            kept: 0,
        }
    }

    /// Whether all runs were made that the search makes, and these are all there are: none of their draws had more candidates than were tried, no
    /// tasks ran between two [statements](Searched::threads) of others, none polled [several futures](Searched::several_futures), none was [passed
    /// over](Searched::passed_over) for so long that it had to be its turn, and nothing was [forced](Searched::forced).
    pub fn is_complete(&self) -> bool {
        let whole = self.ending == Ending::Complete && self.clamped.is_empty();
        whole
            && !self.threads
            && !self.several_futures
            && self.passed_over.is_none()
            && !self.forced
    }
}
