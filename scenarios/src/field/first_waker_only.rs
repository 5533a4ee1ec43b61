//! A future that is handed on still wakes the task that had it first.
//!
//! A hand-written channel for one value keeps the waker of whoever polls it first, and thinks that enough.
//! The program waits for the value for a moment, then gives the receiver to a task of its own, and that task
//! polls it too:
//!
//! ```text
//!   main       polls: its waker is kept ─► hands the future on
//!   patient                                  polls: a waker is there already
//!   sender                                             sends: wakes main
//! ```
//!
//! Every `poll` may come with another waker, and the last one counts. Fixed, it is kept each time.
//!
//! Met in: "New `Waker`s are incorrectly ignored", SabrinaJewson, whisk issue 1,
//! <https://github.com/ardaku/whisk/issues/1>.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use reweave as tokio;
use tokio::FindingKind;
use tokio::task::spawn_local;
use tokio::time::{Duration, sleep, timeout};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "first_waker_only",
    gallery: Gallery::Field,
    summary: "a future keeps the waker of its first poll, and is then handed to another task",
    bug: Some(FindingKind::LostWaker),
    original: || program(hand_on(keep_first)),
    fixed: Some(|| program(hand_on(keep_last))),
    configure: |sim| sim,
};

#[derive(Default)]
struct Slot {
    value: Option<u32>,
    waker: Option<Waker>,
}

/// Keeps a waker, or not.
type Keep = fn(&mut Option<Waker>, &Waker);

fn keep_first(kept: &mut Option<Waker>, waker: &Waker) {
    kept.get_or_insert_with(|| waker.clone());
}

fn keep_last(kept: &mut Option<Waker>, waker: &Waker) {
    *kept = Some(waker.clone());
}

struct Receive {
    slot: Rc<RefCell<Slot>>,
    keep: Keep,
}

impl Future for Receive {
    type Output = u32;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        let mut slot = self.slot.borrow_mut();
        if let Some(value) = slot.value.take() {
            return Poll::Ready(value);
        }
        (self.keep)(&mut slot.waker, cx.waker());
        Poll::Pending
    }
}

async fn send(slot: Rc<RefCell<Slot>>) {
    sleep(Duration::from_millis(20)).await;
    let mut slot = slot.borrow_mut();
    slot.value = Some(7);
    if let Some(waker) = slot.waker.take() {
        waker.wake();
    }
}

async fn patient(receive: Receive) -> u32 {
    receive.await
}

async fn hand_on(keep: Keep) -> u32 {
    let slot = Rc::new(RefCell::new(Slot::default()));
    let sender = spawn_local(send(slot.clone()));
    let mut receive = Receive { slot, keep };
    let value = match timeout(Duration::from_millis(5), &mut receive).await {
        Ok(value) => value,
        Err(_) => spawn_local(patient(receive)).await.expect("no panic"),
    };
    sender.await.expect("sending does not panic");
    value
}
