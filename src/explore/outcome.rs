//! What one run gives back.

use std::time::Duration;

use super::explanation::Explanation;
use crate::base::ids::TaskNo;
use crate::choice::calibration::Summary;
use crate::choice::strategies::builtin::Builtin;
use crate::choice::tape::{Match, Tape};
use crate::record::finding::Finding;
use crate::record::json;
use crate::record::kind::{FindingKind, Level};
use crate::record::trace::Trace;
use crate::run::properties::Met;

/// A run that has ended: its output, what happened, what was wrong.
///
/// Its `Display` form is the report that a failing test prints.
///
/// ```
/// use reweave::{FindingKind, Sim};
/// use reweave::time::{Duration, sleep};
///
/// let run = Sim::new().run(async {
///     sleep(Duration::from_secs(2)).await;
///     reweave::println!("served");
///     7
/// });
/// assert_eq!((run.output(), run.stdout()), (Some(&7), "served\n"));
/// assert_eq!(run.elapsed(), Duration::from_secs(2));
///
/// let run = Sim::new().run(async {
///     let (_sender, receiver) = reweave::sync::oneshot::channel::<u32>();
///     receiver.await
/// });
/// assert_eq!(run.output(), None);
/// assert_eq!(run.failure().unwrap().kind(), FindingKind::Deadlock);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a run says what it found; `unwrap` fails if something was wrong"]
pub struct Run<T = ()> {
    pub(crate) output: Option<T>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) trace: Trace,
    pub(crate) tape: Tape,
    pub(crate) matched: Option<Match>,
    pub(crate) elapsed: u64,
    pub(crate) summary: Summary,
    /// How many operations each task began, by its number from 1.
    pub(crate) operations: Vec<u64>,
    pub(crate) stdout: String,
    pub(crate) terminal: String,
    pub(crate) seed: Option<u64>,
    pub(crate) shown: Option<Shown>,
    pub(crate) answered: Answered,
    /// What it came to that should hold in some run.
    pub(crate) met: Vec<Met>,
    /// Whether a panic hook of the user's heard of a panic of this run, or would have if it had been made aloud.
    pub(crate) heard: bool,
    /// How it was shrunk, if it was.
    pub(crate) explanation: Option<Box<Explanation>>,
}

/// In how many seeds of how many an exploration saw a finding.
///
/// An exploration that stops at its first failure runs 64 more seeds to count, or fewer if those take very many steps.
///
/// ```
/// let found = reweave::explore(|| async { assert!(!reweave::flip(0.5)) }).run();
/// let shown = found.failure().unwrap().shown().unwrap();
/// assert!(20 < shown.seeds && shown.seeds <= shown.of);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shown {
    /// In so many seeds.
    pub seeds: u64,
    /// Of so many.
    pub of: u64,
}

/// Who answered the draws of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answered {
    /// A tape, or a strategy that comes with Reweave.
    Builtin(Builtin),
    /// A strategy of the caller's, with this name.
    Own(String),
}

impl Default for Answered {
    fn default() -> Answered {
        Answered::Builtin(Builtin::default())
    }
}

impl<T> Run<T> {
    /// What `main` returned; `None` if it did not get there.
    pub fn output(&self) -> Option<&T> {
        self.output.as_ref()
    }

    /// What `main` returned; `None` if it did not get there.
    pub fn into_output(self) -> Option<T> {
        self.output
    }

    /// Everything that was found to be wrong, in the order of virtual time.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether a finding of level deny was made.
    pub fn failed(&self) -> bool {
        self.failure().is_some()
    }

    /// The first finding of level deny.
    pub fn failure(&self) -> Option<&Finding> {
        self.findings
            .iter()
            .find(|finding| finding.level == Level::Deny)
    }

    /// The finding that is told first: the first failure, or else the first warning.
    pub(crate) fn told(&self) -> Option<&Finding> {
        self.failure().or(self.findings.first())
    }

    /// Whether it was ended by a limit.
    pub(crate) fn met_limit(&self) -> bool {
        let limits = |kind| matches!(kind, FindingKind::Livelock | FindingKind::Limit);
        self.findings.iter().any(|finding| limits(finding.kind()))
    }

    /// The run without what `main` returned, as an exploration gives runs.
    pub fn without_output(self) -> Run {
        let output = self.output.is_some().then_some(());
        self.with_output(output)
    }

    /// The run with this in place of what `main` returned.
    pub(super) fn with_output<U>(self, output: Option<U>) -> Run<U> {
        Run {
            output,
            findings: self.findings,
            trace: self.trace,
            tape: self.tape,
            matched: self.matched,
            elapsed: self.elapsed,
            summary: self.summary,
            operations: self.operations,
            stdout: self.stdout,
            terminal: self.terminal,
            seed: self.seed,
            shown: self.shown,
            answered: self.answered,
            met: self.met,
            heard: self.heard,
            explanation: self.explanation,
        }
    }

    /// What happened, event by event.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The 64-bit hash of what happened: equal for equal runs.
    pub fn hash(&self) -> u64 {
        self.trace.hash()
    }

    /// The draws of this run. [`Sim::tape`](crate::Sim::tape) plays them again.
    pub fn tape(&self) -> &Tape {
        &self.tape
    }

    /// How much of the tape this run could follow; `None` if it was not given one.
    pub fn matched(&self) -> Option<&Match> {
        self.matched.as_ref()
    }

    /// Virtual time from start to end.
    pub fn elapsed(&self) -> Duration {
        Duration::from_nanos(self.elapsed)
    }

    /// How often tasks were polled.
    pub fn steps(&self) -> u64 {
        self.summary.steps
    }

    /// What was printed.
    pub fn stdout(&self) -> &str {
        &self.stdout
    }

    /// What a terminal would show: what was printed, and the input where it was typed.
    pub fn terminal(&self) -> &str {
        &self.terminal
    }

    /// The run as JSON lines: a line that names the form and its version, one for every event, one for every finding, and
    /// the hash.
    ///
    /// ```
    /// let run = reweave::Sim::new().run(async { reweave::note!("here") });
    /// assert!(run.to_json_lines().contains(r#""event":"note","text":"here""#));
    /// ```
    pub fn to_json_lines(&self) -> String {
        json::write(&self.trace, &self.findings)
    }

    /// What the run came to, in numbers.
    pub fn summary(&self) -> Summary {
        self.summary
    }

    /// How many operations each task began.
    pub(crate) fn operations(&self) -> impl Iterator<Item = (TaskNo, u64)> {
        let operations = self.operations.iter().zip(1..);
        operations.map(|(&count, task)| (TaskNo(task), count))
    }

    /// The strategy that answered the draws of its [seed](Run::seed), or of the one it was [shrunk from](Explanation::seed), if that comes
    /// with Reweave; of a portfolio the member that had this seed.
    ///
    /// ```
    /// use reweave::strategies::Builtin;
    ///
    /// let run = reweave::Sim::new().seed(7).builtin(Builtin::Portfolio).explain(|| async {});
    /// assert_eq!(run.builtin(), Some(Builtin::Random));
    /// ```
    pub fn builtin(&self) -> Option<Builtin> {
        let found = || self.explanation().and_then(Explanation::seed);
        let seed = self.seed.or_else(found)?;
        match self.answered {
            Answered::Builtin(builtin) => Some(builtin.of_seed(seed)),
            Answered::Own(_) => None,
        }
    }

    /// The name of the strategy that answered the draws, if it was the caller's own. Such a run is replayed by its tape.
    pub fn strategy(&self) -> Option<&str> {
        match &self.answered {
            Answered::Own(name) => Some(name),
            Answered::Builtin(_) => None,
        }
    }

    /// In how many seeds its failure showed, or if it did not fail its first warning; known of a run that an exploration gives.
    pub fn shown(&self) -> Option<Shown> {
        self.shown
    }

    /// How the run was shrunk, and what else is known of it; of one that failed and was [explained](crate::Explore::shrink). The tape,
    /// the trace and the findings are then those of the shrunk run; the seed is that of the run that was found, or none where the plain run
    /// fails in the same way.
    pub fn explanation(&self) -> Option<&Explanation> {
        self.explanation.as_deref()
    }

    /// The seed, if the run was drawn from one. Of a run that was shrunk it is the seed of the run as it was found, unless no deviation is
    /// left.
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }
}
