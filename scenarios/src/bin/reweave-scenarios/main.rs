//! The scenarios, on the command line.
//!
//! ```text
//! cargo run --release                                 hunts for every bug
//! cargo run --release -- list                         what there is
//! cargo run --release -- run bake_cake --seed 7       one run: what a terminal would show
//! cargo run --release -- hunt lost_update --jobs 2    explores seeds
//! cargo run --release -- replay lost_update --seed 3  the report of one run
//! cargo run --release -- trace bake_cake              every event of one run
//! cargo run --release -- diff bake_cake --seeds 0 1   where two runs part
//! ```
//!
//! | exit code | meaning |
//! | --- | --- |
//! | 0 | all is as expected |
//! | 1 | `run` or `replay`: the run failed. `hunt`: a bug was not found, or something else was |
//! | 2 | the command cannot be followed: a wrong word, an unknown scenario, a bad tape |

#![forbid(unsafe_code)]

mod arguments;
mod choice;
mod hunt;
mod list;
mod one;
mod progress;
mod tally;

use std::env;
use std::io::{self, Write};
use std::process::ExitCode;

use arguments::Command;

/// How a command ended that could be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// All is as expected.
    Expected,
    /// A run failed, or a hunt was not as expected.
    Failed,
}

/// Why a command could not be followed to its end.
#[derive(Debug)]
enum Trouble {
    /// It asks for something that cannot be had; in words.
    Usage(String),
    /// Its output could not be written.
    Output(io::Error),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Trouble {
        Trouble::Output(error)
    }
}

impl From<lexopt::Error> for Trouble {
    fn from(error: lexopt::Error) -> Trouble {
        Trouble::Usage(error.to_string())
    }
}

fn main() -> ExitCode {
    let mut out = io::stdout().lock();
    let outcome = arguments::parse(env::args_os().skip(1))
        .and_then(|command| follow(command, &mut out))
        .and_then(|outcome| Ok(out.flush().map(|()| outcome)?));
    match outcome {
        Ok(Outcome::Expected) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::from(1),
        // Whoever reads has read enough, as `head` does.
        Err(Trouble::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(Trouble::Output(error)) => {
            eprintln!("error: the output could not be written: {error}");
            ExitCode::from(2)
        }
        Err(Trouble::Usage(words)) => {
            eprintln!("error: {words}");
            ExitCode::from(2)
        }
    }
}

fn follow(command: Command, out: &mut impl Write) -> Result<Outcome, Trouble> {
    match command {
        Command::Help => {
            write!(out, "{}", arguments::HELP)?;
            Ok(Outcome::Expected)
        }
        Command::Version => {
            writeln!(out, "reweave-scenarios {}", env!("CARGO_PKG_VERSION"))?;
            Ok(Outcome::Expected)
        }
        Command::List => list::list(out),
        Command::Run {
            which,
            seed,
            save_tape,
        } => one::run(out, &which, seed, save_tape.as_deref()),
        Command::Hunt(hunt) => hunt::hunt(out, &hunt),
        Command::Replay { which, draws, told } => one::replay(out, &which, &draws, told),
        Command::Trace {
            which,
            seed,
            format,
        } => one::trace(out, &which, seed, format),
        Command::Diff { which, seeds } => one::diff(out, &which, seeds),
    }
}
