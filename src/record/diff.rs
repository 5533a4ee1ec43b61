//! How two traces differ: where they part, and both sides beside each other.

use std::fmt;

use similar::{Algorithm, ChangeTag, capture_diff_slices, group_diff_ops};

use super::event::Entry;
use super::trace::Trace;
use crate::base::count::counted;
use crate::base::span::Seconds;

/// The difference of two traces.
///
/// ```text
/// the runs part at event 3:
///   left   0s main/a notes "reads 0"
///   right  0s main/b polls
///
///   0s main/a polls             │ 0s main/a polls
///   0s main/a notes "reads 0"   <
///                               > 0s main/b polls
/// ```
pub struct Diff {
    left: Vec<String>,
    right: Vec<String>,
    /// When the first event that differs happened, in the run where it came first.
    parted_at: u64,
}

/// Lines of context around each difference.
const CONTEXT: usize = 3;
/// Events of each side, where only the beginning of a difference is shown.
const BEGINNING: usize = 5;
/// The widest column.
const WIDEST: usize = 60;

impl Diff {
    /// Compares two traces, event by event.
    pub fn new(left: &Trace, right: &Trace) -> Diff {
        let mut diff = Diff {
            left: lines(left),
            right: lines(right),
            parted_at: 0,
        };
        if let Some(first) = diff.first_divergence() {
            let next = [left, right].map(|trace| trace.entries().get(first));
            let times = next.into_iter().flatten().map(|entry| entry.at);
            diff.parted_at = times.min().unwrap_or_default();
        }
        diff
    }

    /// Whether the traces are the same.
    pub fn is_empty(&self) -> bool {
        self.left == self.right
    }

    /// The number of the first event that differs, from 0; `None` if the traces are the same.
    pub fn first_divergence(&self) -> Option<usize> {
        let same = self
            .left
            .iter()
            .zip(&self.right)
            .take_while(|(l, r)| l == r)
            .count();
        (!self.is_empty()).then_some(same)
    }

    /// When, in virtual time, the first event that differs happened; 0 if the traces are the same.
    pub(crate) fn parted_at(&self) -> u64 {
        self.parted_at
    }

    /// Where the traces part, and the next few events of each: what follows is often all different.
    pub(crate) fn beginning(&self) -> Vec<String> {
        let Some(first) = self.first_divergence() else {
            return vec![self.to_string()];
        };
        let mut lines = vec![parting(first)];
        for (name, events) in [("left ", &self.left), ("right", &self.right)] {
            let events = &events[first..];
            let shown = events.iter().take(BEGINNING);
            lines.extend(shown.map(|event| format!("  {name}  {event}")));
            match events.len() {
                0 => lines.push(format!("  {name}  (ended)")),
                1..=BEGINNING => {}
                all => {
                    let more = counted(all - BEGINNING, "more event");
                    lines.push(format!("  {name}  … and {more}"));
                }
            }
        }
        lines
    }
}

/// The line that says where two traces part.
fn parting(first: usize) -> String {
    format!("the runs part at event {}:", first + 1)
}

/// One line an event.
fn lines(trace: &Trace) -> Vec<String> {
    let line = |entry: &Entry| {
        let (at, task) = (Seconds(entry.at), trace.path(entry.task));
        format!("{at} {task} {}", trace.in_full(entry))
    };
    trace.entries().iter().map(line).collect()
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.first_divergence() else {
            return writeln!(
                f,
                "the traces are the same: {}",
                counted(self.left.len(), "event")
            );
        };
        let side = |lines: &[String]| {
            lines
                .get(first)
                .map_or("(ended)", String::as_str)
                .to_owned()
        };
        writeln!(f, "{}", parting(first))?;
        writeln!(f, "  left   {}", side(&self.left))?;
        writeln!(f, "  right  {}", side(&self.right))?;
        let ops = capture_diff_slices(Algorithm::Myers, &self.left, &self.right);
        let longest = self
            .left
            .iter()
            .map(|line| line.chars().count())
            .max()
            .unwrap_or(0);
        let width = longest.min(WIDEST);
        for group in group_diff_ops(ops, CONTEXT) {
            writeln!(f)?;
            for change in group
                .iter()
                .flat_map(|op| op.iter_changes(&self.left, &self.right))
            {
                let text = clip(&change.value());
                match change.tag() {
                    ChangeTag::Equal => writeln!(f, "  {text:<width$} │ {text}")?,
                    ChangeTag::Delete => writeln!(f, "  {text:<width$} <")?,
                    ChangeTag::Insert => writeln!(f, "  {:<width$} > {text}", "")?,
                }
            }
        }
        Ok(())
    }
}

fn clip(line: &str) -> String {
    if line.chars().count() <= WIDEST {
        return line.to_owned();
    }
    line.chars().take(WIDEST - 1).chain(['…']).collect()
}
