//! What is known of each resource in a recorded run: who holds it since where, who receives from it, what lies in it.

use std::collections::VecDeque;

use super::held::{Held, Moment};
use super::permits::Permits;
use crate::base::ids::TaskNo;
use crate::base::place::Place;
use crate::base::resource::{Action, ResourceNo};
use crate::record::event::EventNo;
use crate::record::fact::{Fact, Hold, Level};
use crate::record::spin::Closing;

/// One resource.
#[derive(Debug, Default)]
struct Row {
    holders: Vec<Held>,
    /// Who last received, and where.
    receiver: Option<(TaskNo, Place)>,
    /// The sends of the messages that lie in it, oldest first.
    messages: VecDeque<EventNo>,
    /// The sends whose bytes were not all received, oldest first, and how many were not.
    bytes: VecDeque<(EventNo, u64)>,
    /// Who asked for the connection.
    connects: Option<EventNo>,
    /// The other direction of it.
    back: Option<ResourceNo>,
    /// Who last sent bytes, or has the end from which they are sent, and where.
    sender: Option<(TaskNo, Place)>,
    /// The last values that were published, newest first.
    published: VecDeque<EventNo>,
    /// How many were published.
    sends: u64,
    level: Option<Level>,
    /// Whether it is older than the run.
    from_before: bool,
    /// Where the senders were made that are there, and by whom.
    senders: Vec<(Place, TaskNo)>,
    /// Who last notified all when nobody waited, and when.
    missed_call: Option<(TaskNo, u64)>,
    /// Who closed it, when, and how.
    closed: Option<(TaskNo, u64, Closing)>,
    permits: Permits,
    /// The task whose waker the channel has although its wait was dropped, until the next message or wait.
    keeps_waker_of: Option<TaskNo>,
}

/// Published values of a resource that are remembered, at the most.
const MOST_PUBLISHED: usize = 256;

impl Row {
    /// So many bytes are received: gives the send of the last of them.
    fn take_bytes(&mut self, mut bytes: u64) -> Option<EventNo> {
        let mut last = None;
        while bytes > 0
            && let Some((event, sent)) = self.bytes.front_mut()
        {
            last = Some(*event);
            let taken = bytes.min(*sent);
            (bytes, *sent) = (bytes - taken, *sent - taken);
            if *sent == 0 {
                self.bytes.pop_front();
            }
        }
        last
    }
}

/// All resources of one run, by number.
#[derive(Debug, Default)]
pub(crate) struct Resources {
    rows: Vec<Row>,
    /// Who sent each datagram, by number: it may come late, twice, or never.
    datagrams: Vec<Option<EventNo>>,
}

impl Resources {
    fn row(&mut self, resource: ResourceNo) -> &mut Row {
        let at = resource.get() as usize;
        if at >= self.rows.len() {
            self.rows.resize_with(at + 1, Row::default);
        }
        &mut self.rows[at]
    }

    fn get(&self, resource: ResourceNo) -> Option<&Row> {
        self.rows.get(resource.get() as usize)
    }

    /// Takes in a fact. Gives what is known of a hold that it ends, and the event that caused it.
    pub(crate) fn note(&mut self, fact: &Fact, moment: Moment) -> Noted {
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
                let holders = &mut self.row(resource).holders;
                let nth = holders.iter().position(|held| held.hold == hold);
                noted.held = nth.map(|nth| holders.remove(nth));
            }
            Fact::Forgot {
                resource,
                permits,
                place,
            } => {
                let by = Held::new(Hold::NONE, Action::Adjust, place, moment);
                self.row(resource).permits.forget(by, permits);
            }
            Fact::Added { resource, permits } => self.row(resource).permits.add(permits, moment),
            Fact::GaveUp { resource, .. } => {
                let row = self.row(resource);
                // Who waits at a closed one was told to give up, and misses nothing.
                let missed = row.closed.is_none() && row.holders.is_empty();
                row.permits.in_vain |= missed && row.permits.is_short();
            }
            Fact::Sent { resource } => {
                let row = self.row(resource);
                row.keeps_waker_of = None;
                row.messages.push_back(moment.event);
            }
            Fact::Received {
                resource,
                messages,
                place,
            } => {
                let row = self.row(resource);
                row.receiver = Some((moment.task, place));
                noted.cause = row.messages.front().copied();
                row.messages.drain(..messages.min(row.messages.len()));
            }
            Fact::Published { resource } => {
                let row = self.row(resource);
                row.sends += 1;
                let published = &mut row.published;
                published.truncate(MOST_PUBLISHED - 1);
                published.push_front(moment.event);
            }
            Fact::Saw { resource, back } => {
                let published = &self.row(resource).published;
                noted.cause = usize::try_from(back)
                    .ok()
                    .and_then(|back| published.get(back).copied());
            }
            Fact::SentBytes {
                resource,
                bytes,
                place,
            } => {
                let row = self.row(resource);
                row.sender = Some((moment.task, place));
                row.bytes.push_back((moment.event, u64::from(bytes)));
            }
            Fact::ReceivedBytes {
                resource,
                bytes,
                place,
            } => {
                let row = self.row(resource);
                row.receiver = Some((moment.task, place));
                noted.cause = row.take_bytes(u64::from(bytes));
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
                self.row(resource).receiver = Some((moment.task, place));
                noted.cause = self.datagrams.get(number as usize).copied().flatten();
            }
            Fact::Connects {
                resource,
                back,
                place,
            } => {
                let row = self.row(resource);
                row.connects = Some(moment.event);
                row.back = Some(back);
                row.sender = Some((moment.task, place));
                let row = self.row(back);
                row.back = Some(resource);
                row.receiver = Some((moment.task, place));
            }
            Fact::Accepts {
                resource,
                back,
                place,
            } => {
                let row = self.row(resource);
                noted.cause = row.connects;
                row.receiver = Some((moment.task, place));
                self.row(back).sender = Some((moment.task, place));
            }
            Fact::Dropped { resource, .. } => self.row(resource).messages.clear(),
            Fact::NotifiedAll {
                resource,
                heard: false,
            } => self.row(resource).missed_call = Some((moment.task, moment.now)),
            Fact::Closed { resource, how } => {
                let closed = (moment.task, moment.now, how);
                self.row(resource).closed.get_or_insert(closed);
            }
            Fact::NotifiedAll { heard: true, .. }
            | Fact::Notified { .. }
            | Fact::Granted { .. }
            | Fact::Refused { .. }
            | Fact::Missed { .. }
            | Fact::Listens { .. }
            | Fact::CannotConnect { .. }
            | Fact::Reset { .. }
            | Fact::GotInLine
            | Fact::LeftLine => {}
        }
        noted
    }

    /// There is now so much of a resource.
    pub(crate) fn set_level(&mut self, resource: ResourceNo, level: Level) {
        self.row(resource).level = Some(level);
    }

    /// How much there is of it, if that is known.
    pub(crate) fn level(&self, resource: ResourceNo) -> Option<Level> {
        self.get(resource)?.level
    }

    /// This resource is older than the run.
    pub(crate) fn is_from_before(&mut self, resource: ResourceNo) {
        self.row(resource).from_before = true;
    }

    /// Whether permits of a semaphore are with those who took them before the run began: more are taken than is known here.
    /// One that is made in the run has none of those, however its permits were split and merged.
    pub(crate) fn has_unseen_holders(&self, semaphore: ResourceNo) -> bool {
        let Some(row) = self.get(semaphore).filter(|row| row.from_before) else {
            return false;
        };
        let Some(Level::Free { free, of }) = row.level else {
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
        self.get(resource)
            .map_or(0, |row| row.permits.count_missing())
    }

    /// A sender of a channel is made here.
    pub(crate) fn sender_made(&mut self, channel: ResourceNo, made: Place, by: TaskNo) {
        self.row(channel).senders.push((made, by));
    }

    /// One that was made here is gone. Says whether it was known.
    pub(crate) fn sender_gone(&mut self, channel: ResourceNo, made: Place) -> bool {
        let senders = &mut self.row(channel).senders;
        let nth = senders.iter().position(|sender| sender.0 == made);
        nth.map(|nth| senders.remove(nth)).is_some()
    }

    /// The senders that are there: where they were made, and by whom.
    pub(crate) fn senders(&self, channel: ResourceNo) -> &[(Place, TaskNo)] {
        self.get(channel).map_or(&[], |row| &row.senders)
    }

    /// How many values were published.
    pub(crate) fn sends(&self, resource: ResourceNo) -> u64 {
        self.get(resource).map_or(0, |row| row.sends)
    }

    /// Who holds this resource, in the order in which they took it.
    pub(crate) fn holders(&self, resource: ResourceNo) -> &[Held] {
        self.get(resource).map_or(&[], |row| &row.holders)
    }

    /// Whatever is held, by resource.
    pub(crate) fn all_held(&self) -> impl Iterator<Item = (ResourceNo, &Held)> {
        let rows = self.rows.iter().enumerate();
        rows.flat_map(|(at, row)| {
            row.holders
                .iter()
                .map(move |held| (ResourceNo(at as u32), held))
        })
    }

    /// Whether a semaphore has as many permits as at first, held ones included.
    pub(crate) fn has_fixed_permits(&self, resource: ResourceNo) -> bool {
        self.get(resource).is_none_or(|row| row.permits.are_fixed())
    }

    /// The resources of which permits are missing.
    pub(crate) fn short(&self) -> impl Iterator<Item = (ResourceNo, &Permits)> {
        let rows = self.rows.iter().enumerate();
        rows.filter(|(_, row)| row.permits.is_short())
            .map(|(at, row)| (ResourceNo(at as u32), &row.permits))
    }

    /// The resources with messages in them, and how many.
    pub(crate) fn unreceived(&self) -> impl Iterator<Item = (ResourceNo, u64)> {
        let rows = self.rows.iter().enumerate();
        rows.filter(|(_, row)| !row.messages.is_empty())
            .map(|(at, row)| (ResourceNo(at as u32), row.messages.len() as u64))
    }

    /// A wait for this channel's messages was dropped, and the channel keeps its task's waker; or another waits now.
    pub(crate) fn keeps_waker_of(&mut self, channel: ResourceNo, task: Option<TaskNo>) {
        self.row(channel).keeps_waker_of = task;
    }

    /// How many channels keep a waker of this task although it does not wait.
    pub(crate) fn kept_wakers(&self, task: TaskNo) -> usize {
        let rows = self.rows.iter();
        rows.filter(|row| row.keeps_waker_of == Some(task)).count()
    }

    /// Who last received from a channel, and where.
    pub(crate) fn receiver(&self, resource: ResourceNo) -> Option<(TaskNo, Place)> {
        self.get(resource)?.receiver
    }

    /// Who last sent bytes of a connection in this direction, or has the end from which they would be sent; and where.
    pub(crate) fn sender(&self, direction: ResourceNo) -> Option<(TaskNo, Place)> {
        self.get(direction)?.sender
    }

    /// The other direction of a connection.
    pub(crate) fn back(&self, direction: ResourceNo) -> Option<ResourceNo> {
        self.get(direction)?.back
    }

    /// Who closed it, when, and how.
    pub(crate) fn closed(&self, resource: ResourceNo) -> Option<(TaskNo, u64, Closing)> {
        self.get(resource)?.closed
    }

    /// Who last notified all when nobody waited, and when.
    pub(crate) fn missed_call(&self, resource: ResourceNo) -> Option<(TaskNo, u64)> {
        self.get(resource)?.missed_call
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
