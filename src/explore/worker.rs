//! What makes the runs of an exploration, on one thread: for their hashes, recorded if they show something, and looked at closely.

use std::sync::Arc;

use super::asked::Explored;
use super::in_order::One;
use super::marks::KnownMarks;
use super::one::{self, Quick};
use super::outcome::Run;
use super::repeat::{self, EarlierRuns};
use super::sample::Sample;
use super::shared::Shared;
use super::sightings::{Key, Sightings};
use super::systematic::tree::{Scripted, VALUES};
use crate::choice::chooser::Source;
use crate::choice::passes::Passes;
use crate::record::journal::Keep;
use crate::run::context::Context;
use crate::run::setup::Plan;
use crate::run::underway::{Batch, Drawn};

/// See the top of this file.
pub(super) struct Worker<'a> {
    pub(super) explored: Explored<'a>,
    pub(super) shared: &'a Shared,
    pub(super) cx: Box<Context>,
    /// What answers the draws of the run that is made; else the exploration's strategy does, with the run's seed.
    pub(super) script: Option<Script>,
}

/// The answers of a run of a search, which has no seed.
pub(super) struct Script {
    pub(super) answers: Arc<[u32]>,
    pub(super) passes: Passes,
}

impl<'a> Worker<'a> {
    /// One that has made no run.
    pub(super) fn new(explored: Explored<'a>, shared: &'a Shared) -> Worker<'a> {
        Worker {
            explored,
            shared,
            cx: Context::new(explored.asked.sim.setup.clone()),
            script: None,
        }
    }

    fn plan(&self, seed: u64, record: Option<Keep>, passes: &Passes) -> Plan {
        let (source, values, drawn) = match &self.script {
            None => (
                self.explored
                    .asked
                    .strategy
                    .source(seed, &self.shared.calibration),
                seed,
                self.explored.asked.strategy.drawn(seed),
            ),
            Some(script) => {
                let again = Box::new(Scripted::new(script.answers.clone()));
                let source = Source::Strategy(again, VALUES, Arc::default());
                (source, VALUES, Drawn::Unnamed)
            }
        };
        Plan {
            source,
            values,
            record,
            // In nearly all runs there are none, and nothing is to be cloned.
            passes: match passes.is_empty() {
                true => Passes::NONE,
                false => passes.clone(),
            },
            drawn,
            aloud: false,
        }
    }

    /// The points that every run of the seed or the script passes over.
    fn passes(&self) -> Passes {
        let script = self.script.as_ref();
        script.map_or(Passes::NONE, |script| script.passes.clone())
    }

    /// Runs a seed as an exploration does: for its hash, and recorded if that shows something.
    pub(super) fn explore_seed(&mut self, seed: u64, twice: bool, known: &mut KnownMarks) -> One {
        let quick = self.quick(seed);
        self.examined(seed, quick, twice, known)
    }

    /// The rest of that: the run was made for its hash.
    pub(super) fn examined(
        &mut self,
        seed: u64,
        quick: Quick,
        twice: bool,
        known: &mut KnownMarks,
    ) -> One {
        if quick.suspicion.is_none() && !twice {
            return One {
                hash: quick.hash,
                steps: quick.steps,
                draws: quick.draws,
                met: quick.met,
                targets: quick.targets,
                keys: Vec::new(),
            };
        }
        let (mut findings, mut differs, mut cut_short) = (Vec::new(), false, false);
        let look = known.ask_for_a_look(quick.suspicion);
        if look {
            let run = self.recorded(seed, Keep::Ends);
            differs = run.hash() != quick.hash;
            cut_short = run.met_limit();
            findings = run.findings.clone();
            if cut_short && !differs {
                self.shared.keep(seed, run);
            }
        }
        differs |= twice && !cut_short && self.quick(seed).hash != quick.hash;
        let mut keys = Vec::new();
        if look || differs {
            keys = Key::all(&findings, differs, self.explored.asked.nondeterminism());
        }
        if look {
            known.learn(quick.suspicion, &keys);
        } else {
            keys.extend(known.keys(quick.suspicion));
        }
        One {
            hash: quick.hash,
            steps: quick.steps,
            draws: quick.draws,
            met: quick.met,
            targets: quick.targets,
            keys,
        }
    }

    /// Runs a fixed number of seeds from this one on, to count what they show; fewer if they take many steps. Gives how many.
    pub(super) fn sample(&mut self, start: u64, found: &mut Sightings) -> u64 {
        let mut known = KnownMarks::default();
        self.cx
            .takes(|| Batch::Seeds(start..start.saturating_add(Sample::SEEDS)));
        let mut sample = Sample::new();
        while sample.goes_on()
            && !self.explored.asked.is_interrupted()
            && let Some(seed) = start.checked_add(sample.seeds)
        {
            let look = self.explore_seed(seed, false, &mut known);
            found.add(seed, &look.keys);
            sample.add(look.steps);
        }
        sample.seeds
    }

    /// Runs a seed for its hash.
    fn quick(&mut self, seed: u64) -> Quick {
        one::settle(&self.passes(), |passes| {
            let plan = self.plan(seed, None, passes);
            self.explored.quick(&mut self.cx, plan)
        })
    }

    /// Runs a seed and keeps everything.
    fn recorded(&mut self, seed: u64, keep: Keep) -> Run {
        let run = one::settle(&self.passes(), |passes| {
            let plan = self.plan(seed, Some(keep), passes);
            self.explored.recorded(&mut self.cx, plan)
        });
        Run {
            seed: self.script.is_none().then_some(seed),
            answered: self.explored.asked.strategy.answered(),
            ..run
        }
    }

    /// Runs a seed and keeps everything; if it does not repeat, that is a finding. One that meets a limit takes long, and
    /// has been compared with its hash already.
    pub(super) fn look(&mut self, seed: u64, seen: &EarlierRuns) -> Run {
        let drawn = match self.script {
            None => self.explored.asked.strategy.drawn(seed),
            Some(_) => Drawn::Unnamed,
        };
        self.cx.takes(|| Batch::One(drawn));
        let kept = self.shared.take_kept(seed);
        if let Some(run) = kept.filter(|_| !seen.differed) {
            return run;
        }
        let mut run = self.recorded(seed, Keep::Ends);
        if run.met_limit() && !seen.differed {
            return run;
        }
        let again = self.recorded(seed, Keep::Ends);
        let quick = self.quick(seed).hash;
        let level = self.explored.asked.nondeterminism();
        let mut stretch = |keep| self.recorded(seed, keep);
        let differences = repeat::differences(&run, &again, quick, seen, level, &mut stretch);
        run.findings.extend(differences);
        run
    }
}
