//! Parts of a test's seeds that are run apart, on several machines say, and judged together: what must hold in *some* run is known only when all
//! were made.
//!
//! ```text
//!   REWEAVE_PARTS=folder REWEAVE_SEEDS=0..5000     ─► the test runs, and writes folder/….-0-5000.txt
//!   REWEAVE_PARTS=folder REWEAVE_SEEDS=5000..9000  ─►                       folder/….-5000-9000.txt
//!   REWEAVE_PARTS=folder REWEAVE_SEEDS=merged      ─► no run is made: the files of the test are read,
//!                                                      fit together, and no property is unmet
//! ```
//!
//! A file is there only if its seeds were run to their end, or to a failure: what an earlier process wrote of the same seeds is removed before they are run. A test
//! that fails says so where it runs; its report is in the file, too, so that a test that is to fail does so again.
//!
//! Which seeds there should be is said by `merged:9000` or `merged:0..9000`. All must have been run with the same strategy and in the same circumstances.
//!
//! What has no seeds is no part: a search, and the plain strategy. Both are judged where they run, and passed over when parts are judged.

mod form;

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::ops::Range;
use std::path::{self, Path, PathBuf};

use super::command::Program;
use super::environment::{Environment, PARTS, SEEDS};
use super::files::{name_of, replace, stem, text_of};
use super::runs::Made;
use super::told::{Failure, unmet};
use crate::base::count::counted;
use crate::base::hash::Hash;
use crate::choice::strategies::builtin::Builtin;
use crate::explore::merge::{MergeError, adjoining};
use crate::explore::properties::Properties;
use form::Part;

/// The parts of one test.
pub(super) struct Parts {
    folder: PathBuf,
    /// The package, and the crate and the path of the test in it.
    test: String,
    /// Strategy and circumstances of the runs.
    with: String,
}

/// Seeds that are run.
pub(super) struct Begun<'p> {
    parts: &'p Parts,
    seeds: Range<u64>,
}

/// Judges the parts of a program, which must be these seeds if it is said of which they are.
///
/// # Errors
///
/// If some are missing, or cannot be read, or do not belong together, or a run failed; if a property held in none.
pub(super) fn judge(
    program: &Program,
    environment: &Environment,
    strategy: Builtin,
    seeds: Option<&Range<u64>>,
    expected: &[&'static str],
) -> Result<(), Failure> {
    let said = match Parts::of(program, environment, strategy) {
        Some(parts) => parts.judge(seeds, expected)?,
        None => format!("`{strategy}` has no seeds: it is judged where it runs"),
    };
    // Past the harness, which shows what a test prints only if it fails. Nothing can be done if it is closed.
    let _ = writeln!(io::stderr(), "reweave: {}: {said}", program.name());
    Ok(())
}

impl Parts {
    /// Those of a program, if the environment asks for them, and it has seeds.
    pub(super) fn of(
        program: &Program,
        environment: &Environment,
        strategy: Builtin,
    ) -> Option<Parts> {
        let folder = environment.parts.as_ref()?;
        if strategy.is_search() || strategy == Builtin::Plain {
            return None;
        }
        let package = program.built().and_then(|built| built.package);
        Some(Parts {
            // The program may go to another folder.
            folder: path::absolute(folder).unwrap_or_else(|_| folder.clone()),
            test: format!("{}/{}", package.unwrap_or_default(), name_of(program)),
            with: format!("{strategy}{}", program.circumstances()),
        })
    }

    /// What the names of the test's files begin with; the hash, because more than one test may have the same characters.
    fn begins(&self) -> String {
        let mut hash = Hash::new();
        hash.fold_str(&self.test);
        format!("{}-{:016x}-", stem(&self.test), hash.get())
    }

    fn name(&self, seeds: &Range<u64>) -> String {
        format!("{}{}-{}.txt", self.begins(), seeds.start, seeds.end)
    }

    /// These seeds are run now.
    ///
    /// # Errors
    ///
    /// If it cannot be said that they are.
    pub(super) fn begin(&self, seeds: &Range<u64>) -> Result<Begun<'_>, String> {
        let path = self.folder.join(self.name(seeds));
        match fs::remove_file(&path) {
            Err(error)
                if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                Err(format!("{PARTS}: {}: {error}", path.display()))
            }
            Ok(()) | Err(_) => Ok(Begun {
                parts: self,
                seeds: seeds.clone(),
            }),
        }
    }

    /// Judges all of them. Gives what there is to say of them.
    fn judge(
        &self,
        asked: Option<&Range<u64>>,
        expected: &[&'static str],
    ) -> Result<String, Failure> {
        let parts = self.read()?;
        let folder = self.folder.display();
        if let Some((path, part, report)) = parts
            .iter()
            .find_map(|(path, part)| Some((path, part, part.failed.as_ref()?)))
        {
            let Range { start, end } = part.seeds;
            return Err(format!(
                "the runs of seeds {start}..{end} failed where they were made, after {} ({}):\n{report}",
                counted(part.runs, "run"),
                path.display()
            )
            .into());
        }
        let ranges = parts.iter().map(|(_, part)| part.seeds.clone());
        let seeds = adjoining(ranges.clone()).map_err(|error| match error {
            MergeError::Nothing => format!(
                "expected parts of `{}` in {folder}, and there is none: run the test with {PARTS} and {SEEDS}=0..5000, say, once for \
                 each range of seeds, and bring the files together there",
                self.test
            ),
            error => {
                let ranges: Vec<String> = ranges
                    .map(|Range { start, end }| format!("{start}..{end}"))
                    .collect();
                format!(
                    "the parts of `{}` in {folder} do not fit together: {error}. There are {}; seeds of which a run takes its process down, \
                     or that are interrupted, leave none",
                    self.test,
                    ranges.join(", ")
                )
            }
        })?;
        if let Some(asked) = asked.filter(|asked| **asked != seeds) {
            return Err(format!(
                "expected parts of `{}` with seeds {}..{}, as {SEEDS} has it, and those in {folder} are of {}..{}: bring those that are \
                 missing together there",
                self.test, asked.start, asked.end, seeds.start, seeds.end
            )
            .into());
        }
        let mut others = parts
            .iter()
            .filter(|(_, part)| part.with != parts[0].1.with);
        if let Some((path, part)) = others.next() {
            return Err(format!(
                "expected parts that were run alike, and {} was run with {}, {} with {}: run those that are wrong again, or use a folder \
                 for each",
                parts[0].0.display(),
                parts[0].1.with,
                path.display(),
                part.with
            )
            .into());
        }
        let mut properties = Properties::expecting(expected);
        let mut runs = 0;
        for (_, part) in &parts {
            properties.merge(&part.properties);
            runs += part.runs;
        }
        unmet(&properties)?;
        Ok(format!(
            "{} of seeds {}..{} in {} were judged together",
            counted(runs, "run"),
            seeds.start,
            seeds.end,
            counted(parts.len() as u64, "part")
        ))
    }

    /// The files of the test, by seeds.
    fn read(&self) -> Result<Vec<(PathBuf, Part)>, String> {
        let failed = |path: &Path, why: String| format!("{PARTS}: {}: {why}", path.display());
        let entries = fs::read_dir(&self.folder).map_err(|error| {
            let words = "expected a folder with the parts that tests have written";
            failed(&self.folder, format!("{words}: {error}"))
        })?;
        let begins = self.begins();
        let mut parts = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| failed(&self.folder, error.to_string()))?;
            let name = entry.file_name();
            let is_ours = |name: &str| name.starts_with(&begins) && name.ends_with(".txt");
            if !name.to_str().is_some_and(is_ours) {
                continue;
            }
            let path = entry.path();
            let text = text_of(&path).map_err(|error| failed(&path, error.to_string()))?;
            let part = text.parse::<Part>();
            let part = part.map_err(|error| failed(&path, error.to_string()))?;
            if part.test == self.test {
                parts.push((path, part));
            }
        }
        parts.sort_by_key(|(_, part)| (part.seeds.start, part.seeds.end));
        Ok(parts)
    }
}

impl Begun<'_> {
    /// Writes what they came to, if that is known: they were run to their end, or a run failed.
    ///
    /// # Errors
    ///
    /// The failure, if there is one; if it cannot be written.
    pub(super) fn write(self, made: Made, properties: &Properties) -> Result<(), Failure> {
        let Made {
            runs,
            whole,
            outcome,
        } = made;
        if !whole && outcome.is_ok() {
            return Ok(());
        }
        let part = Part {
            test: self.parts.test.clone(),
            with: self.parts.with.clone(),
            seeds: self.seeds.clone(),
            runs,
            properties: properties.all().cloned().collect(),
            failed: outcome.as_ref().err().map(|failure| failure.report.clone()),
        };
        let folder = &self.parts.folder;
        let written = replace(folder, &self.parts.name(&self.seeds), &part.to_string());
        let written = written.map_err(|error| {
            format!(
                "{PARTS}: expected a folder to write to, found {}: {error}",
                folder.display()
            )
        });
        match (outcome, written) {
            (Ok(()), Err(why)) => Err(why.into()),
            (Err(failure), Err(why)) => Err(failure.and(&why)),
            (outcome, Ok(())) => outcome,
        }
    }
}
