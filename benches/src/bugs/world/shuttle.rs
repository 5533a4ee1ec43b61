//! The programs on shuttle, as async tasks.

use std::future::Future;
use std::sync::Arc;
use std::sync::Mutex as StdMutex;

use ::shuttle::future;
use ::shuttle::sync::atomic::{AtomicBool, AtomicI64, Ordering::SeqCst};
use shuttle_engine::runtime::execution::ExecutionState;

use super::line::Line;
use super::{Cell, Crew, World, lock};

/// A run of shuttle.
#[derive(Clone, Default)]
pub struct Shuttle {
    crew: Crew,
}

impl Shuttle {
    /// The world of one run, to be made anew for each.
    pub fn new() -> Shuttle {
        Shuttle::default()
    }
}

impl World for Shuttle {
    type Cell = Arc<AtomicI64>;
    type Mutex = Mutex;

    async fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        // It has its point before it spawns.
        drop(future::spawn(self.crew.member(task)));
    }

    async fn joined(&self) {
        self.crew.joined().await;
    }

    fn has_woken() {
        // As after a poll that was pending: it takes the remembered wake, and so does not sleep.
        ExecutionState::with(|state| state.current_mut().sleep_unless_woken());
    }
}

impl Cell for Arc<AtomicI64> {
    fn new(value: i64) -> Self {
        Arc::new(AtomicI64::new(value))
    }

    async fn get(&self) -> i64 {
        self.load(SeqCst)
    }

    async fn set(&self, value: i64) {
        self.store(value, SeqCst);
    }
}

/// A fair mutex with the points of Reweave's.
#[derive(Clone)]
pub struct Mutex(Arc<Shared>);

struct Shared {
    point: AtomicBool,
    state: StdMutex<State>,
}

#[derive(Default)]
struct State {
    held: bool,
    line: Line,
}

impl super::Mutex for Mutex {
    type Guard = Guard;

    fn new() -> Mutex {
        Mutex(Arc::new(Shared {
            point: AtomicBool::new(false),
            state: StdMutex::default(),
        }))
    }

    async fn lock(&self) -> Guard {
        self.0.point.load(SeqCst);
        let turn = {
            let mut state = lock(&self.0.state);
            let held = std::mem::replace(&mut state.held, true);
            held.then(|| state.line.stand())
        };
        if let Some(turn) = turn {
            // Who unlocks leaves it held, for this task.
            turn.await;
            Shuttle::has_woken();
        }
        Guard(self.0.clone())
    }
}

/// Dropped, it unlocks.
pub struct Guard(Arc<Shared>);

impl Drop for Guard {
    fn drop(&mut self) {
        let mut state = lock(&self.0.state);
        let first = state.line.take_first();
        state.held = first.is_some();
        drop(state);
        if let Some(first) = first {
            first.wake();
        }
    }
}
