//! Files of a test: what it is called in them, what their names begin with, how they are read, and how one is replaced.

use std::fs;
use std::io;
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use super::command::Program;

/// Bytes of a file's name that are the test's: file systems take 255.
pub(super) const LONGEST_NAME: usize = 160;

/// The crate and the path of a program in it. No two tests of a package are called the same.
pub(super) fn name_of(program: &Program) -> String {
    let built = program.built();
    let krate = program.path().split("::").next().unwrap_or_default();
    // A binary, or a test in `tests/`, may be called as the library is.
    let library = built.and_then(|built| built.package);
    let library = library.map(|package| package.replace('-', "_"));
    let is_library = library.as_deref() == built.and_then(|built| built.crate_name);
    let kind = match built {
        Some(built) if built.binary.is_some() => "bin::",
        Some(built) if built.is_integration_test && is_library => "tests::",
        Some(_) | None => "",
    };
    match program.test_name() {
        Some(test) => format!("{kind}{krate}::{test}"),
        None => format!("{kind}{}", program.path()),
    }
}

/// What the names of a test's files begin with, in characters that every file system takes.
pub(super) fn stem(test: &str) -> String {
    let mut stem = String::new();
    let mut rest = test;
    while let Some(c) = rest.chars().next() {
        let skipped = if rest.starts_with("::") {
            2
        } else {
            c.len_utf8()
        };
        rest = &rest[skipped..];
        stem.push(match c {
            c if c.is_ascii_alphanumeric() || c == '_' => c,
            _ => '-',
        });
    }
    stem.truncate(LONGEST_NAME);
    stem
}

/// The text of a regular file. What is none, such as a pipe, may have no end, or wait for somebody who writes.
pub(super) fn text_of(path: &Path) -> io::Result<String> {
    match fs::metadata(path)?.is_file() {
        true => fs::read_to_string(path),
        false => Err(io::Error::other("expected a regular file; delete it")),
    }
}

/// Writes a file in a folder, or replaces it. It is written beside its place and moved there, so that whoever looks at it meanwhile never
/// sees a part, and of two processes one has the last word.
pub(super) fn replace(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    static NTH: AtomicU32 = AtomicU32::new(0);
    fs::create_dir_all(folder)?;
    let nth = NTH.fetch_add(1, Relaxed);
    let beside = folder.join(format!(".{name}.{}.{nth}", process::id()));
    let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, folder.join(name)));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}
