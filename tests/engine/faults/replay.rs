//! Faults are draws: they repeat, replay from a tape, and can be taken away one by one.

use reweave::draw::{Draw, Kind};
use reweave::time::sleep;
use reweave::trace::{Event, HostVerb};
use reweave::{Run, Sim, Strategy, Tape, buggify, explore, host};

use super::{SECOND, count, serves};

const FAULTS: &str = "hosts, buggify";

/// Hosts that wait for each other's notes, and places that are marked.
async fn program() {
    let (note, mut notes) = reweave::sync::mpsc::unbounded_channel();
    for name in ["a", "b", "c with a blank"] {
        let note = note.clone();
        host(name).start(move || {
            let note = note.clone();
            async move {
                for round in 0.. {
                    sleep(SECOND / 3).await;
                    if !buggify!(0.1) {
                        let _ = note.send(round);
                    }
                }
            }
        });
    }
    for _ in 0..150 {
        notes.recv().await;
        if buggify!(0.3) {
            sleep(SECOND).await;
        }
    }
}

fn run(seed: u64) -> Run {
    Sim::new().faults(FAULTS).seed(seed).run(program())
}

#[test]
fn a_seed_gives_the_same_run_and_so_does_its_tape() {
    let mut faults = 0;
    for seed in 0..30 {
        let first = run(seed);
        assert_eq!(run(seed).hash(), first.hash());
        // Printed and read again.
        let tape: Tape = first.tape().to_line().parse().unwrap();
        let again = Sim::new().faults(FAULTS).tape(&tape).run(program());
        assert_eq!(again.hash(), first.hash(), "{}", first.tape());
        let matched = again.matched().unwrap();
        assert_eq!(matched.matched, matched.total, "{matched}");
        assert_eq!(again.tape(), first.tape());
        faults += tape.deviations().filter(|d| d.kind == Kind::Fault).count();
    }
    assert!(faults > 300, "{faults}");
}

#[test]
fn an_exploration_has_the_same_digest_however_it_is_spread() {
    let digest = |jobs| {
        let explored = explore(program).faults(FAULTS).seeds(0..60);
        explored.jobs(jobs).verify_every(1).run()
    };
    let (one, three) = (digest(1), digest(3));
    assert!(!one.failed(), "{one}");
    assert!(one.digest().is_some());
    assert_eq!(one.digest(), three.digest());
}

#[test]
fn the_plain_run_is_the_run_without_faults() {
    let plain = Sim::new().run(serves(60));
    let with = Sim::new().faults("all").run(serves(60));
    assert_eq!(with.hash(), plain.hash());
    assert_eq!(with.tape(), plain.tape());
    assert_eq!(with.output(), plain.output());
    // A seed under `none` is the seed.
    let seed = |sim: Sim| sim.seed(7).run(program()).hash();
    assert_eq!(seed(Sim::new()), seed(Sim::new().faults("none")));
}

/// When hosts died.
fn deaths<T>(run: &Run<T>) -> Vec<u64> {
    let entries = run.trace().entries().iter();
    let dies = |event: Event| matches!(event, Event::FaultBegan { .. });
    entries.filter(|e| dies(e.event)).map(|e| e.at).collect()
}

#[test]
fn each_fault_can_be_taken_away_and_the_others_stay() {
    let made = |sim: Sim| sim.faults("hosts(crash = 10s)").run(serves(60));
    let seed = (0..100).find(|&seed| deaths(&made(Sim::new().seed(seed))).len() > 3);
    let text = made(Sim::new().seed(seed.unwrap())).tape().to_string();
    // All of them between bursts of steps: those that strike amid one do so later if another has held that up.
    let lines = text
        .lines()
        .map(|line| match line.split_once("@db fault@") {
            None => line.to_owned(),
            Some((kind, rest)) => {
                let (nth, chosen) = rest.split_once(' ').unwrap();
                let chosen = (chosen.parse::<u32>().unwrap() - 1) / 4 * 4 + 1;
                format!("{kind}@db fault@{nth} {chosen}")
            }
        });
    let lines: Vec<String> = lines.collect();
    let played = |lines: &[String]| {
        let tape: Tape = lines.join("\n").parse().unwrap();
        made(Sim::new().tape(&tape))
    };
    let all = deaths(&played(&lines));
    assert!(all.len() > 3, "{all:?}");
    let mut gone_alone = 0;
    for at in 0..lines.len() {
        if !lines[at].contains("@db fault@") {
            continue;
        }
        let mut fewer = lines.clone();
        fewer.remove(at);
        let left = deaths(&played(&fewer));
        let gone: Vec<&u64> = all.iter().filter(|at| !left.contains(at)).collect();
        // One that met a host that was down had not struck.
        assert!(
            gone.len() <= 1,
            "without {}: {gone:?} of {all:?}",
            lines[at]
        );
        gone_alone += gone.len();
    }
    assert_eq!(gone_alone, all.len());
}

/// Takes every fault it can.
struct Unlucky(Vec<String>);

impl Strategy for Unlucky {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        match draw.kind() {
            Kind::Fault => {
                self.0.extend(draw.label().map(str::to_owned));
                assert_eq!(draw.label().is_some(), self.0.last().is_some());
                draw.candidates() - 1
            }
            _ => 0,
        }
    }
}

#[test]
fn a_strategy_is_shown_what_is_drawn() {
    let run = Sim::new()
        .faults("hosts(crash = 20s)")
        .run_with(Unlucky(Vec::new()), serves(30));
    assert!(count(&run, HostVerb::Crashes) > 0);
    let tape = run.tape().to_string();
    let mut lines = tape.lines();
    assert_eq!(lines.nth(1), Some("crash fault@1 1"), "{tape}");
    assert!(
        lines.next().unwrap().starts_with("crash@db fault@1 "),
        "{tape}"
    );
}
