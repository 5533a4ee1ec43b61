//! A ticker's arm sends on the channel for which its sibling still stands in line.
//!
//! A job reports its progress over a channel with room for one report. The listener is slow, so a send may
//! have to wait, and meanwhile a ticker wants to report that the job is alive. The waiting send is kept, by
//! `&mut`. The listener takes a report, the room goes to the send that waits longest, and that one is not
//! polled:
//!
//! ```text
//!   listener   takes 1 ─ ─ ─ takes 2 ─ ─ ─ waits: the channel is empty
//!   send(3)      1st in line ──┴► has the room, and is not polled
//!   send(alive)     2nd in line ─ ─ ─ ─ ─ until there is room
//! ```
//!
//! So a sender waits at an empty channel. Fixed, the ticker reports only if there is room.
//!
//! Met in: "Audit cases of 'tokio::mpsc::channel, size of 1'", smklein, Oxide Computer Company, omicron
//! issue 9272, <https://github.com/oxidecomputer/omicron/issues/9272>.

use reweave as tokio;
use tokio::FindingKind;
use tokio::sync::mpsc;
use tokio::time::{Duration, interval_at, sleep};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "full_channel_select",
    gallery: Gallery::Field,
    summary: "a sender waits at an empty channel, behind a send nobody polls",
    bug: Some(FindingKind::Futurelock),
    original: || program(watched(broken)),
    fixed: Some(|| program(watched(fixed))),
    configure: |sim| sim,
};

#[derive(Debug)]
enum Report {
    Progress(u32),
    Alive,
}

type Reports = mpsc::Sender<Report>;

const STEPS: u32 = 4;
const TICK: Duration = Duration::from_millis(30);

async fn listen(mut reports: mpsc::Receiver<Report>) -> u32 {
    let mut last = 0;
    while let Some(report) = reports.recv().await {
        if let Report::Progress(step) = report {
            last = step;
        }
        sleep(Duration::from_millis(100)).await;
    }
    last
}

async fn broken(reports: Reports) {
    let mut ticker = interval_at(tokio::time::Instant::now() + TICK, TICK);
    for step in 1..=STEPS {
        let progress = reports.send(Report::Progress(step));
        tokio::pin!(progress);
        loop {
            tokio::select! {
                sent = &mut progress => break sent.expect("the listener listens"),
                _ = ticker.tick() => reports.send(Report::Alive).await.expect("the listener listens"),
            }
        }
    }
}

async fn fixed(reports: Reports) {
    let mut ticker = interval_at(tokio::time::Instant::now() + TICK, TICK);
    for step in 1..=STEPS {
        let progress = reports.send(Report::Progress(step));
        tokio::pin!(progress);
        loop {
            tokio::select! {
                sent = &mut progress => break sent.expect("the listener listens"),
                // A full channel is a sign of life of its own.
                _ = ticker.tick() => drop(reports.try_send(Report::Alive)),
            }
        }
    }
}

async fn watched(job: impl AsyncFnOnce(Reports)) -> u32 {
    let (reports, inbox) = mpsc::channel(1);
    let listener = tokio::spawn(listen(inbox));
    job(reports).await;
    listener.await.expect("the listener does not panic")
}
