//! Every kind of finding that exists: when it is reported, in what words, about which task, when and where;
//! and the neighbouring case that is in order and must stay silent.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use futures::FutureExt;
use futures::task::noop_waker;
use reweave::task::{Builder, JoinSet, spawn_blocking, yield_now};
use reweave::time::{advance, sleep, timeout};
use reweave::{FindingKind, Level, Run, Sim, explore, must_await, select, spawn};

const SECOND: Duration = Duration::from_secs(1);
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// What a run found, with the code that stands at each place instead of its line and column.
fn told<T>(run: &Run<T>) -> String {
    let all: Vec<_> = run
        .findings()
        .iter()
        .map(|finding| quoted(&finding.to_string()))
        .collect();
    all.join("\n")
}

fn quoted(text: &str) -> String {
    let source: Vec<&str> = include_str!("findings.rs").lines().collect();
    let mut parts = text.split(concat!(file!(), ":"));
    let mut quoted = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part
            .find(|c: char| !c.is_ascii_digit() && c != ':')
            .unwrap_or(part.len());
        let (line, column) = part[..end]
            .trim_end_matches(':')
            .split_once(':')
            .expect("line:column");
        let (line, column): (usize, usize) = (line.parse().unwrap(), column.parse().unwrap());
        quoted += &format!(
            "`{}`{}",
            source[line - 1][column - 1..].trim_end(),
            &part[end..]
        );
    }
    quoted
}

fn kinds<T>(run: &Run<T>) -> Vec<FindingKind> {
    run.findings()
        .iter()
        .map(|finding| finding.kind())
        .collect()
}

#[track_caller]
fn silent<T>(run: &Run<T>) {
    assert!(run.findings().is_empty(), "{run}");
}

mod panic {
    use super::*;

    #[test]
    fn of_main() {
        let run = Sim::new().run(async {
            sleep(SECOND).await;
            panic!("out of {}", "eggs")
        });
        insta::assert_snapshot!(told(&run), @r#"
        panic in main at 1s: out of eggs
          --> `panic!("out of {}", "eggs")`
        "#);
        assert_eq!((run.failed(), run.output()), (true, None));
        assert_eq!(run.failure().map(|finding| finding.at()), Some(SECOND));
    }

    #[test]
    fn caught_by_the_code_itself_is_in_order() {
        let caught = || std::panic::catch_unwind(|| panic!("caught")).is_err();
        let run = Sim::new().run(async move { caught() });
        silent(&run);
        assert_eq!(run.output(), Some(&true));
    }

    #[test]
    fn resumed_is_told_in_its_own_words_and_not_in_those_of_one_caught_before() {
        let run = Sim::new().run(async {
            let _ = std::panic::catch_unwind(|| panic!("the first"));
            std::panic::resume_unwind(Box::new("the second"))
        });
        insta::assert_snapshot!(told(&run), @"panic in main at 0s: the second");
    }
}

mod unobserved_panic {
    use super::*;

    #[test]
    fn of_a_task_whose_handle_was_dropped() {
        let run = Sim::new().run(async {
            drop(spawn(async { panic!("lost") }));
            sleep(SECOND).await;
        });
        insta::assert_snapshot!(told(&run), @r#"
        unobserved_panic in main/task at 0s: panicked, and nobody looked at its JoinHandle: "lost"
          --> `panic!("lost") }));`
          spawned at `spawn(async { panic!("lost") }));`
        "#);
    }

    #[test]
    fn of_a_task_whose_handle_is_still_held_when_main_ends() {
        let run = Sim::new().run(async {
            let handle = spawn(async { panic!("unread") });
            sleep(SECOND).await;
            handle.is_finished()
        });
        assert_eq!(kinds(&run), [FindingKind::UnobservedPanic]);
    }

    #[test]
    fn seen_through_its_handle_or_its_set_is_in_order() {
        let run = Sim::new().run(async {
            assert!(
                spawn(async { panic!("seen") })
                    .await
                    .unwrap_err()
                    .is_panic()
            );
            let mut set = JoinSet::new();
            set.spawn(async { panic!("seen in a set") });
            assert!(set.join_next().await.unwrap().unwrap_err().is_panic());
        });
        silent(&run);
    }
}

mod deadlock {
    use super::*;

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
        insta::assert_snapshot!(told(&run), @r"
        deadlock at 1s: no task is ready, and no timer is set: nobody is left who could wake them
          main waits for the end of main/waits
          main/never waits for something outside this run's sight, spawned at `spawn(std::future::pending::<()>())`
          main/waits waits for the end of main/never, spawned at `spawn(never).unwrap();`
          main/task waits for a timer that never fires, spawned at `spawn(sleep(Duration::MAX));`
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
}

mod livelock {
    use super::*;

    async fn spin() {
        loop {
            yield_now().await;
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
        insta::assert_snapshot!(told(&run), @r"
        livelock at 1s: 1000 polls: virtual time stands still, no task began or ended
          main/spin took 1999 steps, spawned at `spawn(spin());`
          main took 2 steps, spawned at `run(async {`
        ");
        assert_eq!(run.elapsed(), SECOND);
    }

    #[test]
    fn as_many_polls_while_time_moves_or_tasks_end_are_in_order() {
        let run = Sim::new().max_steps_at_once(1000).run(async {
            for _ in 0..2000 {
                sleep(SECOND).await;
            }
            for _ in 0..2000 {
                spawn(async {}).await.unwrap();
            }
        });
        silent(&run);
    }
}

mod limit {
    use super::*;

    async fn tick() {
        sleep(SECOND).await;
    }

    async fn ticks() {
        loop {
            tick().await;
        }
    }

    #[test]
    fn of_steps() {
        let run = Sim::new().max_steps(100).run(ticks());
        insta::assert_snapshot!(told(&run), @r"
        limit at 99s: 100 polls, which is the limit
          main took 100 steps, spawned at `run(ticks());`
        ");
        assert_eq!(run.steps(), 100);
        silent(&Sim::new().max_steps(2).run(tick()));
    }

    #[test]
    fn of_virtual_time() {
        let run = Sim::new().max_virtual_time(60 * SECOND).run(ticks());
        insta::assert_snapshot!(told(&run), @r"
        limit at 60.000000001s: virtual time has passed the limit of 60s
          main took 61 steps, spawned at `run(ticks());`
        ");
        silent(&Sim::new().max_virtual_time(SECOND).run(tick()));
    }

    #[test]
    fn of_virtual_time_when_the_clock_is_moved_by_hand_or_by_a_blocking_call() {
        let run = Sim::new().run(async {
            advance(20 * YEAR).await;
        });
        assert_eq!(kinds(&run), [FindingKind::Limit]);
        let run = Sim::new().allow(FindingKind::Blocking).run(async {
            reweave::thread::sleep(20 * YEAR);
            yield_now().await;
        });
        assert_eq!(kinds(&run), [FindingKind::Limit]);
    }

    #[test]
    fn of_real_time() {
        let run = Sim::new()
            .max_wall_time(Duration::from_millis(20))
            .run(async {
                loop {
                    std::thread::sleep(Duration::from_micros(20));
                    sleep(SECOND).await;
                }
            });
        let words = run.failure().expect("it never ends by itself").message();
        assert!(
            words.ends_with("s of real time, the limit is 0.0 s"),
            "{words}"
        );
        silent(&Sim::new().max_wall_time(600 * SECOND).run(tick()));
    }

    #[test]
    fn of_tasks() {
        async fn crowd() {
            let crowd: Vec<_> = (0..10).map(|_| spawn(sleep(SECOND))).collect();
            for one in crowd {
                one.await.unwrap();
            }
        }
        let run = Sim::new().max_tasks(10).run(crowd());
        insta::assert_snapshot!(told(&run), @r"
        limit at 0s: 11 tasks live, the limit is 10
          main took 1 steps, spawned at `run(crowd());`
          main/task took 0 steps, spawned at `spawn(sleep(SECOND))).collect();`
          main/task#2 took 0 steps, spawned at `spawn(sleep(SECOND))).collect();`
          main/task#3 took 0 steps, spawned at `spawn(sleep(SECOND))).collect();`
          main/task#4 took 0 steps, spawned at `spawn(sleep(SECOND))).collect();`
          and 6 more tasks
        ");
        silent(&Sim::new().max_tasks(11).run(crowd()));
    }
}

mod unawaited_task {
    use super::*;

    #[test]
    fn cut_off_while_it_waits_or_before_its_first_step() {
        let run = Sim::new().run(async {
            spawn(async {
                sleep(60 * SECOND).await;
            });
            sleep(SECOND).await;
            spawn(async {
                spawn(sleep(60 * SECOND));
            });
        });
        insta::assert_snapshot!(told(&run), @r"
        unawaited_task in main/task at 1s: cut off when main ended, while it waited for a timer at 60s: nobody awaited it
          --> `spawn(async {`
        unawaited_task in main/task#2/task at 1s: cut off when main ended, before its first step: nobody awaited it
          --> `spawn(sleep(60 * SECOND));`
        ");
        assert!(!run.failed(), "a warning does not fail the run");
    }

    #[test]
    fn detached_but_done_or_aborted_in_time_is_in_order() {
        let run = Sim::new().run(async {
            drop(spawn(async {}));
            let aborted = spawn(std::future::pending::<()>());
            sleep(SECOND).await;
            aborted.abort();
            let mut set = JoinSet::new();
            set.spawn(std::future::pending::<()>());
        });
        silent(&run);
    }
}

mod never_awaited {
    use super::*;

    #[reweave::must_await]
    async fn commit() {}

    #[test]
    fn a_sleep() {
        let run = Sim::new().run(async {
            sleep(SECOND).await;
            drop(sleep(SECOND));
        });
        insta::assert_snapshot!(told(&run), @r"
        never_awaited in main at 1s: a future made by `sleep` was dropped and never polled: nothing of it ran
          --> `sleep(SECOND));`
        ");
    }

    #[test]
    fn what_the_user_marked() {
        let run = Sim::new().run(async {
            drop(must_await(async {}));
            drop(commit());
        });
        insta::assert_snapshot!(told(&run), @r"
        never_awaited in main at 0s: a future made by `must_await` was dropped and never polled: nothing of it ran
          --> `must_await(async {}));`
        never_awaited in main at 0s: a future made by `commit` was dropped and never polled: nothing of it ran
          --> `commit());`
        ");
    }

    #[test]
    fn polled_once_is_in_order() {
        let run = Sim::new().run(async {
            assert!(sleep(SECOND).now_or_never().is_none());
            commit().await;
            must_await(async {}).await;
        });
        silent(&run);
    }

    #[test]
    fn a_branch_that_select_did_not_take_is_in_order() {
        let run = Sim::new().run(async {
            select! {
                biased;
                () = async {} => {}
                () = sleep(SECOND) => {}
                () = commit() => {}
            }
        });
        silent(&run);
    }

    #[test]
    fn what_an_aborted_task_holds_is_in_order() {
        let run = Sim::new().run(async {
            let task = spawn(async {
                let later = sleep(SECOND);
                std::future::pending::<()>().await;
                later.await;
            });
            yield_now().await;
            task.abort();
            assert!(task.await.unwrap_err().is_cancelled());
            let unpolled = spawn(sleep(SECOND));
            unpolled.abort();
            assert!(unpolled.await.unwrap_err().is_cancelled());
        });
        silent(&run);
    }

    #[test]
    fn what_a_timed_out_future_holds_is_in_order() {
        let run = Sim::new().run(async {
            let slow = async {
                let later = sleep(SECOND);
                std::future::pending::<()>().await;
                later.await;
            };
            assert!(timeout(SECOND, slow).await.is_err());
        });
        silent(&run);
    }

    #[test]
    fn what_a_panicking_or_cut_off_task_holds_is_in_order() {
        let run = Sim::new().allow(FindingKind::UnawaitedTask).run(async {
            let task = spawn(async {
                let _later = sleep(SECOND);
                panic!("before it was awaited")
            });
            assert!(task.await.unwrap_err().is_panic());
            drop(spawn(async {
                let later = sleep(SECOND);
                std::future::pending::<()>().await;
                later.await;
            }));
            sleep(SECOND).await;
        });
        silent(&run);
    }
}

mod polled_after_completion {
    use super::*;

    #[test]
    fn a_handle_an_async_block_and_a_future_of_the_futures_crate() {
        let run = Sim::new().run(async {
            let mut handle = spawn(async {});
            (&mut handle).await.unwrap();
            let _ = (&mut handle).await;
        });
        insta::assert_snapshot!(run.findings()[0].summary(), @"polled_after_completion in main at 0s: polled a future again that was done: JoinHandle polled after completion");
        let run = Sim::new().run(async {
            let mut block = Box::pin(async {});
            block.as_mut().await;
            block.as_mut().await;
        });
        insta::assert_snapshot!(told(&run), @r"
        polled_after_completion in main at 0s: polled a future again that was done: `async fn` resumed after completion
          --> `async {});`
        ");
        let run = Sim::new().run(async {
            let mut mapped = futures::future::ready(1).map(|n| n + 1);
            (&mut mapped).await;
            (&mut mapped).await;
        });
        assert_eq!(kinds(&run), [FindingKind::PolledAfterCompletion]);
    }

    #[test]
    fn in_a_spawned_task_it_is_found_though_the_handle_is_awaited() {
        let run = Sim::new().run(async {
            let task = spawn(async {
                let mut done = Box::pin(async {});
                done.as_mut().await;
                done.as_mut().await;
            });
            assert!(task.await.unwrap_err().is_panic());
        });
        assert_eq!(kinds(&run), [FindingKind::PolledAfterCompletion]);
        assert_eq!(run.findings()[0].task(), Some("main/task"));
    }

    #[test]
    fn a_fused_future_and_a_sleep_may_be_polled_again() {
        let run = Sim::new().run(async {
            let mut fused = Box::pin(async {}.fuse());
            fused.as_mut().await;
            assert!(fused.as_mut().now_or_never().is_none());
            let mut slept = Box::pin(sleep(SECOND));
            slept.as_mut().await;
            slept.as_mut().await;
        });
        silent(&run);
    }
}

mod blocking {
    use super::*;

    #[test]
    fn says_how_long_and_who_could_not_run() {
        let run = Sim::new().run(async {
            let ready = spawn(async {});
            reweave::thread::sleep(SECOND / 4);
            ready.await.unwrap();
        });
        insta::assert_snapshot!(told(&run), @r"
        blocking in main at 0s: blocked the thread for 0.25s: nothing else ran; 1 task was ready and could not run
          --> `reweave::thread::sleep(SECOND / 4);`
        ");
        assert_eq!(run.elapsed(), SECOND / 4);
    }

    #[test]
    fn on_a_thread_of_its_own_it_is_in_order() {
        let run = Sim::new().run(async {
            spawn_blocking(|| reweave::thread::sleep(SECOND))
                .await
                .unwrap();
            reweave::task::block_in_place(|| reweave::thread::sleep(SECOND));
            spawn_blocking(|| {
                reweave::thread::sleep(SECOND);
                reweave::task::block_in_place(|| reweave::thread::sleep(SECOND));
                reweave::thread::sleep(SECOND);
            })
            .await
            .unwrap();
        });
        silent(&run);
    }

    #[test]
    fn the_same_place_a_thousand_times_is_told_a_few_times() {
        let run = Sim::new().run(async {
            for _ in 0..1000 {
                reweave::thread::sleep(SECOND);
            }
        });
        assert!(
            (1..20).contains(&run.findings().len()),
            "{}",
            run.findings().len()
        );
    }
}

mod nondeterminism {
    use super::*;

    #[test]
    fn the_order_of_a_hash_map() {
        let found = explore(|| async {
            let random = RandomState::new().build_hasher().finish() % 1000;
            sleep(Duration::from_millis(random)).await;
        })
        .seeds(0..64)
        .verify_every(1)
        .run();
        let failure = found.failure().expect("no two runs sleep for as long");
        let finding = failure.failure().unwrap();
        assert_eq!(finding.kind(), FindingKind::Nondeterminism);
        assert_eq!(
            finding.message(),
            "two runs of this seed went different ways"
        );
        assert!(
            finding.details()[0].starts_with("the runs part at event 3"),
            "{finding}"
        );
    }

    #[test]
    fn a_static_counter() {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let found = explore(|| async {
            sleep(Duration::from_secs(u64::from(
                COUNTER.fetch_add(1, Relaxed),
            )))
            .await;
        })
        .seeds(0..64)
        .verify_every(1)
        .run();
        assert_eq!(
            found.failure().map(kinds),
            Some(vec![FindingKind::Nondeterminism])
        );
    }

    #[test]
    fn a_failure_that_does_not_come_again_is_not_lost() {
        static FAILED: AtomicBool = AtomicBool::new(false);
        let found =
            explore(|| async { assert!(FAILED.swap(true, Relaxed), "only the first time") })
                .seeds(0..64)
                .run();
        let failure = found.failure().expect("a run failed");
        assert!(
            kinds(failure).contains(&FindingKind::Nondeterminism),
            "{failure}"
        );
    }

    #[test]
    fn a_difference_that_does_not_come_again_is_not_lost() {
        static RUNS: AtomicU32 = AtomicU32::new(0);
        let found = explore(|| async {
            if RUNS.fetch_add(1, Relaxed) == 0 {
                sleep(SECOND).await;
            }
        })
        .seeds(0..1)
        .verify_every(1)
        .run();
        assert_eq!(
            found.failure().map(kinds),
            Some(vec![FindingKind::Nondeterminism])
        );
    }

    #[test]
    fn a_wake_from_another_thread() {
        let run = Sim::new().run(async {
            let woken = Builder::new()
                .name("woken")
                .spawn(woken_from_another_thread())
                .unwrap();
            woken.await.unwrap();
        });
        insta::assert_snapshot!(told(&run), @"nondeterminism in main/woken at 0s: woken from another thread: when that happens is up to the operating system, and no replay can repeat it");
    }

    /// Completes when a thread that is over by then has woken it.
    async fn woken_from_another_thread() {
        let mut polled = false;
        std::future::poll_fn(|cx| {
            if std::mem::replace(&mut polled, true) {
                return std::task::Poll::Ready(());
            }
            let waker = cx.waker().clone();
            std::thread::spawn(move || waker.wake()).join().unwrap();
            std::task::Poll::Pending
        })
        .await;
    }

    #[test]
    fn threads_that_do_not_wake_and_random_values_of_the_run_are_in_order() {
        let found = explore(|| async {
            let sum = std::thread::spawn(|| (1..=10).sum::<u64>()).join().unwrap();
            sleep(Duration::from_secs(
                sum * u64::from(reweave::choose(1u32..10)),
            ))
            .await;
        })
        .seeds(0..64)
        .verify_every(1)
        .run();
        assert!(!found.failed() && found.warnings().is_empty(), "{found}");
    }
}

mod levels {
    use super::*;

    async fn blocks() {
        reweave::thread::sleep(SECOND);
    }

    #[test]
    fn deny_fails_warn_reports_allow_is_silent() {
        let at = |level| Sim::new().level(FindingKind::Blocking, level).run(blocks());
        let (deny, warn, allow) = (at(Level::Deny), at(Level::Warn), at(Level::Allow));
        assert_eq!((deny.failed(), deny.findings().len()), (true, 1));
        assert_eq!((warn.failed(), warn.findings().len()), (false, 1));
        assert_eq!(warn.findings()[0].level(), Level::Warn);
        silent(&allow);
        assert_eq!(
            deny.hash(),
            allow.hash(),
            "a level changes the verdict, not what happens"
        );
    }

    #[test]
    fn a_warning_can_be_made_to_fail_and_an_allowed_panic_still_has_no_output() {
        let run = Sim::new()
            .deny(FindingKind::NeverAwaited)
            .run(async { drop(sleep(SECOND)) });
        assert!(run.failed());
        let run = Sim::new()
            .allow(FindingKind::Panic)
            .run(async { panic!("allowed") });
        silent(&run);
        assert_eq!(run.output(), None);
    }

    #[test]
    fn an_exploration_keeps_failures_and_warnings_apart() {
        let found = explore(|| async {
            match reweave::choose(["fine", "warns", "fails"]) {
                "warns" => drop(sleep(SECOND)),
                "fails" => panic!("fails"),
                _ => {}
            }
        })
        .seeds(0..100)
        .collect()
        .run();
        assert_eq!(
            found.failures().iter().map(kinds).collect::<Vec<_>>(),
            [[FindingKind::Panic]]
        );
        assert_eq!(
            found.warnings().iter().map(kinds).collect::<Vec<_>>(),
            [[FindingKind::NeverAwaited]]
        );
        assert_eq!(found.runs(), 100);
    }

    #[test]
    fn every_kind_is_found_by_its_name() {
        for &kind in FindingKind::ALL {
            assert_eq!(FindingKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(FindingKind::from_name("no_such_kind"), None);
    }

    #[test]
    fn a_waker_that_wakes_nobody_is_no_finding() {
        let run = Sim::new().run(async {
            let mut sleeping = Box::pin(sleep(SECOND));
            let waker = noop_waker();
            let polled = sleeping.poll_unpin(&mut std::task::Context::from_waker(&waker));
            assert!(polled.is_pending());
            sleep(2 * SECOND).await;
            assert!(sleeping.is_elapsed());
        });
        silent(&run);
    }
}
