//! How far a hunt is: one line on standard error, if that is a terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Drawn no oftener than this.
const EVERY: Duration = Duration::from_millis(100);
const BAR: usize = 30;
/// A line must not be longer than a narrow terminal is wide, for a carriage return goes back over one line only.
const WIDTH: usize = 79;

/// Counts runs, from any thread.
#[derive(Debug)]
pub struct Progress {
    total: u64,
    done: AtomicU64,
    /// When the line was last drawn, and what is worked on; `None` if nobody looks.
    line: Option<Mutex<(Instant, &'static str)>>,
}

impl Progress {
    pub fn new(total: u64) -> Progress {
        let looked_at = io::stderr().is_terminal();
        Progress {
            total,
            done: AtomicU64::new(0),
            line: looked_at.then(|| Mutex::new((Instant::now(), ""))),
        }
    }

    pub fn is_hidden(&self) -> bool {
        self.line.is_none()
    }

    /// This many runs are done, and this is what the next ones explore.
    pub fn start(&self, done: u64, name: &'static str) {
        self.done.store(done, Relaxed);
        if let Some(line) = &self.line {
            line.lock().unwrap().1 = name;
        }
    }

    /// One run more is done.
    pub fn step(&self) {
        let done = self.done.fetch_add(1, Relaxed) + 1;
        // A thread that finds another one drawing has better things to do.
        let Some(Ok(mut line)) = self.line.as_ref().map(Mutex::try_lock) else {
            return;
        };
        let (drawn, name) = &mut *line;
        if drawn.elapsed() >= EVERY {
            *drawn = Instant::now();
            eprint!("\r{}", drawing(done, self.total, name));
        }
    }

    /// This is done meanwhile.
    pub fn tell(&self, words: &str) {
        if !self.is_hidden() {
            eprint!("\r{}", fitted(words));
        }
    }

    /// Takes the line away, so that something else can be written.
    pub fn clear(&self) {
        if !self.is_hidden() {
            eprint!("\r{:WIDTH$}\r", "");
            // Whoever cannot see the line needs no news of it.
            let _ = io::stderr().flush();
        }
    }
}

/// The bar, as wide as [`WIDTH`], so that nothing of a longer one is left behind it.
fn drawing(done: u64, total: u64, name: &str) -> String {
    let full = (done.min(total) * BAR as u64)
        .checked_div(total)
        .unwrap_or(0);
    let bar = "█".repeat(full as usize);
    fitted(&format!("{bar:░<BAR$} {done}/{total} runs, {name}"))
}

fn fitted(line: &str) -> String {
    let spaces = std::iter::repeat_n(' ', WIDTH);
    line.chars().chain(spaces).take(WIDTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_as_long_as_what_is_done() {
        let bar = |done| drawing(done, 30, "cake").replace('░', "");
        assert_eq!(
            bar(10).trim_end(),
            format!("{} 10/30 runs, cake", "█".repeat(10))
        );
        assert_eq!(drawing(0, 0, "").chars().count(), WIDTH);
        assert_eq!(
            drawing(u64::MAX / BAR as u64, u64::MAX, &"x".repeat(99))
                .chars()
                .count(),
            WIDTH
        );
    }
}
