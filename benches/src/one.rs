//! One run of one contestant: in this process, or in a child of it under callgrind or on its own.
//!
//! A child is this same program with the arguments `one WORKLOAD CONTESTANT SIZE`. It prints what it did, a field a
//! line, and its parent reads that back:
//!
//! ```text
//! units 1000000
//! wall_ns 66876285
//! resident_bytes 330260480
//! peak_bytes 331116544
//! ```
//!
//! Children, because memory is a matter of a process and instructions are counted from its first to its last.

use std::env;
use std::fmt;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use reweave_benches::workloads::{Entrant, Workload};
use reweave_benches::{Done, Size, memory};

use crate::share::{self, Shares};

/// Who does what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) workload: &'static Workload,
    pub(crate) entrant: &'static Entrant,
    pub(crate) size: Size,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) done: Done,
    pub(crate) wall: Duration,
    pub(crate) peak: Option<u64>,
}

impl Run {
    /// Does it here.
    ///
    /// # Errors
    ///
    /// When the contestant did not do all its work.
    pub(crate) fn here(&self) -> Result<Outcome> {
        let start = Instant::now();
        let done = (self.entrant.run)(self.size);
        let wall = start.elapsed();
        let expected = (self.workload.units)(self.size);
        ensure!(
            done.units == expected,
            "{self} did {} units of {expected}",
            done.units
        );
        let peak = memory::peak();
        Ok(Outcome { done, wall, peak })
    }

    /// Does it in a child of its own.
    ///
    /// # Errors
    ///
    /// When the child cannot be started or fails.
    pub(crate) fn in_a_child(&self) -> Result<Outcome> {
        let output = self.finish(Command::new(env::current_exe()?))?;
        let text = String::from_utf8_lossy(&output.stdout);
        Outcome::parse(&text).with_context(|| format!("{self} printed {text:?}"))
    }

    /// Does it in a child under callgrind, which counts its instructions. `scratch` is a directory for callgrind's file.
    ///
    /// # Errors
    ///
    /// When there is no valgrind, or the child fails.
    pub(crate) fn count_instructions(&self, scratch: &Path) -> Result<u64> {
        let profile = self.profile(scratch, &[])?;
        let totals = profile
            .lines()
            .find_map(|line| line.strip_prefix("totals:"));
        totals
            .and_then(|instructions| instructions.trim().parse().ok())
            .with_context(|| format!("callgrind's profile of {self} has no totals"))
    }

    /// The same, shared out by whom the instructions belong to.
    ///
    /// # Errors
    ///
    /// When there is no valgrind or no addr2line, or one of them fails.
    pub(crate) fn share_out_instructions(&self, scratch: &Path) -> Result<Shares> {
        let profile = self.profile(scratch, &share::ARGUMENTS)?;
        share::share_out(&profile, &env::current_exe()?)
    }

    /// What callgrind writes of it.
    fn profile(&self, scratch: &Path, arguments: &[&str]) -> Result<String> {
        let profile = scratch.join(format!(
            "{}-{}-{}",
            self.workload.name, self.entrant.name, self.size
        ));
        let mut valgrind = Command::new("valgrind");
        valgrind
            .arg("--tool=callgrind")
            .arg(format!("--callgrind-out-file={}", profile.display()))
            .args(arguments)
            .arg(env::current_exe()?);
        self.finish(valgrind)?;
        Ok(fs::read_to_string(&profile)?)
    }

    fn finish(&self, mut command: Command) -> Result<Output> {
        command.arg("one").args([
            self.workload.name,
            self.entrant.name,
            &self.size.to_string(),
        ]);
        let output = command
            .output()
            .with_context(|| format!("cannot start {command:?}"))?;
        if !output.status.success() {
            let complaint = String::from_utf8_lossy(&output.stderr);
            bail!("{self} failed, {}:\n{complaint}", output.status);
        }
        Ok(output)
    }
}

/// Whether there is a tool of that name: `valgrind` to count instructions, `addr2line` to share them out.
pub(crate) fn has(tool: &str) -> bool {
    let version = Command::new(tool).arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (workload, entrant) = (self.workload.name, self.entrant.name);
        write!(f, "{workload} {entrant} {}", self.size)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "units {}", self.done.units)?;
        writeln!(f, "wall_ns {}", self.wall.as_nanos())?;
        if let Some(bytes) = self.done.resident {
            writeln!(f, "resident_bytes {bytes}")?;
        }
        if let Some(bytes) = self.peak {
            writeln!(f, "peak_bytes {bytes}")?;
        }
        Ok(())
    }
}

impl Outcome {
    fn parse(text: &str) -> Option<Self> {
        let field = |name: &str| -> Option<u64> {
            let fields = text.lines().filter_map(|line| line.split_once(' '));
            let (_, value) = fields.into_iter().find(|(key, _)| *key == name)?;
            value.parse().ok()
        };
        Some(Self {
            done: Done {
                units: field("units")?,
                resident: field("resident_bytes"),
            },
            wall: Duration::from_nanos(field("wall_ns")?),
            peak: field("peak_bytes"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_reads_back_what_it_prints() {
        for memory in [None, Some(4_096)] {
            let outcome = Outcome {
                done: Done {
                    units: 7,
                    resident: memory,
                },
                wall: Duration::from_nanos(1_234_567_890),
                peak: memory.map(|bytes| bytes + 1),
            };
            assert_eq!(Outcome::parse(&outcome.to_string()), Some(outcome));
        }
        assert_eq!(Outcome::parse("units 7\nwall_ns soon\n"), None);
    }

    #[test]
    fn a_contestant_that_skips_work_is_found_out() {
        static IDLER: Entrant = Entrant::new("idler", |_| Done::units(1));
        let run = Run {
            workload: &reweave_benches::workloads::w1::WORKLOAD,
            entrant: &IDLER,
            size: Size::new(2, 3),
        };
        let error = run.here().unwrap_err().to_string();
        assert_eq!(error, "w1 idler 2x3 did 1 units of 6");
    }
}
