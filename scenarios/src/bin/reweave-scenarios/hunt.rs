//! `hunt`: explores seeds of every program, and says whether what was found is what was expected.
//!
//! A program with a bug must show it, as a finding of its kind; its fixed twin, and a program without a
//! bug, must show nothing at all.
//!
//! Results are plain lines on standard output. On a terminal a progress bar runs below them, on standard error.

use std::io::Write;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use reweave::{Exploration, Finding};
use reweave_scenarios::{Scenario, Twin, registry};

use crate::arguments::Hunt;
use crate::choice;
use crate::{Outcome, Trouble};

/// Hunts in the scenarios that are named, or in all.
pub fn hunt(out: &mut impl Write, hunt: &Hunt) -> Result<Outcome, Trouble> {
    let named = hunt.names.iter().map(|name| choice::scenario(name));
    let named = named.collect::<Result<Vec<_>, _>>()?;
    let scenarios = if named.is_empty() {
        registry::ALL.iter().collect()
    } else {
        named
    };
    let programs: Vec<_> = scenarios
        .iter()
        .flat_map(|&s| s.twins().map(move |twin| (s, twin)))
        .collect();

    let (started, mut tally) = (Instant::now(), Tally::default());
    let bar = progress_bar(programs.len() as u64 * hunt.seeds);
    for (done, &(scenario, twin)) in programs.iter().enumerate() {
        bar.set_message(scenario.name);
        let found = explore(scenario, twin, hunt, &bar);
        // An exploration that stopped at a failure left seeds out.
        bar.set_position((done as u64 + 1) * hunt.seeds);
        let result = Judged::of(scenario, twin, &found);
        tally.add(&result, found.runs());
        if let Some(lines) = result.lines(scenario, twin, &found) {
            bar.suspend(|| write!(out, "{lines}").and_then(|()| out.flush()))?;
        }
    }
    bar.finish_and_clear();
    let seconds = started.elapsed().as_secs_f64();
    let Tally {
        bugs,
        clean,
        unexpected,
        runs,
    } = tally;
    writeln!(
        out,
        "{bugs} bugs found, {clean} programs clean, {unexpected} not as expected: \
         {runs} runs in {seconds:.1} s"
    )?;
    Ok(if unexpected == 0 {
        Outcome::Expected
    } else {
        Outcome::Failed
    })
}

fn explore(scenario: &Scenario, twin: Twin, hunt: &Hunt, bar: &ProgressBar) -> Exploration {
    let explore = scenario.explore(twin).seeds(0..hunt.seeds).jobs(hunt.jobs);
    if bar.is_hidden() {
        return explore.run();
    }
    let bar = bar.clone();
    explore.on_run(move |_| bar.inc(1)).run()
}

/// On a terminal; elsewhere it stays hidden.
fn progress_bar(runs: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(runs), ProgressDrawTarget::stderr());
    let template = "{bar:30} {human_pos}/{human_len} runs, {per_sec}, {msg}";
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// What an exploration comes to.
#[derive(Debug, PartialEq, Eq)]
enum Judged {
    /// The bug was found.
    Found,
    /// Nothing was found, and nothing was expected.
    Clean,
    /// The bug was not found.
    Missed,
    /// Something was found that is not the bug.
    Unexpected,
}

impl Judged {
    fn of(scenario: &Scenario, twin: Twin, found: &Exploration) -> Judged {
        let shown = found.failure().or_else(|| found.warnings().first());
        let failure = shown.and_then(|run| run.failure().or_else(|| run.findings().first()));
        match (failure.map(Finding::kind), scenario.expected(twin)) {
            (Some(kind), Some(expected)) if kind == expected => Judged::Found,
            (Some(_), _) => Judged::Unexpected,
            (None, Some(_)) => Judged::Missed,
            (None, None) => Judged::Clean,
        }
    }

    /// The lines that are worth reading; a clean program is only counted.
    fn lines(&self, scenario: &Scenario, twin: Twin, found: &Exploration) -> Option<String> {
        let name = scenario.name;
        let program = if twin == Twin::Fixed {
            format!("{name} (fixed)")
        } else {
            name.to_owned()
        };
        let shown = found.failure().or_else(|| found.warnings().first());
        match (self, shown) {
            (Judged::Clean, _) => None,
            (Judged::Missed, _) | (_, None) => {
                let runs = found.runs();
                let bug = scenario.expected(twin).map_or("bug", |kind| kind.name());
                Some(format!("MISSED      {program}: no {bug} in {runs} runs\n"))
            }
            (_, Some(run)) => {
                let word = if *self == Judged::Found {
                    "found"
                } else {
                    "UNEXPECTED"
                };
                let finding = run.failure().or_else(|| run.findings().first())?;
                let (kind, seed) = (finding.kind(), run.seed().unwrap_or_default());
                let task = finding
                    .task()
                    .map_or(String::new(), |task| format!(" in {task}"));
                let what = squeezed(finding);
                Some(format!(
                    "{word:<11} {program}: {kind}{task}, first with seed {seed}\n{:12}{what}\n",
                    ""
                ))
            }
        }
    }
}

/// What was found and where, on one line.
fn squeezed(finding: &Finding) -> String {
    let words: Vec<&str> = finding.message().lines().map(str::trim).collect();
    let place = match finding.place() {
        Some(place) => place.to_owned(),
        // A deadlock is in no one place; its details say where each task stands.
        None => finding.details().join("; "),
    };
    format!("{} ({place})", words.join(", "))
}

/// How the programs of a hunt came out.
#[derive(Debug, Default)]
struct Tally {
    bugs: u64,
    clean: u64,
    unexpected: u64,
    runs: u64,
}

impl Tally {
    fn add(&mut self, result: &Judged, runs: u64) {
        self.runs += runs;
        match result {
            Judged::Found => self.bugs += 1,
            Judged::Clean => self.clean += 1,
            Judged::Missed | Judged::Unexpected => self.unexpected += 1,
        }
    }
}
