//! `deadlock`: nobody is left who could wake anybody.

use std::future::pending;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use reweave::finding::Detail;
use reweave::sync::mpsc::{Receiver, Sender, channel};
use reweave::sync::{Mutex, Notify, RwLock, named, oneshot};
use reweave::task::{Builder, yield_now};
use reweave::time::sleep;
use reweave::{FindingKind, Sim, explore, select, spawn};

use super::{SECOND, kinds, silent, told};

#[test]
fn names_each_task_and_what_it_waits_for() {
    let run = Sim::new().run(async {
        let never = Builder::new()
            .name("never")
            .spawn(std::future::pending::<()>())
            .unwrap();
        let waits = Builder::new().name("waits").spawn(never).unwrap();
        sleep(SECOND).await;
        let far = spawn(sleep(Duration::MAX));
        waits.await.unwrap().unwrap();
        far.await.unwrap();
    });
    insta::assert_snapshot!(told(&run), @"
    lost_waker in main/never at 1s: returned Pending, and no clone of its waker is left: nobody can ever wake it
      --> `spawn(std::future::pending::<()>())`
      main waits for the end of main/waits at `await.unwrap().unwrap();`
      main/never waits for nobody: it has left its waker nowhere, spawned at `spawn(std::future::pending::<()>())`
      main/waits waits for the end of main/never, spawned at `spawn(never).unwrap();`
      main/task waits for a timer that never fires at `sleep(Duration::MAX));`
      a future in it returned Pending and did not keep its waker: look at `poll`s that are written by hand, and at `std::future::pending`
    ");
}

#[test]
fn draws_the_cycle_of_who_waits_for_whom() {
    let run = Sim::new().run(crossed_locks());
    insta::assert_snapshot!(told(&run), @"
    deadlock at 0s: main/task and main/task#2 wait for each other: no task is ready, and no timer is set
      main waits for the end of main/task at `await.unwrap();`
      main/task waits for right at `lock().await;` (held by main/task#2 since `lock().await;`)
      main/task#2 waits for left at `lock().await;` (held by main/task since `lock().await;`)
      cycle: main/task ── right ──► main/task#2 ── left ──► main/task
    ");
    insta::assert_snapshot!(run.findings()[0].summary(), @"
    deadlock at 0s: main/task and main/task#2 wait for each other: no task is ready, and no timer is set
      main waits for the end of main/task
      main/task waits for right (held by main/task#2)
      main/task#2 waits for left (held by main/task)
      cycle: main/task ── right ──► main/task#2 ── left ──► main/task
    ");
}

#[test]
fn of_one_task_with_itself() {
    let locks_twice = || async {
        let lock = Mutex::new(());
        let _held = lock.lock().await;
        let _never = lock.lock().await;
    };
    insta::assert_snapshot!(told(&Sim::new().run(locks_twice())), @"
    deadlock at 0s: main waits for itself: no task is ready, and no timer is set
      main waits for mutex#1 at `lock().await;` (held by main since `lock().await;`)
      cycle: main ── mutex#1 ──► main
    ");
    // Two futures of it wait for the same lock, which is one edge.
    let run = Sim::new().run(async {
        let lock = Mutex::new(());
        let _held = lock.lock().await;
        let _never = reweave::join!(lock.lock(), lock.lock());
    });
    insta::assert_snapshot!(told(&run), @"
    deadlock at 0s: main waits for itself: no task is ready, and no timer is set
      main waits for mutex#1 at `lock(), lock.lock());` (held by main since `lock().await;`); and for mutex#1 at `lock());` (held by main since `lock().await;`)
      cycle: main ── mutex#1 ──► main
    ");
    // Others go on, until the limit.
    let run = Sim::new().max_virtual_time(60 * SECOND).run(async move {
        spawn(async {
            loop {
                sleep(SECOND).await;
            }
        });
        locks_twice().await;
    });
    let words = run.failure().expect("it never ends").message();
    assert_eq!(
        words,
        "main waits for itself, and will for ever, while others go on"
    );
}

#[test]
fn owners_of_one_lock_are_listed_once() {
    let run = Sim::new().run(async {
        let lock = Arc::new(RwLock::new(()));
        for _ in 0..2 {
            let lock = lock.clone();
            spawn(async move { std::mem::forget(lock.read().await) });
        }
        yield_now().await;
        yield_now().await;
        let _never = reweave::join!(lock.write(), lock.write());
    });
    insta::assert_snapshot!(run.findings()[0].summary(), @"
    deadlock at 0s: no task is ready, and no timer is set: nobody is left who could wake them
      main waits for rwlock#1 (held for reading by main/task (over), held for reading by main/task#2 (over)); and for rwlock#1 (who has it is listed above)
    ");
}

/// Two tasks, each with a lock that the other wants; `main` awaits both.
async fn crossed_locks() {
    let (left, right) = (
        named("left", || Arc::new(Mutex::new(()))),
        named("right", || Arc::new(Mutex::new(()))),
    );
    let cross = |first: Arc<Mutex<()>>, second: Arc<Mutex<()>>| async move {
        let _first = first.lock().await;
        yield_now().await;
        let _second = second.lock().await;
    };
    let one = spawn(cross(left.clone(), right.clone()));
    let two = spawn(cross(right, left));
    one.await.unwrap();
    two.await.unwrap();
}

#[test]
fn behind_a_heartbeat_is_told_at_the_end() {
    let run = Sim::new().max_virtual_time(60 * SECOND).run(async {
        drop(spawn(async {
            loop {
                sleep(SECOND).await;
            }
        }));
        crossed_locks().await;
    });
    assert_eq!(kinds(&run), [FindingKind::Deadlock, FindingKind::Limit]);

    let run = Sim::new().allow(FindingKind::UnawaitedTask).run(async {
        drop(spawn(crossed_locks()));
        sleep(SECOND).await;
    });
    assert_eq!(kinds(&run), [FindingKind::Deadlock]);
}

#[test]
fn a_task_that_waits_for_itself_is_a_cycle() {
    let run = Sim::new().run(async {
        let lock = RwLock::new(());
        let _reader = lock.read().await;
        drop(lock.write().await);
    });
    insta::assert_snapshot!(run.findings()[0].details().last().unwrap(), @"cycle: main ── rwlock#1 ──► main");
}

#[test]
fn full_mailboxes_are_a_cycle() {
    let run = Sim::new().run(async {
        let (to_a, from_b) = channel::<u32>(1);
        let (to_b, from_a) = channel::<u32>(1);
        let actor = |sender: Sender<u32>, mut receiver: Receiver<u32>| async move {
            while let Some(n) = receiver.recv().await {
                for n in [n, n] {
                    if sender.send(n).await.is_err() {
                        return;
                    }
                }
            }
        };
        let a = spawn(actor(to_b.clone(), from_b));
        let b = spawn(actor(to_a, from_a));
        to_b.send(1).await.unwrap();
        a.await.unwrap();
        b.await.unwrap();
    });
    insta::assert_snapshot!(told(&run), @"
    deadlock at 0s: main/task and main/task#2 wait for each other: no task is ready, and no timer is set
      main waits for the end of main/task at `await.unwrap();`
      main/task waits for room in mpsc#2 at `send(n).await.is_err() {` (its only slot is taken; its receiver is with main/task#2, who last received at `recv().await {`)
      main/task#2 waits for room in mpsc#1 at `send(n).await.is_err() {` (its only slot is taken; its receiver is with main/task, who last received at `recv().await {`)
      1 message left in mpsc#1: main/task was the last to receive from it, at `recv().await {`; the receiver is alive, and no task waits on it
      1 message left in mpsc#2: main/task#2 was the last to receive from it, at `recv().await {`; the receiver is alive, and no task waits on it
      cycle: main/task ── mpsc#2 ──► main/task#2 ── mpsc#1 ──► main/task
    ");
}

#[test]
fn a_task_that_waits_for_ever_beside_a_main_that_ends_is_none() {
    let run = Sim::new().run(async {
        let forever = spawn(std::future::pending::<()>());
        sleep(SECOND).await;
        forever.abort();
    });
    silent(&run);
}

#[test]
fn a_reader_behind_a_writer_behind_the_same_reader() {
    let run = Sim::new().run(async {
        let page = Arc::new(RwLock::new(()));
        let reader = page.read().await;
        let writer = spawn({
            let page = page.clone();
            async move { drop(page.write().await) }
        });
        yield_now().await;
        drop(page.read().await);
        drop(reader);
        writer.await.unwrap();
    });
    let details = run.findings()[0].details();
    assert_eq!(
        details.last().unwrap(),
        "cycle: main ── rwlock#1 ──► main/task ── rwlock#1 ──► main"
    );
    assert!(details[0].contains("(behind main/task"), "{run}");
}

#[test]
fn a_call_that_nobody_heard_and_room_that_is_kept_for_later_are_told() {
    let run = Sim::new().run(async {
        let bell = Notify::new();
        bell.notify_waiters();
        bell.notified().await;
    });
    insta::assert_snapshot!(run.findings()[0].summary(), @"
    deadlock at 0s: no task is ready, and no timer is set: nobody is left who could wake them
      main waits for a notification of notify#1 (at 0s main notified all who waited: nobody did)
    ");

    let run = Sim::new().run(async {
        let (sender, _receiver) = channel::<u32>(1);
        let kept = sender.reserve().await.unwrap();
        sender.send(1).await.unwrap();
        drop(kept);
    });
    let details = run.findings()[0].details();
    assert!(
        details[0].contains("(its only slot is taken; held by main"),
        "{run}"
    );
    assert_eq!(details.last().unwrap(), "cycle: main ── mpsc#1 ──► main");
}

/// `main` ends when it has just handed a lock on: whoever got it is ready, and waits for nobody.
#[test]
fn a_task_that_was_handed_the_lock_when_main_ended_is_none() {
    let found = explore(|| async {
        let lock = Arc::new(Mutex::new(()));
        let held = lock.lock().await;
        for _ in 0..2 {
            let lock = lock.clone();
            spawn(async move {
                let _held = lock.lock().await;
            });
        }
        yield_now().await;
        drop(held);
    });
    let found = found
        .sim(Sim::new().allow(FindingKind::UnawaitedTask))
        .seeds(0..500)
        .run();
    assert!(!found.failed() && found.warnings().is_empty(), "{found}");
}

/// Who would send is left alone by a `select!`, although its timer is due: no lock is in it.
#[test]
fn lists_the_futures_that_were_woken_and_left_alone() {
    let run = Sim::new().run(async {
        let (sender, answer) = oneshot::channel();
        let mut leader = pin!(async {
            sleep(2 * SECOND).await;
            sender.send(7).unwrap();
        });
        select! {
            () = &mut leader => {}
            () = sleep(SECOND) => {}
        }
        answer.await
    });
    insta::assert_snapshot!(told(&run), @"
    deadlock at 2s: main waits for itself: no task is ready, and no timer is set
      main waits for the value of oneshot#1 at `await` (its sender is alive: it was made at `oneshot::channel();` by main, and main has it)
      main has stopped polling a future that waits for a timer at 2s, at `sleep(2 * SECOND).await;` since 0s, last polled at 1s, which was due at 2s
      cycle: main ── oneshot#1 ──► main
    ");
}

#[test]
fn a_message_whose_receiver_nobody_polls_is_told_so() {
    // One who was asked to stop left its loop, and its mailbox is still there.
    let run = Sim::new().run(async {
        let (to_router, mut mailbox) = channel::<oneshot::Sender<()>>(4);
        let mut asks = async |wait: bool| {
            let (confirm, confirmed) = oneshot::channel();
            to_router.send(confirm).await.unwrap();
            if wait {
                mailbox.recv().await.unwrap().send(()).unwrap();
            }
            confirmed.await.unwrap();
        };
        asks(true).await;
        asks(false).await;
    });
    let text = told(&run);
    let line = text.lines().find(|line| line.contains("1 message left"));
    insta::assert_snapshot!(line.unwrap().trim(), @"1 message left in mpsc#1: main was the last to receive from it, at `recv().await.unwrap().send(()).unwrap();`; the receiver is alive, and no task waits on it");
    let Detail::Deadlock(deadlock) = run.findings()[0].detail() else {
        panic!("{run}")
    };
    let [unreceived] = &deadlock.unreceived[..] else {
        panic!("{run}")
    };
    assert!(unreceived.receiver_alive && !unreceived.awaited);
}

#[test]
fn a_message_whose_receiver_is_polled_by_nobody_who_could_go_on() {
    // It is waited for with a waker that nobody hears of, and so the message lies there.
    let run = Sim::new().run(async {
        let (sender, mut receiver) = channel::<u32>(4);
        let mut next = pin!(receiver.recv());
        let mut deaf = Context::from_waker(Waker::noop());
        assert!(next.as_mut().poll(&mut deaf).is_pending());
        sender.send(1).await.unwrap();
        pending::<()>().await;
    });
    let text = told(&run);
    let line = text.lines().find(|line| line.contains("1 message left"));
    insta::assert_snapshot!(line.unwrap_or_default().trim(), @"1 message left in mpsc#1: nobody ever received from it");
}
