//! Trials: runs of edited tapes, each asked one thing: does it fail in the same way?
//!
//! How many there are is bounded by runs and steps, so that what comes of them depends on the program alone. Wall time is only an
//! emergency brake, for programs that are slow a step; and an interrupt ends them.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::explanation::Other;
use super::one::{self, Quick};
use super::outcome::Run;
use super::shrinking::{Listener, Pace, Shrinking, Stage};
use super::tested::Tested;
use crate::base::place::Place;
use crate::choice::chooser::Source;
use crate::choice::passes::Passes;
use crate::choice::tape::{Player, Survey, Tape};
use crate::record::finding::Finding;
use crate::record::journal::Keep;
use crate::record::signature::Signature;
use crate::run::context::Context;
use crate::run::setup::Plan;
use crate::run::underway::Drawn;

/// How much may be done, or was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Effort {
    pub(super) runs: u64,
    pub(super) steps: u64,
}

/// To begin and end a run costs about as much as so many steps.
const STEPS_A_RUN: u64 = 16;

impl Effort {
    /// Both in one number.
    fn cost(self) -> u64 {
        self.steps
            .saturating_add(self.runs.saturating_mul(STEPS_A_RUN))
    }
}

/// See the top of this file.
pub(super) struct Trials<'a> {
    cx: &'a mut Context,
    program: &'a dyn Tested,
    place: Place,
    /// The failure.
    wanted: Signature,
    /// What of a failure is compared with it.
    sign: fn(&Finding) -> Signature,
    /// Tapes that were tried and did not fail in the same way, by their identity.
    tried: BTreeMap<u64, Outcome>,
    /// What recorded runs came to, by their hash: equal ones need not be recorded.
    seen: BTreeMap<u64, Result<(), Outcome>>,
    done: Effort,
    /// The cost at which no more is tried.
    most: u64,
    brake: Instant,
    others: Vec<Other>,
    /// What all this is for.
    stage: Stage,
    /// How many deviations the least tape has that was found.
    deviations: usize,
    told: Option<(&'a Listener, Pace)>,
}

/// What a trial came to, if not to the same failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Passes,
    FailsOtherwise,
    /// Too much was done already.
    NotTried,
}

/// A run that failed in the same way: what of its tape was followed.
#[derive(Clone, Debug)]
pub(super) struct Same {
    pub(super) tape: Tape,
    pub(super) steps: u64,
}

/// No more other failures are kept than these.
const MOST_OTHERS: usize = 3;

/// Seconds of wall time after which nothing more is tried.
const BRAKE: u64 = 5;

impl<'a> Trials<'a> {
    pub(super) fn new(
        cx: &'a mut Context,
        program: &'a dyn Tested,
        place: Place,
        wanted: Signature,
    ) -> Self {
        Trials {
            cx,
            program,
            place,
            wanted,
            sign: Finding::signature,
            tried: BTreeMap::new(),
            seen: BTreeMap::new(),
            done: Effort::default(),
            most: 0,
            brake: Instant::now() + Duration::from_secs(BRAKE),
            others: Vec::new(),
            stage: Stage::Shrink,
            deviations: 0,
            told: None,
        }
    }

    /// The failure that is wanted is known by its lasting signature, from another version of the program.
    pub(super) fn lasting(self) -> Self {
        Trials {
            sign: Finding::lasting_signature,
            ..self
        }
    }

    /// Somebody may want to be told how far it is, from a tape of so many deviations on.
    pub(super) fn tell(&mut self, listener: Option<&'a Listener>, deviations: usize) {
        self.told = listener.map(|listener| (listener, Pace::begin(Instant::now())));
        self.deviations = deviations;
    }

    /// So much may be done for this from now on, and nothing that was left before.
    pub(super) fn allow(&mut self, stage: Stage, cost: u64) {
        self.stage = stage;
        self.most = self.done.cost() + cost;
    }

    /// Whether so many more runs of so many steps may be made.
    pub(super) fn affords(&self, runs: u64, steps: u64) -> bool {
        let more = Effort {
            runs,
            steps: runs.saturating_mul(steps),
        };
        self.done.cost().saturating_add(more.cost()) <= self.most && !self.is_braked()
    }

    fn is_braked(&self) -> bool {
        let ended = self.told.as_ref().is_some_and(|(told, _)| told.ends());
        ended || Instant::now() >= self.brake
    }

    /// What was done so far.
    pub(super) fn done(&self) -> Effort {
        self.done
    }

    /// The other failures that were met.
    pub(super) fn into_others(self) -> Vec<Other> {
        self.others
    }

    /// Whether this tape was tried, and did not fail in the same way.
    pub(super) fn knows(&self, tape: &Tape) -> bool {
        self.tried.contains_key(&tape.identity())
    }

    /// Runs a tape, if it was not run before.
    pub(super) fn attempt(&mut self, tape: &Tape) -> Result<Same, Outcome> {
        let identity = tape.identity();
        if let Some(&outcome) = self.tried.get(&identity) {
            return Err(outcome);
        }
        let same = match self.judge(tape, |player| player) {
            Ok(Some(same)) => same,
            Ok(None) => {
                let run = self.record(tape, |player| player);
                Same {
                    steps: run.steps(),
                    tape: run.tape,
                }
            }
            Err(outcome) => {
                if outcome != Outcome::NotTried {
                    self.tried.insert(identity, outcome);
                }
                return Err(outcome);
            }
        };
        if self.stage == Stage::Shrink {
            self.deviations = same.tape.deviations().len();
        }
        Ok(same)
    }

    /// What comes of the run that follows this tape for so many draws, and then the walk with this label: whether it fails in the same way.
    pub(super) fn fails_after(
        &mut self,
        tape: &Tape,
        draws: u64,
        label: &str,
    ) -> Result<bool, Outcome> {
        match self.judge(tape, |player| player.walking_after(draws, label)) {
            Ok(_) => Ok(true),
            Err(Outcome::Passes | Outcome::FailsOtherwise) => Ok(false),
            Err(Outcome::NotTried) => Err(Outcome::NotTried),
        }
    }

    /// Makes a run, and once more recorded if what it is cannot be told by its hash. Of one that fails in the same way there may be no
    /// tape.
    fn judge(
        &mut self,
        tape: &Tape,
        play: impl Fn(Player) -> Player,
    ) -> Result<Option<Same>, Outcome> {
        if !self.affords(1, 0) {
            return Err(Outcome::NotTried);
        }
        let quick = self.quick(tape, &play);
        if quick.suspicion.is_none() {
            return Err(Outcome::Passes);
        }
        if let Some(&outcome) = self.seen.get(&quick.hash) {
            return outcome.map(|()| None);
        }
        let run = self.record(tape, play);
        let outcome = self.outcome(&run);
        self.seen.insert(quick.hash, outcome);
        outcome.map(|()| {
            Some(Same {
                steps: run.steps(),
                tape: run.tape,
            })
        })
    }

    fn outcome(&mut self, run: &Run) -> Result<(), Outcome> {
        let Some(failure) = run.failure() else {
            return Err(Outcome::Passes);
        };
        if (self.sign)(failure) == self.wanted {
            return Ok(());
        }
        let signature = failure.signature();
        let known = |other: &Other| other.finding.signature() == signature;
        if self.others.len() < MOST_OTHERS && !self.others.iter().any(known) {
            self.others.push(Other {
                finding: failure.clone(),
                tape: run.tape.clone(),
            });
        }
        Err(Outcome::FailsOtherwise)
    }

    /// Runs a tape and keeps everything.
    pub(super) fn record(&mut self, tape: &Tape, play: impl Fn(Player) -> Player) -> Run {
        one::settle(tape.passes(), |passes| {
            let player = play(Player::new(tape.clone()));
            let plan = self.plan(tape, Some(Keep::Ends), passes, player);
            let (run, passed) = self.program.recorded(self.cx, plan, self.place);
            self.count(run.steps());
            (run, passed)
        })
    }

    /// Runs a tape, keeps everything, and lists the draws.
    pub(super) fn survey(&mut self, tape: &Tape) -> (Run, Survey) {
        let run = self.record(tape, Player::surveying);
        (run, self.cx.run_mut().take_survey())
    }

    /// Runs a tape for the list of its draws.
    pub(super) fn draws_of(&mut self, tape: &Tape) -> Survey {
        self.quick(tape, Player::surveying);
        self.cx.run_mut().take_survey()
    }

    /// Runs a tape for its hash.
    fn quick(&mut self, tape: &Tape, play: impl Fn(Player) -> Player) -> Quick {
        one::settle(tape.passes(), |passes| {
            let player = play(Player::new(tape.clone()));
            let plan = self.plan(tape, None, passes, player);
            let (quick, passed) = self.program.quick(self.cx, plan, self.place);
            self.count(quick.steps);
            (quick, passed)
        })
    }

    fn plan(&self, tape: &Tape, record: Option<Keep>, passes: &Passes, player: Player) -> Plan {
        Plan {
            source: Source::Tape(Box::new(player)),
            values: tape.values(),
            record,
            passes: passes.clone(),
            drawn: Drawn::Tape(tape.clone()),
            aloud: false,
        }
    }

    fn count(&mut self, steps: u64) {
        self.done.runs += 1;
        self.done.steps += steps;
        if let Some((listener, pace)) = &mut self.told
            && pace.is_due(Instant::now())
        {
            listener.tell(Shrinking {
                stage: self.stage,
                deviations: self.deviations,
                runs: self.done.runs,
            });
        }
    }
}
