//! `livelock`: tasks run, and time stands still.

use std::sync::Arc;
use std::time::Duration;

use reweave::finding::{Action, Closing, Detail, Livelock};
use reweave::sync::{Mutex, Notify, RwLock, Semaphore, broadcast, mpsc, watch};
use reweave::task::{coop, yield_now};
use reweave::time::sleep;
use reweave::{FindingKind, Run, Sim, explore, spawn};

use super::{SECOND, kinds, silent, told};

async fn spin() {
    loop {
        yield_now().await;
    }
}

fn livelock<T>(run: &Run<T>) -> &Livelock {
    assert_eq!(kinds(run), [FindingKind::Livelock]);
    match run.findings()[0].detail() {
        Detail::Livelock(livelock) => livelock,
        other => panic!("{other:?}"),
    }
}

#[test]
fn names_the_busy() {
    let run = Sim::new().max_steps_at_once(1000).run(async {
        sleep(SECOND).await;
        let spinner = spawn(spin());
        sleep(SECOND).await;
        spinner.abort();
    });
    insta::assert_snapshot!(told(&run), @"
    livelock at 1s: 1000 polls: virtual time stands still, no task began or ended
      main/spin took 1000 steps, spawned at `spawn(spin());`
      main took 2 steps and waits for a timer at 2s, at `sleep(SECOND).await;`
    ");
    assert_eq!(run.elapsed(), SECOND);
}

#[test]
fn as_many_polls_while_time_moves_or_tasks_end_are_in_order() {
    let run = Sim::new().max_steps_at_once(1000).run(async {
        for _ in 0..2000 {
            sleep(SECOND).await;
        }
        for _ in 0..800 {
            spawn(async {}).await.unwrap();
        }
        sleep(SECOND).await;
        for _ in 0..20 {
            let lock = Mutex::new(0);
            for _ in 0..900 {
                *lock.lock().await += 1;
            }
            sleep(SECOND).await;
        }
    });
    silent(&run);
}

#[test]
fn operations_that_are_always_ready_count() {
    let run = Sim::new().max_steps_at_once(1000).run(async {
        let total = Mutex::new(0u64);
        loop {
            *total.lock().await += 1;
        }
    });
    insta::assert_snapshot!(told(&run), @r"
    livelock at 0s: 8 polls with 1024 operations: virtual time stands still, no task began or ended
      main locks mutex#1, again and again: 1025 times at `lock().await += 1;`
      main took 8 steps
    ");
    // What repeats is told once.
    let report = run.to_string();
    let end = report.split_once("what happened").unwrap().1;
    insta::assert_snapshot!(end, @"
    :
      time  step  main
        0s     1  takes mutex#1
        0s     1  gives back mutex#1
                  … the last 2 lines 1024 times
    ");
}

#[test]
fn a_closed_channel_that_is_asked_again_and_again_is_named() {
    let run = Sim::new().max_steps_at_once(1000).run(async {
        let (sender, mut receiver) = mpsc::channel::<u32>(4);
        spawn(async move {
            sleep(SECOND).await;
            drop(sender);
        });
        loop {
            let _ = receiver.recv().await;
        }
    });
    insta::assert_snapshot!(told(&run), @r"
    livelock at 1s: 8 polls with 1024 operations: virtual time stands still, no task began or ended
      main receives from mpsc#1, whose last sender was dropped at 1s by main/task, again and again: 1024 times at `recv().await;`
      main took 9 steps
    ");
    let spin = &livelock(&run).spins[0];
    assert_eq!(spin.action, Action::Receive);
    let closed = spin.closed.as_ref().unwrap();
    assert_eq!((closed.at, closed.how), (SECOND, Closing::LastSender));
}

/// What `main` does again and again, as it is told.
fn spun<F: Future<Output = ()> + 'static>(test: F) -> (String, Option<Closing>) {
    let run = Sim::new().max_steps_at_once(1000).run(test);
    let text = told(&run);
    let line = text.lines().find(|line| line.contains("again and again"));
    let line = line.unwrap_or_else(|| panic!("{text}"));
    let words = line.split(", again and").next().unwrap_or_default();
    let closed = livelock(&run).spins[0].closed.as_ref();
    (words.trim().to_owned(), closed.map(|closed| closed.how))
}

#[test]
fn how_it_was_closed_is_told() {
    let asked = spun(async {
        let (_sender, mut receiver) = mpsc::channel::<u32>(4);
        receiver.close();
        loop {
            let _ = receiver.recv().await;
        }
    });
    let words = "main receives from mpsc#1, which is closed since 0s, by main";
    assert_eq!(asked, (words.to_owned(), Some(Closing::Asked)));
    let receiver = spun(async {
        let (sender, receiver) = mpsc::channel::<u32>(4);
        drop(receiver);
        loop {
            let _ = sender.send(1).await;
        }
    });
    let words = "main sends into mpsc#1, whose receiver was dropped at 0s by main";
    assert_eq!(receiver, (words.to_owned(), Some(Closing::Receiver)));
}

/// Each of these spins without ever waiting, in its own way; the operation that spins is named.
#[test]
fn whatever_is_always_ready_is_told() {
    let told = |sim: Sim, action: Action, run: fn(Sim) -> Run| {
        let run = run(sim.max_steps_at_once(2000));
        let livelock = livelock(&run);
        assert!(livelock.polls + livelock.operations < 4000, "{livelock:?}");
        let named: Vec<Action> = livelock.spins.iter().map(|spin| spin.action).collect();
        assert!(named.contains(&action), "{action:?}: {run}");
    };
    for sim in [Sim::new(), Sim::new().seed(1)] {
        told(sim.clone(), Action::Send, |sim| {
            sim.run(async {
                let (sender, mut receiver) = mpsc::channel(1);
                loop {
                    sender.send(1).await.unwrap();
                    receiver.recv().await.unwrap();
                }
            })
        });
        told(sim.clone(), Action::Write, |sim| {
            sim.run(async {
                let lock = Arc::new(RwLock::new(0));
                for _ in 0..2 {
                    let lock = lock.clone();
                    spawn(async move {
                        loop {
                            *lock.write().await += 1;
                        }
                    });
                }
                loop {
                    let _ = lock.read().await;
                }
            })
        });
        told(sim.clone(), Action::Acquire(1), |sim| {
            sim.run(coop::unconstrained(async {
                let permits = Semaphore::new(1);
                loop {
                    let _ = permits.acquire().await;
                }
            }))
        });
        told(sim.clone(), Action::Await, |sim| {
            sim.run(async {
                let notify = Notify::new();
                loop {
                    notify.notify_one();
                    notify.notified().await;
                }
            })
        });
        told(sim.clone(), Action::Observe, |sim| {
            sim.run(async {
                let (_, mut watched) = watch::channel(0);
                loop {
                    let _ = watched.changed().await;
                }
            })
        });
        told(sim, Action::Receive, |sim| {
            sim.run(async {
                let (_, mut heard) = broadcast::channel::<u32>(4);
                loop {
                    let _ = heard.recv().await;
                }
            })
        });
    }
}

/// By default, a hundred thousand honest messages at one instant are in order, and a loop that spins is told soon, with
/// little memory.
#[test]
fn the_default_lets_a_hundred_thousand_messages_pass() {
    async fn messages() {
        let (sender, mut receiver) = mpsc::channel(1);
        spawn(async move {
            for n in 0..100_000 {
                sender.send(n).await.unwrap();
            }
        });
        let mut received = 0;
        while receiver.recv().await.is_some() {
            received += 1;
        }
        assert_eq!(received, 100_000);
    }
    silent(&Sim::new().run(messages()));
    silent(&Sim::new().seed(1).run(messages()));
    silent(&Sim::new().run(coop::unconstrained(messages())));
}

#[test]
fn an_exploration_tells_it_with_two_runs() {
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
    static RUNS: AtomicU64 = AtomicU64::new(0);
    let found = explore(|| {
        RUNS.fetch_add(1, Relaxed);
        async {
            let (sender, mut receiver) = mpsc::channel::<Duration>(4);
            drop(sender);
            loop {
                let _ = receiver.recv().await;
            }
        }
    })
    .sim(Sim::new().max_steps_at_once(1000))
    .run();
    assert_eq!(kinds(found.failure().unwrap()), [FindingKind::Livelock]);
    assert_eq!(RUNS.load(Relaxed), 2);
}
