//! What is put on record: events, facts, resources.

use std::io;
use std::sync::{Arc, Weak};

use super::Run;
use crate::base::place::{Place, is_users};
use crate::base::resource::{Action, ResourceKind, ResourceNo};
use crate::choice::strategy::Observation;
use crate::diagnose::long_hold;
use crate::observe::busy::{Failed, What};
use crate::observe::elsewhere::Elsewhere;
use crate::observe::held::Stamp;
use crate::record::event::{Event, NetworkCall, TextNo};
use crate::record::fact::{Amount, Fact, Hold, Touch};
use crate::record::kind::FindingKind;
use crate::record::names::ResourceName;
use crate::run::names::Given;

/// Bytes that a trace shows of what is sent, at the most.
const PREVIEW: usize = 24;

impl Run {
    /// Puts an event of the running task onto the trace.
    #[inline(always)]
    pub(crate) fn record(&mut self, event: Event) {
        if self.draws.are_keyed() {
            self.record_keyed(event);
        } else {
            self.journal.fold(self.kernel.current_task(), event);
        }
    }

    /// [`Run::record`] where draws have keys.
    #[inline(always)]
    pub(in crate::run) fn record_keyed(&mut self, event: Event) {
        let task = self.kernel.current_task();
        self.journal.record(self.kernel.now(), task, event);
    }

    /// Puts an event with a text onto the trace.
    pub(crate) fn record_text(&mut self, event: impl FnOnce(TextNo) -> Event, text: &str) {
        let task = self.kernel.current_task();
        self.journal
            .record_text(self.kernel.now(), task, event, text);
    }

    /// What the running task asked of the network failed before there was this socket.
    pub(crate) fn failed(
        &mut self,
        call: NetworkCall,
        kind: Option<ResourceKind>,
        name: impl FnOnce(&mut Run) -> String,
        error: &io::Error,
        place: Place,
    ) {
        if !self.is_recorded() {
            return;
        }
        let name = name(self);
        self.record_failed(call, &name, error, place);
        let action = match call {
            NetworkCall::Bind => Action::Bind,
            NetworkCall::Connect => Action::Connect,
            // What is done with a socket that there is says so itself; and a name is none.
            NetworkCall::Accept | NetworkCall::Send | NetworkCall::LookUp => return,
        };
        let (now, task) = (self.kernel.now(), self.kernel.current_task());
        if let (Some(observer), Some(kind)) = (&mut self.observer, kind) {
            let why = error.to_string();
            let failed = Failed {
                action,
                kind,
                name,
                why,
            };
            observer.busy.note(now, task, What::Failed(failed), place);
        }
    }

    /// What the running task asked of this socket failed, with this address if there is one.
    pub(crate) fn failed_at(
        &mut self,
        call: NetworkCall,
        resource: ResourceNo,
        to: impl FnOnce(&mut Run) -> Option<String>,
        error: &io::Error,
        place: Place,
    ) {
        if !self.is_recorded() {
            return;
        }
        let to = to(self);
        let names = self.journal.names();
        let socket = names.and_then(|names| names.resource(resource));
        let socket = socket.map_or("", |socket| socket.name);
        let name = match to {
            Some(to) => format!("{socket} → {to}"),
            None => socket.to_owned(),
        };
        self.record_failed(call, &name, error, place);
    }

    fn record_failed(&mut self, call: NetworkCall, name: &str, error: &io::Error, place: Place) {
        let place = is_users(place).then(|| self.journal.place(place));
        let (what, why) = (
            self.journal.text(name),
            self.journal.text(&error.to_string()),
        );
        self.record(Event::Failed {
            call,
            error: error.kind(),
            what,
            why,
            place,
        });
    }

    /// The running task did something with a resource.
    #[inline(always)]
    pub(crate) fn emit(&mut self, fact: Fact) {
        self.counters.note(&fact);
        if self.draws.are_keyed() {
            // A copy, so that a fact need not lie in memory where draws have no keys.
            self.emit_keyed(&{ fact });
        } else if let Some(event) = fact.event() {
            self.journal.fold(self.kernel.current_task(), event);
        }
        if let Some((_, since)) = long_hold::waited_since(&fact)
            && !self.is_recorded()
            && !self.is_dead()
            && self.now().saturating_sub(since) >= self.setup.long_hold
        {
            self.suspect(&[FindingKind::LongHold]);
        }
    }

    /// The running task read or wrote a watched value at this place, which is or becomes what the text shows.
    pub(crate) fn touch(&mut self, resource: ResourceNo, touch: Touch, value: &str, place: Place) {
        let value = self.journal.value(value);
        let place = self.journal.place(place);
        self.emit(Fact::Touched {
            resource,
            touch,
            value,
            place,
        });
    }

    /// The first of so many bytes as text, for an event that comes next; only a recorded run has it.
    #[inline(always)]
    pub(crate) fn preview<'b>(
        &mut self,
        parts: impl Iterator<Item = &'b [u8]>,
        count: usize,
    ) -> TextNo {
        if !self.journal.is_recording() {
            return TextNo::NONE;
        }
        let mut text = String::with_capacity(PREVIEW + '…'.len_utf8());
        for &byte in parts.flatten().take(count.min(PREVIEW)) {
            // Most are plain, and need no more than their place.
            match byte {
                b'"' | b'\\' | b'\'' | ..b' ' | b'\x7f'.. => {
                    text.extend(byte.escape_ascii().map(char::from));
                }
                plain => text.push(char::from(plain)),
            }
        }
        if count > PREVIEW {
            text.push('…');
        }
        self.journal.text(&text)
    }

    /// The moment of a fact that is told now.
    pub(super) fn moment(&self) -> Stamp {
        Stamp {
            task: self.current_task(),
            now: self.now(),
            event: self.journal.next_number(),
        }
    }

    /// Where facts are told that other threads know, if the run is recorded.
    pub(crate) fn elsewhere(&self) -> Weak<Elsewhere> {
        let observer = self.observer.as_ref();
        observer.map_or_else(Weak::new, |observer| Arc::downgrade(&observer.elsewhere))
    }

    #[inline(never)]
    pub(in crate::run) fn emit_keyed(&mut self, fact: &Fact) {
        let moment = self.moment();
        let noted = match &mut self.observer {
            Some(observer) => observer.note(fact, moment),
            None => Default::default(),
        };
        if let Some(event) = fact.event() {
            self.journal
                .record_caused(moment.now, moment.task, noted.cause, event);
        }
        if let Some(keyed) = self.draws.keyed()
            && keyed.interest().accesses
            && let Some(operation) = fact.operation()
        {
            let task = moment.task;
            keyed.observe(Observation::Accessed { task, operation });
        }
        if long_hold::waited_since(fact).is_some() && !self.is_cutting_off() {
            let limit = self.setup.long_hold;
            let look = self.look();
            let seen = look.map(|look| long_hold::all(look, fact, noted.held, limit));
            seen.into_iter()
                .flatten()
                .for_each(|seen| self.report(seen));
        }
    }

    /// Gives a resource that is made, or used for the first time, its number; and a name, in a recorded run.
    pub(crate) fn register(
        &mut self,
        kind: ResourceKind,
        given: Option<&Arc<str>>,
        made: Option<Place>,
    ) -> ResourceNo {
        if let Some(names) = self.journal.names_mut() {
            let name = self.names.next(kind, given);
            let name = &name;
            names.add_resource(ResourceName { kind, name, made });
        }
        self.number_resource(made)
    }

    /// The number of a resource that was made here, if that is known.
    fn number_resource(&mut self, made: Option<Place>) -> ResourceNo {
        let number = self.counters.number_resource();
        self.draws.made_at(number, made);
        number
    }

    /// The number of a resource of which another tag was met in this run, by what these have in common.
    pub(crate) fn kin(&self, kin: u64) -> Option<ResourceNo> {
        self.names.kin(kin)
    }

    /// The number of a resource of which other tags may be met in this run.
    pub(crate) fn set_kin(&mut self, kin: u64, number: ResourceNo) {
        self.names.set_kin(kin, number);
    }

    /// This resource is older than the run, which does not know who has what of it.
    pub(crate) fn is_from_before(&mut self, resource: ResourceNo) {
        if let Some(observer) = &mut self.observer {
            observer.resources.is_from_before(resource);
        }
    }

    /// Gives a resource that is made here its number; and in a recorded run this name.
    pub(crate) fn register_as(
        &mut self,
        kind: ResourceKind,
        name: impl FnOnce(&mut Run) -> String,
        made: Place,
    ) -> ResourceNo {
        if self.is_recorded() {
            let name = name(self);
            let name = self.names.next_of(&name);
            if let Some(names) = self.journal.names_mut() {
                let made = Some(made);
                let name = &name;
                names.add_resource(ResourceName { kind, name, made });
            }
        }
        self.number_resource(Some(made))
    }

    /// There is now so much of a resource.
    pub(crate) fn set_level(&mut self, resource: ResourceNo, level: Amount) {
        if let Some(observer) = &mut self.observer {
            observer.resources.set_level(resource, level);
        }
    }

    /// The running task makes a sender of a channel here.
    pub(crate) fn sender_made(&mut self, channel: ResourceNo, made: Place) {
        let by = self.current_task();
        if let Some(observer) = &mut self.observer {
            observer.resources.sender_made(channel, made, by);
        }
    }

    /// A sender that was made at this place is gone, which lay here in memory.
    pub(crate) fn sender_gone(&mut self, channel: ResourceNo, made: Place, at: usize) {
        if let Some(observer) = &mut self.observer {
            observer.sender_gone(channel, made, at);
        }
    }

    /// Nobody can do anything with this channel any more.
    pub(crate) fn resource_over(&mut self, channel: ResourceNo) {
        if let Some(observer) = &mut self.observer {
            observer.resources.over(channel);
        }
    }

    /// The messages of a channel are dropped from now on, which nobody received.
    pub(crate) fn begin_unread(&mut self, channel: ResourceNo) {
        if let Some(observer) = &mut self.observer {
            observer.keepers.begin_unread(channel);
        }
    }

    /// They are dropped.
    pub(crate) fn end_unread(&mut self) {
        if let Some(observer) = &mut self.observer {
            observer.keepers.end_unread();
        }
    }

    /// Sets the name for resources that are made from now on; gives the one before.
    pub(crate) fn give_name(&mut self, name: Option<Given>) -> Option<Given> {
        self.names.give(name)
    }

    /// The name for a resource that is made now.
    pub(crate) fn given_name(&self) -> Option<Given> {
        self.names.given()
    }

    /// The number of a hold that begins.
    #[inline(always)]
    pub(crate) fn number_hold(&mut self) -> Hold {
        self.counters.number_hold()
    }
}
