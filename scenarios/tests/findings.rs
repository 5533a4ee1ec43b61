//! What is found in every classic, in all its words, as a snapshot in `snapshots/`: the findings of the first
//! seed that shows its bug.
//!
//! A place is given as the line of code that stands there, so that a snapshot survives a moved line. After a
//! change that is meant to change words or seeds, `INSTA_UPDATE=always cargo test -p reweave-scenarios --test
//! findings` writes the new ones, to be read before they are kept.

use std::fs;
use std::path::Path;

use reweave::Finding;
use reweave_scenarios::{Gallery, Twin, registry};

/// Seeds within which every bug shows.
const SEEDS: u64 = 100;

#[test]
fn every_classic_is_told_in_the_words_that_were_read_and_kept() {
    for scenario in registry::ALL
        .iter()
        .filter(|scenario| scenario.gallery == Gallery::Classics)
    {
        let found = scenario.explore(Twin::Original).seeds(0..SEEDS).run();
        let name = scenario.name;
        let run = found
            .failure()
            .unwrap_or_else(|| panic!("{name} is missed"));
        let told: Vec<String> = run.findings().iter().map(Finding::to_string).collect();
        let seed = run.seed().expect("it was drawn from a seed");
        insta::assert_snapshot!(name, format!("seed {seed}\n{}", quoted(&told.join("\n"))));
    }
}

/// The text with lines of code instead of every `scenarios/…/file.rs:line:column`.
fn quoted(text: &str) -> String {
    const HERE: &str = "scenarios/";
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
