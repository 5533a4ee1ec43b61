//! What happened, on one screen: which rows of a run are told, and in whose lane each stands.
//!
//! A short run is told whole. Of a longer one are told the end, what stands around each deviation of the schedule, where the run was
//! lost, what led to the failure; the rest is counted.

use std::collections::BTreeSet;

use super::columns::Columns;
use super::matters::Matters;
use super::repeats::{self, Repeats};
use super::rows::{Row, is_told, rows};
use crate::base::ids::TaskNo;
use crate::explore::outcome::Run;
use crate::record::detail::Detail;
use crate::record::event::{Entry, Event, HostVerb, Verb};
use crate::record::finding::Finding;
use crate::record::trace::Trace;

/// Rows that are told, at the most: with the rest of the report they fill a screen.
const MOST_ROWS: usize = 22;

/// Rows that are told of what came after the first failure, at the most.
const MOST_LATER: usize = 8;

/// Rows that are told of what the user says, and as many of what happens to hosts and links, at the most.
const MOST_MARKS: usize = 5;

/// Rows in which the failure shows, at the most.
const MOST_FAILING: usize = 10;

/// Rows after a deviation that are told of all tasks.
const NEXT: usize = 2;

/// A stretch that repeats itself is told once, if it has so many rows at least.
const LEAST_REPEATED: usize = 16;

/// What is told of a run.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) lines: Vec<Line>,
    pub(super) columns: Columns,
    /// Whether nothing is left out.
    pub(super) is_whole: bool,
}

/// One line.
#[derive(Debug)]
pub(super) enum Line {
    Told(Box<Told>),
    /// So many events of so many tasks that are not told; the name of the first.
    Left {
        events: usize,
        tasks: usize,
        name: Option<String>,
    },
    /// The last lines again.
    Again {
        lines: usize,
        times: usize,
    },
}

/// A row, and what it is to the failure.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) row: Row,
    /// Which poll of the run it belongs to, from 1, if that is known.
    pub(super) step: Option<usize>,
    /// Whether the failure shows here.
    pub(super) failing: bool,
    /// Whether the run was lost here.
    pub(super) lost: bool,
}

impl Story {
    /// The story of this run.
    pub(super) fn of<T>(run: &Run<T>, matters: &Matters) -> Story {
        let trace = run.trace();
        let mut all: Vec<Row> = Vec::new();
        for part in matters.parts() {
            let first = all.len();
            all.extend(rows(trace, part));
            if let Some(row) = all.get_mut(first) {
                row.after_gap = first > 0;
            }
        }
        // Where it is known what spins, it matters less when its task let others run.
        let spins = matches!(run.failure().map(Finding::detail), Some(Detail::Livelock(l)) if !l.spins.is_empty());
        if spins {
            all.retain(|row| trace.entries()[row.first].event != Event::Yielded);
        }
        let same = |one: &Row, other: &Row| (one.task, &one.said) == (other.task, &other.said);
        let repeats = repeats::find(&all, LEAST_REPEATED, same);
        // Of what repeats one round is told.
        if let Some(Repeats { from, round, .. }) = repeats {
            all.truncate(from + round);
        }
        if all.len() > MOST_ROWS {
            all = without_repeats(all);
        }
        if all.len() > MOST_ROWS {
            all = without_waits_that_ended(all, matters.lost);
        }
        let failing = failing(trace, &all, matters);
        let kept = Choice::of(trace, &all, matters, &failing).kept;
        let mut lines = Vec::new();
        let mut steps = Steps::new(trace);
        let mut columns = Columns::new(trace, kept.iter().map(|&nth| &all[nth]));
        let mut before: Option<usize> = None;
        for &nth in &kept {
            let row = all[nth].clone();
            let from = before.map_or(row.first, |before| all[before].last + 1);
            // Between rows that follow each other there is nothing to tell, unless something was left out there.
            if before.is_some_and(|before| before + 1 < nth || row.after_gap) {
                lines.extend(left(trace, from, row.first));
            }
            before = Some(nth);
            let failing = failing.contains(&nth);
            let lost = matters
                .lost
                .is_some_and(|at| (row.first..=row.last).contains(&at));
            columns.weigh(&row, failing, lost);
            let step = steps.until(row.first);
            lines.push(Line::Told(Box::new(Told {
                row,
                step,
                failing,
                lost,
            })));
        }
        lines.extend(repeats.map(|Repeats { round, times, .. }| Line::Again {
            lines: round,
            times,
        }));
        let is_left = |line: &Line| matches!(line, Line::Left { .. });
        let all_seen = matters.parts().first().is_some_and(|part| part.start == 0);
        let is_whole = all_seen && kept.first() == Some(&0) && !lines.iter().any(is_left);
        Story {
            lines,
            columns,
            is_whole,
        }
    }
}

/// Of rows that say the same of one task, one after the other, the first and the last.
fn without_repeats(rows: Vec<Row>) -> Vec<Row> {
    let alike = |one: &Row, next: &Row| {
        (one.task, &one.said, one.deviation) == (next.task, &next.said, next.deviation)
    };
    let mut kept: Vec<Row> = Vec::new();
    for alike in rows.chunk_by(alike) {
        match alike {
            [first, _, .., last] => {
                kept.push(first.clone());
                kept.push(Row {
                    after_gap: true,
                    ..last.clone()
                });
            }
            few => kept.extend_from_slice(few),
        }
    }
    kept
}

/// Without waits after which their tasks went on: what came of them is told by what these did then.
fn without_waits_that_ended(rows: Vec<Row>, lost: Option<usize>) -> Vec<Row> {
    let mut later = BTreeSet::new();
    let mut kept: Vec<Row> = Vec::new();
    for row in rows.into_iter().rev() {
        let goes_on = !later.insert(row.task);
        let turning = row.deviation.is_some() || lost == Some(row.first);
        if turning || !(goes_on && is_wait(row.event)) {
            kept.push(row);
        } else if let Some(next) = kept.last_mut() {
            next.after_gap |= row.after_gap;
        }
    }
    kept.reverse();
    kept
}

fn is_wait(event: Event) -> bool {
    matches!(
        event,
        Event::Waits { .. }
            | Event::WaitsForTask { .. }
            | Event::WaitsForAnyTask { .. }
            | Event::WaitsForTimer { .. }
    )
}

/// The rows in which the failure shows: the panic of each of its tasks, if it is one, or else the last.
fn failing(trace: &Trace, rows: &[Row], matters: &Matters) -> BTreeSet<usize> {
    let before = &rows[..rows.partition_point(|row| row.first < matters.end)];
    let mut tasks: BTreeSet<&str> = matters.tasks.iter().map(String::as_str).collect();
    let mut failing = BTreeSet::new();
    for only_panics in [true, false] {
        if only_panics && !matters.panics {
            continue;
        }
        for (nth, row) in before.iter().enumerate().rev() {
            let panics = matches!(row.event, Event::Panicked { .. });
            if (panics || !only_panics) && tasks.remove(trace.path(row.task)) {
                failing.insert(nth);
            }
        }
    }
    failing
}

/// What is told of the events from one place to another, if it is not told: how many they are.
fn left(trace: &Trace, from: usize, to: usize) -> Option<Line> {
    let told = |entry: &&Entry| is_told(entry.event);
    let entries = trace.entries().get(from..to)?.iter().filter(told);
    let mut tasks: BTreeSet<_> = entries.clone().map(|entry| entry.task).collect();
    tasks.remove(&TaskNo::RUNTIME);
    let (left_out, gap) = trace.left_out();
    let over_gap = if (from..to).contains(&gap) {
        left_out as usize
    } else {
        0
    };
    let events = entries.count() + over_gap;
    let name = tasks.first().map(|&task| trace.path(task).to_owned());
    (events > 0).then(|| Line::Left {
        events,
        tasks: tasks.len().max(1),
        name,
    })
}

/// Whether the event is something that happens to a host or a link.
fn is_done_to_hosts(event: Event) -> bool {
    if let Event::Host { verb, .. } = event {
        return verb != HostVerb::Starts;
    }
    matches!(
        event,
        Event::Link { .. }
            | Event::Links(_)
            | Event::UnhandledSignal { .. }
            | Event::Clock { .. }
            | Event::FaultBegan { .. }
            | Event::FaultEnded { .. }
            | Event::Calm
            | Event::Buggified { .. }
    )
}

/// Whether the event is something that the user says.
fn is_said(event: Event) -> bool {
    matches!(
        event,
        Event::Output(_)
            | Event::Input(_)
            | Event::InputEnded
            | Event::Note(_)
            | Event::Log(_)
            | Event::Panicked { .. }
    )
}

/// Which rows are told.
struct Choice<'r> {
    rows: &'r [Row],
    kept: BTreeSet<usize>,
}

impl<'r> Choice<'r> {
    fn of(
        trace: &Trace,
        rows: &'r [Row],
        matters: &Matters,
        failing: &BTreeSet<usize>,
    ) -> Choice<'r> {
        let mut choice = Choice {
            rows,
            kept: BTreeSet::new(),
        };
        let end = rows.partition_point(|row| row.first < matters.end);
        if rows.len() <= MOST_ROWS {
            choice.kept.extend(0..rows.len());
            return choice;
        }
        // The most telling first: it ends where the screen is full.
        let failing: Vec<usize> = failing.iter().rev().take(MOST_FAILING).copied().collect();
        choice.keep(failing.iter().copied());
        choice.keep(end.checked_sub(1));
        choice.keep(rows.len().saturating_sub(MOST_LATER).max(end)..rows.len());
        // What the user says, and what is done to hosts and links, tells more than what tasks do in between.
        let done = (0..end)
            .rev()
            .filter(|&nth| is_done_to_hosts(rows[nth].event));
        choice.keep(done.take(MOST_MARKS));
        let said = (0..end).rev().filter(|&nth| is_said(rows[nth].event));
        choice.keep(said.take(MOST_MARKS));
        let lost = matters.lost.and_then(|at| choice.row_of(at));
        choice.keep(lost);
        for &at in &matters.deviations {
            let around = choice.around(at);
            choice.keep(around);
        }
        for one in matters.overwritten.iter().take(1) {
            let accesses = [one.read, one.other, one.wrote];
            let accesses = accesses.map(|at| choice.row_of(at));
            choice.keep(accesses.into_iter().flatten());
        }
        for nth in failing {
            let holder = holder(trace, rows, nth);
            choice.keep(holder);
        }
        for cause in &matters.causes {
            let row = choice.row_of(cause.at);
            choice.keep(row);
        }
        // And what fits of the end.
        choice.keep((0..end).rev());
        choice.join();
        choice
    }

    /// Takes in these as long as there is room.
    fn keep(&mut self, rows: impl IntoIterator<Item = usize>) {
        for nth in rows {
            if self.kept.len() == MOST_ROWS {
                return;
            }
            self.kept.insert(nth);
        }
    }

    /// A row between two that are told takes no more room than the line that would count it.
    fn join(&mut self) {
        let gaps = self.kept.iter().zip(self.kept.iter().skip(1));
        let single = gaps.filter(|(one, next)| *one + 2 == **next);
        let between: Vec<usize> = single.map(|(one, _)| one + 1).collect();
        self.kept.extend(between);
    }

    /// The row of the event in this place.
    fn row_of(&self, at: usize) -> Option<usize> {
        let nth = self.rows.partition_point(|row| row.last < at);
        self.rows
            .get(nth)
            .filter(|row| row.first <= at)
            .map(|_| nth)
    }

    /// The row of a deviation, or the next, and what its task did before and after.
    fn around(&self, at: usize) -> impl Iterator<Item = usize> + use<> {
        let nth = self.rows.partition_point(|row| row.last < at);
        let task = self.rows.get(nth).map(|row| row.task);
        let by_it = |row: &Row| Some(row.task) == task;
        let before = self.rows[..nth].iter().rposition(by_it);
        let after = self.rows.iter().skip(nth + 1).position(by_it);
        let after = after.map(|after| nth + 1 + after);
        // What the others do next may be what it leads to.
        let next = (nth + 1..self.rows.len()).take(NEXT);
        let own = task.map(|_| nth).into_iter().chain(before).chain(after);
        own.chain(next)
    }
}

/// The row in which another task took what is waited for in this one.
fn holder(trace: &Trace, rows: &[Row], nth: usize) -> Option<usize> {
    let Event::Waits { resource, .. } = trace.entries()[rows[nth].first].event else {
        return None;
    };
    let took = Event::Resource {
        verb: Verb::Takes,
        resource,
    };
    let takes = |row: &Row| {
        row.task != rows[nth].task
            && trace.entries()[row.first..=row.last]
                .iter()
                .any(|entry| entry.event == took)
    };
    rows[..nth].iter().rposition(takes)
}

/// Counts polls.
struct Steps<'t> {
    trace: &'t Trace,
    at: usize,
    polls: usize,
}

impl<'t> Steps<'t> {
    fn new(trace: &'t Trace) -> Steps<'t> {
        Steps {
            trace,
            at: 0,
            polls: 0,
        }
    }

    /// How many polls had begun before this place, which is not before the last one asked for.
    fn until(&mut self, at: usize) -> Option<usize> {
        let entries = &self.trace.entries()[self.at..at];
        self.polls += entries
            .iter()
            .filter(|entry| entry.event == Event::Polled)
            .count();
        self.at = at;
        let (left_out, before) = self.trace.left_out();
        (left_out == 0 || at < before).then_some(self.polls)
    }
}
