//! A future says "not yet" and forgets to ask to be called.
//!
//! A gate is opened by one task and waited for by another, with a future written by hand. Its `poll` may
//! return `Pending` only after it has seen to it that the waker is called later. This one keeps no waker:
//! whoever polls it while the gate is closed is never polled again.
//!
//! ```text
//!   waits first, then opens    Pending, and nobody has the waker: it waits for ever
//!   opens first, then waits    Ready: no trace of the bug
//! ```
//!
//! So it depends on the schedule, and the plain one happens to open first. Fixed, the future leaves its
//! waker with the gate.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use reweave::task::spawn_local;
use reweave::{FindingKind, join};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "missed_waker",
    gallery: Gallery::Classics,
    summary: "a hand-written future returns Pending and keeps no waker",
    bug: Some(FindingKind::LostWaker),
    original: || program(open_and_pass(Gate::poll_broken)),
    fixed: Some(|| program(open_and_pass(Gate::poll_fixed))),
    configure: |sim| sim,
};

#[derive(Default)]
struct Gate {
    open: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

impl Gate {
    fn open(&self) {
        self.open.set(true);
        self.waiting.take().into_iter().for_each(Waker::wake);
    }

    fn poll_broken(&self, _: &mut Context<'_>) -> Poll<()> {
        if self.open.get() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    fn poll_fixed(&self, cx: &mut Context<'_>) -> Poll<()> {
        if self.open.get() {
            return Poll::Ready(());
        }
        self.waiting.borrow_mut().push(cx.waker().clone());
        Poll::Pending
    }
}

async fn opener(gate: Rc<Gate>) {
    gate.open();
}

async fn visitor(gate: Rc<Gate>, poll: fn(&Gate, &mut Context<'_>) -> Poll<()>) {
    poll_fn(|cx| poll(&gate, cx)).await;
}

async fn open_and_pass(poll: fn(&Gate, &mut Context<'_>) -> Poll<()>) {
    let gate = Rc::new(Gate::default());
    let opener = spawn_local(opener(gate.clone()));
    let visitor = spawn_local(visitor(gate, poll));
    let (opener, visitor) = join!(opener, visitor);
    opener.and(visitor).expect("neither task panics");
}
