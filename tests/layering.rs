//! The layers of `src`: a file imports only from its own layer and those before it in [`LAYERS`].
//!
//! ```text
//! base < choice < record < model < run < api < explore < report < entry
//! ```
//!
//! Every path that begins with `crate::` or `super::` is resolved to the layer it leads to, in code and in braces
//! alike; comments and texts are passed over, and so is the face of the crate, `lib.rs`, which names all layers. A macro's
//! `$crate::__private` is a path in the user's crate, and no import.

use std::fs;
use std::path::{Path, PathBuf};

const LAYERS: [&str; 9] = [
    "base", "choice", "record", "model", "run", "api", "explore", "report", "entry",
];

/// A path in the code that begins at the root of the crate: the names after `crate`.
#[derive(Debug, PartialEq)]
struct Import {
    line: usize,
    path: Vec<String>,
}

#[test]
fn every_file_imports_from_its_own_layer_or_those_above() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(
        files.len() > 30,
        "only {} files below {}",
        files.len(),
        root.display()
    );
    let mut wrong = Vec::new();
    let mut imports = 0;
    for file in files {
        let module = module_of(file.strip_prefix(&root).unwrap());
        let Some(layer) = module.first().and_then(|name| layer_of(name)) else {
            assert_eq!(
                module,
                Vec::<String>::new(),
                "a file on no layer: {}",
                file.display()
            );
            continue;
        };
        let text = fs::read_to_string(&file).unwrap();
        for import in imports_in(&text, &module) {
            imports += 1;
            let name = &import.path[0];
            match layer_of(name) {
                Some(other) if other <= layer => {}
                Some(_) => wrong.push(format!(
                    "{}:{}: `{}` imports from `{name}`, a layer below it",
                    file.strip_prefix(&root).unwrap().display(),
                    import.line,
                    LAYERS[layer],
                )),
                None => wrong.push(format!(
                    "{}:{}: `crate::{name}` is on no layer: name the module where it lives",
                    file.strip_prefix(&root).unwrap().display(),
                    import.line,
                )),
            }
        }
    }
    assert!(imports > 100, "only {imports} imports were seen");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn layer_of(name: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| *layer == name)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// `api/time/sleep.rs` is the module `api::time::sleep`; `lib.rs` is the root.
fn module_of(file: &Path) -> Vec<String> {
    let file = file.with_extension("");
    let mut names: Vec<String> = file
        .iter()
        .map(|name| name.to_str().unwrap().to_owned())
        .collect();
    if matches!(names.last().map(String::as_str), Some("lib" | "mod")) {
        names.pop();
    }
    names
}

/// The paths in a file that begin with `crate` or `super`, from the root of the crate on.
fn imports_in(text: &str, module: &[String]) -> Vec<Import> {
    let mut imports = Vec::new();
    // The modules that the file opens itself, and how deep in braces each was opened.
    let mut inner: Vec<usize> = Vec::new();
    let mut depth = 0;
    let tokens = tokens(text);
    let mut at = 0;
    while at < tokens.len() {
        let (line, token) = &tokens[at];
        let next = |n: usize| tokens.get(at + n).map_or("", |(_, token)| token.as_str());
        match token.as_str() {
            "mod" if next(2) == "{" => inner.push(depth),
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                inner.pop_if(|opened| *opened == depth);
            }
            "crate" | "super"
                if next(1) == "::"
                    && !(at > 0 && matches!(tokens[at - 1].1.as_str(), "$" | "::")) =>
            {
                let mut base = module.to_vec();
                base.extend(inner.iter().map(|_| "inner".to_owned()));
                at = leaves(&tokens, at, &base, *line, &mut imports);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    imports
}

/// Reads one path, or the tree of a `use`, from `at` on; gives where it ends.
fn leaves(
    tokens: &[(usize, String)],
    at: usize,
    base: &[String],
    line: usize,
    found: &mut Vec<Import>,
) -> usize {
    let mut path: Vec<String> = base.to_vec();
    let mut at = at;
    loop {
        match tokens.get(at).map_or("", |(_, token)| token.as_str()) {
            "crate" => path.clear(),
            "super" => drop(path.pop()),
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|(_, token)| token != "}") {
                    let line = tokens[at].0;
                    at = leaves(tokens, at, &path, line, found).max(at + 1);
                    if tokens.get(at).is_some_and(|(_, token)| token == "as") {
                        at += 2;
                    }
                    if tokens.get(at).is_some_and(|(_, token)| token == ",") {
                        at += 1;
                    }
                }
                return at + 1;
            }
            name if name.starts_with(|c: char| c.is_alphabetic() || c == '_') => {
                path.push(name.to_owned())
            }
            _ => break,
        }
        at += 1;
        if tokens.get(at).is_none_or(|(_, token)| token != "::") {
            break;
        }
        at += 1;
    }
    if !path.is_empty() {
        found.push(Import { line, path });
    }
    at
}

/// Names and signs with their lines; comments, texts, characters and lifetimes left out.
fn tokens(text: &str) -> Vec<(usize, String)> {
    let mut tokens = Vec::new();
    for (index, line) in without_comments_and_texts(text).lines().enumerate() {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let word = |c: char| c.is_alphanumeric() || c == '_';
            let length = match first {
                c if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
                ':' if rest.starts_with("::") => 2,
                c => c.len_utf8(),
            };
            if !first.is_whitespace() {
                tokens.push((index + 1, rest[..length].to_owned()));
            }
            rest = &rest[length..];
        }
    }
    tokens
}

/// The code with blanks in place of comments and of what stands between quotes; lines stay lines.
fn without_comments_and_texts(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(end) =
            raw_text(rest).filter(|_| !code.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        {
            end
        } else if first == '"' {
            text_length(rest, '"')
        } else if first == '\'' && is_character(rest) {
            text_length(rest, '\'')
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        code.extend(
            rest[..length]
                .chars()
                .map(|c| if c == '\n' { '\n' } else { ' ' }),
        );
        rest = &rest[length..];
    }
    code
}

/// The length of `r#"…"#`, if one begins here.
fn raw_text(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = after[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = body.find(&end)?;
    Some(2 + hashes + length + end.len())
}

fn text_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// `'a'` or `'\n'`, and not the lifetime `'a`.
fn is_character(rest: &str) -> bool {
    let mut chars = rest.chars().skip(1);
    match chars.next() {
        Some('\\') => true,
        _ => chars.next() == Some('\''),
    }
}

#[test]
fn paths_are_found_wherever_they_stand() {
    let text = r##"
//! crate::report in a comment
use crate::{choice::{tape::Tape, draw}, record as past};
use super::timer::Timer;
use super::super::task;
fn f() -> crate::run::World { "crate::report"; r#"super::report"#; 'c'; $crate::__private::x() }
mod tests {
    use super::*;
    use super::super::Instant;
}
fn g<'a>(_: &'a str) { crate::entry::test::run() }
"##;
    let module = ["api", "time", "sleep"].map(String::from);
    let found: Vec<String> = imports_in(text, &module)
        .iter()
        .map(|import| format!("{} {}", import.line, import.path.join("::")))
        .collect();
    let expected = [
        "3 choice::tape::Tape",
        "3 choice::draw",
        "3 record",
        "4 api::time::timer::Timer",
        "5 api::task",
        "6 run::World",
        "8 api::time::sleep",
        "9 api::time::Instant",
        "11 entry::test::run",
    ];
    assert_eq!(found, expected);
}
