//! One run.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::calibration::calibrate;
use super::chosen::Draws;
use super::explain::tell;
use super::one::{self, prepare};
use super::outcome::{Answered, Run};
use super::shrinking::{Listener, Shrinking};
use crate::base::place::{Place, caller};
use crate::base::span::nanos;
use crate::choice::calibration::Calibration;
use crate::choice::chooser::Source;
use crate::choice::passes::Passes;
use crate::choice::strategies::builtin::Builtin;
use crate::choice::strategy::Strategy;
use crate::choice::tape::{Player, Tape};
use crate::model::faults::given::IntoFaults;
use crate::record::journal::Keep;
use crate::record::kind::{FindingKind, Level};
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

    /// Ends the run after this many polls: a finding `limit`. 10,000,000 unless set.
    ///
    /// # Panics
    ///
    /// If it is 0: such a run could not begin.
    #[track_caller]
    pub fn max_steps(mut self, steps: u64) -> Sim {
        assert!(steps > 0, "`max_steps` must be at least 1, got 0");
        self.setup.limits.steps = steps;
        self
    }

    /// Ends the run after this many polls and operations at one instant of virtual time, with no task beginning or ending
    /// meanwhile, or after twice as many although tasks began and ended: a finding `livelock`. 400,000 unless set. Operations
    /// count when a task has used up its budget of 128. Of bytes that streams move, 384 count as an operation.
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn max_steps_at_once(mut self, steps: u64) -> Sim {
        assert!(steps > 0, "`max_steps_at_once` must be at least 1, got 0");
        self.setup.limits.steps_at_once = steps;
        self
    }

    /// Ends the run once this much virtual time has passed: a finding `limit`. Ten years unless set.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[track_caller]
    pub fn max_virtual_time(mut self, limit: Duration) -> Sim {
        assert!(
            !limit.is_zero(),
            "`max_virtual_time` must be longer than zero"
        );
        self.setup.limits.virtual_time = limit;
        self
    }

    /// Ends the run once this much real time has passed: a finding `limit`. No limit unless set: it is the
    /// one thing about a run that depends on the machine. Looked at before each poll; of a poll that never returns nothing
    /// but the watchdog of a test can tell.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[track_caller]
    pub fn max_wall_time(mut self, limit: Duration) -> Sim {
        assert!(!limit.is_zero(), "`max_wall_time` must be longer than zero");
        self.setup.limits.wall_time = Some(limit);
        self
    }

    /// Ends the run when more tasks than this live: a finding `limit`. 250,000 unless set. The poll that spawns one task
    /// too many unwinds there.
    ///
    /// # Panics
    ///
    /// If it is 0: `main` is a task.
    #[track_caller]
    pub fn max_tasks(mut self, tasks: usize) -> Sim {
        assert!(
            tasks > 0,
            "`max_tasks` must be at least 1, because `main` is a task; got 0"
        );
        self.setup.limits.tasks = tasks;
        self
    }

    /// A finding of this kind fails the run.
    pub fn deny(self, kind: FindingKind) -> Sim {
        self.level(kind, Level::Deny)
    }

    /// A finding of this kind is reported, and does not fail the run.
    pub fn warn(self, kind: FindingKind) -> Sim {
        self.level(kind, Level::Warn)
    }

    /// Findings of this kind are not looked for: [`Run::findings`] has none, no report tells of them, and no run fails of them.
    ///
    /// Nothing else changes. A panic still unwinds, and stands on the [trace](crate::Run::trace) as `panics`, with its words; that of a
    /// task is the error of whoever awaits it. If `main` panics there is no output: [`Run::output`] is `None`, [`Run::unwrap`] panics
    /// with a report that has no findings, and a `#[reweave::test(allow(panic))]` passes. A run still ends at its limits.
    ///
    /// ```
    /// use reweave::{FindingKind, Sim, spawn, task::yield_now};
    ///
    /// let run = Sim::new().allow(FindingKind::UnobservedPanic).run(async {
    ///     drop(spawn(async { panic!("no disk") }));
    ///     yield_now().await;
    /// });
    /// assert!(run.findings().is_empty());
    /// assert!(run.trace().to_string().contains("panics: \"no disk\""));
    /// ```
    ///
    /// [`Run::findings`]: crate::Run::findings
    /// [`Run::output`]: crate::Run::output
    /// [`Run::unwrap`]: crate::Run::unwrap
    pub fn allow(self, kind: FindingKind) -> Sim {
        self.level(kind, Level::Allow)
    }

    /// Sets what a finding of this kind does.
    pub fn level(mut self, kind: FindingKind, level: Level) -> Sim {
        self.setup.levels.set(kind, level);
        self
    }

    /// What the virtual system clock shows at the start of the run: 2000-01-01 00:00:00 UTC unless
    /// set.
    ///
    /// # Panics
    ///
    /// If it is before 1970, or later than 2^64 ns after.
    #[track_caller]
    pub fn epoch(mut self, epoch: SystemTime) -> Sim {
        let since = epoch.duration_since(UNIX_EPOCH);
        let nanos = since
            .ok()
            .and_then(|since| u64::try_from(since.as_nanos()).ok());
        let Some(nanos) = nanos else {
            panic!("`epoch` must lie between 1970 and 2554, got {epoch:?}");
        };
        self.setup.epoch = nanos;
        self
    }

    /// Lines of standard input, all there from the start.
    pub fn stdin<S: Into<String>>(mut self, lines: impl IntoIterator<Item = S>) -> Sim {
        self.setup
            .stdin
            .extend(lines.into_iter().map(|line| (0, line.into())));
        self
    }

    /// A line of standard input that comes at this virtual time. Lines come in the order in which
    /// they are given, so none comes before its predecessor.
    pub fn stdin_at(mut self, at: Duration, line: impl Into<String>) -> Sim {
        self.setup.stdin.push((nanos(at), line.into()));
        self
    }

    /// Whether [`reweave::println!`](crate::println) also prints to the terminal.
    pub fn echo(mut self, echo: bool) -> Sim {
        self.setup.echo = echo;
        self
    }

    /// Whether operations of `sync` are scheduling points although they could complete at
    /// once, as on a runtime with several threads. On unless set; off suits code that only ever runs
    /// on one thread.
    pub fn points(mut self, points: bool) -> Sim {
        self.setup.points = points;
        self
    }

    /// How long a mutex or a read-write lock may be held while another task waits for it, in virtual time, before that
    /// is the finding [`long_hold`](FindingKind::LongHold). 10 s unless set.
    pub fn long_hold(mut self, limit: Duration) -> Sim {
        self.setup.long_hold = nanos(limit);
        self
    }

    /// Which faults runs may meet: a [`Faults`](crate::faults::Faults), or a text in its [grammar](crate::faults#the-grammar), as `"hosts(crash), buggify"`. None
    /// unless set. The plain run meets none.
    ///
    /// ```
    /// use reweave::{Sim, time::{Duration, sleep}};
    ///
    /// let restarts = |seed| Sim::new().faults("hosts(crash = 5s)").seed(seed).run(async {
    ///     let starts = std::rc::Rc::new(std::cell::Cell::new(0));
    ///     let counter = starts.clone();
    ///     reweave::host("db").start(move || {
    ///         counter.set(counter.get() + 1);
    ///         std::future::pending::<()>()
    ///     });
    ///     sleep(Duration::from_secs(60)).await;
    ///     starts.get() - 1
    /// });
    /// assert!((0..10).any(|seed| restarts(seed).unwrap() > 3));
    /// ```
    ///
    /// # Panics
    ///
    /// If the text does not follow the grammar, in words that say where and what was expected; if none could strike, because the calm phase
    /// begins before they start.
    #[track_caller]
    pub fn faults<F: IntoFaults>(mut self, faults: F) -> Sim {
        self.setup.faults = match faults.into_faults() {
            Ok(faults) => faults,
            Err(error) => panic!("`faults`: {error}"),
        };
        assert!(
            self.setup.faults.is_none() || self.setup.faults.strike_before_calm(),
            "`faults`: `{}` start when the calm phase has begun, so none would strike",
            self.setup.faults
        );
        self
    }

    /// Somebody wants to know which runs are made.
    pub(crate) fn with_witness(mut self, witness: Arc<dyn Witness>) -> Sim {
        self.setup.witness = Some(witness);
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
    /// [`Sim::explain`] and [`explore`](fn@crate::explore) can make these. And if it is a [systematic
    /// search](Builtin::is_systematic), which has no seeds.
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
        self.refuse_search();
        if let Draws::Seed(seed) = self.draws {
            assert!(
                !self.builtin.of_seed(seed).wants_calibration(),
                "`{}` learns the program from runs of its own first, and `Sim::run` has a future that runs once: call \
                 `Sim::explain` or `reweave::explore` with a closure that makes it",
                self.builtin
            );
        }
        let passes = self.draws.passes();
        let mut cx = Context::new(self.setup.clone());
        let (run, _) = self.record(&mut cx, &passes, &Arc::default(), true, main, place);
        cx.give_up();
        run
    }

    /// [`Sim::run`] of a future that can be made anew: if a scheduling point was taken for an answer, the run is made again
    /// without that point, as an exploration does. Nobody hears of it: see [`Sim::tell`].
    #[track_caller]
    pub(crate) fn run_made<M, F>(&self, make: M, place: Place) -> Run<F::Output>
    where
        M: Fn() -> F,
        F: Future + 'static,
        F::Output: 'static,
    {
        let _active = prepare("Sim::run");
        self.refuse_search();
        let mut cx = Context::new(self.setup.clone());
        cx.takes(|| Batch::One(self.draws.drawn()));
        let calibrated = match self.draws {
            Draws::Seed(seed) if self.builtin.of_seed(seed).wants_calibration() => {
                calibrate(&mut cx, &make, place).calibration
            }
            Draws::Plain | Draws::Seed(_) | Draws::Tape(_) => Arc::default(),
        };
        let run = one::settle(&self.draws.passes(), |passes| {
            self.record(&mut cx, passes, &calibrated, false, make(), place)
        });
        cx.give_up();
        run
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
        self.tell(true, &make, place, run.without_output())
    }

    /// The run that is told for one that was made by this, the least that fails in the same way if it is to be shrunk: a panic hook and a
    /// `tracing` subscriber of the user's hear of it.
    #[track_caller]
    pub(crate) fn tell<M, F>(&self, shrink: bool, make: M, place: Place, run: Run) -> Run
    where
        M: Fn() -> F,
        F: Future + 'static,
        F::Output: 'static,
    {
        let _active = prepare("Sim::explain");
        let mut cx = Context::new(self.setup.clone());
        let listener = self.on_shrink.as_ref();
        let run = tell(&mut cx, &make, place, shrink, listener, run);
        cx.give_up();
        run
    }

    /// A systematic search is no strategy for one run.
    #[track_caller]
    fn refuse_search(&self) {
        if let (Draws::Seed(seed), true) = (&self.draws, self.builtin.is_systematic()) {
            panic!(
                "`{}` is a search of many runs and has no seeds, and seed {seed} was asked for: call `reweave::explore`, whose \
                 `seeds` say how many runs it may make; or replay one run by its tape, with `Sim::tape`",
                self.builtin
            );
        }
    }

    fn record<F>(
        &self,
        cx: &mut Context,
        passes: &Passes,
        calibration: &Arc<Calibration>,
        aloud: bool,
        main: F,
        place: Place,
    ) -> (Run<F::Output>, Vec<Place>)
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let source = match &self.draws {
            Draws::Plain => Builtin::Plain.source(0, calibration),
            Draws::Seed(seed) => self.builtin.source(*seed, calibration),
            Draws::Tape(tape) => Source::Tape(Box::new(Player::new(tape.clone()))),
        };
        let plan = Plan {
            values: self.draws.values(),
            source,
            record: Some(Keep::Ends),
            passes: passes.clone(),
            drawn: self.draws.drawn(),
            aloud,
        };
        let (mut run, mistaken) = one::recorded(cx, plan, main, place);
        if let Draws::Seed(seed) = self.draws {
            run.seed = Some(seed);
            run.answered = Answered::Builtin(self.builtin);
        }
        (run, mistaken)
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
