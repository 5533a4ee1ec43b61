//! W2, channels: two tasks pass a number to and fro over two bounded channels of capacity 1. A unit is a round trip:
//! two sends, two receives, at least two switches.
//!
//! Each contestant uses the channel that comes with it. With more than two tasks there are as many independent pairs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::task::Poll;

use futures::channel::mpsc as futures_mpsc;
use futures::task::AtomicWaker;
use futures::{SinkExt, StreamExt};
use reweave::sync::mpsc as reweave_mpsc;
use tokio::sync::mpsc as tokio_mpsc;

use crate::contestants::async_executor::AsyncExecutor;
use crate::contestants::floor::Floor;
use crate::contestants::local_pool::LocalPool;
use crate::contestants::recorded::Recorded;
use crate::contestants::reweave::Reweave;
use crate::contestants::shuttle::run_closure;
use crate::contestants::tokio::{Tokio, TokioLocal};
use crate::workloads::{Entrant, Latch, Workload};
use crate::{Contestant, Done, Size};

/// The workload.
pub const WORKLOAD: Workload = Workload {
    name: "w2",
    unit: "round trip",
    units: |size| (size.tasks / 2 * size.rounds) as u64,
    entrants: &[
        Entrant::new("reweave", run::<Reweave, ReweaveMpsc>),
        Entrant::new("recorded", run::<Recorded, ReweaveMpsc>).handicapped(4),
        Entrant::new("floor", run::<Floor, OneSlot>),
        Entrant::new("tokio", run::<Tokio, TokioMpsc>),
        Entrant::new("tokio-local", run::<TokioLocal, TokioMpsc>),
        Entrant::new("local-pool", run::<LocalPool, FuturesMpsc>),
        Entrant::new("async-executor", run::<AsyncExecutor, AsyncChannel>),
        Entrant::new("shuttle", shuttle).handicapped(10),
    ],
};

/// A bounded channel of capacity 1.
trait Channel {
    type Sender: Send + 'static;
    type Receiver: Send + 'static;

    fn new() -> (Self::Sender, Self::Receiver);
    fn send(sender: &mut Self::Sender, number: u64) -> impl Future<Output = ()> + Send;
    fn receive(receiver: &mut Self::Receiver) -> impl Future<Output = u64> + Send;
}

const OPEN: &str = "both ends live until the last round trip";

/// Each pair counts its round trips in the number that it passes: the far side adds one.
fn run<C: Contestant, Ch: Channel + 'static>(size: Size) -> Done {
    let pairs = size.tasks / 2;
    let latch = Latch::new(pairs);
    let trips = latch.clone();
    C::run(1, move |contestant| {
        let latch = latch.clone();
        async move {
            for _ in 0..pairs {
                let latch = latch.clone();
                let (mut to, mut from_near) = Ch::new();
                let (mut fro, mut from_far) = Ch::new();
                contestant.detach(async move {
                    let mut number = 0;
                    for _ in 0..size.rounds {
                        Ch::send(&mut to, number).await;
                        number = Ch::receive(&mut from_far).await;
                    }
                    latch.arrive(number);
                });
                contestant.detach(async move {
                    for _ in 0..size.rounds {
                        let number = Ch::receive(&mut from_near).await;
                        Ch::send(&mut fro, number + 1).await;
                    }
                });
            }
            latch.opened().await;
        }
    });
    Done::units(trips.units())
}

/// shuttle's channels block, as those of the standard library do, so its two sides are threads.
fn shuttle(size: Size) -> Done {
    let pairs = size.tasks / 2;
    let latch = Latch::new(pairs);
    let trips = latch.clone();
    run_closure(1, move || {
        let sides: Vec<_> = (0..pairs)
            .flat_map(|_| {
                let latch = latch.clone();
                let (to, from_near) = shuttle::sync::mpsc::sync_channel::<u64>(1);
                let (fro, from_far) = shuttle::sync::mpsc::sync_channel::<u64>(1);
                let near = shuttle::thread::spawn(move || {
                    let mut number = 0;
                    for _ in 0..size.rounds {
                        to.send(number).expect(OPEN);
                        number = from_far.recv().expect(OPEN);
                    }
                    latch.arrive(number);
                });
                let far = shuttle::thread::spawn(move || {
                    for _ in 0..size.rounds {
                        let number = from_near.recv().expect(OPEN);
                        fro.send(number + 1).expect(OPEN);
                    }
                });
                [near, far]
            })
            .collect();
        for side in sides {
            side.join().expect("a measured thread does not panic");
        }
    });
    Done::units(trips.units())
}

struct ReweaveMpsc;

impl Channel for ReweaveMpsc {
    type Sender = reweave_mpsc::Sender<u64>;
    type Receiver = reweave_mpsc::Receiver<u64>;

    fn new() -> (Self::Sender, Self::Receiver) {
        reweave_mpsc::channel(1)
    }

    async fn send(sender: &mut Self::Sender, number: u64) {
        sender.send(number).await.expect(OPEN);
    }

    async fn receive(receiver: &mut Self::Receiver) -> u64 {
        receiver.recv().await.expect(OPEN)
    }
}

struct TokioMpsc;

impl Channel for TokioMpsc {
    type Sender = tokio_mpsc::Sender<u64>;
    type Receiver = tokio_mpsc::Receiver<u64>;

    fn new() -> (Self::Sender, Self::Receiver) {
        tokio_mpsc::channel(1)
    }

    async fn send(sender: &mut Self::Sender, number: u64) {
        sender.send(number).await.expect(OPEN);
    }

    async fn receive(receiver: &mut Self::Receiver) -> u64 {
        receiver.recv().await.expect(OPEN)
    }
}

struct FuturesMpsc;

impl Channel for FuturesMpsc {
    type Sender = futures_mpsc::Sender<u64>;
    type Receiver = futures_mpsc::Receiver<u64>;

    fn new() -> (Self::Sender, Self::Receiver) {
        // Its capacity is one more than its buffer for every sender.
        futures_mpsc::channel(0)
    }

    async fn send(sender: &mut Self::Sender, number: u64) {
        sender.send(number).await.expect(OPEN);
    }

    async fn receive(receiver: &mut Self::Receiver) -> u64 {
        receiver.next().await.expect(OPEN)
    }
}

struct AsyncChannel;

impl Channel for AsyncChannel {
    type Sender = async_channel::Sender<u64>;
    type Receiver = async_channel::Receiver<u64>;

    fn new() -> (Self::Sender, Self::Receiver) {
        async_channel::bounded(1)
    }

    async fn send(sender: &mut Self::Sender, number: u64) {
        sender.send(number).await.expect(OPEN);
    }

    async fn receive(receiver: &mut Self::Receiver) -> u64 {
        receiver.recv().await.expect(OPEN)
    }
}

/// The floor's channel: one slot, and a waker for either side.
#[derive(Default)]
struct OneSlot {
    number: AtomicU64,
    full: AtomicBool,
    filled: AtomicWaker,
    emptied: AtomicWaker,
}

impl Channel for OneSlot {
    type Sender = Arc<OneSlot>;
    type Receiver = Arc<OneSlot>;

    fn new() -> (Self::Sender, Self::Receiver) {
        let slot = Arc::new(OneSlot::default());
        (slot.clone(), slot)
    }

    fn send(slot: &mut Self::Sender, number: u64) -> impl Future<Output = ()> + Send {
        std::future::poll_fn(move |context| {
            if slot.full.load(Relaxed) {
                slot.emptied.register(context.waker());
                return Poll::Pending;
            }
            slot.number.store(number, Relaxed);
            slot.full.store(true, Relaxed);
            slot.filled.wake();
            Poll::Ready(())
        })
    }

    fn receive(slot: &mut Self::Receiver) -> impl Future<Output = u64> + Send {
        std::future::poll_fn(move |context| {
            if !slot.full.load(Relaxed) {
                slot.filled.register(context.waker());
                return Poll::Pending;
            }
            slot.full.store(false, Relaxed);
            slot.emptied.wake();
            Poll::Ready(slot.number.load(Relaxed))
        })
    }
}
