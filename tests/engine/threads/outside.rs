//! What `std_sync` does outside a simulation: what std does.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::{TryLockError, mpsc};
use std::thread;
use std::time::Duration;

use reweave::std_sync::atomic::{AtomicBool, AtomicI8, AtomicPtr, AtomicU32, AtomicUsize};
use reweave::std_sync::{
    Condvar, LazyLock, Mutex, MutexGuard, OnceLock, RwLock, RwLockReadGuard, RwLockWriteGuard,
};

/// Panics with the guard alive that `f` gives.
fn poison<G>(f: impl FnOnce() -> G) {
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _guard = f();
        // Without the panic hook, whose words would be among the output.
        std::panic::resume_unwind(Box::new("planted"));
    }));
    assert!(panicked.is_err());
}

#[test]
fn a_mutex_is_poisoned_and_cleared() {
    let mutex = Mutex::new(1);
    poison(|| mutex.lock().unwrap());
    assert!(mutex.is_poisoned());
    assert_eq!(*mutex.lock().unwrap_err().into_inner(), 1);
    match mutex.try_lock() {
        Err(TryLockError::Poisoned(guard)) => assert_eq!(*guard.into_inner(), 1),
        other => panic!("{other:?}"),
    }
    mutex.clear_poison();
    assert!(!mutex.is_poisoned());
    *mutex.try_lock().unwrap() += 1;

    poison(|| mutex.lock().unwrap());
    assert_eq!(mutex.into_inner().unwrap_err().into_inner(), 2);
}

#[test]
fn a_held_mutex_would_block() {
    let mutex = Mutex::new(());
    let held = mutex.lock().unwrap();
    assert!(matches!(mutex.try_lock(), Err(TryLockError::WouldBlock)));
    drop(held);
    assert!(mutex.try_lock().is_ok());
}

#[test]
fn only_a_writer_poisons() {
    let lock = RwLock::new(1);
    poison(|| lock.read().unwrap());
    assert!(!lock.is_poisoned());
    poison(|| lock.write().unwrap());
    assert!(lock.is_poisoned());
    assert_eq!(*lock.read().unwrap_err().into_inner(), 1);
    assert!(matches!(lock.try_write(), Err(TryLockError::Poisoned(_))));
    lock.clear_poison();
    assert_eq!(lock.into_inner().unwrap(), 1);
}

#[test]
fn several_read_and_one_writes() {
    let lock = RwLock::new(1);
    let readers = (lock.read().unwrap(), lock.try_read().unwrap());
    assert_eq!((*readers.0, *readers.1), (1, 1));
    // From another thread, too.
    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(*lock.read().unwrap(), 1));
    });
    assert!(matches!(lock.try_write(), Err(TryLockError::WouldBlock)));
    drop(readers);
    let mut writer = lock.try_write().unwrap();
    *writer = 2;
    assert!(matches!(lock.try_read(), Err(TryLockError::WouldBlock)));
    drop(writer);
    assert_eq!(*lock.read().unwrap(), 2);
}

#[test]
fn a_thread_waits_for_a_lock() {
    let mutex = Mutex::new(0);
    let (holds, held) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut guard = mutex.lock().unwrap();
            holds.send(()).unwrap();
            thread::sleep(Duration::from_millis(10));
            *guard = 1;
        });
        held.recv().unwrap();
        assert_eq!(*mutex.lock().unwrap(), 1);
    });
}

#[test]
fn an_atomic_gives_what_was_before() {
    let number = AtomicU32::new(0b1100);
    assert_eq!(number.fetch_add(1, Relaxed), 0b1100);
    assert_eq!(number.fetch_sub(1, Relaxed), 0b1101);
    assert_eq!(number.fetch_and(0b0110, Relaxed), 0b1100);
    assert_eq!(number.fetch_or(0b0011, Relaxed), 0b0100);
    assert_eq!(number.fetch_xor(0b0001, Relaxed), 0b0111);
    assert_eq!(number.fetch_nand(0b0010, Relaxed), 0b0110);
    assert_eq!(number.swap(5, Relaxed), !0b0010);
    assert_eq!(number.fetch_max(9, Relaxed), 5);
    assert_eq!(number.fetch_min(2, Relaxed), 9);
    assert_eq!(number.compare_exchange(3, 4, SeqCst, Relaxed), Err(2));
    assert_eq!(number.compare_exchange(2, 4, SeqCst, Relaxed), Ok(2));
    assert_eq!(
        number.fetch_update(SeqCst, Relaxed, |n| n.checked_add(1)),
        Ok(4)
    );
    assert_eq!(number.fetch_update(SeqCst, Relaxed, |_| None), Err(5));
    assert_eq!(number.into_inner(), 5);

    let wraps = AtomicI8::new(i8::MAX);
    assert_eq!(wraps.fetch_add(1, SeqCst), i8::MAX);
    assert_eq!(wraps.load(SeqCst), i8::MIN);

    let flag = AtomicBool::new(true);
    assert!(flag.fetch_nand(true, SeqCst));
    assert!(!flag.fetch_not(SeqCst));
    assert!(flag.fetch_xor(true, SeqCst));
    assert!(!flag.load(SeqCst));
}

#[test]
fn a_cell_is_set_once() {
    let cell = OnceLock::new();
    assert_eq!(cell.get(), None);
    assert_eq!(cell.set(1), Ok(()));
    assert_eq!(cell.set(2), Err(2));
    assert_eq!((cell.get_or_init(|| 3), cell.wait()), (&1, &1));
    assert_eq!(cell.into_inner(), Some(1));
    let calls = AtomicUsize::new(0);
    let lazy = LazyLock::new(|| calls.fetch_add(1, SeqCst));
    assert_eq!((*lazy, *lazy), (0, 0));
    assert_eq!(calls.load(SeqCst), 1);
}

#[test]
fn a_condition_is_tested_before_the_wait() {
    let (mutex, changed) = (Mutex::new(1), Condvar::new());
    let mut tests = 0;
    let not_waited = changed.wait_timeout_while(mutex.lock().unwrap(), Duration::MAX, |value| {
        tests += 1;
        *value == 0
    });
    assert!(!not_waited.unwrap().1.timed_out());
    assert_eq!(tests, 1);
    let millisecond = Duration::from_millis(1);
    let waited = changed.wait_timeout_while(mutex.lock().unwrap(), millisecond, |_| true);
    assert!(waited.unwrap().1.timed_out());

    // In a simulation nobody waits either, unless it holds.
    reweave::Sim::new()
        .run(async {
            let (mutex, changed) = (Mutex::new(1), Condvar::new());
            let guard = mutex.lock().unwrap();
            let result = changed.wait_timeout_while(guard, Duration::MAX, |value| *value == 0);
            assert!(!result.unwrap().1.timed_out());
        })
        .unwrap();
}

/// Compiles only if `T` has the auto trait `Send` as the second type says.
trait SendAs<Marker> {
    fn told() {}
}
struct NotSend;
impl<T: ?Sized> SendAs<()> for T {}
impl<T: ?Sized + Send> SendAs<NotSend> for T {}

#[test]
fn auto_traits_are_as_those_of_std() {
    fn shared<T: Send + Sync>() {}
    shared::<Mutex<u8>>();
    shared::<RwLock<u8>>();
    shared::<OnceLock<u8>>();
    shared::<LazyLock<u8>>();
    shared::<Condvar>();
    shared::<AtomicU32>();
    shared::<AtomicBool>();
    shared::<AtomicPtr<u8>>();
    // A mutex shares what need not be shared.
    shared::<Mutex<std::cell::Cell<u8>>>();
    fn sync<T: Sync>() {}
    sync::<MutexGuard<'_, u8>>();
    sync::<RwLockReadGuard<'_, u8>>();
    sync::<RwLockWriteGuard<'_, u8>>();
    // Ambiguous, and so an error, if one were `Send`.
    let _ = <MutexGuard<'_, u8> as SendAs<_>>::told;
    let _ = <RwLockReadGuard<'_, u8> as SendAs<_>>::told;
    let _ = <RwLockWriteGuard<'_, u8> as SendAs<_>>::told;
}
