//! `exhaustive`: every run there is, once.

use std::future::Future;

use reweave::Sim;
use reweave::strategies::Builtin;

use super::brute::all_runs;
use super::programs::{choices, how_far, lockers, searched};

fn makes_all_runs<F>(program: impl Fn() -> F + Sync + Copy)
where
    F: Future<Output = String> + 'static,
{
    let mut expected = Vec::new();
    all_runs(&Sim::new(), 200_000, program, |_, run| {
        expected.push(run.unwrap())
    });
    let (logs, found) = searched(Builtin::Exhaustive, 200_000, program);
    assert!(!found.failed() && how_far(&found).is_complete(), "{found}");
    assert_eq!(logs.len(), expected.len());
    assert!(logs == expected, "the runs are others");
}

#[test]
fn it_makes_the_runs_that_an_enumeration_names() {
    makes_all_runs(|| lockers(&[1, 1]));
    makes_all_runs(|| lockers(&[2, 1]));
    makes_all_runs(|| lockers(&[1, 1, 1]));
    makes_all_runs(choices);
}
