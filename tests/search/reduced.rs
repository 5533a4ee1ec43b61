//! `dpor`: one run of each class, and nothing is missed.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use reweave::strategies::{Builtin, Ending};
use reweave::{Sim, explore};

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
