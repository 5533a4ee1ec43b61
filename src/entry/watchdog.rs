//! The watchdog: a thread, one a process, that says which poll never returns.
//!
//! A future that blocks its thread, or computes for ever, cannot be stopped: all that can be done is to say which run it was.
//! The thread looks ten times a second whether the [runs under way](crate::run::underway) have begun another poll. Looks that come late
//! do not count, so that neither a loaded nor a suspended machine makes it speak; so no clock is read by a run, and none is
//! influenced.
//!
//! It only prints, straight to standard error: what a test harness keeps for the end of a test would never be seen.

use std::fs;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use super::{child, interrupt};
use crate::run::last_words;
use crate::run::underway::Underway;

/// From one look to the next.
const TICK: Duration = Duration::from_millis(100);

/// A look that comes later than this after the one before does not count.
const LATE: Duration = Duration::from_millis(250);

/// How many looks that count find the same poll before it is told: five seconds.
const MOST: u32 = 50;

/// The runs that are watched, and whether the thread is there.
struct State {
    watched: Vec<Watched>,
    is_there: bool,
}

static STATE: Mutex<State> = Mutex::new(State {
    watched: Vec::new(),
    is_there: false,
});

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One thread that makes runs.
struct Watched {
    underway: Weak<Underway>,
    /// The poll that was under way at the last look.
    poll: Option<(u64, u64)>,
    /// How many looks found the same.
    looks: u32,
}

/// Watches the runs of a thread from now on, as long as it makes any.
pub(super) fn watch(underway: &Arc<Underway>) {
    if cfg!(miri) {
        return;
    }
    let mut state = state();
    state.watched.push(Watched {
        underway: Arc::downgrade(underway),
        poll: None,
        looks: 0,
    });
    if !state.is_there {
        let thread = thread::Builder::new().name("reweave watchdog".to_owned());
        // Where there are no threads there is no watchdog.
        state.is_there = thread.spawn(look_again_and_again).is_ok();
    }
}

/// Looks until there is nothing to look at.
fn look_again_and_again() {
    loop {
        let before = Instant::now();
        thread::sleep(TICK);
        let counts = before.elapsed() <= LATE;
        let mut state = state();
        state
            .watched
            .retain(|watched| watched.underway.strong_count() > 0);
        if state.watched.is_empty() {
            state.is_there = false;
            return;
        }
        for watched in &mut state.watched {
            watched.look(counts);
        }
    }
}

impl Watched {
    fn look(&mut self, counts: bool) {
        let Some(underway) = self.underway.upgrade() else {
            return;
        };
        let poll = underway.poll();
        if poll.is_none() || poll != self.poll {
            (self.poll, self.looks) = (poll, 0);
        } else if counts {
            self.looks = self.looks.saturating_add(1);
            if self.looks == MOST && !is_traced() {
                tell(&underway);
            }
        }
    }
}

fn tell(underway: &Underway) {
    interrupt::keep();
    let run = last_words::run(underway.drawn(), underway.replay());
    let (_, polls) = underway.poll().unwrap_or_default();
    let seconds = (TICK * MOST).as_secs();
    let why = match underway.paused() {
        0 => "",
        _ => {
            "It runs on top of a poll that is paused between two statements (`threads`): a lock of std's that the paused one holds is never \
             given back. Swap its import for `reweave::std_sync`, or give it back before the call\n"
        }
    };
    let text = format!(
        "\nreweave: a poll has not returned for {seconds} s: the code under test blocks its thread, or computes for ever\n\
         {why}{run}poll: the {polls}. of the run (REWEAVE_WATCHDOG=0 turns this off)\n"
    );
    // There is nobody to tell of an error.
    let _ = std::io::stderr().write_all(text.as_bytes());
    child::hangs();
}

/// Whether a debugger has stopped the process, or may have.
fn is_traced() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let tracer = status
        .lines()
        .find_map(|line| line.strip_prefix("TracerPid:"));
    tracer.is_some_and(|pid| pid.trim() != "0")
}
