//! All the state of one run, made anew for each: the one composition root.
//!
//! ```text
//!             emit(fact)                 draw                   find
//!                 │                       │                      │
//!        ┌────────┼──────────┐            │            ┌─────────┴────────┐
//!        ▼        ▼          ▼            ▼            ▼                  ▼
//!     journal  counters  observer ···► chooser     suspicion          findings
//!     hash,    always    recorded      answers,    not recorded:      recorded:
//!     events             runs only     tape        "look again"       data
//!                                         ▲
//!                        kernel ──────────┘   models: timers (in the kernel), stdin
//! ```
//!
//! Handles reach it through the [context](super::context), with verbs; only the [loop](super::step) moves it on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use super::limits::Watch;
use super::pending::Pending;
use super::setup::Setup;
use super::suspicion::Suspicion;
use crate::base::ids::{RunId, TaskNo};
use crate::base::place::{Place, SourcePlace};
use crate::base::prng::Prng;
use crate::base::resource::{Operation, ResourceKind, ResourceNo};
use crate::base::span::nanos;
use crate::choice::chooser::{Chooser, Source};
use crate::choice::draw::{Candidates, Kind};
use crate::choice::passes::Passes;
use crate::choice::strategies::walk::RandomWalk;
use crate::choice::strategy::{Observation, Summary};
use crate::choice::tape::{Match, Tape};
use crate::diagnose::look::{Look, Seen};
use crate::diagnose::starvation::Starved;
use crate::diagnose::{abandoned_receiver, futurelock, long_hold};
use crate::kernel::kernel::{Kernel, KernelMemory};
use crate::kernel::phase::{Phase, Stop};
use crate::kernel::tasks::{MAIN_SLOT, Name, RUNTIME_SLOT};
use crate::model::stdin::{Next, ReaderNo, Stdin};
use crate::model::timers::TimerKey;
use crate::observe::counters::Counters;
use crate::observe::observer::Observer;
use crate::observe::resources::Moment;
use crate::observe::waits::{Awaits, LastPoll, WaitKey};
use crate::record::detail::{Blocking, Detail, NeverAwaited};
use crate::record::event::{Event, PlaceNo, TextNo};
use crate::record::fact::{Fact, Hold};
use crate::record::finding::Finding;
use crate::record::journal::{Book, Journal, Keep, ResourceName};
use crate::record::kind::{FindingKind, Level};

/// See the top of this file.
pub(crate) struct Run {
    pub(super) setup: Arc<Setup>,
    pub(super) kernel: Kernel,
    pub(super) chooser: Chooser,
    /// Whether the chooser knows the key of each draw.
    pub(super) keyed: bool,
    pub(super) journal: Journal,
    pub(super) counters: Counters,
    /// In recorded runs.
    pub(super) observer: Option<Box<Observer>>,
    pub(super) pending: Pending,
    pub(super) watch: Watch,
    pub(super) starved: Starved,
    pub(super) suspicion: Suspicion,
    pub(super) findings: Vec<Finding>,
    pub(super) unseen_panics: Vec<super::panics::UnseenPanic>,
    /// Whether operations are scheduling points.
    points: bool,
    /// The points that this run passes over.
    passes: Passes,
    /// Points whose `Pending` was taken for an answer.
    mistaken: Vec<Place>,
    /// `time::pause` was called, or the run started so: `advance` is allowed.
    clock_paused: bool,
    /// Until when the running closure of `spawn_blocking` has blocked its own thread; see [`Run::block`].
    blocking_pool: Option<u64>,
    /// The seed of random values, and the generator of each task that asked for some.
    seed: u64,
    values: BTreeMap<TaskNo, Prng>,
    names: ResourceNames,
    stdin: Stdin,
    output: Output,
}

/// What differs between runs of one setup.
pub(crate) struct Plan {
    /// Who answers the draws.
    pub(crate) source: Source,
    /// The seed of random values.
    pub(crate) values: u64,
    /// Which events are kept, and so whether a tape is written and findings are told.
    pub(crate) record: Option<Keep>,
    /// The scheduling points that are passed over.
    pub(crate) passes: Passes,
}

impl Plan {
    /// That of no run.
    pub(crate) const NONE: Plan = Plan {
        source: Source::Walk(0),
        values: 0,
        record: None,
        passes: Passes::NONE,
    };
}

/// What a run leaves to the next: memory, and nothing a run can see.
pub(crate) struct Memory {
    kernel: KernelMemory,
    walk: Box<RandomWalk>,
}

impl Default for Memory {
    fn default() -> Memory {
        Memory {
            kernel: KernelMemory::new(),
            walk: Box::default(),
        }
    }
}

/// What the user calls resources.
#[derive(Default)]
struct ResourceNames {
    /// The name for those that are made now.
    given: Option<Arc<str>>,
    /// How many bear each name, in recorded runs.
    counts: BTreeMap<String, u32>,
}

/// What the run printed.
#[derive(Default)]
pub(crate) struct Output {
    /// What a terminal would show: output, and the input as it was typed.
    pub(crate) terminal: String,
    /// Output alone.
    pub(crate) stdout: String,
}

/// Findings of one kind and place that one run keeps, at the most.
const MOST_OF_A_KIND: usize = 8;

/// Timers due at the same instant that a draw chooses among, at the most.
const MOST_TIES: usize = 16;

impl Run {
    pub(crate) fn new(setup: Arc<Setup>, id: RunId, plan: Plan, memory: Memory) -> Run {
        let Plan {
            source,
            values,
            record,
            passes,
        } = plan;
        let chooser = Chooser::new(source, record.is_some(), values, memory.walk);
        Run {
            kernel: Kernel::new(memory.kernel),
            keyed: matches!(chooser, Chooser::Keyed(_)),
            chooser,
            journal: record.map_or_else(Journal::hash_only, Journal::recording),
            counters: Counters::new(id),
            observer: record.map(|_| Box::new(Observer::new(id))),
            pending: Pending::default(),
            watch: Watch::new(&setup.limits),
            starved: Starved::new(),
            suspicion: Suspicion::default(),
            findings: Vec::new(),
            unseen_panics: Vec::new(),
            points: setup.points,
            passes,
            mistaken: Vec::new(),
            clock_paused: true,
            blocking_pool: None,
            seed: values,
            values: BTreeMap::new(),
            names: ResourceNames::default(),
            stdin: Stdin::default(),
            output: Output::default(),
            setup,
        }
    }

    /// The run's id.
    pub(crate) fn id(&self) -> RunId {
        self.counters.run()
    }

    /// Whether everything is kept, and what is wrong is told.
    #[inline(always)]
    pub(crate) fn is_recorded(&self) -> bool {
        self.journal.is_recording()
    }

    /// Whether draws have keys and strategies are told what happens.
    #[inline(always)]
    pub(crate) fn is_keyed(&self) -> bool {
        self.keyed
    }

    // ---- the running task, and the course of the run ----

    /// The number of the running task; [`TaskNo::RUNTIME`] if none runs.
    #[inline(always)]
    pub(crate) fn current_task(&self) -> TaskNo {
        self.kernel.current_task()
    }

    /// Its slot in the table of tasks, if one runs.
    pub(crate) fn running_slot(&self) -> Option<u32> {
        Some(self.kernel.current()).filter(|&slot| slot != RUNTIME_SLOT)
    }

    /// Whether the run has ended, and what is left is being dropped.
    #[inline(always)]
    pub(crate) fn is_closing(&self) -> bool {
        self.kernel.phase().is_closing()
    }

    /// Makes a row for a task that the running one spawns.
    pub(crate) fn add_task(&mut self, name: Name<'_>, place: Place) -> (u32, TaskNo) {
        let (slot, task) = self.kernel.tasks.add(self.kernel.current(), name, place);
        if self.keyed {
            self.added_keyed(slot, task, place);
        } else {
            let place = PlaceNo::NONE;
            self.journal
                .fold(self.current_task(), Event::Spawned { task, place });
        }
        if self.kernel.tasks.alive() > self.setup.limits.tasks {
            self.watch.look_next();
        }
        (slot, task)
    }

    #[inline(never)]
    fn added_keyed(&mut self, slot: u32, task: TaskNo, place: Place) {
        if let Some(names) = self.journal.names_mut() {
            names.add_task(self.kernel.tasks.path(slot));
        }
        let place = self.journal.place(place);
        self.record(Event::Spawned { task, place });
        let by = self.current_task();
        self.observe_keyed(Observation::Spawned { task, by }, Some(task));
    }

    /// A parked task is ready.
    #[inline]
    pub(crate) fn make_ready(&mut self, slot: u32) {
        let task = self.kernel.tasks.row(slot).number;
        self.record(Event::Woke { task });
        if self.keyed {
            let by = self.current_task();
            self.observe_keyed(Observation::Woke { task, by }, Some(task));
        }
        self.kernel.ready.push(slot);
    }

    /// Tells the strategy, and counts a turn for the task that became ready.
    #[inline(never)]
    pub(super) fn observe_keyed(&mut self, observation: Observation, ready: Option<TaskNo>) {
        if let Some(keyed) = self.chooser.keyed() {
            if let Some(task) = ready {
                keyed.turn(task);
            }
            keyed.observe(observation);
        }
    }

    /// A step of this task begins.
    #[inline(never)]
    pub(super) fn begin_keyed_step(&mut self, slot: u32, task: TaskNo) {
        self.record(Event::Polled);
        if let Some(observer) = &mut self.observer {
            observer.waits.begin_step(task);
        }
        self.pending.begin_step(slot);
    }

    /// The running task's poll ended, and it is ready again.
    #[inline(always)]
    pub(super) fn yielded(&mut self, slot: u32, task: TaskNo) {
        if self.keyed {
            self.yielded_keyed(task);
        } else {
            self.journal.fold(task, Event::Yielded);
        }
        self.kernel.ready.push(slot);
    }

    #[inline(never)]
    fn yielded_keyed(&mut self, task: TaskNo) {
        self.record(Event::Yielded);
        // After a scheduling point it is where it was.
        if !self.kernel.has_next() {
            self.observe_keyed(Observation::Yielded { task }, Some(task));
        }
    }

    /// The last of a task: its row.
    #[inline]
    pub(super) fn forget(&mut self, slot: u32) {
        let task = self.kernel.tasks.row(slot).number;
        if self.keyed {
            self.observe_keyed(Observation::Ended { task }, None);
        }
        if slot == MAIN_SLOT && self.kernel.phase() == Phase::Running {
            self.kernel.set_phase(Phase::MainDone);
            self.kernel.ready.push(RUNTIME_SLOT);
            if let Some(keyed) = self.chooser.keyed() {
                keyed.turn(TaskNo::RUNTIME);
            }
        }
        if !self.values.is_empty() {
            self.values.remove(&task);
        }
        self.kernel.tasks.remove(slot);
        self.kernel.set_idle();
    }

    // ---- time ----

    /// Virtual time, in ns from the start of the run.
    #[inline(always)]
    pub(crate) fn now(&self) -> u64 {
        self.kernel.now()
    }

    /// What time it is for the code that runs now.
    #[inline(always)]
    pub(crate) fn time_here(&self) -> u64 {
        self.blocking_pool.unwrap_or(self.now())
    }

    /// The virtual system clock at the start of the run, in ns since the Unix epoch.
    pub(crate) fn epoch(&self) -> u64 {
        self.setup.epoch
    }

    /// Gives the running code a clock of its own, or takes it away; gives the one before.
    pub(crate) fn set_blocking_pool(&mut self, clock: Option<u64>) -> Option<u64> {
        std::mem::replace(&mut self.blocking_pool, clock)
    }

    /// Whether the running code has a clock of its own: it is a closure of `spawn_blocking`.
    pub(crate) fn is_on_own_thread(&self) -> bool {
        self.blocking_pool.is_some()
    }

    pub(crate) fn clock_is_paused(&self) -> bool {
        self.clock_paused
    }

    pub(crate) fn pause_clock(&mut self, paused: bool) {
        self.clock_paused = paused;
    }

    /// Moves the clock to `to`, if that is ahead.
    pub(crate) fn move_clock(&mut self, to: u64) {
        if self.kernel.move_clock(to) {
            self.journal.clock(to);
            self.watch.clock_moved(&self.kernel);
        }
    }

    /// The running code blocks its thread. In a task that is everybody's thread, so the clock moves
    /// for all; in a closure of `spawn_blocking` it is a thread of its own.
    pub(crate) fn block(&mut self, duration: Duration, place: Place) {
        let nanos = nanos(duration);
        if let Some(until) = &mut self.blocking_pool {
            *until = until.saturating_add(nanos);
            return;
        }
        let to = self.now().saturating_add(nanos).min(self.watch.latest());
        let ready = self.kernel.ready.places().len();
        self.record(Event::Blocked {
            nanos: nanos.into(),
        });
        self.find(
            FindingKind::Blocking,
            Some(self.kernel.current()),
            Some(place),
            |_| Blocking { duration, ready }.into(),
        );
        self.move_clock(to);
    }

    /// Sets a timer for the running task.
    #[inline]
    pub(crate) fn set_timer(&mut self, deadline: u64, waker: Waker) -> TimerKey {
        let (key, timer) = self.kernel.set_timer(deadline, waker);
        self.record(Event::TimerSet {
            timer,
            deadline: deadline.into(),
        });
        key
    }

    /// Takes a timer back; the caller drops the waker.
    pub(crate) fn cancel_timer(&mut self, key: TimerKey) -> Option<Waker> {
        let timer = self.kernel.cancel_timer(key)?;
        self.record(Event::TimerCancelled {
            timer: timer.number,
        });
        Some(timer.waker)
    }

    /// The waker of a timer that has not fired.
    #[inline(always)]
    pub(crate) fn timer_waker(&mut self, key: TimerKey) -> Option<&mut Waker> {
        self.kernel.timer_mut(key).map(|timer| &mut timer.waker)
    }

    /// Fires the earliest due timer, or the one drawn among several due at the same instant.
    pub(super) fn fire_timer(&mut self) -> Option<Waker> {
        let ties = self.kernel.ties(MOST_TIES);
        let mut nth = 0;
        if ties > 1 {
            let owner = self.kernel.owner_of_due().unwrap_or(RUNTIME_SLOT);
            nth = self.draw_for(owner, Kind::Timer, Candidates::Count(ties));
        }
        let timer = self.kernel.take_due(nth)?;
        self.record(Event::TimerFired {
            timer: timer.number,
        });
        Some(timer.waker)
    }

    // ---- models: what happens when nothing is ready ----

    /// When something happens next although no task is ready. The first of several at the same time is the timer.
    pub(super) fn next_deadline(&mut self) -> Option<u64> {
        let timer = self.kernel.next_deadline();
        let stdin = self.stdin.next_deadline();
        timer.into_iter().chain(stdin).min()
    }

    /// What is due now happens: gives the waker of who waits for it.
    pub(crate) fn take_due(&mut self) -> Option<Waker> {
        if self.kernel.may_be_due()
            && let Some(waker) = self.fire_timer()
        {
            return Some(waker);
        }
        self.stdin.take_due(self.kernel.now())
    }

    /// Takes the next line of standard input, if it is there. A line is typed as it is read.
    pub(crate) fn read_stdin(&mut self) -> Result<Option<String>, u64> {
        match self.stdin.next(&self.setup.stdin, self.kernel.now()) {
            Next::End => {
                self.record(Event::InputEnded);
                Ok(None)
            }
            Next::At(at) => Err(at),
            Next::Line(number) => {
                let line = self.setup.stdin[number].1.clone();
                self.record_text(Event::Input, &line);
                if self.is_recorded() {
                    self.output.terminal.push_str(&line);
                    self.output.terminal.push('\n');
                }
                Ok(Some(line))
            }
        }
    }

    /// Waits for the line that comes then, and gives the reader's number; and a waker to be dropped by the caller.
    pub(crate) fn wait_for_stdin(
        &mut self,
        known: Option<ReaderNo>,
        at: u64,
        waker: Waker,
    ) -> (ReaderNo, Option<Waker>) {
        self.waits(false, None, Awaits::Timer(at), None);
        self.stdin.wait(known, at, waker)
    }

    /// A reader waits for a line no more; gives a waker to be dropped by the caller.
    pub(crate) fn stop_waiting_for_stdin(&mut self, reader: ReaderNo) -> Option<Waker> {
        self.stdin.stop_waiting(reader)
    }

    /// The running task prints a text with its end, to standard output or only to the terminal. Says whether that is to be
    /// shown on the real one.
    pub(crate) fn print(&mut self, text: &str, end: &str, to_stdout: bool) -> bool {
        self.record_text(Event::Output, text);
        if self.is_recorded() {
            for shown in [text, end] {
                if to_stdout {
                    self.output.stdout.push_str(shown);
                }
                self.output.terminal.push_str(shown);
            }
        }
        self.setup.echo
    }

    pub(crate) fn take_output(&mut self) -> Output {
        std::mem::take(&mut self.output)
    }

    // ---- what is put on record ----

    /// Puts an event of the running task onto the trace.
    #[inline(always)]
    pub(crate) fn record(&mut self, event: Event) {
        let task = self.kernel.current_task();
        if self.keyed {
            self.journal.record(self.kernel.now(), task, event);
        } else {
            self.journal.fold(task, event);
        }
    }

    /// Puts an event with a text onto the trace.
    pub(crate) fn record_text(&mut self, event: impl FnOnce(TextNo) -> Event, text: &str) {
        let task = self.kernel.current_task();
        self.journal
            .record_text(self.kernel.now(), task, event, text);
    }

    /// The running task did something with a resource.
    #[inline(always)]
    pub(crate) fn emit(&mut self, fact: Fact) {
        self.counters.note(&fact);
        if self.keyed {
            self.emit_keyed(&fact);
        } else if let Some(event) = fact.event() {
            self.journal.fold(self.kernel.current_task(), event);
        }
        if let Some((_, since)) = long_hold::waited_since(&fact)
            && !self.is_recorded()
            && self.now().saturating_sub(since) >= self.setup.long_hold
        {
            self.suspect(&[FindingKind::LongHold]);
        }
    }

    #[inline(never)]
    fn emit_keyed(&mut self, fact: &Fact) {
        let moment = Moment {
            task: self.current_task(),
            now: self.now(),
            event: self.journal.next_number(),
        };
        let noted = match &mut self.observer {
            Some(observer) => observer.note(fact, moment),
            None => Default::default(),
        };
        if let Some(event) = fact.event() {
            self.journal
                .record_caused(moment.now, moment.task, noted.cause, event);
        }
        if let Some(keyed) = self.chooser.keyed()
            && keyed.is_observing()
            && let Some(operation) = fact.operation()
        {
            let task = moment.task;
            keyed.observe(Observation::Accessed { task, operation });
        }
        if long_hold::waited_since(fact).is_some() && !self.is_closing() {
            let limit = self.setup.long_hold;
            let look = self.look();
            let seen = look.map(|look| long_hold::all(look, fact, noted.held, limit));
            seen.into_iter()
                .flatten()
                .for_each(|seen| self.report(seen));
        }
    }

    /// Gives a resource that is made, or used for the first time, its number; and a name, in a recorded run.
    pub(crate) fn register(
        &mut self,
        kind: ResourceKind,
        given: Option<&Arc<str>>,
        made: Option<Place>,
    ) -> ResourceNo {
        if let Some(names) = self.journal.names_mut() {
            let base = given.map_or(kind.name(), |given| given);
            let count = self.names.counts.entry(base.to_owned()).or_default();
            *count += 1;
            let name = match (given, *count) {
                (Some(_), 1) => base.to_owned(),
                (_, count) => format!("{base}#{count}"),
            };
            names.add_resource(ResourceName { kind, name, made });
        }
        self.counters.number_resource()
    }

    /// Sets the name for resources that are made from now on; gives the one before.
    pub(crate) fn give_name(&mut self, name: Option<Arc<str>>) -> Option<Arc<str>> {
        std::mem::replace(&mut self.names.given, name)
    }

    /// The name for a resource that is made now.
    pub(crate) fn given_name(&self) -> Option<Arc<str>> {
        self.names.given.clone()
    }

    /// The number of a hold that begins.
    #[inline(always)]
    pub(crate) fn number_hold(&mut self) -> Hold {
        self.counters.number_hold()
    }

    // ---- waits ----

    /// The running task's operation returned `Pending`. Gives the key under which the wait is kept in a recorded run; by
    /// which it says that it waits again, or that it is over if it is `lasting`.
    #[inline(always)]
    pub(crate) fn waits(
        &mut self,
        lasting: bool,
        known: Option<WaitKey>,
        awaits: Awaits,
        place: Option<Place>,
    ) -> Option<WaitKey> {
        if self.observer.is_some() {
            self.note_wait(lasting, known, awaits, place)
        } else {
            None
        }
    }

    #[inline(never)]
    fn note_wait(
        &mut self,
        lasting: bool,
        known: Option<WaitKey>,
        awaits: Awaits,
        place: Option<Place>,
    ) -> Option<WaitKey> {
        let observer = self.observer.as_mut()?;
        let (key, new) = observer
            .waits
            .note(&self.kernel, lasting, known, awaits, place);
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

    /// A wait was given what it waits for; its task has not seen it yet.
    pub(crate) fn grant_wait(&mut self, key: WaitKey) {
        let now = self.now();
        if let Some(observer) = &mut self.observer {
            observer.waits.grant(key, now);
        }
    }

    /// A wait is over.
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

    // ---- draws ----

    /// Draws among `count` candidates for the running task.
    pub(crate) fn draw(&mut self, kind: Kind, count: usize) -> usize {
        if count < 2 {
            return 0;
        }
        self.draw_for(self.kernel.current(), kind, Candidates::Count(count))
    }

    /// Tosses a coin for the running task that shows `true` with probability `ones` in 2³².
    pub(crate) fn toss(&mut self, ones: u32) -> bool {
        self.draw_for(self.kernel.current(), Kind::Flip, Candidates::Coin { ones }) == 1
    }

    /// Draws for the task in this slot.
    fn draw_for(&mut self, owner: u32, kind: Kind, candidates: Candidates<'_>) -> usize {
        if let Chooser::Quick(walk) = &mut self.chooser {
            return walk.answer(candidates);
        }
        self.draw_keyed(owner, kind, candidates)
    }

    #[inline(never)]
    fn draw_keyed(&mut self, owner: u32, kind: Kind, candidates: Candidates<'_>) -> usize {
        let Some(keyed) = self.chooser.keyed() else {
            unreachable!("a quick chooser answers by itself")
        };
        let view = self.pending.view(&self.kernel.tasks, owner);
        let answer = keyed.answer(kind, candidates, &view, owner);
        if let Some(choice) = answer.written {
            self.record(match kind.is_among_tasks() {
                true => Event::DrewTask {
                    kind,
                    task: TaskNo(choice),
                },
                false => Event::Drew { kind, choice },
            });
        }
        answer.chosen
    }

    /// The generator of the running task's random values.
    pub(crate) fn values(&mut self) -> &mut Prng {
        let (task, slot, seed) = (self.current_task(), self.kernel.current(), self.seed);
        let tasks = &self.kernel.tasks;
        self.values
            .entry(task)
            .or_insert_with(|| Prng::labelled(seed, &tasks.path(slot)))
    }

    /// Draws which ready task is next, and takes it out of the queue, which must not be empty.
    #[inline(always)]
    pub(super) fn take_ready(&mut self) -> u32 {
        if let Some(place) = self.kernel.take_next() {
            return self.kernel.ready.take(|_| place as usize);
        }
        let Chooser::Quick(walk) = &mut self.chooser else {
            return self.take_ready_keyed();
        };
        self.kernel.ready.take(|places| match places.len() {
            1 => 0,
            count => walk.pick(count),
        })
    }

    #[inline(never)]
    fn take_ready_keyed(&mut self) -> u32 {
        // Lent out for the draw, which looks at the queue and at the rest of the run.
        let mut ready = std::mem::take(&mut self.kernel.ready);
        let slot = ready.take(|places| match places.len() {
            1 => 0,
            _ => self.draw_keyed(places[0], Kind::Task, Candidates::Tasks(places)),
        });
        self.kernel.ready = ready;
        slot
    }

    /// Whether a scheduling point of the running task is more than a formality: others are ready, and may go first. Where
    /// keys are counted every operation counts.
    #[inline(always)]
    pub(crate) fn has_point(&self) -> bool {
        self.keyed || self.points && !self.kernel.ready.is_empty()
    }

    /// The running task is about to begin an operation: draws whether others go first, and who. `operation` is asked for
    /// where somebody wants to know. The future that is told `true` wakes its task and returns `Pending`.
    #[inline]
    pub(crate) fn at_point(
        &mut self,
        operation: impl FnOnce(&mut Run) -> Option<Operation>,
    ) -> bool {
        if let Chooser::Quick(walk) = &mut self.chooser {
            let ready = self.kernel.ready.places().len();
            return match walk.point(ready) {
                0 => false,
                chosen => {
                    self.kernel.stand_at_point(chosen as u32 - 1);
                    true
                }
            };
        }
        let operation = operation(self);
        self.at_keyed_point(operation)
    }

    #[inline(never)]
    fn at_keyed_point(&mut self, operation: Option<Operation>) -> bool {
        let (task, running) = (self.current_task(), self.kernel.current());
        if let Some(keyed) = self.chooser.keyed() {
            keyed.operation(task);
        }
        if !self.points || self.kernel.ready.is_empty() {
            return false;
        }
        self.pending.set(running, task, operation);
        let queue = std::mem::take(&mut self.kernel.ready);
        let ready = queue.places();
        let chosen = self.draw_keyed(running, Kind::Point, Candidates::Point { running, ready });
        self.kernel.ready = queue;
        if chosen == 0 {
            self.pending.begin_step(running);
            return false;
        }
        self.kernel.stand_at_point(chosen as u32 - 1);
        true
    }

    /// Whether this run passes over the points of operations that are called here.
    #[inline(always)]
    pub(crate) fn passes_over(&self, place: Place) -> bool {
        !self.passes.is_empty() && self.passes.has(place)
    }

    /// Whether futures that are polled with another waker than their task's have points.
    pub(crate) fn has_points_in_combinators(&self) -> bool {
        !self.passes.combinators()
    }

    /// A future was dropped while it stood at a point: its `Pending` was taken for an answer.
    pub(crate) fn mistook_point(&mut self, place: Place) {
        self.mistaken.push(place);
    }

    /// The points that were mistaken for an answer.
    pub(crate) fn take_mistaken(&mut self) -> Vec<Place> {
        std::mem::take(&mut self.mistaken)
    }

    /// Whether operations are scheduling points from now on; gives what was before.
    pub(crate) fn set_points(&mut self, points: bool) -> bool {
        std::mem::replace(&mut self.points, points)
    }

    /// The running task waits in this operation: strategies see it until its next step.
    pub(crate) fn parks_in(&mut self, operation: Operation) {
        let (slot, task) = (self.kernel.current(), self.current_task());
        self.pending.set(slot, task, Some(operation));
    }

    /// Whether a due timer fires although tasks are ready: a draw, whose default is no.
    pub(super) fn fires_early(&mut self) -> bool {
        let Some(owner) = self.kernel.owner_of_due() else {
            return false;
        };
        self.draw_for(owner, Kind::Fire, Candidates::Count(2)) == 1
    }

    // ---- findings ----

    /// A look at the run, if it is recorded.
    pub(crate) fn look(&self) -> Option<Look<'_>> {
        Some(Look {
            kernel: &self.kernel,
            observer: self.observer.as_deref()?,
            names: self.journal.names()?,
        })
    }

    /// Whether one of these is looked for.
    fn looks_for(&self, kinds: &[FindingKind]) -> bool {
        let levels = &self.setup.levels;
        kinds.iter().any(|&kind| levels.get(kind) != Level::Allow)
    }

    /// One of these may show. Says whether it can be told here: in a recorded run; another is made again, recorded.
    pub(super) fn suspect(&mut self, kinds: &[FindingKind]) -> bool {
        let looked_for = self.looks_for(kinds);
        if looked_for && !self.is_recorded() {
            self.suspicion.look_closer();
        }
        looked_for && self.is_recorded()
    }

    /// Something is wrong, unless it is allowed: told in a recorded run, and in another a reason to record it.
    pub(crate) fn find(
        &mut self,
        kind: FindingKind,
        slot: Option<u32>,
        place: Option<Place>,
        detail: impl FnOnce(Look<'_>) -> Detail,
    ) {
        self.find_at(kind, slot, place.map(SourcePlace::from), place, detail);
    }

    pub(super) fn find_at(
        &mut self,
        kind: FindingKind,
        slot: Option<u32>,
        place: Option<SourcePlace>,
        mark: Option<Place>,
        detail: impl FnOnce(Look<'_>) -> Detail,
    ) {
        if self.setup.levels.get(kind) == Level::Allow {
            return;
        }
        let Some(look) = self.look() else {
            self.suspicion.mark(kind, mark);
            return;
        };
        let detail = detail(look);
        self.report(Seen {
            detail,
            slot,
            place,
        });
    }

    /// Keeps what a diagnosis saw, unless it is allowed.
    pub(super) fn report(&mut self, seen: Seen) {
        let Seen {
            detail,
            slot,
            place,
        } = seen;
        let task = slot.map(|slot| self.kernel.tasks.path(slot));
        self.report_as(detail, task, self.now(), place);
    }

    pub(super) fn report_as(
        &mut self,
        detail: Detail,
        task: Option<String>,
        at: u64,
        place: Option<SourcePlace>,
    ) {
        let kind = detail.kind();
        let level = self.setup.levels.get(kind);
        // A loop that goes wrong a million times is one bug, told as often as a reader may want.
        let same = |f: &&Finding| f.kind() == kind && f.place == place;
        if level == Level::Allow || self.findings.iter().filter(same).count() >= MOST_OF_A_KIND {
            return;
        }
        let finding = self.findings.len() as u32;
        self.record(Event::Found { finding, kind });
        self.findings.push(Finding {
            detail,
            level,
            task,
            at,
            place,
        });
    }

    /// A future that a function made was dropped, and never polled.
    pub(crate) fn found_unpolled(&mut self, made_by: &'static str, place: Place) {
        let by = self.running_slot();
        self.find(FindingKind::NeverAwaited, by, Some(place), |_| {
            NeverAwaited { made_by }.into()
        });
    }

    /// An operation that must wait is dropped, or one that was given what it waited for and has not seen it: was it in
    /// vain because of a future that is polled no more?
    pub(crate) fn examine_given_up(&mut self, wait: Option<WaitKey>) {
        if self.is_closing() || !self.suspect(&[FindingKind::Futurelock]) {
            return;
        }
        let seen = self
            .look()
            .zip(wait)
            .and_then(|(look, key)| futurelock::given_up(look, key));
        seen.into_iter().for_each(|seen| self.report(seen));
    }

    /// A receiver is dropped, last polled then and there, with messages that came since. Tasks that are cut off at the
    /// end of the run might have come back to it, unless nothing could move any more.
    pub(crate) fn examine_abandoned(
        &mut self,
        channel: ResourceNo,
        polled: LastPoll,
        place: Place,
        messages: usize,
    ) {
        let cut_off = self.is_closing() && self.kernel.phase() != Phase::Closing(Stop::Stuck);
        if cut_off || !self.suspect(&[FindingKind::AbandonedReceiver]) {
            return;
        }
        let seen = self
            .look()
            .map(|look| abandoned_receiver::seen(look, channel, polled, place, messages));
        seen.into_iter().for_each(|seen| self.report(seen));
    }

    // ---- when it is over ----

    /// What the run came to, in numbers.
    pub(crate) fn summary(&mut self) -> Summary {
        Summary {
            steps: self.kernel.steps(),
            tasks: self.kernel.tasks.spawned(),
            draws: self.chooser.keyed().map_or(0, |keyed| keyed.draws()),
        }
    }

    /// The 64-bit hash of what happened.
    pub(crate) fn hash(&self) -> u64 {
        self.journal.hash()
    }

    /// What may be wrong, of a run that was not recorded.
    pub(crate) fn suspicion(&self) -> Suspicion {
        self.suspicion
    }

    pub(crate) fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// How many operations a task began.
    pub(crate) fn operations(&mut self, task: TaskNo) -> u64 {
        self.chooser
            .keyed()
            .map_or(0, |keyed| keyed.operations(task))
    }

    /// How much of the tape that was played was followed.
    pub(crate) fn matched(&self) -> Option<Match> {
        self.chooser.matched()
    }

    /// Tells the strategy that the run is over; gives the words for an answer of its that named no candidate.
    pub(crate) fn end_strategy(&mut self, summary: &Summary) -> Option<String> {
        let keyed = self.chooser.keyed()?;
        keyed.end(summary);
        keyed.take_misfit()
    }

    /// What the journal kept, and the tape.
    pub(crate) fn take_book(&mut self) -> (Book, Tape) {
        let journal = std::mem::replace(&mut self.journal, Journal::hash_only());
        let book = journal.into_book();
        let path = |task| match task {
            TaskNo::RUNTIME => "runtime",
            task => book.names.path(task),
        };
        let tape = self.chooser.keyed().and_then(|keyed| keyed.take_tape(path));
        (book, tape.unwrap_or_default().passing(self.passes.clone()))
    }

    /// The memory, for the next run. This one is not used any more.
    pub(super) fn take_memory(&mut self) -> Memory {
        Memory {
            kernel: self.kernel.take_memory(),
            walk: self.chooser.take_walk().unwrap_or_default(),
        }
    }
}
