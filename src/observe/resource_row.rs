//! What is known of one resource.
//!
//! A run may make hundreds of thousands, so what few have lies apart, and lists that are empty for good give their memory back.

use std::collections::VecDeque;

use super::holders::Holders;
use super::permits::Permits;
use crate::base::ids::TaskNo;
use crate::base::place::Place;
use crate::base::resource::ResourceNo;
use crate::record::event::EventNo;
use crate::record::fact::Amount;
use crate::record::spin::Closing;

/// See the top of this file. One of which nothing is known takes no memory.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) holders: Holders,
    pub(super) level: Option<Amount>,
    pub(super) channel: Option<Box<Channel>>,
    pub(super) stream: Option<Box<Stream>>,
    pub(super) permits: Option<Box<Permits>>,
    /// Who last notified all when nobody waited, and when.
    pub(super) missed_call: Option<Box<(TaskNo, u64)>>,
    /// Who closed it, when, and how.
    pub(super) closed: Option<Box<(TaskNo, u64, Closing)>>,
    /// Who gave up last while somebody held it, since when that one had waited, and when it gave up. Nothing worth a row.
    pub(super) gave_up: Option<Box<(TaskNo, u64, u64)>>,
    /// The last write of a watched value.
    pub(super) written: Option<EventNo>,
    /// Whether it is older than the run.
    pub(super) from_before: bool,
}

/// What is sent and received.
#[derive(Debug, Default)]
pub(super) struct Channel {
    /// Who last received, and where.
    pub(super) receiver: Option<(TaskNo, Place)>,
    /// The sends of the messages that lie in it, oldest first; or of the last values that were published, newest first.
    pub(super) events: VecDeque<EventNo>,
    /// How many were published.
    pub(super) sends: u64,
    /// Where the senders were made that are there, and by whom.
    pub(super) senders: VecDeque<(Place, TaskNo)>,
    /// The task whose waker the channel has although its wait was dropped, until the next message or wait.
    pub(super) keeps_waker_of: Option<TaskNo>,
    /// Whether the receiver is gone, of a channel that has one.
    pub(super) receiver_gone: bool,
}

/// One direction of a connection.
#[derive(Debug, Default)]
pub(super) struct Stream {
    /// The sends whose bytes were not all received, oldest first, and how many were not.
    pub(super) bytes: VecDeque<(EventNo, u64)>,
    /// Who asked for the connection.
    pub(super) connects: Option<EventNo>,
    /// How many bytes were sent.
    pub(super) sent: u64,
    /// The other direction of it.
    pub(super) back: Option<ResourceNo>,
    /// Who last used the end from which they are sent, to write or to read, and where.
    pub(super) user: Option<(TaskNo, Place)>,
}

/// Published values of a resource that are remembered, at the most.
pub(super) const MOST_PUBLISHED: usize = 256;

impl Row {
    pub(super) fn channel(&mut self) -> &mut Channel {
        self.channel.get_or_insert_default()
    }

    pub(super) fn stream(&mut self) -> &mut Stream {
        self.stream.get_or_insert_default()
    }

    pub(super) fn permits(&mut self) -> &mut Permits {
        self.permits.get_or_insert_default()
    }

    /// Gives back the memory of holders that will hardly come again: it is closed, or permits of it are missing.
    pub(super) fn trim(&mut self) {
        if self.closed.is_some() || self.permits.as_deref().is_some_and(Permits::is_short) {
            self.holders.trim();
        }
    }

    /// Whether nothing is known of it.
    pub(super) fn is_blank(&self) -> bool {
        let Row {
            holders,
            level,
            channel,
            stream,
            permits,
            missed_call,
            closed,
            gave_up: _,
            written,
            from_before,
        } = self;
        holders.is_empty()
            && level.is_none()
            && channel.is_none()
            && stream.is_none()
            && permits.is_none()
            && missed_call.is_none()
            && closed.is_none()
            && written.is_none()
            && !from_before
    }
}

impl Channel {
    /// The messages that lie in it.
    pub(super) fn messages(&self) -> usize {
        match self.sends {
            0 => self.events.len(),
            _ => 0,
        }
    }

    /// Whether nobody can do anything with it any more: the receiver of messages is gone, and so are the senders.
    pub(super) fn is_over(&self) -> bool {
        self.receiver_gone && self.senders.is_empty()
    }
}

impl Stream {
    /// So many bytes are received: gives the send of the last of them.
    pub(super) fn take_bytes(&mut self, mut bytes: u64) -> Option<EventNo> {
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
