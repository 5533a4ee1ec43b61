//! A trace as columns of numbers, for the page: the n-th number of each column belongs to the n-th event.
//!
//! Numbers are small and repeat, so that 100,000 events take a few megabytes: times are differences to the event before, causes
//! distances back, texts numbers in a table. What an event says stands there in the words of the [trace](Trace::describe); beside it
//! are its kind and the numbers of what it is about, from which the page works out the state of the run.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::super::previews::Previews;
use crate::base::ids::{HostNo, TaskNo, push_name};
use crate::base::resource::ResourceNo;
use crate::base::span::FAR;
use crate::record::event::subject::Subject;
use crate::record::event::{Entry, Event};
use crate::record::json::object::Object;
use crate::record::trace::Trace;

/// Of a run of more events the first and the last are on the page, together so many.
const MOST_EVENTS: usize = 200_000;

/// See the top of this file.
pub(super) struct Columns<'t> {
    trace: &'t Trace,
    /// The places of the events that are shown, among those of the trace.
    places: Vec<usize>,
    /// How many events are not shown, and before which of those that are.
    gap: (u32, usize),
    tasks: Vec<TaskNo>,
    resources: Vec<ResourceNo>,
    texts: Table,
    kinds: Table,
    rows: Vec<Row>,
}

/// The numbers of one event.
struct Row {
    after: u64,
    task: usize,
    kind: usize,
    text: usize,
    /// The place in the source, if it is known.
    place: Option<usize>,
    /// How many events ago its cause was; 0 for none.
    back: usize,
    /// What it is about, by kind; see [`Columns::about`].
    about: [i64; 2],
}

/// Texts with numbers, each once.
#[derive(Default)]
struct Table {
    texts: Vec<String>,
    numbers: BTreeMap<String, usize>,
}

impl Table {
    fn number(&mut self, text: &str) -> usize {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        self.texts.push(text.to_owned());
        self.numbers.insert(text.to_owned(), self.texts.len() - 1);
        self.texts.len() - 1
    }
}

impl<'t> Columns<'t> {
    pub(super) fn of(trace: &'t Trace) -> Columns<'t> {
        let (places, gap) = shown(trace);
        let entries = places.iter().map(|&at| &trace.entries()[at]);
        let mut tasks: BTreeSet<TaskNo> = [TaskNo::RUNTIME, TaskNo::MAIN].into();
        let mut resources = BTreeSet::new();
        for entry in entries {
            tasks.insert(entry.task);
            match Subject::of(entry.event) {
                Subject::Task(task) => _ = tasks.insert(task),
                Subject::Resource(resource) => _ = resources.insert(resource),
                Subject::Other => {}
            }
        }
        let mut columns = Columns {
            trace,
            places,
            gap,
            tasks: tasks.into_iter().collect(),
            resources: resources.into_iter().collect(),
            texts: Table::default(),
            kinds: Table::default(),
            rows: Vec::new(),
        };
        columns.fill();
        columns
    }

    fn fill(&mut self) {
        let mut before = 0;
        let mut previews = Previews::new(self.trace);
        let mut shown_at: BTreeMap<usize, usize> = BTreeMap::new();
        // Only where events are left out is a place on the page another than on the trace.
        if self.gap.0 > 0 {
            shown_at = self.places.iter().copied().zip(0..).collect();
        }
        for nth in 0..self.places.len() {
            let entry = &self.trace.entries()[self.places[nth]];
            let cause = entry.cause().and_then(|cause| self.trace.place_in(cause));
            let cause = match self.gap.0 {
                0 => cause,
                _ => cause.and_then(|at| shown_at.get(&at).copied()),
            };
            let (kind, about) = self.about(entry);
            let words = match previews.of(entry, self.places[nth]) {
                "" => self.trace.describe(entry),
                begins => format!("{}: \"{begins}\"", self.trace.describe(entry)),
            };
            let row = Row {
                after: entry.at - before,
                task: self.task(entry.task),
                kind: self.kinds.number(kind),
                text: self.texts.number(&words),
                place: self
                    .trace
                    .place_of(entry.event)
                    .map(|place| self.texts.number(&place)),
                back: cause.map_or(0, |cause| nth - cause),
                about,
            };
            before = entry.at;
            self.rows.push(row);
        }
    }

    /// Where on the page the event is that has this place on the trace, if it is shown.
    pub(super) fn shown_at(&self, at: usize) -> Option<usize> {
        self.places.binary_search(&at).ok()
    }

    /// How many events the two have in common from the start.
    pub(super) fn common(&self, other: &Columns<'_>) -> usize {
        let same = |(one, two): &(&Row, &Row)| {
            one.after == two.after
                && self.texts.texts[one.text] == other.texts.texts[two.text]
                && self.trace.path(self.tasks[one.task]) == other.trace.path(other.tasks[two.task])
        };
        self.rows.iter().zip(&other.rows).take_while(same).count()
    }

    fn task(&self, task: TaskNo) -> usize {
        self.tasks.binary_search(&task).unwrap_or_default()
    }

    fn resource(&self, resource: ResourceNo) -> usize {
        self.resources.binary_search(&resource).unwrap_or_default()
    }

    /// The kind of an event, by its name in JSON, and two numbers of what it is about: those of a task, a resource or a host of the
    /// tables, of a timer, of a text; or an amount. -1 is none.
    fn about(&mut self, entry: &Entry) -> (&'static str, [i64; 2]) {
        let number = |number: usize| number as i64;
        // Nanoseconds beyond 292 years are for ever.
        let time = |nanos: u64| match nanos {
            FAR => -1,
            nanos => i64::try_from(nanos).unwrap_or(-1),
        };
        let host = |host: HostNo| i64::from(host.get());
        let of = |this: &Self, resource| number(this.resource(resource));
        match entry.event {
            Event::Spawned { task, .. } => ("spawned", [number(self.task(task)), -1]),
            Event::Polled => ("polled", [-1, -1]),
            Event::Parked => ("parked", [-1, -1]),
            Event::Yielded => ("yielded", [-1, -1]),
            Event::Completed => ("completed", [-1, -1]),
            Event::Panicked { .. } => ("panicked", [-1, -1]),
            Event::Cancelled => ("cancelled", [-1, -1]),
            Event::CutOff { task } => ("cut_off", [number(self.task(task)), -1]),
            Event::Woke { task } => ("woke", [number(self.task(task)), -1]),
            Event::AbortAsked { task } => ("abort_asked", [number(self.task(task)), -1]),
            Event::Waits { resource, .. } => ("waits", [of(self, resource), -1]),
            Event::WaitsForTask { task, .. } => ("waits_for_task", [number(self.task(task)), -1]),
            Event::WaitsForAnyTask { tasks, .. } => ("waits_for_any_task", [tasks.into(), -1]),
            Event::WaitsForTimer { deadline } => ("waits_for_timer", [time(deadline.get()), -1]),
            Event::TimerSet { timer, deadline } => {
                ("timer_set", [timer.into(), time(deadline.get())])
            }
            Event::TimerFired { timer } => ("timer_fired", [timer.into(), -1]),
            Event::TimerCancelled { timer } => ("timer_cancelled", [timer.into(), -1]),
            Event::DrewTask { task, .. } => ("drew", [number(self.task(task)), -1]),
            Event::Drew { .. } => ("drew", [-1, -1]),
            Event::Blocked { nanos } => ("blocked", [time(nanos.get()), -1]),
            Event::Took { nanos } => ("took", [time(nanos.get()), -1]),
            Event::Advanced { nanos } => ("advanced", [time(nanos.get()), -1]),
            Event::Output(_) => ("prints", [-1, -1]),
            Event::Input(_) => ("reads", [-1, -1]),
            Event::InputEnded => ("input_ended", [-1, -1]),
            Event::Note(_) => ("note", [-1, -1]),
            Event::Log(_) => ("log", [-1, -1]),
            Event::Resource { verb, resource } => (verb.name(), [of(self, resource), -1]),
            Event::Missed { resource, values } => ("missed", [of(self, resource), values.into()]),
            Event::Read {
                resource, value, ..
            } => {
                let value = self.texts.number(self.trace.text(value));
                ("read", [of(self, resource), number(value)])
            }
            Event::Wrote {
                resource, value, ..
            } => {
                let value = self.texts.number(self.trace.text(value));
                ("wrote", [of(self, resource), number(value)])
            }
            Event::Bytes {
                flow,
                resource,
                bytes,
                ..
            } => (flow.name(), [of(self, resource), bytes.into()]),
            Event::Failed { .. } => ("failed", [-1, -1]),
            Event::Host { verb, host: of } => (verb.name(), [host(of), -1]),
            Event::UnhandledSignal { host: of, .. } => ("unhandled_signal", [host(of), -1]),
            Event::Clock { verb, host: of, .. } => (verb.name(), [host(of), -1]),
            Event::Link { verb, from, to } => (verb.name(), [host(from), host(to)]),
            Event::Links(verb) => (verb.name(), [-1, -1]),
            Event::Packet { fate, from, to, .. } => (fate.name(), [host(from), host(to)]),
            Event::FaultBegan {
                fault, host: of, ..
            } => {
                let fault = self.texts.number(fault.name());
                ("fault_began", [host(of), number(fault)])
            }
            Event::FaultEnded { fault, host: of } => {
                let fault = self.texts.number(fault.name());
                ("fault_ended", [host(of), number(fault)])
            }
            Event::Calm => ("calm", [-1, -1]),
            Event::Buggified { .. } => ("buggified", [-1, -1]),
            Event::Found { finding, .. } => ("finding", [finding.into(), -1]),
        }
    }

    /// Writes the tables and the columns.
    pub(super) fn write(&self, o: &mut Object<'_>) {
        let trace = self.trace;
        let hosts: Vec<String> = std::iter::once("main".to_owned())
            .chain(trace.hosts().iter().cloned())
            .collect();
        o.texts("hosts", &hosts);
        // Paths name hosts as tapes do.
        let in_paths = trace.hosts().iter().zip(1..).map(|(host, number)| {
            let mut name = String::new();
            push_name(&mut name, host);
            (name, number)
        });
        let in_paths: BTreeMap<String, usize> = in_paths.collect();
        let host_of = |task: TaskNo| trace.host_of(task).and_then(|host| in_paths.get(host));
        let paths = self.tasks.iter().map(|&task| trace.path(task).to_owned());
        o.texts("tasks", &paths.collect::<Vec<_>>());
        numbers(o, "task_hosts", self.tasks.iter(), |&task| {
            host_of(task).map_or(0, |&host| host as i64)
        });
        let names = self.resources.iter().map(|&of| trace.resource(of));
        o.texts("resources", &names.map(str::to_owned).collect::<Vec<_>>());
        let kinds = self.resources.iter().map(|&of| {
            let known = trace.resource_name(of);
            known.map_or("", |known| known.kind.name()).to_owned()
        });
        o.texts("resource_kinds", &kinds.collect::<Vec<_>>());
        o.texts("kinds", &self.kinds.texts);
        o.texts("texts", &self.texts.texts);
        let rows = || self.rows.iter();
        numbers(o, "after", rows(), |row| row.after as i64);
        numbers(o, "task", rows(), |row| row.task as i64);
        numbers(o, "kind", rows(), |row| row.kind as i64);
        numbers(o, "text", rows(), |row| row.text as i64);
        numbers(o, "place", rows(), |row| {
            row.place.map_or(-1, |place| place as i64)
        });
        numbers(o, "back", rows(), |row| row.back as i64);
        numbers(o, "a", rows(), |row| row.about[0]);
        numbers(o, "b", rows(), |row| row.about[1]);
        o.number("left_out", self.gap.0.into());
        o.number("left_out_before", self.gap.1 as u64);
    }
}

fn numbers<T>(
    o: &mut Object<'_>,
    key: &str,
    items: impl Iterator<Item = T>,
    number: impl Fn(T) -> i64,
) {
    let all: Vec<i64> = items.map(number).collect();
    o.items(key, &all, |number, out| {
        let _ = write!(out, "{number}");
    });
}

/// The places of the events that the page has, and how many are left out before which of them.
fn shown(trace: &Trace) -> (Vec<usize>, (u32, usize)) {
    let all = trace.entries().len();
    if all <= MOST_EVENTS {
        return ((0..all).collect(), trace.left_out());
    }
    let half = MOST_EVENTS / 2;
    let places: Vec<usize> = (0..half).chain(all - half..all).collect();
    // What the trace itself lacks may lie between the halves, or in one of them; then that is what is told, and no more.
    let between = trace.number(all - half).get() - trace.number(half - 1).get() - 1;
    (places, (between, half))
}
