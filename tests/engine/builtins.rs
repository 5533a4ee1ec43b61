//! The strategies that come with Reweave do what they say.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use reweave::strategies::Builtin;
use reweave::sync::Mutex as AsyncMutex;
use reweave::task::spawn_local;
use reweave::{Sim, explore};

/// What a run did, by letters.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<String>>);

impl Log {
    fn add(&self, letter: char) {
        self.0.borrow_mut().push(letter);
    }

    fn take(&self) -> String {
        self.0.take()
    }
}

/// Tasks that make so many operations each, on a mutex of their own or on that of all; gives the order of the operations.
async fn orders(counts: &'static [usize], shared: bool) -> String {
    let log = Log::default();
    let all = Rc::new(AsyncMutex::new(()));
    let tasks: Vec<_> = ('a'..)
        .zip(counts)
        .map(|(letter, &count)| {
            let (log, all) = (log.clone(), all.clone());
            let own = Rc::new(AsyncMutex::new(()));
            let mutex = if shared { all } else { own };
            spawn_local(async move {
                for _ in 0..count {
                    drop(mutex.lock().await);
                    log.add(letter);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    log.take()
}

/// What the runs of these seeds gave, with this strategy.
fn results<F>(strategy: &str, seeds: u64, program: impl Fn() -> F + Sync) -> BTreeMap<String, u64>
where
    F: Future<Output = String> + 'static,
{
    let last = Arc::new(Mutex::new(String::new()));
    let counts = Arc::new(Mutex::new(BTreeMap::new()));
    let counted = counts.clone();
    let given = last.clone();
    let found = explore(|| {
        let (program, last) = (program(), last.clone());
        async move { *last.lock().unwrap() = program.await }
    })
    .builtin(strategy.parse().unwrap())
    .seeds(0..seeds)
    .verify_every(0)
    .on_run(move |_| {
        let result = given.lock().unwrap().clone();
        *counted.lock().unwrap().entry(result).or_default() += 1;
    })
    .run();
    assert!(!found.failed(), "{found}");
    counts.lock().unwrap().clone()
}

/// How far these counts are from equal ones over so many cells, in standard deviations of χ².
fn distance_from_uniform(counts: &BTreeMap<String, u64>, cells: u64) -> f64 {
    let all: u64 = counts.values().sum();
    let each = all as f64 / cells as f64;
    let squares = |count: u64| (count as f64 - each).powi(2) / each;
    let empty = (cells - counts.len() as u64) as f64 * each;
    let sum = counts.values().map(|&count| squares(count)).sum::<f64>() + empty;
    let freedom = (cells - 1) as f64;
    (sum - freedom) / (2.0 * freedom).sqrt()
}

#[test]
fn urw_gives_each_order_of_operations_alike() {
    // 9! / (3! 3! 3!)
    let counts = results("urw", 33_600, || orders(&[3, 3, 3], false));
    let distance = distance_from_uniform(&counts, 1_680);
    assert!(distance < 4.0, "χ² is {distance} standard deviations off");
    // 6! / (4! 1! 1!), where a fair draw has `b` and `c` come early.
    let counts = results("urw", 6_000, || orders(&[4, 1, 1], false));
    let distance = distance_from_uniform(&counts, 30);
    assert!(distance < 4.0, "χ² is {distance} standard deviations off");
    let random = results("random", 6_000, || orders(&[4, 1, 1], false));
    assert!(distance_from_uniform(&random, 30) > 100.0);
}

#[test]
fn urw_counts_what_a_task_spawns() {
    // `a` and its child make two operations each, `b` four: whether the child is there from the start does not matter.
    let program = || async {
        let log = Log::default();
        let operate = |letter: char, count: usize| {
            let log = log.clone();
            let own = AsyncMutex::new(());
            async move {
                for _ in 0..count {
                    drop(own.lock().await);
                    log.add(letter);
                }
            }
        };
        let (first, child) = (operate('a', 1), operate('c', 2));
        let one = spawn_local(async move {
            first.await;
            spawn_local(child).await.unwrap();
        });
        let other = spawn_local(operate('b', 3));
        one.await.unwrap();
        other.await.unwrap();
        log.take()
    };
    // The place of the `a` and the two `c` after it among the six.
    let counts = results("urw", 4_000, program);
    let distance = distance_from_uniform(&counts, 20);
    assert!(distance < 4.0, "χ² is {distance} standard deviations off");
}

#[test]
fn surw_gives_each_order_on_the_shared_resource_alike() {
    // Each makes many more operations that nobody shares.
    let program = || async {
        let log = Log::default();
        let all = Rc::new(AsyncMutex::new(()));
        let tasks: Vec<_> = [('a', 40), ('b', 0), ('c', 10)]
            .map(|(letter, private)| {
                let (log, all) = (log.clone(), all.clone());
                spawn_local(async move {
                    let own = AsyncMutex::new(());
                    for nth in 0..2 {
                        for _ in 0..private * (1 - nth) {
                            drop(own.lock().await);
                        }
                        drop(all.lock().await);
                        log.add(letter);
                    }
                })
            })
            .into();
        for task in tasks {
            task.await.unwrap();
        }
        log.take()
    };
    // 6! / (2! 2! 2!)
    let counts = results("surw", 9_000, program);
    let distance = distance_from_uniform(&counts, 90);
    assert!(distance < 4.0, "χ² is {distance} standard deviations off");
    let random = results("random", 9_000, program);
    assert!(distance_from_uniform(&random, 90) > 100.0);
}

/// Bugs of depth 1, 2 and 3: whether so many events came in a certain order. `a` and `b` make eight operations each, and so does
/// `c`, which has nothing to do with it.
async fn planted(depth: u32) -> String {
    let log = orders(&[8, 8, 8], false).await;
    let place = |letter, nth| log.match_indices(letter).nth(nth).unwrap().0;
    let (a, b) = (|nth| place('a', nth), |nth| place('b', nth));
    let shows = match depth {
        1 => b(7) < a(0),
        2 => a(3) < b(0) && b(7) < a(4),
        _ => a(3) < b(0) && b(3) < a(4) && a(7) < b(4),
    };
    if shows { "shows" } else { "does not" }.to_owned()
}

#[test]
fn pct_shows_a_bug_of_its_depth_as_often_as_it_promises() {
    for (depth, seeds) in [(1, 1_000), (2, 4_000), (3, 40_000)] {
        let counts = results(&format!("pct({depth})"), seeds, || planted(depth));
        let shown = counts.get("shows").copied().unwrap_or_default();
        // Three tasks and `main`; at each of 24 operations there is a draw, and at each of four tasks' steps at the most two more.
        let (tasks, draws) = (4.0, 32.0f64);
        let promised = seeds as f64 / (tasks * draws.powi(depth as i32 - 1));
        assert!(
            shown as f64 >= promised * 0.8,
            "depth {depth}: shown {shown} times, and {promised} were promised"
        );
    }
}

#[test]
fn pct_does_not_show_a_bug_that_is_deeper_than_it_looks() {
    for (depth, bug) in [(1, 2), (2, 3)] {
        let counts = results(&format!("pct({depth})"), 2_000, || planted(bug));
        assert_eq!(counts.get("shows"), None, "depth {depth}");
    }
}

#[test]
fn pos_draws_anew_what_races_with_what_was_done() {
    let last = |shared| {
        let counts = results("pos", 3_000, || orders(&[8, 1], shared));
        let last = counts.get("aaaaaaaab").copied().unwrap_or_default();
        last as f64 / 3_000.0
    };
    // Each of eight operations goes first with even odds: 1 in 256.
    assert!(last(true) < 0.02, "{}", last(true));
    // Nothing is drawn anew for `b`: it is last if it was drawn the lowest of nine.
    assert!((last(false) - 1.0 / 9.0).abs() < 0.03, "{}", last(false));
}

#[test]
fn a_seed_of_the_portfolio_is_that_of_its_member() {
    let program = || async {
        let order = orders(&[3, 3, 3], true).await;
        assert_ne!(order, "abcabcabc");
    };
    let of = |strategy: Builtin, seed| {
        let sim = Sim::new().seed(seed).builtin(strategy);
        let run = sim.explain(program);
        (run.hash(), run.builtin())
    };
    for seed in 0..12 {
        let member = Builtin::Portfolio.of_seed(seed);
        assert_eq!(of(Builtin::Portfolio, seed), of(member, seed), "{member}");
        assert_eq!(of(member, seed).1, Some(member));
    }
}

#[test]
fn what_a_strategy_gives_does_not_depend_on_the_number_of_threads() {
    for strategy in ["pct(3)", "pos", "urw", "surw", "random(1/8)", "portfolio"] {
        let digest = |jobs| {
            let explore = explore(|| async { drop(orders(&[3, 3, 3], true).await) });
            let explore = explore.builtin(strategy.parse().unwrap()).seeds(0..300);
            explore.jobs(jobs).run().digest()
        };
        assert!(digest(1).is_some());
        assert_eq!(digest(1), digest(3), "{strategy}");
    }
}

#[test]
#[should_panic(expected = "`pct(3)` learns the program from runs of its own first")]
fn a_future_that_runs_once_cannot_be_calibrated() {
    let sim = Sim::new().seed(1).builtin(Builtin::Pct { depth: 3 });
    let _ = sim.run(async {});
}

/// A task that yields until another has done something is correct, whoever is to make the next operation.
#[test]
fn who_spins_by_yielding_lets_the_others_go_on() {
    let spins = || async {
        let lock = Arc::new(AsyncMutex::new(0));
        let set = Arc::new(Mutex::new(false));
        let other = {
            let (lock, set) = (lock.clone(), set.clone());
            reweave::spawn(async move {
                reweave::task::yield_now().await;
                *lock.lock().await += 1;
                *set.lock().unwrap() = true;
                *lock.lock().await += 1;
            })
        };
        while !*set.lock().unwrap() {
            reweave::task::yield_now().await;
        }
        *lock.lock().await += 1;
        other.await.unwrap();
    };
    for strategy in ["random", "pct(3)", "pct(10)", "pos", "urw", "surw"] {
        let explore = explore(spins).builtin(strategy.parse().unwrap());
        let found = explore.seeds(0..200).run();
        assert!(!found.failed(), "{strategy}: {found}");
    }
}
