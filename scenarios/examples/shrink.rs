//! How far shrinking gets on each bug of the gallery: a line a bug, with the least that there is beside it, found by trying
//! all runs of at most two deviations. And on a larger program, with faults.
//!
//! `cargo run --release -p reweave-scenarios --example shrink [-- --brute] [NAME]...`

#[path = "../../tests/brute.rs"]
mod brute;
#[path = "shrink/transfers.rs"]
mod transfers;

use std::time::{Duration, Instant};

use reweave::{Explore, Run, Sim, explore};
use reweave_scenarios::registry::ALL;
use reweave_scenarios::{Program, Twin, program};

/// A program with a bug.
struct Subject {
    name: &'static str,
    sim: Sim,
    make: fn() -> Program,
    /// Whether all runs of two deviations are few enough.
    is_small: bool,
}

fn main() {
    let (options, names): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|word| word.starts_with("--"));
    let brute = options.iter().any(|option| option == "--brute");
    println!(
        "{:<28} {:>6} {:>6} {:>6} {:>6} {:>6} {:>7} {:>9} {:>9}  known",
        "bug", "draws", "found", "after", "least", "steps", "runs", "of steps", "ms"
    );
    let mut times = Vec::new();
    let scenarios = ALL.iter().filter(|scenario| scenario.bug.is_some());
    let of_gallery = scenarios.map(|scenario| Subject {
        name: scenario.name,
        sim: scenario.sim(),
        make: scenario.maker(Twin::Original).expect("each has one"),
        is_small: true,
    });
    let large = [
        ("transfers with faults", "all"),
        ("transfers, of the network", "network"),
    ];
    let large = large.map(|(name, faults)| Subject {
        name,
        sim: Sim::new()
            .faults(faults)
            .on_shrink(|shrinking| eprintln!("{shrinking}")),
        make: || program(transfers::transfers()),
        is_small: false,
    });
    let wanted = |subject: &Subject| {
        names.is_empty() || names.iter().any(|name| subject.name.contains(&**name))
    };
    for subject in of_gallery.chain(large).filter(wanted) {
        let time = line(&subject, brute);
        times.extend(time.filter(|_| subject.is_small));
    }
    times.sort();
    if let (Some(median), Some(slowest)) = (times.get(times.len() / 2), times.last()) {
        println!(
            "of the gallery: median {:.1} ms, slowest {:.1} ms",
            ms(*median),
            ms(*slowest)
        );
    }
}

fn line(subject: &Subject, brute: bool) -> Option<Duration> {
    let explore = || -> Explore<fn() -> Program> {
        explore(subject.make)
            .sim(subject.sim.clone())
            .seeds(0..20_000)
    };
    let begin = Instant::now();
    let found = explore().run();
    let finding = begin.elapsed();
    let found = found.failure()?;
    let begin = Instant::now();
    let shrunk = explore().shrink(true).run();
    let shrinking = begin.elapsed().saturating_sub(finding);
    let shrunk = shrunk.failure()?;
    let least = match brute && subject.is_small {
        false => "-".to_owned(),
        true => {
            let bug = found.failure()?.signature();
            let least = brute::least(|strategy| {
                let run = subject.sim.clone().run_with(strategy, (subject.make)());
                run.failure()
                    .is_some_and(|failure| failure.signature() == bug)
            });
            least.map_or_else(|| ">2".to_owned(), |least| least.to_string())
        }
    };
    let known = shrunk.explanation();
    let told = match known {
        Some(known) if known.is_minimal() => "minimal",
        Some(known) if known.is_cut_short() => "cut short",
        Some(_) => "1-minimal",
        None => "not shrunk",
    };
    let deviations = |run: &Run| run.tape().deviations().len();
    println!(
        "{:<28} {:>6} {:>6} {:>6} {:>6} {:>6} {:>7} {:>9} {:>9.1}  {told}  {}",
        subject.name,
        found.summary().draws,
        deviations(found),
        deviations(shrunk),
        least,
        found.steps(),
        known.map_or(0, |known| known.runs()),
        known.map_or(0, |known| known.steps()),
        ms(shrinking),
        shrunk.tape().to_line(),
    );
    Some(shrinking)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
