//! What both ends of a broadcast channel share: the last values, and who has not had them.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Mutex};
use std::task::Waker;

use super::error::TryRecvError;
use crate::api::sync::ends::Ends;
use crate::api::sync::guarded::Guarded;
use crate::api::sync::notify::Notify;
use crate::api::sync::queue::WaitQueue;
use crate::api::sync::resource::Tag;
use crate::api::sync::wakers::Wakers;
use crate::record::fact::Fact;
use crate::run::context::Here;

pub(super) struct Shared<T> {
    pub(super) capacity: usize,
    pub(super) state: Guarded<State<T>>,
    /// For senders: the last receiver is gone.
    pub(super) closing: Notify,
}

pub(super) struct State<T> {
    /// The last values, the oldest first.
    pub(super) kept: VecDeque<Kept<T>>,
    /// The position of the value that is sent next.
    pub(super) next: u64,
    pub(super) ends: Ends,
    pub(super) line: WaitQueue<Option<Waker>>,
    pub(super) tag: Tag,
}

/// A value as long as somebody has not had it.
pub(super) struct Kept<T> {
    /// Under a lock of its own, because cloning it is the user's code.
    pub(super) value: Option<Arc<Mutex<T>>>,
    /// Receivers that have not had it.
    pub(super) waiting: usize,
}

impl<T> State<T> {
    /// The position of the oldest value.
    pub(super) fn oldest(&self) -> u64 {
        self.next - self.kept.len() as u64
    }

    /// One that has not had the value at `position` has it now, or never will. Gives the value.
    pub(super) fn pass(&mut self, position: u64) -> Option<Arc<Mutex<T>>> {
        let at = position.checked_sub(self.oldest())?;
        let kept = self.kept.get_mut(at as usize)?;
        kept.waiting -= 1;
        if kept.waiting == 0 {
            kept.value.take()
        } else {
            kept.value.clone()
        }
    }

    /// Whether there is something for a receiver whose next value is at `position`, be it an error.
    pub(super) fn has_for(&self, position: u64) -> bool {
        position < self.next || self.ends.senders() == 0
    }

    /// What a receiver gets whose next value is at `position`, which moves on.
    pub(super) fn receive(
        &mut self,
        position: &mut u64,
        here: Option<&mut Here<'_>>,
    ) -> Result<Arc<Mutex<T>>, TryRecvError> {
        let oldest = self.oldest();
        if *position < oldest {
            let lost = oldest - mem::replace(position, oldest);
            self.tag.emit(here, |resource| Fact::Missed {
                resource,
                values: lost,
            });
            return Err(TryRecvError::Lagged(lost));
        }
        if *position == self.next {
            return Err(match self.ends.senders() {
                0 => TryRecvError::Closed,
                _ => TryRecvError::Empty,
            });
        }
        let back = self.next - 1 - *position;
        self.tag.emit(here, |resource| Fact::Saw { resource, back });
        *position += 1;
        Ok(self
            .pass(*position - 1)
            .expect("a value is kept until all have had it"))
    }

    /// Takes all who wait out of the queue.
    pub(super) fn take_waiters(&mut self) -> Wakers {
        let mut woken = Wakers::new();
        while let Some(front) = self.line.front() {
            woken.push(self.line.unlink(front).take());
        }
        woken
    }
}
