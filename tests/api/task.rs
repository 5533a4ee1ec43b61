//! Tasks: spawning, joining, aborting, sets, blocking closures, locals, names and budgets, as tokio
//! has them.

mod aborting;
mod blocking;
mod budgets;
mod joining;
mod locals;
mod names;
mod polled;
mod schedules;
mod sets;
mod walks;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

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
