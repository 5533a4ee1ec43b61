//! The report of a run, for a terminal.

use std::fmt;

use super::faults;
use super::hints::hint;
use super::lanes;
use super::places::{limited, seconds};
use super::rehearsed::Rehearsed;
use super::span;
use crate::base::count::{counted, ordinal};
use crate::base::span::Seconds;
use crate::choice::draw::Kind;
use crate::choice::tape::{Choice, Deviation, Tape};
use crate::explore::exploration::Exploration;
use crate::explore::outcome::Run;
use crate::record::detail::{Detail, Nondeterminism, Reached};
use crate::record::event::{Entry, Event};
use crate::record::finding::Finding;
use crate::record::trace::Trace;

/// Shows a run: what was found, how the schedule deviated, how it ended, how to see it again.
pub struct Report<'a, T> {
    run: &'a Run<T>,
    replay: Option<&'a str>,
    rehearsed: Option<Rehearsed>,
    in_place_of: Option<u64>,
}

/// The width of the screen, and deviations that fit on it.
const COLUMNS: usize = 100;
const MOST_DEVIATIONS: usize = 10;

impl<'a, T> Report<'a, T> {
    /// The report of this run.
    pub fn new(run: &'a Run<T>) -> Self {
        Report {
            run,
            replay: None,
            rehearsed: None,
            in_place_of: None,
        }
    }

    /// Puts this command at the end of the report: it replays the run.
    pub fn replay(self, line: &'a str) -> Self {
        Report {
            replay: Some(line),
            ..self
        }
    }

    /// Says that the run shown is the plain one, in place of the run of this seed, which fails in the same way.
    pub(crate) fn in_place_of(self, seed: Option<u64>) -> Self {
        Report {
            in_place_of: seed,
            ..self
        }
    }

    /// Adds below that command whether it was tried, and what came of it.
    pub(crate) fn rehearsed(self, rehearsed: Option<Rehearsed>) -> Self {
        Report { rehearsed, ..self }
    }
}

impl<T> fmt::Display for Report<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let run = self.run;
        let told = run.failure().or(run.findings().first());
        for finding in run.findings() {
            writeln!(f, "{finding}")?;
        }
        if run.findings().is_empty() {
            writeln!(f, "nothing was found")?;
        }
        if let Some(hint) = hint(run.findings()) {
            writeln!(f, "hint: {hint}")?;
        }
        let drawn = match run.seed() {
            Some(seed) => format!("seed {seed}"),
            None => "no seed".to_owned(),
        };
        let (elapsed, steps, hash) = (elapsed(run), counted(run.steps(), "step"), run.hash());
        writeln!(
            f,
            "run: {drawn}, {steps}, {elapsed} of virtual time, hash {hash:016x}"
        )?;
        if let Some(seed) = self.in_place_of {
            writeln!(
                f,
                "shown: the plain run, which needs no special schedule and fails in the same way as seed {seed}"
            )?;
        }
        if let Some(shown) = run.shown().filter(|_| told.is_none_or(is_counted)) {
            let seeds = counted(shown.of, "seed");
            writeln!(f, "seen: in {} of {seeds}", shown.seeds)?;
        }
        if let Some(matched) = run.matched() {
            writeln!(f, "tape: {matched}")?;
        }
        let entries = &run.trace().entries()[..span::end(run)];
        faults::line(f, run.trace(), entries)?;
        schedule(f, run.tape(), run.trace())?;
        lanes::write(f, run, COLUMNS)?;
        if let Some(line) = self.replay {
            write!(f, "replay: {line}")?;
        }
        match self.rehearsed {
            Some(rehearsed) => write!(f, "\n  {rehearsed}"),
            None => Ok(()),
        }
    }
}

/// The report: findings, schedule, last events.
impl<T> fmt::Display for Run<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Report::new(self).fmt(f)
    }
}

impl<T> Run<T> {
    /// What `main` returned.
    ///
    /// # Panics
    ///
    /// With the report, if the run failed.
    #[track_caller]
    pub fn unwrap(self) -> T {
        let failed = self.failed();
        match self.output {
            Some(output) if !failed => output,
            output => panic!("{}", Run { output, ..self }),
        }
    }
}

/// The reports of all distinct failures and warnings.
impl fmt::Display for Exploration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.failed() {
            let (runs, seeds) = (self.runs(), self.seeds());
            writeln!(
                f,
                "{}, seeds {}..{}: none failed",
                counted(runs, "run"),
                seeds.start,
                seeds.end
            )?;
        }
        self.failures()
            .iter()
            .chain(self.warnings())
            .try_for_each(|run| writeln!(f, "{run}"))
    }
}

impl Exploration {
    /// Passes if no run failed.
    ///
    /// # Panics
    ///
    /// With the report of the first failure.
    #[track_caller]
    pub fn unwrap(self) {
        if self.failed() {
            panic!("{self}");
        }
    }
}

/// The virtual time of a run.
fn elapsed<T>(run: &Run<T>) -> Seconds {
    let limit = run.findings().iter().find_map(|finding| {
        let Detail::Limit(limit) = finding.detail() else {
            return None;
        };
        match limit.reached {
            Reached::VirtualTime { limit } => Some(limit),
            Reached::Tasks { .. } | Reached::Steps { .. } | Reached::WallTime { .. } => None,
        }
    });
    let elapsed = run.elapsed();
    seconds(limit.map_or(elapsed, |limit| limited(elapsed, limit)))
}

/// Whether other seeds were looked at for it. Whether a run repeats is asked of few.
fn is_counted(finding: &Finding) -> bool {
    let Detail::Nondeterminism(kind) = finding.detail() else {
        return true;
    };
    match kind {
        Nondeterminism::WokenFromOutside | Nondeterminism::AbortedFromOutside => true,
        Nondeterminism::RunsDiffer(_)
        | Nondeterminism::RecordingDiffers
        | Nondeterminism::DifferenceNotSeenAgain
        | Nondeterminism::NotSeenAgain(_) => false,
    }
}

/// The deviations of a schedule, in sentences.
fn schedule(f: &mut fmt::Formatter<'_>, tape: &Tape, trace: &Trace) -> fmt::Result {
    let mut deviations = tape.deviations();
    let mut fired = fired(trace);
    if deviations.len() == 0 {
        return writeln!(f, "schedule: the plain one, oldest ready task first");
    }
    writeln!(f, "schedule: the plain one, but")?;
    for deviation in deviations.by_ref().take(MOST_DEVIATIONS) {
        let fired = match deviation.kind == Kind::Timer {
            true => fired.next(),
            false => None,
        };
        writeln!(f, "  {}", sentence(deviation, fired))?;
    }
    match deviations.len() {
        0 => Ok(()),
        more => writeln!(f, "  … and {}", counted(more, "more deviation")),
    }
}

fn sentence(deviation: Deviation<'_>, fired: Option<(u32, &str)>) -> String {
    let Deviation {
        task,
        kind,
        nth,
        choice,
        ..
    } = deviation;
    match kind {
        Kind::Task if choice == Choice::Task("runtime") => {
            format!(
                "the run ended before {task} ran, ready for the {} time",
                ordinal(nth)
            )
        }
        Kind::Task => format!(
            "{choice} ran before {task}, which was ready for the {} time",
            ordinal(nth)
        ),
        Kind::Point => format!("{choice} ran before {task}'s {} operation", ordinal(nth)),
        Kind::Timer => match fired {
            Some((timer, owner)) => {
                format!("of the timers due with {task}'s, timer {timer} of {owner} fired first")
            }
            None => {
                let which = ordinal_of(choice);
                format!("of the timers due with {task}'s, the {which} fired first")
            }
        },
        Kind::Fire => format!("{task}'s timer fired before the ready tasks had run"),
        Kind::Select => format!(
            "{task} polled the {} branch first in its {} select!",
            ordinal_of(choice),
            ordinal(nth)
        ),
        Kind::Wake => {
            let which = ordinal_of(choice);
            format!("of the waiters that were left, {task} woke the {which} first")
        }
        Kind::Latency => format!(
            "the {} packet {} took longer: value {choice} of its latency",
            ordinal(nth),
            task.replace('>', " > ")
        ),
        Kind::Choose => {
            let (item, choice) = (ordinal_of(choice), ordinal(nth));
            format!("{task} chose the {item} item in its {choice} choice")
        }
        Kind::Flip => format!("{task} flipped heads in its {} flip", ordinal(nth)),
        Kind::Fault => faults::drawn(task, nth, choice),
    }
}

/// The number and the owner of each timer that was drawn, as long as the trace tells.
fn fired(trace: &Trace) -> impl Iterator<Item = (u32, &str)> {
    // What was left out may have been a draw.
    let end = match trace.left_out() {
        (0, _) => trace.entries().len(),
        (_, before) => before,
    };
    let entries = &trace.entries()[..end];
    let drawn = |pair: &&[Entry]| {
        matches!(
            pair[0].event,
            Event::Drew {
                kind: Kind::Timer,
                ..
            }
        )
    };
    let drawn = entries.windows(2).filter(drawn);
    drawn.map_while(|pair| {
        let Event::TimerFired { timer } = pair[1].event else {
            return None;
        };
        let set = trace.entry(pair[1].cause()?)?;
        Some((timer, trace.path(set.task)))
    })
}

/// A tape counts candidates from 0, and people from 1.
fn ordinal_of(choice: Choice<'_>) -> String {
    match choice {
        Choice::Number(number) => ordinal(number.saturating_add(1)),
        Choice::Task(path) => path.to_owned(),
    }
}
