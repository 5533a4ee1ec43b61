//! The runs that are looked at, and their pages.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use reweave::sync::{Mutex, mpsc, named};
use reweave::task::{Builder, yield_now};
use reweave::time::sleep;
use reweave::{Report, Run, Sim, host, spawn, watched};
use reweave_scenarios::{Twin, registry};

use crate::Wrong;

/// Ten scenarios of all galleries: a bug of each kind that a timeline is to show.
pub const SCENARIOS: [&str; 10] = [
    "deadlock_ab_ba",
    "lost_update",
    "lost_wakeup",
    "futurelock",
    "connection_pool_starvation",
    "timeout_retry_duplicate",
    "split_brain",
    "lost_ack",
    "retry_keeps_sender",
    "unawaited_task",
];

/// A run with the file that shows it.
pub struct Page {
    pub name: String,
    pub run: Run,
    pub file: PathBuf,
}

impl Page {
    /// Writes the page of a run into this folder.
    pub fn write(folder: &Path, name: &str, run: Run) -> Result<Page, Wrong> {
        let file = folder.join(format!("{name}.html"));
        let html = Report::new(&run)
            .replay("REWEAVE_SEED=7 cargo test")
            .to_html();
        fs::write(&file, html)?;
        Ok(Page {
            name: name.to_owned(),
            run,
            file,
        })
    }

    /// The words of the event in this place of the trace.
    pub fn words(&self, at: usize) -> String {
        self.run.trace().describe(&self.run.trace().entries()[at])
    }

    pub fn count(&self) -> usize {
        self.run.trace().entries().len()
    }
}

/// The first run of a scenario that fails, shrunk and explained.
pub fn scenario(name: &str) -> Result<Run, Wrong> {
    let scenario = registry::find(name).ok_or_else(|| format!("there is no scenario `{name}`"))?;
    let found = scenario.explore(Twin::Original).shrink(true).run();
    let run = found.failure().or(found.warnings().first());
    Ok(run
        .ok_or_else(|| format!("`{name}` does not fail"))?
        .clone())
}

/// What nobody calls anything, unless to do harm.
pub const HOSTILE: [&str; 5] = [
    "</script><script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 2'>",
    "<!-- <script> --> ]]> &lt;b id=bold&gt;",
    "a\u{2028}b\u{2029}c\0d\r\ne\"f'g`h\\",
    "{{data}} ${window.hacked = 3} javascript:window.hacked=4 \u{202e}txet",
];

/// A run in which everything that can be named is called so.
pub fn hostile() -> Run {
    Sim::new()
        .run(async {
            for name in HOSTILE {
                let lock = Arc::new(named(name, || Mutex::new(())));
                let value = watched(name, String::new());
                value.set(name.to_owned());
                reweave::note!("{name}");
                reweave::println!("{name}");
                let guard = lock.lock().await;
                let of_task = lock.clone();
                let task = Builder::new().name(name).spawn(async move {
                    let _guard = of_task.lock().await;
                });
                yield_now().await;
                drop(guard);
                task.unwrap().await.unwrap();
            }
            let of_host = host("<b id=bold>&amp;</b>").spawn(async { yield_now().await });
            of_host.await.unwrap();
            panic!("{}", HOSTILE.join(" "));
        })
        .without_output()
}

/// A run of at least so many events: tasks that lock, send, receive and sleep.
pub fn long(events: usize) -> Run {
    // A round is about 220 events.
    let rounds = events / 200;
    Sim::new()
        .seed(1)
        .max_steps(10_000_000)
        .max_steps_at_once(10_000_000)
        .run(async move {
            let lock = Arc::new(Mutex::new(0_u64));
            let (send, mut receive) = mpsc::channel(8);
            let mut tasks = Vec::new();
            for nth in 0..20 {
                let (lock, send) = (lock.clone(), send.clone());
                tasks.push(spawn(async move {
                    for round in 0..rounds {
                        *lock.lock().await += 1;
                        send.send(round).await.unwrap();
                        if round % 50 == nth {
                            sleep(Duration::from_millis(3)).await;
                        }
                    }
                }));
            }
            drop(send);
            while receive.recv().await.is_some() {}
            panic!("after {} rounds", *lock.lock().await);
        })
        .without_output()
}
