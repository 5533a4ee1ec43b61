//! Systematic searches: which run is made next depends on those before, no two draw the same, and there is an end.
//!
//! ```text
//!    a tree of draws ─ answers ─►  a run, for its hash
//!          ▲                         │ shows something? made again, recorded, by its answers alone
//!          └── which run is next ◄───┤
//!                                    ▼
//!                     nothing left: complete · a run failed · as many runs as there may be
//! ```
//!
//! [`tree`] has the seam between the runs and the search. There is one file a search: [`all`] runs, those within a [`bounded`] number of
//! deviations, and [one of those](reduced) that differ in nothing that matters. All is done on one thread, for the next run is known when the one before is over.

mod all;
mod bounded;
mod reduced;
pub(super) mod tree;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use super::asked::{Asked, Explored};
use super::conclusion::Ended;
use super::exploration::Exploration;
use super::in_order::{InOrder, Made};
use super::marks::KnownMarks;
use super::one::Quick;
use super::properties::Properties;
use super::searched::{Ending, Searched};
use super::seeds::SEEDS_AT_ONCE;
use super::shared::Shared;
use super::sightings::Key;
use super::worker::{Script, Worker};
use crate::base::place::Place;
use crate::choice::chooser::Source;
use crate::choice::passes::Passes;
use crate::choice::strategies::builtin::Builtin;
use crate::run::setup::{Plan, Setup};
use crate::run::underway::{Batch, Drawn};
use all::All;
use bounded::Bounded;
use reduced::Reduced;
use tree::{Tree, VALUES, Walk, Walker, lock};

/// How often a search begins anew because a point was taken for an answer, before there are no points inside combinators.
const MOST_RESTARTS: u64 = 8;

/// Makes the runs of this search.
pub(super) fn search(explored: Explored<'_>, strategy: Builtin) -> Exploration {
    let asked = explored.asked;
    let budget = asked.all_seeds();
    let budget = budget.end - budget.start;
    let shared = Shared::new(0..budget, Arc::default(), in_order(asked));
    let mut search = Search {
        worker: Worker::new(explored, &shared),
        strategy,
        passes: Passes::NONE,
        restarts: 0,
        found: Found::default(),
        walk: walk(strategy),
        in_order: in_order(asked),
        began: Instant::now(),
    };
    let ending = search.go(budget);
    search.conclude(ending)
}

/// Why a search cannot be made of runs like these, if it cannot.
pub(crate) fn refusal(strategy: Builtin, setup: &Setup) -> Option<String> {
    let (asked, why) = match strategy {
        Builtin::Dpor if setup.threads => ("threads", "steps lie within each other"),
        Builtin::Dpor if setup.costs.is_some() => ("costs", "each step takes time"),
        _ => return None,
    };
    Some(format!(
        "`{strategy}` tells steps apart by what they touch, and with `{asked}` {why}: expected a search without `{asked}`, or \
         `exhaustive` or `bounded` with it"
    ))
}

fn walk(strategy: Builtin) -> Arc<Mutex<Walk>> {
    let tree: Box<dyn Tree> = match strategy {
        Builtin::Bounded { deviations } => Box::new(Bounded::new(deviations)),
        Builtin::Dpor => Box::new(Reduced::default()),
        _ => Box::new(All::default()),
    };
    Arc::new(Mutex::new(Walk::new(tree)))
}

fn in_order(asked: &Asked) -> InOrder {
    InOrder::new(0, Properties::expecting(&asked.expected), false)
}

struct Search<'a> {
    worker: Worker<'a>,
    strategy: Builtin,
    /// The points that all runs pass over.
    passes: Passes,
    restarts: u64,
    found: Found,
    walk: Arc<Mutex<Walk>>,
    in_order: InOrder,
    began: Instant,
}

/// What was found since the search began, or began anew.
#[derive(Default)]
struct Found {
    /// The answers of the runs that showed something first.
    scripts: BTreeMap<u64, Arc<[u32]>>,
    runs: u64,
    failed: u64,
    forced: bool,
}

impl Search<'_> {
    fn go(&mut self, budget: u64) -> Ending {
        let mut made = 0;
        self.worker.cx.takes(|| Batch::One(Drawn::Unnamed));
        loop {
            let (quick, mistaken) = self.quick();
            made += 1;
            if !mistaken.is_empty() && self.restarts <= MOST_RESTARTS {
                self.begin_anew(mistaken);
                if made >= budget {
                    return Ending::Budget;
                }
                continue;
            }
            self.found.forced |= quick.forced;
            let failed = self.examine(quick);
            if lock(&self.walk).differs() {
                return Ending::Nondeterministic;
            }
            if failed && !self.worker.explored.asked.collect {
                return Ending::Failed;
            }
            if !lock(&self.walk).next() {
                return Ending::Complete;
            }
            if made >= budget {
                return Ending::Budget;
            }
            let asked = self.worker.explored.asked;
            if asked.is_interrupted() || made.is_multiple_of(SEEDS_AT_ONCE) && asked.is_to_end() {
                return Ending::Ended;
            }
        }
    }

    /// The `Pending` of points at these places was taken for an answer: all that was made without them does not count.
    fn begin_anew(&mut self, mistaken: Vec<Place>) {
        let places = mistaken.into_iter();
        places.for_each(|place| self.passes.add(place.into()));
        self.restarts += 1;
        if self.restarts == MOST_RESTARTS {
            self.passes.add_combinators();
        }
        self.found = Found::default();
        self.in_order = in_order(self.worker.explored.asked);
        self.walk = walk(self.strategy);
    }

    /// Makes the run that is next, for its hash.
    fn quick(&mut self) -> (Quick, Vec<Place>) {
        let plan = Plan {
            source: Source::Strategy(Box::new(Walker::new(&self.walk)), VALUES, Arc::default()),
            values: VALUES,
            record: None,
            passes: self.passes.clone(),
            drawn: Drawn::Unnamed,
            aloud: false,
        };
        let Worker { explored, cx, .. } = &mut self.worker;
        explored.quick(cx, plan)
    }

    /// Looks at a run that was made; says whether it failed.
    fn examine(&mut self, quick: Quick) -> bool {
        let asked = self.worker.explored.asked;
        let number = self.found.runs;
        let (answers, differs) = {
            let walk = lock(&self.walk);
            (walk.answers(), walk.differs())
        };
        self.worker.script = Some(Script {
            answers: answers.clone(),
            passes: self.passes.clone(),
        });
        let twice = asked.verify > 0 && number.is_multiple_of(asked.verify);
        // What a run shows is not concluded from what others did that left the same marks: all is to be found.
        let mut known = KnownMarks::default();
        let mut looked = self
            .worker
            .examined(number, quick, twice || differs, &mut known);
        if differs {
            let keys = Key::all(&[], true, asked.nondeterminism());
            looked.keys.extend(keys);
        }
        let failed = asked.is_failure(&looked.keys);
        let found = &mut self.found;
        if self.in_order.are_new(&looked.keys) {
            found.scripts.insert(number, answers);
        }
        let mut made = Made::of(number..number + 1, self.in_order.may_end());
        made.add(&looked);
        self.in_order.made(made);
        found.runs += 1;
        found.failed += u64::from(failed);
        let teller = &self.worker.shared.teller;
        asked.tell_of(number, teller, || self.in_order.findings());
        failed
    }

    fn conclude(self, ending: Ending) -> Exploration {
        let Found {
            mut scripts,
            runs,
            failed,
            forced,
        } = self.found;
        let all = self.in_order.conclude(0..runs, self.began.elapsed());
        let walk = lock(&self.walk);
        let clamped = walk.clamped().iter();
        let searched = Searched {
            failed,
            threads: self.worker.explored.asked.sim.setup.threads,
            clamped: clamped.map(|(&kind, &most)| (kind, most)).collect(),
            redundant: walk.redundant(),
            several_futures: walk.missed_orders(),
            passed_over: walk.passed_over(),
            forced,
            restarts: self.restarts,
            ..Searched::new(self.strategy, runs, ending)
        };
        drop(walk);
        let ended = Ended {
            runs: 0..runs,
            whole: ending.is_whole(self.strategy),
            repeats: ending.repeats(),
            searched: Some(searched),
        };
        let passes = self.passes;
        let script = |number| {
            let answers = scripts.remove(&number)?;
            let passes = passes.clone();
            Some(Script { answers, passes })
        };
        self.worker.conclude(all, ended, script, |_, _| None)
    }
}
