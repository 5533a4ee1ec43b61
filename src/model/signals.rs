//! Signals: which of them the process of a host handles, and who listens.
//!
//! ```text
//!             catch ──► handled, for as long as the process lives
//!   send ──┬─ handled: counted, and whoever waits looks again
//!          └─ not handled: what the signal does by itself is the caller's affair
//! ```
//!
//! A listener knows how many it has seen, so several that come before it looks are one to it. A host that is restarted is another
//! process, in which nothing is handled yet.

use std::collections::BTreeMap;
use std::mem;
use std::task::Waker;

use crate::base::ids::HostNo;
use crate::base::resource::ResourceNo;
use crate::base::signal::SignalNo;

/// A signal of one process: the host, how often it had been restarted, and the signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Handler {
    pub(crate) host: HostNo,
    pub(crate) life: u32,
    pub(crate) signal: SignalNo,
}

/// One who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WaiterNo(u64);

#[derive(Debug)]
struct Handled {
    resource: ResourceNo,
    /// How often it came.
    times: u64,
    waiting: Vec<(WaiterNo, Waker)>,
}

/// See the top of this file.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    handled: BTreeMap<Handler, Handled>,
    waiters: u64,
}

impl Signals {
    /// The resource of a signal that is handled.
    pub(crate) fn resource(&self, handler: Handler) -> Option<ResourceNo> {
        Some(self.handled.get(&handler)?.resource)
    }

    /// A signal is handled from now on.
    pub(crate) fn catch(&mut self, handler: Handler, resource: ResourceNo) {
        self.handled.entry(handler).or_insert(Handled {
            resource,
            times: 0,
            waiting: Vec::new(),
        });
    }

    /// How often a signal came since it is handled.
    pub(crate) fn times(&self, handler: Handler) -> u64 {
        self.handled
            .get(&handler)
            .map_or(0, |handled| handled.times)
    }

    /// A signal comes; gives whom to wake, or nothing if it is not handled.
    pub(crate) fn send(&mut self, handler: Handler) -> Option<Vec<Waker>> {
        let handled = self.handled.get_mut(&handler)?;
        handled.times += 1;
        let waiting = mem::take(&mut handled.waiting).into_iter();
        Some(waiting.map(|(_, waker)| waker).collect())
    }

    /// Waits for a signal that is handled, again if it has a number. Gives the number, and a waker to be dropped by the caller.
    pub(crate) fn park(
        &mut self,
        handler: Handler,
        known: Option<WaiterNo>,
        waker: Waker,
    ) -> (Option<WaiterNo>, Option<Waker>) {
        let Some(handled) = self.handled.get_mut(&handler) else {
            return (known, Some(waker));
        };
        let mut waiting = handled.waiting.iter_mut();
        if let Some(waiter) = waiting.find(|waiter| Some(waiter.0) == known) {
            return (known, Some(mem::replace(&mut waiter.1, waker)));
        }
        self.waiters += 1;
        let number = WaiterNo(self.waiters);
        handled.waiting.push((number, waker));
        (Some(number), None)
    }

    /// One waits no more; its waker is for the caller to drop.
    pub(crate) fn leave(&mut self, handler: Handler, waiter: WaiterNo) -> Option<Waker> {
        let waiting = &mut self.handled.get_mut(&handler)?.waiting;
        let at = waiting.iter().position(|listed| listed.0 == waiter)?;
        Some(waiting.remove(at).1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(life: u32) -> Handler {
        Handler {
            host: HostNo(1),
            life,
            signal: SignalNo::TERM,
        }
    }

    #[test]
    fn what_is_not_handled_is_said_so_in_each_life() {
        let mut signals = Signals::default();
        assert!(signals.send(of(0)).is_none());
        signals.catch(of(0), ResourceNo(7));
        signals.catch(of(0), ResourceNo(8));
        assert_eq!(signals.resource(of(0)), Some(ResourceNo(7)));
        assert!(signals.send(of(0)).is_some() && signals.send(of(1)).is_none());
        assert_eq!((signals.times(of(0)), signals.times(of(1))), (1, 0));
    }

    #[test]
    fn each_who_waits_is_woken_once_and_who_left_is_not() {
        let mut signals = Signals::default();
        signals.catch(of(0), ResourceNo(7));
        let waker = || Waker::noop().clone();
        let (one, old) = signals.park(of(0), None, waker());
        assert!(old.is_none());
        let (same, old) = signals.park(of(0), one, waker());
        assert!(old.is_some() && same == one);
        let (two, _) = signals.park(of(0), None, waker());
        assert!(two != one && signals.leave(of(0), two.unwrap()).is_some());
        assert_eq!(signals.send(of(0)).unwrap().len(), 1);
        assert!(signals.leave(of(0), one.unwrap()).is_none());
        assert_eq!(signals.send(of(0)).unwrap().len(), 0);
    }
}
