//! Facts: what the layer `api` tells the run of what tasks do with resources.
//!
//! One is told once, with [`emit`](crate::run::state::Run::emit); from it follow the event on the journal, what counters and the
//! observer know, and what a strategy is shown. Nothing in a fact is text.

use super::event::{Event, Flow, PlaceNo, TextNo, Verb};
use super::spin::Closing;
use crate::base::ids::RunId;
use crate::base::place::Place;
use crate::base::resource::{Action, Operation, ResourceNo};

/// A guard's or a permit's number among those of its run. The run is part of it, so that a guard that outlives its run is
/// not taken for one of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hold {
    pub(crate) run: RunId,
    pub(crate) number: u32,
}

impl Hold {
    /// One that was taken outside any run.
    pub(crate) const NONE: Hold = Hold {
        run: RunId::NONE,
        number: 0,
    };
}

/// How much there is of a resource, for whoever waits for it. Told in recorded runs only, and no fact: nothing follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Amount {
    /// So many have come to a barrier.
    There { there: u64, of: u64 },
    /// So many permits are with nobody.
    Free { free: u64, of: u64 },
    /// So many slots a channel has.
    Slots { of: u64 },
}

/// Why a send is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is no room.
    Full,
    /// It is closed.
    Closed,
    /// There is no receiver now.
    Alone,
}

/// What is done with a watched value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Touch {
    Read,
    Wrote,
}

/// What the running task did.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fact {
    /// It has the resource, or a part of it, from now on.
    Took {
        resource: ResourceNo,
        hold: Hold,
        place: Place,
        action: Action,
    },
    /// It keeps a part of the resource for later: room in a channel.
    Reserved {
        resource: ResourceNo,
        hold: Hold,
        place: Place,
    },
    /// It gave back what it had, while others waited, the first of them since this instant.
    GaveBack {
        resource: ResourceNo,
        hold: Hold,
        first_waits_since: Option<u64>,
        /// The address of a guard that borrows nothing, and so may lie where several reach it. Never shown, and only asked
        /// whether it is inside a task's future.
        shared_at: Option<usize>,
    },
    /// It has it no more, and gives nothing back: a permit that is forgotten or joins another, room that is used.
    LetGo { resource: ResourceNo, hold: Hold },
    /// One who waited was granted what it waits for.
    Granted { resource: ResourceNo },
    /// It began to stand in line for permits.
    GotInLine,
    /// It stands in line no more: it was served.
    LeftLine,
    /// It stands in line no more, and was not served. It had waited since this instant.
    GaveUp { resource: ResourceNo, since: u64 },
    /// Permits are forgotten.
    Forgot {
        resource: ResourceNo,
        permits: usize,
        place: Place,
    },
    /// Permits are added.
    Added {
        resource: ResourceNo,
        permits: usize,
    },
    /// A message goes into a queue.
    Sent { resource: ResourceNo },
    /// A value is set, or sent to all who are there.
    Published { resource: ResourceNo },
    /// Messages come out of a queue, oldest first.
    Received {
        resource: ResourceNo,
        messages: usize,
        place: Place,
    },
    /// A published value is seen: the last one, or one that came so many before it.
    Saw { resource: ResourceNo, back: u64 },
    /// So many bytes are sent.
    SentBytes {
        resource: ResourceNo,
        bytes: u32,
        preview: TextNo,
        place: Place,
    },
    /// So many bytes are received, oldest first.
    ReceivedBytes {
        resource: ResourceNo,
        bytes: u32,
        place: Place,
    },
    /// A datagram is sent from a socket; `to` is the one that hears it, if that is known already.
    SentDatagram {
        resource: ResourceNo,
        to: Option<ResourceNo>,
        number: u32,
        bytes: u32,
        preview: TextNo,
    },
    /// The datagram with this number is received.
    ReceivedDatagram {
        resource: ResourceNo,
        number: u32,
        bytes: u32,
        place: Place,
    },
    /// A listener is made.
    Listens { resource: ResourceNo },
    /// A connection is asked for, in this direction; `back` is the other.
    Connects {
        resource: ResourceNo,
        back: ResourceNo,
        place: Place,
    },
    /// That came to nothing.
    CannotConnect { resource: ResourceNo },
    /// It is accepted.
    Accepts {
        resource: ResourceNo,
        back: ResourceNo,
        place: Place,
    },
    /// A connection is cut off, and what is in it may be lost.
    Reset { resource: ResourceNo },
    /// Nothing more goes in, or is given out.
    Closed { resource: ResourceNo, how: Closing },
    /// A send, or room for one, was refused.
    Refused { resource: ResourceNo, why: Refusal },
    /// A receiver was too slow: so many values are lost to it.
    Missed { resource: ResourceNo, values: u64 },
    /// The end of a channel is gone on which the other depends, and what is in it: the receiver of a queue, the sender of a
    /// single value. With its address, as for a guard.
    Dropped {
        resource: ResourceNo,
        at: usize,
        /// Whether it is the end that sends.
        sends: bool,
    },
    /// A semaphore is dropped: nobody can close it any more. Told in recorded runs only.
    Gone { resource: ResourceNo },
    /// One who waits is told, or the next who comes.
    Notified { resource: ResourceNo },
    /// All who wait are told: whether anybody did.
    NotifiedAll { resource: ResourceNo, heard: bool },
    /// A watched value is read or written; the text stands in the journal.
    Touched {
        resource: ResourceNo,
        touch: Touch,
        value: TextNo,
        place: PlaceNo,
    },
}

impl Fact {
    /// The event that it is, if it is one.
    #[inline(always)]
    pub(crate) fn event(&self) -> Option<Event> {
        let (verb, resource) = match *self {
            Fact::Took { resource, .. } => (Verb::Takes, resource),
            Fact::GaveBack { resource, .. } => (Verb::GivesBack, resource),
            Fact::Granted { resource } => (Verb::Grants, resource),
            Fact::Sent { resource } | Fact::Published { resource } => (Verb::Sends, resource),
            Fact::Received { resource, .. } | Fact::Saw { resource, .. } => {
                (Verb::Receives, resource)
            }
            Fact::Reserved { resource, .. } => (Verb::Reserves, resource),
            Fact::Closed { resource, how } => (
                match how {
                    Closing::Asked => Verb::Closes,
                    Closing::LastSender => Verb::DropsLastSender,
                    Closing::Receiver => Verb::DropsReceiver,
                },
                resource,
            ),
            Fact::Refused { resource, why } => (
                match why {
                    Refusal::Full => Verb::RefusedFull,
                    Refusal::Closed => Verb::RefusedClosed,
                    Refusal::Alone => Verb::RefusedAlone,
                },
                resource,
            ),
            Fact::Missed { resource, values } => {
                let values = u32::try_from(values).unwrap_or(u32::MAX);
                return Some(Event::Missed { resource, values });
            }
            Fact::SentBytes {
                resource,
                bytes,
                preview,
                ..
            }
            | Fact::SentDatagram {
                resource,
                bytes,
                preview,
                ..
            } => {
                let flow = Flow::Sent;
                return Some(Event::Bytes {
                    flow,
                    resource,
                    bytes,
                    preview,
                });
            }
            Fact::ReceivedBytes {
                resource, bytes, ..
            }
            | Fact::ReceivedDatagram {
                resource, bytes, ..
            } => {
                let flow = Flow::Received;
                return Some(Event::Bytes {
                    flow,
                    resource,
                    bytes,
                    preview: TextNo::NONE,
                });
            }
            Fact::Listens { resource } => (Verb::Listens, resource),
            Fact::Connects { resource, .. } => (Verb::Connects, resource),
            Fact::CannotConnect { resource } => (Verb::CannotConnect, resource),
            Fact::Accepts { resource, .. } => (Verb::Accepts, resource),
            Fact::Reset { resource } => (Verb::Resets, resource),
            Fact::Notified { resource } => (Verb::Notifies, resource),
            Fact::NotifiedAll { resource, .. } => (Verb::NotifiesAll, resource),
            Fact::Touched {
                resource,
                touch,
                value,
                place,
            } => {
                return Some(match touch {
                    Touch::Read => Event::Read {
                        resource,
                        value,
                        place,
                    },
                    Touch::Wrote => Event::Wrote {
                        resource,
                        value,
                        place,
                    },
                });
            }
            Fact::LetGo { .. }
            | Fact::GotInLine
            | Fact::LeftLine
            | Fact::GaveUp { .. }
            | Fact::Forgot { .. }
            | Fact::Added { .. }
            | Fact::Gone { .. }
            | Fact::Dropped { .. } => return None,
        };
        Some(Event::Resource { verb, resource })
    }

    /// The access that strategies are told of.
    pub(crate) fn operation(&self) -> Option<Operation> {
        let (resource, action) = match *self {
            Fact::Took {
                resource, action, ..
            } => (resource, action),
            Fact::Reserved { resource, .. } => (resource, Action::Reserve(1)),
            Fact::GaveBack { resource, .. } | Fact::LetGo { resource, .. } => {
                (resource, Action::Release)
            }
            Fact::Forgot { resource, .. } | Fact::Added { resource, .. } => {
                (resource, Action::Adjust)
            }
            Fact::Sent { resource } | Fact::Published { resource } => (resource, Action::Send),
            Fact::Received { resource, .. }
            | Fact::ReceivedBytes { resource, .. }
            | Fact::ReceivedDatagram { resource, .. } => (resource, Action::Receive),
            Fact::SentDatagram { resource, to, .. } => (to.unwrap_or(resource), Action::Send),
            Fact::SentBytes { resource, .. } => (resource, Action::Send),
            Fact::Connects { resource, .. } => (resource, Action::Connect),
            Fact::Accepts { resource, .. } => (resource, Action::Accept),
            Fact::Reset { resource } => (resource, Action::Close),
            Fact::Saw { resource, .. } => (resource, Action::Observe),
            Fact::Closed { resource, .. } | Fact::Dropped { resource, .. } => {
                (resource, Action::Close)
            }
            Fact::Refused { resource, .. } => (resource, Action::Send),
            Fact::Missed { resource, .. } => (resource, Action::Observe),
            Fact::Notified { resource } => (resource, Action::NotifyOne),
            Fact::NotifiedAll { resource, .. } => (resource, Action::NotifyAll),
            Fact::Touched {
                resource, touch, ..
            } => (
                resource,
                match touch {
                    Touch::Read => Action::Read,
                    Touch::Wrote => Action::Write,
                },
            ),
            // Parts of operations that are told of by themselves.
            Fact::Granted { .. }
            | Fact::GotInLine
            | Fact::LeftLine
            | Fact::GaveUp { .. }
            | Fact::Gone { .. }
            | Fact::Listens { .. }
            | Fact::CannotConnect { .. } => return None,
        };
        Some(Operation { resource, action })
    }
}
