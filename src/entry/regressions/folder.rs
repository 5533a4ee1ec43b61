//! The folder in which a package keeps its failing runs: where it is, what it has of one test, and how a file gets there.
//!
//! ```text
//!   bank/Cargo.toml
//!   bank/reweave-regressions/bank-transfers-the_total_is_kept-0f3a91c2d4e5b687.txt
//!                            │                                └ hash of what is in it
//!                            └ the crate and the path of the test, with `-` for what a file name does not take everywhere
//! ```
//!
//! So each file is written once, with one content, and two branches that keep what they find never meet in one. A file gets
//! there whole or not at all: it is written beside its place, and linked there, which fails where there is one already. One that has
//! the name by chance, or was edited, is left as it is, and the new one gets a number. What is left by a process that is killed just then
//! has a dot before its name, and is nobody's.

use std::env;
use std::fmt::Display;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use crate::base::hash::Hash;
use crate::entry::built::Built;
use crate::entry::files::{stem, text_of};

/// The folder's name.
const NAME: &str = "reweave-regressions";

/// So many files may have the same hash.
const MOST_OF_A_HASH: u32 = 99;

/// The files of one test.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    package: PathBuf,
    /// What the names of the test's files begin with.
    stem: String,
}

/// A file that is there.
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) text: io::Result<String>,
}

impl Folder {
    /// That of a test; `None` if the package's folder is not there any more.
    pub(super) fn of(built: &Built, test: &str) -> Option<Folder> {
        Some(Folder {
            package: package(built)?,
            stem: stem(test),
        })
    }

    fn path(&self) -> PathBuf {
        self.package.join(NAME)
    }

    /// Whether the names of this test's files begin as those of this folder do.
    pub(super) fn has_files_of(&self, test: &str) -> bool {
        self.stem == stem(test)
    }

    /// The test's files, by name.
    ///
    /// # Errors
    ///
    /// If it is not known which there are.
    pub(super) fn read(&self) -> Result<Vec<Found>, String> {
        let folder = self.path();
        let failed = |error: io::Error| format!("{}: {error}", folder.display());
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                return Ok(Vec::new());
            }
            Err(error) => return Err(failed(error)),
        };
        let mut paths = Vec::new();
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            if name.to_str().is_some_and(|name| is_of(name, &self.stem)) {
                paths.push(entry.path());
            }
        }
        // What a folder's order is differs from machine to machine.
        paths.sort();
        let found = paths.into_iter().map(|path| Found {
            text: text_of(&path),
            path,
        });
        Ok(found.collect())
    }

    /// Keeps a text. Gives where it is, also if it was there.
    ///
    /// # Errors
    ///
    /// Why it cannot be kept.
    pub(super) fn write(&self, text: &str) -> Result<PathBuf, String> {
        static NTH: AtomicU32 = AtomicU32::new(0);
        if let Some(copy) = is_cargos_copy(&self.package) {
            let copy = copy.display();
            return Err(format!("{copy} is a copy of a package that cargo made"));
        }
        let folder = self.path();
        let failed = |path: &Path, error: &dyn Display| format!("{}: {error}", path.display());
        let is_new = !folder.exists();
        fs::create_dir_all(&folder).map_err(|error| failed(&folder, &error))?;
        let nth = NTH.fetch_add(1, Relaxed);
        let beside = folder.join(format!(".{}.{}.{nth}", self.stem, process::id()));
        let written = write_whole(&beside, text).map_err(|error| failed(&beside, &error));
        let placed = written.and_then(|()| self.place(&folder, &beside, text));
        let _ = fs::remove_file(&beside);
        if placed.is_err() && is_new {
            // It is removed only if there is nothing in it.
            let _ = fs::remove_dir(&folder);
        }
        placed
    }

    /// Gives the file that was written beside its name.
    fn place(&self, folder: &Path, beside: &Path, text: &str) -> Result<PathBuf, String> {
        let mut hash = Hash::new();
        hash.fold_str(text);
        let hash = hash.get();
        for nth in 1..=MOST_OF_A_HASH {
            let name = match nth {
                1 => format!("{}-{hash:016x}.txt", self.stem),
                nth => format!("{}-{hash:016x}-{nth}.txt", self.stem),
            };
            let path = folder.join(name);
            match link(beside, &path) {
                Ok(()) => return Ok(path),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    // By another process of this test, it may be.
                    if fs::read_to_string(&path).is_ok_and(|there| there == text) {
                        return Ok(path);
                    }
                }
                Err(error) => return Err(format!("{}: {error}", path.display())),
            }
        }
        Err(format!(
            "{}: there are {MOST_OF_A_HASH} files with the hash {hash:016x}",
            folder.display()
        ))
    }
}

fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    // A name that another process of this number left is taken over: it is no more.
    let mut file: File = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)?;
    file.write_all(text.as_bytes())
}

/// Gives a file another name, unless there is a file of that name.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
        // Not every file system has links. Then somebody may take the name between the look and the move.
        Err(_) if fs::symlink_metadata(to).is_ok() => Err(ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(from, to),
    }
}

/// The package's folder: where it is now, if cargo or nextest says so, for tests can be built on one machine and run on another; else
/// where it was when the test was built.
fn package(built: &Built) -> Option<PathBuf> {
    let is_this = env::var("CARGO_PKG_NAME").ok().as_deref() == built.package;
    let now = env::var_os("CARGO_MANIFEST_DIR").filter(|_| is_this);
    let now = now.map(PathBuf::from).filter(|folder| folder.is_absolute());
    let folder = now.or_else(|| built.folder.map(PathBuf::from))?;
    folder.is_dir().then_some(folder)
}

/// The folder, if cargo unpacked it from a registry, a repository or a vendored archive: what is kept there helps nobody.
fn is_cargos_copy(package: &Path) -> Option<&Path> {
    let marked = |folder: &Path| {
        [".cargo-ok", ".cargo-checksum.json"]
            .iter()
            .any(|mark| folder.join(mark).exists())
    };
    package.ancestors().any(marked).then_some(package)
}

/// Whether a file of this name is of the test whose files begin so.
fn is_of(name: &str, stem: &str) -> bool {
    let rest = name
        .strip_prefix(stem)
        .and_then(|rest| rest.strip_prefix('-'));
    let Some(rest) = rest.and_then(|rest| rest.strip_suffix(".txt")) else {
        return false;
    };
    let (hash, nth) = rest.split_once('-').unwrap_or((rest, "2"));
    let is_hash = hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    is_hash && nth.len() <= 2 && nth.parse::<u32>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::files::LONGEST_NAME;

    fn folder(package: &Path) -> Folder {
        Folder {
            package: package.to_owned(),
            stem: stem("bank::adds"),
        }
    }

    fn names(folder: &Folder) -> Vec<String> {
        let entries = fs::read_dir(folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn a_test_has_the_files_that_begin_with_its_path() {
        assert_eq!(stem("bank::accounts::größe"), "bank-accounts-gr--e");
        assert_eq!(stem(&"a".repeat(1000)).len(), LONGEST_NAME);
        let is_of = |name| is_of(name, "bank-adds");
        assert!(is_of("bank-adds-0123456789abcdef.txt"));
        assert!(is_of("bank-adds-0123456789abcdef-2.txt"));
        assert!(!is_of("bank-adds-twice-0123456789abcdef.txt"));
        assert!(!is_of("bank-adds-0123456789abcdef"));
        assert!(!is_of("bank-adds-0123456789abcdef-0123456789abcdef.txt"));
        assert!(!is_of(".bank-adds.77.0"));
        assert!(!is_of("bank-adds-notes.txt"));
    }

    #[test]
    fn a_file_of_that_name_is_left_as_it_is() {
        let package = tempfile::tempdir().unwrap();
        let folder = folder(package.path());
        assert!(folder.read().unwrap().is_empty());
        let first = folder.write("kept").unwrap();
        assert_eq!(folder.write("kept").unwrap(), first);
        fs::write(&first, "the user's").unwrap();
        let second = folder.write("kept").unwrap();
        assert!(second != first && folder.write("kept").unwrap() == second);
        assert_eq!(fs::read_to_string(&first).unwrap(), "the user's");
        assert_eq!(fs::read_to_string(&second).unwrap(), "kept");
        let found = folder.read().unwrap();
        let found: Vec<String> = found.into_iter().map(|file| file.text.unwrap()).collect();
        assert_eq!(
            found,
            ["kept", "the user's"],
            "by name: `-2.txt` before `.txt`"
        );
        assert_eq!(names(&folder).len(), 2, "nothing lies beside them");
    }

    #[test]
    fn many_who_write_at_once_leave_one_file() {
        let package = tempfile::tempdir().unwrap();
        let folder = folder(package.path());
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| folder.write("kept").unwrap());
            }
        });
        assert_eq!(names(&folder).len(), 1);
    }

    #[test]
    fn nothing_is_kept_in_a_copy_of_cargos() {
        let package = tempfile::tempdir().unwrap();
        fs::write(package.path().join(".cargo-ok"), "").unwrap();
        let folder = folder(package.path());
        assert!(folder.write("kept").unwrap_err().contains("cargo made"));
        assert!(!folder.path().exists());
    }

    #[test]
    fn a_file_in_the_folders_place_is_an_error_only_to_who_writes() {
        let package = tempfile::tempdir().unwrap();
        let folder = folder(package.path());
        fs::write(folder.path(), "the user's").unwrap();
        assert!(folder.read().unwrap().is_empty());
        assert!(folder.write("kept").is_err());
        assert_eq!(fs::read_to_string(folder.path()).unwrap(), "the user's");
    }
}
