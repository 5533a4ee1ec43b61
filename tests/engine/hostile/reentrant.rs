//! Wakers whose clone, wake and drop use the very primitive that they wait for.
//!
//! ```text
//!   poll with one    clone ─► uses the primitive
//!   poll with other  clone, and drop of the first ─► each uses it
//!   release          wake ─► uses it
//! ```
//!
//! A primitive that did any of these under the lock of its state would find it locked by its own thread, and panic.

use std::future::Future;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex as StdMutex};
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use futures::{AsyncReadExt, AsyncWriteExt, FutureExt};
use reweave::sync::{
    Barrier, Mutex, Notify, OnceCell, RwLock, Semaphore, SetOnce, broadcast, mpsc, oneshot, watch,
};
use reweave::time::{Sleep, sleep};
use reweave::{FindingKind, Sim, io};

use super::wakers::rude_waker;
use super::{SECOND, unharmed};

type Act = Arc<dyn Fn() + Send + Sync>;

/// Runs its code at each clone, wake and drop.
#[derive(Clone)]
struct Busy {
    act: Act,
    used: Arc<Used>,
}

/// How often a waker was used in each way.
#[derive(Default)]
struct Used {
    clones: AtomicUsize,
    wakes: AtomicUsize,
    drops: AtomicUsize,
    /// Its code is running: what that does to wakers does not count.
    busy: AtomicBool,
}

impl Busy {
    fn waker(&self) -> Waker {
        // SAFETY: the pointer is an `Arc<Busy>`, of which each waker owns one, and `Busy` is `Send` and `Sync`.
        unsafe { Waker::from_raw(raw(Arc::new(self.clone()))) }
    }

    fn use_it(&self, count: impl FnOnce(&Used) -> &AtomicUsize) {
        count(&self.used).fetch_add(1, SeqCst);
        if !self.used.busy.swap(true, SeqCst) {
            (self.act)();
            self.used.busy.store(false, SeqCst);
        }
    }
}

fn raw(busy: Arc<Busy>) -> RawWaker {
    const TABLE: RawWakerVTable = RawWakerVTable::new(
        |data| {
            let busy = ManuallyDrop::new(owned(data));
            busy.use_it(|used| &used.clones);
            raw(Arc::clone(&busy))
        },
        |data| owned(data).use_it(|used| &used.wakes),
        |data| ManuallyDrop::new(owned(data)).use_it(|used| &used.wakes),
        |data| owned(data).use_it(|used| &used.drops),
    );
    RawWaker::new(Arc::into_raw(busy).cast(), &TABLE)
}

fn owned(data: *const ()) -> Arc<Busy> {
    // SAFETY: only the functions of the table call it, with the pointer of a waker, which is what `raw` made.
    unsafe { Arc::from_raw(data.cast()) }
}

/// Somebody who waits for a primitive, made anew.
struct Case {
    waits: Pin<Box<dyn Future<Output = ()>>>,
    /// Uses the primitive, and leaves it as it was.
    touch: Act,
    /// Lets the wait complete.
    release: Act,
}

impl Case {
    fn new(
        waits: impl Future<Output = ()> + 'static,
        touch: impl Fn() + Send + Sync + 'static,
        release: impl Fn() + Send + Sync + 'static,
    ) -> Case {
        Case {
            waits: Box::pin(waits),
            touch: Arc::new(touch),
            release: Arc::new(release),
        }
    }

    fn poll(&mut self, waker: &Waker) -> Poll<()> {
        self.waits.as_mut().poll(&mut Context::from_waker(waker))
    }
}

/// Calls `f` with what is there, once.
fn once<T: Send + 'static>(value: T, f: impl Fn(T) + Send + Sync) -> impl Fn() + Send + Sync {
    let value = StdMutex::new(Some(value));
    move || {
        let value = value.lock().unwrap().take();
        value.into_iter().for_each(&f);
    }
}

fn mutex() -> Case {
    let mutex = Arc::new(Mutex::new(()));
    let (waits, touched) = (mutex.clone(), mutex.clone());
    let held = mutex.try_lock_owned().unwrap();
    Case::new(
        waits.lock_owned().map(drop),
        move || drop(touched.try_lock()),
        once(held, drop),
    )
}

fn rwlock() -> Case {
    let lock = Arc::new(RwLock::new(()));
    let (waits, touched) = (lock.clone(), lock.clone());
    let held = lock.try_write_owned().unwrap();
    Case::new(
        waits.read_owned().map(drop),
        move || drop(touched.try_read()),
        once(held, drop),
    )
}

fn semaphore() -> Case {
    let semaphore = Arc::new(Semaphore::new(0));
    let (waits, touched) = (semaphore.clone(), semaphore.clone());
    Case::new(
        waits.acquire_owned().map(drop),
        move || assert!(touched.available_permits() < 2),
        move || semaphore.add_permits(1),
    )
}

fn once_cell() -> Case {
    let cell = Arc::new(OnceCell::<u8>::new());
    let (waits, touched, first) = (cell.clone(), cell.clone(), cell);
    let mut first = Box::pin(async move {
        first.get_or_init(std::future::pending).await;
    });
    assert!((&mut first).now_or_never().is_none());
    Case::new(
        async move {
            waits.get_or_init(async || 1).await;
        },
        move || drop(touched.set(2)),
        once(first, drop),
    )
}

fn notify() -> Case {
    let notify = Arc::new(Notify::new());
    let (waits, touched) = (notify.clone(), notify.clone());
    Case::new(
        async move { waits.notified().await },
        move || {
            let mut other = Box::pin(touched.notified());
            other.as_mut().enable();
        },
        move || notify.notify_one(),
    )
}

fn barrier() -> Case {
    let barrier = Arc::new(Barrier::new(2));
    let (waits, touched) = (barrier.clone(), barrier.clone());
    Case::new(
        async move {
            waits.wait().await;
        },
        move || assert!(format!("{touched:?}").contains("arrived")),
        move || assert!(barrier.wait().now_or_never().is_some()),
    )
}

fn set_once() -> Case {
    let cell = Arc::new(SetOnce::new());
    let (waits, touched) = (cell.clone(), cell.clone());
    Case::new(
        async move {
            waits.wait().await;
        },
        move || _ = touched.wait().now_or_never(),
        move || cell.set(()).unwrap(),
    )
}

fn mpsc_receive() -> Case {
    let (sender, mut receiver) = mpsc::channel(1);
    let touched = sender.clone();
    Case::new(
        async move {
            receiver.recv().await;
        },
        move || drop(touched.try_reserve()),
        move || _ = sender.try_send(()),
    )
}

fn mpsc_send() -> Case {
    let (sender, receiver) = mpsc::channel(1);
    sender.try_send(()).unwrap();
    let touched = sender.clone();
    Case::new(
        async move { _ = sender.send(()).await },
        move || drop(touched.try_reserve()),
        once(receiver, |mut receiver| _ = receiver.try_recv()),
    )
}

fn mpsc_closed() -> Case {
    let (sender, receiver) = mpsc::unbounded_channel::<()>();
    let touched = sender.clone();
    Case::new(
        async move { sender.closed().await },
        move || _ = touched.closed().now_or_never(),
        once(receiver, drop),
    )
}

fn oneshot_receive() -> Case {
    let (sender, receiver) = oneshot::channel();
    let sender = Arc::new(StdMutex::new(Some(sender)));
    let touched = sender.clone();
    Case::new(
        receiver.map(drop),
        move || {
            let sender = touched.lock().unwrap();
            sender.iter().for_each(|sender| _ = sender.is_closed());
        },
        move || {
            let sender = sender.lock().unwrap().take();
            sender.into_iter().for_each(|sender| _ = sender.send(()));
        },
    )
}

fn oneshot_closed() -> Case {
    let (mut sender, receiver) = oneshot::channel::<()>();
    let receiver = Arc::new(StdMutex::new(receiver));
    let touched = receiver.clone();
    Case::new(
        async move { sender.closed().await },
        move || {
            // Closing calls wakers while the test's own mutex is held.
            let receiver = touched.try_lock();
            receiver.iter().for_each(|receiver| _ = receiver.is_empty());
        },
        move || receiver.lock().unwrap().close(),
    )
}

fn broadcast_receive() -> Case {
    let (sender, mut receiver) = broadcast::channel(1);
    let touched = sender.clone();
    Case::new(
        async move { drop(receiver.recv().await) },
        move || drop(touched.subscribe()),
        move || drop(sender.send(())),
    )
}

fn broadcast_closed() -> Case {
    let (sender, receiver) = broadcast::channel::<()>(1);
    let touched = sender.clone();
    Case::new(
        async move { sender.closed().await },
        move || _ = touched.closed().now_or_never(),
        once(receiver, drop),
    )
}

fn watch_changed() -> Case {
    let (sender, mut receiver) = watch::channel(());
    let (sender, touched) = (Arc::new(sender), receiver.clone());
    Case::new(
        async move { drop(receiver.changed().await) },
        move || drop(touched.has_changed()),
        move || sender.send_replace(()),
    )
}

fn watch_closed() -> Case {
    let (sender, receiver) = watch::channel(());
    let sender = Arc::new(sender);
    let touched = sender.clone();
    Case::new(
        async move { sender.closed().await },
        move || _ = touched.closed().now_or_never(),
        once(receiver, drop),
    )
}

fn pipe_read() -> Case {
    let (mut reader, writer) = io::duplex(1);
    let writer = Arc::new(StdMutex::new(Some(writer)));
    let touched = writer.clone();
    Case::new(
        async move { drop(reader.read(&mut [0]).await) },
        move || {
            let mut writer = touched.lock().unwrap();
            writer
                .iter_mut()
                .for_each(|writer| _ = writer.read(&mut [0]).now_or_never());
        },
        move || {
            let writer = writer.lock().unwrap().take();
            drop(writer);
        },
    )
}

fn pipe_write() -> Case {
    let (mut writer, reader) = io::duplex(1);
    let reader = Arc::new(StdMutex::new(Some(reader)));
    let touched = reader.clone();
    Case::new(
        async move { drop(writer.write_all(&[1, 2]).await) },
        move || {
            let mut reader = touched.lock().unwrap();
            reader
                .iter_mut()
                .for_each(|reader| _ = reader.write(&[0]).now_or_never());
        },
        move || {
            let reader = reader.lock().unwrap().take();
            drop(reader);
        },
    )
}

/// A case's name, and what makes it.
type Named = (&'static str, fn() -> Case);

const CASES: [Named; 18] = [
    ("mutex", mutex),
    ("rwlock", rwlock),
    ("semaphore", semaphore),
    ("once_cell", once_cell),
    ("notify", notify),
    ("barrier", barrier),
    ("set_once", set_once),
    ("mpsc_receive", mpsc_receive),
    ("mpsc_send", mpsc_send),
    ("mpsc_closed", mpsc_closed),
    ("oneshot_receive", oneshot_receive),
    ("oneshot_closed", oneshot_closed),
    ("broadcast_receive", broadcast_receive),
    ("broadcast_closed", broadcast_closed),
    ("watch_changed", watch_changed),
    ("watch_closed", watch_closed),
    ("pipe_read", pipe_read),
    ("pipe_write", pipe_write),
];

/// Tries all primitives, outside a run and in one.
fn with_each(hostile: fn(&str, Case)) {
    for (name, case) in CASES {
        hostile(name, case());
        let run = unharmed(|| {
            let sim = Sim::new().allow(FindingKind::Futurelock);
            sim.run(async move { hostile(name, case()) })
        });
        assert!(run.findings().is_empty(), "{name}: {run}");
    }
}

fn used(count: &AtomicUsize) -> bool {
    count.load(SeqCst) > 0
}

#[test]
fn when_they_are_cloned_replaced_and_woken() {
    with_each(|name, mut case| {
        let busy = |case: &Case| Busy {
            act: case.touch.clone(),
            used: Arc::default(),
        };
        let (first, second) = (busy(&case), busy(&case));
        assert!(case.poll(&first.waker()).is_pending(), "{name}");
        assert!(case.poll(&second.waker()).is_pending(), "{name}");
        let replaced = first.used.drops.load(SeqCst);
        assert!(used(&first.used.clones) && replaced > 1, "{name}");
        (case.release)();
        assert!(used(&second.used.wakes), "{name}");
        assert!(case.poll(&second.waker()).is_ready(), "{name}");
    });
}

#[test]
fn when_the_wait_is_given_up() {
    with_each(|name, mut case| {
        let busy = Busy {
            act: case.touch.clone(),
            used: Arc::default(),
        };
        assert!(case.poll(&busy.waker()).is_pending(), "{name}");
        let polled = busy.used.drops.load(SeqCst);
        drop(case.waits);
        (case.release)();
        assert!(
            busy.used.drops.load(SeqCst) + busy.used.wakes.load(SeqCst) > polled,
            "{name}"
        );
    });
}

#[test]
fn when_their_clone_lets_the_wait_complete() {
    with_each(|name, mut case| {
        let busy = Busy {
            act: Arc::new(once(case.release.clone(), |release| release())),
            used: Arc::default(),
        };
        let waker = busy.waker();
        if case.poll(&waker).is_pending() {
            assert!(used(&busy.used.wakes), "{name}: the wake was lost");
            assert!(case.poll(&waker).is_ready(), "{name}");
        }
        assert!(used(&busy.used.clones), "{name}");
    });
}

/// A timer fires by itself, and only in a run.
#[test]
fn when_a_timer_clones_replaces_wakes_and_drops_them() {
    let run = unharmed(|| {
        Sim::new().allow(FindingKind::Futurelock).run(async {
            let busy = || Busy {
                act: Arc::new(|| assert!(sleep(SECOND).now_or_never().is_none())),
                used: Arc::default(),
            };
            let poll = |future: &mut Pin<Box<Sleep>>, busy: &Busy| {
                Future::poll(future.as_mut(), &mut Context::from_waker(&busy.waker()))
            };
            let (first, second, third) = (busy(), busy(), busy());
            let mut fires = Box::pin(sleep(SECOND));
            assert!(poll(&mut fires, &first).is_pending());
            assert!(poll(&mut fires, &second).is_pending());
            let replaced = first.used.drops.load(SeqCst);
            assert!(used(&first.used.clones) && replaced > 1);
            let mut given_up = Box::pin(sleep(SECOND));
            assert!(poll(&mut given_up, &third).is_pending());
            let polled = third.used.drops.load(SeqCst);
            drop(given_up);
            assert!(third.used.drops.load(SeqCst) > polled);
            sleep(2 * SECOND).await;
            assert!(used(&second.used.wakes) && !used(&third.used.wakes));
            assert!(poll(&mut fires, &second).is_ready());
        })
    });
    assert!(run.findings().is_empty(), "{run}");
}

#[test]
fn that_panic_when_a_downgrade_wakes_them_mint_no_permits() {
    let lock = RwLock::with_max_readers((), 2);
    let writer = lock.try_write().unwrap();
    let mut reader = Box::pin(lock.read());
    let waker = rude_waker(true);
    assert!(
        reader
            .as_mut()
            .poll(&mut Context::from_waker(&waker))
            .is_pending()
    );
    assert!(catch_unwind(AssertUnwindSafe(|| writer.downgrade())).is_err());
    let Poll::Ready(first) = reader.as_mut().poll(&mut Context::from_waker(&waker)) else {
        panic!("it was let in")
    };
    let second = lock.try_read().unwrap();
    assert!(lock.try_read().is_err(), "there are only two");
    drop((first, second));
    assert!(lock.try_write().is_ok(), "nobody has it");
}
