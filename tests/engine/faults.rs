//! Faults as a plan: what a seed draws, when it strikes and is healed, that it replays, and that without it nothing is different.

mod buggify;
mod grammar;
mod hosts;
mod progress;
mod replay;

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use reweave::time::{Instant, sleep};
use reweave::trace::{Event, HostVerb};
use reweave::{Run, Sim};

const SECOND: Duration = Duration::from_secs(1);

/// A server that notes when it starts, and a test of this many seconds around it.
async fn serves(seconds: u32) -> Vec<Duration> {
    let starts = Rc::new(RefCell::new(Vec::new()));
    let begun = Instant::now();
    let noted = starts.clone();
    let _db = reweave::host("db").start(move || {
        noted.borrow_mut().push(begun.elapsed());
        async {
            loop {
                sleep(SECOND).await;
            }
        }
    });
    sleep(seconds * SECOND).await;
    starts.take()
}

/// How often each of these happened to hosts.
fn count<T>(run: &Run<T>, verb: HostVerb) -> usize {
    let entries = run.trace().entries().iter();
    let same = |event: Event| matches!(event, Event::Host { verb: seen, .. } if seen == verb);
    entries.filter(|entry| same(entry.event)).count()
}

/// When the faults struck, for how long, and when they were over.
fn faults<T>(run: &Run<T>) -> (Vec<(u64, u64)>, Vec<u64>) {
    let (mut began, mut ended) = (Vec::new(), Vec::new());
    for entry in run.trace().entries() {
        if let Event::FaultBegan { lasts, .. } = entry.event {
            began.push((entry.at, lasts.get()));
        } else if let Event::FaultEnded { .. } = entry.event {
            ended.push(entry.at);
        }
    }
    (began, ended)
}

/// The runs of some seeds under these faults.
fn runs<F>(faults: &str, make: impl Fn() -> F) -> Vec<Run<F::Output>>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let run = |seed| Sim::new().faults(faults).seed(seed).run(make());
    (0..40).map(run).collect()
}
