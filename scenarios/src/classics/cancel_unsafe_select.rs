//! A `select!` loop that loses half of a message.
//!
//! A server reads messages from a wire, and sends a heartbeat every few milliseconds, both in one
//! `select!` loop. Whenever the heartbeat is due first, `select!` drops the other branch, and with it
//! everything that branch had read and not yet returned:
//!
//! ```text
//!   wire        h e l ─ ─ ─ ─ ─ l o ↵
//!   branch      "hel" dropped   "lo"  ◄── what the server takes for the message
//!   heartbeat            tick
//! ```
//!
//! The bug: `read_message` keeps bytes in a local variable across an await, so it is not safe to cancel.
//! When bytes come all at once, as in the plain run, nothing is lost. Fixed, what was read is kept with
//! the wire, and the next call goes on from there.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::{Stream, StreamExt};
use reweave::time::{Duration, Sleep, interval, sleep};
use reweave::{FindingKind, flip, note, select};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "cancel_unsafe_select",
    gallery: Gallery::Classics,
    summary: "a select! loop drops a reader that holds half a message",
    bug: Some(FindingKind::Panic),
    original: || program(serve(read_message_broken)),
    fixed: Some(|| program(serve(read_message_fixed))),
    configure: |sim| sim,
};

const MESSAGES: [&str; 3] = ["hello", "world", "bye"];

/// Before each message.
const PAUSE: Duration = Duration::from_millis(2);
/// By how much a slow network may hold back any other byte.
const LAG: Duration = Duration::from_millis(3);
const HEARTBEAT: Duration = Duration::from_millis(5);

/// Messages as bytes, each after a pause. Those of one message come together, unless the network is
/// slow.
struct Wire {
    bytes: VecDeque<(Duration, u8)>,
    arriving: Option<Pin<Box<Sleep>>>,
    /// The part of a message that was read already; only the fixed reader uses it.
    partial: String,
}

impl Wire {
    fn new() -> Wire {
        let mut bytes = VecDeque::new();
        for message in MESSAGES {
            let mut pause = PAUSE;
            for byte in message.bytes().chain([b'\n']) {
                bytes.push_back((pause, byte));
                pause = if flip(0.25) { LAG } else { Duration::ZERO };
            }
        }
        Wire {
            bytes,
            arriving: None,
            partial: String::new(),
        }
    }
}

impl Stream for Wire {
    type Item = u8;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u8>> {
        let Some(&(pause, byte)) = self.bytes.front() else {
            return Poll::Ready(None);
        };
        let on_its_way = || Box::pin(sleep(pause));
        ready!(
            self.arriving
                .get_or_insert_with(on_its_way)
                .as_mut()
                .poll(cx)
        );
        self.arriving = None;
        self.bytes.pop_front();
        Poll::Ready(Some(byte))
    }
}

async fn read_message_broken(wire: &mut Wire) -> Option<String> {
    let mut message = String::new();
    loop {
        match wire.next().await? {
            b'\n' => return Some(message),
            byte => message.push(byte.into()),
        }
    }
}

async fn read_message_fixed(wire: &mut Wire) -> Option<String> {
    loop {
        match wire.next().await? {
            b'\n' => return Some(std::mem::take(&mut wire.partial)),
            byte => wire.partial.push(byte.into()),
        }
    }
}

async fn serve(read_message: impl AsyncFn(&mut Wire) -> Option<String>) {
    let (mut wire, mut received) = (Wire::new(), Vec::new());
    let mut heartbeat = interval(HEARTBEAT);
    heartbeat.tick().await;
    loop {
        select! {
            message = read_message(&mut wire) => match message {
                Some(message) => received.push(message),
                None => break,
            },
            _ = heartbeat.tick() => note!("heartbeat"),
        }
    }
    assert_eq!(received, MESSAGES, "a message was cut");
}
