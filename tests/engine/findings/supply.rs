//! What is told of a wait in numbers: how many have come, how much is free, who still may send, what was seen already.

use std::sync::Arc;

use reweave::finding::{Deadlock, Detail, Supply, Wait};
use reweave::sync::{Barrier, Semaphore, broadcast, mpsc, watch};
use reweave::{Run, Sim, join, spawn};

use super::told;

/// What the tasks of a deadlock wait for.
fn waits<T>(run: &Run<T>) -> Vec<Wait> {
    let Detail::Deadlock(Deadlock { waiting, .. }) = run.findings()[0].detail() else {
        panic!("{}", told(run));
    };
    waiting.iter().flat_map(|task| task.waits.clone()).collect()
}

fn supplies<T>(run: &Run<T>) -> Vec<Option<Supply>> {
    waits(run).iter().map(|wait| wait.supply).collect()
}

#[test]
fn how_many_have_come_to_a_barrier() {
    let run = Sim::new().run(async {
        let barrier = Barrier::new(3);
        join!(barrier.wait(), barrier.wait());
    });
    insta::assert_snapshot!(told(&run), @"
    deadlock at 0s: no task is ready, and no timer is set: nobody is left who could wake them
      main waits for the others at barrier#1 at `wait(), barrier.wait());` (2 of 3 are there); and for the others at barrier#1 at `wait());` (2 of 3 are there)
    ");
    // A round that is over does not count.
    let run = Sim::new().run(async {
        let barrier = Barrier::new(2);
        join!(barrier.wait(), barrier.wait());
        barrier.wait().await;
    });
    assert_eq!(supplies(&run), [Some(Supply::There { there: 1, of: 2 })]);
}

#[test]
fn how_many_permits_are_free() {
    let run = Sim::new().run(async {
        let semaphore = Semaphore::new(4);
        let _three = semaphore.acquire_many(3).await.unwrap();
        semaphore.acquire_many(3).await.unwrap().forget();
    });
    insta::assert_snapshot!(told(&run), @"
    deadlock at 0s: main waits for itself: no task is ready, and no timer is set
      main waits for semaphore#1 at `acquire_many(3).await.unwrap().forget();` (wants 3, 1 of 4 is free; held by main since `acquire_many(3).await.unwrap();`)
      cycle: main ── semaphore#1 ──► main
    ");
}

#[test]
fn permits_that_come_and_go_while_one_waits_are_counted() {
    let wants_nine = |change: fn(&Semaphore)| {
        let run = Sim::new().run(async move {
            let semaphore = Arc::new(Semaphore::new(4));
            let held = semaphore.clone().acquire_many_owned(3).await.unwrap();
            let theirs = semaphore.clone();
            let waits = spawn(async move { theirs.acquire_many(9).await.unwrap().forget() });
            reweave::task::yield_now().await;
            change(&semaphore);
            drop(held);
            waits.await.unwrap();
        });
        supplies(&run).into_iter().flatten().next()
    };
    let free = |free, of| {
        Some(Supply::Free {
            wanted: 9,
            free,
            of,
            forgotten: 0,
        })
    };
    assert_eq!(wants_nine(|_| {}), free(4, 4));
    assert_eq!(wants_nine(|semaphore| semaphore.add_permits(2)), free(6, 6));
    // None is free to be forgotten: the one that was is kept for who waits.
    assert_eq!(
        wants_nine(|semaphore| _ = semaphore.forget_permits(2)),
        free(4, 4)
    );
    let forgotten = Sim::new().run(async {
        let semaphore = Semaphore::new(4);
        semaphore.acquire_many(3).await.unwrap().forget();
        semaphore.forget_permits(1);
        semaphore.add_permits(1);
        semaphore.acquire_many(2).await.unwrap().forget();
    });
    let supply = Supply::Free {
        wanted: 2,
        free: 1,
        of: 1,
        forgotten: 2,
    };
    assert!(supplies(&forgotten).contains(&Some(supply)));
}

#[test]
fn permits_that_were_forgotten_are_told_beside_those_that_there_are() {
    let run = Sim::new().run(async {
        let semaphore = Semaphore::new(3);
        semaphore.acquire_many(3).await.unwrap().forget();
        semaphore.acquire_many(3).await.unwrap().forget();
    });
    let text = told(&run);
    let words = "(wants 3, 0 of 0 are free, 3 more were forgotten)";
    assert!(text.contains(words), "{text}");
}

#[test]
fn a_lock_has_no_numbers() {
    let run = Sim::new().run(async {
        let lock = reweave::sync::Mutex::new(());
        let _held = lock.lock().await;
        drop(lock.lock().await);
    });
    assert_eq!(supplies(&run), [None]);
}

#[test]
fn who_still_may_send() {
    let run = Sim::new().run(async {
        let (sender, mut receiver) = mpsc::channel::<u32>(1);
        let gone = sender.clone();
        let theirs = sender.clone();
        spawn(async move { drop((gone, theirs.send(1).await)) })
            .await
            .unwrap();
        let _kept = (sender.clone(), sender.downgrade().upgrade());
        while receiver.recv().await.is_some() {}
    });
    insta::assert_snapshot!(told(&run), @"
    deadlock at 0s: main waits for itself: no task is ready, and no timer is set
      main waits for a message of mpsc#1 at `recv().await.is_some() {}` (its 3 senders are alive: they were made at `mpsc::channel::<u32>(1);` by main, at `clone(), sender.downgrade().upgrade());` by main, at `upgrade());` by main; main has all 3)
      cycle: main ── mpsc#1 ──► main
    ");
    insta::assert_snapshot!(run.findings()[0].summary(), @"
    deadlock at 0s: main waits for itself: no task is ready, and no timer is set
      main waits for a message of mpsc#1 (its 3 senders are alive; main has all 3)
      cycle: main ── mpsc#1 ──► main
    ");
}

#[test]
fn senders_of_two_tasks_at_one_place() {
    let run = Sim::new().run(async {
        let (sender, mut receiver) = mpsc::unbounded_channel::<u32>();
        let clone = move || {
            let sender = sender.clone();
            async move { std::mem::forget(sender.clone()) }
        };
        spawn(clone()).await.unwrap();
        spawn(clone()).await.unwrap();
        receiver.recv().await
    });
    insta::assert_snapshot!(told(&run), @"
    deadlock at 0s: no task is ready, and no timer is set: nobody is left who could wake them
      main waits for a message of unbounded mpsc#1 at `recv().await` (its 3 senders are alive: they were made at `mpsc::unbounded_channel::<u32>();` by main, at `clone()) }` by main/task, at `clone()) }` by main/task#2; main has 1, no task has 2)
    ");
}

#[test]
fn a_channel_that_is_full() {
    let run = Sim::new().run(async {
        let (sender, _receiver) = mpsc::channel(2);
        for n in 0..3 {
            sender.send(n).await.unwrap();
        }
    });
    insta::assert_snapshot!(told(&run), @"
    deadlock at 0s: no task is ready, and no timer is set: nobody is left who could wake them
      main waits for room in mpsc#1 at `send(n).await.unwrap();` (all 2 slots are taken)
      2 messages left in mpsc#1: nobody ever received from it; the receiver is alive, and no task waits on it
    ");
}

#[test]
fn a_value_that_was_seen_already() {
    let run = Sim::new().run(async {
        let (sender, mut receiver) = watch::channel(0);
        sender.send(1).unwrap();
        sender.send(2).unwrap();
        receiver.borrow_and_update();
        receiver.changed().await
    });
    insta::assert_snapshot!(told(&run), @"
    deadlock at 0s: main waits for itself: no task is ready, and no timer is set
      main waits for a change of watch#1 at `changed().await` (it has had the last of 2 sends; its sender is alive: it was made at `watch::channel(0);` by main, and main has it)
      cycle: main ── watch#1 ──► main
    ");
    let nothing = Sim::new().run(async {
        let (_sender, mut receiver) = watch::channel(0);
        receiver
            .wait_for(|value| *value > 0)
            .await
            .map(|value| *value)
    });
    insta::assert_snapshot!(told(&nothing), @"
    deadlock at 0s: main waits for itself: no task is ready, and no timer is set
      main waits for a change of watch#1 at `wait_for(|value| *value > 0)` (nothing was sent yet; its sender is alive: it was made at `watch::channel(0);` by main, and main has it)
      cycle: main ── watch#1 ──► main
    ");
}

#[test]
fn a_receiver_that_came_after_the_send() {
    let run = Sim::new().run(async {
        let (sender, mut receiver) = broadcast::channel(4);
        let (changes, _) = watch::channel(0);
        for n in 0..3 {
            sender.send(n).unwrap();
            changes.send_replace(n);
        }
        let mut late = sender.subscribe();
        let mut watches = changes.subscribe();
        let early = async { while receiver.recv().await.is_ok() {} };
        let _ = join!(late.recv(), watches.changed(), early);
    });
    insta::assert_snapshot!(told(&run), @"
    deadlock at 0s: main waits for itself: no task is ready, and no timer is set
      main waits for a message of broadcast#1 at `recv(), watches.changed(), early);` (it subscribed after the last of 3 sends; its sender is alive: it was made at `broadcast::channel(4);` by main, and main has it); and for a change of watch#1 at `changed(), early);` (it subscribed after the last of 3 sends; its sender is alive: it was made at `watch::channel(0);` by main, and main has it); and for a message of broadcast#1 at `recv().await.is_ok() {} };` (it has had the last of 3 sends; its senders are listed above)
      cycle: main ── broadcast#1 ──► main ── watch#1 ──► main
    ");
}
