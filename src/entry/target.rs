//! Cargo's target folder, in which a test may keep files, and what a test's files are called there.

use std::env;
use std::path::{Path, PathBuf};

/// The folder of files of this sort in the target folder; `None` where there is no target folder above the test's binary.
pub(super) fn folder(sort: &str) -> Option<PathBuf> {
    let binary = env::current_exe().ok()?;
    // Cargo marks its target folder. An archive of tests has none, and the folders in it.
    let marked = |folder: &&Path| folder.join("CACHEDIR.TAG").is_file();
    let above_deps = |folder: &&Path| folder.join("deps").is_dir();
    let target = binary
        .ancestors()
        .find(marked)
        .or_else(|| binary.ancestors().find(above_deps))?;
    Some(target.join("reweave").join(sort))
}

/// The name of the files of a test, or of a program: the binary and the test, in characters that every file system takes.
pub(super) fn file_name(test: Option<&str>) -> Option<String> {
    let binary = env::current_exe().ok()?;
    let stem = binary.file_stem()?.to_string_lossy().into_owned();
    // Without the hash, which changes with the code.
    let is_hash = |hash: &str| hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    let hashed = stem.rsplit_once('-').filter(|(_, hash)| is_hash(hash));
    let stem = hashed.map_or(&*stem, |(stem, _)| stem);
    let name = format!("{stem}-{}", test.unwrap_or("main"));
    let plain = |c: char| match c.is_ascii_alphanumeric() || c == '-' || c == '_' {
        true => c,
        false => '-',
    };
    Some(name.chars().map(plain).collect())
}
