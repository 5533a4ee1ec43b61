//! How much work a run is asked to do, and what it says it did.

use std::fmt;
use std::str::FromStr;

/// How much work: a number of tasks, and how many rounds each of them goes. Written `1000x50`.
///
/// Per-unit costs come from two sizes with the same tasks and different rounds: the difference of the costs over the
/// difference of the units, in which start-up, spawning and tear-down cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// How many tasks are alive at once. Their number is part of what is measured, as costs may grow with it.
    pub tasks: usize,
    /// How often each task does its thing: yields, sleeps, round trips, batches, runs.
    pub rounds: usize,
}

impl Size {
    /// `tasks` tasks that go `rounds` rounds each.
    pub const fn new(tasks: usize, rounds: usize) -> Self {
        Self { tasks, rounds }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.tasks, self.rounds)
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || format!("expected TASKSxROUNDS such as 1000x50, got {text:?}");
        let (tasks, rounds) = text.split_once('x').ok_or_else(expected)?;
        match (tasks.parse(), rounds.parse()) {
            (Ok(tasks), Ok(rounds)) if tasks > 0 && rounds > 0 => Ok(Self { tasks, rounds }),
            _ => Err(expected()),
        }
    }
}

/// What a run did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// Units of work, counted by the tasks themselves as they did them: a contestant that skips work is found out.
    pub units: u64,
    /// Resident bytes of the process while every task was parked; only the workload about memory (`w7`) looks.
    pub resident: Option<u64>,
}

impl Done {
    /// So many units, memory not looked at.
    pub const fn units(units: u64) -> Self {
        Self {
            units,
            resident: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_reads_back_what_it_writes() {
        let size = Size::new(1_000, 50);
        assert_eq!(size.to_string(), "1000x50");
        assert_eq!("1000x50".parse(), Ok(size));
    }

    #[test]
    fn a_malformed_size_says_what_was_expected() {
        for text in ["", "7", "x", "7x", "0x5", "5x0", "5x-1", "1x2x3"] {
            let error = text.parse::<Size>().unwrap_err();
            assert!(error.contains("TASKSxROUNDS"), "{text:?}: {error}");
        }
    }
}
