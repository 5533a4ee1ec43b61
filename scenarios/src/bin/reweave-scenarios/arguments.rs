//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Programs with the classic bugs of async code, for Reweave to find.
///
/// Without a command it hunts for every bug there is.
#[derive(Debug, Parser)]
#[command(name = "reweave-scenarios", version, after_help = EXIT_CODES)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXIT_CODES: &str = "\
Exit codes: 0 all is as expected; 1 the run failed, or the hunt missed a bug or met another one; \
2 the command cannot be followed";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lists the scenarios
    List,
    /// Runs a scenario once, and shows what a terminal would show
    Run {
        #[command(flatten)]
        which: Which,
        /// Draws at random from this seed, instead of running the plain schedule
        #[arg(long, value_name = "N")]
        seed: Option<u64>,
        /// Writes the draws of the run to a file, for `replay --tape`
        #[arg(long, value_name = "FILE")]
        save_tape: Option<PathBuf>,
    },
    /// Explores seeds: every bug must be found, and nothing else
    Hunt(Hunt),
    /// Runs one seed or tape again, and reports on it
    Replay {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        draws: Draws,
    },
    /// Shows every event of a run
    Trace {
        #[command(flatten)]
        which: Which,
        /// Draws at random from this seed, instead of running the plain schedule
        #[arg(long, value_name = "N")]
        seed: Option<u64>,
        /// How events are written
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Shows where the runs of two seeds part
    Diff {
        #[command(flatten)]
        which: Which,
        /// The two seeds
        #[arg(long, num_args = 2, value_names = ["A", "B"], required = true)]
        seeds: Vec<u64>,
    },
}

impl Default for Command {
    fn default() -> Command {
        Command::Hunt(Hunt {
            names: Vec::new(),
            seeds: DEFAULT_SEEDS,
            jobs: DEFAULT_JOBS,
        })
    }
}

/// Enough for every bug here many times over, in a few seconds.
const DEFAULT_SEEDS: u64 = 10_000;
/// One a core.
const DEFAULT_JOBS: u16 = 0;
/// More threads than anybody has cores, and fewer than an operating system refuses.
const MOST_JOBS: i64 = 1024;

#[derive(Debug, Args)]
pub struct Hunt {
    /// The scenarios to hunt in; all unless given
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// How many seeds to explore for each program, from 0
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEEDS, value_parser = clap::value_parser!(u64).range(1..))]
    pub seeds: u64,
    /// How many threads explore; 0 for one a core
    #[arg(long, value_name = "J", default_value_t = DEFAULT_JOBS, value_parser = clap::value_parser!(u16).range(..=MOST_JOBS))]
    pub jobs: u16,
}

/// One program.
#[derive(Debug, Args)]
pub struct Which {
    /// The scenario
    pub name: String,
    /// The fixed twin instead of the one with the bug
    #[arg(long)]
    pub fixed: bool,
}

/// Where the draws of a replay come from.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Draws {
    /// The seed to run again
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// A file with the tape to run again
    #[arg(long, value_name = "FILE")]
    pub tape: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    /// A line an event, made to be read
    Text,
    /// A JSON object a line, made for programs
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_grammar_is_sound() {
        Arguments::command().debug_assert();
    }
}
