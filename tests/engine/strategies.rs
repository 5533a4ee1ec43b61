//! A strategy of the user's: the one of `examples/own_strategy.rs`, which uses nothing but what is public.

use std::sync::{Arc, Mutex};

use reweave::draw::{Calibration, Draw, Kind, Observation, Summary};
use reweave::strategies::Builtin;
use reweave::sync::mpsc;
use reweave::{FindingKind, Run, Sim, Strategy, explore};

#[path = "../../examples/own_strategy.rs"]
#[allow(dead_code, reason = "the example's `main` is not run here")]
mod own_strategy;

use own_strategy::{Pct, deadlock, lost_update};

#[test]
fn the_strategy_and_a_seed_are_a_run() {
    let digest = |jobs| {
        let explore = explore(lost_update).strategy(|| Pct::new(3)).seeds(0..200);
        // Without an end at the first failure, for a digest is one of all seeds.
        let found = explore.collect().jobs(jobs).run();
        let failing = found.failure().and_then(|run| run.seed());
        (found.digest().unwrap(), failing)
    };
    let first = digest(1);
    assert!(first.1.is_some(), "no seed loses an update");
    assert_eq!(first, digest(1));
    assert_eq!(first, digest(2));
    let deeper = explore(lost_update).strategy(|| Pct::new(5)).seeds(0..200);
    assert_ne!(Some(first.0), deeper.collect().run().digest());
}

#[test]
fn a_seed_brings_its_run_back_alone_and_so_does_its_tape() {
    let explored = |seeds| {
        let explore = explore(lost_update).strategy(|| Pct::new(3));
        explore.seeds(seeds).run().failure().cloned().unwrap()
    };
    let run = explored(0..1_000);
    let seed = run.seed().unwrap();
    let alone = explored(seed..seed + 1);
    assert_eq!(alone.hash(), run.hash());
    assert_eq!(run.strategy(), Some("pct(3)"));
    let replayed = Sim::new().tape(run.tape()).run(lost_update());
    assert_eq!(replayed.hash(), run.hash());
    assert_eq!(replayed.findings(), run.findings());
}

#[test]
fn it_finds_a_deadlock() {
    let explore = explore(deadlock).strategy(|| Pct::new(2)).seeds(0..100);
    let found = explore.run();
    let failure = found.failure().and_then(|run| run.failure());
    assert_eq!(failure.unwrap().kind(), FindingKind::Deadlock);
}

/// Seed, calibration and summary of a run.
type Told = (u64, Calibration, Option<Summary>);

/// Answers as PCT does, and keeps what it is told.
struct Shown {
    pct: Pct,
    shown: Arc<Mutex<Vec<Told>>>,
}

impl Strategy for Shown {
    fn begin(&mut self, seed: u64, calibration: &Calibration) {
        let mut shown = self.shown.lock().unwrap();
        shown.push((seed, calibration.clone(), None));
        self.pct.begin(seed, calibration);
    }

    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        self.pct.draw(draw)
    }

    fn observe(&mut self, observation: Observation) {
        self.pct.observe(observation);
    }

    fn end(&mut self, summary: &Summary) {
        self.shown.lock().unwrap().last_mut().unwrap().2 = Some(*summary);
        self.pct.end(summary);
    }

    fn wants_calibration(&self) -> bool {
        self.pct.wants_calibration()
    }
}

#[test]
fn it_knows_the_program_before_the_first_run() {
    let explored = |seeds| {
        let shown = Arc::new(Mutex::new(Vec::new()));
        let kept = shown.clone();
        let make = move || Shown {
            pct: Pct::new(3),
            shown: shown.clone(),
        };
        let found = explore(deadlock).strategy(make).collect().seeds(seeds);
        let _ = found.run();
        let shown = kept.lock().unwrap();
        shown.clone()
    };
    let shown = explored(0..20);
    let (seed, calibration, summary) = &shown[0];
    assert_eq!(*seed, 0);
    assert_eq!(calibration.tasks, 3);
    let summary = summary.unwrap();
    assert!(calibration.steps >= summary.steps && summary.steps >= 3);
    assert!(calibration.draws >= 2, "{calibration:?}");
    // `main` only waits for the two tasks, each of which locks twice.
    let operations = calibration.operations.iter();
    let operations: Vec<_> = operations.map(|(path, &n)| (path.as_str(), n)).collect();
    let expected = [("main", 0), ("main/task", 2), ("main/task#2", 2)];
    assert_eq!(operations, expected);
    // The same for each run, and whichever seeds there are.
    assert!(shown.iter().all(|(_, known, _)| known == calibration));
    assert_eq!(&explored(700..701)[0].1, calibration);
}

/// Answers with the candidate in front, and notes what each stands before.
struct Noted(Arc<Mutex<Vec<String>>>);

impl Strategy for Noted {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        let candidates = (0..draw.candidates()).filter_map(|candidate| draw.task(candidate));
        let told = candidates.map(|candidate| {
            let operations = candidate.operations().map(|operations| {
                let told = operations
                    .iter()
                    .map(|of| format!("{} {}", of.action.name(), of.resource.get()));
                told.collect::<Vec<_>>().join(" or ")
            });
            let before = operations.unwrap_or_else(|| "?".to_owned());
            format!("{}: {before}", candidate.path())
        });
        let told: Vec<_> = told.collect();
        if !told.is_empty() {
            self.0.lock().unwrap().push(told.join(", "));
        }
        // Others go first at each point, and the oldest of those that are ready.
        usize::from(draw.kind() == Kind::Point)
    }
}

#[test]
fn it_sees_what_each_candidate_stands_before() {
    let noted = Arc::new(Mutex::new(Vec::new()));
    let run = Sim::new().run_with(Noted(noted.clone()), async {
        let (one, mut ones) = mpsc::channel::<u8>(1);
        let (two, mut twos) = mpsc::channel::<u8>(1);
        let sender = reweave::spawn(async move {
            one.send(1).await.unwrap();
            drop(two);
        });
        let waiter = reweave::spawn(async move {
            reweave::select! {
                Some(_) = ones.recv() => {}
                Some(_) = twos.recv() => {}
            }
        });
        sender.await.unwrap();
        waiter.await.unwrap();
    });
    assert!(!run.failed(), "{:?}", run.findings());
    insta::assert_snapshot!(noted.lock().unwrap().join("\n"), @"
    main/task: ?, main/task#2: ?
    main/task: send 1, main/task#2: ?
    main/task#2: ?, main/task: send 1
    main/task#2: ?, main: ?
    main/task#2: receive 1, main: ?
    main/task#2: receive 1 or receive 2, main: ?
    ");
}

/// Names a candidate that there is not.
struct TooFar;

impl Strategy for TooFar {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        draw.candidates()
    }

    fn name(&self) -> &str {
        "too far"
    }
}

#[test]
#[should_panic(
    expected = "the strategy `too far` answered 2 to a draw of kind `task` with 2 candidates"
)]
fn an_answer_that_names_no_candidate_is_the_strategys_mistake() {
    let _ = explore(deadlock).strategy(|| TooFar).seeds(0..1).run();
}

#[test]
fn a_run_of_the_calibration_that_fails_is_told_if_no_seed_does_and_its_tape_brings_it_back() {
    // As the plain run does, and hardly another.
    let seldom = || async { assert!(reweave::flip(0.9999)) };
    let found = explore(seldom).strategy(|| Pct::new(3)).seeds(0..3).run();
    let failure = found.failure().unwrap();
    assert_eq!(failure.failure().unwrap().kind(), FindingKind::Panic);
    assert_eq!((failure.seed(), found.runs()), (None, 3));
    let replayed = Sim::new().tape(failure.tape()).run(seldom());
    assert_eq!(replayed.hash(), failure.hash());

    // The seeds fail likewise: it is told once, with a seed.
    let always = || async { panic!("at once") };
    let found = |collect| {
        let explore = explore(always).strategy(|| Pct::new(3)).seeds(0..3);
        let explore = if collect { explore.collect() } else { explore };
        explore.run()
    };
    for collect in [false, true] {
        let found = found(collect);
        let seeds = found.failures().iter().map(Run::seed);
        assert!(seeds.eq([Some(0)]));
    }
}

#[test]
fn a_strategy_that_comes_with_reweave_is_chosen_by_name_and_a_seed() {
    let explored = |builtin| explore(lost_update).builtin(builtin).seeds(0..100).run();
    assert!(!explored("plain".parse().unwrap()).failed());
    let found = explored("random".parse().unwrap());
    let failure = found.failure().unwrap();

    let seed = failure.seed().unwrap();
    let alone = |builtin| Sim::new().seed(seed).builtin(builtin).run(lost_update());
    assert_eq!(alone(Builtin::Random).hash(), failure.hash());
    let plain = alone(Builtin::Plain);
    assert_ne!(plain.hash(), failure.hash());
    assert_eq!(plain.tape().deviations().count(), 0);
}

struct CallsIn;

impl Strategy for CallsIn {
    fn draw(&mut self, _: &Draw<'_>) -> usize {
        usize::from(reweave::flip(0.5))
    }
}

#[test]
fn a_strategy_that_calls_into_the_run_is_told_so() {
    let run = Sim::new().run_with(CallsIn, deadlock());
    let told = run.failure().unwrap().to_string();
    let expected = "a strategy called into the run whose draws it answers";
    assert!(told.contains(expected), "{told}");
}
