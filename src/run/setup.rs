//! What a run is given.

use std::sync::Arc;
use std::time::Duration;

use super::underway::{Drawn, Witness};
use crate::choice::chooser::Source;
use crate::choice::passes::Passes;
use crate::model::faults::plan::Faults;
use crate::record::journal::Keep;
use crate::record::kind::Levels;

/// How far a run may go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Polls in all.
    pub(crate) steps: u64,
    /// Polls and operations while virtual time stands still.
    pub(crate) steps_at_once: u64,
    /// Virtual time.
    pub(crate) virtual_time: Duration,
    /// Real time. The one limit that depends on the machine; off unless asked for.
    pub(crate) wall_time: Option<Duration>,
    /// Living tasks.
    pub(crate) tasks: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            steps: 10_000_000,
            steps_at_once: 400_000,
            virtual_time: Duration::from_secs(10 * 365 * 24 * 3600),
            wall_time: None,
            tasks: 250_000,
        }
    }
}

/// All that is said of a run but its draws.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) limits: Limits,
    pub(crate) levels: Levels,
    /// The virtual system clock at the start of the run, in ns since the Unix epoch.
    pub(crate) epoch: u64,
    /// Lines of standard input and when they come, in ns from the start.
    pub(crate) stdin: Vec<(u64, String)>,
    /// Whether output also goes to the terminal.
    pub(crate) echo: bool,
    /// Whether operations are scheduling points although they could complete at once.
    pub(crate) points: bool,
    /// Whether other tasks may run between two statements of one.
    pub(crate) threads: bool,
    /// How much virtual time a poll or an operation may take, in ns; `None` if they take none.
    pub(crate) costs: Option<u64>,
    /// How long a lock may be held while others wait, in ns.
    pub(crate) long_hold: u64,
    /// Which faults a run may meet.
    pub(crate) faults: Faults,
    /// Who wants to know which runs are made.
    pub(crate) witness: Option<Arc<dyn Witness>>,
}

impl Default for Setup {
    fn default() -> Self {
        Setup {
            limits: Limits::default(),
            levels: Levels::default(),
            epoch: DEFAULT_EPOCH,
            stdin: Vec::new(),
            echo: false,
            points: true,
            threads: false,
            costs: None,
            long_hold: 10 * 1_000_000_000,
            faults: Faults::none(),
            witness: None,
        }
    }
}

/// 2000-01-01 00:00:00 UTC: late enough for code that subtracts years, plainly not today.
pub(crate) const DEFAULT_EPOCH: u64 = 946_684_800 * 1_000_000_000;

/// What differs between runs of one setup.
pub(crate) struct Plan {
    /// Who answers the draws.
    pub(crate) source: Source,
    /// The seed of random values.
    pub(crate) values: u64,
    /// Which events are kept, and so whether a tape is written and findings are told.
    pub(crate) record: Option<Keep>,
    /// The scheduling points that are passed over.
    pub(crate) passes: Passes,
    /// What to call the run.
    pub(crate) drawn: Drawn,
    /// Whether the run is one that will be reported, or the only one there is: a panic hook and a `tracing` subscriber of the
    /// user's hear of it. Of the many that are explored they do not.
    pub(crate) aloud: bool,
}

impl Plan {
    /// That of no run.
    pub(crate) const NONE: Plan = Plan {
        source: Source::Nobody,
        values: 0,
        record: None,
        passes: Passes::NONE,
        drawn: Drawn::Unnamed,
        aloud: false,
    };
}
