//! What is said of a run but its draws: limits, levels, the clock, input, faults.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::sim::Sim;
use crate::base::span::nanos;
use crate::model::faults::given::IntoFaults;
use crate::record::kind::{FindingKind, Level};

impl Sim {
    /// Ends the run after this many polls: a finding `limit`. 10,000,000 unless set.
    ///
    /// # Panics
    ///
    /// If it is 0: such a run could not begin.
    #[track_caller]
    pub fn max_steps(mut self, steps: u64) -> Sim {
        assert!(steps > 0, "`max_steps` must be at least 1, got 0");
        self.setup.limits.steps = steps;
        self
    }

    /// Ends the run after this many polls and operations at one instant of virtual time, with no task beginning or ending
    /// meanwhile, or after twice as many although tasks began and ended: a finding `livelock`. 400,000 unless set. Operations
    /// count when a task has used up its budget of 128. Of bytes that streams move, 384 count as an operation.
    ///
    /// After 1,024 of them, or a sixteenth of this limit if that is less, timers that are due fire even where tasks are ready.
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn max_steps_at_once(mut self, steps: u64) -> Sim {
        assert!(steps > 0, "`max_steps_at_once` must be at least 1, got 0");
        self.setup.limits.steps_at_once = steps;
        self
    }

    /// Ends the run once this much virtual time has passed: a finding `limit`. Ten years unless set.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[track_caller]
    pub fn max_virtual_time(mut self, limit: Duration) -> Sim {
        assert!(
            !limit.is_zero(),
            "`max_virtual_time` must be longer than zero"
        );
        self.setup.limits.virtual_time = limit;
        self
    }

    /// Ends the run once this much real time has passed: a finding `limit`. No limit unless set: it is the
    /// one thing about a run that depends on the machine. Looked at before each poll; of a poll that never returns nothing
    /// but the watchdog of a test can tell.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[track_caller]
    pub fn max_wall_time(mut self, limit: Duration) -> Sim {
        assert!(!limit.is_zero(), "`max_wall_time` must be longer than zero");
        self.setup.limits.wall_time = Some(limit);
        self
    }

    /// Ends the run when more tasks than this live: a finding `limit`. 250,000 unless set. The poll that spawns one task
    /// too many unwinds there.
    ///
    /// # Panics
    ///
    /// If it is 0: `main` is a task.
    #[track_caller]
    pub fn max_tasks(mut self, tasks: usize) -> Sim {
        assert!(
            tasks > 0,
            "`max_tasks` must be at least 1, because `main` is a task; got 0"
        );
        self.setup.limits.tasks = tasks;
        self
    }

    /// A finding of this kind fails the run.
    pub fn deny(self, kind: FindingKind) -> Sim {
        self.level(kind, Level::Deny)
    }

    /// A finding of this kind is reported, and does not fail the run.
    pub fn warn(self, kind: FindingKind) -> Sim {
        self.level(kind, Level::Warn)
    }

    /// Findings of this kind are not looked for: [`Run::findings`] has none, no report tells of them, and no run fails of them.
    ///
    /// Nothing else changes. A panic still unwinds, and stands on the [trace](crate::Run::trace) as `panics`, with its words; that of a
    /// task is the error of whoever awaits it. If `main` panics there is no output: [`Run::output`] is `None`, [`Run::unwrap`] panics
    /// with a report that has no findings, and a `#[reweave::test(allow(panic))]` passes. A run still ends at its limits.
    ///
    /// ```
    /// use reweave::{FindingKind, Sim, spawn, task::yield_now};
    ///
    /// let run = Sim::new().allow(FindingKind::UnobservedPanic).run(async {
    ///     drop(spawn(async { panic!("no disk") }));
    ///     yield_now().await;
    /// });
    /// assert!(run.findings().is_empty());
    /// assert!(run.trace().to_string().contains("panics: \"no disk\""));
    /// ```
    ///
    /// [`Run::findings`]: crate::Run::findings
    /// [`Run::output`]: crate::Run::output
    /// [`Run::unwrap`]: crate::Run::unwrap
    pub fn allow(self, kind: FindingKind) -> Sim {
        self.level(kind, Level::Allow)
    }

    /// Sets what a finding of this kind does.
    pub fn level(mut self, kind: FindingKind, level: Level) -> Sim {
        self.setup.levels.set(kind, level);
        self
    }

    /// What the virtual system clock shows at the start of the run: 2000-01-01 00:00:00 UTC unless
    /// set.
    ///
    /// # Panics
    ///
    /// If it is before 1970, or later than 2^64 ns after.
    #[track_caller]
    pub fn epoch(mut self, epoch: SystemTime) -> Sim {
        let since = epoch.duration_since(UNIX_EPOCH);
        let nanos = since
            .ok()
            .and_then(|since| u64::try_from(since.as_nanos()).ok());
        let Some(nanos) = nanos else {
            panic!("`epoch` must lie between 1970 and 2554, got {epoch:?}");
        };
        self.setup.epoch = nanos;
        self
    }

    /// Lines of standard input, all there from the start.
    pub fn stdin<S: Into<String>>(mut self, lines: impl IntoIterator<Item = S>) -> Sim {
        self.setup
            .stdin
            .extend(lines.into_iter().map(|line| (0, line.into())));
        self
    }

    /// A line of standard input that comes at this virtual time. Lines come in the order in which
    /// they are given, so none comes before its predecessor.
    pub fn stdin_at(mut self, at: Duration, line: impl Into<String>) -> Sim {
        self.setup.stdin.push((nanos(at), line.into()));
        self
    }

    /// Whether [`reweave::println!`](crate::println) also prints to the terminal.
    pub fn echo(mut self, echo: bool) -> Sim {
        self.setup.echo = echo;
        self
    }

    /// Whether operations of `sync` are scheduling points although they could complete at
    /// once, as on a runtime with several threads. On unless set; off suits code that only ever runs
    /// on one thread.
    pub fn points(mut self, points: bool) -> Sim {
        self.setup.points = points;
        self
    }

    /// Whether other tasks may run between two statements of a task, at calls into this crate, as on a runtime with several threads
    /// they may between any two. Off unless set.
    ///
    /// Without, others run where a task awaits. With it they do at calls of [`task`](crate::task), [`sync`](crate::sync) and
    /// [`std_sync`](crate::std_sync), too. Whether they do is a draw, [`Kind::Preempt`](crate::draw::Kind::Preempt). The task is
    /// paused, others are polled on top of it, whole polls, and it goes on.
    ///
    /// ```
    /// use reweave::{Sim, sync::Notify};
    /// use std::sync::{Arc, atomic::{AtomicBool, Ordering::SeqCst}};
    ///
    /// // A notification between the check and `notified()` is lost.
    /// let explore = |threads| {
    ///     let found = reweave::explore(|| async {
    ///         let state = Arc::new((AtomicBool::new(false), Notify::new()));
    ///         let other = state.clone();
    ///         let worker = reweave::spawn(async move {
    ///             other.0.store(true, SeqCst);
    ///             other.1.notify_waiters();
    ///         });
    ///         if !state.0.load(SeqCst) {
    ///             state.1.notified().await;
    ///         }
    ///         worker.await.unwrap();
    ///     });
    ///     found.sim(Sim::new().threads(threads)).seeds(0..1000).run().failed()
    /// };
    /// assert!(explore(true));
    /// ```
    ///
    /// # Where
    ///
    /// * Before a call that looks at something, or tries to have it: `is_closed`, `len`, what begins with `try_`; before `notified()`,
    ///   and each operation of `std_sync`; and at [`preempt()`](crate::preempt()).
    /// * After what is spawned; and after the drop of a guard, of a permit, or of an end of a channel.
    /// * Before and after a call that others hear of: notify, send, close, abort.
    /// * When an awaited operation has completed.
    ///
    /// Not at calls of [`net`](crate::net) and [`io`](crate::io) that await nothing; nor where the end of a channel is cloned or
    /// downgraded, or a `Ref` of [`watch`](crate::sync::watch) is dropped.
    ///
    /// # Who runs beside whom
    ///
    /// Tasks whose futures are `Send`, and `main`, which is on a thread of its own. Tasks whose futures need not be `Send` are
    /// paused as others are, but run on top of none: those of [`spawn_local`](crate::task::spawn_local), of a
    /// [`LocalSet`](crate::task::LocalSet), of `LocalSpawn::spawn_local_obj`, those that a host starts with, and those of
    /// [`Host::spawn`](crate::host::Host::spawn). Tasks of different hosts share no memory, and do not interrupt each other.
    /// Eight polls may be paused at once. With [`points`](Sim::points) off nothing is interrupted.
    ///
    /// # Limits
    ///
    /// * What the code shares by other means than this crate, such as std's atomics, has no points of its own: swap the import
    ///   for [`std_sync`](crate::std_sync), or call [`preempt()`](crate::preempt()).
    /// * A paused poll goes on only when those on top of it are over. A lock of std's that it holds at such a call, and one of
    ///   those wants, is never given back: the test hangs, and its watchdog says so. Those of [`std_sync`](crate::std_sync) keep
    ///   others from running.
    /// * All tasks are on one thread of the system. A thread-local that is borrowed at such a call is borrowed for the others,
    ///   too.
    /// * All operations on atomics are sequentially consistent: what weaker orderings allow is not found.
    pub fn threads(mut self, threads: bool) -> Sim {
        self.setup.threads = threads;
        self
    }

    /// How much virtual time one poll of a task, or one operation, takes at the most. They take none unless this is set: virtual time stands
    /// still while a task is ready, and no timer can fire in the middle of what ready tasks do.
    ///
    /// When it is set, each run draws whether it has costs and how often (one in 4, 16 or 64), and then for each poll and operation
    /// whether it takes time: this, or half of it, a quarter, … So a tick comes while requests run, and a timeout beats a task that is
    /// slow. The plain run has none; costs are on the tape, and shrink. Time that is taken is not counted as progress: a loop that
    /// never waits is a `livelock` with costs as without.
    ///
    /// ```
    /// use reweave::time::{Duration, sleep, timeout};
    /// use reweave::{Sim, explore};
    ///
    /// // Ten steps that take no time: half a second is enough, as long as nothing else is slow.
    /// let work = || async {
    ///     let steps = async {
    ///         for _ in 0..10 {
    ///             reweave::task::yield_now().await;
    ///         }
    ///         sleep(Duration::from_millis(1)).await;
    ///     };
    ///     timeout(Duration::from_millis(500), steps).await.expect("in time");
    /// };
    /// assert!(!explore(work).run().failed());
    /// let slow = Sim::new().costs(Duration::from_millis(200));
    /// assert!(explore(work).sim(slow).run().failed());
    /// ```
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[track_caller]
    pub fn costs(mut self, most: Duration) -> Sim {
        assert!(
            !most.is_zero(),
            "`costs` must be some virtual time, such as 5 ms, got zero"
        );
        self.setup.costs = Some(nanos(most));
        self
    }

    /// How long a mutex or a read-write lock may be held while another task waits for it, in virtual time, before that
    /// is the finding [`long_hold`](FindingKind::LongHold). 10 s unless set.
    pub fn long_hold(mut self, limit: Duration) -> Sim {
        self.setup.long_hold = nanos(limit);
        self
    }

    /// Which faults runs may meet: a [`Faults`](crate::faults::Faults), or a text in its [grammar](crate::faults#the-grammar), as `"hosts(crash), buggify"`. None
    /// unless set. The plain run meets none.
    ///
    /// ```
    /// use reweave::{Sim, time::{Duration, sleep}};
    ///
    /// let restarts = |seed| Sim::new().faults("hosts(crash = 5s)").seed(seed).run(async {
    ///     let starts = std::rc::Rc::new(std::cell::Cell::new(0));
    ///     let counter = starts.clone();
    ///     reweave::host("db").start(move || {
    ///         counter.set(counter.get() + 1);
    ///         std::future::pending::<()>()
    ///     });
    ///     sleep(Duration::from_secs(60)).await;
    ///     starts.get() - 1
    /// });
    /// assert!((0..10).any(|seed| restarts(seed).unwrap() > 3));
    /// ```
    ///
    /// # Panics
    ///
    /// If the text does not follow the grammar, in words that say where and what was expected; if none could strike, because the calm phase
    /// begins before they start.
    #[track_caller]
    pub fn faults<F: IntoFaults>(mut self, faults: F) -> Sim {
        self.setup.faults = match faults.into_faults() {
            Ok(faults) => faults,
            Err(error) => panic!("`faults`: {error}"),
        };
        assert!(
            self.setup.faults.is_none() || self.setup.faults.strike_before_calm(),
            "`faults`: `{}` start when the calm phase has begun, so none would strike",
            self.setup.faults
        );
        self
    }
}
