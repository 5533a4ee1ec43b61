//! The `bugs` command: every strategy at every program, some trials each, and what came of it as tables.
//!
//! A strategy has its trials at a program in a child, this same program with the arguments `bug PROGRAM STRATEGY`, which prints
//! a trial a line:
//!
//! ```text
//! schedules 29 found true nanos 1835022 calibration 17 found_there -
//! ```
//!
//! Children, because shuttle prints to standard error whenever it finds something, and leaks what a failed run leaves. They
//! run one at a time, for their times are compared.

mod figures;
mod tables;

use std::env;
use std::fmt;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use reweave_benches::bugs::trial::{Strategy, Trial};
use reweave_benches::bugs::{self, Program};

use figures::Figures;

/// Which strategies at which programs, and how often.
#[derive(Args)]
pub(crate) struct Selection {
    /// Only these programs (reorder_3).
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Only these strategies: `reweave:NAME` or `shuttle:NAME`, such as `reweave:random,shuttle:pct(3)`.
    #[arg(long)]
    strategies: Vec<String>,
    #[command(flatten)]
    effort: Effort,
}

#[derive(Args, Clone, Copy)]
struct Effort {
    /// How many trials each strategy has at each program.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    trials: u64,
    /// After how many schedules a trial gives up.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    cap: u64,
}

/// One strategy at one program.
#[derive(Args)]
pub(crate) struct Hunt {
    /// reorder_3, twostage …
    program: String,
    /// reweave:random, shuttle:pct(3) …
    strategy: String,
    #[command(flatten)]
    effort: Effort,
}

/// Has all the trials, and prints the tables: that of a program as soon as it is known.
///
/// # Errors
///
/// When there is no such program or strategy, or a child fails.
pub(crate) fn bugs(selection: &Selection) -> Result<()> {
    let (programs, strategies) = (selection.programs()?, selection.strategies()?);
    let Effort { trials, cap } = selection.effort;
    println!("{trials} trials each, of at most {cap} schedules.\n");
    let bar = ProgressBar::new((programs.len() * strategies.len()) as u64);
    bar.set_style(ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}")?);
    let mut all = Vec::new();
    for program in programs {
        let mut figures = Vec::new();
        for strategy in &strategies {
            bar.set_message(format!("{} {strategy}", program.name));
            let hunt = Hunt {
                program: program.name.to_owned(),
                strategy: strategy.to_string(),
                effort: selection.effort,
            };
            let trials = hunt.in_a_child()?;
            figures.push(Figures::of(strategy.clone(), &trials));
            bar.inc(1);
        }
        bar.suspend(|| println!("{}", tables::of_program(program.name, &figures)));
        all.push((program.name, figures));
    }
    bar.finish_and_clear();
    print!("{}", tables::side_by_side(&all));
    Ok(())
}

impl Selection {
    fn programs(&self) -> Result<Vec<&'static Program>> {
        match self.only.is_empty() {
            true => Ok(bugs::ALL.iter().collect()),
            false => self.only.iter().map(|name| program(name)).collect(),
        }
    }

    fn strategies(&self) -> Result<Vec<Strategy>> {
        if self.strategies.is_empty() {
            return Ok(Strategy::usual());
        }
        let names = self.strategies.iter().flat_map(|names| split(names));
        let strategies = names.map(|name| Ok(name.parse()?));
        strategies.collect()
    }
}

fn program(name: &str) -> Result<&'static Program> {
    bugs::named(name).with_context(|| {
        let known: Vec<&str> = bugs::ALL.iter().map(|program| program.name).collect();
        format!("no program {name:?}: expected one of {}", known.join(", "))
    })
}

/// The parts between commas, but for those within parentheses.
fn split(names: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let parts = names.split(|sign| {
        match sign {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        sign == ',' && depth == 0
    });
    parts.map(str::trim).collect()
}

impl Hunt {
    /// Has the trials here, and prints them.
    ///
    /// # Errors
    ///
    /// When there is no such program or strategy.
    pub(crate) fn here(&self) -> Result<()> {
        let program = program(&self.program)?;
        let strategy: Strategy = self.strategy.parse()?;
        let trials = match strategy.has_no_seeds() {
            true => 1,
            false => self.effort.trials,
        };
        for number in 0..trials {
            let trial = strategy.try_to_find(program, number, self.effort.cap);
            println!("{}", Line(trial));
        }
        Ok(())
    }

    /// Has them in a child.
    fn in_a_child(&self) -> Result<Vec<Trial>> {
        let mut command = Command::new(env::current_exe()?);
        let Effort { trials, cap } = self.effort;
        command
            .args(["bug", &self.program, &self.strategy])
            .args(["--trials", &trials.to_string(), "--cap", &cap.to_string()])
            // Each bug that is found is a panic, and nobody reads its backtrace.
            .env("RUST_BACKTRACE", "0")
            .stderr(Stdio::piped());
        let output = command
            .output()
            .with_context(|| format!("cannot start {command:?}"))?;
        if !output.status.success() {
            let complaint = String::from_utf8_lossy(&output.stderr);
            bail!("{self} failed, {}:\n{complaint}", output.status);
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let trials: Option<Vec<Trial>> = text.lines().map(Line::parse).collect();
        let trials = trials.with_context(|| format!("{self} printed {text:?}"))?;
        ensure!(!trials.is_empty(), anyhow!("{self} printed nothing"));
        Ok(trials)
    }
}

impl fmt::Display for Hunt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.program, self.strategy)
    }
}

/// A trial as a line of text.
struct Line(Trial);

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Trial {
            schedules,
            found,
            time,
            calibration,
            calibration_found,
        } = self.0;
        let nanos = time.as_nanos();
        write!(f, "schedules {schedules} found {found} nanos {nanos}")?;
        write!(f, " calibration {calibration} found_there ")?;
        match calibration_found {
            Some(run) => write!(f, "{run}"),
            None => f.write_str("-"),
        }
    }
}

impl Line {
    fn parse(line: &str) -> Option<Trial> {
        let words: Vec<&str> = line.split(' ').collect();
        let [
            "schedules",
            schedules,
            "found",
            found,
            "nanos",
            nanos,
            "calibration",
            calibration,
            "found_there",
            there,
        ] = words[..]
        else {
            return None;
        };
        Some(Trial {
            schedules: schedules.parse().ok()?,
            found: found.parse().ok()?,
            time: Duration::from_nanos(nanos.parse().ok()?),
            calibration: calibration.parse().ok()?,
            calibration_found: match there {
                "-" => None,
                run => Some(run.parse().ok()?),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_reads_back_what_it_prints() {
        for calibration_found in [None, Some(4)] {
            let trial = Trial {
                schedules: 29,
                found: calibration_found.is_none(),
                time: Duration::from_nanos(1_835_022),
                calibration: 17,
                calibration_found,
            };
            assert_eq!(Line::parse(&Line(trial).to_string()), Some(trial));
        }
        assert_eq!(Line::parse("schedules 29 found true"), None);
    }

    #[test]
    fn strategies_are_split_at_commas_outside_of_parentheses() {
        let names = "reweave:random, shuttle:pct(3),reweave:mix(a,(b,c)),";
        let parts = [
            "reweave:random",
            "shuttle:pct(3)",
            "reweave:mix(a,(b,c))",
            "",
        ];
        assert_eq!(split(names), parts);
    }
}
