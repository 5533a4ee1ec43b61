//! A condition variable, as std's; in a simulation nobody can wait for it.

use std::sync::{self, LockResult, WaitTimeoutResult};
use std::time::Duration;

use super::MutexGuard;
use crate::api::preempt;
use crate::run::context;

/// [`std::sync::Condvar`]. In a simulation waiting is refused: all tasks are on one thread, and who waits for what another one
/// does would block that, too.
///
/// ```
/// use reweave::std_sync::{Condvar, Mutex};
///
/// let (ready, changed) = (Mutex::new(false), Condvar::new());
/// std::thread::scope(|scope| {
///     scope.spawn(|| {
///         *ready.lock().unwrap() = true;
///         changed.notify_one();
///     });
///     let ready = changed.wait_while(ready.lock().unwrap(), |ready| !*ready).unwrap();
///     assert!(*ready);
/// });
/// ```
#[derive(Debug, Default)]
pub struct Condvar(sync::Condvar);

impl Condvar {
    /// One that nobody waits for.
    pub const fn new() -> Condvar {
        Condvar(sync::Condvar::new())
    }

    /// Gives the lock back, waits to be notified, and takes the lock again.
    ///
    /// # Errors
    ///
    /// If somebody panicked who held the lock; the guard is in the error.
    ///
    /// # Panics
    ///
    /// In a simulation.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        refuse("Condvar::wait");
        let waited = guard.wait(|guard| self.0.wait(guard), |guard| (guard, None));
        super::holders::map(waited, |(guard, _)| guard)
    }

    /// [`Condvar::wait`] as long as the condition holds.
    ///
    /// # Errors
    ///
    /// If somebody panicked who held the lock; the guard is in the error.
    ///
    /// # Panics
    ///
    /// In a simulation, if the condition holds.
    #[track_caller]
    pub fn wait_while<'a, T, F>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: F,
    ) -> LockResult<MutexGuard<'a, T>>
    where
        F: FnMut(&mut T) -> bool,
    {
        while condition(&mut *guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// [`Condvar::wait`] for so long at the most.
    ///
    /// # Errors
    ///
    /// If somebody panicked who held the lock; the guard is in the error.
    ///
    /// # Panics
    ///
    /// In a simulation.
    #[track_caller]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        dur: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        refuse("Condvar::wait_timeout");
        let wait = |guard| self.0.wait_timeout(guard, dur);
        let waited = guard.wait(wait, |(guard, timeout)| (guard, Some(timeout)));
        super::holders::map(waited, |(guard, timeout)| {
            (guard, timeout.expect("std says whether it was too long"))
        })
    }

    /// [`Condvar::wait_timeout`] as long as the condition holds.
    ///
    /// # Errors
    ///
    /// If somebody panicked who held the lock; the guard is in the error.
    ///
    /// # Panics
    ///
    /// In a simulation, if the condition holds.
    #[track_caller]
    pub fn wait_timeout_while<'a, T, F>(
        &self,
        mut guard: MutexGuard<'a, T>,
        dur: Duration,
        mut condition: F,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)>
    where
        F: FnMut(&mut T) -> bool,
    {
        let holds = condition(&mut *guard);
        if holds {
            refuse("Condvar::wait_timeout_while");
        }
        // It is tested once for each look, as std does.
        let mut tested = Some(holds);
        let condition = |value: &mut T| tested.take().unwrap_or_else(|| condition(value));
        let wait = |guard| self.0.wait_timeout_while(guard, dur, condition);
        let waited = guard.wait(wait, |(guard, timeout)| (guard, Some(timeout)));
        super::holders::map(waited, |(guard, timeout)| {
            (guard, timeout.expect("std says whether it was too long"))
        })
    }

    /// Wakes one who waits.
    #[track_caller]
    pub fn notify_one(&self) {
        preempt::at_shared();
        self.0.notify_one();
    }

    /// Wakes all who wait.
    #[track_caller]
    pub fn notify_all(&self) {
        preempt::at_shared();
        self.0.notify_all();
    }
}

#[track_caller]
fn refuse(called: &str) {
    assert!(
        !context::is_set(),
        "`{called}` is refused in a simulation: it needs a thread that waits while others run, and all tasks are on one. Wait with \
         `tokio::sync::Notify`"
    );
}
