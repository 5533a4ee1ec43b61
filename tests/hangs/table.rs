//! The table: {ways to go down} × {cargo test, `--nocapture`, nextest}.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::going_down::{WAY, WAYS};

/// Soon enough after the five seconds that a poll may take.
const SOON: Duration = Duration::from_secs(7);

/// How tests are run: the arguments that the binary is given.
#[derive(Clone, Copy, Debug)]
enum Harness {
    CargoTest,
    NoCapture,
    /// A process a test.
    Nextest,
}

/// What a process wrote, and whether it ended by itself.
#[derive(Debug)]
struct Shown {
    text: String,
    ended: bool,
    passed: bool,
}

/// A folder as cargo's target folder is, with this binary in it, so that cells find nothing of each other's.
struct Cell {
    folder: PathBuf,
    binary: PathBuf,
}

impl Cell {
    fn new(name: &str) -> Cell {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("hangs-{name}"));
        let deps = folder.join("debug").join("deps");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&deps).unwrap();
        fs::write(folder.join("CACHEDIR.TAG"), "").unwrap();
        let this = env::current_exe().unwrap();
        let binary = deps.join(this.file_name().unwrap());
        // A link: a copy may be open for writing when another thread starts a process.
        fs::hard_link(&this, &binary).unwrap();
        Cell { folder, binary }
    }

    /// Runs the test until it ends by itself or says how its run is replayed.
    fn run(&self, harness: Harness, test: &str, way: Option<&str>) -> Shown {
        let test = format!("going_down::{test}");
        let arguments: &[&str] = match harness {
            Harness::CargoTest => &[&test, "--exact"],
            Harness::NoCapture => &[&test, "--exact", "--nocapture", "--test-threads=1"],
            Harness::Nextest => &["--exact", &test, "--nocapture"],
        };
        let mut command = match way {
            // The end of memory comes at 4 GB of addresses.
            Some("memory") if cfg!(unix) => {
                let mut shell = Command::new("sh");
                shell.args(["-c", "ulimit -v 4000000; exec \"$0\" \"$@\""]);
                shell.arg(&self.binary);
                shell
            }
            Some(_) | None => Command::new(&self.binary),
        };
        let log = self.folder.join("log");
        let file = File::create(&log).unwrap();
        command.args(arguments).env_remove(WAY);
        // Nothing of these is to be run first in this repository.
        command.env("REWEAVE_REGRESSIONS", "0");
        command.envs(way.map(|way| (WAY, way)));
        command.stdin(Stdio::null());
        command.stdout(file.try_clone().unwrap()).stderr(file);
        let began = Instant::now();
        let mut child = command.spawn().unwrap();
        let text = || String::from_utf8_lossy(&fs::read(&log).unwrap()).into_owned();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break Some(status);
            }
            // Whoever sees it ends the process.
            if replay_line(&text()).is_some() && began.elapsed() > SOON {
                break None;
            }
            assert!(
                began.elapsed() < 6 * SOON,
                "it hangs and says nothing: {}",
                text()
            );
            thread::sleep(Duration::from_millis(20));
        };
        let _ = child.kill();
        let _ = child.wait();
        Shown {
            text: text(),
            ended: status.is_some(),
            passed: status.is_some_and(|status| status.success()),
        }
    }

    /// How many files there are in the folder of running seeds.
    fn left(&self) -> usize {
        fs::read_dir(self.folder.join("reweave").join("running")).map_or(0, Iterator::count)
    }
}

impl Drop for Cell {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn replay_line(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix("replay: "))
}

/// Goes through one cell: the run that goes down, the next one, and one after the bug was mended.
fn cell(harness: Harness, test: &str, way: &str, at_once: bool) {
    let cell = Cell::new(&format!("{harness:?}-{test}-{way}"));
    let first = cell.run(harness, test, Some(way));
    assert_eq!(replay_line(&first.text).is_some(), at_once, "{first:?}");
    assert!(cell.left() > 0, "{first:?}");
    let next = cell.run(harness, test, Some(way));
    assert!(next.ended && !next.passed, "{next:?}");
    let line = replay_line(&next.text).unwrap_or_else(|| panic!("{next:?}"));
    let by = match test {
        "goes_down" => "REWEAVE_SEED=",
        _ => "REWEAVE_STRATEGY=plain ",
    };
    assert!(line.starts_with(by), "{line}");
    assert!(
        line.contains(" cargo test -p reweave-tests --test hangs ")
            && line.ends_with(&format!(" going_down::{test} -- --exact")),
        "{line}"
    );
    // The same line, where it was told at once.
    assert!(
        !at_once || first.text.contains(&format!("replay: {line}\n")),
        "{first:?}"
    );
    let mended = cell.run(harness, test, None);
    assert!(mended.passed, "{mended:?}");
    assert_eq!(cell.left(), 0, "{mended:?}");
}

fn column(harness: Harness, test: &str) {
    thread::scope(|scope| {
        for (way, at_once) in WAYS {
            let harness = move || cell(harness, test, way, at_once);
            thread::Builder::new()
                .name(way.to_owned())
                .spawn_scoped(scope, harness)
                .unwrap();
        }
    });
}

#[test]
fn in_a_seed_under_cargo_test() {
    column(Harness::CargoTest, "goes_down");
}

#[test]
fn in_a_seed_under_nextest() {
    column(Harness::Nextest, "goes_down");
}

#[test]
fn in_a_seed_without_capture() {
    column(Harness::NoCapture, "goes_down");
}

#[test]
fn in_the_plain_run_under_cargo_test() {
    column(Harness::CargoTest, "goes_down_at_first");
}

/// Who interrupts a test knows why it ended.
#[cfg(unix)]
#[test]
fn an_interrupt_leaves_nothing() {
    let cell = Cell::new("interrupt");
    let (left, _) = interrupt(&cell, |left, _| left > 0);
    assert_eq!(left, 0);
}

/// The harness may have kept what the watchdog said for itself: the next run says it.
#[cfg(unix)]
#[test]
fn an_interrupt_after_the_watchdog_spoke_leaves_the_file() {
    let cell = Cell::new("interrupt-late");
    let (left, said) = interrupt(&cell, |_, said| said.contains("has not returned"));
    assert_eq!(left, 1, "{said}");
    let next = cell.run(Harness::CargoTest, "goes_down", Some("loop"));
    assert!(
        next.text.contains("a run takes its process down"),
        "{next:?}"
    );
}

/// Interrupts a test that loops once it is time, by the number of files and by what was said. Gives both.
#[cfg(unix)]
fn interrupt(cell: &Cell, is_time: impl Fn(usize, &str) -> bool) -> (usize, String) {
    use std::os::unix::process::ExitStatusExt;

    use super::interrupts::{SIG_DFL, handle_interrupts};

    handle_interrupts(SIG_DFL);
    let log = cell.folder.join("log");
    let said = || fs::read_to_string(&log).unwrap_or_default();
    let mut child = Command::new(&cell.binary)
        .args(["going_down::goes_down", "--exact"])
        .env(WAY, "loop")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while !is_time(cell.left(), &said()) {
        assert!(
            began.elapsed() < 2 * SOON,
            "no file of running seeds, or no word"
        );
        thread::sleep(Duration::from_millis(20));
    }
    // Of the shell: not every machine has the program.
    let kill = format!("kill -INT {}", child.id());
    let killed = Command::new("sh").args(["-c", &kill]).status();
    assert!(killed.unwrap().success());
    let status = child.wait().unwrap();
    assert_eq!(status.signal(), Some(2), "{status:?}");
    (cell.left(), said())
}

#[test]
fn why_a_task_waits_for_a_paused_one_is_told() {
    let cell = Cell::new("paused");
    let shown = cell.run(Harness::NoCapture, "waits_for_a_paused_one", Some("lock"));
    let why = "It runs on top of a poll that is paused between two statements (`threads`): a lock of std's that";
    assert!(!shown.ended && shown.text.contains(why), "{shown:?}");
    let mended = cell.run(Harness::NoCapture, "waits_for_a_paused_one", None);
    assert!(mended.passed, "{mended:?}");
}

#[test]
fn a_watchdog_that_is_off_says_nothing() {
    let cell = Cell::new("off");
    let log = cell.folder.join("log");
    let mut child = Command::new(&cell.binary)
        .args(["going_down::goes_down_at_first", "--exact"])
        .env(WAY, "loop")
        .env("REWEAVE_WATCHDOG", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&log).unwrap())
        .spawn()
        .unwrap();
    thread::sleep(SOON);
    let ended = child.try_wait().unwrap().is_some();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!ended);
    assert_eq!(fs::read_to_string(&log).unwrap(), "");
}
