//! A message is taken out of the queue, and then its future is dropped.
//!
//! A worker waits for deliveries and for commands in one `select!`. `next_event` takes a delivery from its
//! queue and then awaits while it is stored. If a command comes in that moment, `select!` drops
//! `next_event`, and with it the delivery, which is in no queue any more:
//!
//! ```text
//!   queue        [ 1 ] ─► taken
//!   next_event             stores 1 ─ ─ ┐ dropped
//!   commands                    comes ──┘
//! ```
//!
//! Fixed, the branch only takes; what it took is stored in the arm, which nothing interrupts.
//!
//! Met in: "marmot-app: `next_event` is not cancellation-safe; the account-worker `select!` drops an
//! already-dequeued inbound delivery (message loss)", erskingardner, Marmot mdk issue 712,
//! <https://github.com/marmot-protocol/mdk/issues/712>.

use reweave as tokio;
use tokio::FindingKind;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::yield_now;

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "dequeued_and_dropped",
    gallery: Gallery::Field,
    summary: "select! drops a future that has a message in its hands",
    bug: Some(FindingKind::Panic),
    original: || program(account(worker_broken)),
    fixed: Some(|| program(account(worker_fixed))),
    configure: |sim| sim,
};

const DELIVERIES: u32 = 3;

/// Writes a delivery down; the database answers soon.
async fn store(stored: &mut Vec<u32>, delivery: u32) {
    yield_now().await;
    stored.push(delivery);
}

async fn next_event(deliveries: &mut Receiver<u32>, stored: &mut Vec<u32>) -> Option<()> {
    let delivery = deliveries.recv().await?;
    store(stored, delivery).await;
    Some(())
}

async fn worker_broken(mut deliveries: Receiver<u32>, mut commands: Receiver<()>) -> Vec<u32> {
    let mut stored = Vec::new();
    loop {
        tokio::select! {
            Some(()) = commands.recv() => {}
            event = next_event(&mut deliveries, &mut stored) => if event.is_none() {
                return stored;
            },
        }
    }
}

async fn worker_fixed(mut deliveries: Receiver<u32>, mut commands: Receiver<()>) -> Vec<u32> {
    let mut stored = Vec::new();
    loop {
        tokio::select! {
            Some(()) = commands.recv() => {}
            delivery = deliveries.recv() => match delivery {
                Some(delivery) => store(&mut stored, delivery).await,
                None => return stored,
            },
        }
    }
}

async fn deliver(to: Sender<u32>) {
    for delivery in 1..=DELIVERIES {
        to.send(delivery).await.expect("the worker listens");
        yield_now().await;
    }
}

async fn command(worker: Sender<()>) {
    for _ in 0..2 {
        yield_now().await;
        // The worker may be done by then.
        let _ = worker.send(()).await;
    }
}

async fn account<W>(worker: fn(Receiver<u32>, Receiver<()>) -> W)
where
    W: Future<Output = Vec<u32>> + Send + 'static,
{
    let (to_worker, deliveries) = mpsc::channel(8);
    let (commands_to, commands) = mpsc::channel(8);
    let worker = tokio::spawn(worker(deliveries, commands));
    let deliverer = tokio::spawn(deliver(to_worker));
    let commander = tokio::spawn(command(commands_to));
    let stored = worker.await.expect("the worker does not panic");
    deliverer.await.expect("the deliverer does not panic");
    commander.await.expect("the commander does not panic");
    assert_eq!(stored, Vec::from_iter(1..=DELIVERIES), "a delivery is lost");
}
