//! What is known of each resource in a recorded run: who holds it since where, who receives from it, what lies in it.

use std::collections::VecDeque;

use super::held::{Held, Stamp};
use super::holders::Holders;
use super::permits::Permits;
use super::resource_row::{Channel, MOST_PUBLISHED, Row, Stream};
use crate::base::ids::TaskNo;
use crate::base::place::Place;
use crate::base::resource::{Action, ResourceNo};
use crate::record::event::EventNo;
use crate::record::fact::{Amount, Fact, Hold, Touch};
use crate::record::spin::Closing;

/// All resources of one run, by number.
#[derive(Debug, Default)]
pub(crate) struct Resources {
    rows: Vec<Option<Box<Row>>>,
    /// A row that is blank, for the next.
    spare: Option<Box<Row>>,
    /// Who sent each datagram, by number: it may come late, twice, or never.
    datagrams: Vec<Option<EventNo>>,
}

impl Resources {
    fn row(&mut self, resource: ResourceNo) -> &mut Row {
        let at = resource.get() as usize;
        if at >= self.rows.len() {
            self.rows.resize_with(at + 1, || None);
        }
        let spare = &mut self.spare;
        self.rows[at].get_or_insert_with(|| spare.take().unwrap_or_default())
    }

    fn get(&self, resource: ResourceNo) -> Option<&Row> {
        self.rows.get(resource.get() as usize)?.as_deref()
    }

    fn channel(&self, resource: ResourceNo) -> Option<&Channel> {
        self.get(resource)?.channel.as_deref()
    }

    fn stream(&self, resource: ResourceNo) -> Option<&Stream> {
        self.get(resource)?.stream.as_deref()
    }

    fn permits(&self, resource: ResourceNo) -> Option<&Permits> {
        self.get(resource)?.permits.as_deref()
    }

    /// Each of which something is known.
    fn known(&self) -> impl Iterator<Item = (ResourceNo, &Row)> {
        let rows = self.rows.iter().enumerate();
        rows.filter_map(|(at, row)| Some((ResourceNo(at as u32), row.as_deref()?)))
    }

    /// Keeps the memory of a resource of which nothing is known any more for the next.
    fn tidy(&mut self, resource: ResourceNo) {
        if let Some(row) = self.rows.get_mut(resource.get() as usize)
            && row.as_ref().is_some_and(|row| row.is_blank())
        {
            self.spare = row.take();
            if let Some(spare) = &mut self.spare {
                spare.gave_up = None;
            }
        }
    }

    /// Nobody can do anything with this channel any more.
    pub(crate) fn over(&mut self, channel: ResourceNo) {
        if let Some(Some(row)) = self.rows.get_mut(channel.get() as usize) {
            row.channel = None;
            row.closed = None;
            row.level = None;
            self.tidy(channel);
        }
    }

    fn over_if_nobody_is_left(&mut self, channel: ResourceNo) {
        // Who has senders of one that is older than the run is not known.
        let from_before = self.get(channel).is_some_and(|row| row.from_before);
        if !from_before && self.channel(channel).is_some_and(Channel::is_over) {
            self.over(channel);
        }
    }

    /// Takes in a fact. Gives what is known of a hold that it ends, and the event that caused it.
    pub(crate) fn note(&mut self, fact: &Fact, moment: Stamp) -> Noted {
        let mut noted = Noted::default();
        match *fact {
            Fact::Took {
                resource,
                hold,
                place,
                action,
            } => self
                .row(resource)
                .holders
                .push(Held::new(hold, action, place, moment)),
            Fact::Reserved {
                resource,
                hold,
                place,
            } => {
                self.row(resource)
                    .holders
                    .push(Held::new(hold, Action::Reserve(1), place, moment))
            }
            Fact::GaveBack { resource, hold, .. } | Fact::LetGo { resource, hold } => {
                let row = self.row(resource);
                noted.held = row.holders.remove(hold);
                row.trim();
                self.tidy(resource);
            }
            Fact::Forgot {
                resource,
                permits,
                place,
            } => {
                let by = Held::new(Hold::NONE, Action::Adjust, place, moment);
                let row = self.row(resource);
                row.permits().forget(by, permits);
                row.trim();
            }
            Fact::Added { resource, permits } => {
                self.row(resource).permits().add(permits, moment);
            }
            Fact::GaveUp { resource, since } => {
                let row = self.rows.get_mut(resource.get() as usize);
                if let Some(row) = row.and_then(Option::as_mut)
                    && !row.holders.is_empty()
                {
                    row.gave_up = Some(Box::new((moment.task, since, moment.now)));
                }
                // Who waits at a closed one was told to give up, and misses nothing.
                let missed = self.closed(resource).is_none() && self.holders(resource).is_empty();
                if missed && self.permits(resource).is_some_and(Permits::is_short) {
                    self.row(resource).permits().in_vain = true;
                }
            }
            Fact::Sent { resource } => {
                let channel = self.row(resource).channel();
                channel.keeps_waker_of = None;
                channel.events.push_back(moment.event);
            }
            Fact::Received {
                resource,
                messages,
                place,
            } => {
                let channel = self.row(resource).channel();
                channel.receiver = Some((moment.task, place));
                noted.cause = channel.events.front().copied();
                let messages = messages.min(channel.events.len());
                channel.events.drain(..messages);
            }
            Fact::Published { resource } => {
                let channel = self.row(resource).channel();
                channel.sends += 1;
                channel.events.truncate(MOST_PUBLISHED - 1);
                channel.events.push_front(moment.event);
            }
            Fact::Saw { resource, back } => {
                let channel = self.channel(resource);
                noted.cause = channel
                    .zip(usize::try_from(back).ok())
                    .and_then(|(channel, back)| channel.events.get(back).copied());
            }
            Fact::SentBytes {
                resource,
                bytes,
                place,
                ..
            } => {
                let stream = self.row(resource).stream();
                stream.user = Some((moment.task, place));
                stream.bytes.push_back((moment.event, u64::from(bytes)));
                stream.sent += u64::from(bytes);
            }
            Fact::ReceivedBytes {
                resource,
                bytes,
                place,
            } => {
                let row = self.row(resource);
                row.channel().receiver = Some((moment.task, place));
                noted.cause = row.stream().take_bytes(u64::from(bytes));
                self.reads(resource, moment.task, place);
            }
            Fact::SentDatagram { number, .. } => {
                let at = number as usize;
                if at >= self.datagrams.len() {
                    self.datagrams.resize(at + 1, None);
                }
                self.datagrams[at] = Some(moment.event);
            }
            Fact::ReceivedDatagram {
                resource,
                number,
                place,
                ..
            } => {
                self.row(resource).channel().receiver = Some((moment.task, place));
                noted.cause = self.datagrams.get(number as usize).copied().flatten();
            }
            Fact::Connects {
                resource,
                back,
                place,
            } => {
                let stream = self.row(resource).stream();
                stream.connects = Some(moment.event);
                stream.back = Some(back);
                stream.user = Some((moment.task, place));
                let row = self.row(back);
                row.stream().back = Some(resource);
                row.channel().receiver = Some((moment.task, place));
            }
            Fact::Accepts {
                resource,
                back,
                place,
            } => {
                let row = self.row(resource);
                noted.cause = row.stream().connects;
                row.channel().receiver = Some((moment.task, place));
                self.row(back).stream().user = Some((moment.task, place));
            }
            Fact::Dropped {
                resource, sends, ..
            } => {
                let channel = self.row(resource).channel();
                channel.receiver_gone = !sends;
                if channel.sends == 0 {
                    channel.events.clear();
                }
                self.over_if_nobody_is_left(resource);
            }
            Fact::NotifiedAll {
                resource,
                heard: false,
            } => {
                let call = (moment.task, moment.now);
                self.row(resource).missed_call = Some(Box::new(call));
            }
            Fact::Closed { resource, how } => {
                let closed = (moment.task, moment.now, how);
                let row = self.row(resource);
                row.closed.get_or_insert_with(|| Box::new(closed));
                row.trim();
            }
            Fact::Touched {
                resource, touch, ..
            } => match touch {
                Touch::Read => noted.cause = self.get(resource).and_then(|row| row.written),
                Touch::Wrote => self.row(resource).written = Some(moment.event),
            },
            Fact::NotifiedAll { heard: true, .. }
            | Fact::Notified { .. }
            | Fact::Granted { .. }
            | Fact::Refused { .. }
            | Fact::Missed { .. }
            | Fact::Listens { .. }
            | Fact::CannotConnect { .. }
            | Fact::Reset { .. }
            | Fact::Gone { .. }
            | Fact::GotInLine
            | Fact::LeftLine => {}
        }
        noted
    }

    /// There is now so much of a resource.
    pub(crate) fn set_level(&mut self, resource: ResourceNo, level: Amount) {
        self.row(resource).level = Some(level);
    }

    /// How much there is of it, if that is known.
    pub(crate) fn level(&self, resource: ResourceNo) -> Option<Amount> {
        self.get(resource)?.level
    }

    /// This resource is older than the run.
    pub(crate) fn is_from_before(&mut self, resource: ResourceNo) {
        self.row(resource).from_before = true;
    }

    /// Whether it is older than the run.
    pub(crate) fn is_older(&self, resource: ResourceNo) -> bool {
        self.get(resource).is_some_and(|row| row.from_before)
    }

    /// Whether permits of a semaphore are with those who took them before the run began: more are taken than is known here.
    /// One that is made in the run has none of those, however its permits were split and merged.
    pub(crate) fn has_unseen_holders(&self, semaphore: ResourceNo) -> bool {
        let Some(row) = self.get(semaphore).filter(|row| row.from_before) else {
            return false;
        };
        let Some(Amount::Free { free, of }) = row.level else {
            return false;
        };
        let known = row.holders.iter().filter_map(|held| {
            let Action::Acquire(permits) = held.action else {
                return None;
            };
            Some(u64::from(permits))
        });
        known.sum::<u64>() < of.saturating_sub(free)
    }

    /// How many permits of a semaphore were forgotten by their holders, and not added again.
    pub(crate) fn forgotten(&self, resource: ResourceNo) -> u64 {
        self.permits(resource).map_or(0, Permits::count_missing)
    }

    /// A sender of a channel is made here.
    pub(crate) fn sender_made(&mut self, channel: ResourceNo, made: Place, by: TaskNo) {
        self.row(channel).channel().senders.push_back((made, by));
    }

    /// One that was made here is gone. Says whether it was known.
    pub(crate) fn sender_gone(&mut self, channel: ResourceNo, made: Place) -> bool {
        let senders = &mut self.row(channel).channel().senders;
        let nth = senders.iter().position(|sender| sender.0 == made);
        let known = nth.and_then(|nth| senders.remove(nth)).is_some();
        if senders.is_empty() {
            // The last of them; there will hardly be more.
            *senders = VecDeque::new();
        }
        self.over_if_nobody_is_left(channel);
        known
    }

    /// The senders that are there: where they were made, and by whom.
    pub(crate) fn senders(&self, channel: ResourceNo) -> &VecDeque<(Place, TaskNo)> {
        const NONE: &VecDeque<(Place, TaskNo)> = &VecDeque::new();
        self.channel(channel)
            .map_or(NONE, |channel| &channel.senders)
    }

    /// How many values were published.
    pub(crate) fn sends(&self, resource: ResourceNo) -> u64 {
        self.channel(resource).map_or(0, |channel| channel.sends)
    }

    /// Who holds this resource, in the order in which they took it.
    pub(crate) fn holders(&self, resource: ResourceNo) -> &Holders {
        self.get(resource).map_or(Holders::NONE, |row| &row.holders)
    }

    /// Whatever is held, by resource.
    pub(crate) fn all_held(&self) -> impl Iterator<Item = (ResourceNo, &Held)> {
        self.known()
            .flat_map(|(number, row)| row.holders.iter().map(move |held| (number, held)))
    }

    /// Whether a semaphore has as many permits as at first, held ones included.
    pub(crate) fn has_fixed_permits(&self, resource: ResourceNo) -> bool {
        self.permits(resource).is_none_or(Permits::are_fixed)
    }

    /// The resources of which permits are missing.
    pub(crate) fn short(&self) -> impl Iterator<Item = (ResourceNo, &Permits)> {
        let permits = self
            .known()
            .filter_map(|(number, row)| Some((number, row.permits.as_deref()?)));
        permits.filter(|(_, permits)| permits.is_short())
    }

    /// The resources with messages in them, and how many.
    pub(crate) fn unreceived(&self) -> impl Iterator<Item = (ResourceNo, u64)> {
        let messages = self
            .known()
            .filter_map(|(number, row)| Some((number, row.channel.as_ref()?.messages() as u64)));
        messages.filter(|(_, messages)| *messages > 0)
    }

    /// A wait for this channel's messages was dropped, and the channel keeps its task's waker; or another waits now.
    pub(crate) fn keeps_waker_of(&mut self, channel: ResourceNo, task: Option<TaskNo>) {
        // Nothing need be written down to say that there is none.
        if task.is_some() || self.channel(channel).is_some() {
            self.row(channel).channel().keeps_waker_of = task;
        }
    }

    /// How many channels keep a waker of this task although it does not wait.
    pub(crate) fn kept_wakers(&self, task: TaskNo) -> usize {
        let keeps = |(_, row): &(ResourceNo, &Row)| {
            let channel = row.channel.as_ref();
            channel.is_some_and(|channel| channel.keeps_waker_of == Some(task))
        };
        self.known().filter(keeps).count()
    }

    /// Who last received from a channel, and where.
    pub(crate) fn receiver(&self, resource: ResourceNo) -> Option<(TaskNo, Place)> {
        self.channel(resource)?.receiver
    }

    /// A task reads bytes of a connection that come in this direction, and so uses the end from which those of the other are sent;
    /// also if it waits for them, or finds that no more will come.
    pub(crate) fn reads(&mut self, direction: ResourceNo, task: TaskNo, place: Place) {
        if let Some(back) = self.back(direction) {
            self.row(back).stream().user = Some((task, place));
        }
    }

    /// Who last used the end of a connection from which bytes in this direction are sent, and where.
    pub(crate) fn user(&self, direction: ResourceNo) -> Option<(TaskNo, Place)> {
        self.stream(direction)?.user
    }

    /// The other direction of a connection.
    pub(crate) fn back(&self, direction: ResourceNo) -> Option<ResourceNo> {
        self.stream(direction)?.back
    }

    /// How many bytes were sent in this direction, and how many of them were not received.
    pub(crate) fn bytes(&self, direction: ResourceNo) -> (u64, u64) {
        let Some(stream) = self.stream(direction) else {
            return (0, 0);
        };
        let unreceived = stream.bytes.iter().map(|&(_, bytes)| bytes).sum();
        (stream.sent, unreceived)
    }

    /// Whether the receiver of a channel is there.
    pub(crate) fn has_receiver(&self, channel: ResourceNo) -> bool {
        let gone = |channel: &Channel| channel.receiver_gone;
        self.channel(channel).is_some_and(|channel| !gone(channel))
    }

    /// Who gave up last while somebody held this, since when that one had waited, and when it gave up.
    pub(crate) fn gave_up(&self, resource: ResourceNo) -> Option<(TaskNo, u64, u64)> {
        self.get(resource)?.gave_up.as_deref().copied()
    }

    /// Who closed it, when, and how.
    pub(crate) fn closed(&self, resource: ResourceNo) -> Option<(TaskNo, u64, Closing)> {
        self.get(resource)?.closed.as_deref().copied()
    }

    /// Who last notified all when nobody waited, and when.
    pub(crate) fn missed_call(&self, resource: ResourceNo) -> Option<(TaskNo, u64)> {
        self.get(resource)?.missed_call.as_deref().copied()
    }
}

/// What a fact brought to light.
#[derive(Debug, Default)]
pub(crate) struct Noted {
    /// The hold that it ended.
    pub(crate) held: Option<Held>,
    /// The event that caused it.
    pub(crate) cause: Option<EventNo>,
}

#[cfg(test)]
mod tests;
