//! Waits: operations that cannot go on.

use super::Run;
use crate::base::place::{Place, is_users};
use crate::base::resource::{ResourceNo, Want};
use crate::kernel::task::wakers;
use crate::observe::unflushed::Lying;
use crate::observe::waits::{Awaits, LastPoll, WaitKey, Wakes};
use crate::record::event::Event;

impl Run {
    /// The running task's operation returned `Pending`; `own` says whether it was polled with the task's own waker. Gives the key under which the wait is kept in a recorded run; by
    /// which it says that it waits again, or that it is over if it is `lasting`.
    #[inline(always)]
    pub(crate) fn waits(
        &mut self,
        lasting: bool,
        known: Option<WaitKey>,
        own: impl FnOnce() -> bool,
        awaits: Awaits,
        place: Option<Place>,
    ) -> Option<WaitKey> {
        if self.observer.is_some() {
            self.note_wait(lasting, known, own(), awaits, place)
        } else {
            None
        }
    }

    /// [`Run::waits`] at a place that is told only if it is the user's.
    #[inline(always)]
    pub(crate) fn waits_here(
        &mut self,
        lasting: bool,
        known: Option<WaitKey>,
        own: impl FnOnce() -> bool,
        awaits: Awaits,
        place: Place,
    ) -> Option<WaitKey> {
        if self.observer.is_some() {
            let place = Some(place).filter(|place| is_users(place));
            self.note_wait(lasting, known, own(), awaits, place)
        } else {
            None
        }
    }

    #[inline(never)]
    pub(in crate::run) fn note_wait(
        &mut self,
        lasting: bool,
        known: Option<WaitKey>,
        own: bool,
        awaits: Awaits,
        place: Option<Place>,
    ) -> Option<WaitKey> {
        let observer = self.observer.as_mut()?;
        if let Awaits::Resource(channel, Want::Message) = awaits {
            observer.resources.keeps_waker_of(channel, None);
        }
        if let (Awaits::Resource(direction, Want::Bytes), Some(place)) = (awaits, place) {
            let task = self.kernel.current_task();
            observer.resources.reads(direction, task, place);
        }
        let (key, new) = observer
            .waits
            .note(&self.kernel, lasting, known, own, awaits, place);
        if new {
            let place = place.map(|place| self.journal.place(place));
            self.record(match awaits {
                Awaits::Resource(resource, want) => Event::Waits {
                    want,
                    resource,
                    place,
                },
                Awaits::Task(task) => Event::WaitsForTask { task, place },
                Awaits::AnyTask(tasks) => Event::WaitsForAnyTask { tasks, place },
                Awaits::Timer(deadline) => Event::WaitsForTimer {
                    deadline: deadline.into(),
                },
            });
        }
        Some(key)
    }

    /// A wait of the running task for this channel's messages was dropped, and the channel keeps the waker.
    pub(crate) fn keeps_waker(&mut self, channel: ResourceNo) {
        let task = self.current_task();
        if let Some(observer) = &mut self.observer {
            observer.resources.keeps_waker_of(channel, Some(task));
        }
    }

    /// The running task found that no more bytes will come in this direction of a connection, of which no fact tells.
    pub(crate) fn reads_end_of(&mut self, direction: ResourceNo, place: Place) {
        if let Some(observer) = &mut self.observer {
            let task = self.kernel.current_task();
            observer.resources.reads(direction, task, place);
        }
    }

    /// The operation that is polled now is awaited here, and was made elsewhere.
    pub(crate) fn set_polled_at(&mut self, place: Option<Place>) {
        if let Some(observer) = &mut self.observer {
            observer.polled_at = place.filter(|place| is_users(place));
        }
    }

    /// Where it is awaited, if that was said.
    pub(crate) fn take_polled_at(&mut self) -> Option<Place> {
        self.observer.as_mut()?.polled_at.take()
    }

    /// The work on a stream that is polled now was called here; gives what was said before, which is kept if this place is none
    /// of the user's.
    pub(crate) fn set_called_at(&mut self, place: Option<Place>) -> Option<Place> {
        let called_at = &mut self.observer.as_mut()?.called_at;
        let before = *called_at;
        if place.is_none_or(is_users) {
            *called_at = place;
        }
        before
    }

    /// Where that was, if it was said.
    pub(crate) fn called_at(&self) -> Option<Place> {
        self.observer.as_ref()?.called_at
    }

    /// Where the running task said that it polls, and works on a stream, is put away; gives it.
    pub(in crate::run) fn put_calls_away(&mut self) -> (Option<Place>, Option<Place>) {
        let observer = self.observer.as_mut();
        observer.map_or((None, None), |observer| {
            (observer.polled_at.take(), observer.called_at.take())
        })
    }

    /// It says so again.
    pub(in crate::run) fn bring_calls_back(&mut self, calls: (Option<Place>, Option<Place>)) {
        if let Some(observer) = &mut self.observer {
            (observer.polled_at, observer.called_at) = calls;
        }
    }

    /// So many bytes lie in the buffer of a writer, of this number if it is known. Gives its number, in a recorded run.
    pub(crate) fn unflushed(&mut self, number: Option<u32>, bytes: usize) -> Option<u32> {
        let task = self.kernel.current_task();
        let observer = self.observer.as_mut()?;
        let place = observer.called_at.filter(|place| is_users(place));
        let bytes = bytes as u64;
        Some(observer.unflushed.set(number, Lying { task, bytes, place }))
    }

    /// Nothing lies in this buffer any more.
    pub(crate) fn flushed(&mut self, number: u32) {
        if let Some(observer) = &mut self.observer {
            observer.unflushed.clear(number);
        }
    }

    /// How much a wait asks for, and whether its receiver has had nothing yet.
    pub(crate) fn describe_wait(&mut self, key: WaitKey, wanted: u64, fresh: bool) {
        if let Some(observer) = &mut self.observer {
            observer.waits.describe(key, wanted, fresh);
        }
    }

    /// By whom the running task may be woken; `None` unless the run is recorded.
    pub(crate) fn wakes_known(&self) -> Option<Wakes> {
        let cell = self.kernel.tasks.cell(self.kernel.current())?;
        Some(Wakes {
            wakers: wakers(cell),
            waits: self.observer.as_ref()?.waits.noted(),
            woken: cell.header().is_queued(),
        })
    }

    /// The running task polls a branch of a `select!`, here in the source, that waits for nothing. Gives a number for the
    /// `select!`, in a recorded run.
    pub(crate) fn waits_for_nothing(&mut self, known: Option<u64>, place: Place) -> Option<u64> {
        let task = self.current_task();
        let observer = self.observer.as_mut()?;
        Some(observer.waits.add_idle(task, known, place))
    }

    /// The `select!` with this number is over.
    pub(crate) fn waits_no_more(&mut self, number: u64) {
        if let Some(observer) = &mut self.observer {
            observer.waits.end_idle(number);
        }
    }

    /// A wait was given what it waits for; its task has not seen it yet.
    pub(crate) fn grant_wait(&mut self, key: WaitKey) {
        let now = self.now();
        if let Some(observer) = &mut self.observer {
            observer.waits.grant(key, now);
        }
    }

    /// A wait is over: its future was polled, and is done.
    pub(crate) fn complete_wait(&mut self, key: WaitKey) {
        if let Some(observer) = &mut self.observer {
            observer.waits.complete(key);
        }
    }

    /// A wait is over: its future was dropped.
    pub(crate) fn end_wait(&mut self, key: WaitKey) {
        if let Some(observer) = &mut self.observer {
            observer.waits.end(key);
        }
    }

    /// When the running task polls a future now.
    #[inline(always)]
    pub(crate) fn this_poll(&self) -> LastPoll {
        LastPoll::now(&self.kernel)
    }

    /// Whether the task that polled then has taken a whole step since.
    pub(crate) fn is_abandoned(&self, polled: LastPoll) -> bool {
        polled.is_abandoned(&self.kernel)
    }
}
