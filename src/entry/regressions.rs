//! Runs in which a test failed, kept as files beside it and made first the next time.
//!
//! ```text
//!   a seed fails ─► shrunk ─► told ─► kept: reweave-regressions/….txt    one file a run, in the package's folder
//!   next time    ─► each that is kept, by name ─► the plain run ─► the seeds
//!                     │ fails as it did, or otherwise   the report, and which file it comes from
//!                     │ passes, and all of its tape matched       "fixed"
//!                     └ passes, and part of it did not            "stale"
//! ```
//!
//! What is kept is what a search has found: nothing where somebody chose a run, by a seed or a tape; nor of a test that is to
//! fail; nor of a failure that is not the run's alone.
//!
//! On unless `REWEAVE_REGRESSIONS=0`. A schedule that fails is rare, and found at some cost; whoever forgets it sees the bug come back
//! unseen once a draw is added anywhere. proptest keeps what it finds for the same reason, and its users know to commit such files. Who
//! does not want them has one variable to set, in CI or in the `[env]` of cargo's configuration.
//!
//! Not done: a failing test for a file that is fixed or stale. A bug is often mended by code that makes other draws, and then both look
//! the same: whether to delete the file is for people to say.

mod folder;
pub(super) mod form;

use std::fmt::Display;
use std::path::PathBuf;
use std::sync::Once;

use super::circumstances::Circumstances;
use super::command::Program;
use super::environment::Environment;
use super::files::name_of;
use super::{child, rehearsal, replayed};
use crate::base::count::counted;
use crate::base::short::short;
use crate::choice::tape::{Match, Tape};
use crate::explore::explanation::Explanation;
use crate::explore::outcome::Run;
use crate::record::finding::Finding;
use crate::record::kind::FindingKind;
use crate::record::signature::Signature;
use folder::Folder;
use form::Regression;

/// The runs that are kept of one test.
pub(super) struct Regressions {
    /// The crate and the path of the test in it.
    test: String,
    /// `None` where the package's folder is not there.
    folder: Option<Folder>,
}

/// A run that is kept.
pub(super) struct Kept {
    path: PathBuf,
    regression: Regression,
}

impl Regressions {
    /// Those of a program; `None` where there are none, and none are kept: it is no test, or one that is to fail, or somebody chose a run.
    pub(super) fn of(program: &Program, environment: &Environment) -> Option<Regressions> {
        let built = program.built().filter(|built| built.harness)?;
        // A debugger is to stop in the run that was asked for, and not after another.
        let stops = environment.stop_at.is_some();
        let chosen = replayed::is_chosen(environment) || stops || child::is_one();
        if !environment.regressions || chosen || !rehearsal::reads_reports(program) {
            return None;
        }
        program.test_name()?;
        let test = name_of(program);
        Some(Regressions {
            folder: Folder::of(built, &test),
            test,
        })
    }

    /// Those that are kept, in the order of their names.
    ///
    /// # Errors
    ///
    /// If a file cannot be read: its path, what was expected, and what to do.
    pub(super) fn read(&self) -> Result<Vec<Kept>, String> {
        let Some(folder) = &self.folder else {
            return Ok(Vec::new());
        };
        let mut all = Vec::new();
        for found in folder.read()? {
            let failed = |why: &dyn Display| {
                format!(
                    "a failing run of this test is kept, and cannot be read\n{}: {why}",
                    found.path.display()
                )
            };
            let text = found.text.as_ref().map_err(|error| failed(error))?;
            let regression: Regression = text.parse().map_err(|error| failed(&error))?;
            if let Some(faults) = &regression.circumstances.faults
                && !faults.is_none()
                && !faults.strike_before_calm()
            {
                return Err(failed(&format!(
                    "expected faults that start before the calm phase, found `{faults}`: take it from version control again, or delete it"
                )));
            }
            if regression.test == self.test {
                let path = found.path;
                all.push(Kept { path, regression });
            } else if !folder.has_files_of(&regression.test) {
                return Err(failed(&format!(
                    "expected a run of `{}`, as the file's name has it, found one of `{}`: give both the same, or delete it",
                    self.test,
                    short(&regression.test)
                )));
            }
        }
        Ok(all)
    }

    /// Keeps a run that a search has found. Gives the line that says where it is, or why it is not, if that was not said before.
    pub(super) fn keep<T>(&self, run: &Run<T>, circumstances: &Circumstances) -> Option<String> {
        let failure = run.failure()?;
        if failure.kind() == FindingKind::Nondeterminism {
            return None;
        }
        let found = run.explanation().and_then(Explanation::seed);
        let strategy = run.builtin().map(|builtin| builtin.to_string());
        let regression = Regression {
            test: self.test.clone(),
            finding: failure.lasting_signature(),
            words: vec![failure.to_string()],
            strategy: strategy.or_else(|| run.strategy().map(str::to_owned)),
            seed: run.seed().or(found),
            circumstances: circumstances.clone(),
            tape: run.tape().clone(),
        };
        match self.write(&regression) {
            Ok(path) => Some(format!(
                "kept, to be run first from now on: {}",
                path.display()
            )),
            Err(why) => {
                static SAID: Once = Once::new();
                let mut line = None;
                SAID.call_once(|| {
                    line = Some(format!("not kept: {why}; REWEAVE_REGRESSIONS=0 keeps none"));
                });
                line
            }
        }
    }

    /// # Errors
    ///
    /// Why it cannot be kept.
    fn write(&self, regression: &Regression) -> Result<PathBuf, String> {
        let folder = self.folder.as_ref();
        let folder = folder.ok_or("the package's folder is not there")?;
        // Another process of this test may have found the same by another seed.
        let same = self
            .read()?
            .into_iter()
            .find(|kept| kept.regression.is_same_run(regression));
        match same {
            Some(kept) => Ok(kept.path),
            None => folder.write(&regression.to_string()),
        }
    }
}

impl Kept {
    pub(super) fn tape(&self) -> &Tape {
        &self.regression.tape
    }

    /// What its run is made with, as far as that is not the test's own.
    pub(super) fn circumstances(&self) -> &Circumstances {
        &self.regression.circumstances
    }

    /// What it showed.
    pub(super) fn finding(&self) -> &Signature {
        &self.regression.finding
    }

    /// What there is to say of the run of its tape: where it comes from, and what it shows now. `near`: a run near it shows the finding.
    pub(super) fn says<T>(&self, run: &Run<T>, near: bool) -> String {
        let was = in_words(&self.regression.finding);
        let path = self.path.display();
        let much = match run.matched() {
            Some(Match { total: 0, .. }) | None => "its tape has no deviation".to_owned(),
            Some(matched) => matched.to_string(),
        };
        let finding = |shown: &Finding| shown.lasting_signature() == self.regression.finding;
        match run.failure() {
            _ if near => format!(
                "kept: this is the run of {path}, as near as the test makes it now ({much}), and it fails as it did"
            ),
            Some(failure) if finding(failure) => {
                format!("kept: this is the run of {path}, which still fails as it did")
            }
            Some(failure) => format!(
                "kept: this is the run of {path}, which failed otherwise: with {was}, and now with {} ({much}); delete the file if the \
                 former is fixed",
                in_words(&failure.lasting_signature())
            ),
            None => {
                let shown = match run.findings().iter().any(finding) {
                    true => "shows it still, as a warning",
                    false => "passes",
                };
                let steps = counted(run.steps(), "step");
                let is_whole = run
                    .matched()
                    .is_none_or(|matched| matched.matched == matched.total);
                match is_whole {
                    true => format!(
                        "fixed, keep or delete {path}: the run failed with {was}, and now {shown} ({steps}; {much})"
                    ),
                    false => format!(
                        "stale, see whether it is fixed, and delete {path}: the run failed with {was}, and the test makes other draws \
                         now; what was run instead {shown}, and no run near it shows that either ({steps}; {much})"
                    ),
                }
            }
        }
    }
}

fn in_words(finding: &Signature) -> String {
    let text = finding.to_string().replace(char::is_control, " ");
    short(&text).into_owned()
}
