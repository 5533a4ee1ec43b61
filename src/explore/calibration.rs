//! Calibration: what a strategy knows of the program before its first run.
//!
//! The plain run, and random walks on streams of their own, which are those of no seed; [`RUNS`] in all. So it is a function of
//! the program alone: the same for every seed, thread and machine, and made again, identically, when one seed is replayed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::one;
use super::outcome::Run;
use super::tested::Tested;
use crate::base::ids::TaskNo;
use crate::base::place::Place;
use crate::base::resource::ResourceNo;
use crate::choice::calibration::{Calibration, RUNS};
use crate::choice::chooser::Source;
use crate::choice::draw::Draw;
use crate::choice::passes::Passes;
use crate::choice::strategies::walk::RandomWalk;
use crate::choice::strategy::{Observation, Strategy};
use crate::record::journal::Keep;
use crate::run::context::Context;
use crate::run::setup::Plan;
use crate::run::underway::Drawn;

/// No more runs are made once there were this many steps: a slow program is known from fewer.
const MOST_STEPS: u64 = 1_000_000;

/// What was learned, and the first of its runs that failed.
#[derive(Default)]
pub(crate) struct Calibrated {
    pub(crate) calibration: Arc<Calibration>,
    /// It is a run like any other, and has no seed: its tape brings it back.
    pub(crate) failure: Option<Run>,
}

/// Learns of a program. If one of its runs never comes back, or takes its process down, the run that is `drawn` does so, too, for it is
/// calibrated likewise: that is how they are called.
///
/// It ends early once `interrupted` says so: then no seed is run.
pub(crate) fn calibrate(
    cx: &mut Context,
    program: &dyn Tested,
    place: Place,
    drawn: &Drawn,
    interrupted: impl Fn() -> bool,
) -> Calibrated {
    let mut calibration = Calibration::default();
    let mut failure = None;
    let mut steps = 0;
    for nth in 0..RUNS {
        if steps > MOST_STEPS || interrupted() {
            break;
        }
        let seen = Arc::<Mutex<Seen>>::default();
        let strategy = || -> Box<dyn Strategy> {
            // It may be that the run is made again, with fewer points.
            *seen.lock().unwrap_or_else(PoisonError::into_inner) = Seen::default();
            Box::new(Watching {
                walk: (nth > 0).then(|| RandomWalk::labelled(&format!("calibration {nth}"))),
                seen: seen.clone(),
            })
        };
        let run = one::settle(&Passes::NONE, |passes| {
            let plan = Plan {
                source: Source::Strategy(strategy(), nth, Default::default()),
                values: nth,
                record: Some(Keep::Ends),
                passes: passes.clone(),
                drawn: drawn.clone(),
                aloud: false,
            };
            program.recorded(cx, plan, place)
        });
        steps += run.steps();
        let path = |task| run.trace().path(task).to_owned();
        let on_all = run
            .operations()
            .map(|(task, count)| (path(task), None, count));
        let seen = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
        let on_shared = seen.of_shared();
        let on_shared = on_shared.map(|(task, made, count)| (path(task), Some(made), count));
        calibration.add(run.summary(), on_all.chain(on_shared));
        if run.failed() && failure.is_none() {
            failure = Some(run);
        }
    }
    calibration.finish();
    Calibrated {
        calibration: Arc::new(calibration),
        failure,
    }
}

/// What tasks did with resources in a run.
#[derive(Default)]
struct Seen {
    /// How many operations each task made on resources that were made at a place.
    operations: BTreeMap<(TaskNo, Place), u64>,
    /// Who touched a resource first.
    first: BTreeMap<ResourceNo, TaskNo>,
    /// Where those were made that others touched, too.
    shared: BTreeSet<Place>,
}

impl Seen {
    fn add(&mut self, task: TaskNo, resource: ResourceNo, made: Place) {
        *self.operations.entry((task, made)).or_default() += 1;
        if *self.first.entry(resource).or_insert(task) != task {
            self.shared.insert(made);
        }
    }

    /// How many operations each task made on resources that were made at a place, where several tasks touch one of these.
    fn of_shared(self) -> impl Iterator<Item = (TaskNo, Place, u64)> {
        let all = self.operations.into_iter();
        let all = all.map(|((task, made), count)| (task, made, count));
        all.filter(move |(_, made, _)| self.shared.contains(made))
    }
}

/// The plain schedule, or a walk that a seed does not change; either counts what it is shown.
struct Watching {
    walk: Option<RandomWalk>,
    seen: Arc<Mutex<Seen>>,
}

impl Strategy for Watching {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        self.walk.as_mut().map_or(0, |walk| walk.draw(draw))
    }

    fn observe(&mut self, observation: Observation) {
        if let Observation::Reached {
            task,
            operation: Some(operation),
            made: Some(made),
        } = observation
        {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.add(task, operation.resource, made);
        }
    }
}
