//! Shrinking: what is called minimal is, what is shrunk fails in the same way, and it ends.

#[path = "../brute.rs"]
mod brute;
mod programs;

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use reweave::sync::Mutex;
use reweave::task::yield_now;
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, Run, Sim, Tape, choose, explore, flip, spawn};

use programs::Program;

/// The least tape of the first failure of some seeds.
fn shrunk<M, F>(make: M) -> Run
where
    M: Fn() -> F + Sync,
    F: Future<Output: 'static> + 'static,
{
    let found = explore(make).seeds(0..2_000).shrink(true).run();
    found.failure().expect("a seed that fails").clone()
}

fn lines(run: &Run) -> Vec<String> {
    run.tape().deviations().map(|d| d.to_string()).collect()
}

#[test]
fn a_hundred_programs_shrink_to_the_least_that_there_is() {
    let (mut failing, mut of_each) = (0, [0; 3]);
    for number in 0.. {
        let program = Program::draw(number);
        let make = || program.clone().run();
        // Most that fail at all always do.
        if of_each[0] >= 10 && Sim::new().run(make()).failed() {
            continue;
        }
        let found = explore(make).seeds(0..200).run();
        let Some(found) = found.failure() else {
            continue;
        };
        let bug = found.failure().unwrap().signature();
        let shrunk = explore(make).seeds(0..200).shrink(true).run();
        let run = shrunk.failure().expect("it failed before");
        let known = run.explanation().expect("it is shrunk");
        assert_eq!(run.failure().unwrap().signature(), bug, "{program:?}");
        let least = brute::least(|strategy| {
            let run = Sim::new().run_with(strategy, make());
            run.failure().is_some_and(|found| found.signature() == bug)
        });
        let deviations = run.tape().deviations().len();
        match least {
            Some(least) => {
                assert_eq!(deviations, least, "{program:?}\n{run}");
                assert!(known.is_minimal(), "{program:?}\n{run}");
                of_each[least] += 1;
            }
            None => assert!(deviations > 2, "{program:?}\n{run}"),
        }
        // Without any one it does not fail so.
        for without in 0..deviations {
            let kept = run.tape().deviations().enumerate();
            let kept = kept.filter(|(at, _)| *at != without).map(|(_, kept)| kept);
            let tape = Tape::new(run.tape().values(), kept);
            let less = Sim::new().tape(&tape).run(make());
            let fails = less.failure().is_some_and(|found| found.signature() == bug);
            assert!(!fails, "{program:?}\n{run}");
        }
        failing += 1;
        if failing == 100 {
            break;
        }
    }
    assert!(
        of_each.iter().all(|&programs| programs >= 10),
        "{of_each:?}"
    );
}

#[test]
fn what_the_plain_run_shows_needs_no_deviation() {
    let run = shrunk(|| async {
        let tasks: Vec<_> = (0..4).map(|_| spawn(yield_now())).collect();
        for task in tasks {
            task.await.unwrap();
        }
        panic!("always");
    });
    assert_eq!((lines(&run), run.seed()), (vec![], None));
    assert!(run.explanation().unwrap().is_minimal());
}

#[test]
fn values_become_small_and_what_is_not_needed_goes() {
    let run = shrunk(|| async {
        let noise: Vec<_> = (0..6).map(|_| choose(0..10)).collect();
        let size = choose(0..40);
        drop((noise, flip(0.5)));
        assert!(size < 17);
    });
    assert_eq!(lines(&run), ["main choose@7 17"]);
}

#[test]
fn random_values_are_those_of_the_plain_run_if_they_do_not_matter() {
    use reweave::rng;
    let program = |matters: bool| {
        move || async move {
            let value: u64 = rand::RngExt::random(&mut rng());
            assert!(!flip(0.5) || matters && value.is_multiple_of(2));
        }
    };
    assert_eq!(shrunk(program(false)).tape().values(), 0);
    let plain = Sim::new().run(async { rand::RngExt::random::<u64>(&mut rng()) });
    // Else the test shows nothing.
    assert_eq!(plain.unwrap() % 2, 0);
    assert_ne!(shrunk(program(true)).tape().values(), 0);
}

/// What fails in another way is no smaller form of it, and is told apart.
#[test]
fn another_failure_that_is_met_is_kept_apart() {
    let run = shrunk(|| async {
        let (first, second) = (flip(0.5), flip(0.5));
        assert!(!(first && second), "both");
        assert!(!second, "the second alone");
    });
    let (Some(failure), Some(known)) = (run.failure(), run.explanation()) else {
        panic!("{run}");
    };
    let (told, other) = match lines(&run).len() {
        1 => ("the second alone", "both"),
        _ => ("both", "the second alone"),
    };
    assert!(failure.summary().contains(told), "{run}");
    for tape in known.other_failures() {
        let again = Sim::new().tape(tape).run(async {
            let (first, second) = (flip(0.5), flip(0.5));
            assert!(!(first && second), "both");
            assert!(!second, "the second alone");
        });
        assert!(again.failure().unwrap().summary().contains(other));
    }
}

#[test]
fn the_nearest_passing_run_passes_and_is_one_deviation_away() {
    let make = || async {
        let late = spawn(async {});
        yield_now().await;
        assert!(late.is_finished());
    };
    let run = shrunk(make);
    let near = run.explanation().unwrap().nearest_passing().unwrap();
    assert!(!Sim::new().tape(near).run(make()).failed());
    assert_eq!(near.deviations().len().abs_diff(lines(&run).len()), 1);
}

#[test]
fn shrinking_depends_on_nothing_but_the_program() {
    let make = || programs::Program::draw(3).run();
    let explored = |jobs| explore(make).seeds(0..500).jobs(jobs).shrink(true).run();
    let tell = |found: reweave::Exploration| found.failure().map(ToString::to_string);
    assert_eq!(tell(explored(1)), tell(explored(4)));
}

/// It would disturb what a program prints: whoever wants it asks for it.
#[test]
fn nobody_is_told_how_far_shrinking_is_unless_asked() {
    let tells = |sim: &Sim| format!("{sim:?}").contains("on_shrink: Some");
    assert!(!tells(&Sim::new()));
    assert!(tells(&Sim::new().on_shrink(|_| ())));
}

#[test]
fn how_many_runs_and_steps_it_took_is_told() {
    let run = shrunk(|| async { assert!(choose(0..40) < 17) });
    let known = run.explanation().expect("it is shrunk");
    assert!(
        known.runs() > 2 && known.steps() >= known.runs(),
        "{known:?}"
    );
}

#[test]
fn a_program_that_does_not_repeat_is_not_shrunk() {
    let runs = Arc::new(AtomicU64::new(0));
    let found = explore(move || {
        let run = runs.fetch_add(1, Ordering::Relaxed);
        async move {
            for _ in 0..run % 5 {
                yield_now().await;
            }
            assert!(!flip(0.5) || run.is_multiple_of(3));
        }
    })
    .shrink(true)
    .run();
    let run = found.failure().expect("it fails");
    let kinds: Vec<_> = run.findings().iter().map(|found| found.kind()).collect();
    assert!(kinds.contains(&FindingKind::Nondeterminism), "{run}");
    assert!(run.explanation().is_none(), "{run}");
}

/// A run of 200,000 steps with thousands of deviations: nothing is called minimal that was not tried.
#[test]
fn a_very_long_run_is_shrunk_within_its_bounds() {
    let tape = |run: &Run| run.tape().deviations().len();
    let make = || async {
        let sum = std::rc::Rc::new(Cell::new(0));
        let tasks: Vec<_> = (0..4)
            .map(|_| {
                let sum = sum.clone();
                reweave::task::spawn_local(async move {
                    for _ in 0..50_000 {
                        sum.set(sum.get() + 1);
                        yield_now().await;
                    }
                })
            })
            .collect();
        let odd = (0..1_000).filter(|_| flip(0.5)).count();
        for task in tasks {
            task.await.unwrap();
        }
        assert!(odd < 100);
    };
    let found = explore(make).seeds(0..1).run();
    let before = tape(found.failure().unwrap());
    let shrunk = explore(make).seeds(0..1).shrink(true).run();
    let run = shrunk.failure().unwrap();
    let known = run.explanation().expect("it repeats");
    assert!(
        run.steps() > 200_000 && before > 5_000,
        "{before} {}",
        run.steps()
    );
    assert!(tape(run) < before && !known.is_minimal(), "{}", tape(run));
    assert_eq!(known.found().deviations().len(), before);
}

#[test]
fn a_report_says_from_which_step_on_it_was_lost() {
    let run = shrunk(|| async {
        let total = Arc::new(Mutex::new(0));
        let add = |total: Arc<Mutex<i32>>| async move {
            let old = *total.lock().await;
            *total.lock().await = old + 1;
        };
        let (one, two) = (spawn(add(total.clone())), spawn(add(total.clone())));
        one.await.unwrap();
        two.await.unwrap();
        sleep(Duration::from_secs(1)).await;
        assert_eq!(*total.lock().await, 2);
    });
    let report = run.to_string();
    assert!(report.contains("\nlost at step "), "{report}");
    assert!(
        report.contains("\nnearest passing run: the plain one\n"),
        "{report}"
    );
    assert!(
        report.contains("minimal: one step away from the plain schedule):"),
        "{report}"
    );
}
