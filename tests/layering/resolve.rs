//! From a path to what it names: along `use`, re-exports and globs, to the file of the definition.

use std::collections::BTreeSet;

use super::tree::{ModuleId, Name, Path, ROOT, Role, Space, Tree};

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    Module(ModuleId),
    Item {
        file: String,
        name: String,
        space: Space,
    },
    /// In another crate, or a local name.
    Outside,
}

/// What a path in `module` names: nothing where it leads nowhere, several things where a name stands for several.
pub fn resolve(tree: &Tree, module: ModuleId, path: &Path) -> BTreeSet<Target> {
    let mut resolver = Resolver {
        tree,
        asked: BTreeSet::new(),
    };
    let mut targets = resolver.resolve(module, &path.segments);
    if path.role == Role::Code {
        targets.retain(|target| {
            !matches!(
                target,
                Target::Item {
                    space: Space::Macro,
                    ..
                }
            )
        });
    }
    if let (Role::MacroCall, [name]) = (path.role, path.segments.as_slice())
        && targets == BTreeSet::from([Target::Outside])
        && let Some(file) = macro_in_scope(tree, module, name)
    {
        targets = BTreeSet::from([item(file, name, Space::Macro)]);
    }
    targets
}

struct Resolver<'a> {
    tree: &'a Tree,
    /// Names that are being looked up: globs and re-exports may lead back to where they began.
    asked: BTreeSet<(ModuleId, String)>,
}

impl Resolver<'_> {
    fn resolve(&mut self, module: ModuleId, path: &[String]) -> BTreeSet<Target> {
        let Some((first, rest)) = path.split_first() else {
            return BTreeSet::from([Target::Module(module)]);
        };
        let begin = match first.as_str() {
            "crate" => BTreeSet::from([Target::Module(ROOT)]),
            "self" => BTreeSet::from([Target::Module(module)]),
            "super" => self.parent(module),
            name => {
                let found = self.look_up(module, name);
                if found.is_empty() {
                    return BTreeSet::from([Target::Outside]);
                }
                found
            }
        };
        self.follow(begin, rest)
    }

    fn follow(&mut self, from: BTreeSet<Target>, path: &[String]) -> BTreeSet<Target> {
        let Some((name, rest)) = path.split_first() else {
            return from;
        };
        let mut found = BTreeSet::new();
        for target in from {
            match target {
                Target::Module(module) if name == "super" => {
                    let parent = self.parent(module);
                    found.extend(self.follow(parent, rest));
                }
                Target::Module(module) => {
                    let mut next = self.look_up(module, name);
                    let opened = &self.tree.modules[module];
                    if next.is_empty() && opened.calls_item_macros {
                        // Defined by a macro in words of its own.
                        next.insert(item(&opened.file, name, Space::Type));
                    }
                    found.extend(self.follow(next, rest));
                }
                // The rest of the path is a variant or what an `impl` gives.
                Target::Item {
                    space: Space::Type, ..
                }
                | Target::Outside => drop(found.insert(target)),
                // A function beside the module of the same name that is meant.
                Target::Item { .. } => {}
            }
        }
        found
    }

    fn look_up(&mut self, module: ModuleId, name: &str) -> BTreeSet<Target> {
        let question = (module, name.to_owned());
        // In `mod sleep; use sleep::sleep;` the second asks for the first: what is defined here, and no `use`.
        let again = !self.asked.insert(question.clone());
        let tree = self.tree;
        let mut found = BTreeSet::new();
        match tree.modules[module].names.get(name) {
            Some(meanings) => {
                for meaning in meanings {
                    match meaning {
                        Name::Module(id) => drop(found.insert(Target::Module(*id))),
                        Name::Item { file, space } => drop(found.insert(item(file, name, *space))),
                        Name::Use(path) if !again => found.extend(self.resolve(module, path)),
                        Name::Use(_) => {}
                    }
                }
            }
            None if !again => found = self.look_up_in_globs(module, name),
            None => {}
        }
        if !again {
            self.asked.remove(&question);
        }
        found
    }

    fn look_up_in_globs(&mut self, module: ModuleId, name: &str) -> BTreeSet<Target> {
        let tree = self.tree;
        let mut found = BTreeSet::new();
        let mut outside = false;
        for glob in &tree.modules[module].globs {
            for target in self.resolve(module, glob) {
                match target {
                    Target::Module(of) => found.extend(self.look_up(of, name)),
                    Target::Item { .. } => {}
                    Target::Outside => outside = true,
                }
            }
        }
        if found.is_empty() && outside {
            found.insert(Target::Outside);
        }
        found
    }

    fn parent(&self, module: ModuleId) -> BTreeSet<Target> {
        let parent = self.tree.modules[module].parent;
        parent.map(Target::Module).into_iter().collect()
    }
}

/// The file of a `macro_rules!` that is in scope in a module without an import: it stands in a module above, or in
/// one that such a module took under `#[macro_use]`.
fn macro_in_scope<'a>(tree: &'a Tree, module: ModuleId, name: &str) -> Option<&'a str> {
    let mut around = Some(module);
    while let Some(id) = around {
        if let Some(file) = macro_of(tree, id, name) {
            return Some(file);
        }
        around = tree.modules[id].parent;
    }
    None
}

fn macro_of<'a>(tree: &'a Tree, module: ModuleId, name: &str) -> Option<&'a str> {
    let here = &tree.modules[module];
    let defined = here.names.get(name).into_iter().flatten();
    let mut files = defined.filter_map(|meaning| match meaning {
        Name::Item {
            file,
            space: Space::Macro,
        } if *file == here.file => Some(file.as_str()),
        _ => None,
    });
    files.next().or_else(|| {
        let lending = here
            .children
            .iter()
            .filter(|id| tree.modules[**id].lends_macros);
        lending.into_iter().find_map(|id| macro_of(tree, *id, name))
    })
}

fn item(file: &str, name: &str, space: Space) -> Target {
    Target::Item {
        file: file.to_owned(),
        name: name.to_owned(),
        space,
    }
}
