//! The `blocking_` operations: where they work, and how they are refused.
//!
//! They work outside a simulation and in a closure of `spawn_blocking`, as long as they need not wait. In a task they are
//! refused.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use reweave::Sim;
use reweave::sync::{Mutex, RwLock, Semaphore, broadcast, mpsc, oneshot};
use reweave::task::spawn_blocking;

/// Calls an operation that would have to wait, or that is called in a task: it panics and names itself.
#[track_caller]
fn refused<T>(name: &str, operation: impl FnOnce() -> T) -> String {
    let panic = match catch_unwind(AssertUnwindSafe(operation)) {
        Ok(_) => panic!("`{name}` was not refused"),
        Err(panic) => panic,
    };
    let message = *panic.downcast::<String>().expect("a message");
    assert!(message.contains(&format!("`{name}`")), "{message}");
    message
}

/// As [`refused`], outside a simulation.
#[track_caller]
fn would_wait<T>(name: &str, operation: impl FnOnce() -> T) {
    let message = refused(name, operation);
    assert!(message.contains("would have to wait"), "{message}");
}

#[test]
fn locks_are_taken_as_their_awaited_twins_take_them() {
    let mutex = Arc::new(Mutex::new(1));
    let owned = mutex.clone().blocking_lock_owned();
    assert!(mutex.try_lock().is_err());
    would_wait("Mutex::blocking_lock_owned", || {
        mutex.clone().blocking_lock_owned()
    });
    drop(owned);
    assert!(mutex.try_lock().is_ok());

    let lock = RwLock::new(1);
    let (one, two) = (lock.blocking_read(), lock.blocking_read());
    would_wait("RwLock::blocking_write", || lock.blocking_write());
    drop((one, two));
    let mut writing = lock.blocking_write();
    *writing = 2;
    would_wait("RwLock::blocking_read", || lock.blocking_read());
    drop(writing);
    assert_eq!(*lock.blocking_read(), 2);
}

#[test]
fn permits_are_taken_and_refused_by_number() {
    let semaphore = Arc::new(Semaphore::new(4));
    let one = semaphore.blocking_acquire().unwrap();
    let two = semaphore.blocking_acquire_many(2).unwrap();
    let last = semaphore.clone().blocking_acquire_owned().unwrap();
    let held = (one.num_permits(), two.num_permits(), last.num_permits());
    assert_eq!((held, semaphore.available_permits()), ((1, 2, 1), 0));
    would_wait("Semaphore::blocking_acquire", || {
        semaphore.blocking_acquire()
    });
    would_wait("Semaphore::blocking_acquire_owned", || {
        semaphore.clone().blocking_acquire_owned()
    });
    drop((one, two));
    let three = semaphore.clone().blocking_acquire_many_owned(3).unwrap();
    assert_eq!((three.num_permits(), semaphore.available_permits()), (3, 0));
    drop(last);
    would_wait("Semaphore::blocking_acquire_many", || {
        semaphore.blocking_acquire_many(2)
    });
    would_wait("Semaphore::blocking_acquire_many_owned", || {
        semaphore.clone().blocking_acquire_many_owned(2)
    });
    assert_eq!(
        semaphore.available_permits(),
        1,
        "a refused call keeps no place in line"
    );
    semaphore.close();
    assert!(semaphore.blocking_acquire().is_err());
    assert!(semaphore.blocking_acquire_many(2).is_err());
    assert!(semaphore.clone().blocking_acquire_owned().is_err());
    assert!(semaphore.blocking_acquire_many_owned(2).is_err());
}

#[test]
fn bounded_channels_send_and_receive() {
    let (sender, mut receiver) = mpsc::channel(2);
    sender.blocking_send(1).unwrap();
    sender.blocking_send(2).unwrap();
    would_wait("mpsc::Sender::blocking_send", || sender.blocking_send(3));
    assert_eq!(receiver.blocking_recv(), Some(1));
    sender.blocking_send(3).unwrap();
    let mut many = vec![0];
    assert_eq!(receiver.blocking_recv_many(&mut many, 9), 2);
    assert_eq!(many, [0, 2, 3]);
    would_wait("mpsc::Receiver::blocking_recv", || receiver.blocking_recv());
    would_wait("mpsc::Receiver::blocking_recv_many", || {
        receiver.blocking_recv_many(&mut many, 9)
    });
    receiver.close();
    assert_eq!(sender.blocking_send(4).unwrap_err().0, 4);
    assert_eq!(receiver.blocking_recv(), None);
    assert_eq!(receiver.blocking_recv_many(&mut many, 9), 0);
}

#[test]
fn unbounded_channels_receive() {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    (1..=4).for_each(|n| sender.send(n).unwrap());
    assert_eq!(receiver.blocking_recv(), Some(1));
    let mut many = Vec::new();
    assert_eq!(receiver.blocking_recv_many(&mut many, 2), 2);
    assert_eq!((many, receiver.len()), (vec![2, 3], 1));
    assert_eq!(receiver.blocking_recv(), Some(4));
    would_wait("mpsc::UnboundedReceiver::blocking_recv", || {
        receiver.blocking_recv()
    });
    would_wait("mpsc::UnboundedReceiver::blocking_recv_many", || {
        receiver.blocking_recv_many(&mut Vec::new(), 2)
    });
    drop(sender);
    assert_eq!(receiver.blocking_recv(), None);
}

#[test]
fn broadcasts_and_oneshots_receive() {
    let (news, mut receiver) = broadcast::channel(2);
    (1..=3).for_each(|n| assert_eq!(news.send(n).unwrap(), 1));
    let lagged = broadcast::error::RecvError::Lagged(1);
    assert_eq!(receiver.blocking_recv(), Err(lagged));
    assert_eq!(receiver.blocking_recv(), Ok(2));
    assert_eq!(receiver.blocking_recv(), Ok(3));
    would_wait("broadcast::Receiver::blocking_recv", || {
        receiver.blocking_recv()
    });
    drop(news);
    let closed = broadcast::error::RecvError::Closed;
    assert_eq!(receiver.blocking_recv(), Err(closed));

    let (sender, receiver) = oneshot::channel();
    sender.send(1).unwrap();
    assert_eq!(receiver.blocking_recv(), Ok(1));
    let (sender, receiver) = oneshot::channel::<u8>();
    would_wait("oneshot::Receiver::blocking_recv", || {
        receiver.blocking_recv()
    });
    assert!(sender.is_closed(), "the refused receiver is gone");
    let (sender, receiver) = oneshot::channel::<u8>();
    drop(sender);
    assert!(receiver.blocking_recv().is_err());
}

/// Calls every `blocking_` operation in a place where nothing would have to wait.
fn call_all(with: fn(&str, &mut dyn FnMut())) {
    let mutex = Arc::new(Mutex::new(()));
    with("Mutex::blocking_lock", &mut || drop(mutex.blocking_lock()));
    with("Mutex::blocking_lock_owned", &mut || {
        drop(mutex.clone().blocking_lock_owned());
    });
    let lock = RwLock::new(());
    with("RwLock::blocking_read", &mut || drop(lock.blocking_read()));
    with("RwLock::blocking_write", &mut || {
        drop(lock.blocking_write())
    });
    let semaphore = Arc::new(Semaphore::new(2));
    with("Semaphore::blocking_acquire", &mut || {
        drop(semaphore.blocking_acquire());
    });
    with("Semaphore::blocking_acquire_many", &mut || {
        drop(semaphore.blocking_acquire_many(2));
    });
    with("Semaphore::blocking_acquire_owned", &mut || {
        drop(semaphore.clone().blocking_acquire_owned());
    });
    with("Semaphore::blocking_acquire_many_owned", &mut || {
        drop(semaphore.clone().blocking_acquire_many_owned(2));
    });
    let (sender, mut receiver) = mpsc::channel(8);
    with("mpsc::Sender::blocking_send", &mut || {
        sender.blocking_send(()).unwrap();
    });
    (0..2).for_each(|_| sender.try_send(()).unwrap());
    with("mpsc::Receiver::blocking_recv", &mut || {
        assert_eq!(receiver.blocking_recv(), Some(()));
    });
    with("mpsc::Receiver::blocking_recv_many", &mut || {
        assert!(receiver.blocking_recv_many(&mut Vec::new(), 8) > 0);
    });
    let (sender, mut receiver) = mpsc::unbounded_channel();
    (0..2).for_each(|_| sender.send(()).unwrap());
    with("mpsc::UnboundedReceiver::blocking_recv", &mut || {
        assert_eq!(receiver.blocking_recv(), Some(()));
    });
    with("mpsc::UnboundedReceiver::blocking_recv_many", &mut || {
        assert!(receiver.blocking_recv_many(&mut Vec::new(), 8) > 0);
    });
    let (news, mut receiver) = broadcast::channel(2);
    news.send(()).unwrap();
    with("broadcast::Receiver::blocking_recv", &mut || {
        assert_eq!(receiver.blocking_recv(), Ok(()));
    });
    let (sender, receiver) = oneshot::channel();
    sender.send(()).unwrap();
    let mut receiver = Some(receiver);
    with("oneshot::Receiver::blocking_recv", &mut || {
        assert_eq!(receiver.take().unwrap().blocking_recv(), Ok(()));
    });
}

#[test]
fn a_task_is_refused_every_one() {
    let run = Sim::new().run(async {
        call_all(|name, operation| {
            let message = refused(name, operation);
            assert!(message.contains("was called in a task"), "{message}");
        });
    });
    run.unwrap();
}

#[test]
fn a_closure_of_spawn_blocking_may_call_every_one() {
    let run = Sim::new().run(async {
        let all = spawn_blocking(|| call_all(|_, operation| operation()));
        all.await.unwrap();
    });
    assert!(run.findings().is_empty(), "{run}");
}

/// What runs on a thread of its own cannot let others go first: what is free or there is had at once, whoever is ready.
#[test]
fn nothing_waits_at_a_scheduling_point() {
    let found = reweave::explore(|| async {
        let (lock, rw) = (Arc::new(Mutex::new(0)), Arc::new(RwLock::new(0)));
        let (tx, mut rx) = mpsc::channel(4);
        let ready = reweave::spawn(async {});
        let closure = move || {
            *lock.blocking_lock() += 1;
            *rw.blocking_write() += 1;
            assert_eq!(*rw.blocking_read(), 1);
            tx.blocking_send(1).unwrap();
            rx.blocking_recv()
        };
        let got = reweave::task::spawn_blocking(closure).await.unwrap();
        assert_eq!(got, Some(1));
        ready.await.unwrap();
    })
    .seeds(0..200)
    .run();
    assert!(!found.failed(), "{found}");
}
