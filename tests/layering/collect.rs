//! Fills a module with the names it defines and the paths it writes.

use syn::visit::{self, Visit};
use syn::{Attribute, Ident, Item, ItemMod, ItemUse, Macro, UseTree, Visibility};

use super::tokens::{Tokens, definitions};
use super::tree::{Files, ModuleId, Name, Path, ROOT, Role, Space, Tree};

pub fn collect(tree: &mut Tree, files: &Files, module: ModuleId, items: &[Item]) {
    let mut collector = Collector {
        tree,
        files,
        module,
    };
    for item in items {
        collector.define(item);
        collector.visit_item(item);
    }
}

struct Collector<'a> {
    tree: &'a mut Tree,
    files: &'a Files,
    module: ModuleId,
}

impl Collector<'_> {
    /// The names that an item of a module gives it; modules and `use` are seen to where they are visited.
    fn define(&mut self, item: &Item) {
        let (name, space) = match item {
            Item::Struct(item) => (&item.ident, Space::Type),
            Item::Enum(item) => (&item.ident, Space::Type),
            Item::Union(item) => (&item.ident, Space::Type),
            Item::Trait(item) => (&item.ident, Space::Type),
            Item::TraitAlias(item) => (&item.ident, Space::Type),
            Item::Type(item) => (&item.ident, Space::Type),
            Item::Fn(item) => (&item.sig.ident, Space::Value),
            Item::Const(item) => (&item.ident, Space::Value),
            Item::Static(item) => (&item.ident, Space::Value),
            Item::Macro(item) => {
                let Some(name) = &item.ident else {
                    self.tree.modules[self.module].calls_item_macros = true;
                    for (name, space) in definitions(item.mac.tokens.clone()) {
                        self.define_in(self.module, &name, space);
                    }
                    return;
                };
                if has(&item.attrs, "macro_export") {
                    self.define_in(ROOT, name, Space::Macro);
                }
                (name, Space::Macro)
            }
            _ => return,
        };
        self.define_in(self.module, name, space);
    }

    fn define_in(&mut self, module: ModuleId, name: &Ident, space: Space) {
        let file = self.tree.modules[self.module].file.clone();
        let item = Name::Item { file, space };
        self.tree.define(module, &name.to_string(), item);
    }

    fn write(&mut self, segments: Vec<String>, line: usize, role: Role) {
        self.tree.modules[self.module].paths.push(Path {
            segments,
            line,
            role,
        });
    }

    fn write_path(&mut self, path: &syn::Path, role: Role) {
        let mut segments = Vec::new();
        if path.leading_colon.is_some() {
            segments.push(String::new());
        }
        segments.extend(
            path.segments
                .iter()
                .map(|segment| segment.ident.to_string()),
        );
        let line = path.segments[0].ident.span().start().line;
        self.write(segments, line, role);
    }

    /// The leaves of a `use` below `prefix`.
    fn leaves(&mut self, tree: &UseTree, prefix: &[String], role: Role) {
        let with = |name: &Ident| {
            let mut path = prefix.to_vec();
            // `a::{self}` is `a`.
            if path.is_empty() || name != "self" {
                path.push(name.to_string());
            }
            path
        };
        match tree {
            UseTree::Path(tree) => self.leaves(&tree.tree, &with(&tree.ident), role),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.leaves(tree, prefix, role);
                }
            }
            UseTree::Name(leaf) => {
                let path = with(&leaf.ident);
                let name = path[path.len() - 1].clone();
                self.leaf(path, &name, &leaf.ident, role);
            }
            UseTree::Rename(leaf) => {
                let name = leaf.rename.to_string();
                self.leaf(with(&leaf.ident), &name, &leaf.ident, role);
            }
            UseTree::Glob(glob) => {
                let line = glob.star_token.spans[0].start().line;
                self.tree.modules[self.module].globs.push(prefix.to_vec());
                self.write(prefix.to_vec(), line, role);
            }
        }
    }

    fn leaf(&mut self, path: Vec<String>, name: &str, at: &Ident, role: Role) {
        self.tree.define(self.module, name, Name::Use(path.clone()));
        self.write(path, at.span().start().line, role);
    }
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        assert!(
            !has(&item.attrs, "path"),
            "`#[path]` on `mod {}`: this test does not follow it",
            item.ident
        );
        let name = item.ident.to_string();
        let id = match &item.content {
            Some((_, items)) => {
                let id = self.tree.add_inline(self.module, &name);
                collect(self.tree, self.files, id, items);
                id
            }
            None => self.tree.add_child_file(self.files, self.module, &name),
        };
        self.tree.modules[id].lends_macros = has(&item.attrs, "macro_use");
        self.tree.define(self.module, &name, Name::Module(id));
    }

    /// Also those inside functions: what they bring is taken for a name of the whole module.
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let role = match item.vis {
            Visibility::Inherited => Role::Import,
            _ => Role::Reexport,
        };
        let prefix = match item.leading_colon {
            Some(_) => vec![String::new()],
            None => Vec::new(),
        };
        self.leaves(&item.tree, &prefix, role);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.write_path(path, Role::Code);
        visit::visit_path(self, path);
    }

    /// The body of a `macro_rules!` comes here as well: it is written as a call.
    fn visit_macro(&mut self, call: &'ast Macro) {
        self.write_path(&call.path, Role::MacroCall);
        let mut tokens = Tokens::default();
        tokens.read(call.tokens.clone());
        self.tree.modules[self.module]
            .paths
            .append(&mut tokens.paths);
        for item in &tokens.uses {
            self.visit_item_use(item);
        }
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}

fn has(attributes: &[Attribute], name: &str) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident(name))
}
