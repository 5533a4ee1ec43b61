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
use reweave::{FindingKind, choose, note, select};

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

/// Bytes that come in bursts.
struct Wire {
    bytes: VecDeque<u8>,
    arriving: Option<Pin<Box<Sleep>>>,
    /// The part of a message that was read already; only the fixed reader uses it.
    partial: String,
}

impl Wire {
    fn new() -> Wire {
        let bytes = MESSAGES
            .iter()
            .flat_map(|message| message.bytes().chain([b'\n']))
            .collect();
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
        if self.bytes.is_empty() {
            return Poll::Ready(None);
        }
        let after_a_pause = || Box::pin(sleep(Duration::from_millis(choose([0, 0, 0, 3]))));
        ready!(
            self.arriving
                .get_or_insert_with(after_a_pause)
                .as_mut()
                .poll(cx)
        );
        self.arriving = None;
        Poll::Ready(self.bytes.pop_front())
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
    let mut heartbeat = interval(Duration::from_millis(4));
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
