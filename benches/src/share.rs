//! Which share of an explored run's instructions goes to counters, the hash and draws.
//!
//! Nearly all of that is inlined into the step loop, so a profile by functions does not tell. callgrind can count every
//! machine instruction by its address, and debug information has for each address the stack of functions that were
//! inlined there, which `addr2line` prints, innermost first:
//!
//! ```text
//!   0x1234  core/src/num/mod.rs          the standard library: passed over
//!           src/base/hash.rs             ← the first file that is Reweave's, or its generator's: this instruction
//!           src/run/state.rs               belongs to the hash
//! ```
//!
//! So code of the standard library belongs to whoever inlined it. What is called and not inlined (`memcpy`, the
//! allocator) belongs to [`Part::Elsewhere`], and so does the program that runs. Running the same program without a part
//! and taking the difference would be no better: there is no run without a hash, and one without draws is another run.

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::{Index, IndexMut};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, ensure};

/// Whom an instruction belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Counts that every run keeps of what is held and who waits.
    Counters,
    /// Events, and the hash they are folded into.
    Hash,
    /// Draws, the strategy that answers them, and its generator.
    Draws,
    /// All else in Reweave: tasks, wakers, timers, primitives.
    Engine,
    /// The program, the allocator, and what is called of the standard library.
    Elsewhere,
}

impl Part {
    pub(crate) const ALL: [Part; 5] = [
        Part::Counters,
        Part::Hash,
        Part::Draws,
        Part::Engine,
        Part::Elsewhere,
    ];

    /// The part that a source file belongs to; `None` for one that belongs to whoever calls it.
    fn of_file(file: &Path, reweave: &Path) -> Option<Part> {
        if let Ok(file) = file.strip_prefix(reweave) {
            return Some(match file {
                file if file.starts_with("observe") => Part::Counters,
                file if file.starts_with("record") || file.ends_with("base/hash.rs") => Part::Hash,
                file if file.starts_with("choice") || file.ends_with("base/prng.rs") => Part::Draws,
                _ => Part::Engine,
            });
        }
        let package = |name: &str| {
            let file = file.components();
            file.into_iter().any(|part| {
                let part = part.as_os_str().to_string_lossy();
                part.strip_prefix(name)
                    .is_some_and(|version| version.starts_with('-'))
            })
        };
        let generator = ["rand_chacha", "ppv-lite86", "rand_core", "rand"];
        generator.into_iter().any(package).then_some(Part::Draws)
    }

    /// The part of an instruction, from the files of the functions that it was inlined through.
    fn of_stack<'a>(files: impl IntoIterator<Item = &'a Path>, reweave: &Path) -> Part {
        let mut files = files.into_iter();
        let part = files.find_map(|file| Part::of_file(file, reweave));
        part.unwrap_or(Part::Elsewhere)
    }
}

/// An amount for each part.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Shares([f64; Part::ALL.len()]);

impl Index<Part> for Shares {
    type Output = f64;

    fn index(&self, part: Part) -> &f64 {
        &self.0[part as usize]
    }
}

impl IndexMut<Part> for Shares {
    fn index_mut(&mut self, part: Part) -> &mut f64 {
        &mut self.0[part as usize]
    }
}

impl Shares {
    pub(crate) fn total(&self) -> f64 {
        self.0.iter().sum()
    }

    /// Part by part.
    pub(crate) fn map2(self, other: Self, mut combine: impl FnMut(f64, f64) -> f64) -> Self {
        Self(std::array::from_fn(|at| combine(self.0[at], other.0[at])))
    }
}

/// Shares out the instructions of a profile that callgrind wrote with [`ARGUMENTS`] of this program.
///
/// # Errors
///
/// When there is no `addr2line`, or it fails.
pub(crate) fn share_out(profile: &str, program: &Path) -> Result<Shares> {
    let Costs { own, elsewhere } = costs(profile, program);
    let addresses: Vec<u64> = own.keys().copied().collect();
    let answer = addr2line(program, &addresses)?;
    let mut shares = Shares::default();
    shares[Part::Elsewhere] = elsewhere as f64;
    let mut answered = 0;
    let reweave = sources();
    for (address, files) in stacks(&answer) {
        let cost = own.get(&address).copied().unwrap_or_default();
        let part = Part::of_stack(files, &reweave);
        shares[part] += cost as f64;
        answered += 1;
    }
    ensure!(
        answered == own.len(),
        "addr2line was asked for {} addresses, and answered {answered}",
        own.len()
    );
    ensure!(
        shares[Part::Engine] > 0.0,
        "no instruction comes from {}: is there debug information?",
        reweave.display()
    );
    Ok(shares)
}

/// What callgrind is to be told so that its profile can be shared out: instructions by address, nothing abbreviated.
pub(crate) const ARGUMENTS: [&str; 3] = [
    "--dump-instr=yes",
    "--compress-pos=no",
    "--compress-strings=no",
];

/// Where Reweave's sources are, as the compiler wrote it into the debug information.
fn sources() -> PathBuf {
    let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
    benches.with_file_name("src")
}

/// Instructions executed.
#[derive(Debug, Default, PartialEq)]
struct Costs {
    /// Of the program, by address.
    own: BTreeMap<u64, u64>,
    /// In libraries.
    elsewhere: u64,
}

/// Reads a profile: a line `0xADDRESS LINE COST` for each instruction, below a line `ob=` that says whose.
fn costs(profile: &str, program: &Path) -> Costs {
    let mut costs = Costs::default();
    let (mut in_program, mut of_a_call) = (false, false);
    for line in profile.lines() {
        if let Some(object) = line.strip_prefix("ob=") {
            in_program = Path::new(object) == program;
        } else if line.starts_with("calls=") {
            of_a_call = true;
        } else if let Some((address, cost)) = instruction(line) {
            // The line after `calls=` has what the called function cost, which its own lines tell.
            match (std::mem::take(&mut of_a_call), in_program) {
                (true, _) => {}
                (false, true) => *costs.own.entry(address).or_default() += cost,
                (false, false) => costs.elsewhere += cost,
            }
        }
    }
    costs
}

fn instruction(line: &str) -> Option<(u64, u64)> {
    let mut fields = line.strip_prefix("0x")?.split(' ');
    let address = u64::from_str_radix(fields.next()?, 16).ok()?;
    let cost = fields.nth(1)?.parse().ok()?;
    Some((address, cost))
}

fn addr2line(program: &Path, addresses: &[u64]) -> Result<String> {
    let mut child = Command::new("addr2line")
        .args(["--addresses", "--inlines", "--exe"])
        .arg(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start addr2line, which comes with binutils")?;
    let mut questions = child.stdin.take().context("its input is a pipe")?;
    let lines: String = addresses
        .iter()
        .map(|address| format!("{address:#x}\n"))
        .collect();
    // It answers while it is asked, and both pipes are short.
    let asking = thread::spawn(move || questions.write_all(lines.as_bytes()));
    let output = child.wait_with_output()?;
    asking.join().expect("writing returns its errors")?;
    ensure!(
        output.status.success(),
        "addr2line failed, {}",
        output.status
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Reads what addr2line printed: for each address a line with it, and one `FILE:LINE` for each function, innermost first.
fn stacks(answer: &str) -> impl Iterator<Item = (u64, Vec<&Path>)> {
    let mut lines = answer.lines().peekable();
    std::iter::from_fn(move || {
        let address = lines.next()?.strip_prefix("0x")?;
        let address = u64::from_str_radix(address, 16).ok()?;
        let mut files = Vec::new();
        while let Some(place) = lines.next_if(|line| !line.starts_with("0x")) {
            let file = place.rsplit_once(':').map_or(place, |(file, _)| file);
            files.push(Path::new(file));
        }
        Some((address, files))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_file_of_reweave_or_its_generator_has_the_instruction() {
        let reweave = Path::new("/code/reweave/src");
        let part = |files: &[&str]| Part::of_stack(files.iter().map(Path::new), reweave);
        let core = "/rustc/library/core/src/num/mod.rs";
        let step = "/code/reweave/src/run/step.rs";
        assert_eq!(
            part(&[core, "/code/reweave/src/base/hash.rs", step]),
            Part::Hash
        );
        assert_eq!(
            part(&["/code/reweave/src/record/event.rs", step]),
            Part::Hash
        );
        assert_eq!(
            part(&["/code/reweave/src/observe/counters.rs", step]),
            Part::Counters
        );
        assert_eq!(part(&[core, step]), Part::Engine);
        assert_eq!(
            part(&[core, "/crates/ppv-lite86-0.2.21/src/x86_64/sse2.rs"]),
            Part::Draws
        );
        assert_eq!(part(&[core]), Part::Elsewhere);
        assert_eq!(
            part(&["/code/reweave/benches/src/workloads/w1.rs", step]),
            Part::Engine
        );
        assert_eq!(
            part(&["/code/reweave/benches/src/workloads/w1.rs"]),
            Part::Elsewhere
        );
        assert_eq!(part(&["??"]), Part::Elsewhere);
    }

    #[test]
    fn what_was_called_is_not_counted_twice() {
        let profile = "\
positions: instr line
events: Ir

ob=/bin/program
fl=src/main.rs
fn=main
0x10 7 3
0x14 8 1
cob=/lib/libc.so
cfn=malloc
calls=1 0x99 0
0x14 8 500
fi=src/other.rs
0x10 9 2

ob=/lib/libc.so
fn=malloc
0x10 0 500
totals: 506
";
        let expected = Costs {
            own: BTreeMap::from([(0x10, 5), (0x14, 1)]),
            elsewhere: 500,
        };
        assert_eq!(costs(profile, Path::new("/bin/program")), expected);
    }

    #[test]
    fn an_address_has_the_files_of_all_inlined_functions() {
        let answer = "0x0010\n/a/hash.rs:33\n/a/state.rs:7 (discriminator 2)\n0x0014\n??:0\n";
        let stacks: Vec<_> = stacks(answer).collect();
        let [one, two] = ["/a/hash.rs", "/a/state.rs"].map(Path::new);
        assert_eq!(
            stacks,
            [(0x10, vec![one, two]), (0x14, vec![Path::new("??")])]
        );
    }
}
