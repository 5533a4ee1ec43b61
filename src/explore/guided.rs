//! Guided search: most runs are made from those before that showed something new, by changing a few of their draws.
//!
//! ```text
//!    corpus ── recipes of a round ──► 64 runs, on all threads ──► what they drew and showed
//!      ▲                                                                 │
//!      └───────────── those that showed something new, by number ◄───────┘
//! ```
//!
//! What a round makes is known when it begins, and what its runs showed is taken in when all are made, in the order of their numbers: so
//! neither depends on the number of threads. What counts as new is said by [`coverage`], which runs are parents by
//! [`corpus`], what is made of them by [`mutant`]. [`rounds`] hands the runs out.
//!
//! Source: D. Wolff, Z. Shi, G. Duck, U. Mathur, A. Roychoudhury, *Greybox Fuzzing for Concurrency Testing*, ASPLOS 2024; in what is a
//! parent, and when, this is simpler.

mod corpus;
mod coverage;
mod lineage;
mod mutant;
mod parent;
mod rounds;

use std::sync::{Arc, Mutex, PoisonError};

use super::asked::Explored;
use super::conclusion::Ended;
use super::exploration::Exploration;
use super::in_order::InOrder;
use super::marks::KnownMarks;
use super::one;
use super::properties::Properties;
use super::searched::Searched;
use super::shared::Shared;
use super::systematic::tree::VALUES;
use super::threads;
use super::worker::{Script, Worker};
use crate::base::hash::Hash;
use crate::choice::calibration::Calibration;
use crate::choice::chooser::Source;
use crate::choice::passes::Passes;
use crate::choice::strategies::builtin::Builtin;
use crate::run::properties::Met;
use crate::run::setup::Plan;
use crate::run::underway::{Batch, Drawn};
use coverage::Feature;
use mutant::{Log, Mutant};
use rounds::{Outcome, Rounds, Task};

/// Makes the runs of this search.
pub(super) fn search(explored: Explored<'_>, calibration: Arc<Calibration>) -> Exploration {
    let asked = explored.asked;
    let seeds = asked.all_seeds();
    let budget = seeds.end - seeds.start;
    let in_order = || InOrder::new(0, Properties::expecting(&asked.expected), asked.until_flat);
    let shared = Shared::new(0..budget, calibration, in_order());
    let level = asked.nondeterminism();
    let rounds = Rounds::new(seeds, in_order(), !asked.collect, level);
    threads::on(threads::count(asked.jobs, budget), || {
        let _leaving = rounds.join();
        let mut worker = Worker::new(explored, &shared);
        worker.cx.takes(|| Batch::One(Drawn::Unnamed));
        while let Some(tasks) = rounds.take(|| asked.is_to_end()) {
            // Anew for the runs that are taken at a time, so that it does not depend on who takes which.
            let mut known = KnownMarks::default();
            for task in tasks {
                if !rounds.is_wanted(task.number) {
                    break;
                }
                let outcome = make(&mut worker, &task, &mut known);
                rounds.give(task.number, outcome);
                asked.tell_of(task.number, &shared.teller, || rounds.findings());
            }
        }
    });
    let found = rounds.conclude();
    let took = shared.teller.began.elapsed();
    let all = found.in_order.conclude(0..found.runs, took);
    let ended = Ended {
        runs: 0..found.runs,
        whole: found.ending.is_whole(Builtin::Guided),
        repeats: found.ending.repeats(),
        searched: Some(Searched {
            failed: found.failed,
            threads: asked.sim.setup.threads,
            kept: found.kept,
            ..Searched::new(Builtin::Guided, found.runs, found.ending)
        }),
    };
    let mut scripts = found.scripts;
    let script = |number| scripts.remove(&number);
    Worker::new(explored, &shared).conclude(all, ended, script, |_, _| None)
}

/// Makes a run, and looks at it again if it showed something.
fn make(worker: &mut Worker<'_>, task: &Task, known: &mut KnownMarks) -> Outcome {
    let asked = worker.explored.asked;
    let log = Arc::<Mutex<Log>>::default();
    let mut passed = Passes::NONE;
    let quick = one::settle(&Passes::NONE, |passes| {
        passed.clone_from(passes);
        let mutant = Mutant::new(&task.recipe, task.seed, &worker.shared.calibration, &log);
        let plan = Plan {
            source: Source::Strategy(Box::new(mutant), VALUES, Arc::default()),
            values: VALUES,
            record: None,
            passes: passes.clone(),
            drawn: Drawn::Unnamed,
            aloud: false,
        };
        worker.explored.quick(&mut worker.cx, plan)
    });
    let mut log = std::mem::take(&mut *log.lock().unwrap_or_else(PoisonError::into_inner));
    log.features.extend(quick.met.iter().map(held));
    worker.script = Some(Script {
        answers: log.draws.iter().map(|drawn| drawn.answer).collect(),
        passes: passed,
    });
    let number = task.number;
    let twice = asked.verify > 0 && number.is_multiple_of(asked.verify);
    let look = worker.examined(number, quick, twice, known);
    let script = worker.script.take();
    Outcome {
        script: script.filter(|_| !look.keys.is_empty()),
        look,
        log,
    }
}

/// That a property was come to, and whether it held, as something that a run shows.
fn held(met: &Met) -> Feature {
    let mut hash = Hash::new();
    hash.fold_str(met.name);
    hash.fold(u64::from(met.held));
    hash.get()
}
