//! The trace: the list of events, hashed as it grows.
//!
//! Exploring keeps the hash only; a run that is looked at keeps every event. Both go through
//! [`Recorder::record`], so both see the same hash.
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

use super::event::{Entry, Event};
use super::finding::show_place;
use crate::base::hash::Hash;
use crate::base::ids::TaskNo;
use crate::base::span::Seconds;

/// Takes in events: hashes them, and keeps them when the run is to be looked at.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    hash: Hash,
    full: bool,
    entries: Vec<Entry>,
}

impl Recorder {
    pub(crate) fn new(full: bool) -> Recorder {
        Recorder {
            hash: Hash::new(),
            full,
            entries: Vec::new(),
        }
    }

    /// Whether events are kept, and so whether words for them are worth finding.
    #[inline(always)]
    pub(crate) fn is_full(&self) -> bool {
        self.full
    }

    pub(crate) fn record(&mut self, at: u64, task: TaskNo, event: Event) {
        event.fold(&mut self.hash, task);
        if self.full {
            self.keep(Entry { at, task, event });
        }
    }

    /// [`Recorder::record`] for an event that `make` can make twice: so the one that is hashed is never stored, and
    /// the compiler sees that it is nothing but its fingerprint.
    #[inline(always)]
    pub(crate) fn record_light(&mut self, at: u64, task: TaskNo, make: impl Fn() -> Event) {
        let event = make();
        event.fold(&mut self.hash, task);
        event.discard();
        if self.full {
            self.keep(Entry {
                at,
                task,
                event: make(),
            });
        }
    }

    /// The clock has moved to `at`.
    #[inline(always)]
    pub(crate) fn clock(&mut self, at: u64) {
        self.hash.fold(at);
    }

    #[cold]
    #[inline(never)]
    fn keep(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash.get()
    }

    pub(crate) fn take_entries(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.entries)
    }
}

/// What happened in a run, event by event; given by [`Run::trace`](crate::Run::trace).
///
/// Its `Display` form is made for snapshots: an event a line, with virtual time and task, without addresses, wall time and
/// source places. Equal runs have equal texts and equal [hashes](Trace::hash).
///
/// ```
/// use reweave::time::{Duration, sleep};
///
/// let brew = || async {
///     sleep(Duration::from_secs(180)).await;
///     reweave::note!("the tea is ready");
/// };
/// let (one, two) = (reweave::Sim::new().run(brew()), reweave::Sim::new().run(brew()));
/// let text = one.trace().to_string();
/// assert!(text.contains("180s  main  notes \"the tea is ready\""), "{text}");
/// assert_eq!(text, two.trace().to_string());
/// assert_eq!(one.trace().hash(), two.trace().hash());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Trace {
    entries: Vec<Entry>,
    /// The path of each task, by number.
    paths: Vec<String>,
    /// The name of each resource, by number from 1.
    resources: Vec<String>,
    hash: u64,
}

impl Trace {
    pub(crate) fn new(
        entries: Vec<Entry>,
        paths: Vec<String>,
        resources: Vec<String>,
        hash: u64,
    ) -> Trace {
        Trace {
            entries,
            paths,
            resources,
            hash,
        }
    }

    /// The events in the order in which they happened.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The 64-bit hash of the run. It is the same whether events were kept or not.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// The path of a task; `·` for the runtime.
    pub fn path(&self, task: TaskNo) -> &str {
        self.paths
            .get(task.get() as usize)
            .map_or("·", String::as_str)
    }

    /// The name of a lock or channel: `mutex#1`, or as [`named`](crate::sync::named) says.
    pub fn resource(&self, number: u32) -> &str {
        let nth = (number as usize).wrapping_sub(1);
        self.resources.get(nth).map_or("?", String::as_str)
    }

    /// One event as a line of text, without time and task.
    pub fn describe(&self, entry: &Entry) -> String {
        let path = |task: &TaskNo| self.path(*task);
        match &entry.event {
            Event::Spawned { task, .. } => format!("spawns {}", path(task)),
            Event::Polled => "polls".into(),
            Event::Parked => "parks".into(),
            Event::Yielded => "yields".into(),
            Event::Completed => "completes".into(),
            Event::Panicked { message, .. } => format!("panics: {message:?}"),
            Event::Cancelled => "is cancelled".into(),
            Event::CutOff { task } => format!("cuts off {}", path(task)),
            Event::Woke { task } => format!("wakes {}", path(task)),
            Event::AbortAsked { task } => format!("aborts {}", path(task)),
            Event::Waits { what, .. } => format!("waits for {what}"),
            Event::TimerSet { timer, deadline } => {
                format!("sets timer {timer} for {}", Seconds(*deadline))
            }
            Event::TimerFired { timer } => format!("timer {timer} fires"),
            Event::TimerCancelled { timer } => format!("cancels timer {timer}"),
            Event::Drew { kind, choice } => format!("draws {kind}: {choice}"),
            Event::Blocked { nanos } => format!("blocks everything for {}", Seconds(*nanos)),
            Event::Advanced { nanos } => format!("advances the clock by {}", Seconds(*nanos)),
            Event::Output(line) => format!("prints {line:?}"),
            Event::Input(Some(line)) => format!("reads {line:?}"),
            Event::Input(None) => "reads the end of input".into(),
            Event::Note(note) => format!("notes {note:?}"),
            Event::Resource { verb, resource } => format!("{verb} {}", self.resource(*resource)),
            Event::Log(log) => format!("logs {log}"),
            Event::Found(what) => format!("finding: {what}"),
        }
    }

    /// The text form with the source place of each spawn and panic.
    pub fn with_places(&self) -> String {
        self.text(true)
    }

    fn text(&self, places: bool) -> String {
        let widest = self
            .entries
            .iter()
            .map(|entry| self.path(entry.task).chars().count());
        let width = widest.max().unwrap_or(0);
        let mut text = String::new();
        for entry in &self.entries {
            let time = Seconds(entry.at).to_string();
            let (task, what) = (self.path(entry.task), self.describe(entry));
            let _ = write!(text, "{time:>12}  {task:<width$}  {what}");
            let place = match &entry.event {
                Event::Spawned { place, .. } => Some(show_place(place)),
                Event::Waits { place, .. } => place.map(show_place),
                Event::Panicked { place, .. } => place.clone(),
                _ => None,
            };
            if let Some(place) = place.filter(|_| places) {
                let _ = write!(text, "  at {place}");
            }
            text.push('\n');
        }
        text
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(false))
    }
}
