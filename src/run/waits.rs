//! Waits: which operations cannot go on, for want of what, and whether their task still polls them.
//!
//! Kept in full runs only: exploring needs none of it to go on, and a seed that shows something is run again. A wait
//! is noted when an operation returns `Pending`, brought up to date when it is polled again, and struck off when it
//! is done or dropped. So at any time:
//!
//! ```text
//!   polled in its task's last step      the task waits for this
//!   not polled in its last step         the future still exists, and the task does not look at it any more
//!   … and granted meanwhile             it has been given something that it will not use: a futurelock
//! ```

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use super::context::RunId;
use super::world::World;
use crate::base::ids::TaskNo;
use crate::base::span::{FAR, Seconds};
use crate::record::event::{Event, Place};

/// A wait's entry; nothing in an exploring run. The run is part of it, as for a
/// [`Hold`](super::resources::Hold).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WaitKey(RunId, Key);

/// A wait's task, and the wait's number in the order in which waits began.
type Key = (TaskNo, NonZeroU32);

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum What {
    /// This part of a resource; `""` is the resource itself.
    Resource(u32, &'static str),
    /// The end of a task.
    Task(TaskNo),
    /// The end of any of so many tasks.
    AnyOf(u32),
    /// A timer.
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
    pub(crate) fn now(world: &World) -> LastPoll {
        let row = world.tasks.row(world.current);
        LastPoll {
            task: row.number,
            slot: world.current,
            step: row.steps,
        }
    }

    /// Whether the task has taken a whole step since.
    pub(crate) fn is_abandoned(&self, world: &World) -> bool {
        let Some(row) = world.tasks.row_if_any(self.slot) else {
            return false;
        };
        // A step that is under way may come to it yet.
        let whole = if world.current == self.slot && !world.closing {
            row.steps.wrapping_sub(1)
        } else {
            row.steps
        };
        row.number == self.task && self.step < whole
    }
}

/// An operation that returned `Pending`.
#[derive(Clone, Debug)]
pub(crate) struct Wait {
    /// Its number, in the order in which waits began.
    pub(crate) number: NonZeroU32,
    pub(crate) polled: LastPoll,
    pub(crate) what: What,
    pub(crate) place: Option<Place>,
    /// When it was first polled, in virtual time.
    pub(crate) since: u64,
    /// When it was last polled.
    pub(crate) seen: u64,
    /// When it was given what it waits for.
    pub(crate) granted: Option<u64>,
    /// Whether it tells when it is over; if not, it is over with its task's step.
    lasting: bool,
}

/// All waits of one run, by task.
#[derive(Debug, Default)]
pub(crate) struct Waits {
    rows: BTreeMap<Key, Wait>,
    begun: u32,
}

impl Waits {
    pub(crate) fn reset(&mut self) {
        self.begun = 0;
        self.rows.clear();
    }

    fn next(&mut self) -> NonZeroU32 {
        self.begun += 1;
        NonZeroU32::new(self.begun).expect("counted from 1")
    }

    /// What the task cannot go on without: the waits of its last step.
    pub(crate) fn of(&self, world: &World, slot: u32) -> impl Iterator<Item = &Wait> {
        let row = world.tasks.row(slot);
        let (task, step) = (row.number, row.steps);
        self.of_task(task)
            .map(|(_, wait)| wait)
            .filter(move |wait| wait.polled.step == step)
    }

    fn of_task(&self, task: TaskNo) -> impl Iterator<Item = (&Key, &Wait)> {
        self.rows
            .range((task, NonZeroU32::MIN)..=(task, NonZeroU32::MAX))
    }

    /// All, by task, and in the order in which they began.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Wait> {
        self.rows.values()
    }

    /// The wait with this key, in this run.
    pub(crate) fn get(&self, run: RunId, key: WaitKey) -> Option<&Wait> {
        self.rows.get(&key.1).filter(|_| key.0 == run)
    }
}

impl World {
    /// The running task's operation returned `Pending`. Gives the key under which it is kept, in a full run, if it
    /// will tell when it is over.
    #[inline(always)]
    pub(crate) fn waits_for(
        &mut self,
        run: RunId,
        key: Option<WaitKey>,
        what: What,
        place: Option<Place>,
    ) -> Option<WaitKey> {
        if self.recorder.is_full() {
            self.note_wait(Some(run), key, what, place)
        } else {
            None
        }
    }

    /// [`World::waits_for`] for an operation that does not tell when it is over.
    #[inline(always)]
    pub(crate) fn waits_now(&mut self, what: What, place: Option<Place>) {
        if self.recorder.is_full() {
            self.note_wait(None, None, what, place);
        }
    }

    fn note_wait(
        &mut self,
        run: Option<RunId>,
        key: Option<WaitKey>,
        what: What,
        place: Option<Place>,
    ) -> Option<WaitKey> {
        let (now, polled) = (self.now, LastPoll::now(self));
        // A future may be polled by another task than before, and is that one's then.
        let known = key.filter(|key| Some(key.0) == run);
        let known = known.and_then(|key| Some((key.1.1, self.waits.rows.remove(&key.1)?)));
        // Said twice in one step is said once.
        let said = |waits: &Waits| {
            let same = |wait: &Wait| !wait.lasting && wait.what == what;
            waits
                .of_task(polled.task)
                .find(|row| same(row.1))
                .map(|row| *row.0)
        };
        let again = run.is_none().then(|| said(&self.waits)).flatten();
        let (number, mut wait) = known.unwrap_or_else(|| {
            let number = again.map_or_else(|| self.waits.next(), |key| key.1);
            let wait = Wait {
                number,
                polled,
                what,
                place,
                since: now,
                seen: now,
                granted: None,
                lasting: run.is_some(),
            };
            (number, wait)
        });
        (wait.polled, wait.seen) = (polled, now);
        let number = (polled.task, number);
        self.waits.rows.insert(number, wait);
        let again = again.is_some();
        if !again {
            let what = self.name_wait(&self.waits.rows[&number]);
            self.record(Event::Waits { what, place });
        }
        run.map(|run| WaitKey(run, number))
    }

    /// A wait was given what it waits for; its task has not seen it yet.
    pub(crate) fn wait_granted(&mut self, key: WaitKey) {
        let now = self.now;
        if let Some(wait) = self.waits.rows.get_mut(&key.1) {
            wait.granted = Some(now);
        }
    }

    /// A wait is over.
    pub(crate) fn wait_over(&mut self, run: RunId, key: WaitKey) -> Option<Wait> {
        if key.0 != run {
            return None;
        }
        self.waits.rows.remove(&key.1)
    }

    /// A step of this task begins: what it waited for in the last one it asks for again, or waits for it no more.
    pub(crate) fn forget_passing_waits(&mut self, task: TaskNo) {
        let passing = self.waits.of_task(task).filter(|row| !row.1.lasting);
        let passing: Vec<Key> = passing.map(|row| *row.0).collect();
        for key in passing {
            self.waits.rows.remove(&key);
        }
    }

    /// What is waited for, in words.
    pub(crate) fn name_wait(&self, wait: &Wait) -> String {
        match wait.what {
            What::Resource(id, part) => format!("{part}{}", self.resources.name(id)),
            What::Task(task) => format!("the end of {}", self.path_of_number(task)),
            What::AnyOf(tasks) => format!("the end of any of {tasks} tasks"),
            What::Timer(FAR) => "a timer that never fires".to_owned(),
            What::Timer(at) => format!("a timer at {}", Seconds(at)),
        }
    }

    /// The path of a task by its number, also when it is over.
    pub(crate) fn path_of_number(&self, task: TaskNo) -> &str {
        self.paths
            .get(task.get() as usize)
            .map_or("·", String::as_str)
    }
}
