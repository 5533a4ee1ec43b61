//! What belongs to the paused poll: brought back, and seen by nobody else.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::task::Poll;

use reweave::draw::{Draw, Kind};
use reweave::host::OnPanic;
use reweave::task::{self, JoinSet, LocalSet, coop, yield_now};
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, Sim, Strategy, host, preempt, spawn};

use super::explore_threads;

reweave::task_local! {
    static REQUEST: u32;
    static OTHER: &'static str;
}

async fn join(mut tasks: JoinSet<()>) {
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
}

/// A few tasks that come between each other's statements; whoever was paused must find itself as it was.
#[track_caller]
fn each_finds_itself<F>(act: fn(u32) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let found = explore_threads(0..300, move || async move {
        let mut tasks = JoinSet::new();
        for n in 1..=3 {
            tasks.spawn(act(n));
        }
        act(4).await;
        join(tasks).await;
    });
    assert!(!found.failed(), "{found}");
}

#[test]
fn the_running_task() {
    each_finds_itself(|_| async {
        let id = task::try_id();
        for _ in 0..3 {
            preempt();
            assert_eq!(task::try_id(), id);
            yield_now().await;
        }
    });
}

#[test]
fn its_budget() {
    each_finds_itself(|n| async move {
        let mut used = 0;
        while coop::has_budget_remaining() {
            coop::consume_budget().await;
            preempt();
            used += 1;
        }
        assert_eq!(used, 128, "task {n}");
        yield_now().await;
    });
}

#[test]
fn its_waker() {
    each_finds_itself(|_| async {
        let mut polls = 0;
        poll_fn(|cx| {
            polls += 1;
            preempt();
            cx.waker().wake_by_ref();
            preempt();
            match polls {
                3 => Poll::Ready(()),
                _ => Poll::Pending,
            }
        })
        .await;
    });
}

#[test]
fn its_locals() {
    each_finds_itself(|n| async move {
        assert!(REQUEST.try_get().is_err() && OTHER.try_get().is_err());
        REQUEST
            .scope(n, async {
                preempt();
                OTHER.sync_scope("outer", || {
                    REQUEST.sync_scope(n + 100, preempt);
                    OTHER.sync_scope("inner", || {
                        preempt();
                        assert_eq!((REQUEST.get(), OTHER.get()), (n, "inner"));
                    });
                    assert_eq!(OTHER.get(), "outer");
                });
                // Borrowed, it cannot be put away: nobody runs here.
                REQUEST.with(|request| {
                    preempt();
                    assert_eq!(*request, n);
                });
                yield_now().await;
                assert_eq!(REQUEST.get(), n);
            })
            .await;
        assert!(REQUEST.try_get().is_err());
    });
}

/// Code that runs on top of that of a set is not of the set: `block_in_place` is refused there, and nowhere else.
#[test]
fn the_set_it_belongs_to() {
    let found = explore_threads(0..300, || async {
        let beside = spawn(async {
            for _ in 0..3 {
                task::block_in_place(|| ());
                yield_now().await;
            }
        });
        let set = LocalSet::new();
        set.run_until(async {
            for _ in 0..3 {
                preempt();
                let entered = LocalSet::new();
                let entered = entered.enter();
                preempt();
                drop(entered);
                yield_now().await;
            }
        })
        .await;
        beside.await.unwrap();
        // Over polls of `main`, too.
        let other = spawn(async {
            for _ in 0..4 {
                preempt();
                yield_now().await;
            }
        });
        let entered = set.enter();
        for _ in 0..3 {
            yield_now().await;
            let run = std::panic::catch_unwind(|| task::block_in_place(|| ()));
            assert!(run.is_err(), "it is not in the set that it has entered");
        }
        drop(entered);
        task::block_in_place(|| ());
        other.await.unwrap();
    });
    assert!(!found.failed(), "{found}");
}

/// What a task spawns after it was paused is its child, and what it makes has the name that it gives.
#[test]
fn its_children_and_the_name_it_gives() {
    for seed in 0..100 {
        let run = Sim::new().threads(true).seed(seed).run(async {
            let other = task::Builder::new().name("other").spawn(async {
                drop(reweave::sync::Notify::new());
            });
            let parent = async {
                reweave::sync::named("bell", || {
                    preempt();
                    reweave::sync::Notify::new().notify_one();
                });
                let child = task::Builder::new().name("child").spawn(async {});
                child.unwrap().await.unwrap();
            };
            let parent = task::Builder::new().name("parent").spawn(parent);
            parent.unwrap().await.unwrap();
            other.unwrap().await.unwrap();
        });
        let trace = run.trace().to_string();
        assert!(trace.contains("spawns main/parent/child"), "{trace}");
        assert!(
            trace.contains("bell") && !trace.contains("bell#2"),
            "{trace}"
        );
    }
}

/// Where its stack begins: a variable that is dropped there is told from what lies on the heap.
#[test]
fn its_stack() {
    let mut preempted = 0;
    for seed in 0..100 {
        let run = Sim::new().threads(true).seed(seed).run(async {
            let other = spawn(async {});
            preempt();
            let forgotten = reweave::must_await(async {});
            drop(forgotten);
            other.await.unwrap();
        });
        assert_eq!(run.findings().len(), 1, "{run}");
        assert_eq!(run.findings()[0].kind(), FindingKind::NeverAwaited);
        preempted += u32::from(run.tape().to_string().contains("preempt"));
    }
    assert!((5..95).contains(&preempted), "{preempted}");
}

#[test]
fn a_panic_on_top_is_the_panic_of_the_task_that_runs_there() {
    let found = explore_threads(0..300, || async {
        let failing = spawn(async {
            preempt();
            panic!("on purpose");
        });
        let paused = spawn(async {
            preempt();
            preempt();
            7
        });
        assert_eq!(paused.await.unwrap(), 7);
        let error = failing.await.unwrap_err();
        assert_eq!(
            *error.into_panic().downcast::<&str>().unwrap(),
            "on purpose"
        );
    });
    assert!(!found.failed(), "{found}");
}

#[test]
fn the_abort_of_a_paused_task_waits_until_its_poll_is_over() {
    let aborted_while_paused = Arc::new(AtomicU32::new(0));
    let count = aborted_while_paused.clone();
    let found = explore_threads(0..300, move || {
        let count = count.clone();
        async move {
            let (begun, ended) = (
                Arc::new(AtomicBool::new(false)),
                Arc::new(AtomicBool::new(false)),
            );
            let paused = spawn({
                let (begun, ended) = (begun.clone(), ended.clone());
                async move {
                    begun.store(true, SeqCst);
                    preempt();
                    ended.store(true, SeqCst);
                    std::future::pending::<()>().await;
                }
            });
            let abort = paused.abort_handle();
            let aborting = spawn({
                let (begun, ended) = (begun.clone(), ended.clone());
                async move {
                    if begun.load(SeqCst) && !ended.load(SeqCst) {
                        count.fetch_add(1, SeqCst);
                    }
                    abort.abort();
                }
            });
            assert!(paused.await.unwrap_err().is_cancelled());
            assert_eq!(
                begun.load(SeqCst),
                ended.load(SeqCst),
                "its poll was cut off"
            );
            aborting.await.unwrap();
        }
    });
    assert!(!found.failed(), "{found}");
    assert!(aborted_while_paused.load(SeqCst) > 0);
}

#[test]
fn the_crash_of_a_host_takes_its_paused_tasks_when_their_poll_is_over() {
    let while_paused = Arc::new(AtomicU32::new(0));
    let count = while_paused.clone();
    let found = explore_threads(0..300, move || {
        let count = count.clone();
        async move {
            let db = host("db");
            let inside = Arc::new(AtomicBool::new(false));
            let (paused, crashing) = (inside.clone(), inside);
            let was_paused = Arc::new(AtomicBool::new(false));
            let seen = was_paused.clone();
            let root = db.spawn({
                let db = db.clone();
                async move {
                    let crash = spawn(async move {
                        if crashing.load(SeqCst) {
                            count.fetch_add(1, SeqCst);
                            seen.store(true, SeqCst);
                        }
                        db.crash();
                        unreachable!("its own host has crashed");
                    });
                    paused.store(true, SeqCst);
                    preempt();
                    paused.store(false, SeqCst);
                    drop(crash);
                }
            });
            // What its poll returned is dropped where the host has crashed on top of it.
            match root.await {
                Ok(()) => assert!(!was_paused.load(SeqCst), "it has an output"),
                Err(error) => assert!(error.is_host_crash()),
            }
            sleep(Duration::from_millis(1)).await;
            db.restart();
            db.spawn(async { preempt() }).await.unwrap();
        }
    });
    assert!(!found.failed(), "{found}");
    assert!(while_paused.load(SeqCst) > 0);
}

#[test]
fn a_host_whose_task_panics_on_top_is_restarted_by_its_policy() {
    let found = explore_threads(0..300, || async {
        let starts = Arc::new(AtomicU32::new(0));
        let counter = starts.clone();
        let db = host("db").on_panic(OnPanic::Restart).start(move || {
            let start = counter.fetch_add(1, SeqCst);
            async move {
                let task = spawn(async move {
                    preempt();
                    assert!(start > 0, "the first one fails");
                });
                for _ in 0..4 {
                    preempt();
                }
                let _ = task.await;
                std::future::pending::<()>().await;
            }
        });
        sleep(Duration::from_secs(1)).await;
        assert_eq!(starts.load(SeqCst), 2);
        drop(db);
    });
    assert!(!found.failed(), "{found}");
}

#[test]
fn a_limit_that_is_met_on_top_ends_the_run() {
    for seed in 0..100 {
        let sim = Sim::new().threads(true).max_tasks(6).seed(seed);
        let run = sim.run(async {
            let spawning = spawn(async {
                let tasks: Vec<_> = (0..8)
                    .map(|_| spawn(std::future::pending::<()>()))
                    .collect();
                drop(tasks);
            });
            for _ in 0..8 {
                preempt();
            }
            spawning.await.unwrap();
        });
        assert_eq!(run.failure().unwrap().kind(), FindingKind::Limit, "{run}");
    }
}

/// Its own statements come to no end.
#[test]
fn a_limit_that_is_met_on_top_unwinds_the_paused_task() {
    for seed in 0..20 {
        let sim = Sim::new().threads(true).max_tasks(4).seed(seed);
        let run = sim.run(async {
            drop(spawn(async {
                let tasks: Vec<_> = (0..8)
                    .map(|_| spawn(std::future::pending::<()>()))
                    .collect();
                drop(tasks);
            }));
            loop {
                preempt();
            }
        });
        assert_eq!(run.failure().unwrap().kind(), FindingKind::Limit, "{run}");
    }
}

/// Goes on with nobody who could be preempted.
struct Restless;

impl Strategy for Restless {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        match draw.kind() {
            Kind::Preempt => draw.candidates() - 1,
            _ => 0,
        }
    }
}

#[test]
fn no_strategy_keeps_the_loop_from_its_limits() {
    let sim = Sim::new().threads(true).max_steps(20_000);
    let run = sim.run_with(Restless, async {
        let spinning = || async {
            loop {
                yield_now().await;
            }
        };
        drop([spawn(spinning()), spawn(spinning())]);
        loop {
            preempt();
            yield_now().await;
        }
    });
    assert_eq!(run.failure().unwrap().kind(), FindingKind::Limit, "{run}");
}

/// Two that are always ready could run on top of a third for ever.
#[test]
fn the_loop_looks_at_its_limits_however_much_runs_on_top() {
    for seed in 0..10 {
        let sim = Sim::new().threads(true).max_steps(20_000).seed(seed);
        let run = sim.run(async {
            let spinning = || async {
                loop {
                    preempt();
                    yield_now().await;
                }
            };
            drop([spawn(spinning()), spawn(spinning())]);
            loop {
                preempt();
                yield_now().await;
            }
        });
        assert_eq!(run.failure().unwrap().kind(), FindingKind::Limit, "{run}");
    }
}
