//! Tasks: spawning, joining, aborting, sets, blocking closures, locals, names and budgets, as tokio
//! has them.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::error::Error;
use std::future::{Future, pending, poll_fn, ready};
use std::panic::panic_any;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt;
use reweave::task::{
    self, Builder, JoinSet, LocalSet, block_in_place, consume_budget, coop, spawn_blocking,
    spawn_local, unconstrained, yield_now,
};
use reweave::time::{Instant, sleep};
use reweave::{FindingKind, Sim, explore, spawn};

const SECOND: Duration = Duration::from_secs(1);

/// Sets a flag when dropped.
struct Flag(Arc<AtomicBool>);

impl Flag {
    fn new() -> (Flag, Arc<AtomicBool>) {
        let flag = Arc::new(AtomicBool::new(false));
        (Flag(flag.clone()), flag)
    }
}

impl Drop for Flag {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

mod joining {
    use super::*;

    #[reweave::test]
    async fn gives_the_output_whenever_it_is_asked_for() {
        let (early, late) = (spawn(async { 1 }), spawn(sleep(SECOND).map(|()| 2)));
        assert!(!late.is_finished());
        assert_eq!(late.await.unwrap(), 2);
        assert!(early.is_finished());
        assert_eq!(early.await.unwrap(), 1);
    }

    #[reweave::test]
    async fn of_a_panic_gives_its_payload_and_its_words() {
        let task = spawn(async { panic!("burnt toast {}", task::id()) });
        let id = task.id();
        let error: task::JoinError = task.await.unwrap_err();
        assert!(error.is_panic() && !error.is_cancelled());
        assert_eq!(error.id(), id);
        assert_eq!(
            error.to_string(),
            format!("task {id} panicked with message \"burnt toast {id}\"")
        );
        assert!(
            format!("{error:?}").starts_with("JoinError::Panic(Id("),
            "{error:?}"
        );
        let payload = error.into_panic();
        assert_eq!(
            payload.downcast_ref::<String>().map(String::as_str),
            Some(&*format!("burnt toast {id}"))
        );
        let error = spawn(async { panic_any(3_u8) }).await.unwrap_err();
        assert_eq!(error.try_into_panic().unwrap().downcast_ref(), Some(&3_u8));
        let error = spawn(async { panic!("as io") }).await.unwrap_err();
        assert_eq!(std::io::Error::from(error).to_string(), "task panicked");
    }

    #[reweave::test]
    async fn of_an_aborted_task_says_cancelled() {
        let task = spawn(pending::<()>());
        task.abort();
        let error = task.await.unwrap_err();
        assert!(error.is_cancelled() && !error.is_panic());
        assert_eq!(
            error.to_string(),
            format!("task {} was cancelled", error.id())
        );
        let error = error.try_into_panic().unwrap_err();
        assert_eq!(
            std::io::Error::from(error).to_string(),
            "task was cancelled"
        );
    }

    #[reweave::test]
    async fn errors_pass_through_question_marks() -> Result<(), Box<dyn Error + Send + Sync>> {
        assert_eq!(spawn(async { 1 }).await?, 1);
        Ok(())
    }

    #[reweave::test]
    async fn handles_may_be_dropped_in_any_order() {
        let (flag, dropped) = Flag::new();
        drop(spawn(async { flag }));
        yield_now().await;
        let running = spawn(sleep(SECOND));
        let abort = running.abort_handle();
        drop(running);
        assert!(!abort.is_finished());
        sleep(2 * SECOND).await;
        assert!(abort.is_finished(), "a detached task runs on");
        abort.abort();
        let ended = spawn(async { Flag::new().0 });
        sleep(SECOND).await;
        let abort = ended.abort_handle();
        drop(ended);
        abort.abort();
        drop((abort.clone(), abort));
        assert!(
            dropped.load(SeqCst),
            "an output that nobody can take is dropped"
        );
    }

    #[reweave::test]
    async fn wakes_whoever_polled_last() {
        let mut task = spawn(sleep(SECOND));
        assert!((&mut task).now_or_never().is_none());
        assert!(poll_fn(|cx| std::task::Poll::Ready(task.poll_unpin(cx).is_pending())).await);
        spawn(task).await.unwrap().unwrap();
    }

    #[reweave::test]
    async fn shows_its_state_without_addresses() {
        let task = Builder::new().spawn(async {}).unwrap();
        let id = task.id();
        assert_eq!(
            format!("{task:?}"),
            format!("JoinHandle {{ id: {id:?}, state: \"pending\" }}")
        );
        sleep(SECOND).await;
        assert!(format!("{task:?}").contains("finished"));
    }
}

mod aborting {
    use super::*;

    #[reweave::test]
    async fn before_the_first_poll_the_future_is_dropped_unpolled() {
        let (flag, dropped) = Flag::new();
        let task = spawn(async move {
            let _flag = flag;
            unreachable!("aborted before");
        });
        task.abort();
        assert!(
            !dropped.load(SeqCst),
            "its own step drops it, not the caller's"
        );
        let ended: Result<(), _> = task.await;
        assert!(ended.unwrap_err().is_cancelled() && dropped.load(SeqCst));
    }

    #[reweave::test]
    async fn while_it_waits_its_destructors_run_in_it() {
        let name = Arc::new(Mutex::new(None));
        struct Namer(Arc<Mutex<Option<task::Id>>>);
        impl Drop for Namer {
            fn drop(&mut self) {
                *self.0.lock().unwrap() = task::try_id();
            }
        }
        let namer = Namer(name.clone());
        let waiting = spawn(async move {
            let _namer = namer;
            sleep(60 * SECOND).await;
        });
        let id = waiting.id();
        sleep(SECOND).await;
        waiting.abort_handle().abort();
        assert!(waiting.await.unwrap_err().is_cancelled());
        assert_eq!(*name.lock().unwrap(), Some(id));
        assert_eq!(
            Instant::now().duration_since(Instant::now() - Duration::MAX),
            SECOND
        );
    }

    #[reweave::test]
    async fn after_its_end_or_twice_it_changes_nothing() {
        let done = spawn(async { 5 });
        sleep(SECOND).await;
        done.abort();
        assert_eq!(done.await.unwrap(), 5);
        let task = spawn(pending::<()>());
        (0..3).for_each(|_| task.abort());
        assert!(task.await.unwrap_err().is_cancelled());
    }

    #[test]
    fn of_itself_takes_effect_at_the_next_await_or_never() {
        let run = Sim::new().run(async {
            let own: Arc<Mutex<Option<task::AbortHandle>>> = Arc::default();
            let abort_me = |own: &Arc<Mutex<Option<task::AbortHandle>>>| {
                own.lock().unwrap().as_ref().unwrap().abort();
            };
            let mine = own.clone();
            let task = spawn(async move {
                abort_me(&mine);
                reweave::println!("runs to its await");
                pending::<()>().await;
            });
            *own.lock().unwrap() = Some(task.abort_handle());
            assert!(task.await.unwrap_err().is_cancelled());
            let mine = own.clone();
            let task = spawn(async move {
                abort_me(&mine);
                "done in the same poll"
            });
            *own.lock().unwrap() = Some(task.abort_handle());
            task.await.unwrap()
        });
        assert_eq!(run.stdout(), "runs to its await\n");
        assert_eq!(run.unwrap(), "done in the same poll");
    }

    #[reweave::test]
    async fn a_parent_leaves_its_children_alive() {
        let (flag, dropped) = Flag::new();
        let parent = spawn(async move {
            drop(spawn(async move {
                let _flag = flag;
                sleep(SECOND).await;
            }));
            pending::<()>().await;
        });
        sleep(SECOND / 2).await;
        parent.abort();
        assert!(parent.await.unwrap_err().is_cancelled() && !dropped.load(SeqCst));
        sleep(SECOND).await;
        assert!(dropped.load(SeqCst));
    }
}

mod sets {
    use super::*;

    #[reweave::test]
    async fn give_outputs_in_the_order_in_which_tasks_end() {
        let mut set: JoinSet<u32> = [3, 1, 2].into_iter().map(after_seconds).collect();
        assert_eq!((set.len(), set.is_empty()), (3, false));
        let mut ended = Vec::new();
        while let Some(joined) = set.join_next().await {
            ended.push(joined.unwrap());
        }
        assert_eq!((ended, set.len(), set.is_empty()), (vec![1, 2, 3], 0, true));
        assert!(set.join_next().await.is_none() && set.try_join_next().is_none());
    }

    async fn after_seconds(n: u32) -> u32 {
        sleep(n * SECOND).await;
        n
    }

    #[reweave::test]
    async fn name_the_task_that_ended() {
        let mut set = JoinSet::new();
        let (first, second) = (
            set.spawn(after_seconds(2)).id(),
            set.spawn(after_seconds(1)).id(),
        );
        assert!(set.try_join_next_with_id().is_none());
        assert_eq!(set.join_next_with_id().await.unwrap().unwrap(), (second, 1));
        sleep(2 * SECOND).await;
        assert_eq!(set.try_join_next_with_id().unwrap().unwrap(), (first, 2));
        set.spawn(async { panic!("named") });
        let error = set.join_next_with_id().await.unwrap().unwrap_err();
        assert!(error.is_panic() && error.id() > second);
    }

    #[reweave::test]
    async fn take_tasks_of_every_kind() {
        let mut set = JoinSet::new();
        set.spawn(ready(1));
        let local = Rc::new(2);
        set.spawn_local(async move { *local });
        set.spawn_blocking(|| 3);
        assert_eq!(format!("{set:?}"), "JoinSet { len: 3 }");
        let mut all = set.join_all().await;
        all.sort_unstable();
        assert_eq!(all, [1, 2, 3]);
    }

    #[reweave::test]
    async fn abort_all_shut_down_and_detach() {
        let mut set = JoinSet::new();
        set.spawn(pending::<()>());
        set.spawn(async {});
        yield_now().await;
        yield_now().await;
        set.abort_all();
        assert_eq!(set.len(), 2, "they stay until they are joined");
        let mut cancelled = 0;
        while let Some(joined) = set.join_next().await {
            cancelled += u32::from(joined.is_err());
        }
        assert!((1..=2).contains(&cancelled));
        set.spawn(pending::<()>());
        set.shutdown().await;
        assert!(set.is_empty());
        let (flag, dropped) = Flag::new();
        set.spawn(async move {
            sleep(SECOND).await;
            drop(flag);
        });
        set.detach_all();
        assert!(set.is_empty() && set.join_next().await.is_none());
        sleep(2 * SECOND).await;
        assert!(dropped.load(SeqCst));
    }

    #[reweave::test]
    async fn abort_their_tasks_when_dropped() {
        let (flag, dropped) = Flag::new();
        let mut set = JoinSet::default();
        set.spawn(async move {
            let _flag = flag;
            pending::<()>().await;
        });
        yield_now().await;
        drop(set);
        sleep(SECOND).await;
        assert!(dropped.load(SeqCst));
    }

    #[test]
    fn join_all_passes_a_panic_on() {
        let run = Sim::new().run(async {
            let mut set = JoinSet::new();
            set.spawn(pending::<()>());
            set.spawn(async { panic!("passed on") });
            set.join_all().await
        });
        let failure = run.failure().unwrap();
        assert_eq!(
            (failure.task(), failure.message()),
            (Some("main"), "passed on")
        );
    }

    #[reweave::test]
    async fn a_join_given_up_loses_nothing() {
        let mut set = JoinSet::new();
        set.spawn(after_seconds(2));
        for _ in 0..3 {
            let waiting = reweave::time::timeout(SECOND / 2, set.join_next());
            assert!(waiting.await.is_err());
        }
        assert_eq!(set.join_next().await.unwrap().unwrap(), 2);
    }

    #[reweave::test]
    async fn tasks_spawned_while_another_task_waits_are_joined_too() {
        let set = Arc::new(Mutex::new(JoinSet::new()));
        let theirs = set.clone();
        let joiner = spawn(async move {
            let mut sum = 0;
            while sum < 6 {
                let next = poll_fn(|cx| theirs.lock().unwrap().poll_join_next(cx)).await;
                match next {
                    Some(joined) => sum += joined.unwrap(),
                    None => sleep(SECOND / 4).await,
                }
            }
            sum
        });
        for n in [1, 2, 3] {
            set.lock().unwrap().spawn(after_seconds(n));
            sleep(SECOND).await;
        }
        assert_eq!(joiner.await.unwrap(), 6);
    }
}

mod blocking {
    use super::*;

    #[test]
    fn closures_sleep_on_their_own_and_hold_nobody_up() {
        let run = Sim::new().run(async {
            let blocked = spawn_blocking(|| {
                let before = Instant::now();
                reweave::thread::sleep(60 * SECOND);
                before.elapsed()
            });
            let other = spawn(async {
                sleep(SECOND).await;
                Instant::now()
            });
            let start = Instant::now();
            assert_eq!(other.await.unwrap() - start, SECOND);
            assert!(!blocked.is_finished());
            assert_eq!(blocked.await.unwrap(), 60 * SECOND);
            start.elapsed()
        });
        assert_eq!(run.elapsed(), 60 * SECOND);
        assert_eq!(run.unwrap(), 60 * SECOND);
    }

    #[reweave::test]
    async fn closures_panic_into_their_handles_and_leave_the_clock_alone() {
        let task = spawn_blocking(|| {
            reweave::thread::sleep(SECOND);
            panic!("in the pool")
        });
        assert!(task.await.unwrap_err().is_panic());
        let caught = std::panic::catch_unwind(|| block_in_place(|| panic!("in place")));
        assert!(caught.is_err());
        let before = Instant::now();
        sleep(SECOND).await;
        assert_eq!(before.elapsed(), SECOND);
    }

    #[reweave::test]
    async fn in_place_borrows_and_nests() {
        let mut text = String::from("bor");
        block_in_place(|| text.push_str("row"));
        assert_eq!(block_in_place(|| block_in_place(|| text.len())), 6);
        let length = spawn_blocking(|| {
            let before = Instant::now();
            reweave::thread::sleep(SECOND);
            block_in_place(|| reweave::thread::sleep(SECOND));
            reweave::thread::sleep(SECOND);
            before.elapsed()
        });
        let length = length.await.unwrap();
        assert!(length >= 2 * SECOND, "{length:?}");
    }
}

mod locals {
    use super::*;

    reweave::task_local! {
        /// The number of a request.
        static REQUEST: u32;
        static NAME: String;
    }

    #[reweave::test]
    async fn tasks_need_not_be_send() {
        let count = Rc::new(Cell::new(0));
        let theirs = count.clone();
        spawn_local(async move { theirs.set(theirs.get() + 1) })
            .await
            .unwrap();
        let set = LocalSet::new();
        let theirs = count.clone();
        let task = set.spawn_local(async move {
            sleep(SECOND).await;
            theirs.set(theirs.get() + 10);
        });
        let seen = set
            .run_until(async { task.await.map(|()| count.get()) })
            .await;
        assert_eq!(seen.unwrap(), 11);
    }

    #[reweave::test]
    async fn a_local_set_is_a_future_that_ends_with_its_tasks() {
        let set = LocalSet::new();
        let count = Rc::new(Cell::new(0));
        for n in 1..=3 {
            let count = count.clone();
            drop(set.spawn_local(async move {
                sleep(n * SECOND).await;
                count.set(count.get() + n);
            }));
        }
        set.await;
        assert_eq!(count.get(), 6);
    }

    #[test]
    fn a_local_set_takes_its_tasks_with_it() {
        let (flag, dropped) = Flag::new();
        let run = Sim::new().run(async move {
            let set = LocalSet::new();
            drop(set.spawn_local(async move {
                let _flag = flag;
                pending::<()>().await;
            }));
            yield_now().await;
            drop(set);
            sleep(SECOND).await;
            dropped.load(SeqCst)
        });
        assert!(run.findings().is_empty(), "{run}");
        assert_eq!(run.output(), Some(&true));
    }

    #[reweave::test]
    async fn values_belong_to_the_task_that_is_polled() {
        let scoped = |n| {
            REQUEST.scope(n, async move {
                for _ in 0..5 {
                    assert_eq!(REQUEST.get(), n);
                    yield_now().await;
                }
                let inner = REQUEST.scope(100, async { REQUEST.get() }).await;
                inner + REQUEST.get()
            })
        };
        let (one, two) = (spawn(scoped(1)), spawn(scoped(2)));
        assert_eq!((one.await.unwrap(), two.await.unwrap()), (101, 102));
        assert!(REQUEST.try_get().is_err(), "it is not set outside");
        assert!(
            REQUEST
                .try_with(|_| ())
                .unwrap_err()
                .to_string()
                .contains("not set")
        );
    }

    #[reweave::test]
    async fn values_can_be_set_for_a_closure_and_seen_by_destructors() {
        assert_eq!(NAME.sync_scope("ada".into(), || NAME.with(String::len)), 3);
        struct Reads(Arc<AtomicU32>);
        impl Drop for Reads {
            fn drop(&mut self) {
                self.0.store(REQUEST.try_get().unwrap_or(99), SeqCst);
            }
        }
        let seen = Arc::new(AtomicU32::new(0));
        let reads = Reads(seen.clone());
        let task = spawn(REQUEST.scope(7, async move {
            let _reads = reads;
            pending::<()>().await;
        }));
        yield_now().await;
        yield_now().await;
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(seen.load(SeqCst), 7);
    }

    #[test]
    fn nothing_is_left_of_a_value_when_its_run_was_cut_off() {
        let run = Sim::new().allow(FindingKind::UnawaitedTask).run(async {
            drop(spawn(REQUEST.scope(7, pending::<()>())));
            sleep(SECOND).await;
        });
        assert!(run.findings().is_empty(), "{run}");
        assert!(REQUEST.try_get().is_err());
        let run = Sim::new().run(async { REQUEST.scope(1, async { panic!("within") }).await });
        assert!(run.failed() && REQUEST.try_get().is_err());
    }
}

mod names {
    use super::*;

    async fn fetch() -> task::Id {
        task::id()
    }

    /// A small family, and the ids in it.
    async fn family() -> Vec<task::Id> {
        assert_eq!(task::id().to_string(), "1");
        let mut ids = vec![task::id()];
        for _ in 0..2 {
            ids.push(spawn(fetch()).await.unwrap());
        }
        let worker = Builder::new()
            .name("worker")
            .spawn(async { spawn(fetch()).await.unwrap() });
        ids.push(worker.unwrap().await.unwrap());
        let local = Builder::new()
            .name("worker")
            .spawn_local(async { task::id() })
            .unwrap();
        ids.push(local.await.unwrap());
        spawn(async {}).await.unwrap();
        spawn_blocking(|| ()).await.unwrap();
        ids
    }

    #[test]
    fn paths_say_whose_child_a_task_is() {
        let run = Sim::new().run(family());
        let text = run.trace().to_string();
        let spawned = text
            .lines()
            .filter_map(|line| line.split_once("spawns "))
            .map(|(_, path)| path);
        let expected = [
            "main",
            "main/fetch",
            "main/fetch#2",
            "main/worker",
            "main/worker/fetch",
            "main/worker#2",
            "main/task",
            "main/blocking",
        ];
        assert_eq!(spawned.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn ids_are_the_same_from_run_to_run_and_differ_within_one() {
        let first = Sim::new().run(family()).unwrap();
        assert_eq!(Sim::new().run(family()).unwrap(), first);
        let elsewhere = std::thread::spawn(|| Sim::new().run(family()).unwrap());
        assert_eq!(elsewhere.join().unwrap(), first);
        assert_eq!(first.iter().collect::<BTreeSet<_>>().len(), first.len());
        assert_eq!(task::try_id(), None, "outside a task there is none");
        let words = std::panic::catch_unwind(task::id).unwrap_err();
        assert!(
            words
                .downcast_ref::<String>()
                .is_some_and(|w| w.contains("outside a task"))
                || words.is::<&str>()
        );
    }
}

mod budgets {
    use super::*;

    /// How often a task beside it gets a turn while `busy` runs.
    async fn turns_beside<F: Future<Output = ()> + 'static>(busy: F) -> u32 {
        let turns = Arc::new(AtomicU32::new(0));
        let count = turns.clone();
        let other = spawn(async move {
            loop {
                count.fetch_add(1, SeqCst);
                yield_now().await;
            }
        });
        spawn_local(busy).await.unwrap();
        other.abort();
        turns.load(SeqCst)
    }

    async fn ready_handles(count: u32) {
        let mut handles: Vec<_> = (0..count).map(|n| spawn(ready(n))).collect();
        yield_now().await;
        for handle in &mut handles {
            handle.await.unwrap();
        }
    }

    #[test]
    fn a_loop_over_ready_handles_lets_others_run() {
        let turns = |count| Sim::new().run(turns_beside(ready_handles(count))).unwrap();
        assert!(
            turns(12_800) >= turns(128) + 90,
            "{} and {}",
            turns(12_800),
            turns(128)
        );
    }

    #[test]
    fn a_loop_over_each_of_our_ready_futures_lets_others_run() {
        async fn elapsed() {
            for _ in 0..1280 {
                sleep(Duration::ZERO).await;
            }
        }
        async fn ticks() {
            let mut ticks = reweave::time::interval(SECOND);
            for _ in 0..1280 {
                ticks.reset_immediately();
                ticks.tick().await;
            }
        }
        async fn consumed() {
            for _ in 0..1280 {
                consume_budget().await;
            }
        }
        async fn wrapped() {
            for _ in 0..1280 {
                coop::cooperative(ready(())).await;
            }
        }
        async fn set() {
            let mut set: JoinSet<()> = (0..1280).map(|_| ready(())).collect();
            yield_now().await;
            while set.join_next().await.is_some() {}
        }
        let turns = [
            Sim::new().run(turns_beside(elapsed())).unwrap(),
            Sim::new().run(turns_beside(ticks())).unwrap(),
            Sim::new().run(turns_beside(consumed())).unwrap(),
            Sim::new().run(turns_beside(wrapped())).unwrap(),
            Sim::new().run(turns_beside(set())).unwrap(),
        ];
        assert!(turns.iter().all(|&turns| turns >= 9), "{turns:?}");
    }

    #[test]
    fn unconstrained_keeps_the_thread() {
        let busy = || async {
            for _ in 0..12_800 {
                consume_budget().await;
            }
        };
        assert!(Sim::new().run(turns_beside(unconstrained(busy()))).unwrap() <= 2);
        assert!(Sim::new().run(turns_beside(busy())).unwrap() > 90);
    }

    #[reweave::test]
    async fn is_128_operations_a_poll() {
        yield_now().await;
        for _ in 0..128 {
            assert!(coop::has_budget_remaining());
            assert_eq!(consume_budget().now_or_never(), Some(()));
        }
        assert!(!coop::has_budget_remaining());
        assert_eq!(consume_budget().now_or_never(), None);
        assert_eq!(spawn(ready(())).now_or_never().map(drop), None);
        yield_now().await;
        assert!(coop::has_budget_remaining());
    }

    #[reweave::test]
    async fn what_did_not_complete_is_not_charged() {
        yield_now().await;
        let mut waiting = Box::pin(sleep(SECOND));
        for _ in 0..1000 {
            assert!((&mut waiting).now_or_never().is_none());
        }
        assert!(coop::has_budget_remaining());
    }
}

mod schedules {
    use super::*;

    async fn order() -> String {
        let log: Arc<Mutex<String>> = Arc::default();
        let tasks: Vec<_> = ["a", "b", "c"]
            .into_iter()
            .map(|name| {
                let log = log.clone();
                spawn(async move {
                    log.lock().unwrap().push_str(name);
                    yield_now().await;
                    log.lock().unwrap().push_str(name);
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let order = log.lock().unwrap();
        order.clone()
    }

    #[test]
    fn the_plain_one_is_first_in_first_out() {
        assert_eq!(Sim::new().run(order()).unwrap(), "abcabc");
    }

    #[test]
    fn the_random_ones_are_all_of_them() {
        let seen: BTreeSet<_> = (0..2000)
            .map(|seed| Sim::new().seed(seed).run(order()).unwrap())
            .collect();
        assert_eq!(seen.len(), 90);
    }

    #[test]
    fn an_exploration_meets_the_one_order_that_fails() {
        let found = explore(|| async { assert_ne!(order().await, "cbaabc") })
            .seeds(0..2000)
            .run();
        let failure = found.failure().expect("one order in ninety");
        assert!(failure.seed().is_some());
        assert_eq!(failure.findings()[0].kind(), FindingKind::Panic);
    }
}
