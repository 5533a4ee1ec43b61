//! The JSON-lines form of a trace: one flat object an event.
//!
//! ```json
//! {"at":2000000000,"task":"main/cake","event":"prints","text":"Putting the cake in the oven."}
//! ```
//!
//! `at` is virtual time in ns; `task` is absent when the runtime itself acted. The writer is a few
//! lines of its own because the objects are flat and a serialisation library would be the largest
//! dependency of this crate.

use std::fmt::Write;

use super::event::Event;
use super::trace::Trace;
use crate::base::ids::TaskNo;

impl Trace {
    /// The trace as JSON lines, with a last line that holds the hash.
    pub fn to_json_lines(&self) -> String {
        let mut out = String::new();
        for entry in self.entries() {
            let mut object = Object::new(&mut out);
            object.number("at", entry.at);
            if entry.task != TaskNo::RUNTIME {
                object.text("task", self.path(entry.task));
            }
            self.fields(&entry.event, &mut object);
            object.end();
        }
        let mut object = Object::new(&mut out);
        object.text("hash", &format!("{:016x}", self.hash()));
        object.end();
        out
    }

    fn fields(&self, event: &Event, object: &mut Object<'_>) {
        let mut about = |name: &str, field: &str, value: &str| {
            object.text("event", name);
            if !field.is_empty() {
                object.text(field, value);
            }
        };
        match event {
            Event::Spawned { task, .. } => about("spawned", "other", self.path(*task)),
            Event::Polled => about("polled", "", ""),
            Event::Parked => about("parked", "", ""),
            Event::Yielded => about("yielded", "", ""),
            Event::Completed => about("completed", "", ""),
            Event::Panicked { message, .. } => about("panicked", "text", message),
            Event::Cancelled => about("cancelled", "", ""),
            Event::CutOff { task } => about("cut_off", "other", self.path(*task)),
            Event::Woke { task } => about("woke", "other", self.path(*task)),
            Event::AbortAsked { task } => about("abort_asked", "other", self.path(*task)),
            Event::Waits { what, .. } => about("waits", "text", what),
            Event::Output(line) => about("prints", "text", line),
            Event::Input(Some(line)) => about("reads", "text", line),
            Event::Input(None) => about("input_ended", "", ""),
            Event::Note(note) => about("note", "text", note),
            Event::Log(log) => about("log", "text", log),
            Event::Found(what) => about("finding", "text", what),
            Event::Drew { kind, choice } => {
                about("drew", "kind", kind.name());
                object.text("choice", choice);
            }
            Event::Resource { verb, resource } => {
                about(verb.name(), "resource", self.resource(*resource));
            }
            Event::TimerSet { timer, deadline } => {
                about("timer_set", "", "");
                object.number("timer", u64::from(*timer));
                object.number("deadline", *deadline);
            }
            Event::TimerFired { timer } => {
                about("timer_fired", "", "");
                object.number("timer", u64::from(*timer));
            }
            Event::TimerCancelled { timer } => {
                about("timer_cancelled", "", "");
                object.number("timer", u64::from(*timer));
            }
            Event::Blocked { nanos } => {
                about("blocked", "", "");
                object.number("nanos", *nanos);
            }
            Event::Advanced { nanos } => {
                about("advanced", "", "");
                object.number("nanos", *nanos);
            }
        }
    }
}

/// Writes one flat object.
struct Object<'a> {
    out: &'a mut String,
    first: bool,
}

impl<'a> Object<'a> {
    fn new(out: &'a mut String) -> Object<'a> {
        out.push('{');
        Object { out, first: true }
    }

    fn key(&mut self, key: &str) {
        if !std::mem::take(&mut self.first) {
            self.out.push(',');
        }
        self.quoted(key);
        self.out.push(':');
    }

    fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        self.quoted(value);
    }

    fn number(&mut self, key: &str, value: u64) {
        self.key(key);
        let _ = write!(self.out, "{value}");
    }

    /// A JSON string, RFC 8259 section 7.
    fn quoted(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                c if c < ' ' => {
                    let _ = write!(self.out, "\\u{:04x}", c as u32);
                }
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn end(self) {
        self.out.push_str("}\n");
    }
}
