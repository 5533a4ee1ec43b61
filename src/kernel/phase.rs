//! How far a run has come.
//!
//! ```text
//!   Running ──main is over──► MainDone ──the runtime is drawn──► Closing(Done)
//!      │                          └──a limit──────────────────► Closing(Limit)
//!      ├──nothing can happen any more─────────────────────────► Closing(Stuck)
//!      └──a limit─────────────────────────────────────────────► Closing(Limit)
//! ```

/// See the top of this file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// `main` is not over.
    Running,
    /// `main` is over, and the runtime stands in the ready queue.
    MainDone,
    /// The run has ended: what is left is dropped, and what is spawned now is cancelled at once.
    Closing(Stop),
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// `main` is done.
    Done,
    /// Nothing can happen any more.
    Stuck,
    /// A limit was reached, and reported.
    Limit,
}

impl Phase {
    /// Whether `main` had ended before anything else ended the run.
    pub(crate) fn has_main_ended(self) -> bool {
        match self {
            Phase::MainDone | Phase::Closing(Stop::Done) => true,
            Phase::Running | Phase::Closing(Stop::Stuck | Stop::Limit) => false,
        }
    }

    /// Whether the run has ended.
    #[inline(always)]
    pub(crate) fn is_closing(self) -> bool {
        matches!(self, Phase::Closing(_))
    }
}
