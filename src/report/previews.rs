//! How bytes begin that are sent over the network, and that are received: as they were sent, where just those are received.

use std::collections::{BTreeMap, VecDeque};

use crate::base::resource::ResourceNo;
use crate::record::event::{Entry, Event, Flow, TextNo};
use crate::record::trace::Trace;

/// See the top of this file.
pub(super) struct Previews<'t> {
    trace: &'t Trace,
    /// The events in which a stream gives just what one write sent, with how that begins; found out when it is first asked for.
    received: Option<BTreeMap<usize, TextNo>>,
}

impl<'t> Previews<'t> {
    pub(super) fn new(trace: &'t Trace) -> Previews<'t> {
        Previews {
            trace,
            received: None,
        }
    }

    /// How the bytes of the event in this place begin; nothing if that is not known.
    pub(super) fn of(&mut self, entry: &Entry, at: usize) -> &'t str {
        let Event::Bytes {
            flow,
            resource,
            preview,
            ..
        } = entry.event
        else {
            return "";
        };
        if flow == Flow::Sent {
            return self.trace.text(preview);
        }
        let sent = entry.cause().and_then(|cause| self.trace.entry(cause));
        if let Some(Event::Bytes {
            resource: of,
            preview,
            ..
        }) = sent.map(|sent| sent.event)
            && of != resource
        {
            // A datagram is received whole.
            return self.trace.text(preview);
        }
        let trace = self.trace;
        let received = self.received.get_or_insert_with(|| whole_writes(trace));
        let sent = received.get(&at).map(|&preview| trace.text(preview));
        sent.unwrap_or_default()
    }
}

/// The events in which a stream gives just what one write sent, with how that begins.
fn whole_writes(trace: &Trace) -> BTreeMap<usize, TextNo> {
    let mut whole = BTreeMap::new();
    // Of a run of which events are left out it is not known what came between.
    if trace.left_out().0 > 0 {
        return whole;
    }
    // What was sent and not received yet: how much is left of each write, and how it began if all of it is.
    let mut unread: BTreeMap<ResourceNo, VecDeque<(u64, Option<TextNo>)>> = BTreeMap::new();
    for (at, entry) in trace.entries().iter().enumerate() {
        let Event::Bytes {
            flow,
            resource,
            bytes,
            preview,
        } = entry.event
        else {
            continue;
        };
        let writes = unread.entry(resource).or_default();
        match flow {
            Flow::Sent => writes.push_back((u64::from(bytes), Some(preview))),
            Flow::Arrived => {}
            Flow::Received => {
                let mut bytes = u64::from(bytes);
                if let Some(&(all, Some(preview))) = writes.front()
                    && all == bytes
                {
                    whole.insert(at, preview);
                }
                while bytes > 0
                    && let Some((left, begin)) = writes.front_mut()
                {
                    let taken = bytes.min(*left);
                    (bytes, *left, *begin) = (bytes - taken, *left - taken, None);
                    if *left == 0 {
                        writes.pop_front();
                    }
                }
            }
        }
    }
    whole
}
