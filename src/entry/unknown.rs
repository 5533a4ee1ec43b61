//! Variables that look like Reweave's and are not: a name that is misspelt would have no effect, and nobody would know.

use std::collections::BTreeSet;
use std::env;
use std::io::{self, Write};
use std::sync::Once;

use strsim::osa_distance;

use super::environment::KNOWN;
use crate::base::short::short;

/// So many letters that are missing, too many, exchanged or wrong are a slip.
const MOST_SLIPS: usize = 3;

/// Says once in a process, on standard error, which variables are not known.
pub(super) fn tell() {
    static TOLD: Once = Once::new();
    TOLD.call_once(|| {
        let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        for line in lines(names) {
            // Past the harness, which shows what a test prints only if it fails. Nothing can be done if it is closed.
            let _ = writeln!(io::stderr(), "reweave: {line}");
        }
    });
}

/// A line for each name that begins as Reweave's do and is none.
fn lines(names: impl Iterator<Item = String>) -> Vec<String> {
    let unknown: BTreeSet<String> = names
        .filter(|name| name.starts_with("REWEAVE_") && !KNOWN.contains(&name.as_str()))
        .collect();
    let line = |name: String| {
        let near = KNOWN
            .iter()
            .map(|known| (osa_distance(known, &name), known));
        let near = near.min().filter(|&(distance, _)| distance <= MOST_SLIPS);
        let name = short(&name);
        match near {
            Some((_, near)) => {
                format!("there is no variable {name}, so it has no effect: is it {near}?")
            }
            None => format!("there is no variable {name}, so it has no effect"),
        }
    };
    unknown.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_misspelt_is_told_with_the_one_that_is_near() {
        let told = |names: &[&str]| lines(names.iter().map(|name| (*name).to_owned())).join("\n");
        assert_eq!(told(&["PATH", "REWEAVE"]), "");
        assert_eq!(told(&KNOWN), "");
        insta::assert_snapshot!(told(&["REWEAVE_SEEDZ", "REWEAVE_SEDE", "REWEAVE_SOMETHING_ELSE"]), @"
        there is no variable REWEAVE_SEDE, so it has no effect: is it REWEAVE_SEED?
        there is no variable REWEAVE_SEEDZ, so it has no effect: is it REWEAVE_SEED?
        there is no variable REWEAVE_SOMETHING_ELSE, so it has no effect
        ");
    }
}
