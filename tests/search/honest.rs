//! A search says how far it got, and refuses what it cannot do.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use reweave::strategies::{Builtin, Ending};
use reweave::{FindingKind, Sim, explore};

use super::programs::{how_far, lockers};

fn search<F>(program: impl Fn() -> F + Sync) -> reweave::Explore<impl Fn() -> F + Sync>
where
    F: Future + 'static,
{
    explore(program).builtin(Builtin::Exhaustive)
}

#[test]
fn it_says_all_only_when_all_were_tried() {
    let two = || async { drop(lockers(&[1, 1]).await) };
    let all = search(two).run();
    let whole = how_far(&all).clone();
    assert!(whole.is_complete());
    let words = whole.to_string();
    assert!(
        words.starts_with(&format!("all {} schedules pass (exhaustive)", all.runs())),
        "{words}"
    );
    // As many runs as there are suffice; one fewer does not.
    assert!(how_far(&search(two).seeds(0..whole.runs).run()).is_complete());
    let cut = search(two).seeds(0..whole.runs - 1).run();
    assert_eq!(how_far(&cut).ending, Ending::Budget);
    assert!(!cut.to_string().contains("all "), "{cut}");
    assert!(cut.to_string().contains("and there are more"), "{cut}");
}

#[test]
fn it_counts_those_that_fail_or_ends_with_the_first() {
    let dice = || async { assert!(reweave::choose(1..=6) < 5) };
    let first = search(dice).run();
    assert_eq!((how_far(&first).ending, first.runs()), (Ending::Failed, 5));
    let all = search(dice).collect().run();
    assert_eq!(
        (how_far(&all).ending, how_far(&all).failed),
        (Ending::Complete, 2)
    );
    assert_eq!(all.failures().len(), 1);
    assert!(
        all.to_string()
            .starts_with("all 6 schedules were tried, and 2 of them failed"),
        "{all}"
    );
}

#[test]
fn it_says_of_which_draws_only_the_plainest_were_tried() {
    let found = search(|| async {
        reweave::choose(0..1_000);
    });
    let found = found.run();
    assert_eq!(found.runs(), 64);
    assert!(!how_far(&found).is_complete());
    assert!(
        found
            .to_string()
            .contains("`choose`, with up to 1000 candidates, only the plainest"),
        "{found}"
    );
    let exact = search(|| async {
        reweave::choose(0..64);
    });
    assert!(how_far(&exact.run()).is_complete());
    let crash = search(|| async {
        reweave::host("db").start(std::future::pending::<()>);
        reweave::time::sleep(reweave::time::Duration::from_secs(2)).await;
    });
    let found = crash.faults("hosts(crash = 5s)").seeds(0..200).run();
    assert!(found.to_string().contains("`fault`"), "{found}");
}

#[test]
fn a_program_that_draws_something_else_is_told() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let found = search(|| async {
        reweave::choose(0..2);
        reweave::choose(0..2 + RUNS.fetch_add(1, Relaxed));
    });
    let found = found.verify_every(0).run();
    assert_eq!(how_far(&found).ending, Ending::Nondeterministic);
    let kind = found.failure().unwrap().failure().unwrap().kind();
    assert_eq!(kind, FindingKind::Nondeterminism);
}

#[test]
fn a_point_that_is_taken_for_an_answer_is_passed_over_in_all_runs() {
    use futures::{FutureExt, poll};
    let found = search(|| async {
        let other = reweave::spawn(async {});
        let lock = reweave::sync::Mutex::new(());
        // The lock is free, so this is an answer; the `Pending` of a scheduling point would be none.
        assert!(poll!(lock.lock().boxed_local()).is_ready());
        other.await.unwrap();
    });
    let found = found.run();
    assert!(!found.failed() && how_far(&found).is_complete(), "{found}");
    assert_eq!(how_far(&found).restarts, 1);
}

#[test]
#[should_panic(
    expected = "`exhaustive` is a search of many runs, and `Sim::run` has a future that runs once"
)]
fn there_is_no_run_of_a_seed() {
    let _ = Sim::new()
        .seed(3)
        .builtin(Builtin::Exhaustive)
        .run(async {});
}

#[test]
#[should_panic(
    expected = "`bounded(2)` is a search of many runs and has no seeds, and seed 3 was asked for"
)]
fn there_is_no_run_of_a_seed_to_be_explained() {
    let bounded = Builtin::Bounded { deviations: 2 };
    let _ = Sim::new().seed(3).builtin(bounded).explain(|| async {});
}

#[reweave::test(strategy = "exhaustive")]
async fn an_attribute_names_it() {
    lockers(&[1, 1]).await;
}

#[reweave::test(strategy = "bounded(1)", seeds = 3)]
async fn its_seeds_are_a_budget() {
    lockers(&[1, 1]).await;
}

#[reweave::test(strategy = "exhaustive", seed = 3)]
#[should_panic(expected = "has no seeds, and seed 3 was asked for: REWEAVE_SEEDS says how many")]
async fn an_attribute_cannot_ask_for_a_seed_of_it() {}

#[reweave::test(strategy = "exhaustive")]
#[should_panic(expected = "REWEAVE_TAPE=")]
async fn what_it_finds_is_replayed_by_a_tape() {
    assert!(!reweave::flip(0.5));
}
