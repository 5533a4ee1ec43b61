//! What a test tells of its runs: its failure, with the report; what it warns of; the trace, if it was asked for.

use std::collections::BTreeSet;

use super::child::Fate;
use super::command::Program;
use super::environment::TraceFormat;
use super::{kept, rehearsal};
use crate::base::count::counted;
use crate::explore::exploration::Exploration;
use crate::explore::outcome::Run;
use crate::explore::properties::Properties;
use crate::record::finding::Finding;
use crate::record::signature::Signature;
use crate::report::rehearsed::Rehearsed;
use crate::report::report::Report;
use crate::run::last_words;
use crate::run::underway::Drawn;

/// Why a test fails.
pub(super) struct Failure {
    pub(super) report: String,
    /// Whether a panic hook of the user's has heard of the panic that is reported.
    pub(super) heard: bool,
    /// Whether the run fails so alone, as far as is known.
    pub(super) alone: bool,
}

impl Failure {
    /// With a line more at the end of the report.
    pub(super) fn and(mut self, line: &str) -> Failure {
        self.report = format!("{}\n{line}", self.report.trim_end());
        self
    }
}

impl From<String> for Failure {
    fn from(report: String) -> Failure {
        Failure {
            report,
            heard: false,
            alone: false,
        }
    }
}

/// # Errors
///
/// If a property that should hold in some run held in none.
pub(super) fn unmet(properties: &Properties) -> Result<(), Failure> {
    let unmet: Vec<String> = properties
        .unmet()
        .map(|unmet| format!("property: {unmet}\n"))
        .collect();
    match unmet.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "{}no run failed, and these conditions never held: run more seeds, or make the test exercise them",
            unmet.concat()
        )
        .into()),
    }
}

/// Prints the trace if asked to.
pub(super) fn print_trace<T>(run: &Run<T>, trace: Option<TraceFormat>) {
    match trace {
        Some(TraceFormat::Text) => print!("{}", run.trace().with_places()),
        Some(TraceFormat::Json) => print!("{}", run.to_json_lines()),
        // Those are kept, once it is known whether the run fails.
        Some(TraceFormat::Html | TraceFormat::Chrome | TraceFormat::Shiviz | TraceFormat::Dot)
        | None => {}
    }
}

/// Passes if the run did not fail, and keeps it if asked to.
///
/// # Errors
///
/// The report, if it did.
pub(super) fn judge<T>(
    run: &Run<T>,
    program: &Program,
    rehearse: bool,
    trace: Option<TraceFormat>,
) -> Result<(), Failure> {
    if !run.failed() {
        if let Some(line) = kept::keep(trace, run, &Report::new(run), program) {
            eprintln!("reweave: {}: {line}", program.name());
        }
        return Ok(());
    }
    let (line, shrunk) = (program.replay(run), program.replay_shrunk(run));
    let report = Report::new(run).for_terminal().replay(&line);
    let report = report.shrunk(shrunk.as_deref());
    let rehearsed = rehearsal::rehearse(program, run, rehearse);
    let alone = !matches!(
        rehearsed,
        Some(Rehearsed::Passes | Rehearsed::FailsOtherwise)
    );
    let report = report.rehearsed(rehearsed);
    let kept = kept::keep(trace, run, &report, program);
    let kept = kept.map_or_else(String::new, |line| format!("\n{line}"));
    Err(Failure {
        report: format!("{report}{kept}"),
        heard: run.heard,
        alone,
    })
}

/// What is told of an exploration of so many runs that was interrupted: how far it got, and what was found until then.
pub(super) fn interrupted(
    found: &Exploration,
    asked: u64,
    program: &Program,
    outcome: &Result<(), Failure>,
) -> String {
    let far = format!(
        "reweave: {}: interrupted after {} of {}",
        program.name(),
        found.runs(),
        counted(asked, "run")
    );
    let warned = found.warnings().iter().map(|run| {
        let line = program.replay(run);
        format!("{}\n", Report::new(run).for_terminal().replay(&line))
    });
    let warned: String = warned.collect();
    match outcome {
        Err(failure) => format!("{far}, which found this:\n{warned}{}", failure.report),
        Ok(()) if warned.is_empty() => format!("{far}: nothing was found"),
        Ok(()) => format!("{far}, which warn of this:\n{warned}"),
    }
}

/// What a test has warned of.
#[derive(Default)]
pub(super) struct Warned(BTreeSet<Signature>);

impl Warned {
    /// Reports a run that does not fail, if it has something to warn of that was not told before.
    pub(super) fn tell<T>(&mut self, run: &Run<T>, program: &Program) {
        let signatures = run.findings().iter().map(Finding::signature);
        let new = signatures.filter(|signature| self.0.insert(signature.clone()));
        if new.count() > 0 {
            let line = program.replay(run);
            eprintln!("{}", Report::new(run).for_terminal().replay(&line));
        }
    }
}

/// The report of a run that takes its process down.
pub(super) fn taken_down(drawn: Drawn, replay: Option<String>, fate: &Fate) -> String {
    let run = last_words::run(Some(drawn), replay);
    format!(
        "a run takes its process down: {fate}\n\
         an earlier process of this test went down, and left word of the runs that it was about to make; each was tried in a \
         process of its own, and this is the first of them that takes it down\n{}",
        run.trim_end()
    )
}
