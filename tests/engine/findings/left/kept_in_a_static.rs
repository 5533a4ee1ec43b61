//! What an earlier run took and put into a static is still there in a later one, where anybody may give it back.

use std::sync::{Mutex as StdMutex, OnceLock, PoisonError};

use reweave::FindingKind;
use reweave::Sim;
use reweave::sync::{
    Mutex, MutexGuard, RwLock, RwLockReadGuard, Semaphore, SemaphorePermit, mpsc, oneshot,
};
use reweave::time::sleep;

use super::super::{SECOND, kinds, silent};
use super::leave;

/// The first run keeps something, the second leaves a task that waits for it.
fn kept<A, B>(keeps: impl FnOnce() -> A, waits: impl FnOnce() -> B)
where
    A: Future<Output = ()> + 'static,
    B: Future<Output = ()> + Send + 'static,
{
    // It is a leak of the first run, which ends without it.
    silent(&Sim::new().allow(FindingKind::Leak).run(keeps()));
    let waits = waits();
    let run = Sim::new().allow(FindingKind::UnawaitedTask).run(async {
        leave("waits", waits);
        sleep(SECOND).await;
    });
    silent(&run);
}

fn keep<T>(place: &StdMutex<Option<T>>, value: T) {
    let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
    *place = Some(value);
}

#[test]
fn a_lock() {
    static LOCK: Mutex<()> = Mutex::const_new(());
    static KEPT: StdMutex<Option<MutexGuard<'static, ()>>> = StdMutex::new(None);
    kept(
        || async { keep(&KEPT, LOCK.lock().await) },
        || async { drop(LOCK.lock().await) },
    );
}

#[test]
fn a_lock_for_reading() {
    static LOCK: RwLock<()> = RwLock::const_new(());
    static KEPT: StdMutex<Option<RwLockReadGuard<'static, ()>>> = StdMutex::new(None);
    kept(
        || async { keep(&KEPT, LOCK.read().await) },
        || async {
            let _reads = LOCK.read().await;
            drop(LOCK.read().await);
            std::future::pending::<()>().await;
        },
    );
    kept(|| async {}, || async { drop(LOCK.write().await) });
}

#[test]
fn a_permit() {
    static PERMITS: Semaphore = Semaphore::const_new(1);
    static KEPT: StdMutex<Option<SemaphorePermit<'static>>> = StdMutex::new(None);
    kept(
        || async { keep(&KEPT, PERMITS.acquire().await.unwrap()) },
        || async { drop(PERMITS.acquire().await) },
    );
}

/// The task has the other itself, and might get this one.
#[test]
fn one_permit_of_two() {
    static PERMITS: Semaphore = Semaphore::const_new(2);
    static KEPT: StdMutex<Option<SemaphorePermit<'static>>> = StdMutex::new(None);
    kept(
        || async { keep(&KEPT, PERMITS.acquire().await.unwrap()) },
        || async {
            let _one = PERMITS.acquire().await;
            drop(PERMITS.acquire().await);
        },
    );
}

/// Nobody has the other one: the task waits for itself, though the semaphore is older than the run.
#[test]
fn of_which_none_is_kept() {
    static PERMITS: Semaphore = Semaphore::const_new(1);
    for _ in 0..2 {
        let run = Sim::new().allow(FindingKind::UnawaitedTask).run(async {
            leave("waits", async {
                let _one = PERMITS.acquire().await;
                drop(PERMITS.acquire().await);
            });
            sleep(SECOND).await;
        });
        assert_eq!(kinds(&run), [FindingKind::Deadlock], "{run}");
    }
}

#[test]
fn the_receiver_of_a_full_channel() {
    type Ends = (mpsc::Sender<u32>, StdMutex<Option<mpsc::Receiver<u32>>>);
    static ENDS: OnceLock<Ends> = OnceLock::new();
    kept(
        || async {
            let (sender, receiver) = mpsc::channel(1);
            sender.send(1).await.unwrap();
            let _ = ENDS.set((sender, StdMutex::new(Some(receiver))));
        },
        || async {
            let _ = ENDS.get().unwrap().0.send(2).await;
        },
    );
}

#[test]
fn the_sender_of_an_answer() {
    static SENDER: StdMutex<Option<oneshot::Sender<u32>>> = StdMutex::new(None);
    static RECEIVER: StdMutex<Option<oneshot::Receiver<u32>>> = StdMutex::new(None);
    kept(
        || async {
            let (sender, receiver) = oneshot::channel();
            keep(&SENDER, sender);
            keep(&RECEIVER, receiver);
        },
        || async {
            let receiver = RECEIVER.lock().unwrap().take().unwrap();
            drop(receiver.await);
        },
    );
}
