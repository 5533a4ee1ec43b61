//! A background task panics, and those who wait for it wait on.
//!
//! A driver sends requests over a connection, and a task of its own reads the answers and hands them out:
//! the senders of the answers are in a list that both share. An answer is malformed, and the reading task
//! panics. Its handle was thrown away, so nobody hears of it. The list lives on with the driver, and so do
//! the senders in it:
//!
//! ```text
//!   reader     answer 1 ─ answer 2: panics
//!   request 2                        waits: its sender is still in the list
//! ```
//!
//! Fixed, who waits for an answer also waits for the end of the reader.
//!
//! Met in: "Structured concurrency, panic propagation / handling", Lorak-mmk, ScyllaDB's Rust driver issue
//! 1436, <https://github.com/scylladb/scylla-rust-driver/issues/1436>.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use reweave as tokio;
use tokio::FindingKind;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Duration, sleep};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "swallowed_panic",
    gallery: Gallery::Field,
    summary: "the task that hands out answers panics, and a request waits on",
    bug: Some(FindingKind::UnobservedPanic),
    original: || program(broken()),
    fixed: Some(|| program(fixed())),
    configure: |sim| sim,
};

/// Requests without an answer yet, the oldest first.
type Waiting = Arc<Mutex<VecDeque<oneshot::Sender<u32>>>>;

/// A server that answers one request well and the next with nonsense.
async fn server(answers: mpsc::Sender<&'static str>) {
    for answer in ["7", "seven"] {
        sleep(Duration::from_millis(10)).await;
        answers.send(answer).await.expect("the driver reads");
    }
    answers.closed().await;
}

async fn reader(mut answers: mpsc::Receiver<&'static str>, waiting: Waiting) {
    while let Some(answer) = answers.recv().await {
        let answer = answer.parse().expect("a well-formed answer");
        let asked = waiting.lock().expect("no panic under it").pop_front();
        if let Some(asked) = asked {
            // Whoever asked may have gone.
            let _ = asked.send(answer);
        }
    }
}

fn request(waiting: &Waiting) -> oneshot::Receiver<u32> {
    let (answer, answered) = oneshot::channel();
    waiting.lock().expect("no panic under it").push_back(answer);
    answered
}

async fn broken() -> Option<u32> {
    let (connection, answers) = mpsc::channel(4);
    tokio::spawn(server(connection));
    let waiting = Waiting::default();
    tokio::spawn(reader(answers, waiting.clone()));
    request(&waiting).await.ok()?;
    request(&waiting).await.ok()
}

async fn fixed() -> Option<u32> {
    let (connection, answers) = mpsc::channel(4);
    let server = tokio::spawn(server(connection));
    let waiting = Waiting::default();
    let mut reader = tokio::spawn(reader(answers, waiting.clone()));
    let mut last = None;
    for _ in 0..2 {
        last = tokio::select! {
            answer = request(&waiting) => answer.ok(),
            read = &mut reader => {
                assert!(read.is_err_and(|error| error.is_panic()));
                None
            }
        };
    }
    server.await.expect("the server does not panic");
    last
}
