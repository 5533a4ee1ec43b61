//! What can be said on the command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use lexopt::{Arg, Parser, ValueExt};
use reweave::strategies::Builtin;

use crate::{Trouble, choice};

/// What `--help` prints.
pub const HELP: &str = "\
Programs with the classic bugs of async code, for Reweave to find.
Without a command it hunts for every bug there is.

Usage: reweave-scenarios [COMMAND]

Commands:
  list                              Lists the scenarios
  run <NAME>                        Runs a scenario once, and shows what a terminal would show
      --seed <N>                      draws at random from this seed, instead of running the plain schedule
      --save-tape <FILE>              writes the draws of the run to a file, for `replay --tape`
  hunt [NAME]...                    Explores seeds: every bug must be found, and nothing else
      --seeds <N>                     how many seeds to explore for each program, from 0 [default: 10000]
      --jobs <J>                      how many threads explore; 0 for one a core [default: 0]
      --strategy <S>                  who answers the draws [default: portfolio]
  replay <NAME>                     Runs one seed or tape again, and reports on it
      --seed <N> | --tape <FILE>      what to run again
      --strategy <S>                  whose seed it is; one that learns the program first is explained [default: random]
      --explain <on|off>              whether a run that fails is shrunk and explained [default: on]
      --format <FORMAT>               text: a report made to be read; json: an object; html: a timeline; \
or a trace as below [default: text]
      --color <auto|always|never>     whether with colours; auto: on a terminal, if NO_COLOR is not set [default: auto]
  trace <NAME>                      Shows every event of a run
      --seed <N>                      draws at random from this seed, instead of running the plain schedule
      --format <FORMAT>               text: lines made to be read; json: an object a line; html: a timeline; \
chrome: for Perfetto; shiviz; dot: what led to the failure, for GraphViz [default: text]
  diff <NAME> --seeds <A> <B>       Shows where the runs of two seeds part

Options:
      --fixed      with `run`, `replay`, `trace`, `diff`: the fixed twin instead of the program with the bug
  -h, --help       Prints this
  -V, --version    Prints the version

Exit codes: 0 all is as expected; 1 the run failed, or the hunt missed a bug or met another one; \
2 the command cannot be followed
";

#[derive(Debug, PartialEq)]
pub enum Command {
    Help,
    Version,
    List,
    Run {
        which: Which,
        seed: Option<u64>,
        save_tape: Option<PathBuf>,
    },
    Hunt(Hunt),
    Replay {
        which: Which,
        draws: Draws,
        told: Told,
    },
    Trace {
        which: Which,
        seed: Option<u64>,
        format: Format,
    },
    Diff {
        which: Which,
        seeds: [u64; 2],
    },
}

#[derive(Debug, PartialEq)]
pub struct Hunt {
    /// The scenarios to hunt in; all if there is none.
    pub names: Vec<String>,
    /// How many seeds to explore for each program, from 0.
    pub seeds: u64,
    /// How many threads explore; 0 for one a core.
    pub jobs: u16,
    /// Who answers the draws.
    pub strategy: Builtin,
}

/// One program.
#[derive(Debug, PartialEq)]
pub struct Which {
    pub name: String,
    /// The fixed twin instead of the one with the bug.
    pub fixed: bool,
}

/// How a run is reported.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// Whether a failure is shrunk and explained.
    pub explain: bool,
    pub format: Format,
    pub colour: Colour,
}

/// Whether a report has colours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Colour {
    /// On a terminal, if they are wanted.
    Auto,
    Always,
    Never,
}

/// Where the draws of a replay come from.
#[derive(Debug, PartialEq)]
pub enum Draws {
    Seed { seed: u64, strategy: Builtin },
    Tape(PathBuf),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Format {
    Text,
    Json,
    Html,
    Chrome,
    Shiviz,
    Dot,
}

/// Enough for every bug here many times over, in a few seconds.
const DEFAULT_SEEDS: u64 = 10_000;
/// One a core.
const DEFAULT_JOBS: u16 = 0;
/// More threads than anybody has cores, and fewer than an operating system refuses.
const MOST_JOBS: u16 = 1024;

/// Every command, with the options that it takes.
const COMMANDS: [(&str, &[&str]); 6] = [
    ("list", &[]),
    ("run", &["fixed", "seed", "save-tape"]),
    ("hunt", &["seeds", "jobs", "strategy"]),
    (
        "replay",
        &[
            "fixed", "seed", "strategy", "tape", "explain", "format", "color",
        ],
    ),
    ("trace", &["fixed", "seed", "format"]),
    ("diff", &["fixed", "seeds"]),
];

/// What stood behind the command, whichever it is.
#[derive(Default)]
struct Given {
    names: Vec<String>,
    fixed: bool,
    seed: Option<u64>,
    seeds: Vec<u64>,
    jobs: Option<u16>,
    strategy: Option<Builtin>,
    save_tape: Option<PathBuf>,
    tape: Option<PathBuf>,
    format: Option<Format>,
    explain: Option<bool>,
    colour: Option<Colour>,
}

/// The command that these arguments are; they begin behind the name of the program.
///
/// # Errors
///
/// In words, if they are none.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, Trouble> {
    let mut parser = Parser::from_args(arguments.into_iter().collect::<Vec<_>>());
    let word = match parser.next()? {
        None => "hunt".to_owned(),
        Some(Arg::Value(word)) => word.string()?,
        Some(option) => return Ok(anywhere(&option).ok_or_else(|| option.unexpected())?),
    };
    let known = COMMANDS.into_iter().find(|(command, _)| *command == word);
    let Some((command, options)) = known else {
        let known = COMMANDS.iter().map(|(command, _)| *command);
        let hint = choice::hint(&word, known, "`--help` shows all there are");
        return Err(usage(format!(
            "there is no command called `{word}`; {hint}"
        )));
    };
    let mut given = Given::default();
    while let Some(argument) = parser.next()? {
        if let Some(command) = anywhere(&argument) {
            return Ok(command);
        }
        match argument {
            Arg::Value(name) => given.names.push(name.string()?),
            Arg::Long(option) => match options.iter().find(|known| **known == option) {
                Some(option) => given.option(option, command, &mut parser)?,
                None => return Err(argument.unexpected().into()),
            },
            Arg::Short(_) => return Err(argument.unexpected().into()),
        }
    }
    given.command(command)
}

/// The options that stand anywhere.
fn anywhere(argument: &Arg<'_>) -> Option<Command> {
    match argument {
        Arg::Short('h') | Arg::Long("help") => Some(Command::Help),
        Arg::Short('V') | Arg::Long("version") => Some(Command::Version),
        _ => None,
    }
}

impl Given {
    fn option(&mut self, option: &str, command: &str, parser: &mut Parser) -> Result<(), Trouble> {
        match option {
            "fixed" => self.fixed = true,
            "seed" => self.seed = Some(value(option, parser)?),
            "seeds" => {
                let count = if command == "diff" { 2 } else { 1 };
                self.seeds = (0..count)
                    .map(|_| value(option, parser))
                    .collect::<Result<_, _>>()?;
            }
            "jobs" => self.jobs = Some(value(option, parser)?),
            "strategy" => {
                let strategy: Builtin = value(option, parser)?;
                if strategy.is_systematic() {
                    let words = format!("--strategy: `{strategy}` is a search, which has no seeds");
                    return Err(usage(words));
                }
                self.strategy = Some(strategy);
            }
            "save-tape" => self.save_tape = Some(parser.value()?.into()),
            "tape" => self.tape = Some(parser.value()?.into()),
            "explain" => {
                self.explain = Some(match &*parser.value()?.string()? {
                    "on" => true,
                    "off" => false,
                    other => {
                        let words = format!("--explain: expected on or off, found `{other}`");
                        return Err(usage(words));
                    }
                });
            }
            "color" => {
                self.colour = Some(match &*parser.value()?.string()? {
                    "auto" => Colour::Auto,
                    "always" => Colour::Always,
                    "never" => Colour::Never,
                    other => {
                        let words =
                            format!("--color: expected auto, always or never, found `{other}`");
                        return Err(usage(words));
                    }
                });
            }
            "format" => {
                self.format = Some(match &*parser.value()?.string()? {
                    "text" => Format::Text,
                    "json" => Format::Json,
                    "html" => Format::Html,
                    "chrome" => Format::Chrome,
                    "shiviz" => Format::Shiviz,
                    "dot" => Format::Dot,
                    other => {
                        let words = format!(
                            "--format: expected text, json, html, chrome, shiviz or dot, found `{other}`"
                        );
                        return Err(usage(words));
                    }
                });
            }
            other => unreachable!("`{other}` is in the table of options, and is not read"),
        }
        Ok(())
    }

    fn command(self, command: &str) -> Result<Command, Trouble> {
        Ok(match command {
            "list" => match self.names.first() {
                Some(name) => return Err(usage(format!("`list` takes no name, found `{name}`"))),
                None => Command::List,
            },
            "hunt" => {
                let seeds = self.seeds.first().copied().unwrap_or(DEFAULT_SEEDS);
                let jobs = self.jobs.unwrap_or(DEFAULT_JOBS);
                if seeds == 0 {
                    return Err(usage("--seeds: expected one or more, found 0"));
                }
                if jobs > MOST_JOBS {
                    let words = format!("--jobs: expected at most {MOST_JOBS}, found {jobs}");
                    return Err(usage(words));
                }
                Command::Hunt(Hunt {
                    names: self.names,
                    seeds,
                    jobs,
                    strategy: self.strategy.unwrap_or(Builtin::Portfolio),
                })
            }
            "run" => Command::Run {
                seed: self.seed,
                save_tape: self.save_tape.clone(),
                which: self.which(command)?,
            },
            "replay" => Command::Replay {
                told: Told {
                    explain: self.explain.unwrap_or(true),
                    format: self.format.unwrap_or(Format::Text),
                    colour: self.colour.unwrap_or(Colour::Auto),
                },
                draws: match (self.seed, self.tape.clone(), self.strategy) {
                    (Some(seed), None, strategy) => Draws::Seed {
                        seed,
                        strategy: strategy.unwrap_or(Builtin::Random),
                    },
                    (None, Some(tape), None) => Draws::Tape(tape),
                    (None, Some(_), Some(_)) => {
                        return Err(usage(
                            "--strategy says whose --seed it is, and goes with no --tape",
                        ));
                    }
                    _ => return Err(usage("`replay` takes one of --seed and --tape")),
                },
                which: self.which(command)?,
            },
            "trace" => Command::Trace {
                seed: self.seed,
                format: self.format.unwrap_or(Format::Text),
                which: self.which(command)?,
            },
            "diff" => match self.seeds[..] {
                [a, b] => Command::Diff {
                    seeds: [a, b],
                    which: self.which(command)?,
                },
                _ => return Err(usage("`diff` takes two seeds: --seeds A B")),
            },
            other => unreachable!("`{other}` is in the table of commands, and is not made"),
        })
    }

    fn which(self, command: &str) -> Result<Which, Trouble> {
        let [name] = <[String; 1]>::try_from(self.names).map_err(|names| {
            usage(format!(
                "`{command}` takes the name of one scenario, found {}",
                names.len()
            ))
        })?;
        Ok(Which {
            name,
            fixed: self.fixed,
        })
    }
}

/// The value that follows an option.
fn value<N>(option: &str, parser: &mut Parser) -> Result<N, Trouble>
where
    N: FromStr,
    N::Err: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let number = parser.value().and_then(|value| value.parse());
    number.map_err(|error| usage(format!("--{option}: {error}")))
}

fn usage(words: impl Into<String>) -> Trouble {
    Trouble::Usage(words.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, Trouble> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn without_a_command_it_hunts_everywhere() {
        let hunt = Command::Hunt(Hunt {
            names: Vec::new(),
            seeds: DEFAULT_SEEDS,
            jobs: DEFAULT_JOBS,
            strategy: Builtin::Portfolio,
        });
        assert_eq!(parsed("").unwrap(), hunt);
    }

    #[test]
    fn options_stand_before_and_behind_the_name_and_with_an_equals_sign() {
        let trace = Command::Trace {
            which: Which {
                name: "cake".to_owned(),
                fixed: true,
            },
            seed: Some(7),
            format: Format::Json,
        };
        for line in [
            "trace cake --fixed --seed 7 --format json",
            "trace --seed=7 --fixed --format=json cake",
        ] {
            assert_eq!(parsed(line).unwrap(), trace, "{line}");
        }
    }

    #[test]
    fn every_option_of_every_command_is_read() {
        for (command, options) in COMMANDS {
            let name = if command == "list" { "" } else { "cake" };
            for option in options {
                let value = match (command, *option) {
                    (_, "fixed") => "",
                    (_, "format") => "text",
                    (_, "explain") => "off",
                    (_, "color") => "never",
                    (_, "strategy") => "surw",
                    ("diff", "seeds") => "1 2",
                    _ => "3",
                };
                // What else the command cannot do without.
                let rest = match (command, *option) {
                    ("replay", "fixed" | "strategy" | "explain" | "format" | "color") => "--seed 1",
                    ("diff", "fixed") => "--seeds 1 2",
                    _ => "",
                };
                let line = format!("{command} {name} {rest} --{option} {value}");
                assert!(parsed(&line).is_ok(), "{line}");
            }
        }
    }

    #[test]
    fn help_names_every_command_and_option() {
        for (command, options) in COMMANDS {
            assert!(HELP.contains(&format!("\n  {command} ")), "{command}");
            for option in options {
                assert!(HELP.contains(&format!("--{option} ")), "{option}");
            }
        }
        assert_eq!(parsed("trace cake -h").unwrap(), Command::Help);
    }
}
