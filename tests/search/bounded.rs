//! `bounded(c)`: the runs with no deviation, with one, with two, …

use std::future::Future;

use reweave::Sim;
use reweave::strategies::Builtin;

use super::brute::all_runs;
use super::programs::{choices, how_far, lockers, searched};

/// The logs of all runs with so many deviations, sorted.
fn level<F: Future<Output = String> + 'static>(
    deviations: usize,
    program: impl Fn() -> F,
) -> Vec<String> {
    let mut logs = Vec::new();
    all_runs(&Sim::new(), 200_000, program, |answers, run| {
        if answers.iter().filter(|&&answer| answer != 0).count() == deviations {
            logs.push(run.unwrap());
        }
    });
    logs.sort();
    logs
}

fn visits_each_level_once<F>(program: impl Fn() -> F + Sync + Copy, most: u32)
where
    F: Future<Output = String> + 'static,
{
    let (logs, found) = searched(Builtin::Bounded { deviations: most }, 100_000, program);
    assert!(!found.failed() && how_far(&found).is_complete(), "{found}");
    let mut logs = logs.into_iter();
    for deviations in 0..=most as usize {
        let expected = level(deviations, program);
        assert!(!expected.is_empty());
        let mut visited: Vec<_> = logs.by_ref().take(expected.len()).collect();
        visited.sort();
        assert_eq!(visited, expected, "{deviations} deviations");
    }
    assert_eq!(logs.next(), None);
}

#[test]
fn it_visits_what_an_enumeration_names_and_each_once() {
    visits_each_level_once(|| lockers(&[1, 1]), 3);
    visits_each_level_once(|| lockers(&[2, 1, 1]), 2);
    visits_each_level_once(choices, 3);
}

#[test]
fn what_fails_first_has_the_fewest_deviations() {
    let program = || async {
        let dice = [
            reweave::choose(0..4),
            reweave::choose(0..4),
            reweave::choose(0..4),
        ];
        assert!(dice.iter().filter(|&&die| die > 1).count() < 2);
    };
    let explore = reweave::explore(program).builtin(Builtin::Bounded { deviations: 3 });
    let found = explore.run();
    let failure = found.failure().unwrap();
    assert_eq!(failure.tape().deviations().count(), 2);
    // It has no seed, and its tape brings it back.
    assert_eq!(failure.seed(), None);
    let again = Sim::new().tape(failure.tape()).run(program());
    assert_eq!((again.hash(), again.failed()), (failure.hash(), true));
    // One deviation is not enough.
    let one = reweave::explore(program)
        .builtin(Builtin::Bounded { deviations: 1 })
        .run();
    assert!(!one.failed() && how_far(&one).is_complete());
}
