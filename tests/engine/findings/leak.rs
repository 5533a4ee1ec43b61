//! `leak`: a lock or a permit that nobody gives back.

use std::mem::forget;
use std::sync::Arc;

use reweave::sync::{Mutex, Semaphore};
use reweave::time::timeout;
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

/// Each job takes a permit for good, and adds it again when it is done, which one of them fails to do.
async fn one_permit_is_lost() {
    let pool = Arc::new(Semaphore::new(2));
    for job in 0..4 {
        let Ok(permit) = timeout(SECOND, pool.acquire()).await else {
            continue;
        };
        permit.unwrap().forget();
        if job != 1 {
            pool.add_permits(1);
        }
    }
}

#[test]
fn is_a_permit_that_is_forgotten_where_others_are_added_again() {
    let run = Sim::new().run(one_permit_is_lost());
    insta::assert_snapshot!(told(&run), @r"
leak at 0s: semaphore#1, taken by main at 0s, was forgotten, and never added again
  --> `forget();`
");
}

#[test]
fn exploring_finds_what_a_run_finds() {
    let found = explore(one_permit_is_lost).seeds(0..3).run();
    assert_eq!(kinds(&found.warnings()[0]), [FindingKind::Leak]);
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
