//! Abandoned receiver: messages were sent to a receiver that had waited for them in a future that its task left alone.

use super::look::{Look, Seen};
use crate::base::place::Place;
use crate::base::resource::ResourceNo;
use crate::observe::waits::LastPoll;
use crate::record::detail::AbandonedReceiver;

/// A receiver is dropped, last polled then and there, with messages that came since.
pub(crate) fn seen(
    look: Look<'_>,
    channel: ResourceNo,
    polled: LastPoll,
    place: Place,
    messages: usize,
) -> Seen {
    let detail = AbandonedReceiver {
        channel: look.resource(channel),
        messages,
    };
    Seen::new(detail, Some(polled.slot), Some(place))
}
