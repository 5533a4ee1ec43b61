//! A task that is awaited runs to its end.
//!
//! The fixed twin of [`unawaited_task`](super::unawaited_task): `main` awaits the handle, so the run goes
//! on until the task has printed its last line, a second later.

use reweave::println;
use reweave::task::spawn;
use reweave::time::{Duration, sleep};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "awaited_task",
    gallery: Gallery::Articles,
    summary: "a task whose handle is awaited runs to its end",
    bug: None,
    original: || program(awaits_foo()),
    fixed: None,
    configure: |sim| sim,
};

pub(super) async fn foo(text: &'static str) {
    println!("{text}");
    sleep(Duration::from_secs(1)).await;
    println!("Ending foo");
}

pub(super) async fn awaits_foo() {
    println!("awaiting foo...");
    let task = spawn(foo("inside foo"));
    println!("finished awaiting foo");
    task.await.expect("foo does not panic");
}
