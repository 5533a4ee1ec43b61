//! Combinators that poll a future only when its own waker was called.

use std::sync::Arc;

use futures::stream::{self, FuturesUnordered};
use futures::{FutureExt, StreamExt, TryStreamExt, future};
use reweave::sync::{Mutex, Semaphore};
use reweave::time::{Duration, sleep, timeout};
use reweave::{FindingKind, Sim, explore, spawn};

use super::super::{SECOND, kinds, silent, told};

const MS: Duration = Duration::from_millis(1);

fn clean<F>(make: fn() -> F)
where
    F: Future + 'static,
    F::Output: 'static,
{
    silent(&Sim::new().run(make()));
    let found = explore(make).seeds(0..200).run();
    assert!(!found.failed() && found.warnings().is_empty(), "{found}");
}

async fn permit_for(semaphore: Arc<Semaphore>, time: Duration) {
    let _permit = semaphore.acquire().await.unwrap();
    sleep(time).await;
}

/// From 31 futures on `join_all` is a `FuturesUnordered`.
#[test]
fn join_all_over_a_semaphore() {
    clean(|| async {
        let semaphore = Arc::new(Semaphore::new(2));
        let all = (0..40).map(|n| permit_for(semaphore.clone(), n % 3 * MS));
        future::join_all(all).await;
    });
}

#[test]
fn try_join_all_whose_first_error_drops_the_rest() {
    clean(|| async {
        let lock = Arc::new(Mutex::new(0));
        let one = |n: u32| {
            let lock = lock.clone();
            async move {
                let mut total = lock.lock().await;
                sleep(MS).await;
                *total += 1;
                if n == 20 { Err("refused") } else { Ok(()) }
            }
        };
        assert!(future::try_join_all((0..40).map(one)).await.is_err());
        assert_eq!(*lock.lock().await, 21);
    });
}

#[test]
fn a_buffered_stream_whose_consumer_works_for_a_while() {
    clean(|| async {
        let semaphore = Arc::new(Semaphore::new(2));
        let jobs = stream::iter(0..20).map(|_| permit_for(semaphore.clone(), MS));
        let mut done = jobs.buffer_unordered(8);
        while done.next().await.is_some() {
            sleep(10 * MS).await;
        }
    });
}

/// The consumer wants a permit itself, and others who want one give up meanwhile.
#[test]
fn others_give_up_while_the_consumer_works() {
    clean(|| async {
        let semaphore = Arc::new(Semaphore::new(2));
        let jobs = stream::iter(0..8).map(|_| permit_for(semaphore.clone(), MS));
        let mut done = jobs.buffer_unordered(4);
        let other = semaphore.clone();
        let impatient = spawn(async move {
            let mut refused = 0;
            for _ in 0..8 {
                let asked = timeout(3 * MS, permit_for(other.clone(), MS)).await;
                refused += u32::from(asked.is_err());
            }
            refused
        });
        while done.next().await.is_some() {
            sleep(20 * MS).await;
        }
        impatient.await.unwrap();
    });
}

#[test]
fn a_stream_whose_first_error_drops_the_rest() {
    clean(|| async {
        let lock = Arc::new(Mutex::new(0));
        let jobs = (0..10).map(|n| {
            let lock = lock.clone();
            async move {
                let mut total = lock.lock().await;
                sleep(MS).await;
                *total += n;
                if n == 3 { Err("refused") } else { Ok(n) }
            }
        });
        let unordered: FuturesUnordered<_> = jobs.collect();
        assert!(unordered.try_collect::<Vec<_>>().await.is_err());
        drop(lock.lock().await);
    });
}

#[test]
fn try_for_each_concurrent() {
    clean(|| async {
        let lock = Arc::new(Mutex::new(0));
        let jobs = stream::iter((0..12).map(Ok::<u32, ()>));
        let each = jobs.try_for_each_concurrent(4, |n| {
            let lock = lock.clone();
            async move {
                let mut total = lock.lock().await;
                sleep(MS).await;
                *total += n;
                Ok(())
            }
        });
        each.await.unwrap();
        assert_eq!(*lock.lock().await, 66);
    });
}

#[test]
fn select_all_over_a_lock() {
    clean(|| async {
        let lock = Arc::new(Mutex::new(0));
        let one = |n: u32| {
            let lock = lock.clone();
            async move {
                sleep(n % 3 * MS).await;
                *lock.lock().await += 1;
                sleep(MS).await;
            }
            .boxed()
        };
        let mut left: Vec<_> = (0..10).map(one).collect();
        while !left.is_empty() {
            left = future::select_all(left).await.2;
        }
        assert_eq!(*lock.lock().await, 10);
    });
}

#[test]
fn timeouts_inside_and_an_abort_of_the_whole() {
    clean(|| async {
        let lock = Arc::new(Mutex::new(()));
        let theirs = lock.clone();
        let all = spawn(async move {
            let one = |n: u32| {
                let lock = theirs.clone();
                timeout((n + 1) * 2 * MS, async move {
                    let _guard = lock.lock().await;
                    sleep(3 * MS).await;
                })
            };
            future::join_all((0..40).map(one)).await
        });
        sleep(20 * MS).await;
        all.abort();
        assert!(all.await.unwrap_err().is_cancelled());
        drop(lock.lock().await);
    });
}

/// Two futures of one task take two locks in opposite orders.
async fn each_has_what_the_other_wants() {
    let left = Arc::new(reweave::sync::named("left", || Mutex::new(())));
    let right = Arc::new(reweave::sync::named("right", || Mutex::new(())));
    let both = |one: &Arc<Mutex<()>>, other: &Arc<Mutex<()>>| {
        let (one, other) = (one.clone(), other.clone());
        async move {
            let _one = one.lock().await;
            sleep(SECOND).await;
            let _other = other.lock().await;
        }
    };
    let pair = [both(&left, &right), both(&right, &left)];
    pair.into_iter()
        .collect::<FuturesUnordered<_>>()
        .count()
        .await;
}

#[test]
fn a_deadlock_inside_one_is_named_with_its_cycle() {
    let run = Sim::new().run(each_has_what_the_other_wants());
    assert_eq!(kinds(&run), [FindingKind::Deadlock]);
    insta::assert_snapshot!(told(&run), @"
    deadlock at 1s: main waits for itself: no task is ready, and no timer is set
      main waits for right at `lock().await;` (held by main since `lock().await;`); and for left at `lock().await;` (held by main since `lock().await;`)
      cycle: main ── right ──► main ── left ──► main
    ");
}

/// What polls them is never polled again.
#[test]
fn a_future_in_one_that_is_left_alone_for_good() {
    let run = Sim::new().run(async {
        let lock = Arc::new(Mutex::new(()));
        let one = |lock: Arc<Mutex<()>>| async move {
            let _guard = lock.lock().await;
            sleep(SECOND).await;
        };
        let mut all: FuturesUnordered<_> =
            [one(lock.clone()), one(lock.clone())].into_iter().collect();
        all.next().await;
        sleep(SECOND).await;
        drop(lock.lock().await);
        all.next().await;
    });
    assert_eq!(kinds(&run), [FindingKind::Futurelock], "{run}");
}
