//! `dpor`: one run of each class, and nothing is missed.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use reweave::strategies::Builtin;
use reweave::{Sim, explore};

use super::classes::all_classes;
use super::drawn::{Seen, program, run};
use super::programs::how_far;

#[test]
fn try_many() {
    let from: u64 = std::env::var("FROM").map_or(0, |text| text.parse().unwrap());
    let to: u64 = std::env::var("TO").map_or(50, |text| text.parse().unwrap());
    let most: usize = std::env::var("MOST").map_or(3000, |text| text.parse().unwrap());
    let (mut worst, mut total, mut bad) = (0.0f64, 0, 0);
    for seed in from..to {
        let drawn = program(seed);
        let seen = Seen::default();
        let mut expected = BTreeSet::new();
        let mut kinds = BTreeSet::new();
        let make = || run(drawn.clone(), seen.clone());
        let counted = all_classes(&Sim::new(), most, make, |run| {
            expected.insert(seen.lock().unwrap().clone());
            kinds.extend(
                run.findings()
                    .iter()
                    .map(|finding| finding.kind().to_string()),
            );
        });
        let Some((runs, classes)) = counted else {
            println!("{seed}: too many");
            continue;
        };
        let states = Arc::new(Mutex::new(BTreeSet::new()));
        let kept = states.clone();
        let (given, of_run) = (seen.clone(), Seen::default());
        let found = explore(|| run(drawn.clone(), of_run.clone()))
            .builtin(Builtin::Dpor)
            .collect()
            .seeds(0..1_000_000);
        let of = of_run.clone();
        let found = found
            .on_run(move |_| _ = kept.lock().unwrap().insert(of.lock().unwrap().clone()))
            .run();
        drop(given);
        let states = states.lock().unwrap().clone();
        let mut found_kinds = BTreeSet::new();
        for run in found.failures().iter().chain(found.warnings()) {
            found_kinds.extend(
                run.findings()
                    .iter()
                    .map(|finding| finding.kind().to_string()),
            );
        }
        let searched = how_far(&found);
        let ratio = searched.runs as f64 / classes as f64;
        worst = worst.max(ratio);
        total += 1;
        let right = states == expected && found_kinds == kinds;
        if !right || ratio > 2.0 || ratio < 1.0 {
            bad += 1;
            println!(
                "{seed}: {} {drawn:?}: {runs} runs, {classes} classes, {} made, {} redundant, states {} of {}, {found_kinds:?} of {kinds:?} {:?}",
                if right { "" } else { "WRONG" },
                searched.runs,
                searched.redundant,
                states.len(),
                expected.len(),
                searched.ending,
            );
            if !right {
                for lost in expected.difference(&states) {
                    println!("    lost {lost:?}");
                }
            }
        }
    }
    println!("{total} programs, {bad} bad, worst {worst}");
}
