//! Which threads hold a lock: in a simulation one that holds it cannot wait for it.

use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

use crate::api::preempt::{self, After, PreemptionDisabled};
use crate::api::sync::guarded::{Guarded, this_thread};
use crate::run::context;

/// The threads, one a hold.
#[derive(Debug)]
pub(super) struct Holders(Guarded<Vec<usize>>);

/// One of the holds of a lock. As long as it lives nothing runs on top of the task, and when it is dropped others may.
#[derive(Debug)]
pub(super) struct Holding<'a> {
    holders: &'a Holders,
    barred: Option<PreemptionDisabled>,
    given_back: Option<After>,
}

impl Holders {
    pub(super) const fn new() -> Holders {
        Holders(Guarded::new(Vec::new()))
    }

    /// Waits for a lock as std does, unless this thread would wait for itself.
    ///
    /// # Panics
    ///
    /// In a simulation, if this thread holds what it waits for, in words that name the function that was called.
    #[track_caller]
    pub(super) fn wait<G>(
        &self,
        called: &str,
        tried: TryLockResult<G>,
        wait: impl FnOnce() -> LockResult<G>,
    ) -> LockResult<G> {
        match tried {
            Ok(guard) => Ok(guard),
            Err(TryLockError::Poisoned(guard)) => Err(guard),
            Err(TryLockError::WouldBlock) => {
                if context::is_set() && self.0.lock().contains(&this_thread()) {
                    refuse(called);
                }
                wait()
            }
        }
    }

    /// This thread holds the lock from now on.
    pub(super) fn holding(&self) -> Holding<'_> {
        self.0.lock().push(this_thread());
        Holding {
            holders: self,
            barred: Some(PreemptionDisabled::begin()),
            given_back: Some(preempt::after()),
        }
    }
}

#[cold]
#[track_caller]
fn refuse(called: &str) -> ! {
    panic!(
        "`{called}` of a lock that is held on this thread: by the task that calls it, or by one that holds it over an `.await`. \
         All tasks of a simulation are on one thread, which would wait for itself. Give the lock back before the `.await`, \
         or use one of `tokio::sync`"
    )
}

impl Drop for Holding<'_> {
    /// A field after std's guard, so that the lock is free by now.
    fn drop(&mut self) {
        let mut holders = self.holders.0.lock();
        let me = this_thread();
        if let Some(at) = holders.iter().rposition(|&holder| holder == me) {
            holders.swap_remove(at);
        }
        drop(holders);
        drop(self.barred.take());
        drop(self.given_back.take());
    }
}

/// As a result has it: poisoned or not.
pub(super) fn map<G, H>(result: LockResult<G>, map: impl FnOnce(G) -> H) -> LockResult<H> {
    match result {
        Ok(guard) => Ok(map(guard)),
        Err(poisoned) => Err(PoisonError::new(map(poisoned.into_inner()))),
    }
}

/// [`map`] for what does not wait.
pub(super) fn try_map<G, H>(
    result: TryLockResult<G>,
    map: impl FnOnce(G) -> H,
) -> TryLockResult<H> {
    match result {
        Ok(guard) => Ok(map(guard)),
        Err(TryLockError::Poisoned(poisoned)) => Err(TryLockError::Poisoned(PoisonError::new(
            map(poisoned.into_inner()),
        ))),
        Err(TryLockError::WouldBlock) => Err(TryLockError::WouldBlock),
    }
}
