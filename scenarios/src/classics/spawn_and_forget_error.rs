//! A task returns an error to nobody.
//!
//! Saving is slow, so it is spawned, and the user is told "saved" at the end of the day. `save` returns a
//! `Result`, as it should; but the `JoinHandle` was dropped, and the error with it. Nothing panics and
//! nothing is printed: the data is just not there.
//!
//! The bug is the dropped handle. Fixed, the handle is awaited, the error is seen, and the save is tried
//! again.

use std::cell::Cell;
use std::rc::Rc;

use reweave::task::spawn_local;
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, flip, note};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "spawn_and_forget_error",
    gallery: Gallery::Classics,
    summary: "a task's error goes down with its handle, and \"saved\" is a lie",
    bug: Some(FindingKind::Panic),
    original: || program(broken()),
    fixed: Some(|| program(fixed())),
    configure: |sim| sim,
};

/// The disk could not take it.
#[derive(Debug)]
struct DiskFull;

/// How many documents are on the disk.
type Disk = Rc<Cell<u32>>;

async fn save(disk: Disk) -> Result<(), DiskFull> {
    sleep(Duration::from_millis(5)).await;
    if flip(0.1) {
        return Err(DiskFull);
    }
    disk.set(disk.get() + 1);
    Ok(())
}

/// Tells the user that a document is safe, which had better be true.
fn say_saved(disk: &Disk) {
    assert_eq!(disk.get(), 1, "told \"saved\", and it is not");
}

async fn broken() {
    let disk = Disk::default();
    spawn_local(save(disk.clone()));
    sleep(Duration::from_secs(1)).await;
    say_saved(&disk);
}

async fn fixed() {
    let disk = Disk::default();
    while let Err(error) = spawn_local(save(disk.clone()))
        .await
        .expect("saving does not panic")
    {
        note!("not saved: {error:?}; once more");
    }
    say_saved(&disk);
}
