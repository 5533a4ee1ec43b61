//! What led to a failure, as a graph in GraphViz's language.
//!
//! It begins with what the failed tasks did last, and goes back: from an event to its cause, and to what its task was polled for. Polls and
//! their ends stand for nothing of their own: an edge leads past them. A solid edge is a cause, a dashed one what the same task did before.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::base::ids::TaskNo;
use crate::base::span::Seconds;
use crate::explore::outcome::Run;
use crate::record::event::{Entry, Event};
use crate::record::trace::Trace;
use crate::report::matters::Matters;
use crate::report::screen::fitted;

/// No more events than these are in the graph.
const MOST: usize = 60;

/// What an event says has so many characters, at the most.
const LONGEST: usize = 80;

pub(super) fn write<T>(run: &Run<T>) -> String {
    let trace = run.trace();
    let matters = Matters::of(run);
    let mut graph = Graph::default();
    let mut out = String::from("digraph causes {\n");
    out += "  rankdir=TB; node [shape=box, style=filled, fillcolor=\"#eef2fb\", color=\"#5b78b8\", fontname=\"sans-serif\", fontsize=10];\n";
    if let Some(told) = run.told() {
        let said = told.to_string();
        let said = said.lines().next().unwrap_or_default();
        let _ = writeln!(
            out,
            "  failure [label={}, fillcolor=\"#fdeef0\", color=\"#cf2336\"];",
            quoted(&fitted(said, 2 * LONGEST))
        );
    }
    let last = last_of(trace, &matters);
    for &at in &last {
        graph.back_from(trace, at);
    }
    let mut columns: BTreeMap<TaskNo, Vec<usize>> = BTreeMap::new();
    for &at in &graph.events {
        columns
            .entry(trace.entries()[at].task)
            .or_default()
            .push(at);
    }
    for (task, events) in columns {
        let name = match task {
            TaskNo::RUNTIME => "runtime",
            task => trace.path(task),
        };
        let _ = writeln!(
            out,
            "  subgraph cluster_{} {{\n    label={}; color=\"#c9ced8\"; fontname=\"sans-serif\"; fontsize=11;",
            task.get(),
            quoted(&fitted(name, LONGEST))
        );
        for at in events {
            let entry = &trace.entries()[at];
            let words = fitted(&trace.describe(entry), LONGEST);
            let label = quoted(&format!("{}  {words}", Seconds(entry.at)));
            let _ = writeln!(out, "    e{} [label={label}];", trace.number(at).get());
        }
        out += "  }\n";
    }
    let number = |at: usize| trace.number(at).get();
    for &(from, to, is_cause) in &graph.edges {
        let style = if is_cause { "" } else { " [style=dashed]" };
        let _ = writeln!(out, "  e{} -> e{}{style};", number(from), number(to));
    }
    for at in last.iter().filter(|at| graph.events.contains(at)) {
        let _ = writeln!(out, "  e{} -> failure [color=\"#cf2336\"];", number(*at));
    }
    if graph.is_cut {
        let _ = writeln!(out, "  label=\"Only the latest {MOST} events are shown.\";");
    }
    out += "}\n";
    out
}

/// The last thing that each of the failed tasks did before the failure, or else the last event of all.
fn last_of(trace: &Trace, matters: &Matters) -> Vec<usize> {
    let of = |path: &String| {
        (0..matters.end).rev().find(|&at| {
            let entry = &trace.entries()[at];
            trace.path(entry.task) == path && is_node(entry)
        })
    };
    let last: BTreeSet<usize> = matters.tasks.iter().filter_map(of).collect();
    if !last.is_empty() {
        return last.into_iter().collect();
    }
    let any = |&at: &usize| is_node(&trace.entries()[at]);
    (0..matters.end).rev().find(any).into_iter().collect()
}

/// Whether an event stands in the graph.
fn is_node(entry: &Entry) -> bool {
    !matches!(
        entry.event,
        Event::Polled
            | Event::Parked
            | Event::Yielded
            | Event::Woke { .. }
            | Event::Found { .. }
            | Event::CutOff { .. }
    )
}

#[derive(Default)]
struct Graph {
    events: BTreeSet<usize>,
    /// From an event to a later one, and whether it is its cause.
    edges: BTreeSet<(usize, usize, bool)>,
    is_cut: bool,
}

impl Graph {
    /// Takes in an event, and those from which it follows.
    fn back_from(&mut self, trace: &Trace, at: usize) {
        let mut next = vec![at];
        while let Some(at) = next.pop() {
            if self.events.contains(&at) {
                continue;
            }
            if self.events.len() >= MOST {
                self.is_cut = true;
                return;
            }
            self.events.insert(at);
            for (from, is_cause) in before(trace, at) {
                self.edges.insert((from, at, is_cause));
                next.push(from);
            }
        }
    }
}

/// The events from which this one follows: its cause, and the one before it of the same poll, or what that poll was woken by.
fn before(trace: &Trace, at: usize) -> Vec<(usize, bool)> {
    let entries = trace.entries();
    let task = entries[at].task;
    let mut before = Vec::new();
    before.extend(cause(trace, at).map(|from| (from, true)));
    if task == TaskNo::RUNTIME {
        return before;
    }
    for from in (0..at).rev() {
        let entry = &entries[from];
        if entry.task != task {
            continue;
        }
        if entry.event == Event::Polled {
            before.extend(cause(trace, from).map(|from| (from, true)));
            break;
        }
        if is_node(entry) {
            before.push((from, false));
            break;
        }
    }
    before
}

/// The nearest event back along the causes that stands in the graph.
fn cause(trace: &Trace, at: usize) -> Option<usize> {
    let mut at = trace.place_in(trace.entries()[at].cause()?)?;
    while !is_node(&trace.entries()[at]) {
        at = trace.place_in(trace.entries()[at].cause()?)?;
    }
    Some(at)
}

/// A string of the language: only quotes and backslashes are special in it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
