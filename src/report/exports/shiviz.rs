//! ShiViz's log form: for each event a line with its host and the host's vector clock as JSON, and a line with what happened. That is
//! what its default parser reads, `(?<host>\S*) (?<clock>{.*})\n(?<event>.*)`.
//!
//! A vector clock counts the events of each host that are known to have come before (Fidge, Mattern, 1988). What is known is passed on
//! along the causes that the journal has: by messages, by wakes, by what is granted. What the runtime does in between, such as to
//! deliver bytes, is no host's, and passes on what it was caused by.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::rc::Rc;

use crate::base::ids::TaskNo;
use crate::base::span::Seconds;
use crate::explore::outcome::Run;
use crate::record::event::{Entry, Event};
use crate::record::json::write_object;
use crate::record::trace::Trace;
use crate::report::schedule::tells;

/// How many events of each host are known, by the host's number.
type Clock = BTreeMap<usize, u64>;

pub(super) fn write<T>(run: &Run<T>) -> String {
    let trace = run.trace();
    let entries = trace.entries();
    let hosts = Hosts::of(trace);
    let causes: BTreeSet<usize> = entries
        .iter()
        .filter_map(|entry| cause(trace, entry))
        .collect();
    let mut clocks: Vec<Clock> = vec![Clock::new(); hosts.names.len()];
    // What was known at each event that causes another.
    let mut known: BTreeMap<usize, Rc<Clock>> = BTreeMap::new();
    let mut out = String::new();
    for (at, entry) in entries.iter().enumerate() {
        let came = cause(trace, entry).and_then(|cause| known.get(&cause).cloned());
        let Some(host) = hosts.of_task(trace, entry.task) else {
            if let Some(came) = came.filter(|_| causes.contains(&at)) {
                known.insert(at, came);
            }
            continue;
        };
        let clock = &mut clocks[host];
        for (&other, &count) in came.as_deref().into_iter().flatten() {
            let here = clock.entry(other).or_default();
            *here = count.max(*here);
        }
        if is_told(entry.event) {
            *clock.entry(host).or_default() += 1;
            let counts = write_object(|o| {
                for (&other, &count) in &*clock {
                    o.number(&hosts.names[other], count);
                }
            });
            let (at, words) = (Seconds(entry.at), line(&trace.describe(entry)));
            let (name, task) = (&hosts.names[host], line(trace.path(entry.task)));
            let _ = writeln!(out, "{name} {counts}\n{at} {task} {words}");
        }
        if causes.contains(&at) {
            known.insert(at, Rc::new(clock.clone()));
        }
    }
    out
}

fn cause(trace: &Trace, entry: &Entry) -> Option<usize> {
    entry.cause().and_then(|cause| trace.place_in(cause))
}

/// Who has a clock: the hosts, or each task where there is but one host.
struct Hosts {
    names: Vec<String>,
    numbers: BTreeMap<String, usize>,
    are_tasks: bool,
}

impl Hosts {
    fn of(trace: &Trace) -> Hosts {
        let mut hosts = Hosts {
            names: Vec::new(),
            numbers: BTreeMap::new(),
            are_tasks: trace.hosts().is_empty(),
        };
        for entry in trace.entries() {
            if let Some(name) = hosts.name(trace, entry.task)
                && !hosts.numbers.contains_key(&name)
            {
                hosts.numbers.insert(name.clone(), hosts.names.len());
                hosts.names.push(name);
            }
        }
        hosts
    }

    /// What stands for a task: a word, as the form wants it. Paths are escaped so that they have no spaces.
    fn name(&self, trace: &Trace, task: TaskNo) -> Option<String> {
        if task == TaskNo::RUNTIME {
            return None;
        }
        Some(match self.are_tasks {
            true => trace.path(task).to_owned(),
            false => trace.host_of(task).unwrap_or("main").to_owned(),
        })
    }

    fn of_task(&self, trace: &Trace, task: TaskNo) -> Option<usize> {
        self.numbers.get(&self.name(trace, task)?).copied()
    }
}

/// Whether an event is something that the program does, or what was found of it.
fn is_told(event: Event) -> bool {
    let of_timers = matches!(
        event,
        Event::TimerSet { .. } | Event::TimerFired { .. } | Event::TimerCancelled { .. }
    );
    (tells(event) && !of_timers) || matches!(event, Event::Found { .. })
}

/// The text on one line.
fn line(text: &str) -> String {
    text.chars()
        .map(
            |c| match c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
                true => ' ',
                false => c,
            },
        )
        .collect()
}
