//! The handle is not the value.
//!
//! `main` spawns the two tasks of [`fetch_and_print`](super::fetch_and_print) and prints what `spawn`
//! gave it. That is a handle, and the task behind it has not even begun: it prints as pending. Then
//! `main` returns, both tasks are cut off, and the value is never seen.
//!
//! The bug is the missing await. Fixed, it is `fetch_and_print`.

use reweave::task::spawn;
use reweave::{FindingKind, println};

use super::fetch_and_print::{fetch_beside_count, fetch_data, print_numbers};
use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "value_unawaited",
    gallery: Gallery::Articles,
    summary: "main prints a task's handle instead of its value, and returns",
    bug: Some(FindingKind::UnawaitedTask),
    original: || program(broken()),
    fixed: Some(|| program(fetch_beside_count())),
    configure: |sim| sim,
};

async fn broken() {
    let fetch = spawn(fetch_data());
    let _count = spawn(print_numbers());
    println!("{fetch:?}");
}
