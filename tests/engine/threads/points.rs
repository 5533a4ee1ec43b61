//! How many points a call is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use reweave::draw::{Draw, Kind};
use reweave::sync::{Notify, OnceCell, Semaphore, SetOnce, watch};
use reweave::task::{JoinSet, yield_now};
use reweave::{Sim, Strategy, explore, preempt, spawn, std_sync};

/// Counts the draws whether others run between two statements. They never do.
struct Counting(Arc<AtomicU32>);

impl Strategy for Counting {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        if draw.kind() == Kind::Preempt {
            self.0.fetch_add(1, SeqCst);
        }
        0
    }
}

/// Runs a program that counts the points of each of its calls, while another task is ready.
#[track_caller]
fn counts<F>(program: impl Fn(Points) -> F + Sync)
where
    F: Future<Output = ()> + 'static,
{
    let drawn = Arc::new(AtomicU32::new(0));
    let found = explore(|| {
        let points = Points(drawn.clone());
        let program = program(points);
        async move {
            let _ready = spawn(yield_now());
            program.await;
        }
    });
    let counting = drawn.clone();
    let found = found
        .sim(Sim::new().threads(true))
        .strategy(move || Counting(counting.clone()))
        .seeds(0..1)
        .run();
    assert!(!found.failed(), "{found}");
}

struct Points(Arc<AtomicU32>);

impl Points {
    #[track_caller]
    fn are<R>(&self, expected: u32, call: impl FnOnce() -> R) {
        let before = self.0.load(SeqCst);
        let _result = call();
        // Before the result is dropped.
        assert_eq!(self.0.load(SeqCst) - before, expected);
    }
}

#[test]
fn a_look_is_one() {
    counts(|points| async move {
        let (cell, set_once) = (OnceCell::<u8>::new(), SetOnce::<u8>::new());
        let (sender, receiver) = watch::channel(0);
        let seats = Arc::new(Semaphore::new(2));
        let number = std_sync::atomic::AtomicU32::new(0);
        points.are(1, preempt);
        points.are(1, || cell.initialized());
        points.are(1, || cell.get().copied());
        points.are(1, || set_once.initialized());
        points.are(1, || sender.is_closed());
        points.are(1, || sender.receiver_count());
        points.are(1, || receiver.has_changed().unwrap());
        points.are(1, || seats.clone().try_acquire_owned().unwrap());
        points.are(1, || seats.try_acquire().unwrap());
        points.are(1, || number.load(SeqCst));
    });
}

#[test]
fn what_others_hear_of_is_one_before_and_one_after() {
    counts(|points| async move {
        let (cell, set_once, notify) = (OnceCell::new(), SetOnce::new(), Notify::new());
        let (sender, receiver) = watch::channel(0);
        points.are(2, || notify.notify_one());
        points.are(2, || notify.notify_last());
        points.are(2, || notify.notify_waiters());
        points.are(2, || cell.set(1).unwrap());
        points.are(2, || cell.set(2).unwrap_err());
        points.are(2, || set_once.set(1).unwrap());
        points.are(2, || set_once.set(2).unwrap_err());
        points.are(2, || sender.send(1).unwrap());
        points.are(2, || sender.send_replace(2));
        points.are(1, || drop(receiver));
        points.are(2, || sender.send(3).unwrap_err());
        points.are(1, || drop(sender));
        let mut set = JoinSet::new();
        points.are(1, || set.spawn(yield_now()));
        points.are(2, || set.abort_all());
    });
}
