//! `table` measures and prints everything; `one` does a single run, for a profiler or for `table` itself. `bugs` counts how many
//! schedules strategies need until they find known bugs; `bug` does that for one of each. `enumerate` counts the runs of searches that try all.

mod enumerate;
mod hunt;
mod measure;
mod one;
mod report;
mod share;

use anyhow::{Context, Result, ensure};
use clap::{Args, Parser, Subcommand};
use reweave_benches::workloads::{self, Workload};
use reweave_benches::{Size, cases};

use measure::{Effort, Heat};
use one::Run;

/// Reweave and its peers at the same work, side by side.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure, and print the tables.
    Table(Selection),
    /// Run one contestant at one workload once, and print what it did.
    One {
        /// w1, w2 …
        workload: String,
        /// reweave, tokio …
        contestant: String,
        /// TASKSxROUNDS, such as 1000x50.
        size: Size,
    },
    /// Count how many schedules strategies need until they find known bugs, and print the tables.
    Bugs(hunt::Selection),
    /// Count the runs of searches that try all schedules of small programs.
    Enumerate,
    /// Have one strategy find one bug, and print its trials.
    Bug(hunt::Hunt),
}

#[derive(Args)]
struct Selection {
    /// Only these workloads (w1) or cases (w1-10).
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Only these contestants.
    #[arg(long, value_delimiter = ',')]
    contestants: Vec<String>,
    /// Leave out the cases that show growth, and take less wall time: its ratios are rough then.
    #[arg(long)]
    quick: bool,
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Table(selection) => table(&selection),
        Command::One {
            workload,
            contestant,
            size,
        } => one(&workload, &contestant, size),
        Command::Bugs(selection) => hunt::bugs(&selection),
        Command::Enumerate => enumerate::enumerate(),
        Command::Bug(hunt) => hunt.here(),
    }
}

fn table(selection: &Selection) -> Result<()> {
    let heats = selection.heats()?;
    let count = one::has("valgrind");
    if !count {
        println!("valgrind is not on the PATH: instructions are not counted.\n");
    }
    let share = count && one::has("addr2line");
    if count && !share {
        println!("addr2line is not on the PATH: instructions are not shared out.\n");
    }
    let effort = match selection.quick {
        true => Effort {
            count,
            share,
            rounds: 3,
            cut: 10,
        },
        false => Effort {
            count,
            share,
            rounds: 5,
            cut: 1,
        },
    };
    let figures = measure::measure(&heats, effort)?;
    print!("{}", report::report(&heats, &figures));
    Ok(())
}

fn one(workload: &str, contestant: &str, size: Size) -> Result<()> {
    let workload: &'static Workload = workloads::ALL
        .iter()
        .find(|known| known.name == workload)
        .with_context(|| format!("no workload {workload:?}"))?;
    let entrant = workload
        .entrant(contestant)
        .with_context(|| format!("no contestant {contestant:?} at {}", workload.name))?;
    let run = Run {
        workload,
        entrant,
        size,
    };
    print!("{}", run.here()?);
    Ok(())
}

impl Selection {
    /// The cases and contestants that are meant.
    fn heats(&self) -> Result<Vec<Heat>> {
        for word in &self.only {
            let known = cases::ALL.iter().any(|case| case.is_called(word));
            ensure!(known, "no workload or case {word:?}");
        }
        for name in &self.contestants {
            let known = workloads::ALL
                .iter()
                .any(|known| known.entrant(name).is_some());
            ensure!(known, "no contestant {name:?}");
        }
        let heats = cases::ALL
            .iter()
            .filter(|case| match self.only.as_slice() {
                [] => case.quick || !self.quick,
                only => only.iter().any(|word| case.is_called(word)),
            })
            .map(|case| Heat {
                case,
                entrants: case
                    .workload
                    .entrants
                    .iter()
                    .filter(|entrant| case.tasks <= entrant.most_tasks)
                    .filter(|entrant| self.asks_for(entrant.name))
                    .collect(),
            })
            .filter(|heat| !heat.entrants.is_empty());
        Ok(heats.collect())
    }

    fn asks_for(&self, contestant: &str) -> bool {
        self.contestants.is_empty() || self.contestants.iter().any(|name| name == contestant)
    }
}
