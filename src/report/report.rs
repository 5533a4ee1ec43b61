//! The report of a run, for a terminal.

use std::fmt;

use super::hints::hint;
use super::rehearsed::Rehearsed;
use super::repeats::{self, Repeats};
use super::span;
use crate::base::span::Seconds;
use crate::choice::draw::Kind;
use crate::choice::tape::{Choice, Deviation, Tape};
use crate::explore::exploration::Exploration;
use crate::explore::outcome::Run;
use crate::record::detail::Detail;
use crate::record::event::{Entry, Event};
use crate::record::finding::Finding;

/// Shows a run: what was found, how the schedule deviated, how it ended, how to see it again.
pub struct Report<'a, T> {
    run: &'a Run<T>,
    replay: Option<&'a str>,
    rehearsed: Option<Rehearsed>,
    in_place_of: Option<u64>,
}

/// Events and deviations that fit on one screen.
const LAST_EVENTS: usize = 16;
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

    /// Ends the report with this line, which replays the run.
    pub fn replay(self, line: &'a str) -> Self {
        Report {
            replay: Some(line),
            ..self
        }
    }

    /// Says that this run is told and not the one of this seed, which fails in the same way.
    pub(crate) fn in_place_of(self, seed: Option<u64>) -> Self {
        Report {
            in_place_of: seed,
            ..self
        }
    }

    /// Says below that line what came of trying it.
    pub(crate) fn rehearsed(self, rehearsed: Option<Rehearsed>) -> Self {
        Report { rehearsed, ..self }
    }
}

impl<T> fmt::Display for Report<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let run = self.run;
        for finding in run.findings() {
            writeln!(f, "{finding}")?;
        }
        if let Some(hint) = hint(run.findings()) {
            writeln!(f, "hint: {hint}")?;
        }
        let drawn = match run.seed() {
            Some(seed) => format!("seed {seed}"),
            None => "no seed".to_owned(),
        };
        let (elapsed, steps, hash) = (Seconds(run.elapsed), run.steps(), run.hash());
        writeln!(
            f,
            "run: {drawn}, {steps} steps, {elapsed} of virtual time, hash {hash:016x}"
        )?;
        if let Some(seed) = self.in_place_of {
            writeln!(
                f,
                "told: the plain run, which fails in the same way as seed {seed}"
            )?;
        }
        if let Some(shown) = run.shown() {
            writeln!(f, "seen: in {} of {} seeds", shown.seeds, shown.of)?;
        }
        if let Some(matched) = run.matched() {
            writeln!(f, "tape: {matched}")?;
        }
        schedule(f, run.tape())?;
        last_events(f, run)?;
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
                "{runs} runs, seeds {}..{}: none failed",
                seeds.start, seeds.end
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

/// The deviations of a schedule, in sentences.
fn schedule(f: &mut fmt::Formatter<'_>, tape: &Tape) -> fmt::Result {
    let mut deviations = tape.deviations();
    if deviations.len() == 0 {
        return writeln!(f, "schedule: the plain one, oldest ready task first");
    }
    writeln!(f, "schedule: the plain one, but")?;
    for deviation in deviations.by_ref().take(MOST_DEVIATIONS) {
        writeln!(f, "  {}", sentence(deviation))?;
    }
    match deviations.len() {
        0 => Ok(()),
        more => writeln!(f, "  … and {more} more deviations"),
    }
}

fn sentence(deviation: Deviation<'_>) -> String {
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
        Kind::Timer => {
            format!("of the timers due with {task}'s, number {choice} fired first")
        }
        Kind::Fire => format!("{task}'s timer fired before the ready tasks had run"),
        Kind::Select => format!(
            "{task} polled branch {choice} first in its {} select!",
            ordinal(nth)
        ),
        Kind::Wake => format!("{task} woke waiter {choice} first"),
        Kind::Choose => format!("{task} chose item {choice} in its {} choice", ordinal(nth)),
        Kind::Flip => format!("{task} flipped heads in its {} flip", ordinal(nth)),
    }
}

/// `1st`, `2nd`, `3rd`, `4th`.
fn ordinal(n: u32) -> String {
    let end = match (n % 10, n % 100) {
        (1, hundreds) if hundreds != 11 => "st",
        (2, hundreds) if hundreds != 12 => "nd",
        (3, hundreds) if hundreds != 13 => "rd",
        _ => "th",
    };
    format!("{n}{end}")
}

/// What led to the first failure, or else how the run ended: the last events, without polls that only begin and end.
fn last_events<T>(f: &mut fmt::Formatter<'_>, run: &Run<T>) -> fmt::Result {
    let trace = run.trace();
    let entries = &trace.entries()[..span::end(run)];
    // Where it is known what spins, it matters less when its task let others run.
    let spins = matches!(run.failure().map(Finding::detail), Some(Detail::Livelock(l)) if !l.spins.is_empty());
    let telling = entries
        .iter()
        .filter(|entry| is_telling(entry.event) && !(spins && entry.event == Event::Yielded));
    let telling: Vec<_> = telling.collect();
    let same = |one: &&Entry, other: &&Entry| (one.task, one.event) == (other.task, other.event);
    let repeats = repeats::find(&telling, LAST_EVENTS, same);
    // Of what repeats one round is told.
    let end = repeats.map_or(telling.len(), |repeats| repeats.from + repeats.round);
    let skipped = end.saturating_sub(LAST_EVENTS);
    let last = &telling[skipped..end];
    let width = last
        .iter()
        .map(|entry| trace.path(entry.task).chars().count())
        .max()
        .unwrap_or(0);
    writeln!(
        f,
        "what happened{}:",
        if skipped > 0 { " at last" } else { "" }
    )?;
    let tell = |f: &mut fmt::Formatter<'_>, entry: &Entry| {
        let (time, task) = (Seconds(entry.at).to_string(), trace.path(entry.task));
        writeln!(f, "  {time:>8}  {task:<width$}  {}", trace.describe(entry))
    };
    for entry in last {
        tell(f, entry)?;
    }
    match repeats.map(|Repeats { round, times, .. }| (round, times)) {
        None => {}
        Some((1, times)) => writeln!(f, "  … the last line {times} times")?,
        Some((round, times)) => writeln!(f, "  … the last {round} lines {times} times")?,
    }
    let later: Vec<_> = span::later(run)
        .iter()
        .filter(|entry| is_telling(entry.event))
        .collect();
    let skipped = later.len().saturating_sub(LAST_EVENTS / 2);
    if skipped > 0 {
        writeln!(f, "  … {skipped} more events …")?;
    }
    later[skipped..].iter().try_for_each(|entry| tell(f, entry))
}

/// Whether an event is more than the frame of others.
fn is_telling(event: Event) -> bool {
    !matches!(
        event,
        Event::Polled
            | Event::Parked
            | Event::Drew { .. }
            | Event::DrewTask { .. }
            | Event::Found { .. }
    )
}
