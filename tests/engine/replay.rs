//! The core promise, on thousands of small random programs: a run is fully determined by its draws.
//!
//! [`Program::random`] makes a program from a number; [`Program::run`] is its future. Programs yield, sleep, spawn,
//! join, abort, choose, flip, select and time out, and note what they saw, so that a run that goes another way has
//! another hash.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::process::Command;
use std::time::Duration;

use futures::FutureExt;
use rand::Rng;
use reweave::task::{Builder, JoinHandle, yield_now};
use reweave::time::{sleep, timeout};
use reweave::{FindingKind, Run, Sim, Tape, choose, explore, flip, note, rng, select, spawn};

/// A list of statements.
#[derive(Clone, Debug)]
struct Program(Vec<Statement>);

#[derive(Clone, Debug)]
enum Statement {
    Yield,
    Sleep(u64),
    Spawn(Program),
    /// Awaits the task spawned last.
    Join,
    /// Aborts the task spawned first.
    Abort,
    Choose(u32),
    Flip(f64),
    Random,
    Select(Program, Program),
    Timeout(u64, Program),
    Print,
}

/// Numbers from a number, for making programs; SplitMix64.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

impl Program {
    /// The program with this number.
    fn random(number: u64) -> Program {
        Program::part(&mut Numbers(number), 3)
    }

    fn part(numbers: &mut Numbers, depth: u32) -> Program {
        let statements = 1 + numbers.below(5);
        let part = |numbers: &mut Numbers| Program::part(numbers, depth - 1);
        let statement = |_| match numbers.below(if depth > 0 { 12 } else { 8 }) {
            0 | 1 => Statement::Yield,
            // Few lengths, so that timers tie.
            2 => Statement::Sleep(numbers.below(4)),
            3 => Statement::Choose(1 + numbers.below(4) as u32),
            4 => Statement::Flip(numbers.below(5) as f64 / 4.0),
            5 => Statement::Random,
            6 => {
                if numbers.below(2) == 0 {
                    Statement::Join
                } else {
                    Statement::Abort
                }
            }
            7 => Statement::Print,
            8 | 9 => Statement::Spawn(part(numbers)),
            10 => Statement::Select(part(numbers), part(numbers)),
            _ => Statement::Timeout(numbers.below(4), part(numbers)),
        };
        Program((0..statements).map(statement).collect())
    }

    fn run(self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            let mut tasks: Vec<JoinHandle<()>> = Vec::new();
            for statement in self.0 {
                match statement {
                    Statement::Yield => yield_now().await,
                    Statement::Sleep(millis) => sleep(Duration::from_millis(millis)).await,
                    Statement::Spawn(program) => tasks.push(spawn(program.run())),
                    Statement::Join => {
                        if let Some(task) = tasks.pop() {
                            note!("joined {}", task.await.is_ok());
                        }
                    }
                    Statement::Abort => tasks.iter().take(1).for_each(JoinHandle::abort),
                    Statement::Choose(n) => note!("chose {}", choose(0..n)),
                    Statement::Flip(p) => note!("flipped {}", flip(p)),
                    Statement::Random => note!("random {}", rng().next_u32()),
                    Statement::Select(left, right) => select! {
                        () = left.run() => note!("left"),
                        () = right.run() => note!("right"),
                    },
                    Statement::Timeout(millis, program) => {
                        let limit = Duration::from_millis(millis);
                        note!("in time {}", timeout(limit, program.run()).await.is_ok());
                    }
                    Statement::Print => reweave::println!("{} tasks", tasks.len()),
                }
            }
            for task in tasks {
                note!("at last {}", task.await.is_ok());
            }
        })
    }
}

/// How many programs each promise is tried on.
const PROGRAMS: u64 = 1500;

fn sim() -> Sim {
    // Branches that lose leave tasks behind and futures unpolled; that is in order here.
    Sim::new()
        .allow(FindingKind::UnawaitedTask)
        .allow(FindingKind::NeverAwaited)
}

fn seeded(number: u64) -> Run {
    sound(sim().seed(number).run(Program::random(number).run()))
}

#[track_caller]
fn sound(run: Run) -> Run {
    assert!(run.findings().is_empty() && run.output().is_some(), "{run}");
    run
}

mod seeds {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_run() {
        for number in 0..PROGRAMS {
            let (first, second) = (seeded(number), seeded(number));
            assert_eq!(first.hash(), second.hash(), "program {number}");
            assert_eq!(
                first.trace().to_string(),
                second.trace().to_string(),
                "program {number}"
            );
            assert_eq!(first.tape(), second.tape(), "program {number}");
        }
    }

    #[test]
    fn other_seeds_give_other_runs_and_the_programs_do_what_they_are_here_for() {
        let hashes: BTreeSet<_> = (0..PROGRAMS).map(|number| seeded(number).hash()).collect();
        assert!(
            hashes.len() as u64 > PROGRAMS * 3 / 4,
            "{} distinct runs",
            hashes.len()
        );
        let tapes: String = (0..PROGRAMS)
            .map(|number| seeded(number).tape().to_string())
            .collect();
        for kind in ["task", "timer", "fire", "select", "choose", "flip"] {
            assert!(
                tapes.contains(&format!(" {kind}@")),
                "no program ever deviates in a draw of {kind}"
            );
        }
    }

    #[test]
    fn runs_have_equal_hashes_if_and_only_if_the_same_things_happened() {
        let mut hash_of = BTreeMap::new();
        let mut told_by = BTreeMap::new();
        for number in 0..PROGRAMS {
            let run = seeded(number);
            // Draws and waits are causes: what came of them is in the hash.
            let cause = |line: &&str| {
                [" draws ", " waits "]
                    .iter()
                    .any(|word| line.contains(word))
            };
            let text = run.trace().to_string();
            let told: Vec<_> = text
                .lines()
                .filter(|line| !cause(line))
                .map(squeezed)
                .collect();
            let told = told.join("\n");
            assert_eq!(
                *hash_of.entry(told.clone()).or_insert(run.hash()),
                run.hash(),
                "{told}"
            );
            assert_eq!(told_by.entry(run.hash()).or_insert(told.clone()), &told);
        }
    }

    /// A line without the blanks that align it with others.
    fn squeezed(line: &str) -> String {
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn events_kept_or_not_the_hash_is_the_same() {
        for number in 0..300 {
            let program = Program::random(number);
            let found = explore(|| program.clone().run())
                .sim(sim())
                .seeds(number..number + 1)
                .run();
            let digest = found.digest();
            let again = explore(|| program.clone().run())
                .sim(sim())
                .seeds(number..number + 1)
                .verify_every(1)
                .run();
            assert_eq!(
                (again.failed(), again.digest()),
                (false, digest),
                "program {number}: {again}"
            );
        }
    }
}

mod tapes {
    use super::*;

    #[test]
    fn a_tape_replays_its_run_and_all_of_it_matches() {
        let mut longest = 0;
        for number in 0..PROGRAMS {
            let run = seeded(number);
            let text = run.tape().to_string();
            let tape: Tape = text.parse().expect("what was written reads back");
            assert_eq!(
                (&tape, tape.to_line().parse()),
                (run.tape(), Ok(tape.clone()))
            );
            let replayed = sound(sim().tape(&tape).run(Program::random(number).run()));
            assert_eq!(replayed.hash(), run.hash(), "program {number}:\n{text}");
            assert_eq!(replayed.trace().to_string(), run.trace().to_string());
            assert_eq!(replayed.tape(), run.tape());
            let matched = replayed.matched().expect("it was given a tape");
            assert_eq!(
                (matched.matched, &matched.first_mismatch),
                (matched.total, &None)
            );
            longest = longest.max(matched.total);
        }
        assert!(
            longest > 20,
            "the programs draw too little to show anything: {longest}"
        );
    }

    #[test]
    fn the_empty_tape_is_the_plain_run() {
        for number in 0..PROGRAMS {
            let plain = sound(sim().run(Program::random(number).run()));
            let empty = sound(
                sim()
                    .tape(&Tape::default())
                    .run(Program::random(number).run()),
            );
            let zero =
                sound(sim().run_with(reweave::strategies::Plain, Program::random(number).run()));
            assert_eq!(
                (plain.hash(), plain.tape()),
                (empty.hash(), &Tape::default())
            );
            assert_eq!(plain.hash(), zero.hash());
        }
    }

    #[test]
    fn a_tape_without_one_deviation_still_runs_and_replays() {
        for number in 0..PROGRAMS {
            let tape = seeded(number).tape().clone();
            let mut deviations: Vec<_> = tape.deviations().collect();
            if deviations.is_empty() {
                continue;
            }
            deviations.remove(Numbers(number).below(deviations.len() as u64) as usize);
            let shorter = Tape::new(tape.values(), deviations);
            let run = sound(sim().tape(&shorter).run(Program::random(number).run()));
            assert_eq!(
                run.matched().map(|m| m.total),
                Some(shorter.deviations().len())
            );
            let again = sound(sim().tape(run.tape()).run(Program::random(number).run()));
            assert_eq!(again.hash(), run.hash(), "what it did is on its own tape");
            assert_eq!(
                again.matched().map(|m| m.matched),
                Some(run.tape().deviations().len())
            );
        }
    }

    #[test]
    fn the_tape_of_another_program_runs_and_says_how_much_of_it_matched() {
        let mut partly = 0;
        for number in 0..PROGRAMS {
            let tape = seeded(number).tape().clone();
            let run = sound(sim().tape(&tape).run(Program::random(number + 1).run()));
            let matched = run.matched().unwrap();
            assert!(matched.matched <= matched.total);
            assert_eq!(
                matched.first_mismatch.is_none(),
                matched.matched == matched.total
            );
            if let Some((deviation, _)) = &matched.first_mismatch {
                assert!(
                    tape.deviations()
                        .any(|known| known.to_string() == *deviation)
                );
                partly += u32::from(matched.matched > 0);
            }
        }
        assert!(partly > 50, "{partly} tapes matched in part");
    }

    #[test]
    fn a_mismatch_names_the_first_deviation_and_the_reason() {
        let tape = "reweave tape 1; main choose@1 1; main choose@2 7; main flip@5 1";
        let run = sim()
            .tape(&tape.parse().unwrap())
            .run(async { choose(0..3) + choose(0..3) });
        assert_eq!(run.output(), Some(&1));
        insta::assert_snapshot!(run.matched().unwrap(), @"33 % of the tape matched (1 of 3 deviations); the first that did not: `main choose@2 7`: the choice was not among the candidates");
    }

    #[test]
    fn a_tape_survives_a_new_task_elsewhere() {
        async fn program(with_newcomer: bool) -> Vec<u32> {
            let newcomer =
                with_newcomer.then(|| Builder::new().name("newcomer").spawn(yield_now()));
            let worker = async { vec![choose(0..100), choose(0..100), choose(0..100)] };
            let chosen = Builder::new()
                .name("worker")
                .spawn(worker)
                .unwrap()
                .await
                .unwrap();
            if let Some(newcomer) = newcomer {
                newcomer.unwrap().await.unwrap();
            }
            chosen
        }
        let before = sim().seed(4).run(program(false));
        let after = sim().tape(before.tape()).run(program(true));
        assert_eq!(after.output(), before.output());
        assert_eq!(
            after.matched().map(|m| m.first_mismatch.clone()),
            Some(None)
        );
    }
}

mod values {
    use super::*;

    /// What a task draws, if one beside it draws `others` numbers before and between.
    async fn beside(others: u32) -> Vec<u64> {
        let greedy = Builder::new().name("greedy").spawn(async move {
            for _ in 0..others {
                rng().next_u64();
                yield_now().await;
            }
        });
        let modest = Builder::new().name("modest").spawn(async {
            let mut drawn = Vec::new();
            for _ in 0..5 {
                drawn.push(rng().next_u64());
                yield_now().await;
            }
            drawn
        });
        greedy.unwrap().await.unwrap();
        modest.unwrap().await.unwrap()
    }

    #[test]
    fn of_one_task_do_not_change_when_another_draws_more() {
        let drawn = |others| sim().seed(9).run(beside(others)).unwrap();
        assert_eq!(drawn(0), drawn(1));
        assert_eq!(drawn(0), drawn(100));
        assert_ne!(drawn(0), sim().seed(10).run(beside(0)).unwrap());
        let distinct: BTreeSet<_> = drawn(0).into_iter().collect();
        assert_eq!(distinct.len(), 5);
    }

    #[test]
    fn differ_from_task_to_task_and_come_back_with_the_tape() {
        async fn two() -> [u64; 2] {
            [
                spawn(async { rng().next_u64() }).await.unwrap(),
                spawn(async { rng().next_u64() }).await.unwrap(),
            ]
        }
        let run = sim().seed(2).run(two());
        let replayed = sim().tape(run.tape()).run(two());
        assert_eq!(replayed.output(), run.output());
        let [first, second] = run.unwrap();
        assert_ne!(first, second);
    }

    #[test]
    fn filled_bytes_and_numbers_come_from_one_stream() {
        let draw = || async {
            let mut bytes = [0; 13];
            rng().fill_bytes(&mut bytes);
            (bytes, rng().next_u32())
        };
        assert_eq!(
            sim().seed(1).run(draw()).unwrap(),
            sim().seed(1).run(draw()).unwrap()
        );
        assert_ne!(
            sim().seed(1).run(draw()).unwrap(),
            sim().seed(2).run(draw()).unwrap()
        );
    }
}

mod explorations {
    use super::*;

    #[test]
    fn the_digest_does_not_depend_on_the_number_of_threads() {
        for number in 0..20 {
            let program = Program::random(number);
            let digest = |jobs| {
                let found = explore(|| program.clone().run())
                    .sim(sim())
                    .seeds(0..200)
                    .jobs(jobs)
                    .run();
                assert!(!found.failed(), "{found}");
                found.digest().expect("it went to the end")
            };
            assert_eq!(
                (digest(1), digest(1)),
                (digest(2), digest(4)),
                "program {number}"
            );
        }
    }

    /// Fails in few of its runs, in two ways.
    async fn racy() {
        let (sender, receiver) = futures::channel::oneshot::channel();
        let late = spawn(async move {
            yield_now().await;
            let _ = sender.send(rng().next_u32() % 4);
        });
        let early = spawn(async move {
            yield_now().await;
            yield_now().await;
            receiver.now_or_never()
        });
        let seen = early.await.unwrap();
        late.await.unwrap();
        assert!(seen.is_some(), "looked too early");
        assert_ne!(seen, Some(Ok(3)), "three is too many");
    }

    #[test]
    fn failures_are_the_same_for_any_number_of_threads() {
        let failures = |jobs: usize, collect: bool| {
            let mut exploration = explore(racy).sim(sim()).seeds(0..400).jobs(jobs);
            if collect {
                exploration = exploration.collect();
            }
            let found = exploration.run();
            let failures = found
                .failures()
                .iter()
                .map(|run| (run.seed(), run.hash(), run.findings().to_vec(), run.shown()));
            (failures.collect::<Vec<_>>(), found.runs(), found.digest())
        };
        let (collected, runs, digest) = failures(1, true);
        assert_eq!((collected.len(), runs, digest.is_some()), (2, 400, true));
        let (first, runs, digest) = failures(1, false);
        let told = |run: &(_, _, Vec<_>, _)| (run.0, run.1, run.2.clone());
        assert_eq!((told(&first[0]), digest), (told(&collected[0]), None));
        assert_eq!(Some(runs - 1), first[0].0, "it stops at the first");
        for jobs in [2, 4] {
            assert_eq!(failures(jobs, true), failures(1, true));
            assert_eq!(failures(jobs, false), failures(1, false));
        }
    }

    #[test]
    fn a_failing_seed_fails_alike_alone_and_by_its_tape() {
        let found = explore(racy).sim(sim()).seeds(0..400).collect().run();
        assert_eq!(found.failures().len(), 2);
        for failure in found.failures() {
            let alone = sim().seed(failure.seed().unwrap()).run(racy());
            let by_tape = sim().tape(failure.tape()).run(racy());
            for run in [&alone, &by_tape] {
                assert_eq!(run.hash(), failure.hash());
                assert_eq!(
                    run.failure().map(ToString::to_string),
                    failure.failure().map(ToString::to_string)
                );
            }
        }
    }

    /// Runs itself in another process, which prints the report of the same seed.
    #[test]
    fn a_failing_seed_fails_alike_in_a_fresh_process() {
        const SEED: &str = "REPLAY_THIS_SEED_AND_PRINT";
        let report = |seed: u64| format!("<<<{}>>>", sim().seed(seed).run(racy()));
        if let Ok(seed) = std::env::var(SEED) {
            return println!("{}", report(seed.parse().unwrap()));
        }
        let found = explore(racy).sim(sim()).seeds(0..400).run();
        let seed = found
            .failure()
            .and_then(Run::seed)
            .expect("some seed fails");
        let name = "replay::explorations::a_failing_seed_fails_alike_in_a_fresh_process";
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(SEED, seed.to_string())
            .output()
            .unwrap();
        let printed = String::from_utf8(child.stdout).unwrap();
        assert!(
            printed.contains(&report(seed)),
            "{printed}\nbut here it is\n{}",
            report(seed)
        );
    }
}
