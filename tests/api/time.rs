//! Virtual time, with tokio's names and tokio's meaning, but exact to the nanosecond.

mod clocks;
mod extremes;
mod instants;
mod polled;
mod resetting;
mod sleeping;
mod ticking;
mod ties;
mod timing_out;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use reweave::time::Instant;

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

const SECOND: Duration = Duration::from_secs(1);

/// Virtual milliseconds since the start of the run.
fn now_ms() -> u64 {
    u64::try_from(ms_of(Instant::now())).unwrap()
}

fn ms_of(instant: Instant) -> u128 {
    instant.duration_since(start()).as_millis()
}

/// The start of the run.
fn start() -> Instant {
    let calendar = reweave::time::SystemTime::now();
    let started = reweave::time::UNIX_EPOCH + Duration::from_secs(946_684_800);
    Instant::now() - calendar.duration_since(started).unwrap()
}

/// What happened, in order.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    fn take(&self) -> String {
        std::mem::take(&mut *self.0.lock().unwrap()).join(" ")
    }
}
