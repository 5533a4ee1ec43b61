//! Small random programs, some of which fail under some schedules.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use reweave::draw::Prng;
use reweave::sync::{Mutex, Notify, mpsc};
use reweave::task::yield_now;
use reweave::time::{Duration, sleep};
use reweave::{choose, flip, spawn};

/// What a task does.
#[derive(Clone, Debug)]
enum Op {
    /// Takes this lock for the rest of the task, unless the task has it.
    Keep(usize),
    /// Takes this lock, and counts up what it guards in two steps.
    Count(usize),
    Send,
    Receive,
    Notify,
    /// Waits for a notification for a second.
    Notified,
    Sleep(u64),
    Yield,
    Choose,
    Flip,
    /// Sets a mark, of which the next operation of this task must not find that another task has set its own.
    Mark,
}

/// A list of operations for each task.
#[derive(Clone, Debug)]
pub struct Program(Vec<Vec<Op>>);

struct Shared {
    locks: [Mutex<u32>; 3],
    channel: (mpsc::Sender<u32>, Mutex<mpsc::Receiver<u32>>),
    notify: Notify,
    mark: AtomicU32,
}

impl Program {
    /// The program with this number.
    pub fn draw(number: u64) -> Program {
        let mut rng = Prng::for_draws(number);
        let tasks = 2 + rng.below(2);
        let mut task = || {
            let ops = 1 + rng.below(3);
            let op = |rng: &mut Prng| match rng.below(11) {
                0 | 1 => Op::Keep(rng.below(3) as usize),
                2 => Op::Count(rng.below(3) as usize),
                3 => Op::Send,
                4 => Op::Receive,
                5 => Op::Notify,
                6 => Op::Notified,
                7 => Op::Sleep(1 + u64::from(rng.below(2))),
                8 => Op::Yield,
                9 => match rng.below(2) {
                    0 => Op::Choose,
                    _ => Op::Flip,
                },
                _ => Op::Mark,
            };
            (0..ops).map(|_| op(&mut rng)).collect()
        };
        Program((0..tasks).map(|_| task()).collect())
    }

    pub async fn run(self) {
        let (sender, receiver) = mpsc::channel(1);
        let shared = Arc::new(Shared {
            locks: Default::default(),
            channel: (sender, Mutex::new(receiver)),
            notify: Notify::new(),
            mark: AtomicU32::new(0),
        });
        let tasks = self.0.into_iter().zip(1..);
        let tasks: Vec<_> = tasks
            .map(|(ops, number)| spawn(work(shared.clone(), number, ops)))
            .collect();
        for task in tasks {
            task.await.expect("a task that does not panic");
        }
    }
}

async fn work(shared: Arc<Shared>, number: u32, ops: Vec<Op>) {
    let mut kept = [None, None, None];
    let mut mark = 0;
    for op in ops {
        if mark != 0 {
            assert_eq!(shared.mark.load(Ordering::Relaxed), mark);
        }
        match op {
            Op::Keep(lock) if kept[lock].is_none() => {
                kept[lock] = Some(shared.locks[lock].lock().await);
            }
            Op::Count(lock) if kept[lock].is_none() => {
                let before = *shared.locks[lock].lock().await;
                let mut counted = shared.locks[lock].lock().await;
                assert_eq!(*counted, before, "nobody has counted meanwhile");
                *counted += 1;
            }
            Op::Keep(_) | Op::Count(_) | Op::Yield => yield_now().await,
            Op::Send => shared.channel.0.send(number).await.expect("a receiver"),
            Op::Receive => drop(shared.channel.1.lock().await.recv().await),
            Op::Notify => shared.notify.notify_one(),
            Op::Notified => {
                let told = shared.notify.notified();
                let _ = reweave::time::timeout(Duration::from_secs(1), told).await;
            }
            Op::Sleep(seconds) => sleep(Duration::from_secs(seconds)).await,
            Op::Choose => {
                if choose(0..4) == 2 {
                    yield_now().await;
                }
            }
            Op::Flip => assert!(!(flip(0.5) && shared.mark.load(Ordering::Relaxed) != 0)),
            Op::Mark => {
                mark = number;
                shared.mark.store(number, Ordering::Relaxed);
                yield_now().await;
            }
        }
    }
}
