//! The grammar in which attribute, environment and builder name a strategy: `random`, `pct(3)`.

use std::fmt;
use std::str::FromStr;

use super::builtin::{Builtin, LONGEST_ODDS};
use crate::base::short::short;

/// The deepest bugs that can be asked for.
const DEEPEST: u32 = 1_000;

/// The most deviations that can be asked for.
const MOST_DEVIATIONS: u32 = 1_000;

/// All names.
const NAMES: [&str; 11] = [
    "random",
    "plain",
    "pct",
    "pos",
    "urw",
    "surw",
    "portfolio",
    "bounded",
    "exhaustive",
    "dpor",
    "guided",
];

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
            "dpor" => bare(Builtin::Dpor),
            "guided" => bare(Builtin::Guided),
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
            "dpor",
            "guided",
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
            "dpor(1)",
            "guided(2)",
        ];
        let errors = wrong.map(|text| text.parse::<Builtin>().unwrap_err().to_string());
        insta::assert_snapshot!(errors.join("\n"), @"
        expected `random`, `plain`, `pct`, `pos`, `urw`, `surw`, `portfolio`, `bounded`, `exhaustive`, `dpor` or `guided`, found ``
        expected `random`, `plain`, `pct`, `pos`, `urw`, `surw`, `portfolio`, `bounded`, `exhaustive`, `dpor` or `guided`, found `fancy`
        expected `random`, `plain`, `pct`, `pos`, `urw`, `surw`, `portfolio`, `bounded`, `exhaustive`, `dpor` or `guided`, found `pct(`
        expected `random`, `plain`, `pct`, `pos`, `urw`, `surw`, `portfolio`, `bounded`, `exhaustive`, `dpor` or `guided`, found `pct)`
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
        `dpor` takes no parameter, found `1`
        `guided` takes no parameter, found `2`
        ");
    }
}
