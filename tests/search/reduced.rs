//! `dpor`: one run of each class, and nothing is missed.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, LazyLock, Mutex};

use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::strategies::{Builtin, Ending};
use reweave::sync::Mutex as AsyncMutex;
use reweave::task::{JoinSet, yield_now};
use reweave::time::{Duration, timeout};
use reweave::{Sim, explore, spawn};

use super::classes::all_classes;
use super::drawn::{Program, Seen, any_program, program, run};
use super::programs::how_far;

/// What the runs of a program come to: what their tasks saw, and what was found.
#[derive(Debug, Default, PartialEq)]
struct Outcomes {
    seen: BTreeSet<Vec<String>>,
    findings: BTreeSet<String>,
}

/// All runs there are, by brute force, and of how many classes they are; `None` if there are more than so many.
fn all_runs(program: &Program, most: usize) -> Option<(Outcomes, usize)> {
    let seen = Seen::default();
    let mut all = Outcomes::default();
    let make = || run(program.clone(), seen.clone());
    let (_, classes) = all_classes(&Sim::new(), most, make, |run| {
        all.seen.insert(seen.lock().unwrap().clone());
        let kinds = run.findings().iter().map(|finding| finding.kind());
        all.findings.extend(kinds.map(|kind| kind.to_string()));
    })?;
    Some((all, classes))
}

/// Those that the search makes, and how many they are.
fn searched(program: &Program) -> (Outcomes, u64) {
    let seen = Seen::default();
    let all = Arc::<Mutex<BTreeSet<Vec<String>>>>::default();
    let (kept, last) = (all.clone(), seen.clone());
    let found = explore(|| run(program.clone(), seen.clone()))
        .builtin(Builtin::Dpor)
        .collect()
        .seeds(0..1_000_000)
        .on_run(move |_| _ = kept.lock().unwrap().insert(last.lock().unwrap().clone()))
        .run();
    assert!(how_far(&found).ending == Ending::Complete, "{found}");
    let runs = found.failures().iter().chain(found.warnings());
    let findings = runs.flat_map(|run| run.findings());
    let outcomes = Outcomes {
        seen: all.lock().unwrap().clone(),
        findings: findings.map(|finding| finding.kind().to_string()).collect(),
    };
    (outcomes, how_far(&found).runs)
}

/// Compares so many programs of a family, of those that have no more than so many runs; gives the most runs that were made for one class.
fn compare(family: fn(u64) -> Program, count: usize, most: usize) -> f64 {
    let (mut compared, mut worst) = (0, 0.0f64);
    for number in 0.. {
        let program = family(number);
        let Some((expected, classes)) = all_runs(&program, most) else {
            continue;
        };
        let (outcomes, runs) = searched(&program);
        assert_eq!(outcomes, expected, "{number}: {program:?}");
        worst = worst.max(runs as f64 / classes as f64);
        compared += 1;
        if compared == count {
            break;
        }
    }
    worst
}

#[test]
fn it_sees_what_brute_force_sees_with_at_most_two_runs_a_class() {
    let worst = compare(program, 50, 500);
    assert!(worst <= 2.0, "{worst} runs of one class");
}

#[test]
fn it_misses_nothing_where_tasks_poll_several_futures() {
    compare(any_program, 40, 300);
}

fn search<F>(program: impl Fn() -> F + Sync) -> reweave::Exploration
where
    F: Future + 'static,
{
    explore(program).builtin(Builtin::Dpor).run()
}

#[test]
fn steps_that_share_nothing_come_in_one_order_and_others_in_all() {
    async fn lock_each(locks: usize) {
        let locks: Arc<Vec<_>> = Arc::new((0..locks).map(|_| AsyncMutex::new(0)).collect());
        let tasks = [0, 1, 2].map(|task| {
            let locks = locks.clone();
            spawn(async move { *locks[task % locks.len()].lock().await += 1 })
        });
        for task in tasks {
            task.await.unwrap();
        }
    }
    // 3! orders of the lock, and `main` may look at the last task before or after its end.
    assert_eq!(counted(&search(|| lock_each(1))).0, 12);
    let (apart, all) = (search(|| lock_each(3)), explore(|| lock_each(3)));
    let all = all.builtin(Builtin::Exhaustive).seeds(0..100_000).run();
    let (runs, _) = counted(&apart);
    assert!(runs <= 6 && runs * 20 < all.runs(), "{apart}\n{all}");
    let words = format!(
        "all {runs} schedules that differ in more than the order of independent steps pass (dpor)",
    );
    assert!(apart.to_string().starts_with(&words), "{apart}");
}

/// How many runs were made, without and with what others had done.
fn counted(found: &reweave::Exploration) -> (u64, u64) {
    let searched = how_far(found);
    assert!(!found.failed() && searched.is_complete(), "{found}");
    (searched.runs - searched.redundant, searched.redundant)
}

#[test]
fn what_is_not_of_this_crate_is_not_seen_and_a_call_says_it_is_there() {
    async fn add(says: bool) {
        let sum = Arc::new(AtomicU32::new(0));
        let tasks = [(); 2].map(|()| {
            let sum = sum.clone();
            spawn(async move {
                let read = sum.load(SeqCst);
                if says {
                    reweave::preempt();
                }
                yield_now().await;
                sum.store(read + 1, SeqCst);
                if says {
                    reweave::preempt();
                }
            })
        });
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(sum.load(SeqCst), 2, "an update was lost");
    }
    assert!(search(|| add(true)).failed());
    // The user's word was not true, and one order in which nothing is lost is all that is tried.
    let all = explore(|| add(false)).builtin(Builtin::Exhaustive).run();
    assert!(all.failed() && search(|| add(false)).runs() < all.runs().max(20));
}

#[test]
fn tasks_that_poll_several_futures_are_told() {
    let found = search(|| async {
        let locks = [AsyncMutex::new(0), AsyncMutex::new(0)];
        spawn(async {}).await.unwrap();
        let both = reweave::join!(locks[0].lock(), locks[1].lock());
        drop(both);
    });
    assert!(!how_far(&found).is_complete());
    assert!(how_far(&found).several_futures);
    let words = "whether these are all is not proven, for tasks polled several futures at once";
    assert!(found.to_string().contains(words), "{found}");
}

#[test]
fn state_that_another_run_made_is_taken_for_one() {
    // Made by the first run, and met by all others: it must not be taken for what those make.
    static FIRST: LazyLock<AsyncMutex<u32>> = LazyLock::new(|| AsyncMutex::new(0));
    let program = |seen: Arc<Mutex<BTreeSet<[u32; 2]>>>| async move {
        let own = Arc::new(AsyncMutex::new(0));
        *FIRST.lock().await = 0;
        let add = || {
            let own = own.clone();
            async move {
                *FIRST.lock().await += 1;
                let mut own = own.lock().await;
                *own += 1;
                *own * 10 + *FIRST.lock().await
            }
        };
        let tasks = [spawn(add()), spawn(add())];
        let mut all = [0; 2];
        for (value, task) in all.iter_mut().zip(tasks) {
            *value = task.await.unwrap();
        }
        seen.lock().unwrap().insert(all);
    };
    let seen = |strategy| {
        let seen = Arc::<Mutex<BTreeSet<[u32; 2]>>>::default();
        let found = explore(|| program(seen.clone())).builtin(strategy);
        let found = found.seeds(0..100_000).run();
        assert!(how_far(&found).is_complete(), "{found}");
        let seen = seen.lock().unwrap();
        seen.clone()
    };
    assert_eq!(seen(Builtin::Dpor), seen(Builtin::Exhaustive));
}

#[test]
fn ids_tell_in_which_order_tasks_are_spawned() {
    let seen = |strategy| {
        let seen = Arc::<Mutex<BTreeSet<bool>>>::default();
        let kept = seen.clone();
        let program = move || {
            let kept = kept.clone();
            async move {
                let parents = [(); 2].map(|()| spawn(async { spawn(async {}).id() }));
                let [one, other] = parents;
                let first = one.await.unwrap() < other.await.unwrap();
                kept.lock().unwrap().insert(first);
            }
        };
        let found = explore(program).builtin(strategy).seeds(0..100_000);
        let found = found.collect().run();
        assert!(how_far(&found).is_complete(), "{found}");
        let seen = seen.lock().unwrap();
        seen.clone()
    };
    assert_eq!(seen(Builtin::Exhaustive).len(), 2);
    assert_eq!(seen(Builtin::Dpor), seen(Builtin::Exhaustive));
}

#[test]
fn sets_and_timeouts_are_no_several_futures() {
    let found = search(|| async {
        let mut set = JoinSet::new();
        for ms in [1, 2] {
            set.spawn(async move {
                let never = timeout(Duration::from_millis(ms), std::future::pending::<()>());
                assert!(never.await.is_err());
                yield_now().await;
            });
        }
        while let Some(joined) = set.join_next().await {
            joined.unwrap();
        }
    });
    assert!(!found.failed() && how_far(&found).is_complete(), "{found}");
}

#[test]
fn hosts_and_the_network_are_searched_as_by_exhaustive() {
    async fn greet() -> bool {
        let server = reweave::host("server").start(|| async {
            let listener = reweave::net::TcpListener::bind("0.0.0.0:80").await?;
            let (mut stream, _) = listener.accept().await?;
            stream.write_all(b"hi").await
        });
        let read = async {
            let mut stream = reweave::net::TcpStream::connect("server:80").await.ok()?;
            let mut text = String::new();
            stream.read_to_string(&mut text).await.ok().map(|_| text)
        };
        let read = read.await;
        drop(server);
        read.as_deref() == Some("hi")
    }
    let outcomes = |strategy| {
        let seen = Arc::<Mutex<BTreeSet<bool>>>::default();
        let kept = seen.clone();
        let program = move || {
            let kept = kept.clone();
            async move {
                let greeted = greet().await;
                kept.lock().unwrap().insert(greeted);
            }
        };
        let found = explore(program).builtin(strategy).seeds(0..2_000).run();
        assert!(how_far(&found).is_complete(), "{found}");
        Arc::try_unwrap(seen)
            .map(Mutex::into_inner)
            .map_or_else(|seen| seen.lock().unwrap().clone(), Result::unwrap)
    };
    assert_eq!(outcomes(Builtin::Dpor), outcomes(Builtin::Exhaustive));
}

#[test]
#[should_panic(
    expected = "`dpor` tells steps apart by what they touch, and with `threads` steps lie within each other: expected a search \
                without `threads`, or `exhaustive` or `bounded` with it"
)]
fn threads_are_refused() {
    let _ = explore(|| async {})
        .builtin(Builtin::Dpor)
        .sim(Sim::new().threads(true))
        .run();
}

#[reweave::test(strategy = "dpor", costs = "5ms")]
#[should_panic(expected = "with `costs` each step takes time")]
async fn costs_are_refused_of_an_attribute() {}

#[reweave::test(strategy = "dpor")]
#[should_panic(expected = "REWEAVE_TAPE=")]
async fn what_it_finds_is_replayed_by_a_tape() {
    assert!(!reweave::flip(0.5));
}
