//! The strategies by name, and the grammar in which attribute, environment and builder name one: `random`, `pct(3)`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::pct::Pct;
use super::plain::Plain;
use super::pos::Pos;
use super::surw::Surw;
use super::urw::Urw;
use super::walk::Which;
use crate::base::short::short;
use crate::choice::calibration::Calibration;
use crate::choice::chooser::Source;
use crate::choice::strategy::Strategy;

/// The strategies that come with Reweave.
///
/// | name | | |
/// | --- | --- | --- |
/// | `random` | every draw is uniform, but for preemptions, whose odds are drawn by the seed | [`RandomWalk`](super::walk::RandomWalk) |
/// | `random(1/8)` | the same, with these odds: 1 in a power of two | |
/// | `plain` | every draw takes its default: one run, and no seeds | [`Plain`] |
/// | `pct(3)` | priorities, which change a few times: bugs of this depth. `pct` is `pct(3)` | Burckhardt 2010, Ozkan 2018 |
/// | `pos` | operations have priorities, drawn anew where they race | Yuan 2018 |
/// | `urw` | all orders of all operations, each about as likely as the next | Zhao 2025 |
/// | `surw` | all orders of the operations on one shared resource, the same | Zhao 2025 |
/// | `portfolio` | each seed one of them: `random`, `surw`, `pct(3)`, `urw`, `surw`, `pos`, `pct(10)` in turn | |
/// | `bounded(2)` | all runs that deviate from the plain one so often at the most, those with the fewest deviations first. `bounded` is `bounded(2)` | Emmi 2011 |
/// | `exhaustive` | all runs | |
///
/// The last two are *systematic*: they have no seeds, and no two of their runs draw the same. Random values are those of seed 0. See
/// [`Builtin::is_systematic`].
///
/// `pct`, `urw`, `surw` and with them `portfolio` want to know the program first: it is [calibrated](Calibration) by seventeen runs.
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
const LONGEST_ODDS: u32 = 16;

/// The deepest bugs that can be asked for.
const DEEPEST: u32 = 1_000;

/// The most deviations that can be asked for.
const MOST_DEVIATIONS: u32 = 1_000;

/// All names.
const NAMES: [&str; 9] = [
    "random",
    "plain",
    "pct",
    "pos",
    "urw",
    "surw",
    "portfolio",
    "bounded",
    "exhaustive",
];

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
        }
    }

    /// Whether it is a systematic search: one that decides after each run which one is made next, so that no two draw the same, and that knows when all
    /// were made.
    ///
    /// Such a search has no seeds: [`Explore::seeds`](crate::Explore::seeds) says how many runs it may make, and a run that fails is replayed
    /// by its [tape](crate::Run::tape). [`Exploration::searched`](crate::Exploration::searched) says how far it got. A single run cannot be asked
    /// for, as [`Sim::seed`](crate::Sim::seed) does.
    ///
    /// What is drawn is enumerated: schedules, ties of timers, branches of `select!`, [`choose`](crate::choose) and
    /// [`flip`](crate::flip). Of faults and latencies, which have many values, the four plainest are tried, of any other draw that is not among
    /// tasks the 64 plainest. [`reweave::rng`](crate::rng) gives the values of seed 0 in all runs.
    pub const fn is_systematic(self) -> bool {
        matches!(self, Builtin::Bounded { .. } | Builtin::Exhaustive)
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
        let calibrated = || calibration.clone();
        let strategy: Box<dyn Strategy> = match self.of_seed(seed) {
            Builtin::Random | Builtin::Portfolio => return Source::Walk(Which::of(seed)),
            Builtin::RandomOdds { one_in } => {
                let odds = one_in
                    .clamp(2, 1 << LONGEST_ODDS)
                    .next_power_of_two()
                    .ilog2();
                return Source::Walk(Which {
                    seed,
                    odds: Some(odds),
                });
            }
            Builtin::Plain => Box::new(Plain),
            // The run with which a search begins. Who asks for a seed of one is refused before.
            Builtin::Bounded { .. } | Builtin::Exhaustive => Box::new(Plain),
            Builtin::Pct { depth } => Box::new(Pct::new(depth, seed, calibration)),
            Builtin::Pos => Box::new(Pos::new(seed)),
            Builtin::Urw => Box::new(Urw::new(seed, calibrated())),
            Builtin::Surw => Box::new(Surw::new(seed, calibrated())),
        };
        Source::Strategy(strategy, seed, calibrated())
    }

    /// Why a program that runs once cannot have the run with this seed, if it cannot.
    pub(crate) fn wants_many_runs(self, seed: u64) -> Option<&'static str> {
        if self.is_systematic() {
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
    pub fn wants_calibration(self) -> bool {
        match self {
            Builtin::Random
            | Builtin::RandomOdds { .. }
            | Builtin::Plain
            | Builtin::Pos
            | Builtin::Bounded { .. }
            | Builtin::Exhaustive => false,
            Builtin::Pct { .. } | Builtin::Urw | Builtin::Surw | Builtin::Portfolio => true,
        }
    }
}

impl fmt::Display for Builtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Builtin::RandomOdds { one_in } => f.pad(&format!("random(1/{one_in})")),
            Builtin::Pct { depth } => f.pad(&format!("pct({depth})")),
            Builtin::Bounded { deviations } => f.pad(&format!("bounded({deviations})")),
            other => f.pad(other.name()),
        }
    }
}

/// A text that names no strategy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StrategyError {
    /// There is none of this name.
    Unknown {
        /// What was found.
        found: String,
    },
    /// The strategy does not take this parameter.
    Parameter {
        /// Its name.
        strategy: &'static str,
        /// What it takes.
        expected: &'static str,
        /// What was found.
        found: String,
    },
}

impl fmt::Display for StrategyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StrategyError::Unknown { found } => {
                f.write_str("expected ")?;
                for (nth, name) in NAMES.iter().enumerate() {
                    let separator = match nth {
                        0 => "",
                        nth if nth + 1 == NAMES.len() => " or ",
                        _ => ", ",
                    };
                    write!(f, "{separator}`{name}`")?;
                }
                write!(f, ", found `{found}`")
            }
            StrategyError::Parameter {
                strategy,
                expected,
                found,
            } => write!(f, "`{strategy}` takes {expected}, found `{found}`"),
        }
    }
}

impl std::error::Error for StrategyError {}

impl FromStr for Builtin {
    type Err = StrategyError;

    fn from_str(text: &str) -> Result<Builtin, StrategyError> {
        let unknown = || StrategyError::Unknown {
            found: short(text).to_string(),
        };
        let text = text.trim();
        let (name, parameter) = match text.split_once('(') {
            None => (text, None),
            Some((name, rest)) => {
                let parameter = rest.strip_suffix(')').ok_or_else(unknown)?;
                (name.trim_end(), Some(parameter.trim()))
            }
        };
        let wrong = |strategy, expected| StrategyError::Parameter {
            strategy,
            expected,
            found: short(parameter.unwrap_or_default()).to_string(),
        };
        let bare = |strategy: Builtin| match parameter {
            None => Ok(strategy),
            Some(_) => Err(wrong(strategy.name(), "no parameter")),
        };
        match name {
            "random" => match parameter {
                None => Ok(Builtin::Random),
                Some(odds) => {
                    let words =
                        "the odds of a preemption, 1 in a power of two from `1/2` to `1/65536`";
                    let one_in = odds_of(odds).ok_or_else(|| wrong("random", words))?;
                    Ok(Builtin::RandomOdds { one_in })
                }
            },
            "pct" => match parameter {
                None => Ok(Builtin::Pct { depth: 3 }),
                Some(depth) => {
                    let words = "the depth of the bugs to find, a whole number from 1 to 1000";
                    let depth = depth
                        .parse()
                        .ok()
                        .filter(|depth| (1..=DEEPEST).contains(depth));
                    let depth = depth.ok_or_else(|| wrong("pct", words))?;
                    Ok(Builtin::Pct { depth })
                }
            },
            "bounded" => match parameter {
                None => Ok(Builtin::Bounded { deviations: 2 }),
                Some(deviations) => {
                    let words = "how many deviations from the plain run there may be, a whole number from 0 to 1000";
                    let deviations = deviations
                        .parse()
                        .ok()
                        .filter(|deviations| *deviations <= MOST_DEVIATIONS);
                    let deviations = deviations.ok_or_else(|| wrong("bounded", words))?;
                    Ok(Builtin::Bounded { deviations })
                }
            },
            "exhaustive" => bare(Builtin::Exhaustive),
            "plain" => bare(Builtin::Plain),
            "pos" => bare(Builtin::Pos),
            "urw" => bare(Builtin::Urw),
            "surw" => bare(Builtin::Surw),
            "portfolio" => bare(Builtin::Portfolio),
            _ => Err(unknown()),
        }
    }
}

/// Of `1/8` the 8, if it is a power of two in bounds.
fn odds_of(text: &str) -> Option<u32> {
    let (one, of) = text.split_once('/')?;
    let of: u32 = of.trim().parse().ok()?;
    let known = one.trim() == "1" && of.is_power_of_two();
    (known && (2..=1 << LONGEST_ODDS).contains(&of)).then_some(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_again() {
        let all = [
            "random",
            "random(1/8)",
            "plain",
            "pct(3)",
            "pos",
            "urw",
            "surw",
            "portfolio",
            "bounded(0)",
            "exhaustive",
        ];
        for text in all {
            assert_eq!(text.parse::<Builtin>().unwrap().to_string(), text);
        }
        assert_eq!(" pct ( 4 ) ".parse(), Ok(Builtin::Pct { depth: 4 }));
        assert_eq!("pct".parse(), Ok(Builtin::Pct { depth: 3 }));
    }

    #[test]
    fn what_names_none_is_told_with_what_was_expected() {
        let wrong = [
            "",
            "fancy",
            "pct(",
            "pct)",
            "pct(0)",
            "pct(x)",
            "pct(1001)",
            "pct()",
            "random(8)",
            "random(1/3)",
            "random(1/1)",
            "random(1/131072)",
            "pos(2)",
            "plain()",
            "bounded(-1)",
            "bounded(1001)",
            "exhaustive(2)",
        ];
        let errors = wrong.map(|text| text.parse::<Builtin>().unwrap_err().to_string());
        insta::assert_snapshot!(errors.join("\n"), @"
        expected `random`, `plain`, `pct`, `pos`, `urw`, `surw`, `portfolio`, `bounded` or `exhaustive`, found ``
        expected `random`, `plain`, `pct`, `pos`, `urw`, `surw`, `portfolio`, `bounded` or `exhaustive`, found `fancy`
        expected `random`, `plain`, `pct`, `pos`, `urw`, `surw`, `portfolio`, `bounded` or `exhaustive`, found `pct(`
        expected `random`, `plain`, `pct`, `pos`, `urw`, `surw`, `portfolio`, `bounded` or `exhaustive`, found `pct)`
        `pct` takes the depth of the bugs to find, a whole number from 1 to 1000, found `0`
        `pct` takes the depth of the bugs to find, a whole number from 1 to 1000, found `x`
        `pct` takes the depth of the bugs to find, a whole number from 1 to 1000, found `1001`
        `pct` takes the depth of the bugs to find, a whole number from 1 to 1000, found ``
        `random` takes the odds of a preemption, 1 in a power of two from `1/2` to `1/65536`, found `8`
        `random` takes the odds of a preemption, 1 in a power of two from `1/2` to `1/65536`, found `1/3`
        `random` takes the odds of a preemption, 1 in a power of two from `1/2` to `1/65536`, found `1/1`
        `random` takes the odds of a preemption, 1 in a power of two from `1/2` to `1/65536`, found `1/131072`
        `pos` takes no parameter, found `2`
        `plain` takes no parameter, found ``
        `bounded` takes how many deviations from the plain run there may be, a whole number from 0 to 1000, found `-1`
        `bounded` takes how many deviations from the plain run there may be, a whole number from 0 to 1000, found `1001`
        `exhaustive` takes no parameter, found `2`
        ");
    }
}
