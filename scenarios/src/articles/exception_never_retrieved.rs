//! A task panics, and nobody looks.
//!
//! A panic in a task ends that task alone; it waits in the handle for whoever awaits it. The bug: nobody
//! does, and the program goes on without the work it believes done. asyncio's debug mode says "Task
//! exception was never retrieved". Fixed, `main` awaits the handle and says what went wrong.

use reweave::task::spawn;
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, println};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "exception_never_retrieved",
    gallery: Gallery::Articles,
    summary: "a task panics, and nobody awaits its handle",
    bug: Some(FindingKind::UnobservedPanic),
    original: || program(broken()),
    fixed: Some(|| program(fixed())),
    configure: |sim| sim,
};

async fn save() {
    panic!("the disk is full");
}

async fn broken() {
    let _saving = spawn(save());
    sleep(Duration::from_secs(1)).await;
    println!("Saved.");
}

async fn fixed() {
    match spawn(save()).await {
        Ok(()) => println!("Saved."),
        Err(error) => println!("Not saved: {error}"),
    }
}
