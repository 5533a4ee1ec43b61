//! Crates in a temporary folder that use Reweave as its users do, and cargo to run their tests.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder with crates.
pub struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    /// A folder of this name, with these files.
    pub fn new(name: &str, files: &[(&str, &str)]) -> Scratch {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        // Of an earlier run of the test.
        let _ = fs::remove_dir_all(&folder);
        let scratch = Scratch { folder };
        for (file, text) in files {
            scratch.write(file, text);
        }
        // The versions that are there already, so that nothing is fetched.
        let lock = repository().join("Cargo.lock");
        fs::copy(lock, scratch.folder.join("Cargo.lock")).unwrap();
        scratch
    }

    pub fn write(&self, file: &str, text: &str) {
        let file = self.folder.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        let repository = repository();
        let text = text.replace("REPOSITORY", repository.to_str().unwrap());
        fs::write(file, text).unwrap();
    }

    /// Runs a line in a shell, in this folder.
    pub fn run(&self, within: &str, line: &str) -> Printed {
        let mut command = Command::new("sh");
        command
            .args(["-c", line])
            .current_dir(self.folder.join(within));
        // What cargo and the harness told this test is not for those that it runs.
        let ours = |name: &str| {
            ["CARGO_", "REWEAVE_", "NEXTEST"]
                .iter()
                .any(|start| name.starts_with(start))
                && name != "CARGO_HOME"
        };
        for (name, _) in env::vars().filter(|(name, _)| ours(name)) {
            command.env_remove(name);
        }
        command
            .env("CARGO_NET_OFFLINE", "true")
            .env("RUST_BACKTRACE", "0");
        // They fail on purpose, and again and again.
        command.env("REWEAVE_REGRESSIONS", "0");
        // Nobody debugs these, or builds them again after a change.
        command
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_INCREMENTAL", "0");
        // One for all, so that the library is built once.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("target");
        command.env("CARGO_TARGET_DIR", target);
        Printed::new(line, &command.output().unwrap())
    }
}

fn repository() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap().to_owned()
}

/// What a command printed.
pub struct Printed {
    pub line: String,
    pub text: String,
    pub success: bool,
}

impl Printed {
    fn new(line: &str, output: &Output) -> Printed {
        let text = [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy);
        Printed {
            line: line.to_owned(),
            text: text.join("\n"),
            success: output.status.success(),
        }
    }

    /// The lines that begin so, without what they begin with.
    pub fn lines<'a>(&'a self, start: &'a str) -> Vec<&'a str> {
        let lines = self.text.lines().map(str::trim_start);
        lines.filter_map(|line| line.strip_prefix(start)).collect()
    }

    /// The only line that begins so.
    #[track_caller]
    pub fn the_line<'a>(&'a self, start: &'a str) -> &'a str {
        match self.lines(start)[..] {
            [line] => line,
            ref lines => panic!("{} lines begin with `{start}`:\n{self}", lines.len()),
        }
    }
}

impl std::fmt::Display for Printed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "$ {}\n{}", self.line, self.text)
    }
}
