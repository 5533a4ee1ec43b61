//! A task nobody awaits is cut off when `main` returns.
//!
//! `main` spawns `foo` and returns. Whatever is ready then still gets its turn, so `foo` prints its first
//! line and begins to sleep; and there it ends: "Ending foo" is never printed. asyncio says "Task was
//! destroyed but it is pending".
//!
//! ```text
//!   main   spawns foo, returns
//!   foo                        prints, sleeps ─ ─ cut off
//! ```
//!
//! The bug is the missing await. Under some schedules the run ends even before the first line. Fixed:
//! [`awaited_task`](super::awaited_task).

use reweave::task::spawn;
use reweave::{FindingKind, println};

use super::awaited_task::{awaits_foo, foo};
use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "unawaited_task",
    gallery: Gallery::Articles,
    summary: "main returns, and the task it spawned never comes to its end",
    bug: Some(FindingKind::UnawaitedTask),
    original: || program(broken()),
    fixed: Some(|| program(awaits_foo())),
    configure: |sim| sim,
};

async fn broken() {
    println!("awaiting foo...");
    spawn(foo("inside foo"));
    println!("finished awaiting foo");
}
