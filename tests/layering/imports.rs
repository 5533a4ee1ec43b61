//! Which file imports which, by what name.

use std::collections::BTreeMap;

use super::resolve::{Target, resolve};
use super::tree::{Role, Tree};

/// The root of the crate: its face, not a layer.
pub const FACE: &str = "lib.rs";

#[derive(Default)]
pub struct Imports {
    /// By importing file, imported file and name: the first line where the name is used.
    pub used: BTreeMap<Import, usize>,
    /// What is named only to be passed on: re-exports, and modules. The layers hold for these too, but they close no circle.
    pub passed_on: BTreeMap<Import, usize>,
    /// Paths into the crate that could not be resolved.
    pub unresolved: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    pub from: String,
    pub to: String,
    pub name: String,
}

impl Imports {
    pub fn of(tree: &Tree) -> Imports {
        let mut imports = Imports::default();
        for (id, module) in tree.modules.iter().enumerate() {
            if module.file == FACE {
                continue;
            }
            for path in &module.paths {
                let targets = resolve(tree, id, path);
                let into_crate = matches!(path.segments[0].as_str(), "crate" | "self" | "super");
                if into_crate && targets.is_empty() {
                    let written = path.segments.join("::");
                    imports.unresolved.push(format!(
                        "{}:{}: `{written}` leads to nothing that this test can see",
                        module.file, path.line
                    ));
                }
                for target in targets {
                    let (list, to, name) = match target {
                        Target::Item { file, name, .. } if path.role == Role::Reexport => {
                            (&mut imports.passed_on, file, name)
                        }
                        Target::Item { file, name, .. } => (&mut imports.used, file, name),
                        Target::Module(of) if tree.modules[of].file != FACE => {
                            let name = path.segments.join("::");
                            (&mut imports.passed_on, tree.modules[of].file.clone(), name)
                        }
                        Target::Module(_) | Target::Outside => continue,
                    };
                    let import = Import {
                        from: module.file.clone(),
                        to,
                        name,
                    };
                    if import.from != import.to {
                        let line = list.entry(import).or_insert(path.line);
                        *line = path.line.min(*line);
                    }
                }
            }
        }
        imports
    }
}
