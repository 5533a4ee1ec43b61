//! The file of running seeds: what a process leaves behind that does not live to say which run took it down.
//!
//! `process::exit`, an abort, a stack overflow or the end of memory leave no time for a report. So a test says in a file in the target
//! folder which seeds it is about to run, a batch for each thread, and removes it when it comes to an end, also by [an interrupt](super::interrupt). Where the next run of the test finds
//! one of a process that is no more, it tries what that process was about to run, each in a [process of its own](super::child).

use std::env;
use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::process;
use std::sync::{Mutex, PoisonError};

use super::child::{self, Fate};
use super::interrupt::Removed;
use super::target;
use crate::run::underway::{Batch, Drawn};

/// What one thread is about to run is a line of so many bytes, so that it is written over in place.
const LINE: usize = 64;

/// Runs that are tried, at the most.
const MOST_TRIED: usize = 1024;

/// Where the files of one test are.
#[derive(Clone, Debug)]
pub(super) struct RunningFiles {
    folder: PathBuf,
    /// The binary and the test.
    name: String,
    /// The test, as the harness knows it; `None` for a program.
    test: Option<String>,
}

impl RunningFiles {
    /// That of a test, or of a program; `None` where there is no target folder.
    pub(super) fn of(test: Option<String>) -> Option<RunningFiles> {
        Some(RunningFiles {
            folder: target::folder("running")?,
            name: target::file_name(test.as_deref())?,
            test,
        })
    }

    fn file(&self, process: u32) -> PathBuf {
        self.folder.join(format!("{}.{process}", self.name))
    }

    /// Files in which processes that are no more say what they are about to run.
    fn left(&self) -> Vec<PathBuf> {
        self.left_with(".")
    }

    /// Removes the files in which children of processes that are no more said how far they got.
    fn sweep_reports(&self) {
        for file in self.left_with(".report.") {
            let _ = fs::remove_file(file);
        }
    }

    /// Files of processes that are no more, with this between name and process.
    fn left_with(&self, between: &str) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        let ours = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str());
            let process = name
                .and_then(|name| name.strip_prefix(&*self.name)?.strip_prefix(between))
                .and_then(|process| process.parse().ok());
            process.is_some_and(|process| !lives(process))
        };
        let mut left: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        left.retain(ours);
        left.sort();
        left
    }

    /// Tries what earlier processes were about to run when they went down. Gives the first run that takes its process down.
    pub(super) fn try_left(&self) -> Option<(Drawn, Fate)> {
        let left = self.left();
        if left.is_empty() {
            return None;
        }
        let mut tried: Vec<Drawn> = Vec::new();
        for file in &left {
            for line in fs::read_to_string(file).unwrap_or_default().lines() {
                for run in read(line) {
                    if !tried.contains(&run) {
                        tried.push(run);
                    }
                }
            }
        }
        tried.truncate(MOST_TRIED);
        let report = self
            .folder
            .join(format!("{}.report.{}", self.name, process::id()));
        self.sweep_reports();
        let _at_interrupt = Removed::at_interrupt(&report);
        let guilty = tried.into_iter().find_map(|drawn| {
            let fate = child::try_one(self.test.as_deref(), &drawn, &report)?;
            Some((drawn, fate))
        });
        for file in left {
            let _ = fs::remove_file(file);
        }
        if let Some((drawn, _)) = &guilty {
            // The next run begins with it, too. No process has the number 0.
            let _ = fs::write(self.file(0), line(&Batch::One(drawn.clone())));
        }
        guilty
    }
}

/// The runs that a line names.
fn read(line: &str) -> Vec<Drawn> {
    // Where a thread has written nothing, before one that has, the file has zeros.
    let words: Vec<&str> = line.trim_start_matches('\0').split_whitespace().collect();
    match words[..] {
        ["plain"] => vec![Drawn::Plain],
        ["seeds", from, to] => match (from.parse::<u64>(), to.parse::<u64>()) {
            (Ok(from), Ok(to)) => (from..to).take(MOST_TRIED).map(Drawn::Seed).collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// What a thread is about to run, in a line.
fn line(batch: &Batch) -> String {
    let words = match batch {
        Batch::One(Drawn::Plain) => "plain".to_owned(),
        Batch::One(Drawn::Seed(seed)) => format!("seeds {seed} {}", seed.saturating_add(1)),
        Batch::Seeds(seeds) => format!("seeds {} {}", seeds.start, seeds.end),
        // Whoever gave the tape knows it.
        Batch::One(Drawn::Tape(_) | Drawn::Unnamed) => String::new(),
    };
    format!("{words:<width$}\n", width = LINE - 1)
}

/// Whether a process is still there. Where that cannot be known it is taken not to be: then its runs are made once more.
fn lives(process: u32) -> bool {
    let its_own = fs::read_link(format!("/proc/{process}/exe"));
    its_own.is_ok_and(|binary| env::current_exe().is_ok_and(|ours| ours == binary))
}

/// The file of this process and one test; removed when it is dropped.
#[derive(Debug)]
pub(super) struct Running {
    path: PathBuf,
    file: Mutex<File>,
    /// Declared last, for an interrupt may come until the file is gone.
    _at_interrupt: Removed,
}

impl Running {
    /// `None` if it cannot be written: then there is none.
    pub(super) fn new(place: &RunningFiles) -> Option<Running> {
        fs::create_dir_all(&place.folder).ok()?;
        let path = place.file(process::id());
        let at_interrupt = Removed::at_interrupt(&path);
        let file = Mutex::new(File::create(&path).ok()?);
        Some(Running {
            path,
            file,
            _at_interrupt: at_interrupt,
        })
    }

    /// The thread with this number is about to make these runs.
    pub(super) fn takes(&self, thread: usize, batch: &Batch) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let at = SeekFrom::Start((thread * LINE) as u64);
        // A file that cannot be written says less; the test goes on.
        let _ = file
            .seek(at)
            .and_then(|_| file.write_all(line(batch).as_bytes()));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_that_were_left_are_swept_with_the_files() {
        let folder = tempfile::tempdir().unwrap();
        let place = RunningFiles {
            folder: folder.path().to_owned(),
            name: "binary-test".to_owned(),
            test: None,
        };
        // No process has this number.
        let gone = u32::MAX - 1;
        let report = folder.path().join(format!("binary-test.report.{gone}"));
        let others = folder.path().join(format!("binary-other.report.{gone}"));
        for file in [&place.file(gone), &report, &others] {
            fs::write(file, "").unwrap();
        }
        assert!(place.try_left().is_none());
        assert!(!place.file(gone).exists());
        assert!(!report.exists());
        assert!(others.exists());
    }

    #[test]
    fn lines_are_read_as_they_were_written() {
        let runs = |batch: Batch| read(&line(&batch));
        assert_eq!(runs(Batch::One(Drawn::Plain)), [Drawn::Plain]);
        assert_eq!(runs(Batch::One(Drawn::Seed(7))), [Drawn::Seed(7)]);
        assert_eq!(runs(Batch::Seeds(3..5)), [Drawn::Seed(3), Drawn::Seed(4)]);
        assert_eq!(line(&Batch::Seeds(u64::MAX - 1..u64::MAX)).len(), LINE);
        let behind_zeros = format!("{}{}", "\0".repeat(LINE), line(&Batch::Seeds(3..5)));
        assert_eq!(read(&behind_zeros).len(), 2);
        assert_eq!(read(""), []);
        assert_eq!(read("seeds 1"), []);
    }
}
