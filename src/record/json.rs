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

mod finding;
pub(crate) mod object;

pub(crate) use finding::finding;
use object::{Object, object};

use super::event::{ClockVerb, Event, Flow, Nanos, TextNo};
use super::finding::Finding;
use super::trace::Trace;
use crate::base::ids::TaskNo;
use crate::base::resource::ResourceNo;

/// The version of the form.
pub const VERSION: u64 = 1;

/// One object, on one line.
pub(crate) fn write_object(fill: impl FnOnce(&mut Object<'_>)) -> String {
    let mut out = String::new();
    Object::fill(&mut out, fill);
    out
}

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
        Event::DrewTask { kind, task, .. } => {
            about("drew");
            o.text("kind", kind.name());
            o.text("choice", trace.drawn(task));
        }
        Event::Drew {
            kind, choice, of, ..
        } => {
            about("drew");
            o.text("kind", kind.name());
            o.number("choice", u64::from(choice));
            o.number("of", u64::from(of));
        }
        Event::Resource { verb, resource } => {
            about(verb.name());
            named(trace, resource, o);
        }
        Event::Host { verb, host } => {
            about(verb.name());
            o.text("host", trace.host(host));
        }
        Event::UnhandledSignal { signal, host } => {
            about("unhandled_signal");
            o.text("signal", &signal.to_string());
            o.text("host", trace.host(host));
        }
        Event::Clock { verb, host, amount } => {
            about(verb.name());
            o.text("host", trace.host(host));
            let amount_of = match verb {
                ClockVerb::JumpsAhead | ClockVerb::JumpsBack => "nanos",
                ClockVerb::Gains | ClockVerb::Loses => "ppm",
            };
            o.number(amount_of, amount.get());
        }
        Event::Link { verb, from, to } => {
            about(verb.name());
            o.text("from", trace.machine(from));
            o.text("to", trace.machine(to));
        }
        Event::Links(verb) => about(verb.name()),
        Event::Packet {
            fate,
            from,
            to,
            bytes,
        } => {
            about(fate.name());
            o.text("from", trace.machine(from));
            o.text("to", trace.machine(to));
            o.number("bytes", u64::from(bytes));
        }
        Event::FaultBegan { fault, host, lasts } => {
            nanos("fault_began", "lasts", lasts, o);
            o.text("fault", fault.name());
            o.text("host", trace.host(host));
        }
        Event::FaultEnded { fault, host } => {
            about("fault_ended");
            o.text("fault", fault.name());
            o.text("host", trace.host(host));
        }
        Event::Calm => about("calm"),
        Event::Buggified { .. } => about("buggified"),
        Event::Read {
            resource, value, ..
        } => {
            about("read");
            named(trace, resource, o);
            o.text("value", trace.text(value));
        }
        Event::Wrote {
            resource, value, ..
        } => {
            about("wrote");
            named(trace, resource, o);
            o.text("value", trace.text(value));
        }
        Event::Missed { resource, values } => {
            about("missed");
            named(trace, resource, o);
            o.number("values", u64::from(values));
        }
        Event::Bytes {
            flow,
            resource,
            bytes,
            preview,
        } => {
            about(flow.name());
            named(trace, resource, o);
            o.number("bytes", u64::from(bytes));
            if flow == Flow::Sent {
                o.text("preview", trace.text(preview));
            }
        }
        Event::Failed {
            call,
            error,
            what,
            why,
            ..
        } => {
            about("failed");
            o.text("call", call.name());
            o.text("what", trace.text(what));
            o.text("error", &finding::error_name(error));
            o.text("why", trace.text(why));
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
        Event::Took { nanos: time } => nanos("took", "nanos", time, o),
        Event::Advanced { nanos: time } => nanos("advanced", "nanos", time, o),
    }
}

/// A resource with its kind.
fn named(trace: &Trace, resource: ResourceNo, o: &mut Object<'_>) {
    o.text("resource", trace.resource(resource));
    if let Some(resource) = trace.resource_name(resource) {
        o.text("resource_kind", &finding::snake_case(resource.kind));
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
