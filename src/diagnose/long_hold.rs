//! Long hold: a lock that is held across an await while others wait for it as long.
//!
//! Seen when somebody lets go: of the lock, or of the place in its line.

use std::collections::BTreeSet;
use std::time::Duration;

use super::look::{Look, Seen};
use crate::base::ids::TaskNo;
use crate::base::resource::{ResourceNo, Want};
use crate::observe::held::Held;
use crate::observe::waits::Awaits;
use crate::record::detail::LongHold;
use crate::record::fact::Fact;

/// Since when somebody has waited for the resource, as this fact shows: a reason to look for a long hold, if that is long.
#[inline(always)]
pub(crate) fn waited_since(fact: &Fact) -> Option<(ResourceNo, u64)> {
    match *fact {
        Fact::GaveBack {
            resource,
            first_waits_since,
            ..
        } => first_waits_since.map(|since| (resource, since)),
        Fact::GaveUp { resource, since } => Some((resource, since)),
        Fact::Took { .. }
        | Fact::Reserved { .. }
        | Fact::LetGo { .. }
        | Fact::Granted { .. }
        | Fact::GotInLine
        | Fact::LeftLine
        | Fact::Forgot { .. }
        | Fact::Added { .. }
        | Fact::Sent { .. }
        | Fact::Published { .. }
        | Fact::Received { .. }
        | Fact::Saw { .. }
        | Fact::Closed { .. }
        | Fact::Refused { .. }
        | Fact::SentBytes { .. }
        | Fact::ReceivedBytes { .. }
        | Fact::SentDatagram { .. }
        | Fact::ReceivedDatagram { .. }
        | Fact::Listens { .. }
        | Fact::Connects { .. }
        | Fact::CannotConnect { .. }
        | Fact::Accepts { .. }
        | Fact::Reset { .. }
        | Fact::Missed { .. }
        | Fact::Dropped { .. }
        | Fact::Gone { .. }
        | Fact::Notified { .. }
        | Fact::NotifiedAll { .. }
        | Fact::Touched { .. } => None,
    }
}

/// Who held a lock for longer than this, as the fact shows; `held` is the hold that it ended.
pub(crate) fn all(look: Look<'_>, fact: &Fact, held: Option<Held>, limit: u64) -> Vec<Seen> {
    let now = look.kernel.now();
    let long = |held: &Held| now.saturating_sub(held.since) >= limit;
    let Some((resource, since)) = waited_since(fact) else {
        return Vec::new();
    };
    let kind = look.names.resource(resource).map(|resource| resource.kind);
    if now.saturating_sub(since) < limit || !kind.is_some_and(|kind| kind.is_lock()) {
        return Vec::new();
    }
    // One that is given back is no holder any more.
    let holders = look.observer.resources.holders(resource).iter().copied();
    let gone = held.into_iter();
    gone.chain(holders)
        .filter(long)
        .map(|held| seen(look, resource, held, since))
        .collect()
}

fn seen(look: Look<'_>, resource: ResourceNo, held: Held, first_since: u64) -> Seen {
    let wanted = Awaits::Resource(resource, Want::Itself);
    let waiting = look.observer.waits.all();
    let waiting = waiting.filter(|wait| wait.awaits == wanted);
    let waiting: BTreeSet<TaskNo> = waiting.map(|wait| wait.polled.task).collect();
    let detail = LongHold {
        resource: look.resource(resource),
        holder: look.path(held.task),
        held: Duration::from_nanos(look.kernel.now().saturating_sub(held.since)),
        waiting: waiting.into_iter().map(|task| look.path(task)).collect(),
        first_since: Duration::from_nanos(first_since),
    };
    Seen::new(detail, None, Some(held.place))
}
