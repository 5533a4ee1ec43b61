//! Tasks: spawning, joining, aborting, sets, blocking closures, locals, names and budgets, as tokio
//! has them.

mod aborting;
mod blocking;
mod budgets;
mod joining;
mod locals;
mod names;
mod schedules;
mod sets;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::error::Error;
use std::future::{Future, pending, poll_fn, ready};
use std::panic::panic_any;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt;
use reweave::task::{
    self, Builder, JoinSet, LocalSet, block_in_place, consume_budget, coop, spawn_blocking,
    spawn_local, unconstrained, yield_now,
};
use reweave::time::{Instant, sleep};
use reweave::{FindingKind, Sim, explore, spawn};

const SECOND: Duration = Duration::from_secs(1);

/// Sets a flag when dropped.
struct Flag(Arc<AtomicBool>);

impl Flag {
    fn new() -> (Flag, Arc<AtomicBool>) {
        let flag = Arc::new(AtomicBool::new(false));
        (Flag(flag.clone()), flag)
    }
}

impl Drop for Flag {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}
