//! The strategies that come with Reweave, as one type.

use std::sync::Arc;

use super::plain::Plain;
use super::seeded::{Member, Spare};
use super::walk::{RandomWalk, Which};
use crate::choice::calibration::{Calibration, RUNS};
use crate::choice::chooser::Source;
use crate::choice::strategy::Strategy;

/// The strategies that come with Reweave.
///
/// | name | | |
/// | --- | --- | --- |
/// | `random` | every draw is uniform, but for preemptions, whose odds are drawn by the seed | [`RandomWalk`] |
/// | `random(1/8)` | the same, with these odds: 1 in a power of two | |
/// | `plain` | every draw takes its default: one run, and no seeds | [`Plain`] |
/// | `pct(3)` | priorities, which change a few times: bugs of this depth. `pct` is `pct(3)` | Burckhardt 2010, Ozkan 2018 |
/// | `pos` | operations have priorities, drawn anew where they race | Yuan 2018 |
/// | `urw` | all orders of all operations, each about as likely as the next | Zhao 2025 |
/// | `surw` | all orders of the operations on one shared resource, the same | Zhao 2025 |
/// | `portfolio` | each seed one of them: `random`, `surw`, `pct(3)`, `urw`, `surw`, `pos`, `pct(10)` in turn | |
/// | `bounded(2)` | all runs that deviate from the plain one so often at the most, those with the fewest deviations first. `bounded` is `bounded(2)` | Emmi 2011 |
/// | `exhaustive` | all runs | |
/// | `dpor` | of all runs that differ only in the order of steps that share nothing, one: for programs that share state by the types of this crate alone | Abdulla 2017 |
/// | `guided` | runs that showed something new, changed in a few draws; towards a [`target`](crate::target()) | Wolff 2024, Wen 2022 |
///
/// The last four are *searches*, whose runs depend on those before: they have no seeds. Random values are those of seed 0. See
/// [`Builtin::is_search`]. Three of them are *systematic*: no two of their runs draw the same. See [`Builtin::is_systematic`].
///
/// `pct`, `urw`, `surw` and with them `portfolio` and `guided` want to know the program first: it is [calibrated](Calibration) by seventeen runs.
///
/// ```
/// use reweave::strategies::Builtin;
///
/// let pct: Builtin = "pct(5)".parse()?;
/// assert_eq!(pct, Builtin::Pct { depth: 5 });
/// let found = reweave::explore(|| async {}).builtin(pct).seeds(0..10).run();
/// assert!(!found.failed());
/// assert!("pct(0)".parse::<Builtin>().is_err());
/// # Ok::<(), reweave::strategies::StrategyError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Builtin {
    /// `random`: every draw is uniform, but for preemptions, whose odds are drawn by the seed.
    #[default]
    Random,
    /// `random(1/8)`: the same, with odds of a preemption that the seed does not change.
    RandomOdds {
        /// One in so many: a power of two from 2 to 65,536. Any other counts as the next one.
        one_in: u32,
    },
    /// `plain`: every draw takes its default.
    Plain,
    /// `pct(3)`: priorities that change a few times.
    Pct {
        /// For bugs that show whenever so many events come in a certain order: at least 1, and 0 counts as 1.
        depth: u32,
    },
    /// `pos`: operations have priorities, drawn anew where they race.
    Pos,
    /// `urw`: all orders of all operations, each about as likely as the next.
    Urw,
    /// `surw`: all orders of the operations on one shared resource, each about as likely as the next.
    Surw,
    /// `portfolio`: each seed one of the others that have seeds, in turn.
    Portfolio,
    /// `bounded(2)`: all runs that deviate from the plain one so often at the most.
    Bounded {
        /// How many draws take another candidate than their default, at the most.
        deviations: u32,
    },
    /// `exhaustive`: all runs.
    Exhaustive,
    /// `dpor`: of all runs that differ only in the order of steps that share nothing, one.
    ///
    /// Who asks for it says that what tasks share is of this crate: of [`sync`](crate::sync), [`std_sync`](crate::std_sync), [`task`](mod@crate::task),
    /// [`time`](crate::time), [`io`](crate::io) and [`watched`](crate::watched()). Two steps of tasks whose order cannot matter, because they touch no
    /// such thing in common, are made in one order. State of other kinds (`Rc<RefCell<…>>`, atomics of std) is not seen; a call of
    /// [`preempt`](crate::preempt()) says that it is touched. What the network, hosts and standard input do counts as touching everything. Source-DPOR with
    /// sleep sets: P. Abdulla, S. Aronis, B. Jonsson, K. Sagonas, *Source Sets*, JACM 2017.
    ///
    /// ```
    /// use reweave::strategies::Builtin;
    /// use reweave::sync::Mutex;
    /// use std::sync::Arc;
    ///
    /// let three_locks = || async {
    ///     let locks = Arc::new([(); 3].map(Mutex::new));
    ///     let tasks = [0, 1, 2].map(|which| {
    ///         let locks = locks.clone();
    ///         reweave::spawn(async move { *locks[which].lock().await })
    ///     });
    ///     for task in tasks {
    ///         task.await.unwrap();
    ///     }
    /// };
    /// let runs = |strategy| reweave::explore(three_locks).builtin(strategy).run().runs();
    /// assert!(runs(Builtin::Dpor) * 10 < runs(Builtin::Exhaustive));
    /// ```
    Dpor,
    /// `guided`: a search that makes most of its runs from those that showed something new, by changing a few of their draws.
    ///
    /// New is an order of operations on a resource by several tasks, who reads whose value, a wake, or a [`sometimes!`](crate::sometimes) that was not
    /// met before; and a higher value of a [`target`](crate::target()). Runs are made 64 at a time, and what they showed is looked at in the order
    /// of their numbers, so that the number of [jobs](crate::Explore::jobs) changes nothing. The first 64 are the plain one and those of seeds of the
    /// `portfolio`, and of each 64 after them so are 16. The first of the [seeds](crate::Explore::seeds) says which seeds these are, and which
    /// changes are made; as many as there are seeds is how many runs are made.
    Guided,
}

/// The members of the portfolio, in turn: a seed has the one at its remainder. No strategy is good at everything, and what one finds in three
/// schedules another may never find; all of them in turn need about as many times the schedules of the best as there are members. One
/// has two turns: alone it finds what is in the order of few operations among many.
const MEMBERS: [Builtin; 7] = [
    Builtin::Random,
    Builtin::Surw,
    Builtin::Pct { depth: 3 },
    Builtin::Urw,
    Builtin::Surw,
    Builtin::Pos,
    Builtin::Pct { depth: 10 },
];

/// The longest odds of a preemption are 1 in 2 to this power.
pub(super) const LONGEST_ODDS: u32 = 16;

impl Builtin {
    /// The strategy's name, without parameters.
    pub const fn name(self) -> &'static str {
        match self {
            Builtin::Random | Builtin::RandomOdds { .. } => "random",
            Builtin::Plain => "plain",
            Builtin::Pct { .. } => "pct",
            Builtin::Pos => "pos",
            Builtin::Urw => "urw",
            Builtin::Surw => "surw",
            Builtin::Portfolio => "portfolio",
            Builtin::Bounded { .. } => "bounded",
            Builtin::Exhaustive => "exhaustive",
            Builtin::Dpor => "dpor",
            Builtin::Guided => "guided",
        }
    }

    /// Whether it is a search: which runs it makes depends on those before.
    ///
    /// So its runs have no seeds: [`Explore::seeds`](crate::Explore::seeds) says how many it may make, and one that fails is replayed
    /// by its [tape](crate::Run::tape). [`Exploration::searched`](crate::Exploration::searched) says how far it got. A single run cannot be asked
    /// for, as [`Sim::seed`](crate::Sim::seed) does. [`reweave::rng`](crate::rng) gives the values of seed 0 in all runs.
    pub const fn is_search(self) -> bool {
        self.is_systematic() || matches!(self, Builtin::Guided)
    }

    /// Whether it is a systematic [search](Builtin::is_search): one of which no two runs draw the same, and that knows when all were made.
    ///
    /// What is drawn is enumerated: schedules, ties of timers, branches of `select!`, [`choose`](crate::choose) and
    /// [`flip`](crate::flip). Of faults and latencies, which have many values, the four plainest are tried, of any other draw that is not among
    /// tasks the 64 plainest.
    pub const fn is_systematic(self) -> bool {
        matches!(
            self,
            Builtin::Bounded { .. } | Builtin::Exhaustive | Builtin::Dpor
        )
    }

    /// The strategy that answers the draws of this seed: itself, but for `portfolio`.
    ///
    /// ```
    /// use reweave::strategies::Builtin;
    ///
    /// assert_eq!(Builtin::Portfolio.of_seed(7), Builtin::Random);
    /// assert_eq!(Builtin::Pos.of_seed(7), Builtin::Pos);
    /// ```
    pub fn of_seed(self, seed: u64) -> Builtin {
        match self {
            Builtin::Portfolio => MEMBERS[(seed % MEMBERS.len() as u64) as usize],
            other => other,
        }
    }

    /// The strategy for the run with this seed.
    pub(crate) fn source(self, seed: u64, calibration: &Arc<Calibration>) -> Source {
        let calibrated = calibration.clone();
        match self.of_seed(seed) {
            Builtin::Random | Builtin::Portfolio => Source::Walk(Which::of(seed)),
            Builtin::RandomOdds { one_in } => {
                let odds = one_in.clamp(2, 1 << LONGEST_ODDS).next_power_of_two();
                Source::Walk(Which {
                    seed,
                    odds: Some(odds.ilog2()),
                })
            }
            // All but the first are searches, which begin with this run. Who asks for a seed of one is refused before.
            Builtin::Plain
            | Builtin::Bounded { .. }
            | Builtin::Exhaustive
            | Builtin::Dpor
            | Builtin::Guided => Source::Strategy(Box::new(Plain), seed, calibrated),
            Builtin::Pct { depth } => Source::Seeded(Member::Pct { depth }, seed, calibrated),
            Builtin::Pos => Source::Seeded(Member::Pos, seed, calibrated),
            Builtin::Urw => Source::Seeded(Member::Urw, seed, calibrated),
            Builtin::Surw => Source::Seeded(Member::Surw, seed, calibrated),
        }
    }

    /// The strategy that answers the draws of the run with this seed, by itself.
    pub(crate) fn strategy(self, seed: u64, calibration: &Arc<Calibration>) -> Box<dyn Strategy> {
        match self.source(seed, calibration) {
            Source::Walk(which) => Box::new(RandomWalk::new(which)),
            Source::Seeded(member, seed, calibration) => {
                Box::new(Spare::default().begin(member, seed, &calibration))
            }
            Source::Strategy(strategy, ..) => strategy,
            Source::Nobody | Source::Tape(_) => Box::new(Plain),
        }
    }

    /// How many runs are made before the first seed, to [calibrate](Calibration) the program: 0, or 17; fewer if they take a million steps.
    ///
    /// ```
    /// use reweave::strategies::Builtin;
    ///
    /// assert_eq!((Builtin::Surw.calibration_runs(), Builtin::Pos.calibration_runs()), (17, 0));
    /// ```
    pub const fn calibration_runs(self) -> u64 {
        match self.wants_calibration() {
            true => RUNS,
            false => 0,
        }
    }

    /// Why a program that runs once cannot have the run with this seed, if it cannot.
    pub(crate) fn wants_many_runs(self, seed: u64) -> Option<&'static str> {
        if self.is_search() {
            return Some("is a search of many runs");
        }
        let calibrates = self.of_seed(seed).wants_calibration();
        calibrates.then_some("learns the program from runs of its own first")
    }

    /// Whether the program is [calibrated](Calibration) before its first run. A single run of such a strategy needs a closure that makes the
    /// program anew: see [`Sim::explain`](crate::Sim::explain).
    ///
    /// ```
    /// use reweave::strategies::Builtin;
    ///
    /// assert!(Builtin::Surw.wants_calibration() && !Builtin::Pos.wants_calibration());
    /// ```
    pub const fn wants_calibration(self) -> bool {
        match self {
            Builtin::Random
            | Builtin::RandomOdds { .. }
            | Builtin::Plain
            | Builtin::Pos
            | Builtin::Bounded { .. }
            | Builtin::Exhaustive
            | Builtin::Dpor => false,
            Builtin::Pct { .. }
            | Builtin::Urw
            | Builtin::Surw
            | Builtin::Portfolio
            | Builtin::Guided => true,
        }
    }
}
