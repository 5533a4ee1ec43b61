//! The world: all the state of one run.
//!
//! Time, tasks, the ready queue, timers, draws, the trace, findings. Handles reach it through the
//! [context](super::context); only the [loop](super::step) moves it on.

use std::collections::BTreeMap;
use std::task::Waker;
use std::time::Duration;

use super::door::{Announced, Door, Owner, Source};
use super::resources::Resources;
use super::starved::Starved;
use super::tasks::{RUNTIME_SLOT, Tasks};
use super::verdict::UnseenPanic;
use super::waits::Waits;
use crate::base::ids::TaskNo;
use crate::base::prng::Prng;
use crate::base::span::nanos;
use crate::choice::draw::{Candidates, Kind, RandomWalk};
use crate::model::ready::ReadyQueue;
use crate::model::timers::{TimerKey, TimerQueue};
use crate::record::event::{Event, Place};
use crate::record::finding::{
    Finding, FindingKind, Level, Levels, show_place, with_and_without_places,
};
use crate::record::trace::Recorder;

/// How far a run may go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Polls in all.
    pub(crate) steps: u64,
    /// Polls while virtual time stands still.
    pub(crate) steps_at_once: u64,
    /// Virtual time.
    pub(crate) virtual_time: Duration,
    /// Real time. The one limit that depends on the machine; off unless asked for.
    pub(crate) wall_time: Option<Duration>,
    /// Living tasks.
    pub(crate) tasks: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            steps: 10_000_000,
            steps_at_once: 1_000_000,
            virtual_time: Duration::from_secs(10 * 365 * 24 * 3600),
            wall_time: None,
            tasks: 10_000_000,
        }
    }
}

/// What a run is given.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) limits: Limits,
    pub(crate) levels: Levels,
    /// The virtual system clock at the start of the run, in ns since the Unix epoch.
    pub(crate) epoch: u64,
    /// Lines of standard input and when they come, in ns from the start.
    pub(crate) stdin: Vec<(u64, String)>,
    /// Whether output also goes to the terminal.
    pub(crate) echo: bool,
    /// Whether operations are scheduling points although they could complete at once.
    pub(crate) points: bool,
    /// How long a lock may be held while others wait, in ns.
    pub(crate) long_hold: u64,
}

impl Default for Setup {
    fn default() -> Self {
        Setup {
            limits: Limits::default(),
            levels: Levels::default(),
            epoch: DEFAULT_EPOCH,
            stdin: Vec::new(),
            echo: false,
            points: true,
            long_hold: 10 * 1_000_000_000,
        }
    }
}

/// 2000-01-01 00:00:00 UTC: late enough for code that subtracts years, plainly not today.
pub(crate) const DEFAULT_EPOCH: u64 = 946_684_800 * 1_000_000_000;

/// A timer as the engine keeps it.
pub(crate) struct Timer {
    /// The timer's number, in the order in which timers are set.
    pub(crate) number: u32,
    /// The task that set it.
    slot: u32,
    pub(crate) waker: Waker,
}

/// See the top of this file.
pub(crate) struct World {
    pub(crate) setup: Setup,
    pub(crate) now: u64,
    pub(crate) steps: u64,
    /// The first instant past the limit of virtual time.
    pub(crate) latest: u64,
    /// The step before which the loop need not look up from polling.
    pub(crate) attention_at: u64,
    /// The step before which it need not look at the limits.
    pub(crate) limits_at: u64,
    /// The step at which the loop last looked at the limits.
    pub(crate) looked_at: u64,
    /// The step at which virtual time last moved.
    pub(crate) moved_at: u64,
    /// How many tasks were spawned and alive when [`World::progressed`] last looked.
    tasks_seen: (u32, usize),
    /// Until when the running closure of `spawn_blocking` has blocked its own thread; see
    /// [`World::block`].
    pub(crate) blocking_pool: Option<u64>,
    pub(crate) tasks: Tasks,
    pub(crate) ready: ReadyQueue,
    pub(crate) timers: TimerQueue<Timer>,
    timers_set: u32,
    pub(crate) door: Door,
    pub(crate) recorder: Recorder,
    /// The slot of the task that is polled, else [`RUNTIME_SLOT`].
    pub(crate) current: u32,
    /// Its number, else [`TaskNo::RUNTIME`].
    current_task: TaskNo,
    /// `main` is done.
    pub(crate) main_done: bool,
    /// The run is over: what is spawned now is cancelled at once.
    pub(crate) closing: bool,
    /// The run ended because nothing could happen any more.
    pub(crate) stuck: bool,
    /// `time::pause` was called, or the run started so: `advance` is allowed.
    pub(crate) paused: bool,
    pub(crate) findings: Vec<Finding>,
    pub(crate) starved: Starved,
    /// Something may be wrong that only a full run can tell.
    pub(crate) suspicious: bool,
    pub(crate) unseen_panics: Vec<UnseenPanic>,
    /// When the run started in real time, if that is limited.
    pub(crate) started: Option<std::time::Instant>,
    /// What parked tasks wait for, kept in full runs.
    pub(crate) waits: Waits,
    /// What the next operation of tasks that let others go first is about to touch.
    pub(super) announced: Announced,
    /// The paths of all tasks, kept in full runs.
    pub(crate) paths: Vec<String>,
    /// The seed of random values, and the stream of each task that asked for some.
    pub(crate) seed: u64,
    pub(crate) values: BTreeMap<TaskNo, Prng>,
    /// What locks and channels are called, and who holds them.
    pub(crate) resources: Resources,
    pub(crate) stdin_read: usize,
    /// What a terminal would show: output, and the input as it was typed.
    pub(crate) terminal: String,
    /// Output alone.
    pub(crate) stdout: String,
}

/// What differs between runs of one world.
pub(crate) struct Plan {
    /// Who answers the draws.
    pub(crate) source: Source,
    /// The seed of random values.
    pub(crate) values: u64,
    /// Whether every event is kept, and a tape is written.
    pub(crate) full: bool,
}

impl World {
    /// A world in which [`World::begin`] begins a run.
    pub(crate) fn new(setup: Setup) -> World {
        World {
            now: 0,
            steps: 0,
            latest: nanos(setup.limits.virtual_time).saturating_add(1),
            attention_at: 0,
            limits_at: 0,
            looked_at: 0,
            moved_at: 0,
            tasks_seen: (0, 0),
            blocking_pool: None,
            tasks: Tasks::new(),
            ready: ReadyQueue::default(),
            timers: TimerQueue::new(),
            timers_set: 0,
            door: Door::Quick(RandomWalk::new(0)),
            recorder: Recorder::new(false),
            current: RUNTIME_SLOT,
            current_task: TaskNo::RUNTIME,
            main_done: false,
            closing: false,
            stuck: false,
            paused: true,
            findings: Vec::new(),
            starved: Starved::default(),
            suspicious: false,
            unseen_panics: Vec::new(),
            started: None,
            waits: Waits::default(),
            announced: Announced::new(),
            paths: Vec::new(),
            seed: 0,
            values: BTreeMap::new(),
            resources: Resources::default(),
            stdin_read: 0,
            terminal: String::new(),
            stdout: String::new(),
            setup,
        }
    }

    /// Begins a run: nothing is left of the one before but the memory it used.
    pub(crate) fn begin(&mut self, plan: Plan) {
        let Plan {
            source,
            values,
            full,
        } = plan;
        self.now = 0;
        self.steps = 0;
        self.looked_at = 0;
        self.moved_at = 0;
        self.tasks_seen = (0, 0);
        self.blocking_pool = None;
        self.tasks.reset();
        self.ready.clear();
        self.timers.clear();
        self.timers_set = 0;
        self.door.open(source, full, values);
        self.recorder = Recorder::new(full);
        self.runs(RUNTIME_SLOT, TaskNo::RUNTIME);
        self.main_done = false;
        self.closing = false;
        self.stuck = false;
        self.paused = true;
        self.findings.clear();
        self.starved.reset();
        self.suspicious = false;
        self.unseen_panics.clear();
        self.started = self
            .setup
            .limits
            .wall_time
            .map(|_| std::time::Instant::now());
        self.paths.clear();
        if full {
            self.paths.push("·".to_owned());
        }
        self.seed = values;
        // Clearing an empty map is not free, and these mostly are.
        if !self.announced.is_empty() {
            self.announced.clear();
        }
        if full {
            self.waits.reset();
        }
        if !self.values.is_empty() {
            self.values.clear();
        }
        self.resources.reset();
        self.stdin_read = 0;
        self.terminal.clear();
        self.stdout.clear();
        self.set_check();
    }

    /// The number of the running task.
    #[inline(always)]
    pub(crate) fn current_task(&self) -> TaskNo {
        self.current_task
    }

    /// This task runs now, or the runtime.
    #[inline(always)]
    pub(crate) fn runs(&mut self, slot: u32, task: TaskNo) {
        self.current = slot;
        self.current_task = task;
    }

    /// Puts an event of the running task onto the trace.
    pub(crate) fn record(&mut self, event: Event) {
        let task = self.current_task();
        self.recorder.record(self.now, task, event);
    }

    /// Puts an event onto the trace that is made anew for each use: the short way for frequent events, which
    /// are nothing but a word for the hash unless the run is full.
    #[inline(always)]
    pub(crate) fn record_light(&mut self, task: TaskNo, make: impl Fn() -> Event) {
        self.recorder.record_light(self.now, task, make);
    }

    /// A step begins, which is nothing to hash: the event that ends it is.
    #[inline(always)]
    pub(crate) fn step_begins(&mut self, task: TaskNo) {
        if self.recorder.is_full() {
            self.recorder.record(self.now, task, Event::Polled);
            self.forget_passing_waits(task);
        }
    }

    /// A parked task is ready.
    #[inline]
    pub(crate) fn make_ready(&mut self, slot: u32) {
        let task = self.tasks.row(slot).number;
        self.record_light(self.current_task(), || Event::Woke { task });
        self.ready.push(slot);
    }

    /// Decides when the loop next looks at the limits.
    pub(crate) fn set_check(&mut self) {
        let limits = &self.setup.limits;
        let at_once = self.moved_at.saturating_add(limits.steps_at_once);
        // Real time, and wakes from other threads, are looked at now and then.
        let look = self.looked_at.saturating_add(LOOK_EVERY);
        self.limits_at = limits.steps.min(at_once).min(look);
        if self.now >= self.latest {
            self.limits_at = 0;
        }
        self.set_attention();
    }

    /// The loop looks at the limits before the next step.
    pub(crate) fn check_limits_next(&mut self) {
        self.limits_at = 0;
        self.attention_at = 0;
    }

    /// Decides when the loop next looks up from polling: at once if a timer is due.
    #[inline]
    pub(crate) fn set_attention(&mut self) {
        let due = self.timers.may_be_due(self.now);
        self.attention_at = if due { 0 } else { self.limits_at };
    }

    /// Whether tasks began or ended since this was last asked; if so, it is as if time had moved.
    pub(crate) fn progressed(&mut self) -> bool {
        let tasks = (self.tasks.spawned(), self.tasks.alive());
        let progressed = std::mem::replace(&mut self.tasks_seen, tasks) != tasks;
        if progressed {
            self.moved_at = self.steps;
        }
        progressed
    }

    /// Moves the clock to `to`, if that is ahead.
    pub(crate) fn move_clock(&mut self, to: u64) {
        if to > self.now {
            self.now = to;
            self.recorder.clock(to);
            // `limits_at` may be early now, which costs a look, and is never late.
            self.moved_at = self.steps;
            if to >= self.latest {
                self.limits_at = 0;
            }
            self.set_attention();
        }
    }

    /// What time it is for the code that runs now.
    #[inline(always)]
    pub(crate) fn time_here(&self) -> u64 {
        self.blocking_pool.unwrap_or(self.now)
    }

    /// The running code blocks its thread. In a task that is everybody's thread, so the clock moves
    /// for all; in a closure of `spawn_blocking` it is a thread of its own.
    pub(crate) fn block(&mut self, duration: Duration, place: Place) {
        let nanos = nanos(duration);
        if let Some(until) = &mut self.blocking_pool {
            *until = until.saturating_add(nanos);
            return;
        }
        let to = self.now.saturating_add(nanos).min(self.latest);
        self.record(Event::Blocked { nanos });
        let waiting = self.ready.places().len();
        self.find(
            FindingKind::Blocking,
            Some(self.current),
            Some(place),
            |_| {
                let meanwhile = match waiting {
                    0 => String::new(),
                    1 => "; 1 task was ready and could not run".to_owned(),
                    n => format!("; {n} tasks were ready and could not run"),
                };
                let seconds = crate::base::span::Seconds(nanos);
                (
                    format!("blocked the thread for {seconds}: nothing else ran{meanwhile}"),
                    vec![],
                )
            },
        );
        self.move_clock(to);
    }

    /// Sets a timer for the running task.
    pub(crate) fn set_timer(&mut self, deadline: u64, waker: Waker) -> TimerKey {
        self.timers_set += 1;
        let number = self.timers_set;
        self.record_light(self.current_task(), || Event::TimerSet {
            timer: number,
            deadline,
        });
        self.timers.insert(
            deadline,
            Timer {
                number,
                slot: self.current,
                waker,
            },
        )
    }

    /// Takes a timer back; the caller drops the waker.
    pub(crate) fn cancel_timer(&mut self, key: TimerKey) -> Option<Timer> {
        let timer = self.timers.remove(key)?;
        self.record_light(self.current_task(), || Event::TimerCancelled {
            timer: timer.number,
        });
        Some(timer)
    }

    /// Fires the earliest due timer, or the one drawn among several due at the same instant.
    pub(crate) fn fire_timer(&mut self) -> Option<Waker> {
        if !self.timers.first_is_alone() {
            let ties = self.timers.ties(self.now, MOST_TIES);
            if ties > 1 {
                let slot = self
                    .timers
                    .peek_due(self.now)
                    .map_or(RUNTIME_SLOT, |t| t.slot);
                let owner = Owner { slot, ahead: 1 };
                let nth = self.draw_for(owner, Kind::Timer, Candidates::Count(ties));
                return self
                    .timers
                    .pop_nth(self.now, nth)
                    .map(|due| self.fired(due.payload));
            }
        }
        self.timers
            .pop_due(self.now)
            .map(|due| self.fired(due.payload))
    }

    #[inline(always)]
    fn fired(&mut self, timer: Timer) -> Waker {
        self.record_light(self.current_task(), || Event::TimerFired {
            timer: timer.number,
        });
        timer.waker
    }

    /// Whether a due timer fires although tasks are ready: a draw, whose default is no.
    pub(crate) fn fires_early(&mut self) -> bool {
        let Some(slot) = self.timers.peek_due(self.now).map(|timer| timer.slot) else {
            return false;
        };
        self.draw_for(Owner { slot, ahead: 1 }, Kind::Fire, Candidates::Count(2)) == 1
    }

    /// Whether one of these is looked for.
    pub(crate) fn looks_for(&self, kinds: &[FindingKind]) -> bool {
        let levels = &self.setup.levels;
        kinds.iter().any(|&kind| levels.get(kind) != Level::Allow)
    }

    /// One of these may show. Says whether it can be told here: in a full run; an exploring run is run again in full.
    pub(crate) fn suspects(&mut self, kinds: &[FindingKind]) -> bool {
        let looked_for = self.looks_for(kinds);
        self.suspicious |= looked_for;
        looked_for && self.recorder.is_full()
    }

    /// Reports something wrong, unless it is allowed. `words` gives the message and more lines.
    pub(crate) fn find(
        &mut self,
        kind: FindingKind,
        slot: Option<u32>,
        place: Option<Place>,
        words: impl FnOnce(&World) -> (String, Vec<String>),
    ) {
        self.find_at(kind, slot, place.map(show_place), words);
    }

    pub(crate) fn find_at(
        &mut self,
        kind: FindingKind,
        slot: Option<u32>,
        place: Option<String>,
        words: impl FnOnce(&World) -> (String, Vec<String>),
    ) {
        let level = self.setup.levels.get(kind);
        // A loop that goes wrong a million times is one bug, told as often as a reader may want.
        let same = |f: &&Finding| f.kind == kind && f.place == place;
        if level == Level::Allow || self.findings.iter().filter(same).count() >= MOST_OF_A_KIND {
            return;
        }
        let (message, marked) = words(self);
        let details = marked.iter().map(|line| with_and_without_places(line));
        let (details, plain) = details.unzip();
        let message = with_and_without_places(&message).1;
        let task = slot.map(|slot| self.tasks.path(slot));
        let finding = Finding {
            kind,
            level,
            task,
            at: self.now,
            place,
            message,
            details,
            plain,
        };
        self.record(Event::Found(format!("{kind}: {}", finding.message)));
        self.findings.push(finding);
    }
}

/// Steps between two looks at real time, and at wakes from other threads.
const LOOK_EVERY: u64 = 1024;

/// Timers due at the same instant that a draw chooses among, at the most.
const MOST_TIES: usize = 16;

/// Findings of one kind and place that one run keeps, at the most.
const MOST_OF_A_KIND: usize = 8;
