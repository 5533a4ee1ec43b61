//! How far an exploration is, on a terminal: a line on standard error after a second, after two, four, eight, and then every eight.
//!
//! Lines stay where they are, between those of the harness and of tests that run beside it; so there are few.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::explore::progress::Progress;

/// Tells how far the runs of a test are, or of a program; `None` where nobody looks.
pub(super) fn teller(name: &str) -> Option<impl Fn(&Progress) + Sync + 'static> {
    if !io::stderr().is_terminal() {
        return None;
    }
    let (name, told) = (name.to_owned(), Mutex::new(Duration::ZERO));
    Some(move |progress: &Progress| {
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        if is_due(*told, progress.took) {
            *told = progress.took;
            // Past the harness, which would keep it; and if standard error is closed, nothing can be done.
            let _ = writeln!(io::stderr(), "reweave: {name}: {progress}");
        }
    })
}

/// The longest time between two lines.
const LONGEST: Duration = Duration::from_secs(8);

/// Whether there is a line now, after one at that time.
fn is_due(last: Duration, now: Duration) -> bool {
    now - last >= last.min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_fewer() {
        let (mut last, mut lines) = (Duration::ZERO, Vec::new());
        for second in 1..=30 {
            let now = Duration::from_secs(second);
            if is_due(last, now) {
                last = now;
                lines.push(second);
            }
        }
        assert_eq!(lines, [1, 2, 4, 8, 16, 24]);
    }
}
