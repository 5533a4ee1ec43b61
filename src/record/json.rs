//! The JSON-lines form of a run: one object a line.
//!
//! ```json
//! {"reweave":"trace","version":1}
//! {"number":4,"at":2000000000,"task":"main/cake","event":"prints","text":"Putting the cake in the oven."}
//! {"finding":"unawaited_task","level":"warn","at":2000000000,"task":"main/cake",…}
//! {"hash":"a11784dbe6fc62da"}
//! ```
//!
//! The first line names the form and its version, which rises when a field changes its name or meaning. `at` is virtual time in
//! ns; `task` is absent when the runtime itself acted; `cause` is the number of another event; places are
//! `file:line:column`. Names of events, kinds and fields are in snake_case.
//!
//! The writer is a few lines of its own because a serialisation library would be the largest dependency of this crate.

use std::fmt::Write;
use std::time::Duration;

use super::detail::{
    Awaited, Busiest, Detail, Doing, Edge, Has, Leaked, Nondeterminism, PendingFuture, Reached,
    Role, Unreceived, Wait, WaitingTask,
};
use super::event::{Event, Nanos, TextNo};
use super::finding::Finding;
use super::resource::Resource;
use super::spin::Spin;
use super::trace::Trace;
use crate::base::ids::TaskNo;
use crate::base::place::SourcePlace;
use crate::base::resource::ResourceKind;

/// The version of the form.
pub const VERSION: u64 = 1;

/// A run as JSON lines.
pub(crate) fn write(trace: &Trace, findings: &[Finding]) -> String {
    let mut out = String::new();
    object(&mut out, |o| {
        o.text("reweave", "trace");
        o.number("version", VERSION);
    });
    for (at, entry) in trace.entries().iter().enumerate() {
        object(&mut out, |o| {
            o.number("number", u64::from(trace.number(at).get()));
            o.number("at", entry.at);
            if entry.task != TaskNo::RUNTIME {
                o.text("task", trace.path(entry.task));
            }
            event(trace, entry.event, o);
            if let Some(place) = trace.place_of(entry.event) {
                o.text("place", &place);
            }
            if let Some(cause) = entry.cause() {
                o.number("cause", u64::from(cause.get()));
            }
        });
    }
    let (left_out, _) = trace.left_out();
    for finding in findings {
        object(&mut out, |o| self::finding(finding, o));
    }
    object(&mut out, |o| {
        if left_out > 0 {
            o.number("events_left_out", u64::from(left_out));
        }
        o.text("hash", &format!("{:016x}", trace.hash()));
    });
    out
}

fn object(out: &mut String, fill: impl FnOnce(&mut Object<'_>)) {
    Object::fill(out, fill);
    out.push('\n');
}

fn event(trace: &Trace, event: Event, o: &mut Object<'_>) {
    let mut about = |name: &str| o.text("event", name);
    match event {
        Event::Spawned { task, .. } => other(trace, "spawned", task, o),
        Event::Polled => about("polled"),
        Event::Parked => about("parked"),
        Event::Yielded => about("yielded"),
        Event::Completed => about("completed"),
        Event::Panicked { message, .. } => text(trace, "panicked", message, o),
        Event::Cancelled => about("cancelled"),
        Event::CutOff { task } => other(trace, "cut_off", task, o),
        Event::Woke { task } => other(trace, "woke", task, o),
        Event::AbortAsked { task } => other(trace, "abort_asked", task, o),
        Event::Waits { want, resource, .. } => {
            about("waits");
            o.text("want", want.name());
            o.text("resource", trace.resource(resource));
        }
        Event::WaitsForTask { task, .. } => other(trace, "waits_for_task", task, o),
        Event::WaitsForAnyTask { tasks, .. } => {
            about("waits_for_any_task");
            o.number("tasks", u64::from(tasks));
        }
        Event::WaitsForTimer { deadline } => nanos("waits_for_timer", "deadline", deadline, o),
        Event::Output(line) => text(trace, "prints", line, o),
        Event::Input(line) => text(trace, "reads", line, o),
        Event::InputEnded => about("input_ended"),
        Event::Note(note) => text(trace, "note", note, o),
        Event::Log(log) => text(trace, "log", log, o),
        Event::Found { finding, kind } => {
            about("finding");
            o.text("kind", kind.name());
            o.number("finding", u64::from(finding));
        }
        Event::DrewTask { kind, task } => {
            about("drew");
            o.text("kind", kind.name());
            o.text("choice", trace.drawn(task));
        }
        Event::Drew { kind, choice } => {
            about("drew");
            o.text("kind", kind.name());
            o.number("choice", u64::from(choice));
        }
        Event::Resource { verb, resource } => {
            about(verb.name());
            o.text("resource", trace.resource(resource));
            if let Some(resource) = trace.resource_name(resource) {
                o.text("resource_kind", &snake_case(resource.kind));
            }
        }
        Event::TimerSet { timer, deadline } => {
            nanos("timer_set", "deadline", deadline, o);
            o.number("timer", u64::from(timer));
        }
        Event::TimerFired { timer } => {
            about("timer_fired");
            o.number("timer", u64::from(timer));
        }
        Event::TimerCancelled { timer } => {
            about("timer_cancelled");
            o.number("timer", u64::from(timer));
        }
        Event::Blocked { nanos: time } => nanos("blocked", "nanos", time, o),
        Event::Advanced { nanos: time } => nanos("advanced", "nanos", time, o),
    }
}

fn other(trace: &Trace, name: &str, task: TaskNo, o: &mut Object<'_>) {
    o.text("event", name);
    o.text("other", trace.path(task));
}

fn text(trace: &Trace, name: &str, text: TextNo, o: &mut Object<'_>) {
    o.text("event", name);
    o.text("text", trace.text(text));
}

fn nanos(name: &str, field: &str, nanos: Nanos, o: &mut Object<'_>) {
    o.text("event", name);
    o.number(field, nanos.get());
}

fn finding(finding: &Finding, o: &mut Object<'_>) {
    o.text("finding", finding.kind().name());
    o.text("level", finding.level().name());
    o.duration("at", finding.at());
    if let Some(task) = finding.task() {
        o.text("task", task);
    }
    if let Some(at) = finding.place() {
        o.place("place", at);
    }
    o.object("detail", |o| detail(finding.detail(), o));
}

fn detail(detail: &Detail, o: &mut Object<'_>) {
    match detail {
        Detail::Panic(panic) => {
            o.text("message", &panic.message);
            o.flag("while_cut_off", panic.while_cut_off);
            if let Some(follows) = &panic.follows {
                o.text("follows", follows);
            }
        }
        Detail::UnobservedPanic(panic) => {
            o.text("message", &panic.message);
            o.place("spawned", &panic.spawned);
        }
        Detail::PolledAfterCompletion(panic) => o.text("message", &panic.message),
        Detail::Deadlock(deadlock) => {
            o.flag("others_go_on", deadlock.others_go_on);
            o.flag("main_ended", deadlock.main_ended);
            o.list("waiting", &deadlock.waiting, waiting);
            o.list("cycle", &deadlock.cycle, edge);
            o.list("unreceived", &deadlock.unreceived, unreceived);
            o.list("left_alone", &deadlock.left_alone, pending);
        }
        Detail::LostWaker(lost) => {
            o.list("waiting", &lost.waiting, waiting);
            o.list("unreceived", &lost.unreceived, unreceived);
        }
        Detail::Futurelock(lock) => {
            o.object("awaited", |o| awaited(&lock.awaited, o));
            o.text(
                "has",
                match lock.has {
                    Has::Granted => "granted",
                    Has::First => "first",
                    Has::Holds => "holds",
                },
            );
            o.object("abandoned", |o| pending(&lock.abandoned, o));
            o.object("waiter", |o| pending(&lock.waiter, o));
            o.list("waiting", &lock.waiting, waiting);
            o.list("unreceived", &lock.unreceived, unreceived);
        }
        Detail::Livelock(livelock) => {
            o.number("polls", livelock.polls);
            o.number("operations", livelock.operations);
            o.list("spins", &livelock.spins, spin);
            busiest(&livelock.busiest, o);
        }
        Detail::Limit(limit) => {
            reached(limit.reached, o);
            busiest(&limit.busiest, o);
        }
        Detail::StuckTask(task) => o.list("waits", &task.waits, wait),
        Detail::UnawaitedTask(task) => match &task.doing {
            Doing::NotStarted => o.text("doing", "not_started"),
            Doing::Ready => o.text("doing", "ready"),
            Doing::Waiting { waits, lost } => {
                o.text("doing", "waiting");
                o.list("waits", waits, wait);
                o.flag("lost", *lost);
            }
        },
        Detail::NeverAwaited(future) => o.text("made_by", future.made_by),
        Detail::Blocking(blocking) => {
            o.duration("nanos", blocking.duration);
            o.number("ready", blocking.ready as u64);
        }
        Detail::Nondeterminism(kind) => match kind {
            Nondeterminism::WokenFromOutside => o.text("how", "woken_from_outside"),
            Nondeterminism::AbortedFromOutside => o.text("how", "aborted_from_outside"),
            Nondeterminism::RunsDiffer(lines) => {
                o.text("how", "runs_differ");
                o.texts("difference", lines);
            }
            Nondeterminism::RecordingDiffers => o.text("how", "recording_differs"),
            Nondeterminism::DifferenceNotSeenAgain => {
                o.text("how", "difference_not_seen_again");
            }
            Nondeterminism::NotSeenAgain(signature) => {
                o.text("how", "not_seen_again");
                o.text("signature", &signature.to_string());
            }
        },
        Detail::LongHold(hold) => {
            o.object("resource", |o| resource(&hold.resource, o));
            o.text("holder", &hold.holder);
            o.duration("held", hold.held);
            o.texts("waiting", &hold.waiting);
            o.duration("first_since", hold.first_since);
        }
        Detail::Leak(leak) => {
            o.object("resource", |o| resource(&leak.resource, o));
            o.text("by", &leak.task);
            o.duration("since", leak.since);
            o.text(
                "how",
                match leak.how {
                    Leaked::Kept => "kept",
                    Leaked::Forgotten => "forgotten",
                },
            );
        }
        Detail::AbandonedReceiver(receiver) => {
            o.object("channel", |o| resource(&receiver.channel, o));
            o.number("messages", receiver.messages as u64);
        }
        Detail::DroppedMessages(dropped) => {
            o.object("channel", |o| resource(&dropped.channel, o));
            o.number("messages", dropped.messages as u64);
        }
        Detail::Starvation(starvation) => o.number("steps", starvation.steps),
    }
}

fn resource(resource: &Resource, o: &mut Object<'_>) {
    o.text("kind", &snake_case(resource.kind));
    o.text("name", &resource.name);
    if let Some(made) = &resource.made {
        o.place("made", made);
    }
}

/// The name of a kind as JSON has it.
fn snake_case(kind: ResourceKind) -> String {
    kind.name().replace(' ', "_")
}

fn awaited(awaited: &Awaited, o: &mut Object<'_>) {
    match awaited {
        Awaited::Resource { resource: of, want } => {
            o.text("want", want.name());
            o.object("resource", |o| resource(of, o));
        }
        Awaited::Task(task) => o.text("end_of", task),
        Awaited::AnyTask(tasks) => o.number("end_of_any", u64::from(*tasks)),
        Awaited::Timer(Some(at)) => o.duration("timer", *at),
        Awaited::Timer(None) => o.text("timer", "never"),
    }
}

fn wait(wait: &Wait, o: &mut Object<'_>) {
    awaited(&wait.awaited, o);
    if let Some(place) = &wait.place {
        o.place("place", place);
    }
    o.list("owners", &wait.owners, |owner, o| {
        o.text(
            "role",
            match owner.role {
                Role::Holder => "holder",
                Role::Reader => "reader",
                Role::Writer => "writer",
                Role::Grantee => "grantee",
                Role::Ahead => "ahead",
                Role::Receiver => "receiver",
            },
        );
        o.text("task", &owner.task);
        o.place("place", &owner.place);
        o.flag("over", owner.over);
    });
    if let Some(call) = &wait.missed_call {
        o.object("missed_call", |o| {
            o.text("task", &call.task);
            o.duration("at", call.at);
        });
    }
}

fn waiting(task: &WaitingTask, o: &mut Object<'_>) {
    o.text("task", &task.task);
    if let Some(spawned) = &task.spawned {
        o.place("spawned", spawned);
    }
    o.list("waits", &task.waits, wait);
}

fn unreceived(unreceived: &Unreceived, o: &mut Object<'_>) {
    o.object("channel", |o| resource(&unreceived.channel, o));
    o.number("messages", unreceived.messages);
    if let Some((task, place)) = &unreceived.last_receiver {
        o.text("last_receiver", task);
        o.place("last_received", place);
    }
}

fn edge(edge: &Edge, o: &mut Object<'_>) {
    o.text("from", &edge.from);
    o.object("awaited", |o| awaited(&edge.awaited, o));
    o.text("to", &edge.to);
}

fn pending(future: &PendingFuture, o: &mut Object<'_>) {
    o.text("task", &future.task);
    awaited(&future.awaited, o);
    if let Some(place) = &future.place {
        o.place("place", place);
    }
    o.duration("since", future.since);
    o.duration("last_polled", future.last_polled);
    if let Some(granted) = future.granted {
        o.duration("granted", granted);
    }
}

fn busiest(busiest: &Busiest, o: &mut Object<'_>) {
    o.list("busiest", &busiest.tasks, |task, o| {
        waiting(&task.waiting, o);
        o.number("steps", u64::from(task.steps));
    });
    o.number("more", busiest.more as u64);
}

fn spin(spin: &Spin, o: &mut Object<'_>) {
    o.text("task", &spin.task);
    o.text("action", spin.action.name());
    o.object("resource", |o| resource(&spin.resource, o));
    o.place("place", &spin.place);
    o.number("times", spin.times);
    if let Some(closed) = &spin.closed {
        o.duration("closed", closed.at);
        if let Some(by) = &closed.by {
            o.text("closed_by", by);
        }
    }
}

fn reached(reached: Reached, o: &mut Object<'_>) {
    match reached {
        Reached::Tasks { alive, limit } => {
            o.text("reached", "tasks");
            o.number("alive", alive as u64);
            o.number("limit", limit as u64);
        }
        Reached::VirtualTime { limit } => {
            o.text("reached", "virtual_time");
            o.duration("limit", limit);
        }
        Reached::Steps { limit } => {
            o.text("reached", "steps");
            o.number("limit", limit);
        }
        Reached::WallTime { elapsed, limit } => {
            o.text("reached", "wall_time");
            o.duration("elapsed", elapsed);
            o.duration("limit", limit);
        }
    }
}

/// Writes one object.
struct Object<'a> {
    out: &'a mut String,
    first: bool,
}

impl Object<'_> {
    fn fill(out: &mut String, fill: impl FnOnce(&mut Object<'_>)) {
        out.push('{');
        fill(&mut Object { out, first: true });
        out.push('}');
    }

    fn key(&mut self, key: &str) {
        if !std::mem::take(&mut self.first) {
            self.out.push(',');
        }
        quoted(self.out, key);
        self.out.push(':');
    }

    fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        quoted(self.out, value);
    }

    fn place(&mut self, key: &str, value: &SourcePlace) {
        self.text(key, &value.to_string());
    }

    fn number(&mut self, key: &str, value: u64) {
        self.key(key);
        let _ = write!(self.out, "{value}");
    }

    /// Nanoseconds.
    fn duration(&mut self, key: &str, value: Duration) {
        self.number(key, u64::try_from(value.as_nanos()).unwrap_or(u64::MAX));
    }

    fn flag(&mut self, key: &str, value: bool) {
        self.key(key);
        let _ = write!(self.out, "{value}");
    }

    fn object(&mut self, key: &str, fill: impl FnOnce(&mut Object<'_>)) {
        self.key(key);
        Object::fill(self.out, fill);
    }

    fn list<T>(&mut self, key: &str, items: &[T], fill: impl Fn(&T, &mut Object<'_>)) {
        self.items(key, items, |item, out| {
            Object::fill(out, |o| fill(item, o));
        });
    }

    fn texts(&mut self, key: &str, items: &[String]) {
        self.items(key, items, |item, out| quoted(out, item));
    }

    fn items<T>(&mut self, key: &str, items: &[T], write: impl Fn(&T, &mut String)) {
        self.key(key);
        self.out.push('[');
        for (nth, item) in items.iter().enumerate() {
            if nth > 0 {
                self.out.push(',');
            }
            write(item, self.out);
        }
        self.out.push(']');
    }
}

/// A JSON string, RFC 8259 section 7.
fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
