//! Chrome's trace-event JSON, in the form of an object with `traceEvents`.
//!
//! | in the run | there |
//! | --- | --- |
//! | host, task | process, thread, with their names (`M`) |
//! | poll, wait | complete event (`X`); they follow each other on a thread, so that they nest |
//! | what the runtime does | complete event of a nanosecond, for flows need a slice to begin in |
//! | lock or permits held | asynchronous event (`b`, `e`) on the track of the task that took them |
//! | anything else | instant event (`i`) of its thread; a finding of all |
//! | cause in another task | flow (`s`, `f`) |

use std::collections::BTreeMap;

use crate::base::ids::TaskNo;
use crate::base::resource::{ResourceKind, ResourceNo};
use crate::base::span::Seconds;
use crate::explore::outcome::Run;
use crate::record::event::{Entry, Event, Verb};
use crate::record::json::object::Object;
use crate::record::json::write_object;
use crate::record::trace::Trace;

pub(super) fn write<T>(run: &Run<T>) -> String {
    let mut writer = Writer::new(run.trace());
    writer.names();
    for at in 0..run.trace().entries().len() {
        writer.event(at);
    }
    writer.close();
    let mut out = String::from("{\"displayTimeUnit\":\"ns\",\"otherData\":");
    out += &write_object(|o| {
        o.text("reweave", "chrome trace");
        o.text("hash", &format!("{:016x}", run.hash()));
        let (left_out, _) = run.trace().left_out();
        if left_out > 0 {
            o.number("events_left_out", left_out.into());
        }
    });
    out += ",\"traceEvents\":[\n";
    out += &writer.lines.join(",\n");
    out += "\n]}\n";
    out
}

/// What a task is doing: since when, and what it is called.
struct Doing {
    since: u64,
    name: String,
    category: &'static str,
}

/// A lock or a permit that is held.
struct Held {
    id: u64,
    task: TaskNo,
}

struct Writer<'t> {
    trace: &'t Trace,
    lines: Vec<String>,
    /// When each event is shown, in ns.
    times: Vec<u64>,
    doing: BTreeMap<TaskNo, Doing>,
    held: BTreeMap<ResourceNo, Vec<Held>>,
    /// Numbers of holds and flows.
    ids: u64,
    hosts: BTreeMap<String, u64>,
}

impl<'t> Writer<'t> {
    fn new(trace: &'t Trace) -> Writer<'t> {
        let mut times: Vec<u64> = Vec::new();
        for entry in trace.entries() {
            let next = times.last().map_or(0, |last| last + 1);
            times.push(entry.at.max(next));
        }
        Writer {
            trace,
            lines: Vec::new(),
            times,
            doing: BTreeMap::new(),
            held: BTreeMap::new(),
            ids: 0,
            hosts: BTreeMap::new(),
        }
    }

    /// The number of a task's process: that of its host, from 1.
    fn process(&mut self, task: TaskNo) -> u64 {
        let host = self.trace.host_of(task).unwrap_or_default();
        let next = self.hosts.len() as u64 + 1;
        if let Some(&known) = self.hosts.get(host) {
            return known;
        }
        self.hosts.insert(host.to_owned(), next);
        next
    }

    /// An event of this task's thread, at this time.
    fn line(
        &mut self,
        task: TaskNo,
        time: u64,
        phase: &str,
        name: &str,
        fill: impl FnOnce(&mut Object<'_>),
    ) {
        let process = self.process(task);
        self.lines.push(write_object(|o| {
            o.text("name", name);
            o.text("ph", phase);
            o.micros("ts", time);
            o.number("pid", process);
            o.number("tid", task.get().into());
            fill(o);
        }));
    }

    fn names(&mut self) {
        let mut tasks: Vec<TaskNo> = vec![TaskNo::RUNTIME];
        tasks.extend(self.trace.entries().iter().map(|entry| entry.task));
        tasks.sort_unstable();
        tasks.dedup();
        for task in tasks {
            let name = match task {
                TaskNo::RUNTIME => "runtime",
                task => self.trace.path(task),
            };
            self.line(task, 0, "M", "thread_name", |o| {
                o.object("args", |o| o.text("name", name));
            });
            self.line(task, 0, "M", "thread_sort_index", |o| {
                o.object("args", |o| o.number("sort_index", task.get().into()));
            });
        }
        for (host, number) in self.hosts.clone() {
            let name = match &*host {
                "" => "main",
                host => host,
            };
            self.lines.push(write_object(|o| {
                o.text("name", "process_name");
                o.text("ph", "M");
                o.number("ts", 0);
                o.number("pid", number);
                o.object("args", |o| o.text("name", &format!("host {name}")));
            }));
        }
    }

    fn event(&mut self, at: usize) {
        let (entry, time) = (self.trace.entries()[at], self.times[at]);
        let task = entry.task;
        match entry.event {
            Event::Polled => self.begin(task, time, "poll".to_owned(), "poll"),
            Event::Parked => self.begin(task, time, "waits".to_owned(), "wait"),
            Event::Yielded => self.begin(task, time, "ready".to_owned(), "wait"),
            Event::Waits { .. }
            | Event::WaitsForTask { .. }
            | Event::WaitsForAnyTask { .. }
            | Event::WaitsForTimer { .. } => self.waits(at, &entry),
            Event::Completed | Event::Panicked { .. } | Event::Cancelled => {
                self.instant(at, &entry);
                self.end(task, time + 1);
            }
            Event::CutOff { task: other } => {
                self.end(other, time);
                self.instant(at, &entry);
            }
            Event::Resource { verb, resource } => {
                self.instant(at, &entry);
                match verb {
                    Verb::Takes => self.takes(resource, task, time),
                    Verb::GivesBack => self.gives_back(resource, task, time),
                    _ => {}
                }
            }
            _ => self.instant(at, &entry),
        }
        self.flow(at, &entry);
    }

    /// The task does something else from now on.
    fn begin(&mut self, task: TaskNo, time: u64, name: String, category: &'static str) {
        let name = match (category, self.doing.get(&task)) {
            // What it began to wait for in the poll that ends.
            ("wait", Some(poll)) if poll.category == "poll" && poll.name != "poll" => {
                poll.name.clone()
            }
            _ => name,
        };
        self.end(task, time);
        let since = time;
        self.doing.insert(
            task,
            Doing {
                since,
                name,
                category,
            },
        );
    }

    fn end(&mut self, task: TaskNo, time: u64) {
        let Some(doing) = self.doing.remove(&task) else {
            return;
        };
        let name = match doing.category {
            "poll" => "poll",
            _ => &doing.name,
        };
        self.line(task, doing.since, "X", name, |o| {
            o.text("cat", doing.category);
            o.micros("dur", (time - doing.since).max(1));
        });
    }

    /// The first thing that a poll waits for names the wait that follows.
    fn waits(&mut self, at: usize, entry: &Entry) {
        let words = self.trace.describe(entry);
        if let Some(doing) = self.doing.get_mut(&entry.task)
            && doing.name == "poll"
        {
            doing.name = words;
        }
        self.instant(at, entry);
    }

    fn instant(&mut self, at: usize, entry: &Entry) {
        let (words, place) = (self.trace.describe(entry), self.trace.place_of(entry.event));
        let (number, time) = (self.trace.number(at), self.times[at]);
        let phase = match entry.task {
            TaskNo::RUNTIME => "X",
            _ => "i",
        };
        self.line(entry.task, time, phase, &words, |o| {
            match (entry.task, entry.event) {
                (TaskNo::RUNTIME, _) => o.micros("dur", 1),
                (_, Event::Found { .. }) => o.text("s", "g"),
                _ => o.text("s", "t"),
            }
            o.object("args", |o| {
                o.number("event", number.get().into());
                o.text("at", &Seconds(entry.at).to_string());
                if let Some(place) = &place {
                    o.text("place", place);
                }
            });
        });
    }

    fn takes(&mut self, resource: ResourceNo, task: TaskNo, time: u64) {
        let kind = self.trace.resource_name(resource).map(|known| known.kind);
        if !matches!(
            kind,
            Some(ResourceKind::Mutex | ResourceKind::RwLock | ResourceKind::Semaphore)
        ) {
            return;
        }
        self.ids += 1;
        let id = self.ids;
        self.hold(resource, task, time, "b", id);
        self.held
            .entry(resource)
            .or_default()
            .push(Held { id, task });
    }

    fn gives_back(&mut self, resource: ResourceNo, task: TaskNo, time: u64) {
        let Some(held) = self.held.get_mut(&resource).filter(|held| !held.is_empty()) else {
            return;
        };
        let own = held.iter().position(|held| held.task == task);
        let Held { id, task } = held.remove(own.unwrap_or_default());
        self.hold(resource, task, time, "e", id);
    }

    fn hold(&mut self, resource: ResourceNo, task: TaskNo, time: u64, phase: &str, id: u64) {
        let name = self.trace.resource(resource).to_owned();
        self.line(task, time, phase, &name, |o| {
            o.text("cat", "held");
            o.text("id", &format!("{id:#x}"));
        });
    }

    /// From the cause of an event, if another task did that.
    fn flow(&mut self, at: usize, entry: &Entry) {
        let cause = entry.cause().and_then(|cause| self.trace.place_in(cause));
        let Some(cause) = cause else { return };
        let from = self.trace.entries()[cause];
        if from.task == entry.task {
            return;
        }
        self.ids += 1;
        let id = self.ids;
        for (phase, task, at) in [("s", from.task, cause), ("f", entry.task, at)] {
            let time = self.times[at];
            self.line(task, time, phase, "cause", |o| {
                o.text("cat", "cause");
                o.number("id", id);
                if phase == "f" {
                    // To the slice around it, not to the next.
                    o.text("bp", "e");
                }
            });
        }
    }

    /// What is not over ends with the run.
    fn close(&mut self) {
        let end = self.times.last().map_or(0, |last| last + 1);
        let tasks: Vec<TaskNo> = self.doing.keys().copied().collect();
        for task in tasks {
            self.end(task, end);
        }
        for (resource, held) in std::mem::take(&mut self.held) {
            for Held { id, task } in held {
                self.hold(resource, task, end, "e", id);
            }
        }
    }
}
