//! Files that import each other, through however many.

use std::collections::{BTreeMap, BTreeSet};

use super::imports::{Import, Imports};

/// Files of which each reaches each other, sorted, and the imports among them with their lines.
pub struct Circle<'a> {
    pub files: BTreeSet<&'a str>,
    pub imports: Vec<(&'a Import, usize)>,
}

/// The strongly connected components of more than one file.
pub fn circles(imports: &Imports) -> Vec<Circle<'_>> {
    let mut next: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for import in imports.used.keys() {
        next.entry(&import.from).or_default().insert(&import.to);
    }
    let reached: BTreeMap<&str, BTreeSet<&str>> = next
        .keys()
        .map(|file| (*file, reached_from(file, &next)))
        .collect();
    let mut components: BTreeSet<BTreeSet<&str>> = BTreeSet::new();
    for (file, others) in &reached {
        // A file that reaches itself reaches it through another: imports within a file are not listed.
        if others.contains(file) {
            let back = |other: &&&str| reached.get(*other).is_some_and(|of| of.contains(file));
            components.insert(others.iter().filter(back).copied().collect());
        }
    }
    components
        .into_iter()
        .map(|files| {
            let within = |import: &Import| {
                files.contains(import.from.as_str()) && files.contains(import.to.as_str())
            };
            let imports = imports.used.iter();
            Circle {
                imports: imports
                    .filter(|(import, _)| within(import))
                    .map(|(import, line)| (import, *line))
                    .collect(),
                files,
            }
        })
        .collect()
}

fn reached_from<'a>(
    file: &'a str,
    next: &BTreeMap<&'a str, BTreeSet<&'a str>>,
) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut to_visit = vec![file];
    while let Some(file) = to_visit.pop() {
        for other in next.get(file).into_iter().flatten() {
            if reached.insert(*other) {
                to_visit.push(other);
            }
        }
    }
    reached
}
