//! Same seed, same run: twice, on any number of threads, from its tape, alone in a fresh process.

use std::process::Command;

use reweave::finding::Explanation;
use reweave::{FindingKind, Report};
use reweave_scenarios::registry::programs;
use reweave_scenarios::{Gallery, Scenario, Twin};

use crate::{FIELD_SEEDS, SEEDS};

/// How many seeds of each program are replayed from their tapes.
const TAPES: usize = 20;

/// The digest over all seeds of a program, which must be deterministic.
fn digest(scenario: &Scenario, twin: Twin, seeds: u64, jobs: usize) -> u64 {
    let found = scenario
        .explore(twin)
        .seeds(0..seeds)
        .jobs(jobs)
        .collect()
        .run();
    for run in found.failures() {
        let strays = run
            .findings()
            .iter()
            .find(|f| f.kind() == FindingKind::Nondeterminism);
        assert!(strays.is_none(), "{}: {run}", scenario.name);
    }
    found.digest().expect("it collects, so it runs every seed")
}

#[track_caller]
fn check_digests(gallery: Gallery, seeds: u64) {
    for (scenario, twin) in programs().filter(|(scenario, _)| scenario.gallery == gallery) {
        let on = |jobs| digest(scenario, twin, seeds, jobs);
        let (one, two) = (on(1), on(2));
        assert_eq!(one, two, "{} ({twin:?})", scenario.name);
    }
}

#[test]
fn an_article_has_the_same_digest_twice_and_on_two_threads() {
    check_digests(Gallery::Articles, SEEDS);
}

#[test]
fn and_so_has_a_classic() {
    check_digests(Gallery::Classics, SEEDS);
}

#[test]
fn and_so_has_a_bug_of_the_field() {
    check_digests(Gallery::Field, FIELD_SEEDS);
}

#[test]
fn a_seed_replays_from_its_tape() {
    for (scenario, twin) in programs() {
        for seed in (0..SEEDS).step_by(SEEDS as usize / TAPES) {
            let name = format!("{} ({twin:?}), seed {seed}", scenario.name);
            let run = scenario.run(twin, scenario.sim().seed(seed));
            let tape = run.tape().to_string().parse().expect("a tape reads back");
            let again = scenario.run(twin, scenario.sim().tape(&tape));
            assert_eq!(again.hash(), run.hash(), "{name}");
            assert_eq!(again.trace().to_string(), run.trace().to_string(), "{name}");
            let matched = again.matched().expect("it was given a tape");
            assert_eq!(matched.matched, matched.total, "{name}: {matched}");
        }
    }
}

#[test]
fn a_failing_seed_found_among_many_fails_the_same_way_alone_in_a_fresh_process() {
    for (scenario, twin) in programs() {
        if scenario.expected(twin).is_none() {
            continue;
        }
        // To shrink all takes long.
        let shrinks = scenario.gallery == Gallery::Classics;
        let explore = scenario.explore(twin).seeds(0..SEEDS).jobs(2);
        let found = explore.shrink(shrinks).run();
        let run = found.failure().expect("the bug is found");
        let found = run.explanation().and_then(Explanation::seed);
        let seed = found.or(run.seed()).expect("it was drawn from a seed");
        let (name, explain) = (scenario.name, if shrinks { "on" } else { "off" });
        let alone = Command::new(env!("CARGO_BIN_EXE_reweave-scenarios"))
            .args(["replay", name, "--seed", &seed.to_string()])
            .args(["--explain", explain])
            .output()
            .expect("the binary runs");
        assert_eq!(alone.status.code(), Some(1), "{name}");
        let replay = format!("cargo run --release -- replay {name} --seed {seed}");
        let expected = format!("{}\n", Report::new(run).replay(&replay));
        let alone = String::from_utf8_lossy(&alone.stdout);
        assert_eq!(lasting(&alone), lasting(&expected), "{name}");
    }
}

/// What does not depend on who asks, and how fast. In how many seeds it showed is known to the exploration only; and what is tried to tell the turning
/// point and the nearest passing run, whose lines come before that of the replay, ends after some seconds.
fn lasting(report: &str) -> String {
    const TRIED: [&str; 4] = [
        "every schedule tried fails",
        "lost",
        "from which step",
        "nearest passing run",
    ];
    let mut tried = false;
    let lasts = |line: &&str| {
        tried |= TRIED.iter().any(|begin| line.starts_with(begin));
        tried &= !line.starts_with("replay: ");
        !tried && !line.starts_with("seen: ")
    };
    report.split_inclusive('\n').filter(lasts).collect()
}
