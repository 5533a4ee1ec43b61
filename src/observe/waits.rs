//! Waits: which operations cannot go on, for want of what, and whether their task still polls them.
//!
//! Kept in recorded runs only: exploring needs none of it to go on, and a seed that shows something is run again. A wait
//! is noted when an operation returns `Pending`, brought up to date when it is polled again, and struck off when it
//! is done or dropped. So at any time:
//!
//! ```text
//!   polled in its task's last step      the task waits for this
//!   not polled in its last step         the future still exists, and the task does not look at it any more
//!   … and granted meanwhile             it has been given something that it will not use: a futurelock
//! ```
//!
//! A combinator such as `FuturesUnordered` polls a future when the waker that it gave it was called, and not before. Such a
//! future, which was polled with another waker than its task's, is waited for as long as nobody called that waker.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroU32;

use crate::base::ids::{RunId, TaskNo};
use crate::base::place::Place;
use crate::base::resource::{ResourceNo, Want};
use crate::kernel::kernel::Kernel;

/// A wait's entry. The run is part of it, as for a [`Hold`](crate::record::fact::Hold).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WaitKey {
    run: RunId,
    task: TaskNo,
    number: NonZeroU32,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Awaits {
    /// Something that a resource gives.
    Resource(ResourceNo, Want),
    /// The end of a task.
    Task(TaskNo),
    /// The end of any of so many tasks.
    AnyTask(u32),
    /// A timer that is due then.
    Timer(u64),
}

/// When a future was last polled, by the clock of its task.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LastPoll {
    pub(crate) task: TaskNo,
    /// The task's slot in the table of tasks.
    pub(crate) slot: u32,
    /// Which of the task's steps it was.
    step: u32,
}

impl LastPoll {
    /// Now, in the running task.
    #[inline(always)]
    pub(crate) fn now(kernel: &Kernel) -> LastPoll {
        let row = kernel.tasks.row(kernel.current());
        LastPoll {
            task: row.number,
            slot: kernel.current(),
            step: row.steps,
        }
    }

    /// Whether the task has taken a whole step since.
    pub(crate) fn is_abandoned(&self, kernel: &Kernel) -> bool {
        let Some(row) = kernel.tasks.row_if_any(self.slot) else {
            return false;
        };
        // A step that is under way may come to it yet.
        let under_way = kernel.current() == self.slot && !kernel.phase().is_closing();
        let whole = row.steps.wrapping_sub(u32::from(under_way));
        row.number == self.task && self.step < whole
    }
}

/// An operation that returned `Pending`.
#[derive(Clone, Debug)]
pub(crate) struct OpenWait {
    /// Its number, in the order in which waits began.
    pub(crate) number: NonZeroU32,
    pub(crate) polled: LastPoll,
    pub(crate) awaits: Awaits,
    pub(crate) place: Option<Place>,
    /// Whether it was last polled with the task's own waker.
    pub(crate) own: bool,
    /// When it was first polled, in virtual time.
    pub(crate) since: u64,
    /// When it was last polled.
    pub(crate) seen: u64,
    /// When it was given what it waits for.
    pub(crate) granted: Option<u64>,
    /// How much it asks for, of what comes in numbers.
    pub(crate) wanted: u64,
    /// Whether its receiver has had nothing yet.
    pub(crate) fresh: bool,
    /// Whether it tells when it is over; if not, it is over with its task's step.
    lasting: bool,
}

impl OpenWait {
    /// Whether it was given what it waits for, or its timer has fired: so its waker was called. Of timers due at this very
    /// instant that is known once none is left.
    pub(crate) fn is_called(&self, kernel: &Kernel) -> bool {
        let fired = |at| at < kernel.now() || at == kernel.now() && !kernel.may_be_due();
        let due = matches!(self.awaits, Awaits::Timer(at) if fired(at));
        due || self.granted.is_some()
    }

    /// Whether its task polls it no more. If others still move, that is known only of a future with the task's own waker:
    /// what polls the others may come to it later.
    pub(crate) fn is_left_alone(&self, kernel: &Kernel, others_move: bool) -> bool {
        self.polled.is_abandoned(kernel) && (self.own || !others_move && self.is_called(kernel))
    }
}

/// By whom a task may be woken, in numbers: to see whether a poll changed them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wakes {
    /// How many of its wakers there are.
    pub(crate) wakers: usize,
    /// How often a wait was noted, of whichever task.
    pub(crate) waits: u64,
    /// Whether it was woken already.
    pub(crate) woken: bool,
}

/// The waits of one task. It may have thousands, so none is looked for one by one.
#[derive(Debug, Default)]
struct Row {
    /// In the order in which they began, which is that of their numbers.
    waits: VecDeque<OpenWait>,
    /// What was said to be waited for in the last step only, in order. Most tasks have one such, and there may be hundreds of
    /// thousands of tasks.
    passing: Vec<(Awaits, NonZeroU32)>,
}

impl Row {
    fn add(&mut self, wait: OpenWait) {
        if self.waits.capacity() == 0 {
            self.waits.reserve_exact(1);
        }
        self.waits.push_back(wait);
    }

    fn passing(&self, awaits: Awaits) -> Result<usize, usize> {
        self.passing.binary_search_by_key(&awaits, |of| of.0)
    }

    fn add_passing(&mut self, awaits: Awaits, number: NonZeroU32) {
        if self.passing.capacity() == 0 {
            self.passing.reserve_exact(1);
        }
        match self.passing(awaits) {
            Ok(at) => self.passing[at].1 = number,
            Err(at) => self.passing.insert(at, (awaits, number)),
        }
    }

    fn position(&self, number: NonZeroU32) -> Option<usize> {
        let found = self.waits.binary_search_by_key(&number, |wait| wait.number);
        found.ok()
    }

    fn get(&self, number: NonZeroU32) -> Option<&OpenWait> {
        self.position(number).map(|at| &self.waits[at])
    }

    fn get_mut(&mut self, number: NonZeroU32) -> Option<&mut OpenWait> {
        self.position(number).map(|at| &mut self.waits[at])
    }
}

/// All waits of one run.
#[derive(Debug)]
pub(crate) struct Waits {
    run: RunId,
    /// By the task's number; one that is over, and of which no future waits, takes no memory.
    of_task: Vec<Option<Box<Row>>>,
    /// A row that is free, for the next task.
    spare: Option<Box<Row>>,
    begun: u32,
    /// How often one was noted, new or again.
    noted: u64,
    /// The branches of `select!`s that a task polled in its last step, and that wait for nothing.
    idle: BTreeMap<TaskNo, Vec<(u64, Place)>>,
    /// The task of each `select!` that had such.
    selecting: BTreeMap<u64, TaskNo>,
    /// How many `select!`s had such.
    selects: u64,
    /// Waits of which is to be known whether their futures are polled again, by number; and whether they were.
    watched: BTreeMap<NonZeroU32, bool>,
}

impl Waits {
    pub(crate) fn new(run: RunId) -> Waits {
        Waits {
            run,
            of_task: Vec::with_capacity(8),
            spare: None,
            begun: 0,
            noted: 0,
            idle: BTreeMap::new(),
            selecting: BTreeMap::new(),
            selects: 0,
            watched: BTreeMap::new(),
        }
    }

    fn row(&mut self, task: TaskNo) -> &mut Row {
        let at = task.get() as usize;
        if at >= self.of_task.len() {
            self.of_task.resize_with(at + 1, || None);
        }
        let spare = &mut self.spare;
        self.of_task[at].get_or_insert_with(|| spare.take().unwrap_or_default())
    }

    fn known_row(&self, task: TaskNo) -> Option<&Row> {
        self.of_task.get(task.get() as usize)?.as_deref()
    }

    /// This task is over. Futures of its that still wait may be with another by now.
    pub(crate) fn task_over(&mut self, task: TaskNo) {
        if self.known_row(task).is_none() {
            return;
        }
        self.strike_off(task);
        let row = self.of_task.get_mut(task.get() as usize);
        if let Some(row) = row.and_then(|row| row.take_if(|row| row.waits.is_empty())) {
            self.spare = Some(row);
        }
    }

    /// The running task's operation returned `Pending`. One that will say when it is over has a key, which it gives again
    /// when it waits again. Says whether the wait is new.
    pub(crate) fn note(
        &mut self,
        kernel: &Kernel,
        lasting: bool,
        known: Option<WaitKey>,
        own: bool,
        awaits: Awaits,
        place: Option<Place>,
    ) -> (WaitKey, bool) {
        self.noted += 1;
        let (now, polled) = (kernel.now(), LastPoll::now(kernel));
        let known = known.filter(|key| key.run == self.run);
        let moved = known.filter(|key| key.task != polled.task);
        if let Some(wait) = moved.and_then(|key| self.remove(key)) {
            // Its future is polled by another task than before, and is that one's from now on.
            let waits = &mut self.row(polled.task).waits;
            let at = waits.partition_point(|other| other.number < wait.number);
            waits.insert(at, wait);
        }
        let known = known.map(|key| key.number);
        known.iter().for_each(|number| self.polled_again(*number));
        let row = self.row(polled.task);
        let same = match known {
            Some(number) => Some(number),
            // Said twice in one step is said once.
            None if !lasting => row.passing(awaits).ok().map(|at| row.passing[at].1),
            None => None,
        };
        let (number, new) = match same.and_then(|number| row.get_mut(number)) {
            Some(wait) => {
                (wait.polled, wait.seen, wait.own) = (polled, now, own);
                (wait.number, false)
            }
            None => {
                self.begun += 1;
                let number = NonZeroU32::new(self.begun).expect("counted from 1");
                let row = self.row(polled.task);
                if !lasting {
                    row.add_passing(awaits, number);
                }
                row.add(OpenWait {
                    number,
                    polled,
                    awaits,
                    place,
                    own,
                    since: now,
                    seen: now,
                    granted: None,
                    wanted: 0,
                    fresh: false,
                    lasting,
                });
                (number, true)
            }
        };
        let key = WaitKey {
            run: self.run,
            task: polled.task,
            number,
        };
        (key, new)
    }

    fn remove(&mut self, key: WaitKey) -> Option<OpenWait> {
        let row = self.of_task.get_mut(key.task.get() as usize)?.as_mut()?;
        let at = row.position(key.number)?;
        row.waits.remove(at)
    }

    /// A wait was given what it waits for; its task has not seen it yet.
    pub(crate) fn grant(&mut self, key: WaitKey, now: u64) {
        if let Some(wait) = self.get_mut(key) {
            wait.granted = Some(now);
        }
    }

    /// How much a wait asks for, and whether its receiver has had nothing yet.
    pub(crate) fn describe(&mut self, key: WaitKey, wanted: u64, fresh: bool) {
        if let Some(wait) = self.get_mut(key) {
            (wait.wanted, wait.fresh) = (wanted, fresh);
        }
    }

    /// A wait that goes on is for something else now.
    pub(crate) fn put_off(&mut self, key: WaitKey, awaits: Awaits) {
        if let Some(wait) = self.get_mut(key) {
            wait.awaits = awaits;
        }
    }

    /// A wait is over: its future was dropped.
    pub(crate) fn end(&mut self, key: WaitKey) {
        if key.run == self.run {
            self.remove(key);
        }
    }

    /// A wait is over: its future was polled, and is done.
    pub(crate) fn complete(&mut self, key: WaitKey) {
        if key.run == self.run {
            self.polled_again(key.number);
            self.remove(key);
        }
    }

    /// It is to be known whether this wait's future is polled again.
    pub(crate) fn watch(&mut self, number: NonZeroU32) {
        self.watched.entry(number).or_default();
    }

    /// Whether it was.
    pub(crate) fn was_polled_again(&self, number: NonZeroU32) -> bool {
        self.watched.get(&number).copied().unwrap_or_default()
    }

    fn polled_again(&mut self, number: NonZeroU32) {
        if let Some(again) = self.watched.get_mut(&number) {
            *again = true;
        }
    }

    /// A step of this task begins: what it waited for in the last one it asks for again, or waits for it no more.
    #[inline]
    pub(crate) fn begin_step(&mut self, task: TaskNo) {
        let row = self.known_row(task);
        if row.is_some_and(|row| !row.passing.is_empty()) || !self.idle.is_empty() {
            self.strike_off(task);
        }
    }

    #[inline(never)]
    fn strike_off(&mut self, task: TaskNo) {
        let row = self.of_task.get_mut(task.get() as usize);
        if let Some(row) = row.and_then(Option::as_mut)
            && !row.passing.is_empty()
        {
            row.passing.clear();
            row.waits.retain(|wait| wait.lasting);
        }
        self.idle.remove(&task);
    }

    /// How often a wait was noted.
    pub(crate) fn noted(&self) -> u64 {
        self.noted
    }

    /// The running task polls a branch of a `select!` that waits for nothing.
    /// Gives the number of the `select!`.
    pub(crate) fn add_idle(&mut self, task: TaskNo, known: Option<u64>, place: Place) -> u64 {
        self.selects += u64::from(known.is_none());
        let number = known.unwrap_or(self.selects);
        if let Some(before) = self.selecting.insert(number, task)
            && before != task
        {
            self.forget_idle(before, number);
        }
        let idle = self.idle.entry(task).or_default();
        idle.push((number, place));
        number
    }

    /// A `select!` is over.
    pub(crate) fn end_idle(&mut self, number: u64) {
        if let Some(task) = self.selecting.remove(&number) {
            self.forget_idle(task, number);
        }
    }

    fn forget_idle(&mut self, task: TaskNo, select: u64) {
        if let Some(idle) = self.idle.get_mut(&task) {
            idle.retain(|of| of.0 != select);
        }
    }

    /// The branches of `select!`s that this task polled in its last step, and that wait for nothing.
    pub(crate) fn idle(&self, task: TaskNo) -> impl Iterator<Item = Place> {
        let idle = self.idle.get(&task).into_iter().flatten();
        idle.map(|of| of.1)
    }

    /// What the task in this slot cannot go on without: the waits of its last step, and those whose wakers nobody called.
    pub(crate) fn of<'a>(
        &'a self,
        kernel: &'a Kernel,
        slot: u32,
    ) -> impl Iterator<Item = &'a OpenWait> {
        let row = kernel.tasks.row(slot);
        let (task, step) = (row.number, row.steps);
        let waits = self.known(task);
        waits.filter(move |wait| wait.polled.step == step || !wait.own && !wait.is_called(kernel))
    }

    /// All that are known of this task, whether it still polls them or not.
    pub(crate) fn known(&self, task: TaskNo) -> impl Iterator<Item = &OpenWait> + Clone {
        self.known_row(task).into_iter().flat_map(|row| &row.waits)
    }

    /// All, by task, and in the order in which they began.
    pub(crate) fn all(&self) -> impl Iterator<Item = &OpenWait> {
        let rows = self.of_task.iter().flatten();
        rows.flat_map(|row| &row.waits)
    }

    /// The wait with this key, if it is of this run.
    pub(crate) fn get(&self, key: WaitKey) -> Option<&OpenWait> {
        if key.run != self.run {
            return None;
        }
        self.known_row(key.task)?.get(key.number)
    }

    fn get_mut(&mut self, key: WaitKey) -> Option<&mut OpenWait> {
        if key.run != self.run {
            return None;
        }
        let row = self.of_task.get_mut(key.task.get() as usize)?;
        row.as_mut()?.get_mut(key.number)
    }
}

#[cfg(test)]
mod tests;
