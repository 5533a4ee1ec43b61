//! What exploring finds: for each scenario and twin, every finding and in how many of the first seeds it showed.
//!
//! ```text
//! cargo run --release -p reweave-scenarios --example digest -- 10000
//! ```
//!
//! Made before and after a change to what is drawn, two of these lists show whether a bug has become rarer.

use std::collections::{BTreeMap, BTreeSet};

use reweave_scenarios::{Scenario, Twin, registry};

fn main() {
    let seeds = std::env::args()
        .nth(1)
        .map_or(Ok(10_000), |text| text.parse());
    let Ok(seeds) = seeds else {
        eprintln!("expected a number of seeds, such as 10000");
        std::process::exit(2);
    };
    for scenario in registry::ALL {
        for twin in scenario.twins() {
            for (finding, count) in count(scenario, twin, seeds) {
                println!("{:<30} {twin:<8?} {count:>6}  {finding}", scenario.name);
            }
        }
    }
}

/// In how many of the seeds each finding shows.
fn count(scenario: &Scenario, twin: Twin, seeds: u64) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for seed in 0..seeds {
        let run = scenario.run(twin, scenario.sim().seed(seed));
        let found: BTreeSet<String> = run
            .findings()
            .iter()
            .map(|finding| format!("{} {:?}", finding.kind(), finding.level()))
            .collect();
        for finding in found {
            *counts.entry(finding).or_default() += 1;
        }
    }
    counts
}
