//! Watched values: reads and writes are on the trace, with what was read and written.
//!
//! A scheduling point is where other tasks may go first; an access to a watched value is none, and draws nothing. So a value
//! can be watched, or watched no more, and the tape of a run still is that run.
//!
//! User code (`Debug`, `Clone`, closures, destructors) runs while the run is not borrowed. Where it is given the value in place it runs
//! under the value's own lock, which knows its thread: to ask for the value again from in there panics, and does not wait for ever.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::{self, ThreadId};

use super::sync::guarded::Guarded;
use super::sync::resource::Tag;
use crate::api::preempt::{self, PreemptionDisabled};
use crate::base::place::{Place, caller};
use crate::base::resource::ResourceKind;
use crate::record::fact::Touch;
use crate::run::context::{self, look};

/// A value whose reads and writes are on the trace, under this name.
///
/// ```
/// # reweave::Sim::new().run(async {
/// let total = reweave::watched("total", 0);
/// total.set(total.get() + 1);
/// assert_eq!(total.get(), 1);
/// # }).unwrap();
/// ```
///
/// [`Watched`] says more. A second value of the same name is `total#2`.
#[track_caller]
pub fn watched<T: fmt::Debug>(name: impl AsRef<str>, value: T) -> Watched<T> {
    let name: Arc<str> = name.as_ref().into();
    Watched(Arc::new(Shared {
        tag: Guarded::made(Tag::named_here(ResourceKind::Watched, name.clone())),
        name,
        holder: Guarded::made(None),
        value: Mutex::new(value),
    }))
}

/// A value whose reads and writes are on the trace, made by [`watched()`].
///
/// It takes the place of an `Arc<Mutex<T>>`, `Rc<Cell<T>>` or `Arc<AtomicU32>` where it matters who read and wrote what. So a lost update can
/// be told from the trace:
///
/// ```
/// let found = reweave::explore(|| async {
///     let total = reweave::watched("total", 0);
///     let add = |total: reweave::Watched<u32>| async move {
///         let read = total.get();
///         reweave::task::yield_now().await;
///         total.set(read + 1);
///     };
///     let one = reweave::spawn(add(total.clone()));
///     let two = reweave::spawn(add(total.clone()));
///     one.await.unwrap();
///     two.await.unwrap();
///     assert_eq!(total.get(), 2, "an update was lost");
/// })
/// .seeds(0..100)
/// .run();
///
/// let trace = found.failure().expect("some seed interleaves them").trace().to_string();
/// assert_eq!(trace.matches("reads total = 0").count(), 2);
/// assert_eq!(trace.matches("writes total = 1").count(), 2);
/// ```
///
/// # Sharing
///
/// A clone is the same value. In a `static` it stands behind a [`LazyLock`](std::sync::LazyLock); what runs before left in it is seen, as in any
/// static.
///
/// # On the trace
///
/// Each access is an event with the value as [`Debug`](fmt::Debug) shows it: its first 80 characters, and if there are more, how many bytes it is. That is part of the hash of the
/// run, as the text of a [`note!`](crate::note) is, so a value that shows an address makes each run another. Exploring formats each value for the hash, and
/// keeps nothing. Strategies see accesses as they see those to locks and channels, after they happened
/// ([`Observation::Accessed`](crate::draw::Observation::Accessed)). An access is no scheduling point and no operation: it is neither drawn nor counted.
///
/// # Other threads
///
/// It can be used on any thread and outside a simulation, where it is a plain value behind a lock. While a closure of [`Watched::with`] or
/// [`Watched::update`] runs, other threads wait.
pub struct Watched<T>(Arc<Shared<T>>);

struct Shared<T> {
    tag: Guarded<Tag>,
    name: Arc<str>,
    /// The thread that has the value.
    holder: Guarded<Option<ThreadId>>,
    /// One of the standard library, which lets threads sleep: code of the user's runs while it is locked.
    value: Mutex<T>,
}

impl<T: fmt::Debug> Watched<T> {
    /// Reads it: a copy.
    ///
    /// # Panics
    ///
    /// In a closure of [`Watched::with`] or [`Watched::update`] of the same value.
    #[track_caller]
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        preempt::here();
        let value = self.0.lock("get").clone();
        self.0.tell(Touch::Read, &value, caller());
        value
    }

    /// Reads it in place.
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let log = reweave::watched("log", vec!["begin"]);
    /// assert_eq!(log.with(|log| log.len()), 1);
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// In a closure of [`Watched::with`] or [`Watched::update`] of the same value.
    #[track_caller]
    pub fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        preempt::here();
        let value = self.0.lock("with");
        self.0.tell(Touch::Read, &value, caller());
        read(&value)
    }

    /// Writes it. The value before is dropped.
    ///
    /// # Panics
    ///
    /// In a closure of [`Watched::with`] or [`Watched::update`] of the same value.
    #[track_caller]
    pub fn set(&self, value: T) {
        let _point = preempt::around();
        // Shown before it is where others reach it, and told when it is.
        let shown = self.0.show(&value);
        let before = std::mem::replace(&mut *self.0.lock("set"), value);
        self.0.tell_shown(Touch::Wrote, shown, caller());
        drop(before);
    }

    /// Reads it and writes it, and nobody comes between: a read on the trace, and a write behind it, also if the closure changes
    /// nothing. If the closure panics, what it has written is told, and stays.
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let total = reweave::watched("total", 1);
    /// let before = total.update(|total| std::mem::replace(total, 7));
    /// assert_eq!((before, total.get()), (1, 7));
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// In a closure of [`Watched::with`] or [`Watched::update`] of the same value.
    #[track_caller]
    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let _point = preempt::around();
        let place = caller();
        let mut value = self.0.lock("update");
        self.0.tell(Touch::Read, &value, place);
        let changed = catch_unwind(AssertUnwindSafe(|| change(&mut value)));
        self.0.tell(Touch::Wrote, &value, place);
        drop(value);
        changed.unwrap_or_else(|payload| resume_unwind(payload))
    }
}

impl<T: fmt::Debug> Shared<T> {
    /// The value as text, if there is a run that it can be told to.
    fn show(&self, value: &T) -> Option<String> {
        context::is_set().then(|| format!("{value:?}"))
    }

    /// Tells the run what was read, or is written.
    fn tell(&self, touch: Touch, value: &T, place: Place) {
        self.tell_shown(touch, self.show(value), place);
    }

    fn tell_shown(&self, touch: Touch, shown: Option<String>, place: Place) {
        let Some(shown) = shown else {
            return;
        };
        look!(here => if let Some(here) = here {
            let resource = self.tag.lock().number(here);
            here.run.touch(resource, touch, &shown, place);
        });
    }
}

impl<T> Shared<T> {
    /// Access to the value.
    ///
    /// # Panics
    ///
    /// If this thread has it: it would wait for itself.
    #[track_caller]
    fn lock(&self, called: &str) -> Access<'_, T> {
        // No other thread makes this one the holder.
        if *self.holder.lock() == Some(thread::current().id()) {
            in_use(&self.name, called);
        }
        self.access(self.value.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Access to the value if nobody has it.
    fn try_lock(&self) -> Option<Access<'_, T>> {
        match self.value.try_lock() {
            Ok(value) => Some(self.access(value)),
            Err(TryLockError::Poisoned(value)) => Some(self.access(value.into_inner())),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn access<'a>(&'a self, value: MutexGuard<'a, T>) -> Access<'a, T> {
        *self.holder.lock() = Some(thread::current().id());
        Access {
            holder: &self.holder,
            value,
            barred: PreemptionDisabled::begin(),
        }
    }
}

#[cold]
#[track_caller]
fn in_use(name: &str, called: &str) -> ! {
    panic!(
        "`{called}` of the watched value {name:?} while this very value is in use: within a closure of its `with` or `update`, or its \
         `Debug` or `Clone`. Use what the closure is given, or call `{called}` after it"
    )
}

/// Access to the value, until it is dropped.
struct Access<'a, T> {
    holder: &'a Guarded<Option<ThreadId>>,
    value: MutexGuard<'a, T>,
    #[expect(dead_code, reason = "for its drop")]
    barred: PreemptionDisabled,
}

impl<T> Deref for Access<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Access<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T> Drop for Access<'_, T> {
    /// Before the lock is given back, which fields are only after this.
    fn drop(&mut self) {
        *self.holder.lock() = None;
    }
}

/// The same value once more.
impl<T> Clone for Watched<T> {
    fn clone(&self) -> Watched<T> {
        Watched(self.0.clone())
    }
}

/// A look that leaves no event.
impl<T: fmt::Debug> fmt::Debug for Watched<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Watched");
        shown.field("name", &self.0.name);
        match self.0.try_lock() {
            Some(value) => shown.field("value", &*value),
            None => shown.field("value", &format_args!("<in use>")),
        };
        shown.finish()
    }
}
