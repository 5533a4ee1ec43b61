//! `Mutex`.

use std::sync::Arc;

use reweave::sync::{MappedMutexGuard, Mutex, MutexGuard, OwnedMutexGuard};

use super::parts::hand;

#[test]
fn the_lock_goes_from_hand_to_hand_in_order() {
    let mutex = Mutex::new(0);
    let mut first = hand(mutex.lock()).ready();
    let (mut second, mut third) = (hand(mutex.lock()), hand(mutex.lock()));
    second.pending();
    third.pending();
    *first += 1;
    drop(first);
    assert!(second.is_woken() && !third.is_woken());
    assert!(mutex.try_lock().is_err(), "it is the second's already");
    third.pending();
    drop(second);
    assert!(
        third.is_woken(),
        "a wait that is dropped passes the lock on"
    );
    assert_eq!(*third.ready(), 1);
    drop(third);
    assert_eq!(mutex.into_inner(), 1);
}

#[test]
fn guards_reach_parts_and_give_the_lock_back() {
    let mutex = Mutex::new((1, String::from("a")));
    let part = MutexGuard::map(mutex.try_lock().unwrap(), |pair| &mut pair.1);
    let mut part = MappedMutexGuard::map(part, |text| text.as_mut_str());
    part.make_ascii_uppercase();
    assert_eq!(format!("{part} {part:?}"), "A \"A\"");
    assert_eq!(format!("{mutex:?}"), "Mutex { data: <locked> }");
    drop(part);
    let whole = MutexGuard::try_map(mutex.try_lock().unwrap(), |_| None::<&mut u8>).unwrap_err();
    assert_eq!(whole.1, "A");
}

#[test]
fn an_owned_guard_outlives_the_handle_it_came_from() {
    let mutex = Arc::new(Mutex::new(vec![1, 2]));
    let guard = mutex.clone().try_lock_owned().unwrap();
    assert!(Arc::ptr_eq(OwnedMutexGuard::mutex(&guard), &mutex));
    let mut last = OwnedMutexGuard::map(guard, |list| list.last_mut().unwrap());
    let weak = Arc::downgrade(&mutex);
    drop(mutex);
    *last += 1;
    assert_eq!(*last, 3);
    drop(last);
    assert!(weak.upgrade().is_none());
}

#[test]
fn a_panic_under_the_lock_does_not_poison_it() {
    static MUTEX: Mutex<i32> = Mutex::const_new(1);
    let panicked = std::panic::catch_unwind(|| {
        let _guard = MUTEX.try_lock().unwrap();
        panic!("under the lock");
    });
    assert!(panicked.is_err());
    assert_eq!(*MUTEX.try_lock().unwrap(), 1);
}

#[test]
fn two_tasks_lose_no_update_under_the_lock_in_any_schedule() {
    let found = reweave::explore(|| async {
        let total = Arc::new(Mutex::new(0));
        let add = |total: Arc<Mutex<i32>>| async move {
            let mut total = total.lock().await;
            let before = *total;
            reweave::task::yield_now().await;
            *total = before + 1;
        };
        let tasks = [
            reweave::spawn(add(total.clone())),
            reweave::spawn(add(total.clone())),
        ];
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*total.lock().await, 2);
    });
    assert!(!found.seeds(0..200).run().failed());
}

#[test]
fn blocking_works_only_where_nothing_waits_and_no_task_runs() {
    let mutex = Arc::new(Mutex::new(1));
    assert_eq!(*mutex.blocking_lock(), 1);
    let run = reweave::Sim::new().run({
        let mutex = mutex.clone();
        async move {
            let closure = mutex.clone();
            reweave::task::spawn_blocking(move || *closure.blocking_lock() += 1)
                .await
                .unwrap();
            let _guard = mutex.blocking_lock();
        }
    });
    let said = &run.findings()[0];
    assert!(
        said.message()
            .contains("`Mutex::blocking_lock` was called in a task"),
        "{said:?}"
    );
    assert_eq!(*mutex.blocking_lock(), 2);
    let _held = mutex.try_lock().unwrap();
    let waits = std::panic::AssertUnwindSafe(|| drop(mutex.blocking_lock()));
    assert!(std::panic::catch_unwind(waits).is_err());
}
