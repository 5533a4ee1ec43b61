//! The module tree of a crate, as its files spell it.
//!
//! Only what name resolution needs is kept: which names a module has and where each comes from, and every path that
//! its code writes.

use std::collections::{BTreeMap, BTreeSet};

use super::collect::collect;

pub const ROOT: ModuleId = 0;

pub type ModuleId = usize;

/// Files below `src`, by their path from there.
pub type Files = BTreeMap<String, String>;

pub struct Tree {
    pub modules: Vec<Module>,
    /// Files that no `mod` line leads to.
    pub unreached: Vec<String>,
}

pub struct Module {
    pub file: String,
    pub parent: Option<ModuleId>,
    pub children: Vec<ModuleId>,
    /// The folder in which the files of its children lie.
    pub folder: String,
    pub names: BTreeMap<String, Vec<Name>>,
    /// The paths before `::*`.
    pub globs: Vec<Vec<String>>,
    /// Under `#[macro_use]`: its macros are in scope in its parent and below.
    pub lends_macros: bool,
    /// A macro is called among its items, and may define names that cannot be seen.
    pub calls_item_macros: bool,
    pub paths: Vec<Path>,
}

/// What a name of a module stands for. The same name may stand for several things: a module and a function.
#[derive(Clone)]
pub enum Name {
    Module(ModuleId),
    Item {
        file: String,
        space: Space,
    },
    /// Brought by `use`, from the path given.
    Use(Vec<String>),
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Space {
    Type,
    Value,
    Macro,
}

/// A path as it is written. The first of its segments is empty where it begins with `::`.
pub struct Path {
    pub segments: Vec<String>,
    pub line: usize,
    pub role: Role,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `use` with no visibility of its own.
    Import,
    /// `pub use`, `pub(crate) use` and their like.
    Reexport,
    /// In a type, an expression, a pattern, a bound.
    Code,
    /// Before the `!` of a call.
    MacroCall,
}

impl Tree {
    /// Reads the files from `lib.rs` on, along `mod` lines.
    pub fn read(files: &Files) -> Tree {
        let mut tree = Tree {
            modules: Vec::new(),
            unreached: Vec::new(),
        };
        tree.add_file(files, None, "lib.rs", "");
        let reached: BTreeSet<&String> = tree.modules.iter().map(|module| &module.file).collect();
        tree.unreached = files
            .keys()
            .filter(|file| !reached.contains(file))
            .cloned()
            .collect();
        tree
    }

    /// Adds the module that `mod name;` in `parent` declares.
    pub fn add_child_file(&mut self, files: &Files, parent: ModuleId, name: &str) -> ModuleId {
        let folder = join(&self.modules[parent].folder, name);
        let beside = format!("{folder}.rs");
        let within = format!("{folder}/mod.rs");
        let file = if files.contains_key(&beside) {
            beside
        } else {
            within
        };
        self.add_file(files, Some(parent), &file, &folder)
    }

    /// Adds the module that `mod name { … }` in `parent` opens; its file is its parent's.
    pub fn add_inline(&mut self, parent: ModuleId, name: &str) -> ModuleId {
        let folder = join(&self.modules[parent].folder, name);
        let file = self.modules[parent].file.clone();
        self.add(Some(parent), &file, folder)
    }

    pub fn define(&mut self, module: ModuleId, name: &str, meaning: Name) {
        let names = &mut self.modules[module].names;
        names.entry(name.to_owned()).or_default().push(meaning);
    }

    fn add_file(
        &mut self,
        files: &Files,
        parent: Option<ModuleId>,
        file: &str,
        folder: &str,
    ) -> ModuleId {
        let text = files
            .get(file)
            .unwrap_or_else(|| panic!("a `mod` line leads to {file}, which is not there"));
        let syntax = syn::parse_file(text).unwrap_or_else(|error| {
            let line = error.span().start().line;
            panic!("{file}:{line}: {error}")
        });
        let id = self.add(parent, file, folder.to_owned());
        collect(self, files, id, &syntax.items);
        id
    }

    fn add(&mut self, parent: Option<ModuleId>, file: &str, folder: String) -> ModuleId {
        let id = self.modules.len();
        self.modules.push(Module {
            file: file.to_owned(),
            parent,
            children: Vec::new(),
            folder,
            names: BTreeMap::new(),
            globs: Vec::new(),
            lends_macros: false,
            calls_item_macros: false,
            paths: Vec::new(),
        });
        if let Some(parent) = parent {
            self.modules[parent].children.push(id);
        }
        id
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}
