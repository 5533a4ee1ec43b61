//! A task passes a barrier together with itself.
//!
//! Two workers start each round together, at a barrier. One of them shows a clock while it waits, in a
//! `select!` loop, and so its wait is dropped and begun anew at every tick. A barrier counts those who came;
//! it does not take back who went. After one tick, the worker was counted twice, and two is all:
//!
//! ```text
//!   barrier of 2   shows: came, 1 ─ tick: dropped ─ came, 2 ─► all are here
//!   other             still at its own work
//! ```
//!
//! Fixed, the wait is made once and polled on.
//!
//! Met in: "Tokio select! Macro Issue with Barrier", suxb201, tokio issue 6493,
//! <https://github.com/tokio-rs/tokio/issues/6493>.

use std::cell::Cell;
use std::rc::Rc;

use reweave as tokio;
use tokio::FindingKind;
use tokio::sync::Barrier;
use tokio::task::spawn_local;
use tokio::time::{Duration, interval, sleep};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "barrier_alone",
    gallery: Gallery::Field,
    summary: "a wait at a barrier is dropped and begun anew, and counts twice",
    bug: Some(FindingKind::Panic),
    original: || program(start_together(wait_broken)),
    fixed: Some(|| program(start_together(wait_fixed))),
    configure: |sim| sim,
};

const TICK: Duration = Duration::from_millis(100);

async fn wait_broken(start: &Barrier) {
    let mut clock = interval(TICK);
    loop {
        tokio::select! {
            _ = clock.tick() => tokio::println!("tick"),
            _ = start.wait() => return,
        }
    }
}

async fn wait_fixed(start: &Barrier) {
    let mut clock = interval(TICK);
    let all = start.wait();
    tokio::pin!(all);
    loop {
        tokio::select! {
            _ = clock.tick() => tokio::println!("tick"),
            _ = &mut all => return,
        }
    }
}

async fn other(start: Rc<Barrier>, came: Rc<Cell<bool>>) {
    sleep(Duration::from_millis(250)).await;
    came.set(true);
    start.wait().await;
}

async fn start_together(wait: impl AsyncFn(&Barrier)) {
    let (start, came) = (Rc::new(Barrier::new(2)), Rc::new(Cell::new(false)));
    let other = spawn_local(other(start.clone(), came.clone()));
    wait(&start).await;
    assert!(came.get(), "started without the other");
    other.await.expect("the other does not panic");
}
