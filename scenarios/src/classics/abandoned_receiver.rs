//! The last words are said to somebody who does not listen any more.
//!
//! A request is handled beside a future that writes its log lines down: one `select!` polls both. If
//! the request takes too long, "gave up" goes into the log, and what was begun is cleaned up:
//!
//! ```text
//!   handler   "begun" ──► …………………………… ✕
//!   timeout                              "gave up" ──► cleans up ── "clean" ──► returns
//!   writer    ◄── "begun"                ┊ alive, and not polled any more
//! ```
//!
//! The bug: the receiver is there, so `send` says `Ok`; but it sits in a future that only the `select!`
//! polled, and the `select!` has made its choice. In the plain run the request is quick, and that branch
//! lets the writer finish. Fixed, the end is the same for all branches: close the channel, and wait for
//! the writer.

use std::pin::pin;

use reweave::sync::mpsc::{self, Receiver, Sender};
use reweave::sync::named;
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, choose, println, select};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "abandoned_receiver",
    gallery: Gallery::Classics,
    summary: "a message is sent to a receiver in a future that select! has left behind",
    bug: Some(FindingKind::AbandonedReceiver),
    original: || program(broken()),
    fixed: Some(|| program(fixed())),
    configure: |sim| sim,
};

const PATIENCE: Duration = Duration::from_millis(50);

type Line = &'static str;

async fn say(log: &Sender<Line>, line: Line) {
    log.send(line).await.expect("the writer is there");
}

async fn handle(log: &Sender<Line>) {
    say(log, "begun").await;
    sleep(Duration::from_millis(choose([10, 20, 80]))).await;
    say(log, "done").await;
}

/// Undoes what was begun, and says so.
async fn give_up(log: &Sender<Line>) {
    say(log, "gave up").await;
    sleep(Duration::from_millis(5)).await;
    say(log, "clean").await;
}

async fn write_down(mut lines: Receiver<Line>) {
    while let Some(line) = lines.recv().await {
        println!("{line}");
    }
}

async fn broken() {
    let (log, lines) = named("log", || mpsc::channel(8));
    let mut writer = pin!(write_down(lines));
    select! {
        () = &mut writer => {}
        () = handle(&log) => {
            drop(log);
            writer.await;
        }
        () = sleep(PATIENCE) => give_up(&log).await,
    }
}

async fn fixed() {
    let (log, lines) = named("log", || mpsc::channel(8));
    let mut writer = pin!(write_down(lines));
    select! {
        () = &mut writer => {}
        () = handle(&log) => {}
        () = sleep(PATIENCE) => give_up(&log).await,
    }
    drop(log);
    writer.await;
}
