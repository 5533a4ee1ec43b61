//! Small programs that are drawn by a number: tasks that lock, send, receive, notify, sleep and choose. Each writes down what it sees.

use std::rc::Rc;
use std::sync::{Arc, Mutex as Lock};

use std::sync::atomic::Ordering::SeqCst;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use reweave::std_sync::atomic::AtomicU64;
use reweave::sync::{Barrier, Mutex, Notify, OnceCell, RwLock, Semaphore, mpsc, watch};
use reweave::task::{JoinHandle, JoinSet, spawn_local};
use reweave::time::{Duration, Instant, advance, sleep, timeout};
use reweave::{Watched, watched};

/// What a task does next.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    Lock(usize),
    /// The second while it has the first.
    LockBoth(usize, usize),
    Send(usize),
    Receive(usize),
    TryReceive(usize),
    Notify,
    NotifyAll,
    Await,
    Acquire,
    Read,
    Write,
    Sleep(u64),
    Yield,
    ReceiveWithin(usize, u64),
    ReceiveEither,
    Abort(usize),
    Flip,
    /// In one poll, by the task's own waker; and by others.
    JoinLocks,
    JoinReceives,
    /// A child that locks, and whether it is awaited.
    Spawn(bool),
    /// Two children, and the first to end.
    Set,
    Change,
    /// Looks at what is sent, and changes it without sending.
    Look,
    ChangeQuietly,
    Advance,
    Changed,
    Add,
    Touch,
    Meet,
    Init,
}

/// What each task does; and whether `main` waits for all.
#[derive(Clone, Debug)]
pub struct Program {
    pub tasks: Vec<Vec<Act>>,
    pub joins: bool,
}

/// What tasks saw, each in a line of its own.
pub type Seen = Arc<Lock<Vec<String>>>;

/// The line of `main`.
const MAIN: usize = 12;

/// A generator, the same everywhere: xorshift.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        (0..8).for_each(|_| _ = dice.below(2));
        dice
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) % n
    }
}

/// Tasks that do one thing after the other.
pub fn program(seed: u64) -> Program {
    drawn(seed, SEQUENTIAL)
}

/// Tasks that may poll several futures at once, or have children.
pub fn any_program(seed: u64) -> Program {
    drawn(seed, ALL)
}

/// So many kinds of acts there are; those of tasks that do one thing after the other come first.
const ALL: u64 = 32;
const SEQUENTIAL: u64 = 27;

fn drawn(seed: u64, acts: u64) -> Program {
    let dice = &mut Dice::new(seed);
    let kinds = acts;
    let tasks = 2 + dice.below(2);
    let mut one = |_| {
        let acts = 1 + dice.below(3);
        (0..acts).map(|_| act(dice, kinds)).collect()
    };
    let tasks: Vec<Vec<Act>> = (0..tasks).map(&mut one).collect();
    let joins = dice.below(4) > 0;
    Program { tasks, joins }
}

fn act(dice: &mut Dice, kinds: u64) -> Act {
    let one = dice.below(2) as usize;
    match dice.below(kinds) {
        0..=2 => Act::Lock(one),
        3 | 4 => Act::LockBoth(one, 1 - one),
        5 | 6 => Act::Send(one),
        7 => Act::Receive(one),
        8 => Act::TryReceive(one),
        9 => Act::Notify,
        10 => Act::NotifyAll,
        11 => Act::Await,
        12 => Act::Acquire,
        13 => Act::Read,
        14 => Act::Write,
        15 => Act::Sleep(1 + dice.below(2)),
        16 => Act::Yield,
        17 => Act::ReceiveWithin(one, 1),
        18 => Act::Abort(one),
        19 => Act::Flip,
        20 => Act::Change,
        21 => Act::Add,
        22 => Act::Touch,
        23 => Act::Meet,
        24 => [Act::Look, Act::ChangeQuietly][one],
        25 => Act::Advance,
        26 => Act::Set,
        27 => Act::JoinLocks,
        28 => Act::JoinReceives,
        29 => Act::ReceiveEither,
        30 => Act::Spawn(dice.below(2) == 0),
        _ => [Act::Changed, Act::Init][one],
    }
}

struct Shared {
    locks: [Mutex<u64>; 2],
    senders: [mpsc::Sender<u64>; 2],
    receivers: [Mutex<mpsc::Receiver<u64>>; 2],
    notify: Notify,
    semaphore: Semaphore,
    value: RwLock<u64>,
    changes: watch::Sender<u64>,
    count: AtomicU64,
    watched: Watched<u64>,
    barrier: Barrier,
    began: Instant,
    cell: OnceCell<u64>,
    handles: std::cell::RefCell<Vec<JoinHandle<()>>>,
    seen: Seen,
}

impl Shared {
    fn saw(&self, task: usize, what: impl std::fmt::Display) {
        self.seen.lock().unwrap()[task].push_str(&format!("{what} "));
    }
}

pub async fn run(program: Program, seen: Seen) {
    seen.lock().unwrap().clear();
    // One for each task, one for each child of it, one for `main`.
    seen.lock().unwrap().resize(MAIN + 1, String::new());
    let (one, first) = mpsc::channel(1);
    let (other, second) = mpsc::channel(2);
    let shared = Rc::new(Shared {
        locks: [Mutex::new(1), Mutex::new(1)],
        senders: [one, other],
        receivers: [Mutex::new(first), Mutex::new(second)],
        notify: Notify::new(),
        semaphore: Semaphore::new(1),
        value: RwLock::new(1),
        changes: watch::channel(1).0,
        count: AtomicU64::new(1),
        watched: watched("touched", 1),
        barrier: Barrier::new(2),
        began: Instant::now(),
        cell: OnceCell::new(),
        handles: Default::default(),
        seen,
    });
    for (task, acts) in program.tasks.into_iter().enumerate() {
        let of_task = shared.clone();
        let handle = spawn_local(async move {
            let mut changes = of_task.changes.subscribe();
            for (nth, act) in acts.into_iter().enumerate() {
                perform(&of_task, (task, nth), act, &mut changes).await;
            }
            of_task.saw(task, ".");
        });
        shared.handles.borrow_mut().push(handle);
    }
    if program.joins {
        let handles = std::mem::take(&mut *shared.handles.borrow_mut());
        for (task, handle) in handles.into_iter().enumerate() {
            let ended = handle.await;
            let how = if ended.is_ok() { "ok" } else { "aborted" };
            shared.saw(MAIN, format!("{task} {how}"));
        }
    }
}

async fn perform(
    shared: &Rc<Shared>,
    (task, nth): (usize, usize),
    act: Act,
    changes: &mut watch::Receiver<u64>,
) {
    let me = task as u64 + 1;
    let ms = Duration::from_millis;
    let change = |value: &mut u64| {
        shared.saw(task, *value);
        *value = *value * 3 + me;
    };
    match act {
        Act::Lock(which) => change(&mut *shared.locks[which].lock().await),
        Act::LockBoth(one, other) => {
            let mut one = shared.locks[one].lock().await;
            change(&mut *shared.locks[other].lock().await);
            change(&mut one);
        }
        Act::Send(which) => _ = shared.senders[which].send(me).await,
        Act::Receive(which) => {
            let got = shared.receivers[which].lock().await.recv().await;
            shared.saw(task, format!("{got:?}"));
        }
        Act::TryReceive(which) => {
            let got = shared.receivers[which].lock().await.try_recv();
            shared.saw(task, format!("{got:?}"));
        }
        Act::Notify => shared.notify.notify_one(),
        Act::NotifyAll => shared.notify.notify_waiters(),
        Act::Await => shared.notify.notified().await,
        Act::Acquire => {
            let permit = shared.semaphore.acquire().await.unwrap();
            shared.saw(task, shared.semaphore.available_permits());
            change(&mut *shared.locks[0].lock().await);
            drop(permit);
        }
        Act::Read => shared.saw(task, *shared.value.read().await),
        Act::Write => change(&mut *shared.value.write().await),
        Act::Sleep(n) => sleep(ms(n)).await,
        Act::Yield => reweave::task::yield_now().await,
        Act::ReceiveWithin(which, n) => {
            let mut receiver = shared.receivers[which].lock().await;
            let got = timeout(ms(n), receiver.recv()).await;
            shared.saw(task, format!("{got:?}"));
        }
        Act::ReceiveEither => {
            let mut one = shared.receivers[0].lock().await;
            let mut other = shared.receivers[1].lock().await;
            reweave::select! {
                got = one.recv() => shared.saw(task, format!("one {got:?}")),
                got = other.recv() => shared.saw(task, format!("other {got:?}")),
                () = sleep(ms(1)) => shared.saw(task, "none"),
            }
        }
        Act::Abort(which) => {
            if let Some(handle) = shared.handles.borrow().get(which) {
                handle.abort();
            }
        }
        Act::Flip => shared.saw(task, reweave::flip(0.5)),
        Act::JoinLocks => {
            let lock = |which: usize| async move { change(&mut *shared.locks[which].lock().await) };
            reweave::join!(lock(0), lock(1));
        }
        Act::JoinReceives => {
            let receive = |which: usize| async move {
                let mut receiver = shared.receivers[which].lock().await;
                timeout(ms(1), receiver.recv()).await
            };
            let mut both: FuturesUnordered<_> = [receive(0), receive(1)].into_iter().collect();
            while let Some(got) = both.next().await {
                shared.saw(task, format!("{got:?}"));
            }
        }
        Act::Spawn(awaited) => {
            let of_child = shared.clone();
            let line = 3 + task * 3 + nth;
            let child = spawn_local(async move {
                let mut lock = of_child.locks[0].lock().await;
                of_child.saw(line, *lock);
                *lock = *lock * 5 + me;
            });
            if awaited {
                child.await.unwrap();
            }
        }
        Act::Set => {
            let mut set = JoinSet::new();
            for which in [0, 1] {
                let of_child = shared.clone();
                set.spawn_local(async move {
                    *of_child.locks[which].lock().await *= 7;
                    which
                });
            }
            shared.saw(task, set.join_next().await.unwrap().unwrap());
        }
        Act::Change => {
            shared.changes.send_modify(change);
        }
        Act::Look => shared.saw(task, *shared.changes.borrow()),
        Act::ChangeQuietly => {
            shared.changes.send_if_modified(|value| {
                change(value);
                false
            });
        }
        Act::Advance => {
            advance(ms(1)).await;
            shared.saw(
                task,
                Instant::now().duration_since(shared.began).as_millis(),
            );
        }
        Act::Changed => {
            let changed = timeout(ms(1), changes.changed()).await.is_ok();
            shared.saw(task, format!("{changed} {}", *changes.borrow()));
        }
        Act::Add => shared.saw(task, shared.count.fetch_add(me, SeqCst)),
        Act::Touch => {
            shared.saw(task, shared.watched.get());
            reweave::task::yield_now().await;
            shared.watched.set(me);
        }
        Act::Meet => {
            let met = timeout(ms(1), shared.barrier.wait()).await;
            shared.saw(task, format!("{:?}", met.map(|met| met.is_leader())));
        }
        Act::Init => {
            let value = shared.cell.get_or_init(|| async {
                reweave::task::yield_now().await;
                me
            });
            shared.saw(task, value.await);
        }
    }
}
