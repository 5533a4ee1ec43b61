//! All the state of one run, made anew for each: the one composition root.
//!
//! ```text
//!             emit(fact)                 draw                   find
//!                 │                       │                      │
//!        ┌────────┼──────────┐            │            ┌─────────┴────────┐
//!        ▼        ▼          ▼            ▼            ▼                  ▼
//!     journal  counters  observer ···► chooser     suspicion          findings
//!     hash,    always    recorded      answers,    not recorded:      recorded:
//!     events             runs only     tape        "look again"       data
//!                                         ▲
//!                        kernel ──────────┘   models: timers (in the kernel), stdin
//! ```
//!
//! Handles reach it through the [context](super::context), with verbs; only the [loop](super::step) moves it on. The verbs
//! stand by topic: the [course] of the run and its tasks, [time], [models], [records], [waits], [draws],
//! [findings].

mod course;
mod draws;
mod findings;
mod models;
mod records;
mod time;
mod waits;

use std::sync::Arc;

use super::draws::Draws;
use super::limits::Watch;
use super::names::ResourceNames;
use super::setup::Setup;
use super::suspicion::Suspicion;
use super::terminal::Terminal;
use super::underway::Drawn;
use super::values::Values;
use super::verdict::Verdict;
use crate::base::ids::{RunId, TaskNo};
use crate::choice::chooser::Source;
use crate::choice::passes::Passes;
use crate::choice::strategies::walk::RandomWalk;
use crate::choice::strategy::Summary;
use crate::choice::tape::{Match, Tape};
use crate::diagnose::starvation::Starved;
use crate::kernel::kernel::{Kernel, KernelMemory};
use crate::observe::counters::Counters;
use crate::observe::observer::Observer;
use crate::record::finding::Finding;
use crate::record::journal::{Book, Journal, Keep};

/// See the top of this file.
pub(crate) struct Run {
    setup: Arc<Setup>,
    pub(super) kernel: Kernel,
    draws: Draws,
    journal: Journal,
    counters: Counters,
    /// In recorded runs.
    observer: Option<Box<Observer>>,
    pub(super) watch: Watch,
    starved: Starved,
    pub(super) verdict: Verdict,
    /// `time::pause` was called, or the run started so: `advance` is allowed.
    clock_paused: bool,
    /// Until when the running closure of `spawn_blocking` has blocked its own thread; see [`Run::block`].
    blocking_pool: Option<u64>,
    values: Values,
    names: ResourceNames,
    terminal: Terminal,
}

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
        source: Source::Walk(0),
        values: 0,
        record: None,
        passes: Passes::NONE,
        drawn: Drawn::Unnamed,
        aloud: false,
    };
}

/// What a run leaves to the next: memory, and nothing a run can see.
pub(crate) struct Memory {
    kernel: KernelMemory,
    walk: Box<RandomWalk>,
}

impl Default for Memory {
    fn default() -> Memory {
        Memory {
            kernel: KernelMemory::new(),
            walk: Box::default(),
        }
    }
}

impl Run {
    pub(crate) fn new(setup: Arc<Setup>, id: RunId, plan: Plan, memory: Memory) -> Run {
        let Plan {
            source,
            values,
            record,
            passes,
            drawn: _,
            aloud: _,
        } = plan;
        let recorded = record.is_some();
        Run {
            kernel: Kernel::new(memory.kernel),
            draws: Draws::new(source, recorded, values, memory.walk, setup.points, passes),
            journal: record.map_or_else(Journal::hash_only, Journal::recording),
            counters: Counters::new(id),
            observer: record.map(|_| Box::new(Observer::new(id))),
            watch: Watch::new(&setup.limits),
            starved: Starved::new(),
            verdict: Verdict::new(setup.levels, recorded),
            clock_paused: true,
            blocking_pool: None,
            values: Values::new(values),
            names: ResourceNames::default(),
            terminal: Terminal::default(),
            setup,
        }
    }

    /// The run's id.
    pub(crate) fn id(&self) -> RunId {
        self.counters.run()
    }

    /// Whether everything is kept, and what is wrong is told.
    #[inline(always)]
    pub(crate) fn is_recorded(&self) -> bool {
        self.journal.is_recording()
    }

    /// Whether draws have keys and strategies are told what happens.
    #[inline(always)]
    pub(crate) fn is_keyed(&self) -> bool {
        self.draws.are_keyed()
    }

    /// What the run came to, in numbers.
    pub(crate) fn summary(&mut self) -> Summary {
        Summary {
            steps: self.kernel.steps(),
            tasks: self.kernel.tasks.spawned(),
            draws: self.draws.keyed().map_or(0, |keyed| keyed.draws()),
        }
    }

    /// The 64-bit hash of what happened.
    pub(crate) fn hash(&self) -> u64 {
        self.journal.hash()
    }

    /// What may be wrong, of a run that was not recorded.
    pub(crate) fn suspicion(&self) -> Suspicion {
        self.verdict.suspicion()
    }

    pub(crate) fn take_findings(&mut self) -> Vec<Finding> {
        self.verdict.take_findings()
    }

    /// How many operations a task began.
    pub(crate) fn operations(&mut self, task: TaskNo) -> u64 {
        self.draws.keyed().map_or(0, |keyed| keyed.operations(task))
    }

    /// How much of the tape that was played was followed.
    pub(crate) fn matched(&self) -> Option<Match> {
        self.draws.chooser().matched()
    }

    /// Tells the strategy that the run is over; gives the words for an answer of its that named no candidate.
    pub(crate) fn end_strategy(&mut self, summary: &Summary) -> Option<String> {
        let keyed = self.draws.keyed()?;
        keyed.end(summary);
        keyed.take_misfit()
    }

    /// What the journal kept, and the tape.
    pub(crate) fn take_book(&mut self) -> (Book, Tape) {
        let journal = std::mem::replace(&mut self.journal, Journal::hash_only());
        let book = journal.into_book();
        let path = |task| match task {
            TaskNo::RUNTIME => "runtime",
            task => book.names.path(task),
        };
        let tape = self.draws.keyed().and_then(|keyed| keyed.take_tape(path));
        (
            book,
            tape.unwrap_or_default()
                .passing(self.draws.passes().clone()),
        )
    }

    /// The memory, for the next run. This one is not used any more.
    pub(super) fn take_memory(&mut self) -> Memory {
        Memory {
            kernel: self.kernel.take_memory(),
            walk: self.draws.take_walk().unwrap_or_default(),
        }
    }
}
