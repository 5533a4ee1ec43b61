//! Tasks that are left when `main` ends: `deadlock` and `stuck_task`, wherever `main` is; and servers that are idle.

mod kept_in_a_static;
mod may_go_on;

use std::collections::HashMap;
use std::mem::forget;
use std::sync::Arc;

use reweave::sync::{Mutex, RwLock, Semaphore, mpsc, named, oneshot};
use reweave::task::{Builder, JoinHandle, yield_now};
use reweave::time::sleep;
use reweave::{FindingKind, Sim, explore, spawn};

use super::{SECOND, kinds, silent, told};

/// A task that nobody awaits.
fn leave<F>(name: &str, future: F)
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    drop(task(name, future));
}

fn task<F>(name: &str, future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    Builder::new().name(name).spawn(future).unwrap()
}

/// What is found in the plain run is found by exploring, too.
fn deadlocks<F>(make: fn() -> F) -> String
where
    F: Future + 'static,
    F::Output: 'static,
{
    let run = Sim::new().allow(FindingKind::UnawaitedTask).run(make());
    assert_eq!(kinds(&run), [FindingKind::Deadlock], "{run}");
    let found = explore(make).seeds(0..64).run();
    let found = found.failure().expect("exploring finds it, too");
    assert_eq!(found.failure().unwrap().kind(), FindingKind::Deadlock);
    told(&run)
}

/// Nothing but tasks that nobody awaited, in the plain run and in others.
fn idle<F>(make: fn() -> F)
where
    F: Future + 'static,
    F::Output: 'static,
{
    let sim = || Sim::new().allow(FindingKind::UnawaitedTask);
    silent(&sim().run(make()));
    let found = explore(make).sim(sim()).seeds(0..300).run();
    assert!(!found.failed() && found.warnings().is_empty(), "{found}");
}

async fn take_both(one: Arc<Mutex<()>>, other: Arc<Mutex<()>>) {
    let _one = one.lock().await;
    sleep(SECOND).await;
    let _other = other.lock().await;
}

async fn opposite_orders() {
    let left = named("left", || Arc::new(Mutex::new(())));
    let right = named("right", || Arc::new(Mutex::new(())));
    leave("a", take_both(left.clone(), right.clone()));
    leave("b", take_both(right.clone(), left.clone()));
    leave("late", async move {
        sleep(2 * SECOND).await;
        drop(left.lock().await);
    });
    sleep(5 * SECOND).await;
}

#[test]
fn two_locks_in_opposite_orders() {
    insta::assert_snapshot!(deadlocks(opposite_orders), @"
    deadlock at 5s: main/a and main/b wait for each other, and will for ever: main ended, and left them behind
      main/a waits for right at `lock().await;` (held by main/b since `lock().await;`)
      main/b waits for left at `lock().await;` (held by main/a since `lock().await;`)
      main/late waits for left at `lock().await);` (behind main/b, who asked at `lock().await;`)
      cycle: main/a ── right ──► main/b ── left ──► main/a
    ");
}

#[test]
fn a_reader_that_reads_again_behind_a_writer() {
    let told = deadlocks(|| async {
        let table = named("table", || Arc::new(RwLock::new(0)));
        for _ in 0..2 {
            let table = table.clone();
            leave("reader", async move {
                let _first = table.read().await;
                sleep(2 * SECOND).await;
                let _second = table.read().await;
            });
        }
        leave("writer", async move {
            sleep(SECOND).await;
            *table.write().await += 1;
        });
        sleep(9 * SECOND).await;
    });
    insta::assert_snapshot!(told, @"
    deadlock at 9s: main/reader and main/writer wait for each other, and will for ever: main ended, and left them behind
      main/reader waits for table at `read().await;` (behind main/writer, who asked at `write().await += 1;`)
      main/reader#2 waits for table at `read().await;` (behind main/reader, who asked at `read().await;`)
      main/writer waits for table at `write().await += 1;` (held for reading by main/reader since `read().await;`, held for reading by main/reader#2 since `read().await;`)
      cycle: main/reader ── table ──► main/writer ── table ──► main/reader
    ");
}

#[test]
fn a_lock_and_a_full_channel() {
    let told = deadlocks(|| async {
        let state = named("state", || Arc::new(Mutex::new(0)));
        let (sender, mut inbox) = named("inbox", || mpsc::channel(1));
        let theirs = state.clone();
        leave("producer", async move {
            let _state = state.lock().await;
            for n in 0..3 {
                sender.send(n).await.unwrap();
            }
        });
        leave("consumer", async move {
            while let Some(n) = inbox.recv().await {
                *theirs.lock().await += n;
            }
        });
        sleep(SECOND).await;
    });
    insta::assert_snapshot!(told, @"
    deadlock at 1s: main/producer and main/consumer wait for each other, and will for ever: main ended, and left them behind
      main/producer waits for room in inbox at `send(n).await.unwrap();` (its only slot is taken; its receiver is with main/consumer, who last received at `recv().await {`)
      main/consumer waits for state at `lock().await += n;` (held by main/producer since `lock().await;`)
      cycle: main/producer ── inbox ──► main/consumer ── state ──► main/producer
    ");
}

#[test]
fn an_actor_that_is_asked_under_the_lock_it_needs() {
    let told = deadlocks(|| async {
        let state = named("state", || Arc::new(Mutex::new(0)));
        let (requests, mut inbox) = mpsc::channel::<oneshot::Sender<u32>>(4);
        let theirs = state.clone();
        leave("actor", async move {
            while let Some(reply) = inbox.recv().await {
                let state = theirs.lock().await;
                let _ = reply.send(*state);
            }
        });
        leave("client", async move {
            let _state = state.lock().await;
            let (reply, answer) = named("answer", oneshot::channel);
            requests.send(reply).await.unwrap();
            answer.await.unwrap();
        });
        sleep(SECOND).await;
    });
    insta::assert_snapshot!(told, @r#"
    deadlock at 1s: main/actor and main/client wait for each other, and will for ever: main ended, and left them behind
      main/actor waits for state at `lock().await;` (held by main/client since `lock().await;`)
      main/client waits for the value of answer at `await.unwrap();` (its sender is alive: it was made at `named("answer", oneshot::channel);` by main/client, and main/actor has it)
      cycle: main/actor ── state ──► main/client ── answer ──► main/actor
    "#);
}

#[test]
fn a_task_that_awaits_the_end_of_one_that_needs_its_lock() {
    deadlocks(|| async {
        let state = Arc::new(Mutex::new(0));
        leave("parent", async move {
            let guard = state.clone().lock_owned().await;
            task("child", async move { *state.lock().await += 1 })
                .await
                .unwrap();
            drop(guard);
        });
        sleep(SECOND).await;
    });
}

#[test]
fn two_that_want_two_permits_of_three() {
    deadlocks(|| async {
        let slots = Arc::new(Semaphore::new(2));
        for _ in 0..2 {
            let slots = slots.clone();
            leave("job", async move {
                let _one = slots.acquire().await.unwrap();
                sleep(SECOND).await;
                let _other = slots.acquire().await.unwrap();
            });
        }
        sleep(9 * SECOND).await;
    });
}

#[test]
fn beside_a_main_that_lives_on_a_timer_until_a_limit() {
    let sim = Sim::new().max_virtual_time(60 * SECOND);
    let run = sim.run(async {
        opposite_orders().await;
        loop {
            sleep(SECOND).await;
        }
    });
    assert_eq!(kinds(&run), [FindingKind::Deadlock, FindingKind::Limit]);
}

#[test]
fn a_lock_whose_guard_was_forgotten() {
    let sim = || {
        Sim::new()
            .allow(FindingKind::Leak)
            .allow(FindingKind::UnawaitedTask)
    };
    let forgets = || async {
        let lock = Arc::new(Mutex::new(()));
        forget(lock.clone().lock_owned().await);
        leave("late", async move { drop(lock.lock().await) });
        sleep(SECOND).await;
    };
    let run = sim().run(forgets());
    insta::assert_snapshot!(told(&run), @"
    stuck_task in main/late at 1s: left behind when main ended, and stuck: nobody can give it what it waits for any more
      --> `spawn(future).unwrap()`
      waits for mutex#1 at `lock().await) });` (held by main (over) since `lock_owned().await);`)
    ");
    let found = explore(forgets).sim(sim()).seeds(0..64).run();
    assert_eq!(kinds(&found.warnings()[0]), [FindingKind::StuckTask]);
    // Each can be denied alone.
    let run = sim().deny(FindingKind::StuckTask).run(forgets());
    assert!(run.failed());
}

#[test]
fn a_task_that_took_no_step_is_told_so() {
    let run = Sim::new().seed(0).run(async {
        drop(spawn(async {}));
        drop(spawn(async {}));
    });
    let told = run.findings().iter().map(|finding| finding.message());
    let expected = "cut off when main ended, before its first step: nobody awaited it";
    assert!(told.clone().all(|told| told == expected) || run.findings().is_empty());
    let cut_off = explore(|| async { drop(spawn(async {})) })
        .seeds(0..50)
        .run();
    assert_eq!(cut_off.warnings()[0].findings()[0].message(), expected);
}

#[test]
fn workers_that_share_a_receiver_are_idle() {
    idle(|| async {
        let (sender, inbox) = mpsc::channel::<u32>(4);
        let inbox = Arc::new(Mutex::new(inbox));
        for _ in 0..3 {
            let (inbox, sender) = (inbox.clone(), sender.clone());
            leave("worker", async move {
                loop {
                    let job = inbox.lock().await.recv().await;
                    if job == Some(0) {
                        sender.send(1).await.unwrap();
                    }
                }
            });
        }
        sender.send(0).await.unwrap();
        sleep(SECOND).await;
    });
}

#[test]
fn servers_and_those_who_await_them_are_idle() {
    idle(|| async {
        let (requests, mut inbox) = mpsc::channel::<oneshot::Sender<u32>>(4);
        let server = task("server", async move {
            while let Some(reply) = inbox.recv().await {
                let _ = reply.send(1);
            }
        });
        leave("supervisor", async move { server.await.unwrap() });
        let (reply, answer) = oneshot::channel();
        requests.send(reply).await.unwrap();
        answer.await.unwrap();
        forget(requests);
    });
}

#[test]
fn actors_that_hold_each_others_senders_are_idle() {
    idle(|| async {
        let (to_one, mut one) = mpsc::channel::<u32>(1);
        let (to_other, mut other) = mpsc::channel::<u32>(1);
        leave("one", async move {
            while let Some(n) = one.recv().await {
                to_other.send(n + 1).await.unwrap();
            }
        });
        leave("other", async move {
            while let Some(n) = other.recv().await {
                if n < 9 {
                    to_one.send(n + 1).await.unwrap();
                }
            }
        });
        sleep(SECOND).await;
    });
}

/// Who could answer lies in a map that several reach, whichever of them is dropped first.
#[test]
fn answers_that_are_kept_in_a_shared_map_may_come() {
    idle(|| async {
        let waiting = Arc::new(std::sync::Mutex::new(HashMap::new()));
        let (_wire, mut answers) = mpsc::channel::<u32>(4);
        for first in [true, false] {
            let theirs = waiting.clone();
            let mut client = Some(async move {
                let (reply, answer) = oneshot::channel::<u32>();
                theirs.lock().unwrap().insert(7, reply);
                let _ = answer.await;
                drop(theirs);
            });
            if first {
                leave("client", client.take().unwrap());
            }
            let theirs = waiting.clone();
            if first {
                let (_unused, mut answers) = mpsc::channel::<u32>(4);
                leave("reader", async move {
                    while let Some(n) = answers.recv().await {
                        if let Some(reply) = theirs.lock().unwrap().remove(&n) {
                            let _: Result<(), u32> = oneshot::Sender::send(reply, n);
                        }
                    }
                });
            } else {
                leave("client", client.take().unwrap());
            }
        }
        sleep(SECOND).await;
        assert!(answers.try_recv().is_err());
    });
}

/// A permit that lies in a table may be given back by whoever reaches the table.
#[test]
fn permits_that_are_kept_in_a_shared_table_may_come_back() {
    idle(|| async {
        let slots = Arc::new(Semaphore::new(1));
        let leases = Arc::new(std::sync::Mutex::new(Vec::new()));
        let (_closing, mut closed) = mpsc::channel::<u32>(1);
        let theirs = leases.clone();
        leave("janitor", async move {
            while closed.recv().await.is_some() {
                theirs.lock().unwrap().pop();
            }
        });
        leave("client", async move {
            loop {
                let lease = slots.clone().acquire_owned().await.unwrap();
                leases.lock().unwrap().push(lease);
            }
        });
        yield_now().await;
        sleep(SECOND).await;
        forget(_closing);
    });
}

/// A holder that sleeps, or is ready, may let go.
#[test]
fn those_behind_a_holder_that_goes_on_are_not_stuck() {
    idle(|| async {
        let lock = Arc::new(Mutex::new(()));
        for _ in 0..3 {
            let lock = lock.clone();
            leave("holder", async move {
                loop {
                    let _guard = lock.lock().await;
                    sleep(SECOND).await;
                }
            });
        }
        sleep(5 * SECOND).await;
    });
}

#[test]
fn after_a_panic_of_main_only_that_is_told() {
    let run = Sim::new().run(async {
        leave("waits", std::future::pending::<()>());
        yield_now().await;
        panic!("main gives up");
    });
    assert_eq!(kinds(&run), [FindingKind::Panic], "{run}");
}

/// Whether a task is ready or parked is a part of what is known of a run that is not recorded; what it waits for is not.
#[test]
fn exploring_finds_what_looks_like_an_idle_task() {
    let waits = || async {
        leave("either", async {
            if !reweave::flip(0.2) {
                return std::future::pending().await;
            }
            let (sender, answer) = oneshot::channel::<()>();
            let _ = answer.await;
            drop(sender);
        });
        sleep(SECOND).await;
    };
    let sim = || Sim::new().allow(FindingKind::UnawaitedTask);
    let found = |seeds, jobs| {
        let found = explore(waits).sim(sim()).seeds(seeds).jobs(jobs).run();
        let failure = found.failure().expect("one of them is a deadlock");
        (failure.seed(), failure.shown())
    };
    assert_eq!(found(0..640, 1), found(0..640, 4));
    assert!(found(0..640, 1).0 < Some(256));
}
