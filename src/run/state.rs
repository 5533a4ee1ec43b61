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
//!                        kernel ──────────┘   models: timers (in the kernel), stdin, net, faults
//! ```
//!
//! Handles reach it through the [context](super::context), with verbs; only the [loop](super::step) moves it on. The verbs
//! stand by topic: the [course] of the run and its tasks, [hosts], [time], [clocks], [costs], [models], [records], [waits], [draws],
//! [limits], [findings], [panics], what is [dropped] or [cut off](cut_off), [faults], [signals].

mod clocks;
mod costs;
mod course;
mod cut_off;
mod draws;
mod dropped;
mod faults;
mod findings;
mod hosts;
mod limits;
mod links;
mod models;
mod panics;
mod records;
mod signals;
mod time;
mod waits;

pub(super) use faults::Act;
pub(super) use signals::Effect;
pub(crate) use time::Moved;

use std::collections::BTreeMap;
use std::rc::Rc;

use super::costs::Costs;
use super::draws::Draws;
use super::limits::Watch;
use super::models::Models;
use super::names::ResourceNames;
use super::properties::{Met, Properties};
use super::setup::{Plan, Setup};
use super::suspicion::Suspicion;
use super::targets::{Reached, Targets};
use super::turns::Asked;
use super::values::Values;
use super::verdict::Verdict;
use super::workload::Workloads;
use crate::base::ids::{HostNo, RunId, TaskNo};
use crate::choice::calibration::Summary;
use crate::choice::tape::{Match, Tape};
use crate::diagnose::starvation::Starved;
use crate::kernel::kernel::Kernel;
use crate::model::hosts::Fate;
use crate::observe::counters::Counters;
use crate::observe::observer::Observer;
use crate::record::finding::Finding;
use crate::record::journal::{Book, Journal};

/// Starts what a host does: spawns its first task, in the run that is under way.
pub(crate) type Starter = Rc<dyn Fn()>;

/// See the top of this file.
pub(crate) struct Run {
    setup: Setup,
    /// Whether faults of the plan may strike.
    may_be_faulty: bool,
    costs: Costs,
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
    /// The earliest deadline for which the future given to `block_on` waits on that thread, if one is polled.
    own_deadline: Option<u64>,
    values: Values,
    names: ResourceNames,
    models: Models,
    properties: Properties,
    targets: Targets,
    main_panicked: bool,
    /// The step in which a panic of ours was told as what it is.
    panic_told: Option<u64>,
    /// What hosts do when they start.
    starters: BTreeMap<HostNo, Starter>,
    /// The host that died in the poll that is under way, which is one of its tasks'.
    dying: Option<HostNo>,
    /// The host that is then restarted by its own policy.
    own_restart: Option<HostNo>,
    /// Hosts that end as soon as no task is polled: of a signal, or by themselves.
    condemned: Vec<(HostNo, Fate)>,
    /// Slots of tasks that are ready, on hosts that are paused; in the order in which they became so.
    held: Vec<u32>,
    workloads: Workloads,
    /// What the code under test asked for.
    asked: Asked,
}

impl Run {
    /// A run that is none yet.
    pub(crate) fn new(setup: Setup, id: RunId) -> Run {
        Run {
            kernel: Kernel::new(),
            draws: Draws::new(),
            journal: Journal::hash_only(),
            counters: Counters::new(id),
            observer: None,
            watch: Watch::new(&setup.limits),
            starved: Starved::new(),
            verdict: Verdict::new(setup.levels, false),
            clock_paused: true,
            blocking_pool: None,
            own_deadline: None,
            values: Values::new(0),
            names: ResourceNames::default(),
            models: Models::default(),
            properties: Properties::default(),
            targets: Targets::default(),
            main_panicked: false,
            panic_told: None,
            starters: BTreeMap::new(),
            dying: None,
            own_restart: None,
            condemned: Vec::new(),
            held: Vec::new(),
            workloads: Workloads::default(),
            asked: Asked::default(),
            may_be_faulty: !setup.faults.is_none(),
            costs: Costs::default(),
            setup,
        }
    }

    /// Begins a run in place of the one before. What is left of that is memory, and nothing that a run can see: the kernel
    /// empties its lists, a walk starts over, and all else is made anew.
    pub(crate) fn begin(&mut self, id: RunId, plan: Plan) {
        let Run {
            setup,
            may_be_faulty,
            costs: _,
            kernel,
            draws,
            journal,
            counters,
            observer,
            watch,
            starved,
            verdict,
            clock_paused,
            blocking_pool,
            own_deadline,
            values,
            names,
            models,
            properties,
            targets,
            main_panicked,
            panic_told,
            starters,
            dying,
            own_restart,
            condemned,
            held,
            workloads,
            asked,
        } = self;
        let recorded = plan.record.is_some();
        kernel.begin();
        *journal = plan
            .record
            .map_or_else(Journal::hash_only, Journal::recording);
        counters.begin(id);
        *observer = plan.record.map(|_| Box::new(Observer::new(id)));
        *watch = Watch::new(&setup.limits);
        starved.begin();
        verdict.begin(setup.levels, recorded);
        *clock_paused = true;
        *blocking_pool = None;
        *own_deadline = None;
        values.begin(plan.values);
        names.begin();
        models.begin();
        properties.begin();
        targets.begin();
        *main_panicked = false;
        *panic_told = None;
        // The end of the run before took what was in it.
        debug_assert!(starters.is_empty());
        *dying = None;
        *own_restart = None;
        condemned.clear();
        held.clear();
        workloads.begin();
        asked.begin();
        draws.begin(plan, setup);
        if *may_be_faulty {
            self.begin_faults();
        }
        self.begin_costs();
    }

    /// Whether other tasks may run between two statements of one.
    pub(super) fn has_threads(&self) -> bool {
        self.setup.threads
    }

    /// Sets what is said of the runs that begin from now on.
    pub(super) fn set_up(&mut self, setup: Setup) {
        self.may_be_faulty = !setup.faults.is_none();
        self.setup = setup;
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

    /// Whether draws have keys, and somebody is told all that happens.
    #[inline(always)]
    pub(crate) fn is_keyed(&self) -> bool {
        self.draws.are_keyed()
    }

    /// Whether somebody is told when tasks begin a step, and in what they wait.
    #[inline(always)]
    pub(crate) fn tells_steps(&self) -> bool {
        self.draws.are_told_steps()
    }

    /// What the run came to, in numbers.
    pub(crate) fn summary(&mut self) -> Summary {
        Summary {
            steps: self.kernel.steps(),
            tasks: self.kernel.tasks.spawned(),
            draws: self.draws.keyed().map_or(0, |keyed| keyed.draws()),
            steering: self.draws.keyed().map_or(0, |keyed| keyed.steering()),
        }
    }

    /// How many polls there were.
    pub(crate) fn steps(&self) -> u64 {
        self.kernel.steps()
    }

    /// How many draws were made.
    pub(crate) fn draws_made(&self) -> u64 {
        self.draws.chooser().draws()
    }

    /// What the run came to that should hold in some run.
    pub(crate) fn take_met(&mut self) -> Vec<Met> {
        self.properties.take()
    }

    /// How far it came towards its targets.
    pub(crate) fn take_targets(&mut self) -> Vec<Reached> {
        self.targets.take()
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

    /// The findings were sorted.
    pub(super) fn renumber_findings(&mut self, new: &[u32]) {
        self.journal.renumber_findings(new);
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
}
