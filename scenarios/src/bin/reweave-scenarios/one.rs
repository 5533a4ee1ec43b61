//! The commands that look at single runs: `run`, `replay`, `trace`, `diff`.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use reweave::strategies::Builtin;
use reweave::trace::Diff;
use reweave::{Level, Report, Run, Sim, Tape};
use reweave_scenarios::Scenario;

use crate::arguments::{Colour, Draws, Format, Told, Which};
use crate::choice::{self, watched};
use crate::{Outcome, Trouble};

/// Shows what a terminal would show, how it ended, and what was found.
pub fn run(
    out: &mut impl Write,
    which: &Which,
    seed: Option<u64>,
    save_tape: Option<&Path>,
) -> Result<Outcome, Trouble> {
    let (scenario, twin) = choice::twin(which)?;
    let sim = watched(scenario, twin, Builtin::Random, drawn(scenario, seed));
    let run = scenario.run(twin, sim);
    write!(out, "{}", run.terminal())?;
    if !run.terminal().is_empty() && !run.terminal().ends_with('\n') {
        writeln!(out)?;
    }
    let returned = match run.output().map(String::as_str) {
        None => "did not return".to_owned(),
        Some("()") => "returned".to_owned(),
        Some(value) => format!("returned {value}"),
    };
    writeln!(
        out,
        "-- {returned} after {:?} of virtual time",
        run.elapsed()
    )?;
    for finding in run.findings() {
        let word = if finding.level() == Level::Deny {
            "found"
        } else {
            "warning"
        };
        writeln!(out, "{word}: {finding}")?;
    }
    if let Some(path) = save_tape {
        fs::write(path, run.tape().to_string())
            .map_err(|error| Trouble::Usage(format!("{}: {error}", path.display())))?;
    }
    Ok(outcome(&run))
}

/// Reports on the run of one seed or tape: as it is, or shrunk and explained.
pub fn replay(
    out: &mut impl Write,
    which: &Which,
    draws: &Draws,
    told: Told,
) -> Result<Outcome, Trouble> {
    let (scenario, twin) = choice::twin(which)?;
    let (sim, strategy, words) = match draws {
        Draws::Seed { seed, strategy } => (
            scenario.sim().seed(*seed).builtin(*strategy),
            *strategy,
            choice::seed(*seed, *strategy),
        ),
        Draws::Tape(path) => (
            scenario.sim().tape(&read_tape(path)?),
            Builtin::Random,
            format!("--tape {}", path.display()),
        ),
    };
    let line = choice::command("replay", scenario, twin, &words);
    let sim = watched(scenario, twin, strategy, sim);
    let run = match told.explain {
        true => {
            let sim = sim.on_shrink(|shrinking| eprintln!("{shrinking}"));
            scenario.explain(twin, sim)
        }
        false if learns(strategy, draws) => {
            return Err(Trouble::Usage(format!(
                "`{strategy}` learns the program from runs of its own, and `--explain off` makes one run: leave it out"
            )));
        }
        false => scenario.run(twin, sim).without_output(),
    };
    let report = Report::new(&run).replay(&line);
    match told.format {
        Format::Text => writeln!(out, "{}", on_terminal(report, told.colour))?,
        Format::Json => writeln!(out, "{}", report.to_json())?,
        Format::Html => write!(out, "{}", report.to_html())?,
        Format::Chrome => write!(out, "{}", run.to_chrome_trace())?,
        Format::Shiviz => write!(out, "{}", run.to_shiviz())?,
        Format::Dot => write!(out, "{}", run.to_dot())?,
    }
    Ok(outcome(&run))
}

/// Whether the strategy of this seed learns the program from runs of its own.
fn learns(strategy: Builtin, draws: &Draws) -> bool {
    match draws {
        Draws::Seed { seed, .. } => strategy.of_seed(*seed).wants_calibration(),
        Draws::Tape(_) => false,
    }
}

/// The report for the terminal that it goes to, if it goes to one.
fn on_terminal(report: Report<'_, ()>, colour: Colour) -> Report<'_, ()> {
    let report = report.for_terminal();
    let report = match colour {
        Colour::Auto => report,
        Colour::Always => report.colours(true),
        Colour::Never => report.colours(false),
    };
    match terminal_size::terminal_size_of(io::stdout()) {
        Some((terminal_size::Width(columns), _)) => report.width(columns.into()),
        None => report,
    }
}

/// Shows every event of a run. That the run failed is no failure of showing it.
pub fn trace(
    out: &mut impl Write,
    which: &Which,
    seed: Option<u64>,
    format: Format,
) -> Result<Outcome, Trouble> {
    let (scenario, twin) = choice::twin(which)?;
    let sim = watched(scenario, twin, Builtin::Random, drawn(scenario, seed));
    let run = scenario.run(twin, sim);
    match format {
        Format::Text => write!(out, "{}", run.trace().with_places())?,
        Format::Json => write!(out, "{}", run.to_json_lines())?,
        Format::Html => write!(out, "{}", Report::new(&run).to_html())?,
        Format::Chrome => write!(out, "{}", run.to_chrome_trace())?,
        Format::Shiviz => write!(out, "{}", run.to_shiviz())?,
        Format::Dot => write!(out, "{}", run.to_dot())?,
    }
    Ok(Outcome::Expected)
}

/// Shows where the runs of two seeds part.
pub fn diff(out: &mut impl Write, which: &Which, seeds: [u64; 2]) -> Result<Outcome, Trouble> {
    let (scenario, twin) = choice::twin(which)?;
    let sim = |seed: u64| watched(scenario, twin, Builtin::Random, scenario.sim().seed(seed));
    let run = |seed: u64| scenario.run(twin, sim(seed));
    let [left, right] = seeds.map(run);
    write!(out, "{}", Diff::new(left.trace(), right.trace()))?;
    Ok(Outcome::Expected)
}

fn drawn(scenario: &Scenario, seed: Option<u64>) -> Sim {
    match seed {
        Some(seed) => scenario.sim().seed(seed),
        None => scenario.sim(),
    }
}

fn read_tape(path: &Path) -> Result<Tape, Trouble> {
    let trouble =
        |error: &dyn std::fmt::Display| Trouble::Usage(format!("{}: {error}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| trouble(&error))?;
    text.parse().map_err(|error| trouble(&error))
}

fn outcome<T>(run: &Run<T>) -> Outcome {
    if run.failed() {
        Outcome::Failed
    } else {
        Outcome::Expected
    }
}
