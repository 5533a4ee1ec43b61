//! Who has the senders of what is waited for, and cycles that go through a message.

use std::mem::forget;
use std::sync::Arc;

use reweave::finding::Detail;
use reweave::sync::{Mutex, Notify, mpsc, oneshot};
use reweave::{FindingKind, Run, Sim, explore, spawn};

use super::{kinds, told};

fn edges<T>(run: &Run<T>) -> Vec<(&str, &str)> {
    let Some(Detail::Deadlock(deadlock)) = run.findings().first().map(|f| f.detail()) else {
        panic!("no deadlock: {run}")
    };
    let edges = deadlock.cycle.iter();
    edges
        .map(|edge| (edge.from.as_str(), edge.to.as_str()))
        .collect()
}

#[test]
fn a_task_waits_for_what_only_it_could_send() {
    let run = Sim::new().run(async {
        let (results, mut inbox) = mpsc::channel(4);
        for n in 0..2 {
            let results = results.clone();
            spawn(async move { results.send(n).await.unwrap() });
        }
        while inbox.recv().await.is_some() {}
    });
    insta::assert_snapshot!(told(&run), @"
    deadlock at 0s: main waits for itself: no task is ready, and no timer is set
      main waits for a message of mpsc#1 at `recv().await.is_some() {}` (its sender is alive: it was made at `mpsc::channel(4);` by main, and main has it)
      cycle: main ── mpsc#1 ──► main
    ");
    insta::assert_snapshot!(run.findings()[0].summary(), @"
    deadlock at 0s: main waits for itself: no task is ready, and no timer is set
      main waits for a message of mpsc#1 (its sender is alive, and main has it)
      cycle: main ── mpsc#1 ──► main
    ");
}

async fn joins_with_a_sender() {
    let (jobs, mut inbox) = mpsc::channel::<u32>(1);
    let worker = spawn(async move { while inbox.recv().await.is_some() {} });
    jobs.send(1).await.unwrap();
    worker.await.unwrap();
    drop(jobs);
}

#[test]
fn a_worker_is_awaited_by_who_has_the_sender_of_its_jobs() {
    let run = Sim::new().run(joins_with_a_sender());
    insta::assert_snapshot!(told(&run), @"
    deadlock at 0s: main and main/task wait for each other: no task is ready, and no timer is set
      main waits for the end of main/task at `await.unwrap();`
      main/task waits for a message of mpsc#1 at `recv().await.is_some() {} });` (its sender is alive: it was made at `mpsc::channel::<u32>(1);` by main, and main has it)
      cycle: main ── its end ──► main/task ── mpsc#1 ──► main
    ");
    let found = explore(joins_with_a_sender).seeds(0..8).run();
    assert_eq!(found.failures().len(), 1, "{found}");
}

#[test]
fn two_tasks_have_each_others_senders() {
    let run = Sim::new().run(async {
        let (to_one, mut one) = mpsc::channel::<u32>(1);
        let (to_other, mut other) = mpsc::channel::<u32>(1);
        let one = spawn(async move {
            while let Some(n) = one.recv().await {
                to_other.send(n).await.unwrap();
            }
        });
        spawn(async move {
            while let Some(n) = other.recv().await {
                to_one.send(n).await.unwrap();
            }
        });
        one.await.unwrap();
    });
    let cycle = [("main/task", "main/task#2"), ("main/task#2", "main/task")];
    assert_eq!(edges(&run), cycle);
}

/// The sender lies in a message that a task does not receive, because it waits for what `main` has.
#[test]
fn the_sender_lies_in_a_message() {
    let run = Sim::new().run(async {
        let config = Arc::new(Mutex::new(0));
        let (requests, mut inbox) = mpsc::channel::<oneshot::Sender<u32>>(4);
        let theirs = config.clone();
        spawn(async move {
            let other = spawn(async move { *theirs.lock().await });
            other.await.unwrap();
            while let Some(reply) = inbox.recv().await {
                let _ = reply.send(1);
            }
        });
        let _held = config.lock().await;
        let (reply, answer) = oneshot::channel();
        requests.send(reply).await.unwrap();
        answer.await
    });
    insta::assert_snapshot!(told(&run), @"
    deadlock at 0s: main, main/task and main/task/task wait for each other: no task is ready, and no timer is set
      main waits for the value of oneshot#1 at `await` (its sender is alive: it was made at `oneshot::channel();` by main, and lies in a message left in mpsc#1, whose receiver main/task has)
      main/task waits for the end of main/task/task at `await.unwrap();`
      main/task/task waits for mutex#1 at `lock().await });` (held by main since `lock().await;`)
      1 message left in mpsc#1: nobody ever received from it; the receiver is alive, and no task waits on it
      cycle: main ── oneshot#1 ──► main/task ── its end ──► main/task/task ── mutex#1 ──► main
    ");
}

#[test]
fn the_sender_lies_in_a_message_that_a_cycle_goes_through() {
    let run = Sim::new().run(async {
        let (handles, mut inbox) = mpsc::channel::<mpsc::Sender<u32>>(4);
        let (results, mut numbers) = mpsc::channel::<u32>(4);
        let (begin, begun) = oneshot::channel::<()>();
        spawn(async move {
            begun.await.unwrap();
            let results = inbox.recv().await.unwrap();
            results.send(1).await.unwrap();
        });
        handles.send(results).await.unwrap();
        numbers.recv().await.unwrap();
        begin.send(()).unwrap();
    });
    insta::assert_snapshot!(told(&run), @"
    deadlock at 0s: main and main/task wait for each other: no task is ready, and no timer is set
      main waits for a message of mpsc#2 at `recv().await.unwrap();` (its sender is alive: it was made at `mpsc::channel::<u32>(4);` by main, and lies in a message left in mpsc#1, whose receiver main/task has)
      main/task waits for the value of oneshot#1 at `await.unwrap();` (its sender is alive: it was made at `oneshot::channel::<()>();` by main, and main has it)
      1 message left in mpsc#1: nobody ever received from it; the receiver is alive, and no task waits on it
      cycle: main ── mpsc#2 ──► main/task ── oneshot#1 ──► main
    ");
}

/// Who shares a sender may all send with it, so that no cycle is certain.
#[test]
fn what_is_shared_is_in_no_cycle() {
    let run = Sim::new().run(async {
        let (jobs, mut inbox) = mpsc::channel::<u32>(1);
        let jobs = Arc::new(jobs);
        let theirs = jobs.clone();
        let never = Arc::new(Notify::new());
        spawn(async move {
            never.notified().await;
            theirs.send(1).await.unwrap();
        });
        inbox.recv().await.unwrap();
        drop(jobs);
    });
    assert!(edges(&run).is_empty(), "{run}");
    insta::assert_snapshot!(told(&run), @"
    deadlock at 0s: no task is ready, and no timer is set: nobody is left who could wake them
      main waits for a message of mpsc#1 at `recv().await.unwrap();` (its sender is alive: it was made at `mpsc::channel::<u32>(1);` by main, and main/task has it, perhaps with others)
      main/task waits for a notification of notify#1 at `notified().await;`
    ");
}

#[test]
fn a_boxed_future_may_be_shared() {
    let run = Sim::new().run(async {
        let (jobs, mut inbox) = mpsc::channel::<u32>(1);
        let worker = spawn(Box::pin(async move {
            inbox.recv().await;
            // The worker's own.
            drop(jobs);
        }));
        worker.await.unwrap();
    });
    assert!(edges(&run).is_empty(), "{run}");
}

/// A server that keeps a sender of its own inbox is idle, and not why `main` waits.
#[test]
fn an_idle_server_is_not_the_cause() {
    let run = Sim::new().run(async {
        let (itself, mut inbox) = mpsc::channel::<u32>(4);
        let requests = itself.clone();
        spawn(async move {
            while let Some(n) = inbox.recv().await {
                if n > 0 {
                    itself.send(n - 1).await.unwrap();
                }
            }
        });
        requests.send(3).await.unwrap();
        Notify::new().notified().await;
    });
    assert_eq!(kinds(&run), [FindingKind::Deadlock]);
    assert!(edges(&run).is_empty(), "{run}");
}

/// One of the senders is with nobody, so that a cycle of the others is no reason.
#[test]
fn a_sender_that_no_task_has() {
    let run = Sim::new().run(async {
        let (jobs, mut inbox) = mpsc::channel::<u32>(1);
        forget(jobs.clone());
        inbox.recv().await.unwrap();
        drop(jobs);
    });
    assert!(edges(&run).is_empty(), "{run}");
    insta::assert_snapshot!(run.findings()[0].summary(), @"
    deadlock at 0s: no task is ready, and no timer is set: nobody is left who could wake them
      main waits for a message of mpsc#1 (its 2 senders are alive; main has 1, no task has 1)
    ");
}

/// What goes with a destructor's own sender is not counted for those that were there.
#[test]
fn a_sender_that_is_made_while_all_are_dropped_is_not_told() {
    struct Speaks(mpsc::Sender<u32>);
    impl Drop for Speaks {
        fn drop(&mut self) {
            drop(self.0.clone());
        }
    }
    let run = Sim::new().run(async {
        let (jobs, mut inbox) = mpsc::channel::<u32>(1);
        let _speaks = Speaks(jobs);
        inbox.recv().await
    });
    let Detail::Deadlock(deadlock) = run.findings()[0].detail() else {
        panic!("no deadlock: {run}")
    };
    let wait = &deadlock.waiting[0].waits[0];
    assert_eq!((wait.senders.len(), wait.keepers.len()), (1, 1), "{run}");
    assert_eq!(wait.keepers[0].senders, 1);
}
