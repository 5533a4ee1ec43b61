//! What may go to another thread: as tokio's.

use std::cell::Cell;
use std::rc::Rc;

use reweave::sync::*;
use static_assertions::{assert_impl_all, assert_not_impl_any};

type SendOnly = Cell<u8>;
type Neither = Rc<u8>;

assert_impl_all!(Mutex<SendOnly>: Send, Sync);
assert_impl_all!(MutexGuard<'static, SendOnly>: Send);
assert_impl_all!(OwnedMutexGuard<u8>: Send, Sync);
assert_impl_all!(MappedMutexGuard<'static, u8>: Send, Sync);
assert_impl_all!(RwLock<u8>: Send, Sync);
assert_impl_all!(RwLockReadGuard<'static, u8>: Send, Sync);
assert_impl_all!(RwLockWriteGuard<'static, u8>: Send, Sync);
assert_impl_all!(OwnedRwLockMappedWriteGuard<u8>: Send, Sync);
assert_impl_all!(mpsc::Sender<SendOnly>: Send, Sync);
assert_impl_all!(mpsc::OwnedPermit<SendOnly>: Send, Sync);
assert_impl_all!(oneshot::Receiver<SendOnly>: Send, Sync);
assert_impl_all!(broadcast::Receiver<SendOnly>: Send, Sync);
assert_impl_all!(watch::Sender<u8>: Send, Sync);
assert_impl_all!(futures::Notified<'static>: Send, Sync);
assert_impl_all!(SemaphorePermit<'static>: Send, Sync);

assert_not_impl_any!(Mutex<Neither>: Send, Sync);
assert_not_impl_any!(MutexGuard<'static, Neither>: Send, Sync);
assert_not_impl_any!(MutexGuard<'static, SendOnly>: Sync);
assert_not_impl_any!(OwnedMappedMutexGuard<SendOnly, u8>: Sync);
assert_not_impl_any!(RwLock<SendOnly>: Sync);
assert_not_impl_any!(RwLockReadGuard<'static, SendOnly>: Send, Sync);
assert_not_impl_any!(RwLockMappedWriteGuard<'static, SendOnly>: Send, Sync);
assert_not_impl_any!(OwnedRwLockReadGuard<SendOnly>: Send, Sync);
assert_not_impl_any!(OnceCell<SendOnly>: Sync);
assert_not_impl_any!(SetOnce<SendOnly>: Sync);
assert_not_impl_any!(watch::Receiver<SendOnly>: Send, Sync);
assert_not_impl_any!(watch::Ref<'static, u8>: Send);
assert_not_impl_any!(futures::OwnedNotified: Unpin);

#[test]
fn a_guard_crosses_threads_and_gives_its_lock_back_there() {
    let mutex = std::sync::Arc::new(Mutex::new(1));
    let guard = mutex.clone().try_lock_owned().unwrap();
    std::thread::spawn(move || drop(guard)).join().unwrap();
    assert!(mutex.try_lock().is_ok());
}
