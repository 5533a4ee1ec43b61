//! The trace: what happened in a run, event by event.
//!
//! The text form is made for snapshots: virtual time, task, event; no addresses, no wall time, and
//! source lines only when asked.
//!
//! ```text
//!       0s  main           spawns main/cake
//!       0s  main           parks
//!       0s  main/cake      polls
//!       0s  main/cake      prints "Preheating the oven..."
//!       0s  main/cake      sets timer 1 for 2s
//!       0s  main/cake      parks
//!       2s  ·              timer 1 fires
//!       2s  ·              wakes main/cake
//! ```

use std::fmt::{self, Write};

use super::event::{ClockVerb, Entry, Event, EventNo, PlaceNo, TextNo};
use super::journal::Book;
use super::names::ResourceName;
use crate::base::count::counted;
use crate::base::ids::{HostNo, TaskNo};
use crate::base::place::{Place, SourcePlace};
use crate::base::resource::ResourceNo;
use crate::base::short::beginning;
use crate::base::span::{FAR, Seconds};
use crate::choice::draw::Kind;

/// So much of the message of a panic stands in a list of events: a report has it in full above.
const PANIC: usize = 40;

/// What happened in a run, event by event.
///
/// Of a very long run the first and the last 500,000 events are kept; see [`Trace::left_out`].
///
/// ```
/// let run = reweave::Sim::new().run(async { reweave::note!("here") });
/// assert!(run.trace().to_string().contains("main  notes \"here\""));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Trace {
    book: Book,
}

impl Trace {
    pub(crate) fn new(book: Book) -> Trace {
        Trace { book }
    }

    pub(super) fn book(&self) -> &Book {
        &self.book
    }

    /// The events in the order in which they happened.
    pub fn entries(&self) -> &[Entry] {
        self.book.entries.values()
    }

    /// The event with this number, if it was kept.
    pub fn entry(&self, number: EventNo) -> Option<&Entry> {
        self.book.entries.get(number.get())
    }

    /// The number of the event in this place of [`Trace::entries`]. The two differ where events were left out.
    pub fn number(&self, at: usize) -> EventNo {
        EventNo(self.book.entries.number(at))
    }

    /// The place in [`Trace::entries`] of the event with this number, if it was kept.
    pub(crate) fn place_in(&self, number: EventNo) -> Option<usize> {
        self.book.entries.place(number.get())
    }

    /// The name of the host on which a task runs, or none for the default host.
    pub(crate) fn host_of(&self, task: TaskNo) -> Option<&str> {
        self.path(task).split_once(':').map(|(host, _)| host)
    }

    /// How many events were left out, and before which place of [`Trace::entries`]; `(0, …)` if none.
    pub fn left_out(&self) -> (u32, usize) {
        self.book.entries.left_out()
    }

    /// The 64-bit hash of the run. It is the same whether events were kept or not.
    pub fn hash(&self) -> u64 {
        self.book.hash
    }

    /// The hash after each 1,000 events.
    pub(crate) fn checkpoints(&self) -> &[u64] {
        &self.book.checkpoints
    }

    /// The path of a task; `·` for the runtime.
    pub fn path(&self, task: TaskNo) -> &str {
        self.book.names.path(task)
    }

    /// The name of a host, as it was given; empty for the default one.
    pub fn host(&self, host: HostNo) -> &str {
        self.book.names.host(host)
    }

    /// The names of all hosts but the default one, by number from 1.
    pub(crate) fn hosts(&self) -> &[String] {
        self.book.names.hosts()
    }

    /// The name of a host as an end of a link: that of the default host is `main`.
    pub(crate) fn machine(&self, host: HostNo) -> &str {
        match host {
            HostNo::DEFAULT => "main",
            host => self.host(host),
        }
    }

    /// The name of a resource: `mutex#1`, or as [`named`](crate::sync::named) says.
    pub fn resource(&self, number: ResourceNo) -> &str {
        self.resource_name(number)
            .map_or("?", |resource| resource.name)
    }

    pub(crate) fn resource_name(&self, number: ResourceNo) -> Option<ResourceName<'_>> {
        self.book.names.resource(number)
    }

    /// A text of an event; empty if it was left out.
    pub fn text(&self, number: TextNo) -> &str {
        self.book.texts.get(number.0).map_or("", |text| text)
    }

    /// A place of an event.
    pub fn place(&self, number: PlaceNo) -> Place {
        self.book.places[number.get()]
    }

    /// Where in the source an event happened, as far as that is kept.
    pub(crate) fn place_of(&self, event: Event) -> Option<String> {
        let show = |place: PlaceNo| SourcePlace::from(self.place(place)).to_string();
        match event {
            Event::Spawned { place, .. }
            | Event::Buggified { place }
            | Event::Read { place, .. }
            | Event::Wrote { place, .. } => Some(show(place)),
            Event::Waits { place, .. }
            | Event::WaitsForTask { place, .. }
            | Event::WaitsForAnyTask { place, .. }
            | Event::Drew { place, .. }
            | Event::DrewTask { place, .. }
            | Event::Failed { place, .. } => place.map(show),
            Event::Panicked { place, .. } => place.map(|place| self.text(place).to_owned()),
            Event::Polled
            | Event::Parked
            | Event::Yielded
            | Event::Completed
            | Event::Cancelled
            | Event::CutOff { .. }
            | Event::Woke { .. }
            | Event::AbortAsked { .. }
            | Event::WaitsForTimer { .. }
            | Event::TimerSet { .. }
            | Event::TimerFired { .. }
            | Event::TimerCancelled { .. }
            | Event::Blocked { .. }
            | Event::Took { .. }
            | Event::Advanced { .. }
            | Event::Output(_)
            | Event::Input(_)
            | Event::InputEnded
            | Event::Note(_)
            | Event::Resource { .. }
            | Event::Missed { .. }
            | Event::Bytes { .. }
            | Event::Log(_)
            | Event::Host { .. }
            | Event::Link { .. }
            | Event::Links(_)
            | Event::Packet { .. }
            | Event::UnhandledSignal { .. }
            | Event::Clock { .. }
            | Event::FaultBegan { .. }
            | Event::FaultEnded { .. }
            | Event::Calm
            | Event::Found { .. } => None,
        }
    }

    /// One event as a line of text, without time and task. Of the message of a panic it has the beginning.
    pub fn describe(&self, entry: &Entry) -> String {
        let Event::Panicked { message, .. } = entry.event else {
            return self.in_full(entry);
        };
        format!("panics: {:?}", beginning(self.text(message), PANIC))
    }

    /// One event with all its text.
    pub(super) fn in_full(&self, entry: &Entry) -> String {
        let path = |task: TaskNo| self.path(task);
        match entry.event {
            Event::Spawned { task, .. } => format!("spawns {}", path(task)),
            Event::Polled => "polls".into(),
            Event::Parked => "parks".into(),
            Event::Yielded => match self.first_to_go(entry) {
                Some(task) => format!("lets {} go first", path(task)),
                None => "yields".into(),
            },
            Event::Completed => "completes".into(),
            Event::Panicked { message, .. } => format!("panics: {:?}", self.text(message)),
            Event::Cancelled => "is cancelled".into(),
            Event::CutOff { task } => format!("cuts off {}", path(task)),
            Event::Woke { task } => format!("wakes {}", path(task)),
            Event::AbortAsked { task } => format!("aborts {}", path(task)),
            Event::Waits { want, resource, .. } => {
                format!("waits for {}{}", want.lead(), self.resource(resource))
            }
            Event::WaitsForTask { task, .. } => format!("waits for the end of {}", path(task)),
            Event::WaitsForAnyTask { tasks, .. } => {
                format!("waits for the end of any of {}", counted(tasks, "task"))
            }
            Event::WaitsForTimer { deadline } if deadline.get() == FAR => {
                "waits for a timer that never fires".into()
            }
            Event::WaitsForTimer { deadline } => {
                format!("waits for a timer at {}", Seconds(deadline.get()))
            }
            Event::TimerSet { timer, deadline } => {
                format!("sets timer {timer} for {}", Seconds(deadline.get()))
            }
            Event::TimerFired { timer } => format!("timer {timer} fires"),
            Event::TimerCancelled { timer } => format!("cancels timer {timer}"),
            Event::DrewTask { kind, task, .. } => format!("draws {kind}: {}", self.drawn(task)),
            Event::Drew { kind, choice, .. } => format!("draws {kind}: {choice}"),
            Event::Blocked { nanos } => format!("blocks everything for {}", Seconds(nanos.get())),
            Event::Took { nanos } => format!("takes {}", Seconds(nanos.get())),
            Event::Advanced { nanos } => {
                format!("advances the clock by {}", Seconds(nanos.get()))
            }
            Event::Output(line) => format!("prints {:?}", self.text(line)),
            Event::Input(line) => format!("reads {:?}", self.text(line)),
            Event::InputEnded => "reads the end of input".into(),
            Event::Note(note) => format!("notes {:?}", self.text(note)),
            Event::Resource { verb, resource } => {
                format!("{} {}", verb.words(), self.resource(resource))
            }
            Event::Read {
                resource, value, ..
            } => {
                let value = escaped(self.text(value));
                format!("reads {} = {value}", self.resource(resource))
            }
            Event::Wrote {
                resource, value, ..
            } => {
                let value = escaped(self.text(value));
                format!("writes {} = {value}", self.resource(resource))
            }
            Event::Missed { resource, values } => {
                let values = counted(values, "value");
                format!("has missed {values} of {}", self.resource(resource))
            }
            Event::Bytes {
                flow,
                resource,
                bytes,
                ..
            } => {
                let bytes = match bytes {
                    1 => "1 byte".to_owned(),
                    bytes => format!("{bytes} bytes"),
                };
                format!("{} {bytes} of {}", flow.words(), self.resource(resource))
            }
            Event::Failed {
                call, what, why, ..
            } => {
                let (what, why) = (self.text(what), self.text(why));
                format!("{} {what}: {why}", call.words())
            }
            Event::Log(log) => format!("logs {}", self.text(log)),
            Event::Host { verb, host } => format!("{} {:?}", verb.words(), self.host(host)),
            Event::UnhandledSignal { signal, host } => {
                format!(
                    "sends {signal}, which is not handled, to host {:?}",
                    self.host(host)
                )
            }
            Event::Clock { verb, host, amount } => {
                let (host, time) = (self.host(host), Seconds(amount.get()));
                let ppm = amount.get();
                match verb {
                    ClockVerb::JumpsAhead => {
                        format!("sets the clock of host {host:?} ahead by {time}")
                    }
                    ClockVerb::JumpsBack => {
                        format!("sets the clock of host {host:?} back by {time}")
                    }
                    ClockVerb::Gains => format!("lets the clock of host {host:?} gain {ppm} ppm"),
                    ClockVerb::Loses => format!("lets the clock of host {host:?} lose {ppm} ppm"),
                }
            }
            Event::Link { verb, from, to } => {
                let (from, to) = (self.machine(from), self.machine(to));
                format!("{} the link {from} > {to}", verb.words())
            }
            Event::Links(verb) => format!("{} all other links", verb.words()),
            Event::Packet {
                fate,
                from,
                to,
                bytes,
            } => {
                let (from, to) = (self.machine(from), self.machine(to));
                let bytes = counted(bytes as usize, "byte");
                format!("packet {from} > {to} of {bytes} {}", fate.words())
            }
            Event::FaultBegan { fault, host, lasts } => {
                let (host, lasts) = (self.host(host), Seconds(lasts.get()));
                format!("fault: {fault} strikes host {host:?} for {lasts}")
            }
            Event::FaultEnded { fault, host } => {
                format!("fault: {fault} of host {:?} is over", self.host(host))
            }
            Event::Calm => "faults are over: the calm phase begins".into(),
            Event::Buggified { .. } => "fault: buggify".into(),
            Event::Found { kind, .. } => format!("finding: {kind}"),
        }
    }

    /// The task that went first where this one stood at a scheduling point, and did not yield by itself.
    fn first_to_go(&self, entry: &Entry) -> Option<TaskNo> {
        let Event::DrewTask {
            kind: Kind::Point,
            task,
            ..
        } = self.entry(entry.cause()?)?.event
        else {
            return None;
        };
        Some(task)
    }

    /// A task that was drawn; the runtime is drawn to end the run.
    pub(crate) fn drawn(&self, task: TaskNo) -> &str {
        match task {
            TaskNo::RUNTIME => "runtime",
            task => self.path(task),
        }
    }

    /// The text form with the source place of each spawn, wait and panic, of each access to a watched value, of what the code
    /// under test drew, and of each call of the network that failed at once.
    pub fn with_places(&self) -> String {
        self.to_text(true)
    }

    fn to_text(&self, places: bool) -> String {
        let entries = self.entries();
        let widest = entries
            .iter()
            .map(|entry| self.path(entry.task).chars().count());
        let width = widest.max().unwrap_or(0);
        let (left_out, before) = self.left_out();
        let mut text = String::new();
        for (at, entry) in entries.iter().enumerate() {
            if left_out > 0 && at == before {
                let were = if left_out == 1 { "was" } else { "were" };
                let events = counted(left_out, "event");
                let _ = writeln!(text, "… {events} {were} left out …");
            }
            let time = Seconds(entry.at).to_string();
            let (task, what) = (self.path(entry.task), self.in_full(entry));
            let _ = write!(text, "{time:>12}  {task:<width$}  {what}");
            if let Some(place) = self.place_of(entry.event).filter(|_| places) {
                let _ = write!(text, "  at {place}");
            }
            text.push('\n');
        }
        text
    }
}

/// A text that bears its own quotes: what is no plain character is escaped, and nothing else.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\'' | '\\' => escaped.push(c),
            c => escaped.extend(c.escape_debug()),
        }
    }
    escaped
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text(false))
    }
}
