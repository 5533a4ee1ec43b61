//! The layers of `src`: a file imports only from its own layer and those before it in [`LAYERS`], and no two files
//! import each other in a circle, through however many.
//!
//! ```text
//! tree ─► collect ─► tokens      the module tree: the names each module has, the paths its code writes
//!   └───► resolve                a path, followed to the file that defines what it names
//!           └─► imports          file imports file, by this name, on that line
//!                 └─► checks     the order of layers; circles
//! ```
//!
//! An import is a path in code or in a macro's tokens that leads to another file; it counts for the file that *defines* what is
//! named, whatever re-exports it through. `mod` lines, re-exports and the naming of a module alone are no imports for
//! circles; for the order of layers the latter two are. `lib.rs`, the face of the crate, is on no layer. A macro's
//! `$crate::__private` is a path in the user's crate. Code under `#[cfg(test)]` is held to the same rules; a `tests.rs`
//! that imports its parent closes no circle, since the parent imports nothing from it.
//!
//! Not seen: methods called on values, which no path names; attributes; paths that a macro puts together from its variables.

mod checks;
mod circles;
mod collect;
mod examples;
mod imports;
mod resolve;
mod tokens;
mod tree;

use std::fs;
use std::path::Path;

use checks::{against_circles, against_layers};
use tree::Files;

const LAYERS: [&str; 12] = [
    "base", "choice", "record", "model", "kernel", "observe", "diagnose", "run", "api", "explore",
    "report", "entry",
];

/// The layers whose files are held to take part in no circle.
const WITHOUT_CIRCLES: [&str; 11] = [
    "base", "choice", "record", "model", "kernel", "observe", "diagnose", "api", "explore",
    "report", "entry",
];

#[test]
fn every_file_imports_from_its_own_layer_or_those_before_it() {
    let wrong = against_layers(&sources(), &LAYERS);
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let wrong = against_circles(&sources(), &WITHOUT_CIRCLES);
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn sources() -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Files::new();
    read(&root, &root, &mut files);
    files
}

fn read(root: &Path, folder: &Path, files: &mut Files) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let names = path.strip_prefix(root).unwrap().iter();
            let names: Vec<&str> = names.map(|name| name.to_str().unwrap()).collect();
            files.insert(names.join("/"), fs::read_to_string(&path).unwrap());
        }
    }
}
