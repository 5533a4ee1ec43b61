//! `guided`: runs are made from those that showed something new, and from those that came near a target.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use reweave::strategies::{Builtin, Ending};
use reweave::sync::Mutex as AsyncMutex;
use reweave::time::{Duration, sleep};
use reweave::{Exploration, Explore, FindingKind, Sim, Tape, explore, spawn, target};

use super::programs::{choices, how_far, lockers};

fn guided<F>(program: impl Fn() -> F + Sync) -> Explore<impl Fn() -> F + Sync>
where
    F: Future + 'static,
{
    explore(program).builtin(Builtin::Guided)
}

/// So many coins in a row must show heads: one in 2 to that power of random runs fails.
async fn streak(length: u32, tell: fn(u32)) {
    for heads in 1..=length {
        if !reweave::flip(0.5) {
            return;
        }
        tell(heads);
    }
    panic!("{length} heads in a row");
}

async fn streak_of_sixteen() {
    streak(16, |heads| target("heads in a row", heads)).await;
}

/// Two tasks come to a gate again and again, and must pass it in a certain order: else the game is over. Each step of the order is
/// another lock.
async fn combination(turns: &'static [usize]) {
    let gate = Arc::new(AsyncMutex::new(0));
    let stages: Vec<_> = turns.iter().map(|_| AsyncMutex::new(())).collect();
    let stages = Arc::new(stages);
    let players: Vec<_> = (0..2)
        .map(|me| {
            let (gate, stages) = (gate.clone(), stages.clone());
            spawn(async move {
                loop {
                    let mut step = gate.lock().await;
                    match turns.get(*step) {
                        Some(turn) if *turn == me => drop(stages[*step].lock().await),
                        Some(_) => *step = usize::MAX,
                        None => return,
                    }
                    if *step != usize::MAX {
                        *step += 1;
                    }
                    assert_ne!(*step, turns.len(), "it is open");
                }
            })
        })
        .collect();
    for player in players {
        player.await.unwrap();
    }
}

async fn open() {
    combination(&[1, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 1, 0]).await;
}

/// All that is known of an exploration but the time that it took.
fn known(found: &Exploration) -> String {
    let mut figures = *found.figures();
    figures.took = Duration::ZERO;
    let failures = found.failures().iter();
    let tapes: Vec<_> = failures
        .map(|run| (run.tape().to_line(), run.hash()))
        .collect();
    format!(
        "{figures:?} {:?} {:?} {:?} {:?} {tapes:?}",
        found.digest(),
        found.searched(),
        found.targets(),
        found.properties(),
    )
}

#[test]
fn a_target_leads_to_what_random_runs_do_not_find() {
    for seed in 0..4 {
        let seeds = seed * 1_000_000..seed * 1_000_000 + 2_000;
        let found = guided(streak_of_sixteen).seeds(seeds.clone()).run();
        assert!(found.failed(), "{found}");
        assert_eq!(found.targets()[0].most, 16);
        assert_eq!(found.targets()[0].run, found.runs() - 1);
        // It is the target that leads there: without, one in 65,536 does.
        let blind = guided(|| streak(16, |_| ())).seeds(seeds.clone()).run();
        assert!(!blind.failed(), "{blind}");
        let random = explore(streak_of_sixteen).seeds(seeds).run();
        assert!(!random.failed(), "{random}");
    }
}

#[test]
fn what_runs_show_leads_to_an_order_of_many_operations() {
    let finds = |strategy: &str| {
        let strategy: Builtin = strategy.parse().unwrap();
        let searches = (0..4).map(|nth| nth * 1_000_000..nth * 1_000_000 + 2_000);
        let found = searches.filter(|seeds| {
            let explore = explore(open).builtin(strategy).seeds(seeds.clone());
            explore.run().failed()
        });
        found.count()
    };
    assert_eq!(finds("guided"), 4);
    for other in ["random", "portfolio"] {
        assert!(finds(other) < 2, "{other}: {}", finds(other));
    }
}

#[test]
fn a_property_that_is_met_first_is_something_new() {
    const NAMES: [&str; 14] = [
        "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14",
    ];
    let program = || streak(14, |heads| reweave::reachable!(NAMES[heads as usize - 1]));
    let found = guided(program).seeds(0..2_000).run();
    assert!(found.failed(), "{found}");
}

#[test]
fn several_targets_take_turns() {
    // The first is reached soon, and what is left must not starve.
    let program = || async {
        target("soon", reweave::choose(0..2));
        streak(12, |heads| target("heads", heads)).await;
    };
    let found = guided(program).seeds(0..2_000).run();
    let reached = found.targets().iter();
    let reached: Vec<_> = reached.map(|at| (at.name.as_str(), at.most)).collect();
    assert_eq!(reached, [("heads", 12), ("soon", 1)], "{found}");
}

#[test]
fn values_with_many_candidates_are_climbed() {
    let program = || async {
        let number = reweave::choose(0..10_000_u32);
        target("near", -i64::from(number.abs_diff(2_718)));
        assert_ne!(number, 2_718);
    };
    let found = guided(program).seeds(0..2_000).run();
    assert!(found.failed(), "{found}");
}

#[test]
fn equal_searches_make_equal_runs_on_any_number_of_threads() {
    fn alike<F: Future + 'static>(
        program: impl Fn() -> F + Sync + Copy,
        seeds: u64,
        collect: bool,
    ) {
        let search = |jobs| {
            let search = guided(program).seeds(0..seeds).jobs(jobs);
            let search = search.faults("hosts(crash = 1s)");
            known(&if collect { search.collect() } else { search }.run())
        };
        let first = search(1);
        for jobs in [1, 2, 3, 0] {
            assert_eq!(search(jobs), first, "{jobs} jobs");
        }
    }
    alike(|| lockers(&[2, 2, 1]), 400, false);
    alike(choices, 300, false);
    alike(open, 700, false);
    alike(streak_of_sixteen, 1_500, false);
    alike(
        || async {
            let number = reweave::choose(0..10);
            assert!(
                number < 7,
                "no {}",
                if number < 9 { "seven" } else { "nine" }
            );
        },
        130,
        true,
    );
    alike(
        || async {
            reweave::host("db").start(|| async {
                spawn(sleep(Duration::from_secs(9))).await.unwrap();
            });
            sleep(Duration::from_secs(4)).await;
        },
        200,
        false,
    );
}

#[test]
fn another_first_seed_is_another_search() {
    let digest = |seeds| guided(|| lockers(&[2, 2])).seeds(seeds).run().digest();
    assert_ne!(digest(0..200), digest(1..201));
    assert_eq!(digest(7..207), digest(7..207));
}

#[test]
fn it_makes_as_many_runs_as_it_may_and_the_plain_one_first() {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let numbers = Arc::new(Mutex::new(Vec::new()));
    let noted = numbers.clone();
    let found = guided(|| {
        MADE.fetch_add(1, Relaxed);
        lockers(&[1, 1])
    });
    let found = found.seeds(5..105).verify_every(0);
    let found = found
        .on_run(move |number| noted.lock().unwrap().push(number))
        .run();
    assert_eq!(
        (found.runs(), found.seeds(), MADE.load(Relaxed)),
        (100, 0..100, 100 + Builtin::Guided.calibration_runs())
    );
    assert!(numbers.lock().unwrap().iter().copied().eq(0..100));
    assert!(found.is_whole());
    assert_eq!(how_far(&found).ending, Ending::Budget);
    let words = found.to_string();
    let kept = how_far(&found).kept;
    let begin = format!("100 schedules pass (guided); {kept} of them showed something new; random");
    assert!(kept > 0 && words.starts_with(&begin), "{words}");

    let plain = || async { assert_ne!(reweave::choose(0..1_000), 0) };
    let found = guided(plain).run();
    assert_eq!(found.runs(), 1, "{found}");
    assert_eq!(*found.failure().unwrap().tape(), Tape::default());
}

#[test]
fn what_fails_is_replayed_by_its_tape() {
    let found = guided(open).seeds(0..2_000).run();
    let failure = found.failure().unwrap();
    assert_eq!(
        (failure.seed(), how_far(&found).ending),
        (None, Ending::Failed)
    );
    let tape: Tape = failure.tape().to_line().parse().unwrap();
    let again = Sim::new().tape(&tape).run(open());
    assert_eq!((again.hash(), again.failed()), (failure.hash(), true));
    // A part of its deviations is enough.
    let shrunk = guided(open).seeds(0..2_000).shrink(true).run();
    let shrunk = shrunk.failure().unwrap();
    assert!(shrunk.tape().deviations().count() <= failure.tape().deviations().count());
}

#[test]
fn a_point_that_is_taken_for_an_answer_is_passed_over() {
    use futures::{FutureExt, poll};
    let program = || async {
        let other = spawn(async {});
        let lock = AsyncMutex::new(());
        // The lock is free, so this is an answer; the `Pending` of a scheduling point would be none.
        assert!(poll!(lock.lock().boxed_local()).is_ready());
        other.await.unwrap();
        assert!(reweave::choose(0..8) < 6, "a six or a seven");
    };
    let found = guided(program).collect().seeds(0..200).run();
    assert_eq!(found.failures().len(), 1, "{found}");
    let failure = found.failure().unwrap();
    assert_eq!(failure.failure().unwrap().kind(), FindingKind::Panic);
    let again = Sim::new().tape(failure.tape()).run(program());
    assert_eq!(again.hash(), failure.hash());
}

#[test]
fn a_program_that_does_something_else_each_time_is_told() {
    static RUNS: AtomicU64 = AtomicU64::new(0);
    let found = guided(|| async { reweave::note!("{}", RUNS.fetch_add(1, Relaxed)) }).run();
    let kind = found.failure().unwrap().failure().unwrap().kind();
    assert_eq!((kind, found.runs()), (FindingKind::Nondeterminism, 1));
}

#[test]
fn it_ends_where_it_is_told_to_and_where_nothing_new_comes() {
    let found = guided(|| lockers(&[1, 1])).until(|| true).run();
    assert_eq!((found.runs(), how_far(&found).ending), (0, Ending::Ended));
    assert!(!found.is_whole());
    let rounds = AtomicU64::new(0);
    let found = guided(|| lockers(&[1, 1])).jobs(2);
    let found = found.until(move || rounds.fetch_add(1, Relaxed) == 3).run();
    assert_eq!((found.runs(), how_far(&found).ending), (192, Ending::Ended));
    let found = guided(|| lockers(&[1, 1])).until_flat().run();
    assert_eq!((found.runs(), found.is_whole()), (512, true));
}

#[test]
#[should_panic(expected = "the hundredth is not made")]
fn what_a_maker_panics_with_ends_all_threads() {
    let made = AtomicU64::new(0);
    let maker = || {
        assert!(made.fetch_add(1, Relaxed) < 99, "the hundredth is not made");
        lockers(&[1, 1])
    };
    let _ = guided(maker).jobs(3).run();
}

#[test]
fn targets_are_told_of_any_exploration_and_change_no_run() {
    let told = || async { target("number", reweave::choose(0..100_usize)) };
    let untold = || async { reweave::choose(0..100_usize) };
    let (told, untold) = (explore(told).run(), explore(untold).run());
    assert_eq!(told.digest(), untold.digest());
    let [number] = told.targets() else {
        panic!("there is one target: {told}")
    };
    assert_eq!((number.most, number.told), (99, 1_000));
    let words = format!(
        "target: \"number\": at most 99, first in run {}\n",
        number.run
    );
    assert!(told.to_string().contains(&words), "{told}");
    // Outside a simulation there is nobody to tell it to.
    target("number", 7);
}

#[test]
#[should_panic(
    expected = "`guided` is a search of many runs and has no seeds, and seed 3 was asked for"
)]
fn there_is_no_run_of_a_seed() {
    let _ = Sim::new()
        .seed(3)
        .builtin(Builtin::Guided)
        .explain(|| async {});
}

#[reweave::test(strategy = "guided", seeds = 100)]
async fn an_attribute_names_it() {
    lockers(&[1, 1]).await;
}

#[reweave::test(strategy = "guided", seed = 3)]
#[should_panic(expected = "has no seeds, and seed 3 was asked for: REWEAVE_SEEDS says how many")]
async fn an_attribute_cannot_ask_for_a_seed_of_it() {}

#[reweave::test(strategy = "guided", seeds = 100)]
#[should_panic(expected = "REWEAVE_TAPE=")]
async fn what_it_finds_is_replayed_by_a_tape() {
    assert!(!reweave::flip(0.5));
}

#[reweave::test(strategy = "guided(3)")]
#[should_panic(expected = "`guided` takes no parameter, found `3`")]
async fn it_has_no_parameters() {}
