//! One run.

use std::future::Future;
use std::sync::Arc;

use super::again;
use super::calibration::calibrate;
use super::chosen::Draws;
use super::explain::tell;
use super::one::{self, prepare};
use super::outcome::{Answered, Run};
use super::shrinking::{Listener, Shrinking};
use super::tested::Tested;
use crate::base::place::{Place, caller};
use crate::choice::calibration::Calibration;
use crate::choice::chooser::Source;
use crate::choice::passes::Passes;
use crate::choice::strategies::builtin::Builtin;
use crate::choice::strategy::Strategy;
use crate::choice::tape::{Player, Tape};
use crate::record::finding::Finding;
use crate::record::journal::Keep;
use crate::record::signature::Signature;
use crate::record::stop::StopAt;
use crate::run::context::Context;
use crate::run::setup::Plan;
use crate::run::setup::Setup;
use crate::run::underway::{Batch, Drawn, Witness};

/// Describes a run, and runs it.
///
/// Without seed, tape or strategy, every draw takes its default: the plain schedule, which is what
/// a FIFO executor does.
///
/// ```
/// use reweave::time::{Duration, sleep};
///
/// let run = reweave::Sim::new().seed(7).run(async {
///     sleep(Duration::from_secs(60)).await;
///     "done"
/// });
/// assert_eq!(run.output(), Some(&"done"));
/// assert_eq!(run.elapsed(), Duration::from_secs(60));
/// ```
#[derive(Clone, Debug)]
#[must_use = "a `Sim` does nothing until it is run"]
pub struct Sim {
    pub(crate) setup: Setup,
    pub(crate) draws: Draws,
    /// Who answers the draws of a seed.
    builtin: Builtin,
    /// What is kept of the run.
    keep: Keep,
    /// Who is told how far shrinking is.
    pub(super) on_shrink: Option<Listener>,
}

impl Default for Sim {
    fn default() -> Self {
        Sim::new()
    }
}

impl Sim {
    /// The plain run, with default limits and levels.
    pub fn new() -> Sim {
        Sim {
            setup: Setup::default(),
            draws: Draws::Plain,
            builtin: Builtin::default(),
            keep: Keep::Ends,
            on_shrink: None,
        }
    }

    /// Called while a run that failed is [shrunk](Sim::explain) and explained, here or by an [exploration](crate::Explore::shrink): when
    /// that takes longer than a second, and then no more than once a second. Nobody is told unless this is set. It changes nothing of
    /// what is found.
    ///
    /// ```
    /// let sim = reweave::Sim::new().on_shrink(|shrinking| eprintln!("{shrinking}"));
    /// ```
    pub fn on_shrink(mut self, told: impl Fn(Shrinking) + Send + Sync + 'static) -> Sim {
        self.on_shrink = Some(Listener::new(told));
        self
    }

    /// Shrinking ends once this says so, with the least run that was found until then.
    pub(super) fn shrinks_until(mut self, ends: fn() -> bool) -> Sim {
        let listener = self.on_shrink.unwrap_or_else(|| Listener::new(|_| ()));
        self.on_shrink = Some(listener.ended_by(ends));
        self
    }

    /// Draws at random, from this seed; or as the [strategy](Sim::builtin) that was chosen does.
    pub fn seed(mut self, seed: u64) -> Sim {
        self.draws = Draws::Seed(seed);
        self
    }

    /// Answers the draws of a [seed](Sim::seed) with one of the strategies that come with Reweave. The random walk unless
    /// set.
    ///
    /// ```
    /// use reweave::{Sim, strategies::Builtin};
    ///
    /// let run = Sim::new().seed(7).builtin(Builtin::Plain).run(async { reweave::flip(0.5) });
    /// assert_eq!(run.output(), Some(&false));
    /// ```
    pub fn builtin(mut self, strategy: Builtin) -> Sim {
        self.builtin = strategy;
        self
    }

    /// Draws what is on this tape. What does not match takes its default; [`Run::matched`] says how
    /// much did.
    pub fn tape(mut self, tape: &Tape) -> Sim {
        self.draws = Draws::Tape(tape.clone());
        self
    }

    /// Somebody wants to know which runs are made.
    pub(crate) fn with_witness(mut self, witness: Arc<dyn Witness>) -> Sim {
        self.setup.witness = Some(witness);
        self
    }

    /// A debugger is to stop at this event of the run.
    pub(crate) fn stop_at(mut self, stop_at: Option<StopAt>) -> Sim {
        self.keep = stop_at.map_or(Keep::Ends, Keep::StopAt);
        self
    }

    /// Runs a future to its end.
    ///
    /// The future is there once, so the run is made once: where the `Pending` of a scheduling point is taken for an answer (by
    /// `poll!`, say), an exploration makes the run again without that point, and this cannot. What an exploration found for such a
    /// seed is replayed by its [tape](Run::tape).
    ///
    /// # Panics
    ///
    /// If a simulation is under way on this thread already: a simulation in a simulation would have two
    /// clocks. And if the [strategy](Sim::builtin) of the seed is one that learns the program from runs of its own, as `pct` does:
    /// [`Sim::explain`] and [`explore`](fn@crate::explore) can make these. And if it is a
    /// [search](Builtin::is_search), which has no seeds.
    #[track_caller]
    pub fn run<F>(self, main: F) -> Run<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.run_at(main, caller())
    }

    /// [`Sim::run`] that is called here.
    #[track_caller]
    pub(crate) fn run_at<F>(self, main: F, place: Place) -> Run<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let _active = prepare("Sim::run");
        if let Draws::Seed(seed) = self.draws
            && let Some(why) = self.builtin.wants_many_runs(seed)
        {
            panic!(
                "`{}` {why}, and `Sim::run` has a future that runs once: call `reweave::explore` with a closure that makes it; or \
                 replay one run by its tape, with `Sim::tape`",
                self.builtin
            );
        }
        let passes = self.draws.passes();
        let mut cx = Context::new(self.setup.clone());
        let plan = self.plan(&passes, &Arc::default(), true);
        let (run, _) = one::recorded(&mut cx, plan, main, place);
        cx.give_up();
        self.answered(run)
    }

    /// [`Sim::run`] of a future that can be made anew: if a scheduling point was taken for an answer, the run is made again
    /// without that point, as an exploration does. Nobody hears of it: see [`Sim::tell`].
    #[track_caller]
    pub(crate) fn run_made(&self, program: &dyn Tested, place: Place) -> Run {
        let _active = prepare("Sim::run");
        self.refuse_search();
        let mut cx = Context::new(self.setup.clone());
        cx.takes(|| Batch::One(self.draws.drawn()));
        let calibrated = match self.draws {
            Draws::Seed(seed) if self.builtin.of_seed(seed).wants_calibration() => {
                calibrate(&mut cx, program, place, &self.draws.drawn(), || false).calibration
            }
            Draws::Plain | Draws::Seed(_) | Draws::Tape(_) => Arc::default(),
        };
        let run = one::settle(&self.draws.passes(), |passes| {
            let plan = self.plan(passes, &calibrated, false);
            program.recorded(&mut cx, plan, place)
        });
        cx.give_up();
        self.answered(run)
    }

    /// Runs a future that can be made anew, and if it fails shrinks and explains it, as an attribute does: the run that is given is then the
    /// least that was found to fail in the same way.
    ///
    /// ```
    /// use reweave::{Sim, choose};
    ///
    /// let run = Sim::new().seed(1).explain(|| async {
    ///     let (size, speed) = (choose(0..100), choose(0..100));
    ///     assert!(size < 20 && speed < 100);
    /// });
    /// assert_eq!(run.tape().to_line(), "reweave tape 1; main choose@1 20");
    /// assert!(run.explanation().unwrap().is_minimal());
    /// ```
    ///
    /// # Panics
    ///
    /// As [`Sim::run`].
    #[track_caller]
    pub fn explain<M, F>(self, make: M) -> Run
    where
        M: Fn() -> F,
        F: Future + 'static,
        F::Output: 'static,
    {
        let place = caller();
        let run = self.run_made(&make, place);
        self.tell(true, &make, place, run)
    }

    /// Plays the tape of a failure that was kept, in a program that may have been edited since. `finding` is its [lasting
    /// signature](crate::Finding::lasting_signature). Where the run of the tape does not show it any more, some hundreds of runs are
    /// made that an edit could have made of it: the draws a little later or earlier, the tasks with other numbers, a deviation more. The
    /// run that is given shows the finding if one of them does; else it is that of the tape.
    ///
    /// ```
    /// # use reweave::{Sim, choose, flip};
    /// let before = || async { assert!(choose(0..9) != 7, "seven") };
    /// let after = || async {
    ///     choose(0..2);
    ///     assert!(choose(0..9) != 7, "seven");
    /// };
    /// let tape = "reweave tape 1; main choose@1 7".parse()?;
    /// let finding = Sim::new().tape(&tape).run(before()).failure().unwrap().lasting_signature();
    /// assert!(!Sim::new().tape(&tape).run(after()).failed());
    /// let again = Sim::new().tape(&tape).again(&finding, after);
    /// assert_eq!(again.tape().to_line(), "reweave tape 1; main choose@2 7");
    /// # Ok::<(), reweave::tape::TapeError>(())
    /// ```
    ///
    /// # Panics
    ///
    /// As [`Sim::run`].
    #[track_caller]
    pub fn again<M, F>(self, finding: &Signature, make: M) -> Run
    where
        M: Fn() -> F,
        F: Future + 'static,
        F::Output: 'static,
    {
        let place = caller();
        let run = self.run_made(&make, place);
        let near = self.again_near(finding, &make, place, &run);
        near.unwrap_or(run)
    }

    /// A run near the one that was made by this, which shows the finding where that does not. See [`Sim::again`].
    #[track_caller]
    pub(crate) fn again_near(
        &self,
        finding: &Signature,
        program: &dyn Tested,
        place: Place,
        run: &Run,
    ) -> Option<Run> {
        let shown = run.failure().map(Finding::lasting_signature);
        let Draws::Tape(tape) = &self.draws else {
            return None;
        };
        if shown.as_ref() == Some(finding) {
            return None;
        }
        let near = {
            let _active = prepare("Sim::again");
            let mut cx = Context::new(self.setup.clone());
            let near = again::near(&mut cx, program, place, tape, finding);
            cx.give_up();
            near
        };
        let near = self.clone().tape(&near?).run_made(program, place);
        let shown = near.failure().map(Finding::lasting_signature);
        (shown.as_ref() == Some(finding)).then_some(near)
    }

    /// The run that is told for one that was made by this, the least that fails in the same way if it is to be shrunk: a panic hook and a
    /// `tracing` subscriber of the user's hear of it.
    #[track_caller]
    pub(crate) fn tell(&self, shrink: bool, program: &dyn Tested, place: Place, run: Run) -> Run {
        let _active = prepare("Sim::explain");
        let mut cx = Context::new(self.setup.clone());
        let listener = self.on_shrink.as_ref();
        let run = tell(&mut cx, program, place, shrink, listener, run);
        cx.give_up();
        run
    }

    /// A search is no strategy for one run.
    #[track_caller]
    fn refuse_search(&self) {
        if let (Draws::Seed(seed), true) = (&self.draws, self.builtin.is_search()) {
            panic!(
                "`{}` is a search of many runs and has no seeds, and seed {seed} was asked for: call `reweave::explore`, whose \
                 `seeds` say how many runs it may make; or replay one run by its tape, with `Sim::tape`",
                self.builtin
            );
        }
    }

    fn plan(&self, passes: &Passes, calibration: &Arc<Calibration>, aloud: bool) -> Plan {
        let source = match &self.draws {
            Draws::Plain => Builtin::Plain.source(0, calibration),
            Draws::Seed(seed) => self.builtin.source(*seed, calibration),
            Draws::Tape(tape) => Source::Tape(Box::new(Player::new(tape.clone()))),
        };
        Plan {
            values: self.draws.values(),
            source,
            record: Some(self.keep),
            passes: passes.clone(),
            drawn: self.draws.drawn(),
            aloud,
        }
    }

    /// The run that was made, with who answered it.
    fn answered<T>(&self, run: Run<T>) -> Run<T> {
        match self.draws {
            Draws::Seed(seed) => Run {
                seed: Some(seed),
                answered: Answered::Builtin(self.builtin),
                ..run
            },
            Draws::Plain | Draws::Tape(_) => run,
        }
    }

    /// Runs a future to its end, with draws answered by a strategy of the caller's, which begins with the seed that was
    /// given, or 0. There is no program to make anew, so the [`Calibration`] it begins with is empty.
    ///
    /// # Panics
    ///
    /// As [`Sim::run`]; and if the strategy answers a draw with a candidate that it does not have.
    #[track_caller]
    pub fn run_with<F>(self, strategy: impl Strategy + 'static, main: F) -> Run<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let _active = prepare("Sim::run_with");
        let name = strategy.name().to_owned();
        let seed = self.draws.values();
        let calibration = Arc::new(Calibration::default());
        let plan = Plan {
            values: seed,
            source: Source::Strategy(Box::new(strategy), seed, calibration),
            record: Some(Keep::Ends),
            passes: Passes::NONE,
            drawn: Drawn::Unnamed,
            aloud: true,
        };
        let mut cx = Context::new(self.setup);
        let (run, _) = one::recorded(&mut cx, plan, main, caller());
        cx.give_up();
        Run {
            answered: Answered::Own(name),
            ..run
        }
    }
}
