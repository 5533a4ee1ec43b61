//! The journal: the list of events, hashed as it grows.
//!
//! Exploring keeps the hash only; a recorded run keeps its events, too. Both fold every event into the hash in the same
//! way, so both see the same hash.
//!
//! What is kept of a very long run is bounded: its first and its last [`MOST_AT_AN_END`] events, and the hash after
//! every [`CHECKPOINT`] events, so that where two runs part in what was left out, that stretch can be recorded in one run
//! more.

use std::collections::BTreeMap;

use super::ends::{Ends, Kept};
use super::event::{Entry, Event, EventNo, PlaceNo, TextNo, Verb};
use super::names::Names;
use super::stop::StopAt;
use crate::base::hash::Hash;
use crate::base::ids::TaskNo;
use crate::base::place::Place;
use crate::base::short::short;
use crate::choice::draw::Kind;

/// Events that are kept at the beginning of a run, and at its end.
pub(crate) const MOST_AT_AN_END: usize = 500_000;

/// Events from one checkpoint of the hash to the next.
pub(crate) const CHECKPOINT: u32 = 1_000;

/// As many tasks, and places, as most runs have, so that lists of them need not grow.
const USUAL_TASKS: usize = 8;

/// Which events of a recorded run are kept.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Keep {
    /// Both ends.
    Ends,
    /// Both ends, and a debugger stops at an event.
    StopAt(StopAt),
    /// The stretch that begins with this event, up to the next checkpoint.
    Stretch(EventNo),
}

/// Takes in events.
#[derive(Debug)]
pub(crate) struct Journal {
    hash: Hash,
    log: Option<Box<Log>>,
}

/// What a recorded run keeps.
#[derive(Debug)]
struct Log {
    entries: Ends<Entry>,
    texts: Ends<Box<str>>,
    places: Vec<Place>,
    place_numbers: BTreeMap<*const std::panic::Location<'static>, PlaceNo>,
    checkpoints: Vec<u64>,
    /// Events to the next checkpoint.
    to_checkpoint: u32,
    /// Where a debugger is to stop.
    stop_at: Option<StopAt>,
    causes: Causes,
    names: Names,
}

/// What may cause an event yet: kept as long as it may.
#[derive(Debug, Default)]
struct Causes {
    /// The event that last made each task ready, by its number.
    woken: Vec<Option<EventNo>>,
    /// The event that set each timer that is set.
    timers: BTreeMap<u32, EventNo>,
    /// The draw of the poll that is under way by which others go first.
    stands: Option<EventNo>,
}

/// What an event follows from.
enum Cause {
    Known(Option<EventNo>),
    /// Nothing that is known: it set this timer, and will be the cause of what becomes of it.
    OfSetting(u32),
    /// What set this timer.
    WhatSet(u32),
}

impl Journal {
    /// A journal that keeps nothing but the hash.
    pub(crate) fn hash_only() -> Journal {
        Journal {
            hash: Hash::new(),
            log: None,
        }
    }

    /// A journal that keeps events.
    pub(crate) fn recording(keep: Keep) -> Journal {
        let (skip, first, last) = match keep {
            Keep::Ends | Keep::StopAt(_) => (0, MOST_AT_AN_END, MOST_AT_AN_END),
            Keep::Stretch(from) => (from.get(), CHECKPOINT as usize, 0),
        };
        let stop_at = match keep {
            Keep::StopAt(stop_at) => Some(stop_at),
            Keep::Ends | Keep::Stretch(_) => None,
        };
        Journal {
            hash: Hash::new(),
            log: Some(Box::new(Log {
                entries: Ends::new(skip, first, last),
                texts: Ends::empty(MOST_AT_AN_END, MOST_AT_AN_END),
                places: Vec::with_capacity(USUAL_TASKS),
                place_numbers: BTreeMap::new(),
                checkpoints: Vec::new(),
                to_checkpoint: CHECKPOINT,
                stop_at,
                causes: Causes {
                    woken: Vec::with_capacity(USUAL_TASKS),
                    timers: BTreeMap::new(),
                    stands: None,
                },
                names: Names::for_tasks(USUAL_TASKS),
            })),
        }
    }

    /// Whether events are kept, and so whether names and causes for them are worth finding.
    #[inline(always)]
    pub(crate) fn is_recording(&self) -> bool {
        self.log.is_some()
    }

    /// Takes in an event.
    #[inline(always)]
    pub(crate) fn record(&mut self, at: u64, task: TaskNo, event: Event) {
        self.record_caused(at, task, None, event);
    }

    /// Takes in an event where none are kept.
    #[inline(always)]
    pub(crate) fn fold(&mut self, task: TaskNo, event: Event) {
        event.fold(&mut self.hash, task);
    }

    /// Takes in an event that was caused by this one.
    #[inline(always)]
    pub(crate) fn record_caused(
        &mut self,
        at: u64,
        task: TaskNo,
        cause: Option<EventNo>,
        event: Event,
    ) {
        event.fold(&mut self.hash, task);
        if let Some(log) = &mut self.log {
            log.keep(at, task, cause, event, self.hash);
        }
    }

    /// Takes in an event with a text.
    pub(crate) fn record_text(
        &mut self,
        at: u64,
        task: TaskNo,
        event: impl FnOnce(TextNo) -> Event,
        text: &str,
    ) {
        let number = self.text(text);
        let event = event(number);
        event.fold(&mut self.hash, task);
        self.hash.fold_str(text);
        if let Some(log) = &mut self.log {
            log.keep(at, task, None, event, self.hash);
        }
    }

    /// The part of [`Journal::record_text`] that the hash sees.
    pub(crate) fn fold_text(
        &mut self,
        task: TaskNo,
        event: impl FnOnce(TextNo) -> Event,
        text: &str,
    ) {
        event(TextNo(0)).fold(&mut self.hash, task);
        self.hash.fold_str(text);
    }

    /// The other part: keeps the event if events are kept.
    pub(crate) fn keep_text(
        &mut self,
        at: u64,
        task: TaskNo,
        event: impl FnOnce(TextNo) -> Event,
        text: &str,
    ) {
        let number = self.text(text);
        if let Some(log) = &mut self.log {
            log.keep(at, task, None, event(number), self.hash);
        }
    }

    /// The number of a text, which is kept if events are.
    pub(crate) fn text(&mut self, text: &str) -> TextNo {
        match &mut self.log {
            Some(log) => TextNo(log.texts.push(text.into())),
            None => TextNo(0),
        }
    }

    /// The number of a value's text, of an event that comes next. It goes into the hash before the event, so that a checkpoint of the
    /// event has it. What fits on a line is kept if events are, and no more of it is hashed: where two runs part can be shown.
    pub(crate) fn value(&mut self, text: &str) -> TextNo {
        let shown = short(text);
        self.hash.fold_str(&shown);
        self.text(&shown)
    }

    /// The number of a place.
    #[inline(always)]
    pub(crate) fn place(&mut self, place: Place) -> PlaceNo {
        match &mut self.log {
            Some(log) => log.place(place),
            None => PlaceNo::NONE,
        }
    }

    /// The clock has moved to `at`.
    #[inline(always)]
    pub(crate) fn clock(&mut self, at: u64) {
        self.hash.fold(at);
    }

    /// The number that the next event gets, if events are kept.
    pub(crate) fn next_number(&self) -> EventNo {
        EventNo(self.log.as_ref().map_or(0, |log| log.entries.total()))
    }

    /// The findings have new numbers: at the place of the old one stands the new one.
    pub(crate) fn renumber_findings(&mut self, new: &[u32]) {
        if new.is_empty() {
            return;
        }
        for entry in self.log.iter_mut().flat_map(|log| log.entries.iter_mut()) {
            if let Event::Found { finding, .. } = &mut entry.event {
                *finding = new[*finding as usize];
            }
        }
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash.get()
    }

    /// There is a task more; `path` is asked for if events are kept.
    #[inline(always)]
    pub(crate) fn add_task(&mut self, task: TaskNo, path: impl FnOnce() -> String) {
        if let Some(log) = &mut self.log {
            log.names.add_task(&path());
            log.causes.add_task(task);
        }
    }

    pub(crate) fn names_mut(&mut self) -> Option<&mut Names> {
        self.log.as_mut().map(|log| &mut log.names)
    }

    pub(crate) fn names(&self) -> Option<&Names> {
        self.log.as_ref().map(|log| &log.names)
    }

    /// What was kept.
    pub(crate) fn into_book(self) -> Book {
        let hash = self.hash();
        let Some(log) = self.log else {
            return Book {
                hash,
                ..Book::default()
            };
        };
        Book {
            hash,
            entries: log.entries.into_kept(),
            texts: log.texts.into_kept(),
            places: log.places,
            checkpoints: log.checkpoints,
            names: log.names,
        }
    }
}

impl Log {
    /// What it calls it calls last, so that it need not save what it knows.
    #[inline(never)]
    fn keep(&mut self, at: u64, task: TaskNo, cause: Option<EventNo>, event: Event, hash: Hash) {
        let entry = |cause| Entry::new(at, task, cause, event);
        if cause.is_some() {
            return self.push(entry(cause), hash);
        }
        match self.cause(task, event) {
            Cause::Known(cause) => self.push(entry(cause), hash),
            Cause::OfSetting(timer) => self.keep_set_timer(timer, entry(None), hash),
            Cause::WhatSet(timer) => self.keep_end_of_timer(timer, entry(None), hash),
        }
    }

    #[inline(never)]
    fn keep_set_timer(&mut self, timer: u32, entry: Entry, hash: Hash) {
        let number = EventNo(self.entries.total());
        self.causes.timers.insert(timer, number);
        self.push(entry, hash);
    }

    #[inline(never)]
    fn keep_end_of_timer(&mut self, timer: u32, entry: Entry, hash: Hash) {
        let cause = self.causes.timers.remove(&timer);
        self.push(entry.caused_by(cause), hash);
    }

    #[inline(always)]
    fn push(&mut self, entry: Entry, hash: Hash) {
        let to_checkpoint = self.to_checkpoint - 1;
        if to_checkpoint == 0 || !self.entries.has_room() || self.stop_at.is_some() {
            return self.push_seldom(entry, hash);
        }
        self.to_checkpoint = to_checkpoint;
        self.entries.push_into_room(entry);
    }

    /// [`Log::push`] where the list must grow, a checkpoint is due, or somebody waits for an event.
    #[cold]
    #[inline(never)]
    fn push_seldom(&mut self, entry: Entry, hash: Hash) {
        let number = EventNo(self.entries.push(entry));
        if let Some(stop_at) = self.stop_at {
            stop_at.kept(number);
        }
        self.to_checkpoint -= 1;
        if self.to_checkpoint == 0 {
            self.checkpoints.push(hash.get());
            self.to_checkpoint = CHECKPOINT;
        }
    }

    /// What an event follows from, as far as the events themselves tell; and what it may cause in turn.
    #[inline(always)]
    fn cause(&mut self, task: TaskNo, event: Event) -> Cause {
        let number = EventNo(self.entries.total());
        Cause::Known(match event {
            Event::Spawned { task: other, .. } | Event::Woke { task: other } => {
                self.causes.set_woken(other, number);
                self.before(task)
            }
            Event::Yielded => {
                self.causes.set_woken(task, number);
                self.causes.stands.take()
            }
            Event::Polled => {
                self.causes.stands = None;
                self.causes.woken(task)
            }
            Event::DrewTask {
                kind: Kind::Point, ..
            } => {
                self.causes.stands = Some(number);
                None
            }
            Event::TimerSet { timer, .. } => return Cause::OfSetting(timer),
            Event::TimerFired { timer } | Event::TimerCancelled { timer } => {
                return Cause::WhatSet(timer);
            }
            Event::Resource {
                verb: Verb::Grants, ..
            }
            | Event::AbortAsked { .. }
            | Event::Host { .. }
            | Event::UnhandledSignal { .. }
            | Event::Clock { .. } => self.before(task),
            Event::Link { .. } | Event::Links(_) => self.before(task),
            Event::Packet { .. }
            | Event::FaultBegan { .. }
            | Event::FaultEnded { .. }
            | Event::Calm
            | Event::Buggified { .. } => None,
            Event::Resource { .. }
            | Event::Read { .. }
            | Event::Wrote { .. }
            | Event::Missed { .. }
            | Event::Bytes { .. }
            | Event::Parked
            | Event::Completed
            | Event::Panicked { .. }
            | Event::Cancelled
            | Event::CutOff { .. }
            | Event::Waits { .. }
            | Event::WaitsForTask { .. }
            | Event::WaitsForAnyTask { .. }
            | Event::WaitsForTimer { .. }
            | Event::DrewTask { .. }
            | Event::Drew { .. }
            | Event::Blocked { .. }
            | Event::Took { .. }
            | Event::Advanced { .. }
            | Event::Output(_)
            | Event::Input(_)
            | Event::InputEnded
            | Event::Note(_)
            | Event::Failed { .. }
            | Event::Log(_)
            | Event::Found { .. } => None,
        })
    }

    /// The last event, if this task did it: then it is what the task is doing just now.
    fn before(&self, task: TaskNo) -> Option<EventNo> {
        let own = self
            .entries
            .newest()
            .is_some_and(|newest| newest.task == task);
        let newest = self.entries.total().checked_sub(1)?;
        own.then_some(EventNo(newest))
    }

    fn place(&mut self, place: Place) -> PlaceNo {
        let next = PlaceNo::nth(self.places.len());
        let number = *self.place_numbers.entry(place).or_insert(next);
        if number == next {
            self.places.push(place);
        }
        number
    }
}

impl Causes {
    /// Makes room for the tasks up to this one.
    fn add_task(&mut self, task: TaskNo) {
        self.woken.resize(task.get() as usize + 1, None);
    }

    #[inline(always)]
    fn woken(&self, task: TaskNo) -> Option<EventNo> {
        *self.woken.get(task.get() as usize)?
    }

    #[inline(always)]
    fn set_woken(&mut self, task: TaskNo, by: EventNo) {
        if let Some(woken) = self.woken.get_mut(task.get() as usize) {
            *woken = Some(by);
        }
    }
}

/// What a journal kept, once the run is over.
#[derive(Clone, Debug, Default)]
pub(crate) struct Book {
    pub(crate) hash: u64,
    pub(crate) entries: Kept<Entry>,
    pub(crate) texts: Kept<Box<str>>,
    pub(crate) places: Vec<Place>,
    /// The hash after each [`CHECKPOINT`] events.
    pub(crate) checkpoints: Vec<u64>,
    pub(crate) names: Names,
}
