//! What is found in every program with a bug: seed, hash and findings of the first failing run in one list, and the
//! words of each kind of finding once.
//!
//! A place is given as the line of code that stands there, so that words survive a moved line.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use reweave::{Finding, Run};
use reweave_scenarios::{Gallery, Scenario, Twin, registry};

/// Seeds within which every bug shows.
const SEEDS: u64 = 100;

/// Every scenario with a bug, and the first run that shows it; the classics first, for their findings say most.
fn failures() -> impl Iterator<Item = (&'static Scenario, Run)> {
    let of = |classics: bool| {
        registry::ALL
            .iter()
            .filter(move |scenario| (scenario.gallery == Gallery::Classics) == classics)
    };
    of(true)
        .chain(of(false))
        .filter(|scenario| scenario.bug.is_some())
        .map(|scenario| {
            let found = scenario.explore(Twin::Original).seeds(0..SEEDS).run();
            let failure = found.failure().cloned();
            (
                scenario,
                failure.unwrap_or_else(|| panic!("{} is missed", scenario.name)),
            )
        })
}

#[test]
fn every_bug_is_found_in_the_run_that_was_kept() {
    let mut list = String::new();
    for (scenario, run) in failures() {
        let seed = run.seed().expect("it was drawn from a seed");
        let found: Vec<String> = run
            .findings()
            .iter()
            .map(|finding| match finding.task() {
                Some(task) => format!("{} in {task}", finding.kind()),
                None => finding.kind().to_string(),
            })
            .collect();
        list += &format!(
            "{:<26} seed {seed:<2} {:016x} {}\n",
            scenario.name,
            run.hash(),
            found.join(", ")
        );
    }
    insta::assert_snapshot!("first_failures", list);
}

#[test]
fn each_kind_of_finding_reads_as_it_was_kept() {
    let (mut seen, mut words) = (BTreeSet::new(), String::new());
    for (scenario, run) in failures() {
        for finding in run.findings() {
            if seen.insert(finding.kind()) {
                words += &format!("# {}\n{}\n\n", scenario.name, quoted(finding));
            }
        }
    }
    insta::assert_snapshot!("words", words);
}

/// The finding with lines of code instead of every `scenarios/…/file.rs:line:column`.
fn quoted(finding: &Finding) -> String {
    const HERE: &str = "scenarios/";
    let text = finding.to_string();
    let mut parts = text.split(HERE);
    let mut quoted = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find([' ', ',', ';', ')', '\n']).unwrap_or(part.len());
        let mut place = part[..end].split(':');
        let mut next = || place.next().expect("file:line:column");
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(next());
        let line: usize = next().parse().expect("a line number");
        let source = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file:?}: {error}"));
        let line = source
            .lines()
            .nth(line - 1)
            .expect("the file has that line");
        quoted += &format!("`{}`{}", line.trim(), &part[end..]);
    }
    quoted
}
