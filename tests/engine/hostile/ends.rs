//! What destructors do when a run ends, crowds, and odd arguments.

use std::cell::{Cell, RefCell};
use std::future::{Future, pending};
use std::panic::catch_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::Context;
use std::thread;
use std::time::Duration;

use futures::FutureExt;
use futures::task::noop_waker_ref;
use reweave::task::{AbortHandle, Builder, JoinSet, yield_now};
use reweave::time::{interval, sleep};
use reweave::{FindingKind, Sim, explore, spawn};

use super::{Bomb, OnDrop, SECOND, kinds, ordinary, unharmed};

type Action = Box<dyn FnMut()>;

thread_local! {
    static KEPT: RefCell<Option<OnDrop<Action>>> = const { RefCell::new(None) };
    static POLLS: Cell<u32> = const { Cell::new(0) };
}

#[test]
fn thread_locals_whose_destructors_use_the_simulation() {
    thread::spawn(|| {
        let run = Sim::new().allow(FindingKind::UnawaitedTask).run(async {
            let handle = spawn(pending::<()>());
            let use_all = move || {
                handle.abort();
                let outside = catch_unwind(|| drop(spawn(async {})));
                assert!(outside.is_err());
            };
            KEPT.set(Some(OnDrop(Box::new(use_all))));
            POLLS.set(POLLS.get() + 1);
        });
        assert!(run.findings().is_empty(), "{run}");
        assert_eq!(ordinary().hash(), ordinary().hash());
    })
    .join()
    .unwrap();
}

#[test]
fn spawning_from_destructors_at_the_end() {
    let drops = Arc::new(AtomicUsize::new(0));
    let run = unharmed(|| {
        let drops = drops.clone();
        Sim::new()
            .allow(FindingKind::UnawaitedTask)
            .run(async move {
                drop(spawn(async move {
                    let _spawner = OnDrop(move || {
                        let count = drops.clone();
                        let handle = spawn(async move {
                            let _held = OnDrop(move || _ = count.fetch_add(1, SeqCst));
                            unreachable!("the run is over")
                        });
                        assert!(handle.is_finished());
                        let ended: Result<(), _> = handle.now_or_never().unwrap();
                        assert!(ended.unwrap_err().is_cancelled());
                        drops.fetch_add(10, SeqCst);
                    });
                    pending::<()>().await;
                }));
                sleep(SECOND).await;
            })
    });
    assert!(run.findings().is_empty(), "{run}");
    assert_eq!(
        drops.load(SeqCst),
        10,
        "what was never polled is dropped as it is"
    );
}

#[test]
fn destructors_that_spawn_what_panics_when_dropped() {
    struct SpawnsBomb;
    impl Drop for SpawnsBomb {
        fn drop(&mut self) {
            let bomb = Bomb;
            drop(spawn(async move { drop(bomb) }));
        }
    }
    let run = unharmed(|| {
        Sim::new().allow(FindingKind::UnawaitedTask).run(async {
            for _ in 0..3 {
                drop(spawn(async {
                    let _spawns = SpawnsBomb;
                    pending::<()>().await;
                }));
            }
            sleep(SECOND).await;
            "ended"
        })
    });
    assert_eq!(run.output(), Some(&"ended"));
    assert!(
        kinds(&run).iter().all(|&kind| kind == FindingKind::Panic),
        "{run}"
    );
}

#[test]
fn destructors_that_use_every_handle_at_the_end() {
    let run = unharmed(|| {
        let sim = Sim::new()
            .allow(FindingKind::UnawaitedTask)
            .allow(FindingKind::Blocking);
        sim.run(async {
            let other = spawn(pending::<()>());
            drop(spawn(async move {
                let _all = OnDrop(move || {
                    other.abort();
                    reweave::println!("{:?}", reweave::time::Instant::now());
                    reweave::thread::sleep(SECOND);
                    assert!(sleep(SECOND).now_or_never().is_none());
                    assert!(interval(SECOND).tick().now_or_never().is_some());
                    let _ = (reweave::choose([1, 2]), reweave::flip(0.5));
                    let _ = rand::Rng::next_u32(&mut reweave::rng());
                    assert!(reweave::task::try_id().is_some());
                });
                pending::<()>().await;
            }));
            sleep(SECOND).await;
        })
    });
    assert!(run.findings().is_empty(), "{run}");
    assert_eq!(run.stdout(), "Instant(1s)\n");
}

#[test]
fn a_destructor_that_blocks_the_real_thread_costs_real_time_only() {
    let run = unharmed(|| {
        Sim::new().allow(FindingKind::UnawaitedTask).run(async {
            drop(spawn(async {
                let _slow = OnDrop(|| thread::sleep(Duration::from_millis(20)));
                pending::<()>().await;
            }));
            sleep(SECOND).await;
        })
    });
    assert_eq!(run.elapsed(), SECOND);
}

#[test]
fn a_destructor_that_runs_while_a_task_is_cancelled_may_abort_others_and_itself() {
    let run = unharmed(|| {
        Sim::new().run(async {
            let first = spawn(pending::<()>());
            let others = [first.abort_handle(), spawn(pending::<()>()).abort_handle()];
            let second = spawn(async move {
                let _aborts = OnDrop(move || others.iter().for_each(AbortHandle::abort));
                pending::<()>().await;
            });
            yield_now().await;
            second.abort();
            assert!(second.await.unwrap_err().is_cancelled());
            first.await.unwrap_err().is_cancelled()
        })
    });
    assert_eq!(run.output(), Some(&true));
    assert!(run.findings().is_empty(), "{run}");
}

#[test]
fn fifty_thousand_tasks() {
    let run = unharmed(|| {
        Sim::new().seed(1).run(async {
            let mut set = JoinSet::new();
            for n in 0..50_000_u64 {
                set.spawn(async move {
                    sleep(Duration::from_millis(n % 7)).await;
                    n
                });
            }
            let mut sum = 0;
            while let Some(joined) = set.join_next().await {
                sum += joined.unwrap();
            }
            sum
        })
    });
    assert_eq!(run.output(), Some(&(49_999 * 25_000)));
}

#[test]
fn a_chain_of_ten_thousand_ancestors() {
    fn next(left: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
        Box::pin(async move {
            match left {
                0 => 0,
                _ => spawn(next(left - 1)).await.unwrap() + 1,
            }
        })
    }
    let found = unharmed(|| {
        explore(|| async { assert_eq!(next(10_000).await, 10_000) })
            .seeds(0..2)
            .run()
    });
    assert!(!found.failed(), "{found}");
}

#[test]
fn names_of_any_kind() {
    let run = unharmed(|| {
        Sim::new().seed(5).run(async {
            for name in [
                "",
                "/",
                "main/main",
                "a@1 task b; values 7\n",
                "größe",
                "\u{0}",
                "#2",
            ] {
                let named = Builder::new().name(name).spawn(yield_now()).unwrap();
                let twin = Builder::new().name(name).spawn(yield_now()).unwrap();
                named.await.unwrap();
                twin.await.unwrap();
            }
        })
    });
    let tape: reweave::Tape = run.tape().to_string().parse().unwrap();
    assert_eq!(&tape, run.tape());
    assert_eq!(tape.to_line().parse().as_ref(), Ok(&tape));
}

#[test]
fn a_panic_in_the_making_of_an_explored_future_is_the_callers() {
    unharmed(|| {
        let make = || -> std::future::Ready<()> { panic!("not even made") };
        assert!(catch_unwind(|| explore(make).seeds(0..3).run()).is_err());
    });
}

#[test]
fn seeds_at_the_end_of_their_range() {
    let found = unharmed(|| explore(|| async {}).seeds(u64::MAX - 5..u64::MAX).run());
    assert_eq!((found.runs(), found.failed()), (5, false));
}

#[test]
fn odd_probabilities_and_empty_choices_are_told_at_the_users_line() {
    let run = unharmed(|| {
        Sim::new().run(async {
            assert!(!reweave::flip(0.0) && reweave::flip(1.0));
            for p in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
                assert!(catch_unwind(|| reweave::flip(p)).is_err());
            }
            reweave::choose([0_u8; 0])
        })
    });
    let failure = run.failure().unwrap();
    assert!(failure.message().contains("at least one item"), "{failure}");
    assert!(failure.place().unwrap().file() == file!(), "{failure}");
}

#[test]
fn a_future_that_polls_another_tasks_handle_with_a_dead_waker() {
    let run = unharmed(|| {
        Sim::new().run(async {
            let mut task = spawn(async { sleep(SECOND).await });
            let mut cx = Context::from_waker(noop_waker_ref());
            assert!(task.poll_unpin(&mut cx).is_pending());
            sleep(2 * SECOND).await;
            task.is_finished()
        })
    });
    assert_eq!(run.output(), Some(&true));
}
