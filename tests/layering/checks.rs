//! The two rules, as lists of what breaks them.

use super::circles::circles;
use super::imports::{FACE, Import, Imports};
use super::tree::{Files, Tree};

/// Where a file imports from a layer after its own, and what keeps this test from telling.
pub fn against_layers(files: &Files, layers: &[&str]) -> Vec<String> {
    let tree = Tree::read(files);
    let mut wrong: Vec<String> = tree
        .unreached
        .iter()
        .map(|file| format!("{file}: no `mod` line leads here"))
        .collect();
    for file in files.keys() {
        let layer = layer_of(file);
        if file != FACE && !layers.contains(&layer) {
            wrong.push(format!("{file}: `{layer}` is not in the list of layers"));
        }
    }
    let imports = Imports::of(&tree);
    wrong.extend(imports.unresolved.iter().cloned());
    for (import, line) in imports.used.iter().chain(&imports.passed_on) {
        let Import { from, to, name } = import;
        let place = |file: &str| layers.iter().position(|layer| *layer == layer_of(file));
        if to == FACE {
            wrong.push(format!(
                "{from}:{line}: `{name}` is defined in {to}, which is on no layer"
            ));
        } else if place(to) > place(from) {
            wrong.push(format!(
                "{from}:{line}: `{name}` of {to}: layer `{}` comes after `{}`",
                layer_of(to),
                layer_of(from),
            ));
        }
    }
    wrong
}

/// The circles that touch one of `layers`: a text each, with the files and what each imports of which.
pub fn against_circles(files: &Files, layers: &[&str]) -> Vec<String> {
    let imports = Imports::of(&Tree::read(files));
    circles(&imports)
        .iter()
        .filter(|circle| {
            circle
                .files
                .iter()
                .any(|file| layers.contains(&layer_of(file)))
        })
        .map(|circle| {
            let mut text = format!("a circle of {} files:\n", circle.files.len());
            for file in &circle.files {
                text += &format!("    {file}\n");
            }
            for (Import { from, to, name }, line) in &circle.imports {
                text += &format!("  {from}:{line}: `{name}` of {to}\n");
            }
            text
        })
        .collect()
}

/// `api/time/sleep.rs` and `api.rs` are of `api`.
fn layer_of(file: &str) -> &str {
    let first = file.split('/').next().unwrap_or(file);
    first.strip_suffix(".rs").unwrap_or(first)
}
