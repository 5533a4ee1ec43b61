//! The line that makes a run again: what cargo needs to find the same test in the same build, and the variables that choose
//! the run.
//!
//! ```text
//! REWEAVE_SEED=7 cargo test -p bank --test transfers --features audit --release limits::holds -- --exact
//!       │                      │         │                 │             │           │
//!   the run's draws        package     target           features      profile    the test's name
//! ```
//!
//! Package, target and features come from the [compiler](super::built), the profile from where the binary lies, the test's
//! name from its thread, which the harness names after it. Features that others imply are named, too: nothing tells which
//! those are.

use std::env;
use std::path::Path;
use std::thread;

use super::built::Built;
use super::circumstances::Circumstances;
use super::{environment, shell};
use crate::choice::strategies::builtin::Builtin;
use crate::choice::tape::Tape;
use crate::explore::explanation::Explanation;
use crate::explore::outcome::{Answered, Run};
use crate::model::faults::plan::Faults;
use crate::report::LONGEST_TAPE;
use crate::run::underway::Drawn;

/// What is run.
#[derive(Clone, Debug)]
pub(super) struct Program {
    /// Its path, the crate's name first.
    path: &'static str,
    built: Option<Built>,
    /// What it is called by the harness that runs it. `None` if it is no test.
    test: Option<String>,
    /// The strategy of its seeds, unless the environment says otherwise.
    strategy: Option<Builtin>,
    /// What its runs are made with, as far as that is not its own.
    circumstances: Circumstances,
}

/// Variables, by their names.
pub(super) type Variables = Vec<(&'static str, String)>;

impl Program {
    /// A test.
    pub(super) fn test(
        path: &'static str,
        built: Option<Built>,
        strategy: Option<Builtin>,
    ) -> Program {
        let program = Program::main(path, built, strategy);
        let without_crate = path.split_once("::").map_or(path, |(_, rest)| rest);
        let test = program
            .test
            .unwrap_or_else(|| test_name(thread::current().name(), without_crate));
        Program {
            test: Some(test),
            ..program
        }
    }

    /// A program; or what a test calls, if it is compiled for the harness: then the test is what can be run again.
    pub(super) fn main(
        path: &'static str,
        built: Option<Built>,
        strategy: Option<Builtin>,
    ) -> Program {
        let harness = built.is_some_and(|built| built.harness);
        let current = thread::current();
        let test = current.name().filter(|name| harness && *name != "main");
        Program {
            path,
            built,
            test: test.map(|name| test_name(Some(name), name)),
            strategy,
            circumstances: Circumstances::default(),
        }
    }

    /// With these circumstances in place of its own.
    pub(super) fn under(self, circumstances: Circumstances) -> Program {
        Program {
            circumstances,
            ..self
        }
    }

    /// What it is called by the harness.
    pub(super) fn test_name(&self) -> Option<&str> {
        self.test.as_deref()
    }

    /// What it is called, for people.
    pub(super) fn name(&self) -> &str {
        self.test_name().unwrap_or(self.path)
    }

    /// Its path.
    pub(super) fn path(&self) -> &'static str {
        self.path
    }

    pub(super) fn built(&self) -> Option<&Built> {
        self.built.as_ref()
    }

    /// The variables that choose this run.
    pub(super) fn variables<T>(&self, run: &Run<T>) -> Variables {
        let variables = match (run.seed(), &run.answered) {
            (Some(seed), Answered::Builtin(builtin)) => self.seed(seed, *builtin),
            (None, _) | (_, Answered::Own(_)) => {
                let found = run.explanation().map(Explanation::found);
                // What the plain run shows needs no tape.
                let found = found.filter(|_| *run.tape() != Tape::default());
                vec![environment::of_tape(found.unwrap_or(run.tape()))]
            }
        };
        self.and_circumstances(variables)
    }

    /// The line that makes the run again as it was shrunk, if it was, and fits into a line that can be pasted.
    pub(super) fn replay_shrunk<T>(&self, run: &Run<T>) -> Option<String> {
        let known = run.explanation()?;
        let tape = run.tape();
        let changed = tape != known.found() || run.seed().is_some();
        if !changed || *tape == Tape::default() || tape.to_line().len() > LONGEST_TAPE {
            return None;
        }
        Some(self.line(&self.and_circumstances(vec![environment::of_tape(tape)])))
    }

    /// What its runs are made with that is not its own, as variables behind a space each.
    pub(super) fn circumstances(&self) -> String {
        let variables = self.and_circumstances(Vec::new()).into_iter();
        variables
            .map(|(name, value)| format!(" {name}={value}"))
            .collect()
    }

    /// The variables, and those of the circumstances in whose runs they choose one.
    fn and_circumstances(&self, mut variables: Variables) -> Variables {
        let Circumstances {
            faults,
            threads,
            costs,
        } = &self.circumstances;
        let faults = faults.as_ref().map(Faults::to_string);
        variables.extend(faults.map(|faults| (environment::FAULTS, faults)));
        let threads = threads.map(|threads| u8::from(threads).to_string());
        variables.extend(threads.map(|threads| (environment::THREADS, threads)));
        let costs = costs.map(|costs| costs.to_string());
        variables.extend(costs.map(|costs| (environment::COSTS, costs)));
        variables
    }

    /// The variables that choose the run that is drawn so, with this strategy for seeds. `None` if none do.
    fn variables_of(&self, drawn: &Drawn, strategy: Builtin) -> Option<Variables> {
        let variables = match drawn {
            Drawn::Seed(seed) => self.seed(*seed, strategy),
            Drawn::Plain => vec![environment::of_plain()],
            Drawn::Tape(tape) => vec![environment::of_tape(tape)],
            Drawn::Unnamed => return None,
        };
        Some(self.and_circumstances(variables))
    }

    fn seed(&self, seed: u64, strategy: Builtin) -> Variables {
        let seed = (environment::SEED, seed.to_string());
        match self.strategy == Some(strategy) {
            true => vec![seed],
            false => vec![(environment::STRATEGY, strategy.to_string()), seed],
        }
    }

    /// The line that replays this run.
    pub(super) fn replay<T>(&self, run: &Run<T>) -> String {
        self.line(&self.variables(run))
    }

    /// The line that makes the run again that is drawn so, if one does.
    pub(super) fn replay_drawn(&self, drawn: &Drawn, strategy: Builtin) -> Option<String> {
        let variables = self.variables_of(drawn, strategy)?;
        Some(self.line(&variables))
    }

    fn line(&self, variables: &[(&'static str, String)]) -> String {
        // Miri has no files unless it is allowed to.
        let binary = match cfg!(miri) {
            true => None,
            false => env::current_exe().ok(),
        };
        shell::line(variables, &self.words(binary.as_deref()))
    }

    /// The words of the command that runs it.
    fn words(&self, binary: Option<&Path>) -> Vec<String> {
        let is_test = self.test.is_some() || self.built.is_some_and(|built| built.harness);
        let mut words = vec!["cargo", if is_test { "test" } else { "run" }]
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>();
        if let Some(built) = &self.built {
            words.extend(target(built, binary));
            words.extend(features(built));
            words.extend(profile(built, binary));
        }
        match &self.test {
            Some(name) => {
                words.extend([name, "--", "--exact"].map(str::to_owned));
                if self.built.is_some_and(|built| built.ignored) {
                    words.push("--include-ignored".to_owned());
                }
            }
            None if is_test => {}
            None => {
                let arguments = env::args_os().skip(1);
                let arguments: Vec<_> = arguments
                    .map(|argument| argument.to_string_lossy().into_owned())
                    .collect();
                if !arguments.is_empty() {
                    words.push("--".to_owned());
                    words.extend(arguments);
                }
            }
        }
        words
    }
}

/// The name of a test: its thread's, which is right also for one that a macro made of several. With one thread for all tests
/// that is called `main`, and the test may have started threads of its own.
fn test_name(thread: Option<&str>, path: &str) -> String {
    let last = path.rsplit("::").next();
    match thread {
        Some(name) if name.contains("::") || Some(name) == last => name.to_owned(),
        Some(_) | None => path.to_owned(),
    }
}

/// The package and its target.
fn target(built: &Built, binary: Option<&Path>) -> Vec<String> {
    let mut words = Vec::new();
    let mut say = |option: &str, value: &str| words.extend([option, value].map(str::to_owned));
    let is_example = folder(binary, 1) == Some("examples");
    let stem = binary
        .and_then(Path::file_stem)
        .and_then(|stem| stem.to_str());
    match (built.binary, built.is_integration_test, built.harness) {
        (Some(name), ..) => {
            built.package.iter().for_each(|package| say("-p", package));
            say(if is_example { "--example" } else { "--bin" }, name);
        }
        (None, true, _) => {
            built.package.iter().for_each(|package| say("-p", package));
            let option = match is_bench(built.root) {
                true => "--bench",
                false => "--test",
            };
            let name = target_name(built.root, built.crate_name);
            name.iter().for_each(|name| say(option, name));
        }
        (None, false, true) => {
            built.package.iter().for_each(|package| say("-p", package));
            words.push("--lib".to_owned());
        }
        // A library's function, which a binary of another package may have called: the binary knows its name.
        (None, false, false) => {
            let option = if is_example { "--example" } else { "--bin" };
            stem.iter().for_each(|stem| say(option, stem));
        }
    }
    words
}

/// The name of an integration test. The crate's is the same but for `-`, for which it has `_`; the file tells, unless the test
/// is called otherwise than its file, and cargo takes patterns.
fn target_name(root: Option<&str>, crate_name: Option<&str>) -> Option<String> {
    let crate_name = crate_name?;
    let root = root.map(Path::new);
    let file = root.and_then(Path::file_stem);
    let folder = root.and_then(Path::parent).and_then(Path::file_name);
    let mut names = [file, folder]
        .into_iter()
        .flatten()
        .filter_map(|name| name.to_str());
    let known = names.find(|name| name.replace('-', "_") == crate_name);
    Some(known.map_or_else(|| crate_name.replace('_', "[-_]"), str::to_owned))
}

/// Whether a crate with this root is a bench, which is no different from a test otherwise.
fn is_bench(root: Option<&str>) -> bool {
    let mut folders = Path::new(root.unwrap_or_default())
        .ancestors()
        .skip(1)
        .take(2);
    folders.any(|folder| folder.file_name().is_some_and(|name| name == "benches"))
}

fn features(built: &Built) -> Vec<String> {
    let mut words = Vec::new();
    if built.has_default_feature && !built.features.contains(&"default") {
        words.push("--no-default-features".to_owned());
    }
    let named = built.features.iter().copied();
    let named: Vec<_> = named.filter(|feature| *feature != "default").collect();
    if !named.is_empty() {
        words.extend(["--features".to_owned(), named.join(",")]);
    }
    words
}

/// The profile: the folder of the target folder that the binary is in is called after it.
fn profile(built: &Built, binary: Option<&Path>) -> Vec<String> {
    let inner = ["deps", "examples"];
    let folder = match folder(binary, 1) {
        Some(name) if inner.contains(&name) => folder(binary, 2),
        // Of a test they are always in there: elsewhere, it was moved.
        name => name.filter(|_| !built.harness),
    };
    match folder {
        Some("debug") => Vec::new(),
        Some("release") => vec!["--release".to_owned()],
        Some(name) => vec!["--profile".to_owned(), name.to_owned()],
        None if built.release => vec!["--release".to_owned()],
        None => Vec::new(),
    }
}

/// The name of a folder that a file is in, so many steps above.
fn folder(file: Option<&Path>, up: usize) -> Option<&str> {
    file?.ancestors().nth(up)?.file_name()?.to_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIB: Built = Built {
        package: Some("bank"),
        crate_name: Some("bank"),
        binary: None,
        is_integration_test: false,
        folder: None,
        root: Some("src/lib.rs"),
        features: &[],
        has_default_feature: false,
        release: false,
        harness: true,
        should_panic: false,
        ignored: false,
    };

    fn line(built: Built, binary: &str, name: &str) -> String {
        let program = Program {
            path: "bank::ledger::adds",
            built: Some(built),
            test: Some(name.to_owned()),
            strategy: Some(Builtin::Random),
            circumstances: Circumstances::default(),
        };
        program.words(Some(Path::new(binary))).join(" ")
    }

    #[test]
    fn each_target_is_named() {
        let integration = Built {
            crate_name: Some("end_to_end"),
            is_integration_test: true,
            root: Some("bank/tests/end-to-end.rs"),
            ..LIB
        };
        let at = |root| Built {
            root: Some(root),
            ..integration
        };
        let bin = Built {
            crate_name: Some("bank_cli"),
            binary: Some("bank-cli"),
            root: Some("src/main.rs"),
            ..LIB
        };
        let lines = [
            line(LIB, "target/debug/deps/bank-0", "ledger::adds"),
            line(integration, "target/debug/deps/end_to_end-0", "adds"),
            line(
                at("tests/end-to-end/main.rs"),
                "target/debug/deps/x",
                "adds",
            ),
            line(at("tests/all.rs"), "target/debug/deps/x", "adds"),
            line(at("benches/end_to_end.rs"), "target/release/deps/x", "adds"),
            line(bin, "target/debug/deps/bank_cli-0", "adds"),
            line(bin, "target/x86/debug/examples/bank_cli-0", "adds"),
        ];
        insta::assert_snapshot!(lines.join("\n"), @"
        cargo test -p bank --lib ledger::adds -- --exact
        cargo test -p bank --test end-to-end adds -- --exact
        cargo test -p bank --test end-to-end adds -- --exact
        cargo test -p bank --test end[-_]to[-_]end adds -- --exact
        cargo test -p bank --bench end_to_end --release adds -- --exact
        cargo test -p bank --bin bank-cli adds -- --exact
        cargo test -p bank --example bank-cli adds -- --exact
        ");
    }

    #[test]
    fn features_and_profile_are_named() {
        let with = |features| Built {
            features,
            has_default_feature: true,
            ..LIB
        };
        let moved = Built {
            release: true,
            ignored: true,
            ..LIB
        };
        let lines = [
            line(with(&["default"]), "target/debug/deps/bank-0", "adds"),
            line(
                with(&["default", "net", "fs"]),
                "target/debug/deps/bank-0",
                "adds",
            ),
            line(with(&["net"]), "target/release/deps/bank-0", "adds"),
            line(with(&[]), "target/fast/deps/bank-0", "adds"),
            line(moved, "elsewhere/bank-0", "adds"),
        ];
        insta::assert_snapshot!(lines.join("\n"), @"
        cargo test -p bank --lib adds -- --exact
        cargo test -p bank --lib --features net,fs adds -- --exact
        cargo test -p bank --lib --no-default-features --features net --release adds -- --exact
        cargo test -p bank --lib --no-default-features --profile fast adds -- --exact
        cargo test -p bank --lib --release adds -- --exact --include-ignored
        ");
    }

    #[test]
    fn a_test_is_called_as_its_thread_if_that_is_called_after_a_test() {
        assert_eq!(
            test_name(Some("a::adds::case_1"), "a::adds"),
            "a::adds::case_1"
        );
        assert_eq!(test_name(Some("adds"), "adds"), "adds");
        assert_eq!(test_name(Some("main"), "a::adds"), "a::adds");
        assert_eq!(test_name(Some("worker"), "a::adds"), "a::adds");
        assert_eq!(test_name(None, "a::adds"), "a::adds");
    }
}
