//! Tasks that could still go on when `main` ends, though they look as if they could not; and one that could not.

use std::sync::Arc;

use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use reweave::sync::{Mutex, RwLock, Semaphore, mpsc, oneshot};
use reweave::task::spawn_local;
use reweave::time::{Duration, sleep, timeout};
use reweave::{FindingKind, Sim, select};

use super::super::{SECOND, silent};
use super::{deadlocks, idle, leave, task};

/// Who stands before it will give up.
#[test]
fn a_reader_behind_a_writer_that_gives_up() {
    idle(|| async {
        let table = Arc::new(RwLock::new(0));
        let (sender, answer) = oneshot::channel::<()>();
        let (first, writes, second) = (table.clone(), table.clone(), table);
        leave("first", async move {
            let _guard = first.read().await;
            let _ = answer.await;
        });
        sleep(SECOND).await;
        leave("writer", async move {
            let _ = timeout(9 * SECOND, writes.write()).await;
        });
        sleep(SECOND).await;
        leave("second", async move {
            drop(second.read().await);
            let _ = sender.send(());
        });
        sleep(SECOND).await;
    });
}

#[test]
fn one_permit_behind_many_that_are_given_up() {
    idle(|| async {
        let slots = Arc::new(Semaphore::new(2));
        let (sender, answer) = oneshot::channel::<()>();
        let (first, many, second) = (slots.clone(), slots.clone(), slots);
        leave("first", async move {
            let _permit = first.acquire().await.unwrap();
            let _ = answer.await;
        });
        sleep(SECOND).await;
        leave("many", async move {
            let _ = timeout(9 * SECOND, many.acquire_many(2)).await;
        });
        sleep(SECOND).await;
        leave("second", async move {
            drop(second.acquire().await.unwrap());
            let _ = sender.send(());
        });
        sleep(SECOND).await;
    });
}

/// It is due, and has not fired.
#[test]
fn a_timer_that_is_due_when_main_ends() {
    idle(|| async {
        let lock = Arc::new(Mutex::new(()));
        let theirs = lock.clone();
        leave("both", async move {
            let holds = async move {
                let _guard = theirs.lock().await;
                sleep(5 * SECOND).await;
            };
            let wants = async move {
                sleep(SECOND).await;
                drop(lock.lock().await);
            };
            let both: [BoxFuture<'static, ()>; 2] = [holds.boxed(), wants.boxed()];
            let mut both: FuturesUnordered<_> = both.into_iter().collect();
            while both.next().await.is_some() {}
        });
        sleep(5 * SECOND).await;
    });
}

/// Another crate's channel has its waker.
#[test]
fn a_task_that_waits_for_something_unseen_as_well() {
    idle(|| async {
        let (one, other) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
        let (stop, stopped) = futures::channel::oneshot::channel::<()>();
        let (their_one, their_other) = (one.clone(), other.clone());
        leave("may stop", async move {
            let _guard = their_one.lock().await;
            sleep(SECOND).await;
            select! {
                _guard = their_other.lock() => {}
                _ = stopped => {}
            }
        });
        leave("crosses", async move {
            let _guard = other.lock().await;
            sleep(SECOND).await;
            drop(one.lock().await);
        });
        leave("stops", async move {
            sleep(60 * SECOND).await;
            let _ = stop.send(());
        });
        sleep(10 * SECOND).await;
    });
}

#[test]
fn a_guard_in_a_future_that_two_tasks_share() {
    idle(|| async {
        let lock = Arc::new(Mutex::new(()));
        let (sender, mut messages) = mpsc::channel::<()>(1);
        let theirs = lock.clone();
        let server = async move {
            let _guard = theirs.lock().await;
            messages.recv().await;
        };
        let server = server.boxed_local().shared();
        let first = server.clone();
        drop(spawn_local(first));
        sleep(SECOND).await;
        drop(spawn_local(async move {
            drop(lock.lock().await);
            server.await;
        }));
        sleep(SECOND).await;
        std::mem::forget(sender);
    });
}

#[test]
fn a_circle_that_another_task_would_cut_by_an_abort() {
    idle(|| async {
        let (one, other) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
        let (their_one, their_other) = (one.clone(), other.clone());
        let victim = task("victim", async move {
            let _guard = their_one.lock().await;
            sleep(SECOND).await;
            drop(their_other.lock().await);
        });
        leave("crosses", async move {
            let _guard = other.lock().await;
            sleep(SECOND).await;
            drop(one.lock().await);
        });
        leave("watchdog", async move {
            sleep(60 * SECOND).await;
            victim.abort();
        });
        sleep(10 * SECOND).await;
    });
}

#[test]
fn one_that_waits_for_what_main_returns_or_another_would_abort() {
    let lock = Arc::new(Mutex::new(()));
    let run = Sim::new()
        .allow(FindingKind::UnawaitedTask)
        .allow(FindingKind::Leak)
        .run(async {
            let guard = lock.clone().lock_owned().await;
            leave("waits", async move { drop(lock.lock().await) });
            sleep(SECOND).await;
            guard
        });
    silent(&run);
    idle(|| async {
        let asleep = task("asleep", sleep(Duration::MAX));
        let (sender, mut orders) = mpsc::channel::<()>(1);
        leave("janitor", async move {
            while orders.recv().await.is_some() {
                asleep.abort();
            }
        });
        sleep(SECOND).await;
        std::mem::forget(sender);
    });
}

/// The other branch's channel keeps its waker, as tokio's does, and is no reason to hope.
#[test]
fn an_actor_that_selects_is_still_seen_in_a_deadlock() {
    let told = deadlocks(|| async {
        let state = Arc::new(Mutex::new(0));
        let (requests, mut inbox) = mpsc::channel::<oneshot::Sender<u32>>(4);
        let (stop, mut stopped) = mpsc::channel::<()>(1);
        let theirs = state.clone();
        leave("actor", async move {
            loop {
                select! {
                    request = inbox.recv() => {
                        let Some(reply) = request else { return };
                        let _ = reply.send(*theirs.lock().await);
                    }
                    _ = stopped.recv() => return,
                }
            }
        });
        leave("client", async move {
            sleep(SECOND).await;
            let _state = state.lock().await;
            let (reply, answer) = oneshot::channel();
            requests.send(reply).await.unwrap();
            answer.await.unwrap();
        });
        sleep(2 * SECOND).await;
        std::mem::forget(stop);
    });
    assert!(
        told.contains("main/actor") && told.contains("main/client"),
        "{told}"
    );
}

async fn take_two(one: Arc<Semaphore>, other: Arc<Semaphore>) {
    let Ok(_one) = one.acquire().await else {
        return;
    };
    sleep(SECOND).await;
    let _ = other.acquire().await;
}

/// Two that wait for each other's permit; gives the semaphores.
fn opposite_permits() -> [Arc<Semaphore>; 2] {
    let both = [(); 2].map(|()| Arc::new(Semaphore::new(1)));
    let [one, two] = both.clone();
    leave("a", take_two(one.clone(), two.clone()));
    leave("b", take_two(two, one));
    both
}

/// Who waits for a permit goes on when the semaphore is closed, with an error.
#[test]
fn a_semaphore_that_another_closes_later() {
    idle(|| async {
        let [one, _] = opposite_permits();
        leave("closes", async move {
            sleep(60 * SECOND).await;
            one.close();
        });
        sleep(5 * SECOND).await;
    });
}

/// The last who has it waits for a message, and might close it then.
#[test]
fn a_semaphore_that_another_closes_when_it_is_asked() {
    idle(|| async {
        let [one, _] = opposite_permits();
        let (asks, mut asked) = mpsc::channel::<()>(1);
        leave("closes", async move {
            if asked.recv().await.is_some() {
                one.close();
            }
        });
        leave("asks", async move {
            sleep(60 * SECOND).await;
            let _ = asks.send(()).await;
        });
        sleep(5 * SECOND).await;
    });
}

/// Who goes on has none of them, and who has them waits for each other.
#[test]
fn semaphores_that_nobody_else_has() {
    deadlocks(|| async {
        drop(opposite_permits());
        leave("sleeps", sleep(60 * SECOND));
        sleep(5 * SECOND).await;
    });
}

/// `main` had it, and is over.
#[test]
fn semaphores_that_main_had() {
    deadlocks(|| async {
        let [one, two] = opposite_permits();
        sleep(5 * SECOND).await;
        assert_eq!(one.available_permits() + two.available_permits(), 0);
    });
}
