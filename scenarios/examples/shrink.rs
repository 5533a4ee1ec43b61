//! How far shrinking gets on each bug of the gallery: a line a bug, with the least that there is beside it, found by trying
//! all runs of at most two deviations.
//!
//! `cargo run --release -p reweave-scenarios --example shrink [-- --brute] [NAME]...`

#[path = "../../tests/brute.rs"]
mod brute;

use std::time::{Duration, Instant};

use reweave_scenarios::registry::ALL;
use reweave_scenarios::{Scenario, Twin};

fn main() {
    let (options, names): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|word| word.starts_with("--"));
    let brute = options.iter().any(|option| option == "--brute");
    println!(
        "{:<28} {:>6} {:>6} {:>6} {:>7} {:>9}  known",
        "bug", "found", "after", "least", "runs", "ms"
    );
    let mut times = Vec::new();
    let wanted =
        |scenario: &&Scenario| names.is_empty() || names.iter().any(|name| name == scenario.name);
    for scenario in ALL
        .iter()
        .filter(|scenario| scenario.bug.is_some())
        .filter(wanted)
    {
        times.extend(line(scenario, brute));
    }
    times.sort();
    if let (Some(median), Some(slowest)) = (times.get(times.len() / 2), times.last()) {
        println!(
            "median {:.1} ms, slowest {:.1} ms",
            ms(*median),
            ms(*slowest)
        );
    }
}

fn line(scenario: &Scenario, brute: bool) -> Option<Duration> {
    let explore = || scenario.explore(Twin::Original).seeds(0..20_000);
    let begin = Instant::now();
    let found = explore().run();
    let finding = begin.elapsed();
    let found = found.failure()?;
    let begin = Instant::now();
    let shrunk = explore().shrink(true).run();
    let shrinking = begin.elapsed().saturating_sub(finding);
    let shrunk = shrunk.failure()?;
    let least = match brute {
        false => "-".to_owned(),
        true => {
            let bug = found.failure()?.signature();
            let least = brute::least(|strategy| {
                let run = scenario.sim().run_with(strategy, (scenario.original)());
                run.failure()
                    .is_some_and(|failure| failure.signature() == bug)
            });
            least.map_or_else(|| ">2".to_owned(), |least| least.to_string())
        }
    };
    let (runs, known) = match shrunk.explanation() {
        Some(known) if known.is_minimal() => (known.runs(), "minimal"),
        Some(known) if known.is_cut_short() => (known.runs(), "cut short"),
        Some(known) => (known.runs(), "1-minimal"),
        None => (0, "not shrunk"),
    };
    println!(
        "{:<28} {:>6} {:>6} {:>6} {:>7} {:>9.1}  {known}  {}",
        scenario.name,
        found.tape().deviations().len(),
        shrunk.tape().deviations().len(),
        least,
        runs,
        ms(shrinking),
        shrunk.tape().to_line(),
    );
    Some(shrinking)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
