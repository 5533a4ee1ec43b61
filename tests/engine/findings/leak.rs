//! `leak`: a lock or a permit that nobody gives back.

use std::mem::forget;
use std::sync::Arc;

use reweave::sync::{Mutex, Semaphore};
use reweave::time::{sleep, timeout};
use reweave::{FindingKind, Sim, explore, spawn};

use super::{SECOND, kinds, silent, told};

#[test]
fn is_a_guard_that_is_never_dropped() {
    let run = Sim::new().run(async {
        let lock = Arc::new(Mutex::new(()));
        forget(lock.clone().lock_owned().await);
    });
    insta::assert_snapshot!(told(&run), @r"
    leak at 0s: mutex#1, taken by main at 0s, was never given back: its guard still exists, and no task does
      --> `lock_owned().await);`
    ");
}

/// Each job takes a permit for good, and adds it again when it is done, which some of them fail to do.
async fn permits_are_lost(permits: usize, lost: &'static [u32]) {
    let pool = Arc::new(Semaphore::new(permits));
    let job = |job| {
        let pool = pool.clone();
        async move {
            let Ok(permit) = timeout(SECOND, pool.acquire()).await else {
                return;
            };
            permit.unwrap().forget();
            if !lost.contains(&job) {
                pool.add_permits(1);
            }
        }
    };
    for n in 0..4 {
        spawn(job(n)).await.unwrap();
    }
}

#[test]
fn is_a_permit_that_is_forgotten_where_others_are_added_again() {
    let run = Sim::new().run(permits_are_lost(4, &[1]));
    insta::assert_snapshot!(told(&run), @r"
    leak at 0s: permits of semaphore#1 that main/task#2 forgot at 0s were never added again
      --> `forget();`
    ");
}

#[test]
fn is_a_permit_for_want_of_which_others_time_out() {
    let run = Sim::new().run(permits_are_lost(2, &[0, 1, 2, 3]));
    assert_eq!(kinds(&run), [FindingKind::Leak; 2]);
    let found = explore(|| permits_are_lost(2, &[0, 1, 2, 3]))
        .seeds(0..3)
        .run();
    assert_eq!(kinds(&found.warnings()[0]), [FindingKind::Leak; 2]);
}

#[test]
fn exploring_finds_what_a_run_finds() {
    let found = explore(|| permits_are_lost(4, &[1])).seeds(0..3).run();
    assert_eq!(kinds(&found.warnings()[0]), [FindingKind::Leak]);
}

/// A pool that shrinks by what it has too many of, and grows again by less, or by another's hand.
#[test]
fn is_none_if_a_pool_changes_its_size() {
    let run = Sim::new().run(async {
        let pool = Arc::new(Semaphore::new(8));
        for (less, more) in [(2, 2), (4, 1), (1, 1), (2, 0)] {
            pool.acquire_many(less).await.unwrap().forget();
            drop(pool.acquire().await.unwrap());
            pool.add_permits(more);
        }
        let theirs = pool.clone();
        let grow = async move { theirs.add_permits(1) };
        pool.forget_permits(2);
        spawn(grow).await.unwrap();
        // Others only give up because somebody has the rest.
        let rest = pool.available_permits() as u32;
        let _all = pool.acquire_many(rest).await.unwrap();
        assert!(timeout(SECOND, pool.acquire()).await.is_err());
    });
    silent(&run);
}

/// One permit a signal, the first of them from the start; the server waits for another when `main` ends, or times out.
#[test]
fn is_none_if_permits_are_signals_some_of_which_are_there_from_the_start() {
    for patience in [SECOND / 10, 9 * SECOND] {
        let run = Sim::new()
            .allow(FindingKind::UnawaitedTask)
            .run(async move {
                let signals = Arc::new(Semaphore::new(3));
                let theirs = signals.clone();
                drop(spawn(async move {
                    loop {
                        if let Ok(signal) = timeout(patience, theirs.acquire()).await {
                            signal.unwrap().forget();
                        }
                    }
                }));
                for _ in 0..3 {
                    sleep(SECOND).await;
                    signals.add_permits(1);
                }
                sleep(SECOND).await;
            });
        silent(&run);
    }
}

/// Who takes a token takes it for good; another task adds one a second, and is still there when `main` ends.
#[test]
fn is_none_if_tokens_are_added_by_the_clock() {
    let run = Sim::new().allow(FindingKind::UnawaitedTask).run(async {
        let bucket = Arc::new(Semaphore::new(2));
        let theirs = bucket.clone();
        drop(spawn(async move {
            loop {
                sleep(SECOND).await;
                theirs.add_permits(1);
            }
        }));
        let client = |bucket: Arc<Semaphore>| async move {
            for _ in 0..3 {
                if let Ok(token) = timeout(SECOND / 2, bucket.acquire()).await {
                    token.unwrap().forget();
                }
            }
        };
        let clients = [spawn(client(bucket.clone())), spawn(client(bucket.clone()))];
        for client in clients {
            client.await.unwrap();
        }
        assert!(timeout(SECOND / 10, bucket.acquire()).await.is_err());
    });
    silent(&run);
}

/// A pool that lets each permit be used once, and is closed while users wait for more: they are told to go.
#[test]
fn is_none_if_those_who_waited_were_told_that_the_semaphore_is_closed() {
    let run = Sim::new().run(async {
        let pool = Arc::new(Semaphore::new(2));
        let user = |pool: Arc<Semaphore>| async move {
            while let Ok(permit) = pool.acquire().await {
                sleep(SECOND).await;
                permit.forget();
            }
        };
        let users = [spawn(user(pool.clone())), spawn(user(pool.clone()))];
        sleep(5 * SECOND).await;
        pool.close();
        for user in users {
            user.await.unwrap();
        }
    });
    silent(&run);
}

/// One of its users timed out before it was closed.
#[test]
fn is_told_if_somebody_gave_up_before_the_semaphore_was_closed() {
    let run = Sim::new().run(async {
        let pool = Semaphore::new(1);
        pool.acquire().await.unwrap().forget();
        assert!(timeout(SECOND, pool.acquire()).await.is_err());
        pool.close();
    });
    assert_eq!(kinds(&run), [FindingKind::Leak]);
}

/// There the run is not to be had; that they were given back is known all the same.
#[test]
fn is_none_if_another_thread_gave_back_what_was_taken() {
    let run = Sim::new().run(async {
        let (lock, pool) = (Arc::new(Mutex::new(())), Arc::new(Semaphore::new(2)));
        let guard = lock.clone().lock_owned().await;
        let permits = pool.clone().acquire_many_owned(2).await.unwrap();
        let thread = std::thread::spawn(move || drop((guard, permits)));
        thread.join().unwrap();
        drop(lock.try_lock().expect("it is free"));
        assert_eq!(pool.available_permits(), 2);
    });
    silent(&run);
}

/// What another thread keeps is a leak, also after it gave back what it had before.
#[test]
fn is_told_if_another_thread_keeps_what_was_taken() {
    let run = Sim::new().run(async {
        let lock = Arc::new(Mutex::new(()));
        for keeps in [false, true] {
            let guard = lock.clone().lock_owned().await;
            let done = move || {
                if keeps {
                    std::mem::forget(guard)
                } else {
                    drop(guard)
                }
            };
            std::thread::spawn(done).join().unwrap();
        }
    });
    assert_eq!(kinds(&run), [FindingKind::Leak]);
}

#[test]
fn is_told_beside_the_deadlock_it_leads_to() {
    let run = Sim::new().run(async {
        let pool = Semaphore::new(1);
        pool.acquire().await.unwrap().forget();
        drop(pool.acquire().await);
    });
    assert_eq!(kinds(&run), [FindingKind::Deadlock, FindingKind::Leak]);
}

#[test]
fn is_none_if_all_is_given_back_or_the_pool_is_made_smaller_for_good() {
    let run = Sim::new().run(async {
        let pool = Arc::new(Semaphore::new(4));
        pool.acquire().await.unwrap().forget();
        pool.forget_permits(1);
        let permit = pool.clone().acquire_many_owned(2).await.unwrap();
        let lock = Arc::new(Mutex::new(permit));
        let guard = lock.clone().lock_owned().await;
        spawn(async move { drop(guard) }).await.unwrap();
        pool.add_permits(1);
    });
    silent(&run);
}

#[test]
fn what_is_held_by_tasks_that_are_cut_off_is_given_back() {
    let run = Sim::new().allow(FindingKind::UnawaitedTask).run(async {
        let lock = Arc::new(Mutex::new(()));
        let task = spawn(async move {
            let _guard = lock.lock().await;
            std::future::pending::<()>().await;
        });
        reweave::task::yield_now().await;
        drop(task);
    });
    silent(&run);
}

#[test]
fn permits_that_are_signals_are_none() {
    let run = Sim::new().run(async {
        let signals = Arc::new(Semaphore::new(0));
        let listener = spawn({
            let signals = signals.clone();
            async move {
                for _ in 0..3 {
                    signals.acquire().await.unwrap().forget();
                }
            }
        });
        for _ in 0..3 {
            signals.add_permits(1);
            reweave::task::yield_now().await;
        }
        listener.await.unwrap();
    });
    silent(&run);
}
