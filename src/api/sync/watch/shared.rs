//! What both ends of a watch channel share: the value and its version.
//!
//! The value has a lock of its own, for user code runs while it is looked at and changed.

use std::ops::Deref;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError};

use crate::api::preempt::PreemptionDisabled;
use crate::api::sync::ends::Ends;
use crate::api::sync::guarded::Guarded;
use crate::api::sync::notify::Notify;
use crate::api::sync::resource::Tag;
use crate::base::touched::Held;
use crate::run::context;

pub(super) struct Shared<T> {
    pub(super) value: RwLock<T>,
    pub(super) state: Guarded<State>,
    /// For receivers: a new version, or the last sender is gone.
    pub(super) changes: Notify,
    /// For senders: the last receiver is gone.
    pub(super) closing: Notify,
}

pub(super) struct State {
    pub(super) version: u64,
    pub(super) ends: Ends,
    pub(super) tag: Tag,
}

impl<T> Shared<T> {
    /// The version; `Err` with it if all senders are gone.
    pub(super) fn version(&self) -> Result<u64, u64> {
        let state = self.state.lock();
        if state.ends.senders() == 0 {
            Err(state.version)
        } else {
            Ok(state.version)
        }
    }

    pub(super) fn latest(&self) -> u64 {
        self.state.lock().version
    }

    #[track_caller]
    pub(super) fn read(&self) -> RwLockReadGuard<'_, T> {
        self.state.touch();
        match self.value.try_read() {
            Ok(value) => value,
            Err(TryLockError::Poisoned(value)) => value.into_inner(),
            Err(TryLockError::WouldBlock) => {
                refuse_to_block("looked at", "inside the closure that changes it");
                self.value.read().unwrap_or_else(PoisonError::into_inner)
            }
        }
    }

    #[track_caller]
    pub(super) fn write(&self) -> RwLockWriteGuard<'_, T> {
        self.state.touch();
        match self.value.try_write() {
            Ok(value) => value,
            Err(TryLockError::Poisoned(value)) => value.into_inner(),
            Err(TryLockError::WouldBlock) => {
                refuse_to_block(
                    "changed",
                    "while a `watch::Ref` of it was held: drop the `Ref` first",
                );
                self.value.write().unwrap_or_else(PoisonError::into_inner)
            }
        }
    }

    /// A look at the value, which it counts as seen if `seen` is given the chance.
    #[track_caller]
    pub(super) fn look(&self, seen: u64) -> (Ref<'_, T>, u64) {
        let value = self.read();
        let version = self.latest();
        (
            Ref {
                value,
                has_changed: version != seen,
                held: self.state.hold(),
                barred: PreemptionDisabled::begin(),
            },
            version,
        )
    }
}

/// A simulation has one thread: it would wait for a lock of the standard library that it holds itself.
#[track_caller]
fn refuse_to_block(done: &str, when: &str) {
    assert!(
        !context::is_set(),
        "the value of a watch channel was {done} {when}: tokio would block the thread for ever"
    );
}

/// A look at the value. While it is held, nobody can send.
#[derive(Debug)]
#[clippy::has_significant_drop]
pub struct Ref<'a, T> {
    pub(super) value: RwLockReadGuard<'a, T>,
    pub(super) has_changed: bool,
    #[expect(dead_code, reason = "for its drop")]
    pub(super) held: Held,
    #[expect(dead_code, reason = "for its drop")]
    pub(super) barred: PreemptionDisabled,
}

impl<T> Ref<'_, T> {
    /// Whether the receiver saw this value for the first time.
    pub fn has_changed(&self) -> bool {
        self.has_changed
    }
}

impl<T> Deref for Ref<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
